"""Nothing said in Slack is lost or done twice: bad requests, outages, deaf sockets, lost rights."""

from __future__ import annotations

import asyncio
import io
import time
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot.platforms.slack.adapter import Keys, SlackPlatform
from tests.bot.platforms.slack.scene import QUICK, Scene, listening, play
from tests.servers.slack.signing import signed

MENTION = b'{"type": "event_callback", "event_id": "E1", "event": {"type": "app_mention"}}'


async def posted(on: Scene, body: bytes | io.BytesIO, headers: dict[str, str]) -> int:
    """The status of a request to the bot's own address."""
    given = {"Content-Type": "application/json", **headers}
    async with (
        aiohttp.ClientSession() as session,
        session.post(on.server.events_url, data=body, headers=given) as response,
    ):
        return response.status


def test_events_come_signed_to_the_bots_own_address(tmp_path: Path) -> None:
    """Without an app token: events, clicks, forms and commands over HTTP."""

    async def scene(on: Scene) -> None:
        assert await on.server.http.verify_url()
        await on.server.say(on.dana, on.channel, "train", mention=True, files=[("a.csv", b"x\n")])
        await on.answered()
        assert on.door.files == [[("a.csv", b"x\n")]]
        await on.server.slash(on.dana, on.channel, "/mlops", "status")
        (_, command) = await on.answered(2)
        assert (command.text, command.private) == ("what is deployed?", True)

    play(tmp_path, scene, http=True)


def bad_requests(secret: str) -> dict[str, tuple[bytes, dict[str, str]]]:
    """Requests that did not come from Slack, or not now."""
    good = signed(secret, MENTION)
    stamp, signature = "X-Slack-Request-Timestamp", "X-Slack-Signature"
    return {
        "unsigned": (MENTION, {}),
        "another secret": (MENTION, signed("0" * 32, MENTION)),
        "another body": (MENTION + b" ", good),
        "yesterday": (MENTION, signed(secret, MENTION, int(time.time()) - 86_400)),
        "no number": (MENTION, {**good, stamp: "soon"}),
        "no whole number": (MENTION, {**good, stamp: "1e9"}),
        "too long a number": (MENTION, {**good, stamp: "9" * 5000}),
        "other digits": (MENTION, {**good, stamp: "\u0661\u0662"}),
        "no signature": (MENTION, {**good, signature: "v0=zz"}),
        "no letters": (MENTION, {**good, signature: "v0=\u00e9"}),
        "no text": (b"\xff\xfe", signed(secret, b"a")),
        "a look at the certificate": (b"ssl_check=1&token=x", good),
    }


def test_malformed_and_forged_requests_are_refused(tmp_path: Path) -> None:
    """Whatever is wrong with signature, timestamp or body: 401, never 500, and no effect."""

    async def scene(on: Scene) -> None:
        found = {}
        for name, (body, headers) in bad_requests(on.server.signing_secret).items():
            found[name] = await posted(on, body, headers)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        found["a form"] = await posted(on, b"payload={", {**form, **signed("x", b"payload={")})
        checked = found.pop("a look at the certificate")
        assert set(found.values()) == {401}
        assert checked in (200, 401)
        assert on.door.kept == {}

    play(tmp_path, scene, http=True)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"payload=%7B", "application/x-www-form-urlencoded"),
        (b"payload=[]", "application/x-www-form-urlencoded"),
        (b"null", "application/json"),
        (b"", "application/json"),
        (b'{"type": "event_callback", "event": 7}', "application/json"),
        (b'{"type": "block_actions", "actions": 7, "user": []}', "application/json"),
        (b'{"type": "view_submission", "view": 7}', "application/json"),
        (b'{"type": "event_callback", "event_id": "E", "event": {"type": 1}}', "application/json"),
    ],
)
def test_signed_nonsense_breaks_nothing(tmp_path: Path, body: bytes, kind: str) -> None:
    """A body that is signed and makes no sense is no server error and has no effect."""

    async def scene(on: Scene) -> None:
        headers = {"Content-Type": kind, **signed(on.server.signing_secret, body)}
        assert await posted(on, body, headers) < 500
        assert on.door.kept == {}

    play(tmp_path, scene, http=True)


def test_a_replayed_request_has_no_second_effect(tmp_path: Path) -> None:
    """An eavesdropper who sends a signed body again achieves nothing."""

    async def scene(on: Scene) -> None:
        await on.server.say(on.dana, on.channel, "train", mention=True)
        await on.server.slash(on.dana, on.channel, "/mlops", "status")
        await on.answered(2)
        sent = list(on.server.http.sent)
        assert len(sent) == 3
        for request in [*sent, *sent]:
            assert await posted(on, request.body, request.headers) == 200
        await on.settled()
        assert len(on.door.messages) == 2

    play(tmp_path, scene, http=True)


def test_a_huge_body_is_not_read(tmp_path: Path) -> None:
    """Four megabytes are more than Slack ever sends."""

    async def scene(on: Scene) -> None:
        content = b"x" * (5 << 20)
        headers = signed(on.server.signing_secret, content)
        assert await posted(on, io.BytesIO(content), headers) == 413

    play(tmp_path, scene, http=True)


def test_an_event_that_cannot_be_kept_is_not_acknowledged(tmp_path: Path) -> None:
    """While the store is away, Slack keeps the event and delivers it again."""

    async def scene(on: Scene) -> None:
        on.server.ack_within = 0.3
        keep = on.door.keep
        failures = 2

        async def failing(*args: object, **kwargs: object) -> bool:
            nonlocal failures
            if failures:
                failures -= 1
                raise OSError("the disk is full")
            return await keep(*args, **kwargs)  # type: ignore[arg-type]

        on.door.keep = failing  # type: ignore[method-assign]
        on.server.subscriptions = frozenset({"app_mention"})
        on.server.retry_after = (0.0, 0.0, 0.0)
        await on.server.say(on.dana, on.channel, "train", mention=True)
        await on.answered()
        lost = [ack.latency is None for ack in on.server.acks]
        assert (lost[0], lost[-1]) == (True, False)

    play(tmp_path, scene)


def test_what_was_said_while_the_bot_was_away_is_answered(tmp_path: Path) -> None:
    """At the start the channels are read from where they were left, threads and strangers too."""

    async def before(on: Scene) -> None:
        on.door.messages.clear()
        root = await on.server.say(on.dana, on.channel, "old thread", deliver=False)
        on.door.parts.add(on.address(root))
        on.door.active[on.scope] = [root]
        new = on.server.add_channel("new", members=[on.dana])
        await on.server.say(on.dana, on.channel, "one", mention=True, deliver=False)
        await on.server.say(on.dana, on.channel, "two", thread=root, deliver=False)
        await on.server.say(on.dana, new, "three", mention=True, deliver=False)
        await on.server.say(on.dana, on.channel, "not for you", deliver=False)
        await on.server.say(
            on.dana, on.channel, "four", mention=True, files=[("a.csv", b"x\n")], deliver=False
        )

    async def scene(on: Scene) -> None:
        heard = await on.answered(4)
        assert {m.text for m in heard} == {"one", "two", "three", "four"}
        assert [("a.csv", b"x\n")] in on.door.files
        on.server.faults.history_page = 1
        await on.platform.stop()
        async with listening(on):
            await on.server.say(on.dana, on.channel, "five", mention=True)
            await on.answered(5)
        assert len(on.door.messages) == 5

    play(tmp_path, scene, before=before)


def test_an_outage_loses_nothing(tmp_path: Path) -> None:
    """What is said while Slack cannot be reached is answered once it is back."""

    async def scene(on: Scene) -> None:
        await on.server.say(on.dana, on.channel, "before", mention=True)
        await on.answered()
        on.server.retry_after = ()
        on.server.faults.outage = True
        await on.server.say(on.dana, on.channel, "during", mention=True)
        await on.server.until(on.platform.troubles, within=30)
        on.server.faults.outage = False
        await on.server.connected(within=10)
        await on.answered(2)
        await on.server.say(on.dana, on.channel, "after", mention=True)
        await on.answered(3)
        assert [m.text for m in on.door.messages] == ["before", "during", "after"]
        assert on.platform.troubles() == []

    play(tmp_path, scene)


@pytest.mark.parametrize("how", ["asked", "cut"])
def test_a_connection_that_ends_is_made_anew(tmp_path: Path, how: str) -> None:
    """Slack asks for a new connection every few hours, and sometimes just cuts it."""

    async def scene(on: Scene) -> None:
        (old,) = on.server.socket.connections
        on.server.retry_after = ()
        if how == "asked":
            await on.server.disconnect("refresh_requested")
        else:
            await on.server.reset_sockets()
        await on.server.say(on.dana, on.channel, "hello", mention=True)
        await on.answered()
        await on.server.until(
            lambda: [ws for ws in on.server.socket.connections if ws is not old], within=30
        )
        await on.server.say(on.dana, on.channel, "again", mention=True)
        await on.answered(2)

    play(tmp_path, scene)


def test_a_deaf_socket_is_noticed_by_looking(tmp_path: Path) -> None:
    """Pings are answered but nothing is delivered: a look finds it, and connects anew."""

    async def scene(on: Scene) -> None:
        (old,) = on.server.socket.connections
        on.server.faults.deaf = True
        await on.server.say(on.dana, on.channel, "anybody there?", mention=True)
        await on.answered()
        await on.server.until(
            lambda: [ws for ws in on.server.socket.connections if ws is not old], within=30
        )
        on.server.faults.deaf = False
        await on.server.say(on.dana, on.channel, "back", mention=True)
        await on.answered(2)

    play(tmp_path, scene, pulse=replace(QUICK, poll=0.2, on_its_way=0.0))


def test_silence_alone_is_no_deafness(tmp_path: Path) -> None:
    """While nobody says anything, the connection is left as it is."""

    async def scene(on: Scene) -> None:
        (old,) = on.server.socket.connections
        looks = len(on.called("conversations.history"))
        await on.server.until(
            lambda: len(on.called("conversations.history")) > looks + 3, within=30
        )
        assert list(on.server.socket.connections) == [old]

    play(tmp_path, scene, pulse=replace(QUICK, poll=0.1, silence=1.0))


def test_a_socket_without_any_frame_is_given_up(tmp_path: Path) -> None:
    """Not even pongs come: after a while the connection counts as lost."""

    async def scene(on: Scene) -> None:
        (old,) = on.server.socket.connections
        connection = on.platform._connection
        assert connection is not None
        await on.server.until(
            lambda: [ws for ws in on.server.socket.connections if ws is not old], within=30
        )

    play(tmp_path, scene, pulse=replace(QUICK, ping=30.0, silence=0.4))


def test_a_revoked_token_is_told_and_found_out_again(tmp_path: Path) -> None:
    """A sentence says what to change; once it works again it is gone."""

    async def before(on: Scene) -> None:
        on.server.faults.token_revoked = True

    async def scene(on: Scene) -> None:
        (trouble, *_) = await on.server.until(on.platform.troubles, within=30)
        assert "SLACK_BOT_TOKEN" in trouble
        assert "token_revoked" in trouble

    play(tmp_path, scene, before=before)


def test_an_app_that_was_removed_says_so(tmp_path: Path) -> None:
    """Uninstalled: nothing can be said in Slack, so it is said where the installation looks."""

    async def scene(on: Scene) -> None:
        on.server.emit({"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}})
        await on.settled()
        assert on.platform.troubles() == []
        on.server.emit({"type": "app_uninstalled"})
        await on.settled()
        (trouble,) = on.platform.troubles()
        assert "install it again" in trouble

    play(tmp_path, scene)


def test_a_wrong_app_token_is_told(tmp_path: Path) -> None:
    """Socket Mode off, or another token: the sentence names the setting."""

    async def scene(on: Scene) -> None:
        keys = Keys(on.server.bot_token, "xapp-wrong", "", on.server.api_url)
        other = SlackPlatform(keys, pulse=QUICK)
        await other.start(on.door)
        try:
            (trouble, *_) = await on.server.until(other.troubles, within=30)
            assert "SLACK_APP_TOKEN" in trouble
        finally:
            await other.stop()

    play(tmp_path, scene)


def test_without_a_way_in_the_settings_are_named(tmp_path: Path) -> None:
    """Neither an app token nor a signing secret: nothing can be heard."""
    keys = Keys("xoxb-1")
    (trouble,) = SlackPlatform(keys).troubles()
    assert "SLACK_APP_TOKEN" in trouble
    assert "SLACK_SIGNING_SECRET" in trouble
    assert list(SlackPlatform(keys).routes) == []


def test_a_channel_that_was_left_unheard_is_given_up(tmp_path: Path) -> None:
    """Removed while nobody listened: catching up finds it out."""

    async def before(on: Scene) -> None:
        on.server.faults.not_in.add(on.channel)

    async def scene(on: Scene) -> None:
        await on.server.until(lambda: on.door.gone == [on.scope], within=30)

    play(tmp_path, scene, before=before)


def test_catching_up_waits_as_long_as_slack_asks(tmp_path: Path) -> None:
    """A rate limit delays what was missed; it is not lost."""

    async def before(on: Scene) -> None:
        on.server.faults.rate_limit("conversations.history", retry_after=0)
        await on.server.say(on.dana, on.channel, "one", mention=True, deliver=False)

    async def scene(on: Scene) -> None:
        (message,) = await on.answered()
        assert message.text == "one"

    play(tmp_path, scene, before=before)


def test_events_that_slack_left_out_are_looked_for(tmp_path: Path) -> None:
    """Over 30,000 events an hour Slack drops some, and says so."""

    async def scene(on: Scene) -> None:
        await on.server.say(on.dana, on.channel, "dropped", mention=True, deliver=False)
        on.server.delivery.event({"type": "app_rate_limited", "minute_rate_limited": 1})
        (message,) = await on.answered()
        assert message.text == "dropped"

    play(tmp_path, scene, http=True)


def test_work_does_not_hold_up_acknowledgements(tmp_path: Path) -> None:
    """While an answer takes its time, others are acknowledged at once."""

    async def scene(on: Scene) -> None:
        free = asyncio.Event()
        answer = on.door.answer

        async def slow(message: object) -> object:
            await free.wait()
            return await answer(message)  # type: ignore[arg-type]

        on.door.answer = slow  # type: ignore[assignment, method-assign]
        for number in range(5):
            await on.server.say(on.dana, on.channel, f"job {number}", mention=True)
        await on.server.until(
            lambda: (
                len(on.server.acks) == 10 and all(ack.latency is not None for ack in on.server.acks)
            ),
            within=30,
        )
        assert on.door.messages == []
        free.set()
        await on.answered(5)

    play(tmp_path, scene)
