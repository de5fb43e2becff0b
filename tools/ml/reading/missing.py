"""Cells that mean "no value", and values that stand out so much that they may mean it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from tools.ml.reading.cells import Cells
from tools.ml.reading.report import ColumnHint, Doubt
from tools.ml.reading.shapes import MISSING

MISSING_IN_VALUES: Final = frozenset(
    {"none", "None", "NONE", "nil", "missing", "unknown", ".", "..", "x", "*"}
)
"""Cells that mean "no value" only among numbers and dates."""

NO_DATES: Final = frozenset(
    {"0000-00-00", "0000-00-00 00:00:00", "00/00/0000", "00.00.0000", "00-00-0000"}
)
"""What databases and forms write where there is no date."""

_MARKS: Final = frozenset(
    {-1, -9, -99, *(sign * (10**size - 1) for size in (3, 4, 5, 6, 7) for sign in (-1, 1))}
)
_DAYS: Final = ("1900-01-01", "1970-01-01", "1899-12-30", "2099-12-31", "9999-12-31", "9999-01-01")
_ENOUGH: Final = 8


@dataclass(frozen=True, slots=True)
class Marks:
    """The cells of one column that mean "no value".

    Attributes:
        always: Whatever the column holds.
        in_values: Only among numbers and dates.
        shape: Regular expression of more of them ("999" also stands as 999.0), or empty.
    """

    always: frozenset[str]
    in_values: frozenset[str]
    shape: str = ""


USUAL_MARKS: Final = Marks(MISSING, MISSING_IN_VALUES)


def marks_of(hint: ColumnHint) -> Marks:
    """The marks of a column, with what the person said about it."""
    if not hint.missing and not hint.present:
        return USUAL_MARKS
    numbers = [mark for mark in hint.missing if re.fullmatch(r"-?\d+(?:\.\d+)?", mark)]
    shape = "|".join(rf"^{re.escape(mark)}(?:[.,]0+)?$" for mark in numbers)
    present = frozenset(mark.strip() for mark in hint.present)
    told = frozenset(mark.strip() for mark in hint.missing)
    return Marks(MISSING - present | told, MISSING_IN_VALUES - present - told, shape)


def find_missing(bare: Any, marks: Marks) -> Any:
    """Where trimmed cells mean "no value" whatever the column holds."""
    always = pc.is_in(bare, value_set=pa.array(sorted(marks.always)))
    always = pc.or_(always, pc.is_null(bare))
    if marks.shape:
        # "999" stands as 999.0 too.
        always = pc.or_(always, pc.fill_null(pc.match_substring_regex(bare, marks.shape), False))
    return always


def without_weak(cells: Cells, marks: Marks, *, always: bool = False) -> Cells:
    """Cells without those that mean "no value" only among numbers and dates.

    Args:
        cells: Of one column.
        marks: Of the column.
        always: Even if nothing else is left; else they are then what the column holds.
    """
    weak = pc.is_in(cells.values, value_set=pa.array(sorted(marks.in_values), pa.string()))
    gone = pc.sum(weak).as_py() or 0
    if not gone or (gone == len(cells.values) - cells.values.null_count and not always):
        return cells
    return cells.without(weak)


def doubt_of(name: str, values: Any, bare: Any) -> Doubt | None:
    """A value that stands out and may mean "no value".

    Args:
        name: Of the column.
        values: Of any type.
        bare: The same as trimmed text, to name it as it stands in the file.
    """
    if pa.types.is_timestamp(values.type):
        return _doubtful_date(name, values, bare)
    if pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
        return _doubtful_number(name, values, bare)
    return None


def _doubtful_number(name: str, values: Any, bare: Any) -> Doubt | None:
    """The largest or smallest number, if it is one like 999 and stands far apart."""
    ends = pc.min_max(values).as_py()
    for end in (ends["max"], ends["min"]):
        if end in _MARKS:
            same = pc.equal(values, pa.scalar(end, values.type))
            if _apart(end, values.filter(pc.invert(same))):
                return _doubt(name, same, bare)
    return None


def _doubt(name: str, same: Any, bare: Any) -> Doubt:
    place = pc.index(same, pa.scalar(True)).as_py()
    return Doubt(name, bare[place].as_py(), pc.sum(same).as_py())


def _apart(mark: float, rest: Any) -> bool:
    ends = pc.min_max(rest).as_py()
    low, high = ends["min"], ends["max"]
    if low is None or low == high:
        return False
    if -100 < mark < 0:
        return bool(low >= 0 and pc.count_distinct(rest).as_py() >= _ENOUGH)
    return bool((mark - high if mark > high else low - mark) > high - low)


def _doubtful_date(name: str, values: Any, bare: Any) -> Doubt | None:
    """The first or last date, if it is a usual stand-in and lies far from the rest."""
    moments = values.cast(pa.int64())
    ends = pc.min_max(moments).as_py()
    for end in (ends["max"], ends["min"]):
        if end is None or str(pa.scalar(end, pa.timestamp("us")))[:10] not in _DAYS:
            continue
        same = pc.equal(moments, end)
        inner = pc.min_max(moments.filter(pc.invert(same))).as_py()
        if inner["min"] is None or inner["min"] == inner["max"]:
            continue
        gap = end - inner["max"] if end > inner["max"] else inner["min"] - end
        if gap > inner["max"] - inner["min"]:
            return _doubt(name, same, bare)
    return None
