"""The local Slack keeps its word to the real SDKs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import SlackServer, slack_server

Setup = Callable[[AsyncApp], Any]
Play = Callable[[SlackServer], Awaitable[None]]


@asynccontextmanager
async def app_on_socket(server: SlackServer, setup: Setup) -> AsyncIterator[AsyncApp]:
    client = AsyncWebClient(server.bot_token, base_url=server.api_url)
    app = AsyncApp(client=client, signing_secret=server.signing_secret)
    setup(app)
    handler = AsyncSocketModeHandler(app, server.app_token)
    await handler.connect_async()
    try:
        yield app
    finally:
        await handler.close_async()


def played(setup: Setup, play: Play) -> None:
    """Run a Bolt app against a fresh server while the play goes on."""

    async def run() -> None:
        async with slack_server() as server, app_on_socket(server, setup):
            await play(server)

    asyncio.run(run())


def test_a_mention_reaches_its_listener_and_is_answered() -> None:
    """A mention is one `app_mention` and one `message`; the reply is seen in the thread."""
    heard: list[str] = []

    def setup(app: AsyncApp) -> None:
        @app.event("app_mention")
        async def mention(event: dict[str, Any], say: Any) -> None:
            heard.append("app_mention")
            await say(text="*hello*", thread_ts=event["ts"])

        @app.event("message")
        async def message(event: dict[str, Any]) -> None:
            heard.append("message")

    async def play(server: SlackServer) -> None:
        dana = server.add_person("dana")
        channel = server.add_channel("ml", members=[dana])
        ts = await server.say(dana, channel, "train & go", mention=True)
        reply = (await server.until(lambda: server.seen(channel, ts)[1:]))[0]
        assert ("*hello*", ts, True) == (reply.words, reply.thread, reply.bot)
        assert "train &amp; go" in server.seen(channel)[0].text
        await server.until(lambda: len(heard) == 2)
        await server.until(lambda: all(ack.latency is not None for ack in server.acks))

    played(setup, play)
    assert sorted(heard) == ["app_mention", "message"]


def test_a_button_edits_its_message_and_whispers() -> None:
    """A click carries the button's value; the app edits the message and whispers to the clicker."""

    def setup(app: AsyncApp) -> None:
        @app.event("message")
        async def message(event: dict[str, Any], say: Any) -> None:
            button = {
                "type": "button",
                "action_id": "go",
                "value": "17",
                "text": {"type": "plain_text", "text": "Go"},
            }
            await say(text="Go?", blocks=[{"type": "actions", "elements": [button]}])

        @app.action("go")
        async def go(ack: Any, body: dict[str, Any], action: dict[str, Any], client: Any) -> None:
            await ack()
            channel, ts = body["channel"]["id"], body["message"]["ts"]
            await client.chat_update(channel=channel, ts=ts, text="Gone", blocks=[])
            user, value = body["user"]["id"], action["value"]
            await client.chat_postEphemeral(channel=channel, user=user, text=f"you chose {value}")

    async def play(server: SlackServer) -> None:
        dana = server.add_person("dana")
        channel = server.add_direct(dana)
        await server.say(dana, channel, "hello")
        card = (await server.until(lambda: server.seen(channel)[1:]))[0]
        assert card.buttons == ["Go"]
        await server.click(dana, card.ts, channel, label="Go")
        whisper = (await server.until(lambda: server.whispers(dana)))[0]
        assert (whisper.words, whisper.ephemeral) == ("you chose 17", True)
        now = server.message(channel, card.ts)
        assert (now.words, now.buttons, now.edits) == ("Gone", [], 1)

    played(setup, play)


def test_files_go_in_and_out() -> None:
    """A file is downloaded with the token, others get the login page; an upload is seen."""

    async def play(server: SlackServer) -> None:
        client = AsyncWebClient(server.bot_token, base_url=server.api_url)
        dana = server.add_person("dana")
        channel = server.add_channel("ml", members=[dana])
        ts = await server.say(dana, channel, "", files=[("a.csv", b"x,y\n1,2\n")])
        history = await client.conversations_history(channel=channel)
        url = history["messages"][0]["files"][0]["url_private_download"]
        async with aiohttp.ClientSession() as session:
            bearer = {"Authorization": f"Bearer {server.bot_token}"}
            async with session.get(url, headers=bearer) as answer:
                assert await answer.read() == b"x,y\n1,2\n"
            async with session.get(url) as answer:
                assert answer.content_type == "text/html"
        await client.files_upload_v2(
            file_uploads=[
                {"filename": "b.csv", "file": b"1", "title": "B"},
                {"filename": "c.csv", "file": b"22", "title": "C"},
            ],
            channel=channel,
            thread_ts=ts,
            initial_comment="here",
        )
        shared = server.seen(channel, ts)[1]
        assert shared.files == [("b.csv", b"1"), ("c.csv", b"22")]
        assert shared.words == "here\nb.csv\nc.csv"

    async def run() -> None:
        async with slack_server() as server:
            await play(server)

    asyncio.run(run())
