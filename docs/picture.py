"""Draws docs/images/terminal.svg: the demo is played for real, and an excerpt of it is drawn.

`make picture`, which is `python -m docs.picture`. Every line of the picture was said by the
assistant in that run; long cards are cut to the blocks that matter at a glance.
"""

from __future__ import annotations

import argparse
import io
import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from bot.commands import demo
from bot.messages import Reply, ReplyBlock, load_reply
from bot.platforms.terminal.render import render
from bot.settings import Settings
from storage.catalog.catalog import Unit, open_catalog
from storage.catalog.records import Address

PICTURE: Final = Path(__file__).parent / "images" / "terminal.svg"
WIDTH: Final = 96
MONOSPACE: Final = "ui-monospace, Menlo, 'DejaVu Sans Mono', monospace"
SHOWN: Final = (
    ("what's in this", ("headline", "facts", "next_steps")),
    ("drop the non-numeric", ("headline",)),
    ("undo", ("headline",)),
    ("drop Name", ("headline",)),
    ("predict who", ("headline", "facts", "next_steps")),
    ("ship it", ("headline", "approval")),
    ("monitor it", ("headline",)),
    ("alert", ("headline", "text", "next_steps")),
)
"""Which messages, by how they begin, and which of their blocks."""

CALM: Final = TerminalTheme(
    (24, 26, 33),
    (214, 218, 226),
    [
        (24, 26, 33),
        (235, 130, 122),
        (143, 203, 143),
        (230, 192, 122),
        (122, 178, 240),
        (200, 162, 235),
        (120, 200, 200),
        (214, 218, 226),
    ],
    [
        (110, 116, 130),
        (235, 130, 122),
        (143, 203, 143),
        (230, 192, 122),
        (122, 178, 240),
        (200, 162, 235),
        (120, 200, 200),
        (255, 255, 255),
    ],
)


def main() -> None:
    """Play the demo in a folder of its own and draw the excerpt."""
    with tempfile.TemporaryDirectory(prefix="picture-") as folder:
        settings = Settings(home=Path(folder))
        demo.run(settings, argparse.Namespace(csv=None, target=None))
        catalog = open_catalog(settings.database)
        try:
            with catalog.read() as unit:
                said = list(_said(unit))
        finally:
            catalog.close()
    console = Console(record=True, width=WIDTH, highlight=False, file=io.StringIO())
    for text, reply in said:
        _draw(console, text, reply)
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(_svg(console), encoding="utf-8")


def _said(unit: Unit) -> Iterator[tuple[str, Reply]]:
    """What a person said and the last state of the message that answered it, in order."""
    address = Address(unit.deployments.live_all()[0].scope, "demo")
    last = {row.slot: row for row in unit.outbox.list(address)}
    for slot, row in last.items():
        kind, _, subject = slot.partition(":")
        if kind == "turn":
            yield unit.turns.get(subject).text, load_reply(row.body)
        elif kind == "alert":
            yield "alert", load_reply(row.body)


def _draw(console: Console, text: str, reply: Reply) -> None:
    kinds = next((kinds for start, kinds in SHOWN if start in text), None)
    if kinds is None:
        return
    if text == "alert":
        console.print(Text("(400 requests later, the world has changed)", style="dim italic"))
    else:
        console.print(Text(f"› {text}", style="bold magenta"))
    blocks = tuple(block for block in reply.blocks if block.kind in kinds)
    if "facts" in kinds:
        blocks = _first_of_each(blocks)
    console.print(render(replace(reply, blocks=blocks), _no_files))
    console.print()


def _first_of_each(blocks: tuple[ReplyBlock, ...]) -> tuple[ReplyBlock, ...]:
    """One block of each kind: the last headline's card, when a message holds several."""
    return tuple({block.kind: block for block in blocks}.values())


def _svg(console: Console) -> str:
    """The recording as SVG in the reader's own monospaced font; nothing is fetched."""
    svg = console.export_svg(title="make demo", theme=CALM, unique_id="demo")
    svg = re.sub(r"@font-face\s*{[^}]*}\s*", "", svg)
    return re.sub(r"font-family: Fira Code[^;]*;", f"font-family: {MONOSPACE};", svg)


def _no_files(_blob: str, name: str) -> Path:
    return Path(name)


if __name__ == "__main__":
    main()
