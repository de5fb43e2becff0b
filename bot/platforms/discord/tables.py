"""Tables as aligned columns in a code block, or where they do not fit, a paragraph for each row."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.platforms.discord.texts import NOTHING, escape, fitted, length, one_line, plain, small
from tools.cards import number
from tools.outcome import Cell, Table

WIDTH: Final = 54
"""Characters of a line of code in an embed before it wraps on a laptop."""

_MOST_LINES: Final = 3
"""Lines of a header whose names are set word below word."""

_MOST_UNNAMED: Final = 7
"""Cells of a row whose names can be told from their order."""

_LOOKALIKE: Final = "ˋ"
"""In place of the third of three backticks, which would end a block of code."""

_LANGUAGE: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789+-_.")


def fenced(text: str, *, language: str = "", limit: int) -> Iterator[str]:
    """Text as it is in blocks of code, cut at the ends of lines; nothing in it ends a block."""
    language = language.lower() if set(language.lower()) <= _LANGUAGE else ""
    room = limit - len(language) - len("```\n\n```")
    safe = plain(text).replace("```", f"``{_LOOKALIKE}").strip("\n")
    lines = [part for line in safe.split("\n") for part in _slices(line, room)]
    for body in _bundles(lines, room):
        if body.strip():
            yield f"```{language}\n{body}\n```"


def table(block: Table, *, limit: int) -> Iterator[str]:
    """The rows in parts of at most `limit` characters, each with its header."""
    if not block.columns:
        return
    names = [one_line(name) or NOTHING for name in block.columns]
    rows = [[_cell(cell) for cell in row] for row in block.rows]
    columns = [[row[i] for row in rows] for i in range(len(names))]
    whole, words = [[name] for name in names], [name.split() for name in names]
    for heads, gap in ((whole, 2), (words, 2), (words, 1)):
        widths = [max(map(_cells, [*h, *c])) for h, c in zip(heads, columns, strict=True)]
        folded = [_folded(*each) for each in zip(heads, widths, strict=True)]
        fits = sum(widths) + gap * (len(widths) - 1) <= WIDTH
        if fits and max(map(len, folded)) <= _MOST_LINES:
            grid = _Grid(widths, _numeric(block), " " * gap)
            yield from _aligned(_top(folded), rows, grid, limit=limit)
            return
    yield from _records(names, rows, limit=limit)


def _folded(words: Sequence[str], width: int) -> list[str]:
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if _cells(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _top(heads: Sequence[Sequence[str]]) -> list[list[str]]:
    """The lines of the header, the last ones of all names beside one another."""
    height = max(map(len, heads))
    padded = [[""] * (height - len(head)) + list(head) for head in heads]
    return [list(line) for line in zip(*padded, strict=True)]


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where columns stand: their widths, which are set to the right, what is between them."""

    widths: list[int]
    right: list[bool]
    gap: str

    def line(self, cells: Sequence[str]) -> str:
        """One row."""
        placed = [_padded(*each) for each in zip(cells, self.widths, self.right, strict=True)]
        return self.gap.join(placed).rstrip()


def _aligned(
    top: list[list[str]], rows: list[list[str]], grid: _Grid, *, limit: int
) -> Iterator[str]:
    rule = ["─" * width for width in grid.widths]
    header = [grid.line(cells) for cells in [*top, rule]]
    room = limit - sum(length(line) + 1 for line in header) - len("```\n\n```")
    lines = [grid.line(cells) for cells in rows]
    for body in _bundles(lines, room) if lines else [""]:
        text = "\n".join([*header, body]).rstrip()
        yield f"```\n{text.replace('```', f'``{_LOOKALIKE}')}\n```"


def _padded(text: str, width: int, right: bool) -> str:
    gap = " " * (width - _cells(text))
    return gap + text if right else text + gap


def _records(names: list[str], rows: list[list[str]], *, limit: int) -> Iterator[str]:
    """A paragraph for each row: its cells in the order of a legend, or where they are many, named.

    `**first cell** · cell · …` or `**name: first cell** · name: cell · …` without gaps.
    """
    legend = len(names) <= _MOST_UNNAMED or not rows
    lines = list(fitted(" · ".join(names), limit, small)) if legend else []
    for row in rows:
        parts = list(fitted(row[0] if legend else f"{names[0]}: {row[0]}", limit, _strong))
        for name, text in zip(names[1:], row[1:], strict=True):
            if legend or text != NOTHING:
                parts += fitted(text if legend else f"{name}: {text}", limit, escape)
        while len(parts) > 1 and parts[-1] == NOTHING:
            parts.pop()
        lines += _bundles(parts, limit, between=" · ")
    yield from _bundles(lines, limit)


def _strong(text: str) -> str:
    return f"**{escape(text)}**"


def _bundles(parts: Sequence[str], limit: int, *, between: str = "\n") -> Iterator[str]:
    """Parts joined to texts of at most `limit` characters."""
    held: list[str] = []
    size = 0
    for part in parts:
        if held and size + length(part) > limit:
            yield between.join(held)
            held, size = [], 0
        held.append(part)
        size += length(part) + len(between)
    if held:
        yield between.join(held)


def _slices(line: str, size: int) -> list[str]:
    """A line in pieces; a character beyond the basic plane counts twice."""
    step = size // 2 if length(line) > len(line) else size
    return [line[at : at + step] for at in range(0, len(line), step)] or [""]


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
        return number(cell, digits=4)
    return one_line(cell) or NOTHING


def _cells(text: str) -> int:
    """How many cells of a monospaced font it takes."""
    return sum(_width(c) for c in text)


def _width(c: str) -> int:
    if unicodedata.combining(c):
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1
