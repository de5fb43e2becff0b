"""Numbers that stand for dates: the days of spreadsheets, seconds of clocks, yyyymmdd."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from tools.ml.reading.calendar import take_apart, to_moments
from tools.ml.reading.dates import DateReading
from tools.ml.reading.found import Found, every

_NAMED: Final = re.compile(
    r"(?i)(?:^|[_\W]|(?<=[a-z])(?=[A-Z]))(?:date|datum|fecha|data|day|tag|jour|time|zeit|hora|when"
    r"|created|updated|modified|born|birthday|dob|timestamp|ts|since|until|expires?|due)"
    r"(?:$|[_\W\d]|(?=[A-Z]))|(?:date|datum|time)$|_(?:at|on)$"
)
_DAYS: Final = (20_000, 60_000)
_LAST_DAY: Final = 2_958_465
_EPOCH: Final = date(1899, 12, 30)
_BEFORE: Final = (date(1970, 1, 1) - _EPOCH).days
_SCALES: Final = (("seconds", 1e8, 1e11, 1_000_000), ("milliseconds", 1e11, 1e14, 1_000))
"""Counted from 1970: name, range, microseconds in one."""


@dataclass(frozen=True, slots=True)
class SerialReading:
    """How the numbers of one column count time.

    Attributes:
        scale: "days" of a spreadsheet, or "seconds" or "milliseconds" since 1970.
    """

    scale: str


def suspicion(name: str, values: Any) -> str:
    """A sentence part if the numbers of a column may be dates; empty if nothing says so.

    Args:
        name: Of the column; day numbers and seconds are only suspected where it says date.
        values: int64 or float64.
    """
    ends = pc.min_max(values).as_py()
    low, high = ends["min"], ends["max"]
    if low is None or low == high:
        return ""
    if low >= 19_000_101 and high <= 21_001_231 and _all_compact(values):
        return "all of it looks like dates written as yyyymmdd; kept as numbers"
    if not _NAMED.search(name):
        return ""
    if _DAYS[0] <= low and high < _DAYS[1]:
        day = (_EPOCH + timedelta(days=int(low))).isoformat()
        return f"the numbers may be days of a spreadsheet ({low:g} is {day}); kept as numbers"
    for scale, least, most, _ in _SCALES:
        if 5 * least <= low and high < most / 25:
            return f"the numbers may be {scale} since 1970; kept as numbers"
    return ""


def dates_from_numbers(cells: Any) -> Found | None:
    """What a person said to be dates, from numbers; None if no way to count fits them all.

    Args:
        cells: Trimmed text, missing ones null.
    """
    try:
        ends = pc.min_max(pc.cast(cells, pa.float64())).as_py()
    except pa.ArrowInvalid:
        return None
    low, high = ends["min"], ends["max"]
    if low is None:
        return None
    compact = to_moments(take_apart(cells, "compact"))
    if compact.null_count == cells.null_count:
        return Found(DateReading("compact"), compact, ("yyyymmdd read as dates",))
    if low >= 1 and high <= _LAST_DAY:
        reading, note = SerialReading("days"), "days of a spreadsheet read as dates"
        return Found(reading, parse_serials(cells, reading), (note,))
    for scale, least, most, _ in _SCALES:
        if least <= low and high < most:
            reading, note = SerialReading(scale), f"{scale} since 1970 read as dates (UTC)"
            return Found(reading, parse_serials(cells, reading), (note,))
    return None


def parse_serials(cells: Any, reading: SerialReading) -> Any:
    """timestamp[us] from numbers; null where a cell does not fit.

    Args:
        cells: Trimmed text, missing ones null.
        reading: From `dates_from_numbers`.
    """
    plain = pc.match_substring_regex(cells, r"^\d+(?:\.\d*)?$")
    values = pc.cast(pc.if_else(plain, cells, None), pa.float64())
    if reading.scale == "days":
        values = pc.if_else(pc.less(values, _LAST_DAY + 1.0), values, None)
        # Spreadsheets count a 29th of February 1900, so the days before it are one off.
        days = pc.if_else(pc.less(values, 60.0), pc.add(values, 1.0), values)
        # To the millisecond, which is what a float of days holds.
        millis = pc.round(pc.multiply(pc.subtract(days, float(_BEFORE)), 86_400_000.0))
        moments = pc.multiply(millis, 1_000.0)
    else:
        factor, most = next((f, most) for name, _, most, f in _SCALES if name == reading.scale)
        values = pc.if_else(pc.less(values, most), values, None)
        moments = pc.round(pc.multiply(values, float(factor)))
    return pc.cast(pc.cast(moments, pa.int64()), pa.timestamp("us"))


def _all_compact(values: Any) -> bool:
    for part in (values.slice(0, 1_000), values):
        floats = pc.cast(part, pa.float64())
        if not every(pc.equal(floats, pc.floor(floats))):
            return False
        text = pc.cast(pc.cast(part, pa.int64(), safe=False), pa.string())
        if to_moments(take_apart(text, "compact")).null_count > part.null_count:
            return False
    return True
