"""The assistant's messages on Discord: each once, edited in place, with their files."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.errors import Later, Undeliverable
from bot.messages import Reply
from bot.platforms.discord.adapter import DiscordPlatform
from bot.platforms.discord.errors import patiently
from bot.platforms.discord.listen import Way
from tests.bot.platforms.discord.scene import QUICK, Scene, play
from tools.outcome import Code, Figure, File, Headline, NextStep, NextSteps, Text

PICTURE = b"\x89PNG picture"
STEPS = NextSteps((NextStep("Train", "train_model"),))


def reply(number: int, text: str = "Ready", *blocks: object) -> Reply:
    return Reply((Headline(text), *blocks, STEPS), "turn:t", id=number)  # type: ignore[arg-type]


def long(number: int) -> Reply:
    """A reply that takes several messages."""
    lines = "\n".join(f"line {n} of something long" for n in range(400))
    return Reply((Headline("Long"), Code(lines)), "turn:t", id=number)


def test_a_message_whose_answer_is_lost_is_there_once(tmp_path: Path) -> None:
    """A message that was posted though nobody said so is not posted again."""

    async def scene(s: Scene) -> None:
        s.server.faults.lose_responses(1, route=f"POST /channels/{s.channel}/messages")
        with pytest.raises(Later):
            await s.platform.send(s.address(), reply(5))
        ref = await s.platform.send(s.address(), reply(5))
        [shown] = s.server.seen(s.channel)
        assert ref == str(shown.id)

    play(tmp_path, scene)


def test_a_message_whose_answer_is_lost_for_long_is_found(tmp_path: Path) -> None:
    """After Discord has forgotten the nonce, the message is recognised by what is on it."""

    async def scene(s: Scene) -> None:
        s.server.faults.lose_responses(1, route=f"POST /channels/{s.channel}/messages")
        with pytest.raises(Later):
            await s.platform.send(s.address(), reply(5))
        s.server.faults.forget_nonces()
        await s.platform.send(s.address(), reply(5))
        assert len(s.server.seen(s.channel)) == 1

    play(tmp_path, scene)


def test_the_same_number_elsewhere_is_another_message(tmp_path: Path) -> None:
    """An installation that counts from one again is not mistaken for the earlier one."""

    async def scene(s: Scene) -> None:
        other = s.server.add_channel(s.guild, "other")
        first = await s.platform.send(s.address(), reply(1))
        there = s.direct(s.dana)
        assert await s.platform.send(there, reply(1)) != first
        assert s.server.seen(other) == []
        assert len(s.server.seen(int(there.scope.channel))) == 1

    play(tmp_path, scene)


def test_what_a_dead_process_posted_is_found(tmp_path: Path) -> None:
    """After a crash a reply is looked for, part by part, and what is missing is added."""

    async def scene(s: Scene) -> None:
        ref = await s.platform.send(s.address(), long(6))
        parts = ref.split()
        assert len(parts) > 1
        s.server.faults.forget_nonces()
        assert await s.platform.find(s.address(), long(6)) == ref
        await s.server.delete_message(s.channel, int(parts[-1]))
        found = await s.platform.find(s.address(), long(6))
        assert found is not None
        assert found.split()[:-1] == parts[:-1]
        assert len(s.server.seen(s.channel)) == len(parts)
        assert await s.platform.find(s.address(), reply(61)) is None

    play(tmp_path, scene)


def test_before_it_is_connected_it_looks_later(tmp_path: Path) -> None:
    """What may have been posted is looked for once there is a connection, before it is sent."""

    async def scene(s: Scene) -> None:
        ref = await s.platform.send(s.address(), reply(6))
        s.server.faults.forget_nonces()
        way = Way(s.server.token, s.server.api_url, s.server.gateway_url)
        second = DiscordPlatform(way, waits=QUICK)
        await second.start(s.door)
        try:
            assert await second.find(s.address(), reply(6)) is None
            assert await patiently(lambda: second.send(s.address(), reply(6))) == ref
        finally:
            await second.stop()
        assert len(s.server.seen(s.channel)) == 1

    play(tmp_path, scene)


def test_a_limit_is_waited_for(tmp_path: Path) -> None:
    """A short limit is waited for; a long one is given back to the outbox."""

    async def scene(s: Scene) -> None:
        s.server.faults.rate_limit(1, route="/messages", retry_after=0.05)
        await s.platform.send(s.address(), reply(7))
        s.server.faults.rate_limit(1, route="/messages", retry_after=45)
        with pytest.raises(Later) as told:
            await s.platform.send(s.address(), reply(8))
        assert 40 < told.value.after_s <= 45

    play(tmp_path, scene)


def test_trouble_at_discord_is_waited_for(tmp_path: Path) -> None:
    """A server error that does not pass at once is tried again later."""

    async def scene(s: Scene) -> None:
        s.server.faults.server_errors(1, route="/messages", status=503)
        with pytest.raises(Later):
            await s.platform.send(s.address(), reply(7))
        await s.platform.send(s.address(), reply(7))
        assert len(s.server.seen(s.channel)) == 1

    play(tmp_path, scene)


def test_edits_keep_pictures(tmp_path: Path) -> None:
    """An edit neither loses nor doubles a picture, and sends it again only if it must."""

    async def scene(s: Scene) -> None:
        s.door.blobs = {"p": PICTURE, "q": PICTURE + b"2", "f": b"a,b"}
        figure, other = Figure("p", "A curve"), Figure("q", "Another")
        file = File("f", "rows.csv", 3)
        ref = await s.platform.send(s.address(), reply(9, "One", figure, file))
        assert shown(s) == {PICTURE, b"a,b"}
        calls = len(s.server.calls)
        assert await s.platform.update(s.address(), ref, reply(10, "Two", figure, file)) == ref
        assert ([one.files for one in s.server.calls[calls:]], shown(s)) == (
            [[]],
            {PICTURE, b"a,b"},
        )
        await s.platform.update(s.address(), ref, reply(11, "Three", figure, other, file))
        assert shown(s) == {PICTURE, PICTURE + b"2", b"a,b"}
        await s.platform.update(s.address(), ref, reply(12, "Four", other))
        assert shown(s) == {PICTURE + b"2"}
        await s.platform.update(s.address(), ref, reply(13, "Five"))
        [message] = s.server.seen(s.channel)
        assert (message.files, message.edits) == ([], 4)

    play(tmp_path, scene)


def test_edits_after_a_restart_keep_pictures(tmp_path: Path) -> None:
    """A process that does not know what is attached sends the pictures anew, in place."""

    async def scene(s: Scene) -> None:
        s.door.blobs = {"p": PICTURE}
        ref = await s.platform.send(s.address(), reply(9, "One", Figure("p", "A curve")))
        way = Way(s.server.token, s.server.api_url, s.server.gateway_url)
        second = DiscordPlatform(way, waits=QUICK)
        await second.start(s.door)
        try:
            await s.server.until(lambda: s.server.gateway.connected > 1)
            changed = reply(10, "Two", Figure("p", "A curve"))
            assert await second.update(s.address(), ref, changed) == ref
        finally:
            await second.stop()
        [message] = s.server.seen(s.channel)
        assert [data for _, data in message.files] == [PICTURE]

    play(tmp_path, scene)


def test_edits_that_change_the_number_of_messages(tmp_path: Path) -> None:
    """Messages that an edited reply no longer needs are deleted, and new ones are added."""

    async def scene(s: Scene) -> None:
        ref = await s.platform.send(s.address(), long(9))
        first = ref.split()[0]
        assert await s.platform.update(s.address(), ref, reply(10)) == first
        assert [str(one.id) for one in s.server.seen(s.channel)] == [first]
        again = await s.platform.update(s.address(), first, long(11))
        assert again.split()[0] == first
        assert [str(one.id) for one in s.server.seen(s.channel)] == again.split()

    play(tmp_path, scene)


def test_an_edit_that_was_cut_short(tmp_path: Path) -> None:
    """An edit that is taken up after a crash adds no message that was added before."""

    async def scene(s: Scene) -> None:
        first = await s.platform.send(s.address(), reply(10))
        whole = await s.platform.update(s.address(), first, long(11))
        s.server.faults.forget_nonces()
        assert await s.platform.update(s.address(), first, long(11)) == whole
        assert [str(one.id) for one in s.server.seen(s.channel)] == whole.split()

    play(tmp_path, scene)


def test_an_edit_of_a_message_that_was_deleted(tmp_path: Path) -> None:
    """A message that somebody deleted is posted anew when there is news in it."""

    async def scene(s: Scene) -> None:
        ref = await s.platform.send(s.address(), reply(9))
        await s.server.delete_message(s.channel, int(ref))
        again = await s.platform.update(s.address(), ref, reply(10, "News"))
        [message] = s.server.seen(s.channel)
        assert again == str(message.id)
        assert "News" in message.words

    play(tmp_path, scene)


def test_an_archived_thread_is_opened_again(tmp_path: Path) -> None:
    """New messages and edits go into a thread that Discord has archived meanwhile."""

    async def scene(s: Scene) -> None:
        said = await s.server.say(s.dana, s.channel, "hello", mention=True)
        await s.answered()
        await s.server.archive(said)
        await s.platform.update(s.address(said), s.door.refs[0], reply(10, "News"))
        await s.server.archive(said)
        await s.platform.send(s.address(said), reply(11, "More"))
        assert [one.words.split()[0] for one in s.server.seen(said)] == ["**News**", "**More**"]
        s.server.refusals.clear()

    play(tmp_path, scene)


def test_a_locked_thread(tmp_path: Path) -> None:
    """A thread that moderators have closed is not written to; only this message is lost."""

    async def scene(s: Scene) -> None:
        said = await s.server.say(s.dana, s.channel, "hello", mention=True)
        await s.answered()
        await s.server.archive(said, locked=True)
        with pytest.raises(Undeliverable) as told:
            await s.platform.send(s.address(said), reply(11))
        assert told.value.gone is False
        s.server.refusals.clear()

    play(tmp_path, scene)


@pytest.mark.parametrize("told", [True, False])
def test_a_deleted_thread(tmp_path: Path, told: bool) -> None:
    """A thread that was deleted is not opened again; the channel is not lost with it."""

    async def scene(s: Scene) -> None:
        said = await s.server.say(s.dana, s.channel, "hello", mention=True)
        await s.answered()
        if told:
            await s.server.delete_channel(said)
        else:
            s.server.world.remove(s.server.world.channels[said])
        with pytest.raises(Undeliverable) as error:
            await s.platform.send(s.address(said), reply(11))
        assert (str(error.value), error.value.gone) == ("The thread was deleted.", False)

    play(tmp_path, scene)


def test_a_deleted_channel(tmp_path: Path) -> None:
    """A channel that was deleted is lost as a whole."""

    async def scene(s: Scene) -> None:
        await s.server.delete_channel(s.channel)
        await s.server.until(lambda: s.door.gone == [s.scope])
        with pytest.raises(Undeliverable) as error:
            await s.platform.send(s.address(), reply(11))
        assert error.value.gone is True

    play(tmp_path, scene)


def test_a_channel_that_is_closed_to_us(tmp_path: Path) -> None:
    """Where the assistant may not look any more, the sentence says which permission to give."""

    async def scene(s: Scene) -> None:
        s.server.forbid(s.channel, frozenset({"view_channel"}))
        with pytest.raises(Undeliverable, match="View Channel") as error:
            await s.platform.send(s.address(), reply(11))
        assert error.value.gone is True
        s.server.forbid(s.channel, frozenset({"send_messages"}))
        with pytest.raises(Undeliverable) as error:
            await s.platform.send(s.address(), reply(11))
        assert "give my role there Send Messages" in str(error.value)
        assert "View Channel" not in str(error.value)
        assert error.value.gone is False

    play(tmp_path, scene)


def test_files_that_are_too_large_become_links(tmp_path: Path) -> None:
    """A file over the server's limit is handed over by the bot itself."""

    async def scene(s: Scene) -> None:
        size = (10 << 20) + 1
        s.door.blobs = {"big": b"1" * size, "f": b"a,b"}
        files = (File("big", "big.csv", size), File("f", "rows.csv", 3))
        await s.platform.send(s.address(), reply(9, "Files", *files))
        [message] = s.server.seen(s.channel)
        assert [name for name, _ in message.files] == ["rows.csv"]
        assert "https://bot.example.com/files/big/big.csv" in message.words

    play(tmp_path, scene)


def test_a_boosted_server_takes_larger_files(tmp_path: Path) -> None:
    """The limit is the server's own."""

    async def scene(s: Scene) -> None:
        size = (10 << 20) + 1
        s.door.blobs = {"big": b"1" * size}
        await s.platform.send(s.address(), reply(9, "Files", File("big", "big.csv", size)))
        [message] = s.server.seen(s.channel)
        assert [len(data) for _, data in message.files] == [size]

    play(tmp_path, scene, tier=2)


def test_a_figure_of_unknown_size_that_is_too_large(tmp_path: Path) -> None:
    """A picture over the limit is handed over as a link too."""

    async def scene(s: Scene) -> None:
        s.door.blobs = {"p": b"1" * ((10 << 20) + 1)}
        await s.platform.send(s.address(), reply(9, "Picture", Figure("p", "A curve")))
        [message] = s.server.seen(s.channel)
        assert message.files == []
        assert "https://bot.example.com/files/p/" in message.words

    play(tmp_path, scene)


def test_where_files_are_forbidden(tmp_path: Path) -> None:
    """Where nothing may be attached, files become links."""

    async def scene(s: Scene) -> None:
        s.door.blobs = {"p": PICTURE, "f": b"a,b"}
        blocks = (Figure("p", "A curve"), File("f", "rows.csv", 3))
        ref = await s.platform.send(s.address(), reply(9, "Files", *blocks))
        [message] = s.server.seen(s.channel)
        assert (message.files, str(message.id)) == ([], ref)
        assert "https://bot.example.com/files/f/rows.csv" in message.words
        await s.platform.update(s.address(), ref, reply(10, "Again", *blocks))
        assert "Again" in s.server.seen(s.channel)[0].words

    play(tmp_path, scene, forbid=frozenset({"attach_files"}))


def test_many_files_take_several_messages(tmp_path: Path) -> None:
    """A message holds ten files at most; the rest follows in the next."""

    async def scene(s: Scene) -> None:
        s.door.blobs = {f"f{n}": b"%d" % n for n in range(12)}
        files = tuple(File(f"f{n}", f"part-{n}.csv", 1) for n in range(12))
        ref = await s.platform.send(s.address(), reply(9, "Parts", *files))
        assert [len(one.files) for one in s.server.seen(s.channel)] == [10, 2]
        assert len(ref.split()) == 2

    play(tmp_path, scene)


def test_who_takes_no_direct_messages(tmp_path: Path) -> None:
    """A person who takes no direct messages cannot be told; the sentence says what to allow."""

    async def scene(s: Scene) -> None:
        shy = s.server.add_person("shy", accepts_direct=False)
        there = await s.platform.direct(f"discord/{s.guild}/{shy}")
        with pytest.raises(Undeliverable, match="direct messages"):
            await s.platform.send(there, reply(9))

    play(tmp_path, scene)


def test_groups_are_looked_up_now(tmp_path: Path) -> None:
    """A person's roles are those of this moment; who left the server has none."""

    async def scene(s: Scene) -> None:
        role = s.server.add_role(s.guild, "Approvers", [])
        group = f"discord/{s.guild}/group:{role}"
        assert await s.platform.groups_of(s.person(), s.scope) == frozenset()
        s.server.give_role(s.guild, role, s.dana)
        assert await s.platform.groups_of(s.person(), s.scope) == {group}
        assert await s.platform.groups_of(s.person(1), s.scope) == frozenset()
        assert await s.platform.groups_of(s.person(), s.direct(s.dana).scope) == frozenset()

    play(tmp_path, scene)


def test_a_thread_on_a_message_of_ours(tmp_path: Path) -> None:
    """What belongs to an alert goes into a thread on it, named after it."""

    async def scene(s: Scene) -> None:
        alert = await s.platform.send(s.address(), reply(9, "Drift on churn"))
        await s.platform.send(s.address(alert), reply(10, "Resolved"))
        assert s.server.world.channels[int(alert)].name == "Drift on churn"
        assert "Resolved" in s.server.seen(int(alert))[0].words

    play(tmp_path, scene)


def test_two_messages_at_once_open_one_thread(tmp_path: Path) -> None:
    """A thread that exists already is simply used."""

    async def scene(s: Scene) -> None:
        alert = await s.platform.send(s.address(), reply(9))
        both = (s.platform.send(s.address(alert), reply(n, f"No {n}")) for n in (10, 11))
        await asyncio.gather(*both)
        assert len(s.server.seen(int(alert))) == 2
        s.server.refusals.clear()

    play(tmp_path, scene)


def test_plain_words_are_no_previews(tmp_path: Path) -> None:
    """Addresses in what the assistant says are not unfolded."""

    async def scene(s: Scene) -> None:
        await s.platform.send(s.address(), Reply((Text("see https://example.com"),), id=3))
        [call] = s.called("POST", "/messages")
        assert call.json["flags"] == 4 or call.json["embeds"]

    play(tmp_path, scene)


def shown(s: Scene) -> set[bytes]:
    """The contents that hang on the one message of the channel."""
    [message] = s.server.seen(s.channel)
    assert len(message.files) == len({data for _, data in message.files})
    return {data for _, data in message.files}
