"""A whole app in one process for tests: real catalog, real workers, a terminal to read."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.commands.session import Session, open_session
from bot.messages import Press, Reply, buttons
from bot.settings import Settings


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


def play(home: Path, scene: Callable[[Session], Awaitable[None]], **changes: Any) -> None:
    """Run one scene on a stage, within two minutes."""

    async def run() -> None:
        async with stage(home, **changes) as session:
            await asyncio.wait_for(scene(session), 120)

    asyncio.run(run())


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
