"""Tables: Slack's own where one fits its limits, else monospaced, else line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.cells import cell_len

from bot.platforms.slack.split import Piece
from bot.platforms.slack.texts import (
    CONTEXT,
    NOTHING,
    Json,
    bold,
    context,
    escape,
    one_line,
    pieces,
    preformatted,
    section,
)
from tools.cards import number, plural
from tools.outcome import Cell, Table

MOST_ROWS: Final = 100  # with the header
MOST_COLUMNS: Final = 20
MOST_TEXT: Final = 10_000
WIDTH: Final = 76  # characters in a line of code before it wraps on a laptop
DIGITS: Final = 4
LONG: Final = 24  # characters from which on a cell may take several lines


def fits(block: Table) -> bool:
    """Whether Slack's own table holds it."""
    characters = sum(len(cell) + 1 for row in _grid(block) for cell in row)
    return (
        len(block.rows) < MOST_ROWS
        and 0 < len(block.columns) <= MOST_COLUMNS
        and characters <= MOST_TEXT
    )


def table(block: Table, *, native: bool) -> Iterator[Piece]:
    """Title, rows and caption.

    Args:
        block: What to show.
        native: Use Slack's own table, of which a message has at most one.
    """
    name = one_line(block.title)
    told = f"{name} ({plural(len(block.rows), 'row')})" if name else plural(len(block.rows), "row")
    words = f"Table: {escape(told)}"
    for text in pieces(bold(name)):
        yield Piece(section(text))
    if native:
        yield Piece(_native(block), words)
    elif block.columns:
        for index, shown in enumerate(preformatted("\n".join(_lines(block)))):
            yield Piece(shown, "" if index else words)
    for text in pieces(block.caption, CONTEXT):
        yield Piece(context(text), text)


def _native(block: Table) -> Json:
    grid = _grid(block)
    settings = [
        {"align": "right"} if right else {"align": "left", "is_wrapped": long}
        for right, long in zip(_numeric(block), _long(grid), strict=True)
    ]
    rows = [[{"type": "raw_text", "text": cell} for cell in row] for row in grid]
    return {"type": "table", "column_settings": settings, "rows": rows}


def _long(grid: Sequence[Sequence[str]]) -> list[bool]:
    return [max(map(len, column)) > LONG for column in zip(*grid, strict=True)]


def _lines(block: Table) -> Iterator[str]:
    """Aligned columns, or where they do not fit into a line, a line for each cell."""
    grid = _grid(block)
    widths = [max(map(cell_len, column)) for column in zip(*grid, strict=True)]
    if sum(widths) + 2 * len(widths) - 2 > WIDTH:
        yield from _records(grid)
        return
    numeric = _numeric(block)
    for row in grid:
        cells = [_padded(*cell) for cell in zip(row, widths, numeric, strict=True)]
        yield "  ".join(cells).rstrip()


def _records(grid: Sequence[Sequence[str]]) -> Iterator[str]:
    names, *rows = grid
    width = min(max(map(cell_len, names)), WIDTH // 3)
    if not rows:
        yield from names
    for index, row in enumerate(rows):
        yield from [""] if index else []
        for name, cell in zip(names, row, strict=True):
            yield f"{_padded(name, width, False)}  {cell}"


def _padded(text: str, width: int, right: bool) -> str:
    gap = " " * (width - cell_len(text))
    return gap + text if right else text + gap


def _grid(block: Table) -> list[list[str]]:
    names = [one_line(name) or NOTHING for name in block.columns]
    return [names, *([_cell(cell) for cell in row] for row in block.rows)]


def _numeric(block: Table) -> list[bool]:
    return [
        bool(block.rows) and all(_is_number(row[index]) for row in block.rows)
        for index in range(len(block.columns))
    ]


def _is_number(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, int | float) and not isinstance(cell, bool))


def _cell(cell: Cell) -> str:
    if cell is None:
        return NOTHING
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        return number(cell, digits=DIGITS)
    return one_line(cell) or NOTHING
