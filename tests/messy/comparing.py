"""Compares what was read with what is right, cell by cell, and finds what nobody was told."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

Grid: TypeAlias = Sequence[Sequence[str]]
Place: TypeAlias = tuple[int, int]

_LINES: Final = re.compile(r"[Ll]ines?\s+([\d,]+)(?:\s*(?:–|-|to|and)\s*([\d,]+))?")
_SAID: Final = {"true": "yes", "yes": "yes", "false": "no", "no": "no"}
_NEAR: Final = 2
"""Lines that a remark may be beside the fault: a row may begin above the line at fault."""


def differences(
    right: Grid, found: Grid, accepted: Mapping[Place, frozenset[str]] | None = None
) -> set[Place]:
    """Places of the right grid whose cell was not found there.

    Rows are aligned from both ends, so that one row too many or too few costs only what lies
    around it. `accepted` holds what may stand in a place as well.
    """
    also = accepted or {}
    top = 0
    while top < min(len(right), len(found)) and not _wrong(right, found, top, top, also):
        top += 1
    low = 0
    most = min(len(right), len(found)) - top
    while low < most and not _wrong(right, found, len(right) - low - 1, len(found) - low - 1, also):
        low += 1
    wrong: set[Place] = set()
    for row in range(top, len(right) - low):
        if row < len(found) - low:
            wrong |= _wrong(right, found, row, row, also)
        else:
            wrong |= {(row, column) for column in range(len(right[row]))}
    return wrong


def surplus(right: Grid, found: Grid) -> bool:
    """Whether something was found that is not there."""
    most = max(map(len, right), default=0)
    return len(found) > len(right) or max(map(len, found), default=0) > most


def _wrong(
    right: Grid, found: Grid, row: int, other: int, also: Mapping[Place, frozenset[str]]
) -> set[Place]:
    cells = found[other]
    return {
        (row, column)
        for column, cell in enumerate(right[row])
        if column >= len(cells)
        or (cells[column] != cell and cells[column] not in also.get((row, column), ()))
    }


def alike(right: str, found: str) -> bool:
    """Whether two cells say the same: the same text, number, date or nothing."""
    if right == found or right.strip() == found.strip():
        return True
    if _SAID.get(right.casefold(), right) == _SAID.get(found.casefold(), found):
        return True
    if right.removesuffix(" 00:00:00") == found.removesuffix(" 00:00:00"):
        return True
    try:
        return math.isclose(float(right), float(found), rel_tol=1e-12)
    except ValueError:
        return False


def loosely(right: Grid, found: Grid) -> Grid:
    """The cells found, each as it stands in the right grid where it says the same."""
    rows = [list(row) for row in found]
    for row, cells in zip(rows, right, strict=False):
        for place, cell in enumerate(cells[: len(row)]):
            row[place] = cell if alike(cell, row[place]) else row[place]
    return rows


def told(remarks: Sequence[str], line: int) -> bool:
    """Whether a remark speaks of the line, or of the file as a whole (`line` 0: any remark)."""
    return any(line == 0 or _names(remark, line) for remark in remarks)


def _names(remark: str, line: int) -> bool:
    spans = [
        (int(first.replace(",", "")), int((last or first).replace(",", "")))
        for first, last in _LINES.findall(remark)
    ]
    return not spans or any(first - _NEAR <= line <= last + _NEAR for first, last in spans)
