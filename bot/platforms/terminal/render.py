"""A reply as rich renderables: cards as tables, buttons as numbered choices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, assert_never

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text as RichText

from bot.messages import ApprovalPrompt, Choices, Draft, Progress, Reply, ReplyBlock, buttons
from tools.outcome import (
    Cell,
    Code,
    Fact,
    Facts,
    Figure,
    File,
    Headline,
    NextSteps,
    Receipt,
    Table,
    Text,
    Warnings,
)

TONES = {"neutral": "bold", "good": "bold green", "warning": "bold yellow", "bad": "bold red"}
MARKS = {"neutral": "●", "good": "✔", "warning": "▲", "bad": "✖"}
BAR = 24
LABEL = 32
COLUMN = 16  # characters that a column of a table needs, unless its cells are shorter

KeepFile = Callable[[str, str], Path]


def render(reply: Reply, keep: KeepFile, *, seen: tuple[ReplyBlock, ...] = ()) -> RenderableType:
    """A card.

    Args:
        reply: What to show.
        keep: Writes a blob under a name into the person's folder and returns the path.
        seen: Blocks printed before; a terminal cannot take them back, so they are left out.
    """
    fresh = [block for block in reply.blocks if block not in seen]
    parts = [part for block in fresh for part in _block(block, keep)]
    return Group(*parts, *_buttons(reply))


def progress_line(progress: Progress) -> str:
    """Work that goes on, in one line."""
    filled = round(progress.share * BAR)
    bar = "━" * filled + "╌" * (BAR - filled)
    left = f" · about {_seconds(progress.eta_s)} left" if progress.eta_s else ""
    return f"{bar} {progress.share:4.0%}  {plain(progress.text)}{left}"


def draft_line(draft: Draft, width: int) -> str:
    """The end of words that grow, in one line of at most so many cells."""
    words = " ".join(plain(draft.text).split())
    while cell_len(words) > width - 4:
        words = words[1:]
    return f"✎ {words} …" if words else "✎ …"


def plain(text: str) -> str:
    """Text without control characters, so that no name from a file can steer the terminal."""
    return "".join(c for c in text if c == "\n" or (c.isprintable() and c not in _BIDI))


_BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b")


def _block(block: ReplyBlock, keep: KeepFile) -> Iterator[RenderableType]:  # noqa: C901, PLR0912 - one case a block
    match block:
        case Headline():
            yield RichText(f"{MARKS[block.tone]} {plain(block.text)}", style=TONES[block.tone])
        case Text():
            yield Padding(_marked(block.text), (0, 0, 0, 2))
        case Facts():
            yield Padding(_facts(block), (0, 0, 0, 2))
        case Table():
            yield Padding(_Fitting(block), (0, 0, 0, 2))
        case Figure():
            path = keep(block.blob, f"{_slug(block.title or block.alt)}.png")
            yield Padding(RichText(f"▣ {plain(block.alt)}", style="cyan"), (0, 0, 0, 2))
            yield _whole(f"    {path}")
        case File():
            path = keep(block.blob, block.name)
            yield _whole(f"  ⇩ {path}  ({block.size:,} bytes)")
        case Code():
            yield _code(block)
        case Warnings():
            for item in block.items:
                yield Padding(RichText(f"▲ {plain(item)}", style="yellow"), (0, 0, 0, 2))
        case Receipt():
            words = " · ".join(f"{item.label} {item.value}" for item in block.items)
            yield Padding(RichText(plain(words), style="dim"), (0, 0, 0, 2))
        case ApprovalPrompt():
            yield Padding(_approval(block), (0, 0, 0, 2))
        case Choices():
            tail = f"  → {plain(block.picked)}" if block.picked else ""
            yield RichText(f"? {plain(block.question)}{tail}", style="bold")
        case Progress():
            yield Padding(RichText(progress_line(block), style="blue"), (0, 0, 0, 2))
        case Draft():
            yield Padding(_marked(f"{block.text} …".lstrip()), (0, 0, 0, 2))
        case NextSteps():
            pass  # shown with all other buttons at the end of the card
        case _:
            assert_never(block)


def _buttons(reply: Reply) -> Iterator[RenderableType]:
    shown = [button for button in buttons(reply) if button.does != "stop"]
    if shown:
        labels = "   ".join(f"[{n}] {plain(b.label)}" for n, b in enumerate(shown, 1))
        yield Padding(RichText(labels, style="bold blue"), (0, 0, 0, 2))


def _marked(text: str) -> RichText:
    """Plain text with `code` and *emphasis*."""
    shown = RichText(plain(text))
    shown.highlight_regex(r"`[^`\n]+`", "cyan")
    shown.highlight_regex(r"\*[^*\n]+\*", "bold")
    return shown


def _facts(block: Facts) -> RichTable:
    grid = RichTable.grid(padding=(0, 2))
    grid.add_column(style="dim", overflow="fold", max_width=LABEL)
    grid.add_column(overflow="fold")
    for item in block.items:
        grid.add_row(RichText(plain(item.label)), RichText(plain(item.value)))
    return grid


@dataclass(frozen=True, slots=True)
class _Fitting:
    """A table, or where the screen is too narrow for its columns, a line for each cell."""

    block: Table

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        columns = enumerate(self.block.columns)
        cells = [[name, *(_cell(row[i]) for row in self.block.rows)] for i, name in columns]
        needed = sum(2 + min(COLUMN, max(map(cell_len, column))) for column in cells)
        if self.block.title:
            yield RichText(plain(self.block.title), style="italic")
        yield _table(self.block) if needed <= options.max_width else _records(self.block)
        if self.block.caption:
            yield RichText(plain(self.block.caption), style="dim italic")


def _records(block: Table) -> RenderableType:
    parts: list[RenderableType] = []
    for row in block.rows:
        pairs = zip(block.columns, row, strict=True)
        facts = tuple(Fact(name, _cell(cell)) for name, cell in pairs)
        parts += [_facts(Facts(facts)), RichText("")]
    return Group(*parts)


def _table(block: Table) -> RichTable:
    table = RichTable(
        header_style="bold",
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
    )
    for index, column in enumerate(block.columns):
        numeric = all(isinstance(row[index], int | float | None) for row in block.rows)
        justify: Literal["left", "right"] = "right" if numeric else "left"
        table.add_column(RichText(plain(column)), justify=justify, overflow="fold", max_width=48)
    for row in block.rows:
        table.add_row(*(RichText(_cell(cell)) for cell in row))
    return table


def _cell(cell: Cell) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:,.4g}" if abs(cell) < 1000 else f"{cell:,.0f}"
    if isinstance(cell, int):
        return f"{cell:,}"
    return plain(cell)


def _code(block: Code) -> RenderableType:
    body = _whole(block.text)
    return Group(RichText(plain(block.title), style="dim"), body) if block.title else body


def _whole(text: str) -> RichText:
    """Lines as they are, however long: what is copied must be what was meant."""
    return RichText(plain(text), style="cyan", no_wrap=True, overflow="ignore")


def _approval(block: ApprovalPrompt) -> RichText:
    who = "an approver" if block.role == "approver" else "your own confirmation"
    if block.state == "pending":
        words = f"⏸ Waits for {who} (number {block.number})."
        return RichText(words, style="bold yellow")
    by = f" by {plain(block.decided_by)}" if block.decided_by else ""
    return RichText(f"● {block.state.capitalize()}{by}.", style="bold")


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def _slug(text: str) -> str:
    words = "".join(c.lower() if c.isalnum() else " " for c in text).split()
    return "-".join(words[:6]) or "figure"
