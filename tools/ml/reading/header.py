"""How many of the first rows of a table hold the names of its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from tools.ml.reading.shapes import MISSING, UNIT, value_like

DEEPEST: Final = 4
"""Rows that a header may have."""
LOOKED_AT: Final = 300
"""Rows below the header that are compared with it."""
_IDENTIFIER: Final = re.compile(r"[^\W\d][\w .:%()/#&+-]{0,60}")


def header_depth(columns: Sequence[Sequence[str]], *, told: bool | None) -> int:
    """Number of header rows, 0 if there is none; 1 if it was told that there is one.

    A second row belongs to the header if it is the first one again, or if it has words above
    columns of values.

    Args:
        columns: The first cells of each column.
        told: What the person, or quotes around nothing but names, said about a header.
    """
    if told is not None or not columns or not columns[0]:
        return int(bool(told and columns and columns[0]))
    rows = [list(row) for row in zip(*columns, strict=True)]
    if not (_has_header(rows[0], _below(rows, 1))):
        return 2 if _grouped(rows) else 0
    depth = 1
    while depth < min(DEEPEST, len(rows) - 1) and _heads(rows, depth):
        depth += 1
    return depth


def _below(rows: list[list[str]], depth: int) -> list[list[str]]:
    """Cells by column below the header, without rows that repeat it (it may come again)."""
    rest = rows[depth : depth + LOOKED_AT]
    kept = [row for row in rest if row != rows[0]] if len(rows[0]) > 1 else rest
    return [list(cells) for cells in zip(*(kept or rest), strict=True)]


def _has_header(first: list[str], rest: list[list[str]]) -> bool:
    """Votes per column: does the first cell look unlike the cells below it?"""
    if not any(rest):
        return not any(value_like(cell.strip()) for cell in first)
    names = [cell.strip() for cell in first]
    if not any(names):
        return False
    if _years(names):
        return True
    votes = sum(_vote(name, cells) for name, cells in zip(names, rest, strict=True))
    if len(set(names)) < len(names) or any(name in MISSING for name in names):
        votes -= 0.2
    return votes > 0


def _vote(name: str, below: list[str]) -> float:
    cells = [bare for cell in below if (bare := cell.strip()) not in MISSING]
    values = sum(map(value_like, cells))
    if value_like(name):
        return -1.0 if not cells or values > 0.5 * len(cells) else -0.3
    if name in MISSING or not cells:
        return 0.0 if name in MISSING else 0.3
    if values > 0.9 * len(cells):
        return 1.0
    if name in cells:
        return -1.0 if len(set(cells)) < 0.5 * len(cells) or len(cells) < 20 else -0.5
    distinct = set(cells)
    if len(distinct) <= 5 < len(cells):
        return 0.7
    return 0.3 if _IDENTIFIER.fullmatch(name) else 0.1


def _years(names: list[str]) -> bool:
    """Whether the names are years in a row, perhaps after some words."""
    years = [int(name) for name in names if re.fullmatch(r"(?:19|20)\d\d", name)]
    words = [name for name in names if not value_like(name)]
    steady = len(years) > 2 and len({b - a for a, b in pairwise(years)}) == 1
    return steady and len(years) + len(words) == len(names) and years[0] != years[1]


def _grouped(rows: list[list[str]]) -> bool:
    """Whether a row of names stands below a sparse one that names groups of columns."""
    if len(rows) < 4 or len(rows[0]) < 3:
        return False
    empty = sum(not cell.strip() for cell in rows[0])
    return 0 < empty < len(rows[0]) and _heads(rows, 1)


def _heads(rows: list[list[str]], depth: int) -> bool:
    """Whether the row after `depth` header rows is a header row too."""
    row, below = rows[depth], rows[depth + 1 :]
    if len(row) < 2 or not below:
        return False
    if row == rows[0]:
        return True
    cells = [cell.strip() for cell in row]
    if len(below) < 2 or any(value_like(cell) or UNIT.fullmatch(cell) for cell in cells):
        return False
    named = [place for place, cell in enumerate(cells) if cell not in MISSING]
    values = [place for place in range(len(row)) if valued([one[place] for one in below])]
    return bool(values) and set(values) <= set(named) and 2 * len(named) > len(row)


def valued(cells: Sequence[str]) -> bool:
    """Whether nearly all cells that are filled hold values rather than words."""
    filled = [bare for cell in cells if (bare := cell.strip()) not in MISSING]
    return len(filled) > 1 and sum(map(value_like, filled)) > 0.9 * len(filled)
