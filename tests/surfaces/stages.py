"""One running app for many scenes, on each surface."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

from bot.app import App
from tests.bot.stage import Scene, open_stage
from tests.surfaces.chat import Chat
from tests.surfaces.discord import discord_place
from tests.surfaces.slack import slack_place
from tests.surfaces.web import web_place

SURFACES = ("terminal", "slack", "discord", "web")


class Place(Protocol):
    """A platform with the app in it."""

    app: App

    def chat(self) -> Chat:
        """A conversation in a new channel."""


class Theatre(Protocol):
    """Where scenes are played."""

    def play(self, scene: Scene, *, limit_s: float = 120) -> None:
        """Run one scene, in a channel of its own."""


class ChatStage:
    """A platform's stage; between scenes its loop stands still."""

    def __init__(self, runner: asyncio.Runner, place: Place) -> None:
        self._runner = runner
        self._place = place

    def play(self, scene: Scene, *, limit_s: float = 120) -> None:
        """Run one scene, in a channel of its own."""
        chat: Any = self._place.chat()
        self._runner.run(asyncio.wait_for(scene(chat), limit_s))


@contextmanager
def open_theatre(surface: str, home: Path, **changes: Any) -> Iterator[Theatre]:
    """The stage of a surface for the length of the block."""
    if surface == "terminal":
        with open_stage(home, **changes) as stage:
            yield stage
        return
    places: dict[str, Callable[..., AbstractAsyncContextManager[Place]]] = {
        "slack": slack_place,
        "discord": discord_place,
        "web": web_place,
    }
    with asyncio.Runner() as runner:
        opened = places[surface](home, **changes)
        place = runner.run(opened.__aenter__())
        try:
            yield ChatStage(runner, place)
        finally:
            runner.run(opened.__aexit__(None, None, None))
