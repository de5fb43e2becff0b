"""Cards as text: what a terminal of some width would show."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from bot.messages import Reply, ReplyBlock
from bot.platforms.terminal.render import render


def keep(blob: str, name: str) -> Path:
    """Where a file would be kept."""
    return Path("files") / name


def shown(*blocks: ReplyBlock, width: int = 72) -> str:
    """The blocks as a card on a screen without colours."""
    file = io.StringIO()
    console = Console(file=file, width=width, highlight=False)
    console.print(render(Reply(blocks), keep), crop=False)
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"
