"""The Slack adapter with the real SDK on a local Slack, behind a small door."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette

from bot.messages import IncomingMessage, Progress, Reply
from bot.platforms.slack.adapter import Keys, SlackPlatform
from bot.platforms.slack.connection import Pulse
from bot.platforms.slack.downloads import Patience
from storage.catalog.records import Address, Scope
from tests.fakes.door import FakeDoor
from tests.servers.slack import SlackServer, slack_server
from tools.outcome import Block, Headline

QUICK = Pulse(ping=0.2, silence=20.0, connect=2.0, closed=0.1, patience=0.2, poll=600.0, pace=0.0)
SOON = Patience(upload_s=1.0, look_s=0.02)


@dataclass
class Scene:
    """A workspace with Dana in one channel, and the assistant listening."""

    server: SlackServer
    door: FakeDoor
    platform: SlackPlatform
    dana: str
    channel: str

    @property
    def scope(self) -> Scope:
        return Scope("slack", self.server.team, self.channel)

    def address(self, thread: str = "", channel: str = "") -> Address:
        return Address(Scope("slack", self.server.team, channel or self.channel), thread)

    def person(self, user: str = "") -> str:
        return f"slack/{self.server.team}/{user or self.dana}"

    async def answered(self, number: int = 1) -> list[IncomingMessage]:
        """The messages that the door was given, once there are so many."""
        await self.server.until(
            lambda: len(self.door.messages) >= number, within=30, hint=f"{self.door.faults}"
        )
        await self.door.settled()
        assert self.door.faults == []
        return self.door.messages

    async def settled(self) -> None:
        """Wait until Slack has been acknowledged everything, and all of it was dealt with."""
        await self.server.until(
            lambda: self.server.acks and all(a.latency is not None for a in self.server.acks),
            within=30,
        )
        await self.door.settled()
        assert self.door.faults == []

    def called(self, method: str) -> list[dict[str, Any]]:
        """The arguments of every call of a method."""
        return [call.args for call in self.server.calls if call.method == method]


Play = Callable[[Scene], Awaitable[None]]


def card(*blocks: Block | Progress, id: int = 7, to: str = "", done: bool = True) -> Reply:  # noqa: A002
    """A reply."""
    return Reply((Headline("Trained"), *blocks), "job:1", id=id, to=to, done=done)


def play(
    tmp_path: Path,
    scene: Play,
    *,
    pulse: Pulse = QUICK,
    http: bool = False,
    before: Callable[[Scene], Awaitable[None]] | None = None,
    **server: Any,
) -> None:
    """Play a scene; `before` happens while the assistant is not there yet."""

    async def run() -> None:
        async with stage(tmp_path, pulse=pulse, http=http, before=before, **server) as set_up:
            await asyncio.wait_for(scene(set_up), 120)

    asyncio.run(run())


@asynccontextmanager
async def stage(
    tmp_path: Path,
    *,
    pulse: Pulse = QUICK,
    http: bool = False,
    before: Callable[[Scene], Awaitable[None]] | None = None,
    **options: Any,
) -> AsyncIterator[Scene]:
    """A scene while the block runs."""
    async with slack_server(socket_mode=not http, **options) as server:
        dana = server.add_person("dana")
        channel = server.add_channel("ml", members=[dana])
        door = FakeDoor(tmp_path)
        platform = SlackPlatform(_keys(server, http=http), pulse=pulse, patience=SOON)
        door.platform = platform
        scene = Scene(server, door, platform, dana, channel)
        door.know(scope=scene.scope, name="ml", cursor=server.world.new_ts())
        if before is not None:
            await before(scene)
        async with listening(scene, http=http):
            yield scene


@asynccontextmanager
async def listening(scene: Scene, *, http: bool = False) -> AsyncIterator[None]:
    """The adapter connected while the block runs."""
    await scene.platform.start(scene.door)
    try:
        if http:
            async with _served(scene):
                yield
        else:
            await scene.server.until(
                lambda: scene.server.socket.connections or scene.platform.troubles(), within=30
            )
            yield
    finally:
        await scene.platform.stop()
        await scene.door.close()


def _keys(server: SlackServer, *, http: bool) -> Keys:
    if http:
        return Keys(server.bot_token, "", server.signing_secret, server.api_url)
    return Keys(server.bot_token, server.app_token, "", server.api_url)


@asynccontextmanager
async def _served(scene: Scene) -> AsyncIterator[None]:
    """The bot's own address, as `serve` opens it."""
    app = Starlette(routes=list(scene.platform.routes))
    config = uvicorn.Config(app, port=0, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None
    task = asyncio.create_task(server._serve())
    await scene.server.until(lambda: server.started, within=30)
    port = server.servers[0].sockets[0].getsockname()[1]
    scene.server.events_url = f"http://127.0.0.1:{port}/slack/events"
    await scene.server.until(lambda: scene.called("auth.test"), within=30)
    try:
        yield
    finally:
        server.should_exit = True
        await task
