"""Columns that would hold values but for a few cells: those cells are named with their lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from tools.ml.reading.cells import Cells
from tools.ml.reading.deciding import decide_told
from tools.ml.reading.found import DECISIVE
from tools.ml.reading.missing import NO_DATES
from tools.ml.reading.report import ColumnHint, ColumnKind, Doubt
from tools.ml.reading.shapes import value_like

_MOST_ODD: Final = 0.1
_NAMED: Final = 3
_SHOWN: Final = 40
_KINDS: Final[dict[ColumnKind, str]] = {
    "number": "numbers",
    "date": "dates",
    "duration": "times or durations",
}


def near_values(
    name: str, cells: Cells, reason: str, lines: Sequence[int]
) -> tuple[str, Doubt | None]:
    """Why a column stays text although most of it looks like values; empty if it does not.

    Args:
        name: Of the column.
        cells: Its cells.
        reason: What is known to speak against values; may be empty.
        lines: For each row the line it starts at.

    Returns:
        A part of a sentence, and the odd cell where only one repeats: it may mean "no value".
    """
    odd = None
    sample = cells.sample[:100]
    share = sum(map(value_like, sample))
    if reason not in DECISIVE and share >= (1 - _MOST_ODD) * len(sample):
        odd = _odd(cells)
    if odd is None:
        return (f"{reason}, so it stays text" if reason else ""), None
    what, places = odd
    named = [(cells.values[place].as_py(), place) for place in places[:_NAMED]]
    rows = [_row(cells, place) for _, place in named]
    listed = ", ".join(
        f"“{cell[:_SHOWN]}” in line {lines[row]}"
        for (cell, _), row in zip(named, rows, strict=True)
    )
    more = f" and {len(places) - _NAMED:,} more" if len(places) > _NAMED else ""
    doubt = None
    if len(places) == 1:
        count = _count(cells, places[0])
        if count > 1 or named[0][0] in NO_DATES:
            doubt = Doubt(name, named[0][0], count)
    reason = f" ({reason})" if reason else ""
    return f"stays text: nearly all of it looks like {what}, but not {listed}{more}{reason}", doubt


def _odd(cells: Cells) -> tuple[str, list[int]] | None:
    """The kind that most cells fit, and the places of those that do not."""
    few = replace(cells, values=pa.array(cells.sample), places=None)
    counts = {kind: _misfits(few, kind) for kind in _KINDS}
    likely = min(_KINDS, key=lambda kind: _number(counts[kind], len(few.values)))
    misfits = _misfits(cells, likely)
    present = len(cells.values) - cells.values.null_count
    if misfits is None or not 0 < _number(misfits, 0) <= max(1, int(_MOST_ODD * present)):
        return None
    return _KINDS[likely], pc.indices_nonzero(misfits).to_pylist()


def _misfits(cells: Cells, kind: ColumnKind) -> Any | None:
    found = decide_told("", cells, kind, ColumnHint())
    if found is None:
        return None
    return pc.and_(pc.is_valid(cells.values), pc.is_null(found.values))


def _number(misfits: Any | None, otherwise: int) -> int:
    return otherwise if misfits is None else int(pc.sum(misfits).as_py() or 0)


def _row(cells: Cells, place: int) -> int:
    if cells.places is None:
        return place
    return int(pc.index(cells.places, pa.scalar(place, cells.places.type)).as_py())


def _count(cells: Cells, place: int) -> int:
    if cells.places is None:
        return 1
    return int(pc.sum(pc.equal(cells.places, pa.scalar(place, cells.places.type))).as_py())
