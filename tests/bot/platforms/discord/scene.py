"""The Discord adapter with the real library on a local Discord, behind a small door."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.messages import IncomingMessage, Reply
from bot.platforms.discord.adapter import DiscordPlatform, utc_now
from bot.platforms.discord.listen import Waits, Way
from storage.catalog.records import Address, Scope
from tests.fakes.door import FakeDoor
from tests.servers.discord import DiscordServer, discord_server
from tools.outcome import Headline, NextStep, NextSteps, Text

QUICK = Waits(first=0.05, longest=0.2, refused=0.3, patience=10.0, ready=0.05, identify=0.0)


@dataclass
class Scene:
    """A server with Dana in one channel, and the assistant listening."""

    server: DiscordServer
    door: FakeDoor
    platform: DiscordPlatform
    dana: int
    guild: int
    channel: int

    @property
    def scope(self) -> Scope:
        return Scope("discord", str(self.guild), str(self.channel))

    def address(self, thread: int | str = "") -> Address:
        return Address(self.scope, str(thread))

    def direct(self, person: int) -> Address:
        return Address(Scope("discord", "dm", str(self.server.add_direct(person))))

    def person(self, user: int | None = None) -> str:
        return f"discord/{self.guild}/{user or self.dana}"

    async def answered(self, number: int = 1) -> list[IncomingMessage]:
        """The messages that the door was given, once there are so many."""
        await self.server.until(
            lambda: len(self.door.messages) >= number or self.door.faults,
            hint=f"answer {number}",
        )
        await self.door.settled()
        assert self.door.faults == []
        return self.door.messages

    async def quiet(self) -> None:
        """Wait until what was said before has certainly been heard: a later message was."""
        number = len(self.door.messages)
        ada = self.server.add_person("ada")
        await self.server.say(ada, self.server.add_direct(ada), "are you there?")
        await self.answered(number + 1)
        self.door.messages.pop()
        self.door.files.pop()

    def called(self, method: str, ending: str) -> list[Any]:
        """Every REST call of a method on a path that ends so."""
        return [
            call
            for call in self.server.calls
            if call.method == method and call.path.endswith(ending)
        ]


Play = Callable[[Scene], Awaitable[None]]


def card(message: IncomingMessage) -> Reply:
    """A card for every message, with two buttons."""
    steps = (NextStep("Train", "train_model"), NextStep("Undo", "undo"))
    words = message.text or "a click"
    blocks = (Headline(f"Heard {words}"), Text("It is done."), NextSteps(steps))
    return Reply(blocks, f"turn:{message.event_id}", id=int(message.event_id[-6:]) + 1)


def play(tmp_path: Path, scene: Play, *, before: Play | None = None, **options: Any) -> None:
    """Play a scene; `before` happens while the assistant is not there yet."""

    async def run() -> None:
        async with stage(tmp_path, before=before, **options) as set_up:
            await asyncio.wait_for(scene(set_up), 60)

    asyncio.run(run())


@asynccontextmanager
async def stage(
    tmp_path: Path,
    *,
    before: Play | None = None,
    waits: Waits = QUICK,
    poll_s: float = 600.0,
    forbid: frozenset[str] = frozenset(),
    tier: int = 0,
    token: str = "",
    gateway: str | None = None,
    now: Callable[[], datetime] = utc_now,
    **server: Any,
) -> AsyncIterator[Scene]:
    """A scene while the block runs."""
    async with discord_server(**server) as local:
        dana = local.add_person("dana")
        guild = local.add_guild("crew", members=[dana], tier=tier)
        channel = local.add_channel(guild, "ml", forbid=forbid)
        door = FakeDoor(tmp_path, reply=card)
        way = Way(
            token or local.token, local.api_url, local.gateway_url if gateway is None else gateway
        )
        platform = DiscordPlatform(way, waits=waits, poll_s=poll_s, now=now)
        door.platform = platform
        set_up = Scene(local, door, platform, dana, guild, channel)
        door.know(set_up.scope, name="ml", cursor=str(local.world.new_id()))
        if before is not None:
            await before(set_up)
        async with listening(set_up):
            yield set_up


@asynccontextmanager
async def listening(scene: Scene) -> AsyncIterator[None]:
    """The adapter connected while the block runs."""
    before = len(scene.called("PUT", "/commands"))
    await scene.platform.start(scene.door)
    try:
        await scene.server.until(
            lambda: len(scene.called("PUT", "/commands")) > before or scene.platform.troubles(),
            hint="a connection",
        )
        yield
    finally:
        await scene.platform.stop()
        await scene.door.close()
