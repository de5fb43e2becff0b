"""Recognises, at the speed of memory, cells that need no second look: plain numbers, plain texts.

A shortcut to what the reader would say, never another answer: whatever is not surely plain is
left to the reader.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tools.ml.profiling.arrays import held, offsets_and_bytes, pick, there
from tools.ml.reading.missing import Marks

Rows = npt.NDArray[np.int64]

_SHORT: Final = 15
"""Any number of so many signs is kept exactly by a float."""
_LONG: Final = 18
_POINT_WITHIN: Final = 7
_FEW: Final = 0.2
_NO_ROWS: Final = np.empty(0, np.int64)
_MINUS, _POINT, _ZERO, _NINE, _APOSTROPHE, _SPACE, _ASCII = b"-.09' \x7f"


def plain_cells(cells: Any, kind: Any, second_look: Callable[[Any], Any | None]) -> Any | None:
    """Numbers as computers write them, as int64 or float64; None if any cell may be otherwise.

    Args:
        cells: pyarrow string array, null where a cell is empty.
        kind: `pa.int64()` or `pa.float64()`.
        second_look: What the reader makes of a few long cells; None if they do not fit.
    """
    whole = kind == pa.int64()
    doubtful = _look(cells, whole=whole)
    if doubtful is None or len(doubtful) > _FEW * len(cells):
        return None
    try:
        values = pc.cast(cells, kind)
    except pa.ArrowInvalid:
        return None
    if not whole and not _finite(values):
        return None
    if len(doubtful) and second_look(pick(cells, doubtful)) is None:
        return None
    return values


def _finite(values: Any) -> bool:
    finite = np.isfinite(held(values))
    mask = there(values)
    return bool((finite if mask is None else finite | ~mask).all())


def _look(cells: Any, *, whole: bool) -> Rows | None:
    """Rows whose cells are too long to be sure of; None if any cell is not surely a number."""
    starts, stops, data = _present(cells)
    if not len(starts):
        return _NO_ROWS
    minus = data[starts] == _MINUS
    starts = starts + minus
    lengths = stops - starts
    if int(lengths.min()) < 1:
        return None
    first, last = data[starts], data[stops - 1]
    digits = (first >= _ZERO) & (first <= _NINE) & (last >= _ZERO) & (last <= _NINE)
    zero = first == _ZERO
    second = data[np.minimum(starts + 1, len(data) - 1)]
    odd = ~digits | (zero & (lengths > 1) & (second != _POINT))
    if odd.any() or (whole and (zero & minus).any()):
        return None
    if whole:
        return _NO_ROWS
    long = np.flatnonzero(lengths > _SHORT)
    # Behind “0.” there is room for as many digits more.
    far = lengths[long] > _LONG + 2 * zero[long]
    long = long[far | ~_have_point(data, starts[long])]
    mask = there(cells)
    found: npt.NDArray[np.int64] = long if mask is None else np.flatnonzero(mask)[long]
    return found


def _have_point(data: npt.NDArray[np.uint8], starts: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    found = np.zeros(len(starts), bool)
    for place in range(1, _POINT_WITHIN):
        found |= data[starts + place] == _POINT
    return found


def untouched(cells: Any, marks: Marks) -> bool:
    """Whether no cell of a column of texts can mean "no value" or be shielded.

    Args:
        cells: pyarrow string array, null where a cell is empty.
        marks: Of the column.
    """
    starts, stops, data = _present(cells)
    if marks.shape or not len(starts):
        return False
    longest = max((len(mark.encode()) for mark in marks.always), default=0)
    first, last = data[starts], data[stops - 1]
    bare = (first > _SPACE) & (first <= _ASCII) & (last > _SPACE) & (last <= _ASCII)
    return bool((bare & (first != _APOSTROPHE) & (stops - starts > longest)).all())


def _present(
    cells: Any,
) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[np.uint8]]:
    """Where each cell that is not null starts and stops in the bytes, and the bytes."""
    starts, stops, data = offsets_and_bytes(cells)
    mask = there(cells)
    return (starts, stops, data) if mask is None else (starts[mask], stops[mask], data)
