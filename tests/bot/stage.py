"""A whole app in one process for tests: real catalog, real workers, a terminal to read.

`Stage` keeps one app running for many scenes, each in a channel of its own; `still` is an app
whose workers are not started, for what needs none.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.app import App, build
from bot.commands.session import Session, open_session
from bot.messages import IncomingMessage, Press, Reply, buttons
from bot.settings import Settings
from storage.catalog.records import Actor, Address, Scope
from tools.context import ToolContext
from tools.registry import all_tools

HERE = Address(Scope("terminal", "local", "main"), "main")
ADA = Actor("terminal/local/ada", "Ada")

Scene = Callable[[Session], Awaitable[None]]


def settings_for(home: Path, **changes: Any) -> Settings:
    """Settings that read no file and no environment of the machine."""
    return Settings(_env_file=None, home=home, serving="127.0.0.1:0", http="127.0.0.1:0", **changes)


@asynccontextmanager
async def stage(home: Path, **changes: Any) -> AsyncIterator[Session]:
    """A session whose console is a string."""
    console = Console(file=io.StringIO(), width=100, force_terminal=False)
    opened = open_session(
        settings_for(home, **changes),
        channel="terminal/local/main",
        thread="main",
        console=console,
    )
    async with opened as session:
        yield session


class Stage:
    """One running app; each scene has its own channel and an empty screen."""

    def __init__(self, runner: asyncio.Runner, session: Session) -> None:
        self._runner = runner
        self._session = session
        self._scenes = 0

    def play(self, scene: Scene, *, limit_s: float = 120) -> None:
        """Run one scene."""
        self._scenes += 1
        address = Address(Scope("terminal", "local", f"scene-{self._scenes}"), "main")
        session = Session(self._session.app, self._session.platform, address, self._session.actor)
        session.platform.address = address
        session.platform.console.file = io.StringIO()
        self._runner.run(asyncio.wait_for(scene(session), limit_s))


@contextmanager
def open_stage(home: Path, **changes: Any) -> Iterator[Stage]:
    """A stage for the length of the block; between scenes its loop stands still."""
    with asyncio.Runner() as runner:
        opened = stage(home, **changes)
        session = runner.run(opened.__aenter__())
        try:
            yield Stage(runner, session)
        finally:
            runner.run(opened.__aexit__(None, None, None))


@contextmanager
def still(home: Path, **changes: Any) -> Iterator[App]:
    """An app without workers or deliveries: what runs in the bot itself works."""
    app = build(settings_for(home, **changes))
    try:
        yield app
    finally:
        app.catalog.close()


def message(
    text: str, event: str, *, actor: Actor = ADA, address: Address = HERE
) -> IncomingMessage:
    """Something said."""
    return IncomingMessage(event, address, actor, text)


def load(app: App, csv: str, *, name: str = "table.csv", address: Address = HERE) -> str:
    """Load a table in this process, as a worker would; its id."""
    tool = all_tools()["load_dataset"]
    now = app.now()
    with app.catalog.write() as unit:
        upload = unit.uploads.add(
            address.scope,
            thread=address.thread,
            blob=app.blobs.put(csv.encode()),
            name=name,
            size=len(csv.encode()),
            actor=ADA,
            now=now,
        )
    context = ToolContext(app.site, app.catalog, app.blobs, address, ADA, app.now)
    assert tool.run is not None
    outcome = tool.run(tool.args(source=f"upload {upload.id}"), context)
    assert outcome.dataset_id is not None
    return outcome.dataset_id


def printed(session: Session) -> str:
    """Everything the terminal has shown so far."""
    file = session.platform.console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def words(reply: Reply) -> str:
    """The texts of a reply, joined."""
    texts = []
    for block in reply.blocks:
        texts += [str(getattr(block, name, "")) for name in ("text", "question", "items", "rows")]
    return " ".join(texts)


def click(reply: Reply, label: str) -> Press:
    """The click on the button of this label."""
    labels = [button.label for button in buttons(reply)]
    return Press(reply.id, labels.index(label))
