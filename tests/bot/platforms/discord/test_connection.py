"""The connection to Discord: lost, resumed, deaf, refused, and what was missed meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import Later, SetupError
from bot.messages import Reply
from bot.platforms.discord.adapter import open_discord
from bot.platforms.discord.catchup import snowflake
from bot.platforms.discord.errors import patiently
from storage.catalog.records import Scope
from tests.bot.platforms.discord.scene import QUICK, Scene, listening, play
from tests.bot.stage import settings_for
from tools.outcome import Headline

HELLO = Reply((Headline("Hello"),), "turn:t", id=5)


def test_a_lost_connection_is_resumed(tmp_path: Path) -> None:
    """After a drop the session goes on, and what was said meanwhile is answered once."""

    async def scene(s: Scene) -> None:
        for code in (1006, 4000):
            await s.server.faults.reset_sockets(code)
            await s.server.say(s.dana, s.channel, f"after {code}", mention=True)
        await s.answered(2)
        await s.server.faults.reconnect()
        await s.server.say(s.dana, s.channel, "after op 7", mention=True)
        messages = await s.answered(3)
        assert [one.text for one in messages] == ["after 1006", "after 4000", "after op 7"]
        assert (s.server.gateway.identified, s.server.gateway.resumed > 0) == (1, True)

    play(tmp_path, scene)


def test_a_lost_session_is_caught_up_with(tmp_path: Path) -> None:
    """When a session cannot be resumed, what was said meanwhile is found in the history."""

    async def scene(s: Scene) -> None:
        opening = await s.server.say(s.dana, s.channel, "hello", mention=True)
        await s.answered()
        s.server.faults.invalid_sessions = 1
        await s.server.faults.reset_sockets(1006)
        await s.server.say(s.dana, s.channel, "one", mention=True)
        await s.server.say(s.dana, opening, "two")
        await s.server.say(s.dana, s.channel, "not for us")
        messages = await s.answered(3)
        assert [one.text for one in messages] == ["hello", "one", "two"]
        assert s.server.gateway.identified == 2

    play(tmp_path, scene)


def test_what_was_said_before_the_start(tmp_path: Path) -> None:
    """What was said while the assistant was away is answered, in order and with its files."""

    async def before(s: Scene) -> None:
        place = s.server.add_direct(s.dana)
        s.door.know(s.direct(s.dana).scope, cursor=str(s.server.world.new_id()))
        await s.server.say(s.dana, s.channel, "one", files=[("a.csv", b"a")], mention=True)
        await s.server.say(s.dana, place, "two")
        await s.server.say(s.dana, s.channel, "nothing")

    async def scene(s: Scene) -> None:
        texts = [one.text for one in await s.answered(2)]
        assert sorted(texts) == ["one", "two"]
        assert s.door.files[texts.index("one")] == [("a.csv", b"a")]
        first, second = s.door.kept.values()
        assert (first.scope, second.scope) == (s.scope, s.direct(s.dana).scope)
        assert s.door.known[s.scope].cursor == first.cursor == first.key

    play(tmp_path, scene, before=before)


def test_first_words_in_a_channel_are_not_missed(tmp_path: Path) -> None:
    """A mention in a channel that nobody has used yet is found too, unless it was answered."""

    async def before(s: Scene) -> None:
        other = s.server.add_channel(s.guild, "other")
        answered = await s.server.say(s.dana, other, "long ago", mention=True)
        s.server.world.channels[other].messages[answered].flags = 1 << 5
        await s.server.say(s.dana, other, "first words", mention=True)

    async def scene(s: Scene) -> None:
        assert [one.text for one in await s.answered()] == ["first words"]

    play(tmp_path, scene, before=before)


def test_old_messages_are_left(tmp_path: Path) -> None:
    """What was kept before, and what is older than a day, is not answered again."""

    async def before(s: Scene) -> None:
        long_ago = snowflake(datetime.now(UTC) - timedelta(days=3))
        s.door.know(s.scope, cursor=str(long_ago))
        channel = s.server.world.channels[s.channel]
        said = await s.server.say(s.dana, s.channel, "old", mention=True)
        old = channel.messages.pop(said)
        old.id = snowflake(datetime.now(UTC) - timedelta(days=2))
        channel.messages[old.id] = old
        await s.server.say(s.dana, s.channel, "new", mention=True)

    async def scene(s: Scene) -> None:
        assert [one.text for one in await s.answered()] == ["new"]
        s.server.faults.forget_sessions()
        await s.server.faults.reset_sockets(1006)
        await s.server.until(lambda: s.server.gateway.identified == 2)
        await s.quiet()
        assert [one.text for one in s.door.messages] == ["new"]

    play(tmp_path, scene, before=before)


def test_a_deaf_socket_is_noticed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What a socket does not tell is found in the history, and a new connection is made."""

    async def scene(s: Scene) -> None:
        s.server.faults.deaf = True
        await s.server.say(s.dana, s.channel, "are you there?", mention=True)
        assert [one.text for one in await s.answered()] == ["are you there?"]
        s.server.faults.deaf = False
        await s.server.until(lambda: s.server.gateway.resumed)
        await s.quiet()
        assert len(s.door.messages) == 1
        assert "did not tell of 1 messages" in caplog.text

    def later() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=11)

    play(tmp_path, scene, poll_s=0.1, now=later)


def test_events_that_come_twice(tmp_path: Path) -> None:
    """An event that is told twice, and the same message from the history, have one effect."""

    async def scene(s: Scene) -> None:
        s.server.faults.duplicate_events = 1
        await s.server.say(s.dana, s.channel, "hello", mention=True)
        await s.answered()
        s.server.faults.forget_sessions()
        await s.server.faults.reset_sockets(1006)
        await s.server.until(lambda: s.server.gateway.identified == 2)
        await s.quiet()
        assert len(s.door.messages) == 1

    play(tmp_path, scene)


def test_an_outage(tmp_path: Path) -> None:
    """After an outage the assistant is back by itself, and has missed nothing."""

    async def scene(s: Scene) -> None:
        s.server.faults.outage = True
        with pytest.raises(Later):
            await s.platform.send(s.address(), HELLO)
        await s.server.say(s.dana, s.channel, "anybody?", mention=True)
        await s.server.until(s.platform.troubles)
        assert "cannot be reached" in s.platform.troubles()[0]
        s.server.faults.outage = False
        assert [one.text for one in await s.answered()] == ["anybody?"]
        await s.server.until(lambda: s.platform.troubles() == [])

    waits = replace(QUICK, patience=0.2)
    play(tmp_path, scene, waits=waits)


def test_an_outage_while_something_is_dealt_with(tmp_path: Path) -> None:
    """An event that was kept is dealt with once Discord is there again."""

    async def scene(s: Scene) -> None:
        s.server.faults.server_errors(1, route="GET /channels/.*/messages/", status=503)
        await s.server.say(s.dana, s.channel, "hello", mention=True)
        assert [one.text for one in await s.answered()] == ["hello"]

    play(tmp_path, scene)


def test_a_wrong_token(tmp_path: Path) -> None:
    """A token that is refused is told with what to change, and is not tried in a storm."""

    async def scene(s: Scene) -> None:
        assert "set DISCORD_TOKEN" in s.platform.troubles()[0]
        await s.server.until(lambda: len(s.called("GET", "/users/@me")) > 2)
        first, second, third = (call.at for call in s.called("GET", "/users/@me")[:3])
        assert min(second - first, third - second) >= QUICK.refused
        assert s.server.gateway.identified == 0
        with pytest.raises(Later):
            await s.platform.send(s.address(), HELLO)

    play(tmp_path, scene, token="wrong")


def test_a_token_that_is_revoked(tmp_path: Path) -> None:
    """A token that is revoked while it is used is told; what is to be said waits."""

    async def scene(s: Scene) -> None:
        s.server.faults.revoked = True
        with pytest.raises(Later, match="DISCORD_TOKEN") as told:
            await s.platform.send(s.address(), HELLO)
        assert told.value.after_s >= 60
        assert "set DISCORD_TOKEN" in s.platform.troubles()[0]
        await s.server.faults.reset_sockets(4004)
        await s.server.until(lambda: len(s.called("GET", "/users/@me")) > 1)
        assert "set DISCORD_TOKEN" in s.platform.troubles()[0]
        s.server.faults.revoked = False
        await s.server.until(lambda: s.platform.troubles() == [])
        await s.platform.send(s.address(), HELLO)

    play(tmp_path, scene)


def test_without_the_message_content_intent(tmp_path: Path) -> None:
    """Without the intent mentions are still answered, and the switch to turn on is told."""

    async def scene(s: Scene) -> None:
        await s.server.until(lambda: s.server.gateway.identified == 1)
        await s.server.until(lambda: s.called("PUT", "/commands"))
        assert "Message Content Intent" in s.platform.troubles()[0]
        await s.server.say(s.dana, s.channel, "hello", mention=True)
        assert [one.text for one in await s.answered()] == ["hello"]

    play(tmp_path, scene, message_content=False)


def test_content_that_is_withheld(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """When messages come without their content, the switch to turn on is told, once in the log."""

    async def scene(s: Scene) -> None:
        await s.server.until(lambda: s.called("PUT", "/commands"))
        for _ in range(2):
            await s.server.say(s.dana, s.channel, "just talk")
        await s.quiet()
        [told] = s.platform.troubles()
        assert "Message Content Intent" in told
        assert caplog.text.count(told) == 1

    play(tmp_path, scene, message_content=False)


def test_the_assistant_is_added_to_a_server(tmp_path: Path) -> None:
    """Added to a server, it meets the first channel where it may write."""

    async def scene(s: Scene) -> None:
        guild = s.server.add_guild("new", members=[s.dana], bot=False)
        s.server.add_channel(guild, "closed", forbid=frozenset({"send_messages"}))
        open_ = s.server.add_channel(guild, "open")
        await s.server.invite(guild)
        await s.server.until(lambda: s.door.met)
        [(scope, about)] = s.door.met
        assert scope == Scope("discord", str(guild), str(open_))
        assert about["name"] == "#open"
        assert about["owner"] == f"discord/{guild}/{s.server.world.owner.id}"

    play(tmp_path, scene)


def test_added_and_removed_while_away(tmp_path: Path) -> None:
    """A server that is new, and one that is gone, are noticed at the next start."""
    gone = Scope("discord", "1", "2")
    new: list[int] = []

    async def before(s: Scene) -> None:
        s.door.know(gone)
        guild = s.server.add_guild("new", members=[s.dana])
        new.append(s.server.add_channel(guild, "open"))

    async def scene(s: Scene) -> None:
        await s.server.until(lambda: s.door.met and s.door.gone)
        assert [scope.channel for scope, _ in s.door.met] == [str(new[0])]
        assert s.door.gone == [gone]

    play(tmp_path, scene, before=before)


def test_the_assistant_is_removed(tmp_path: Path) -> None:
    """Removed from a server, it knows that all of its channels are out of reach."""

    async def scene(s: Scene) -> None:
        await s.server.kick(s.guild)
        await s.server.until(lambda: s.door.gone == [s.scope])

    play(tmp_path, scene)


def test_stopping_and_starting_again(tmp_path: Path) -> None:
    """A platform that was stopped can be started again, and says nothing while it is stopped."""

    async def scene(s: Scene) -> None:
        await s.platform.stop()
        assert s.platform.troubles() == []
        with pytest.raises(Later):
            await s.platform.send(s.address(), HELLO)
        await s.server.say(s.dana, s.channel, "hello", mention=True)
        async with listening(s):
            assert [one.text for one in await s.answered()] == ["hello"]

    play(tmp_path, scene)


def test_starting_does_not_wait_for_discord(tmp_path: Path) -> None:
    """An assistant whose Discord is away starts all the same."""

    async def scene(s: Scene) -> None:
        assert "cannot be reached" in s.platform.troubles()[0]

    async def before(s: Scene) -> None:
        s.server.faults.outage = True

    play(tmp_path, scene, before=before)


def test_the_platform_of_the_settings(tmp_path: Path) -> None:
    """The platform is made from the settings; a missing token is told."""
    with pytest.raises(SetupError, match="DISCORD_TOKEN"):
        open_discord(settings_for(tmp_path))
    made = open_discord(settings_for(tmp_path, discord_token="t"))
    assert (made.name, made.troubles()) == ("discord", [])


def test_a_gateway_that_is_not_set(tmp_path: Path) -> None:
    """Where only the API's address is set, the API is asked for its gateway."""

    async def scene(s: Scene) -> None:
        assert s.called("GET", "/gateway/bot")
        await s.server.say(s.dana, s.channel, "hello", mention=True)
        assert [one.text for one in await s.answered()] == ["hello"]

    play(tmp_path, scene, gateway="")


def test_a_gateway_that_is_away(tmp_path: Path) -> None:
    """While only the API answers, nothing is taken for lost, and what is to be said is said."""

    async def scene(s: Scene) -> None:
        await s.server.until(lambda: "cannot be reached" in "".join(s.platform.troubles()))
        await patiently(lambda: s.platform.send(s.address(), HELLO))
        await s.server.until(lambda: len(s.called("GET", "/users/@me")) > 3)
        assert s.door.gone == []

    play(
        tmp_path, scene, gateway="ws://127.0.0.1:9", poll_s=0.02, waits=replace(QUICK, patience=0.2)
    )


def test_looking_for_what_was_missed_is_not_given_up(tmp_path: Path) -> None:
    """When the history cannot be read at first, it is read soon after."""

    async def before(s: Scene) -> None:
        s.server.faults.server_errors(1, route="GET /guilds/.*/channels", status=503)
        await s.server.say(s.dana, s.channel, "hello", mention=True)

    async def scene(s: Scene) -> None:
        assert [one.text for one in await s.answered()] == ["hello"]

    play(tmp_path, scene, before=before)
