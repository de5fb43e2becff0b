"""One cell whose value does not fit its column: marks, other notations, words among numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tests.messy.pollution import PLAIN, Polluted, Pollution
from tests.messy.tables import Table

_VALUE: Final = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?|\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?")
_MEANT: Final = {
    "1.234,5": "1234.5",
    "1,5": "1.5",
    "3 000": "3000",
    "12%": "12",
    "€ 5": "5",
    "(3)": "-3",
}
"""What other notations mean; in a column that reads them the cell becomes that number."""


def _with(kind: str, cells: tuple[str, ...], *, mark: bool = False) -> Pollution:
    """Each of the cells in each place of the columns of numbers and dates.

    The table is compared after typing. Every other cell must say what it said; the one that was
    put in stays as it is, or is missing where it is a mark for that, which a note must say.
    """

    def pollute(table: Table) -> Iterator[Polluted]:
        for column in range(table.width):
            filled = [row[column] for row in table.rows if row[column]]
            if not filled or not all(map(_VALUE.fullmatch, filled)):
                continue
            for row in range(1, len(table.grid)):
                cell = cells[(row + column) % len(cells)]
                yield _polluted(kind, table, (row, column), cell, mark=mark)

    return pollute


def _polluted(
    kind: str, table: Table, place: tuple[int, int], cell: str, *, mark: bool
) -> Polluted:
    row, column = place
    grid = [list(cells) for cells in table.grid]
    grid[row][column] = cell
    meant = _MEANT.get(cell, cell)
    also = {"" if mark else meant, f"{meant}.0"}
    return Polluted(
        kind,
        f"{cell!r} in row {row}, column {column + 1}",
        PLAIN.bytes(grid),
        [[*cells] for cells in grid],
        accepted={place: frozenset(also)},
        loud=mark,
        noted="missing" if mark else "",
        typed=True,
    )


IN_VALUES: Final[tuple[Pollution, ...]] = (
    _with("mark for missing", ("NA", "N/A", "-", "n/a", "#N/A", "NULL", "?"), mark=True),
    _with("word among values", ("unknown yet", "see note", "twelve", "10-ish")),
    _with("other notation", (*_MEANT, "1e5", "+7")),
    _with("leading zeros", ("007", "000123")),
    _with("other date", ("31/12/2024", "Dec 31, 2024", "2024-13-45", "0000-00-00", "20241231")),
    _with("very long number", ("12345678901234567890123", "0.1234567890123456789")),
)
