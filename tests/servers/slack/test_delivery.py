"""Delivery and its faults: acks, retries, duplicates, 429, lost answers, outages, signatures."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.signature import SignatureVerifier

from tests.servers.slack import SlackServer, slack_server
from tests.servers.slack.bolt import client_of, played, socket_app
from tests.servers.slack.signing import SignedRequest, signed

Json = dict[str, Any]


class Heard:
    """Listeners that write down the events they hear."""

    def __init__(self) -> None:
        self.bodies: list[Json] = []

    def __call__(self, app: AsyncApp) -> None:
        @app.event("message")
        async def message(body: Json) -> None:
            self.bodies.append(body)

        @app.event("app_mention")
        async def mention(body: Json) -> None:
            self.bodies.append(body)

    @property
    def texts(self) -> list[str]:
        return [body["event"]["text"] for body in self.bodies]


def direct(server: SlackServer) -> tuple[str, str]:
    """A person and their direct channel."""
    dana = server.add_person("dana")
    return dana, server.add_direct(dana)


@pytest.mark.parametrize("socket_mode", [True, False])
def test_a_mention_is_two_events_of_one_message(socket_mode: bool) -> None:
    """A mention in a channel comes as `app_mention` and `message`, acknowledged, escaped."""
    heard = Heard()

    async def play(server: SlackServer) -> None:
        dana = server.add_person("dana")
        channel = server.add_channel("ml", members=[dana])
        ts = await server.say(dana, channel, "a & b https://x.io", mention=True)
        await server.until(lambda: len(heard.bodies) == 2)
        await server.settled()
        assert all(ack.latency is not None for ack in server.acks)
        assert {ack.event_type for ack in server.acks} == {"app_mention", "message"}
        assert {body["event"]["ts"] for body in heard.bodies} == {ts}
        assert len({body["event_id"] for body in heard.bodies}) == 2
        assert set(heard.texts) == {f"<@{server.bot_user}> a &amp; b <https://x.io>"}

    played(play, heard, socket_mode=socket_mode)


def test_duplicates_and_lost_acks() -> None:
    """The same event comes again with the same id: at once as a duplicate, later for a lost ack."""
    heard = Heard()

    async def play(server: SlackServer) -> None:
        server.ack_within = 0.1
        dana, channel = direct(server)
        server.faults.duplicates = 2
        await server.say(dana, channel, "thrice")
        await server.until(lambda: len(heard.bodies) == 3)
        server.faults.duplicates, server.faults.drop_acks = 0, 1
        await server.say(dana, channel, "again")
        await server.until(lambda: heard.texts.count("again") == 2)
        assert len({body["event_id"] for body in heard.bodies}) == 2
        assert [ack.attempt for ack in server.acks[-2:]] == [0, 1]

    played(play, heard)


def test_reordering_delays_but_loses_nothing() -> None:
    """With random lateness events overtake one another, and all arrive."""
    heard = Heard()

    async def play(server: SlackServer) -> None:
        server.faults.reorder_s = 0.1
        dana, channel = direct(server)
        said = [f"m{n}" for n in range(12)]
        for text in said:
            await server.say(dana, channel, text)
        await server.until(lambda: len(heard.bodies) == 12)
        assert sorted(heard.texts) == sorted(said)
        assert heard.texts != said

    played(play, heard)


def test_limits_errors_and_lost_answers() -> None:
    """429 carries Retry-After, 503 is a status, and a lost answer leaves the message posted."""

    async def play(server: SlackServer) -> None:
        client, channel = client_of(server), server.add_channel("ml")
        server.faults.rate_limit("chat.postMessage")
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=channel, text="x")
        limited: Any = caught.value.response
        assert (limited.status_code, limited.headers["Retry-After"]) == (429, "1")
        server.faults.server_error("*")
        with pytest.raises(SlackApiError, match="503"):
            await client.auth_test()
        client.retry_handlers = [AsyncRateLimitErrorRetryHandler(max_retry_count=1)]
        server.faults.lose_response("chat.postMessage")
        with pytest.raises(aiohttp.ClientError):
            await client.chat_postMessage(channel=channel, text="posted all the same")
        assert [m.text for m in server.seen(channel)] == ["posted all the same"]
        server.faults.pace_s = 60.0
        server.faults.rate_limit("auth.test", retry_after=0)
        assert (await client.auth_test())["user_id"] == server.bot_user
        assert not server.refusals
        assert len(server.called("chat.postMessage")) == 2

    played(play)


def test_a_revoked_token_and_absent_methods() -> None:
    """Standing faults answer with their codes and are no refusals of the app's doing."""

    async def play(server: SlackServer) -> None:
        client = client_of(server)
        server.faults.absent.add("chat.startStream")
        with pytest.raises(SlackApiError, match="unknown_method"):
            await client.api_call("chat.startStream")
        server.faults.token_revoked = True
        with pytest.raises(SlackApiError, match="token_revoked"):
            await client.auth_test()
        assert not server.refusals

    played(play)


def test_sockets_are_cut_refreshed_and_deaf(caplog: pytest.LogCaptureFixture) -> None:
    """The app reconnects after a cut and a refresh; while deaf it hears nothing, history has it."""
    heard = Heard()
    caplog.set_level(logging.CRITICAL)

    async def run() -> None:
        async with slack_server() as server, socket_app(server, heard):
            dana, channel = direct(server)
            for cause in (server.disconnect, server.reset_sockets):
                before = list(server.socket.connections)
                await cause()
                await server.until(
                    lambda old=before: [ws for ws in server.socket.connections if ws not in old]
                )
                await server.until(lambda: len(server.socket.connections) == 1)
            await server.say(dana, channel, "back")
            await server.until(lambda: heard.texts == ["back"])
            server.faults.deaf = True
            await server.say(dana, channel, "unheard")
            server.faults.deaf = False
            await server.say(dana, channel, "heard")
            await server.until(lambda: heard.texts == ["back", "heard"])
            history = await client_of(server).conversations_history(channel=channel)
            assert [m["text"] for m in history["messages"]] == ["heard", "unheard", "back"]

    asyncio.run(run())


def test_an_outage_refuses_everything_and_retries_come_after_it() -> None:
    """During an outage requests and sockets fail; events that were tried in vain come again."""

    async def run() -> None:
        async with slack_server(socket_mode=False) as server:
            dana, channel = direct(server)
            server.retry_after = (0.05, 0.05)
            server.events_url = "http://127.0.0.1:9/slack/events"
            server.faults.outage = True
            with pytest.raises(aiohttp.ClientError):
                await client_of(server).auth_test()
            await server.say(dana, channel, "lost")
            await server.until(lambda: server.delivery.given_up)
            server.faults.outage = False
            assert (await client_of(server).auth_test())["ok"]

    asyncio.run(run())


def test_signed_requests_verify_and_retries_say_so() -> None:
    """The real verifier takes the signature; a failed delivery is retried with its number."""
    taken: list[SignedRequest] = []

    async def fail(request: aiohttp.web.Request) -> aiohttp.web.Response:
        body = await request.read()
        taken.append(SignedRequest(str(request.url), body, dict(request.headers)))
        return aiohttp.web.Response(status=500 if len(taken) < 3 else 200)

    async def run() -> None:
        async with slack_server(socket_mode=False) as server:
            app = aiohttp.web.Application()
            app.router.add_post("/slack/events", fail)
            runner = aiohttp.web.AppRunner(app, shutdown_timeout=0.1)
            await runner.setup()
            await aiohttp.web.TCPSite(runner, "127.0.0.1", 0).start()
            port = runner.addresses[0][1]
            server.events_url = f"http://127.0.0.1:{port}/slack/events"
            server.retry_after = (0.0, 0.0, 0.0)
            dana, channel = direct(server)
            await server.say(dana, channel, "hello")
            await server.until(lambda: len(taken) == 3)
            verifier = SignatureVerifier(server.signing_secret)
            assert all(verifier.is_valid_request(r.body, r.headers) for r in taken)
            numbers = [r.headers.get("X-Slack-Retry-Num") for r in taken]
            assert numbers == [None, "1", "2"]
            assert taken[2].headers["X-Slack-Retry-Reason"] == "http_error"
            stale = signed(server.signing_secret, taken[0].body, at=1)
            assert not verifier.is_valid_request(taken[0].body, stale)
            await runner.cleanup()

    asyncio.run(run())


def test_an_app_behind_http_answers_the_challenge() -> None:
    """Bolt answers the challenge, takes signed bodies and refuses altered ones."""
    heard = Heard()

    async def play(server: SlackServer) -> None:
        dana, channel = direct(server)
        assert await server.http.verify_url()
        await server.say(dana, channel, "hello")
        await server.until(lambda: heard.texts == ["hello"])
        sent = server.http.sent[-1]
        assert await server.http.resend(sent) == 200
        altered = SignedRequest(sent.url, sent.body + b" ", sent.headers)
        assert await server.http.resend(altered) == 401
        await server.until(lambda: heard.texts == ["hello", "hello"])

    played(play, heard, socket_mode=False)


def test_events_need_their_scope_and_subscription() -> None:
    """Slack sends no event without its scope, nor one that the app did not subscribe to."""

    async def run() -> None:
        heard = Heard()
        scopes = frozenset({"im:history"})
        async with slack_server(scopes=scopes) as server, socket_app(server, heard):
            dana, channel = direct(server)
            public = server.add_channel("ml", members=[dana])
            await server.say(dana, public, "no scope", mention=True)
            await server.say(dana, channel, "scope")
            await server.until(lambda: heard.texts == ["scope"])
            server.subscriptions = frozenset({"app_mention"})
            await server.say(dana, channel, "no subscription")
            assert len(server.acks) == 1

    asyncio.run(run())


def test_each_event_goes_to_one_of_several_sockets() -> None:
    """With two sockets open every event is heard once, and both get some."""

    async def run() -> None:
        one, two = Heard(), Heard()
        async with slack_server() as server, socket_app(server, one), socket_app(server, two):
            dana, channel = direct(server)
            for number in range(6):
                await server.say(dana, channel, str(number))
            await server.until(lambda: len(one.texts) + len(two.texts) == 6)
            assert sorted(one.texts + two.texts) == [str(number) for number in range(6)]
            assert one.texts
            assert two.texts

    asyncio.run(run())


def test_files_that_an_event_leaves_out() -> None:
    """Files may be missing from the event, and in a shared channel only their ids are there."""
    heard = Heard()

    async def play(server: SlackServer) -> None:
        dana = server.add_person("dana")
        channel = server.add_channel("ml", members=[dana])
        shared = server.add_channel("with-them", members=[dana], shared=True)
        files = [("a.csv", b"1")]
        await server.say(dana, channel, "x", files=files, missing_file_in_event=True)
        await server.say(dana, shared, "y", files=files)
        await server.until(lambda: len(heard.bodies) == 2)
        first, second = sorted(heard.bodies, key=lambda body: body["event"]["text"])
        assert "files" not in first["event"]
        assert second["is_ext_shared_channel"] is True
        (file,) = second["event"]["files"]
        assert (file["file_access"], "name" in file) == ("check_file_info", False)
        known = await client_of(server).files_info(file=file["id"])
        assert known["file"]["name"] == "a.csv"
        history = await client_of(server).conversations_history(channel=channel)
        assert history["messages"][0]["files"][0]["name"] == "a.csv"

    played(play, heard)
