"""Rows of text to named columns of text: header, units row, repeated headers, names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tools.ml.reading.header import DEEPEST, LOOKED_AT, header_depth, valued
from tools.ml.reading.report import Remarks
from tools.ml.reading.shapes import SHIELDED, UNIT

TextColumn: TypeAlias = Any
"""A pyarrow string array, chunked or not (pyarrow has no types to check against)."""

_RULE: Final = re.compile(r"\s*:?[-=_]{2,}:?\s*")
_TOTAL: Final = frozenset({"total", "totals", "grand total", "sum", "summe", "gesamt", "total:"})


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
    columns: Sequence[TextColumn],
    lines: Sequence[int],
    *,
    told: bool | None,
    remarks: Remarks,
    more: bool = False,
) -> TextTable:
    """Find the header among the rows and give every column a unique name.

    Args:
        columns: All rows as text, at least one; the header (if any) is the first.
        lines: For each row the line it starts at.
        told: What the person said about a header.
        remarks: Takes assumptions and repairs.
        more: Whether these are the first rows only.
    """
    head = [column.slice(0, DEEPEST + LOOKED_AT).to_pylist() for column in columns]
    depth = header_depth(head, told=told)
    if not depth:
        names = tuple(f"column_{place + 1}" for place in range(len(columns)))
        remarks.note(f"No header was found; the columns are called column_1 … {names[-1]}.")
        return TextTable(names, tuple(columns), lines, header=False)
    columns = _without_nothing(columns, remarks)
    first = [column[0].as_py() for column in columns]
    names = _unique_names(_joined(columns, lines, depth, remarks), remarks)
    columns, lines = [column.slice(depth) for column in columns], lines[depth:]
    columns, lines = _take_units(names, columns, lines, remarks)
    columns, lines = _drop_ruled(columns, lines, remarks)
    columns, lines = _drop_repeated(first, columns, lines, remarks)
    if not more and len(lines) > 2:
        tell_total(columns[0][-1].as_py(), int(lines[-1]), remarks)
    return TextTable(names, tuple(columns), lines, header=True)


def _joined(
    columns: Sequence[TextColumn], lines: Sequence[int], depth: int, remarks: Remarks
) -> list[str]:
    """One name per column from all rows of the header."""
    if depth == 1:
        return [column[0].as_py() for column in columns]
    remarks.warn(
        f"Lines {lines[0]}–{lines[depth - 1]} were read as a header of {depth} rows; "
        "each name is joined with one space."
    )
    parts = [column.slice(0, depth).to_pylist() for column in columns]
    return [" ".join(bare for cell in cells if (bare := cell.strip())) for cells in parts]


def _without_nothing(columns: Sequence[TextColumn], remarks: Remarks) -> Sequence[TextColumn]:
    """The columns that hold anything, a name or a cell."""
    kept = [column for column in columns if not _nothing(column)]
    gone = len(columns) - len(kept)
    if not gone or not kept:
        return columns
    what = "1 column without a name and values was" if gone == 1 else ""
    what = what or f"{gone} columns without names and values were"
    remarks.warn(f"{what} left out.")
    return kept


def _nothing(column: TextColumn) -> bool:
    """Whether every cell of the column, its name included, is blank."""
    if column[0].as_py().strip():
        return False
    return bool(pc.max(pc.utf8_length(pc.utf8_trim_whitespace(column))).as_py() == 0)


def _unique_names(first: list[str], remarks: Remarks) -> tuple[str, ...]:
    names: list[str] = []
    taken = {cell.strip() for cell in first}
    used: set[str] = set()
    again: dict[str, int] = {}
    for place, cell in enumerate(first):
        name = cell.strip()
        name = name[1:] if re.match(SHIELDED, name) else name
        if not name:
            name = _free(f"column_{place + 1}", taken, again, fresh=True)
            remarks.warn(f"Column {place + 1} has no name; it is called “{name}”.")
        elif name in used:
            name = _free(name, taken, again, fresh=False)
            remarks.warn(
                f"Column {place + 1} has the same name as an earlier one; it is called “{name}”."
            )
        used.add(name)
        taken.add(name)
        names.append(name)
    return tuple(names)


def _free(name: str, taken: set[str], again: dict[str, int], *, fresh: bool) -> str:
    """The name, or the first one with a number that nothing is called."""
    if fresh and name not in taken:
        return name
    number = again.get(name, 2)
    while f"{name}_{number}" in taken:
        number += 1
    again[name] = number + 1
    return f"{name}_{number}"


def _take_units(
    names: tuple[str, ...], columns: list[TextColumn], lines: Sequence[int], remarks: Remarks
) -> tuple[list[TextColumn], Sequence[int]]:
    """A row like "[kg], [m]" right below the header is taken as the units of the columns."""
    if len(lines) < 2:
        return columns, lines
    cells = [column[0].as_py().strip() for column in columns]
    units = [UNIT.fullmatch(cell) for cell in cells]
    if not any(units) or any(cell and not unit for cell, unit in zip(cells, units, strict=True)):
        return columns, lines
    bare = [column for column, unit in zip(columns, units, strict=True) if unit and not unit[1]]
    if bare and (2 * len(bare) < len(columns) or not all(map(_has_values, bare))):
        return columns, lines
    for name, unit in zip(names, units, strict=True):
        if unit:
            remarks.units[name] = unit.group(1) or unit.group(0)
    remarks.note(f"Line {lines[0]} holds the units of the columns.")
    return [column.slice(1) for column in columns], lines[1:]


def _has_values(column: TextColumn) -> bool:
    """Whether values stand below the first cell of a column."""
    return valued(column.slice(1, LOOKED_AT).to_pylist())


def _drop_ruled(
    columns: list[TextColumn], lines: Sequence[int], remarks: Remarks
) -> tuple[list[TextColumn], Sequence[int]]:
    """A line of dashes below the header, as printed tables have it, is no row."""
    if not len(lines) or not all(_RULE.fullmatch(column[0].as_py()) for column in columns):
        return columns, lines
    remarks.repair(int(lines[0]), "a ruled line below the header", "left out")
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


def tell_total(cell: str, line: int, remarks: Remarks) -> None:
    """Warn if the last row, which begins with `cell`, looks like the sum of the others."""
    if cell.strip().lower() in _TOTAL:
        remarks.warn(f"Line {line}: this row looks like a total; it was kept as a row.")


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
