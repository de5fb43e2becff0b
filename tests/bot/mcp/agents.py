"""Another agent before a whole app: the SDK's own client, each scene in a channel of its own."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mcp import Client
from mcp.server import Server
from mcp_types import CallToolResult, Tool

from bot.app import App, build
from bot.downloads import Downloads
from bot.mcp.calls import Calls
from bot.mcp.files import Files
from bot.mcp.place import Place
from bot.mcp.results import Results
from bot.mcp.server import Desk, server_for
from bot.messages import IncomingMessage, Reply
from storage.catalog.records import Actor, Address, Scope
from tests.bot.stage import settings_for
from tools.registry import all_tools

PERSON = Actor("terminal/local/ada", "Ada")
HOMES = "size,rooms,district,price\n" + "".join(
    f"{40 + i * 7 % 83},{1 + i % 5},{'ABC'[i % 3]},{90000 + 1713 * i}\n" for i in range(90)
)


@dataclass
class Scene:
    """A client, and what people around it see and say."""

    app: App
    client: Client
    place: Place
    calls: Calls
    told: list[tuple[float, str]] = field(default_factory=list)

    async def call(self, tool: str, *, watch: bool = False, **args: Any) -> CallToolResult:
        """Call a tool, noting its progress if it is watched."""

        async def note(share: float, total: float | None, text: str | None) -> None:
            assert total == 1.0
            self.told.append((share, text or ""))

        return await self.client.call_tool(tool, args, progress_callback=note if watch else None)

    async def facts(self, tool: str, **args: Any) -> dict[str, Any]:
        """The structured content of a call."""
        told = (await self.call(tool, **args)).structured_content
        assert isinstance(told, dict)
        return told

    async def send(self, csv: str = HOMES, name: str = "homes.csv") -> dict[str, Any]:
        """Hand a file over."""
        return await self.facts("send_file", name=name, text=csv)

    async def say(self, text: str, event: str, *, actor: Actor = PERSON) -> Reply:
        """A person says something in another thread of the same channel."""
        address = Address(self.place.address.scope, "people")
        return await self.app.assistant.answer(IncomingMessage(event, address, actor, text))


Play = Callable[[Scene], Awaitable[None]]


def words(result: CallToolResult) -> str:
    """All texts of a result."""
    return "\n".join(part.text for part in result.content if part.type == "text")


def kinds(result: CallToolResult) -> list[str]:
    """What a result consists of."""
    return [part.type for part in result.content]


async def all_listed(client: Client) -> list[Tool]:
    """Every tool, page by page."""
    tools: list[Tool] = []
    cursor: str | None = None
    while True:
        page = await client.list_tools(cursor=cursor)
        tools += page.tools
        cursor = page.next_cursor
        if cursor is None:
            return tools


def desk_of(app: App, place: Place, *, folder: Path | None = None, most: int = 2**20) -> Desk:
    """The desk of an app in one place."""
    downloads = Downloads(app.blobs, base="http://127.0.0.1:1", secret=app.site.secret, now=app.now)
    files = Files(downloads, app.blobs, keep=None)
    results = Results(app.blobs, files, channel=str(place.address.scope))
    return Desk(Calls(app, place, all_tools()), results, files, folder=folder, most=most)


class Agents:
    """One running app; each scene has a channel, a server and a client of its own."""

    def __init__(self, runner: asyncio.Runner, app: App) -> None:
        self._runner = runner
        self._numbers = itertools.count(1)
        self.app = app

    def play(
        self,
        play: Play,
        *,
        mode: str = "legacy",
        actor: Actor = PERSON,
        folder: Path | None = None,
        most: int = 2**20,
        limit_s: float = 200,
    ) -> None:
        """Run one scene."""
        kind, workspace, _ = actor.id.split("/")
        scope = Scope(kind, workspace, f"scene-{next(self._numbers)}")
        place = Place(Address(scope, "mcp"), actor)
        desk = desk_of(self.app, place, folder=folder, most=most)

        async def run() -> None:
            async with client_of(server_for(desk, version="1"), mode) as client:
                await play(Scene(self.app, client, place, desk.calls))

        self._runner.run(asyncio.wait_for(run(), limit_s))


@asynccontextmanager
async def client_of(server: Server[Any], mode: str) -> AsyncIterator[Client]:
    """The SDK's client, connected."""
    async with Client(server, mode=mode, cache=None) as client:
        yield client


@contextmanager
def _opened(home: Path, **changes: Any) -> Iterator[Agents]:
    with asyncio.Runner() as runner:
        app = build(settings_for(home, **changes))
        runner.run(app.start())
        try:
            yield Agents(runner, app)
        finally:
            runner.run(app.stop())


def open_agents(home: Path, **changes: Any) -> AbstractContextManager[Agents]:
    """Agents for the length of the block; between scenes the loop stands still."""
    return _opened(home, **changes)
