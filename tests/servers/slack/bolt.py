"""A Bolt app against the local Slack, over Socket Mode or signed HTTP, while a block runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack.server import SlackServer, slack_server

Listeners = Callable[[AsyncApp], Any]
Play = Callable[[SlackServer], Awaitable[None]]


def client_of(server: SlackServer) -> AsyncWebClient:
    """A web client with the app's bot token."""
    return AsyncWebClient(server.bot_token, base_url=server.api_url)


def app_of(server: SlackServer, listeners: Listeners) -> AsyncApp:
    """A Bolt app with these listeners."""
    app = AsyncApp(client=client_of(server), signing_secret=server.signing_secret)
    listeners(app)
    return app


@asynccontextmanager
async def socket_app(server: SlackServer, listeners: Listeners) -> AsyncIterator[AsyncApp]:
    """The app with a socket open; it looks every half second whether the socket still lives."""
    app = app_of(server, listeners)
    handler: Any = AsyncSocketModeHandler(app, server.app_token, ping_interval=0.5)
    await handler.connect_async()
    try:
        yield app
    finally:
        await handler.close_async()


@asynccontextmanager
async def http_app(server: SlackServer, listeners: Listeners) -> AsyncIterator[AsyncApp]:
    """The app behind a web server of its own, to which the server then delivers."""
    app = app_of(server, listeners)

    async def take(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    web_app = web.Application()
    web_app.router.add_post("/slack/events", take)
    runner = web.AppRunner(web_app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.events_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    try:
        yield app
    finally:
        await runner.cleanup()


def played(play: Play, listeners: Listeners | None = None, *, socket_mode: bool = True) -> None:
    """Run the play on a fresh server, with an app when listeners are given."""

    async def run() -> None:
        async with slack_server(socket_mode=socket_mode) as server:
            if listeners is None:
                await play(server)
                return
            running = socket_app if socket_mode else http_app
            async with running(server, listeners):
                await play(server)

    asyncio.run(run())
