"""Merged cells of a sheet: what spans several rows of the table counts for each of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from tools.ml.reading.report import Remarks

Range: TypeAlias = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell (row and column, from 0)."""

_MOST_FILLED: Final = 1_000_000


def fill_merged(rows: list[list[str]], ranges: Sequence[Range], remarks: Remarks) -> None:
    """Repeat in place the value of cells that are merged over rows below the header.

    Titles and group headers are merged too: those stay in their first cell, where names are
    looked for.
    """
    header = next((n for n, row in enumerate(rows) if sum(map(bool, row)) > 1), len(rows))
    left = _MOST_FILLED
    aside = 0
    for (top, first), (bottom, last) in sorted(ranges):
        if top <= header or bottom == top:
            aside += 1
            continue
        inside = [row[first : last + 1] for row in rows[top : bottom + 1]]
        filled = sum(map(len, inside))
        if not filled or not inside[0][0] or filled > left:
            continue
        left -= filled
        for row in rows[top : bottom + 1]:
            stop = min(last + 1, len(row))
            row[first:stop] = [inside[0][0]] * (stop - first)
        what = f"the cells {_cell(top, first)} to {_cell(bottom, last)} are merged"
        remarks.repair(top + 1, what, "their value was repeated", text="\t".join(rows[top]))
    if aside:
        remarks.note(f"Merged cells of titles and headers hold their value in the first ({aside}).")


def _cell(row: int, column: int) -> str:
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
