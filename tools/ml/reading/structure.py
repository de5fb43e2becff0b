"""Rows of text to named columns of text: header, units row, repeated headers, names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tools.ml.reading.report import Remarks
from tools.ml.reading.shapes import MISSING, SHIELDED, value_like

TextColumn: TypeAlias = Any
"""A pyarrow string array, chunked or not (pyarrow has no types to check against)."""

_UNIT: Final = re.compile(r"[\[(]\s*([^\[\]()]{1,15}?)\s*[\])]")
_TOTAL: Final = frozenset({"total", "totals", "grand total", "sum", "summe", "gesamt", "total:"})
_IDENTIFIER: Final = re.compile(r"[^\W\d][\w .:%()/#&+-]{0,60}")
_LOOKED_AT: Final = 300
_DEEPEST: Final = 4
"""Rows that a header may have."""


@dataclass(frozen=True, slots=True)
class TextTable:
    """Named columns of text cells exactly as found.

    Attributes:
        names: One unique name per column.
        columns: pyarrow string arrays of equal length.
        lines: For each row the line (or sheet row) it starts at.
        header: Whether the names come from the file.
    """

    names: tuple[str, ...]
    columns: tuple[TextColumn, ...]
    lines: Sequence[int]
    header: bool


def name_columns(
    columns: Sequence[TextColumn], lines: Sequence[int], *, told: bool | None, remarks: Remarks
) -> TextTable:
    """Find the header among the rows and give every column a unique name.

    Args:
        columns: All rows as text, at least one; the header (if any) is the first.
        lines: For each row the line it starts at.
        told: What the person said about a header.
        remarks: Takes assumptions and repairs.
    """
    first = [column[0].as_py() for column in columns]
    rest = [column.slice(1, _LOOKED_AT).to_pylist() for column in columns]
    header = _has_header(first, _without_row(first, rest)) if told is None else told
    if not header:
        names = tuple(f"column_{place + 1}" for place in range(len(columns)))
        remarks.note(f"No header was found; the columns are called column_1 … {names[-1]}.")
        return TextTable(names, tuple(columns), lines, header=False)
    keep = [place for place in range(len(columns)) if not _nothing(columns[place])]
    if len(keep) < len(columns) and keep:
        gone = len(columns) - len(keep)
        what = "1 column without a name and values was" if gone == 1 else ""
        what = what or f"{gone} columns without names and values were"
        remarks.warn(f"{what} left out.")
        columns, first = [columns[i] for i in keep], [first[i] for i in keep]
    first, depth = _join_header(first, columns, lines, remarks)
    names = _unique_names(first, remarks)
    columns, lines = [column.slice(depth) for column in columns], lines[depth:]
    columns, lines = _take_units(names, columns, lines, remarks)
    columns, lines = _drop_repeated(first, columns, lines, remarks)
    _tell_total(columns, lines, remarks)
    return TextTable(names, tuple(columns), lines, header=True)


def _without_row(first: list[str], rest: list[list[str]]) -> list[list[str]]:
    """The cells below the first row, without rows that repeat it (a header may come again)."""
    if len(first) < 2:
        return rest
    rows = [list(row) for row in zip(*rest, strict=True) if list(row) != first]
    return [list(cells) for cells in zip(*rows, strict=True)] if rows else rest


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


def _join_header(
    first: list[str], columns: Sequence[TextColumn], lines: Sequence[int], remarks: Remarks
) -> tuple[list[str], int]:
    """Names from all rows of the header, and how many rows it has.

    A second row belongs to the header if it is the first one again, or if it has words above
    columns of values.
    """
    head = [column.slice(0, _DEEPEST + _LOOKED_AT).to_pylist() for column in columns]
    rows = [list(row) for row in zip(*head, strict=True)]
    depth = 1
    while depth < min(_DEEPEST, len(rows) - 1) and _heads(rows, depth):
        depth += 1
    if depth == 1:
        return first, 1
    joined = [
        " ".join(filter(None, (cell.strip() for cell in names)))
        for names in zip(*rows[:depth], strict=True)
    ]
    remarks.warn(
        f"Lines {lines[0]}–{lines[depth - 1]} were read as a header of {depth} rows; "
        "each name is joined with one space."
    )
    return joined, depth


def _heads(rows: list[list[str]], depth: int) -> bool:
    """Whether the row after `depth` header rows is a header row too."""
    row, below = rows[depth], rows[depth + 1 :]
    if len(row) < 2 or not below:
        return False
    if row == rows[0]:
        return True
    if len(below) < 2 or any(value_like(cell.strip()) for cell in row):
        return False
    named = [place for place, cell in enumerate(row) if cell.strip() not in MISSING]
    valued = [place for place in range(len(row)) if _valued([one[place] for one in below])]
    return (
        bool(valued)
        and set(valued) <= set(named)
        and 2 * len(named) > len(row)
        and (not any(_UNIT.fullmatch(cell.strip()) for cell in row))
    )


def _valued(cells: list[str]) -> bool:
    filled = [bare for cell in cells if (bare := cell.strip()) not in MISSING]
    return len(filled) > 1 and sum(map(value_like, filled)) > 0.9 * len(filled)


def _nothing(column: TextColumn) -> bool:
    """Whether every cell of the column, its name included, is blank."""
    if column[0].as_py().strip():
        return False
    return bool(pc.max(pc.utf8_length(pc.utf8_trim_whitespace(column))).as_py() == 0)


def _unique_names(first: list[str], remarks: Remarks) -> tuple[str, ...]:
    names: list[str] = []
    taken = {cell.strip() for cell in first}
    used: set[str] = set()
    for place, cell in enumerate(first):
        name = cell.strip()
        name = name[1:] if re.match(SHIELDED, name) else name
        if not name:
            name = _free(f"column_{place + 1}", taken | used)
            remarks.warn(f"Column {place + 1} has no name; it is called “{name}”.")
        elif name in used:
            name = _free(name, taken | used)
            remarks.warn(
                f"Column {place + 1} has the same name as an earlier one; it is called “{name}”."
            )
        used.add(name)
        names.append(name)
    return tuple(names)


def _free(name: str, taken: set[str]) -> str:
    if name not in taken and not taken & {name}:
        return name
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


def _take_units(
    names: tuple[str, ...], columns: list[TextColumn], lines: Sequence[int], remarks: Remarks
) -> tuple[list[TextColumn], Sequence[int]]:
    """A row like "[kg], [m]" right below the header is taken as the units of the columns."""
    if len(lines) < 2:
        return columns, lines
    cells = [column[0].as_py().strip() for column in columns]
    units = [_UNIT.fullmatch(cell) for cell in cells]
    if not any(units) or any(cell and not unit for cell, unit in zip(cells, units, strict=True)):
        return columns, lines
    for name, unit in zip(names, units, strict=True):
        if unit:
            remarks.units[name] = unit.group(1)
    remarks.note(f"Line {lines[0]} holds the units of the columns.")
    return [column.slice(1) for column in columns], lines[1:]


def _drop_repeated(
    first: list[str], columns: list[TextColumn], lines: Sequence[int], remarks: Remarks
) -> tuple[list[TextColumn], Sequence[int]]:
    if len(columns) < 2 or not len(lines):
        return columns, lines
    same = pc.equal(columns[0], _scalar(first[0]))
    if not pc.any(same).as_py():
        return columns, lines
    for column, cell in zip(columns[1:], first[1:], strict=True):
        same = pc.and_(same, pc.equal(column, _scalar(cell)))
    repeated = [place for place, hit in enumerate(same.to_pylist()) if hit]
    for place in repeated:
        remarks.repair(int(lines[place]), "the header again", "left out")
    if not repeated:
        return columns, lines
    gone = set(repeated)
    left = [line for place, line in enumerate(lines) if place not in gone]
    return [column.filter(pc.invert(same)) for column in columns], left


def _tell_total(columns: list[TextColumn], lines: Sequence[int], remarks: Remarks) -> None:
    if len(lines) > 2 and columns[0][-1].as_py().strip().lower() in _TOTAL:
        remarks.warn(f"Line {lines[-1]}: this row looks like a total; it was kept as a row.")


def as_columns(rows: list[list[str]], width: int) -> list[TextColumn]:
    """Rows of equal width as pyarrow string arrays."""
    if not rows:
        return [as_column([]) for _ in range(width)]
    return [as_column(cells) for cells in zip(*rows, strict=True)]


def as_column(cells: Sequence[str]) -> TextColumn:
    """Cells as a pyarrow string array, built from its buffers: `pyarrow.array` loads pandas."""
    encoded = [cell.encode("utf-8", errors="replace") for cell in cells]
    ends = np.zeros(len(cells) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, encoded), np.int64, len(cells)), out=ends[1:])
    large = int(ends[-1]) >= 2**31
    kind = pa.LargeStringArray if large else pa.StringArray
    offsets = ends if large else ends.astype(np.int32)
    return kind.from_buffers(len(cells), pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded)))


def _scalar(cell: str) -> Any:
    """A cell to compare with; a plain string would load pandas."""
    return as_column([cell])[0]
