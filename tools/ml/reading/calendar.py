"""Cells of dates taken apart into years, months, days and times, and put together as moments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tools.ml.reading.found import some
from tools.ml.reading.months import MONTHS, WEEKDAYS
from tools.ml.reading.signs import plain_signs
from tools.ml.reading.spans import extract

_TIME: Final = (
    r"(?:(?:T|:| |, ?| at | um | à )(?P<hour>\d{1,2})[:h](?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?(?: ?(?P<half>[AaPp])\.?[Mm]\.?| ?Uhr| ?h)?"
    r"(?: ?(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?)?$"
)
_WEEKDAY: Final = rf"^(?:(?i:{WEEKDAYS})\.?,? )?"
_NAME: Final = r"(?P<name>\pL{3,10})\.?"
_DAY: Final = r"(?P<day>\d{1,2})"
_YEAR: Final = r"(?P<year>\d{4})"
_SHORT: Final = r"(?P<year>\d{4}|\d{2})"
_BASIC: Final = (
    r"(?P<month>\d{2})(?P<day>\d{2})T(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?"
    r"(?P<zone>Z|[+-]\d{2}:?\d{2})?$"
)

LAYOUTS: Final = {
    "year": rf"^{_YEAR}(?P<sep>[-/.年])(?P<month>\d{{1,2}})(?P<sep2>[-/.月]){_DAY}日?{_TIME}",
    "basic": rf"^{_YEAR}{_BASIC}",
    "numbers": rf"{_WEEKDAY}(?P<one>\d{{1,2}})(?P<sep>[-/]|\. ?)(?P<two>\d{{1,2}})"
    rf"(?P<sep2>[-/]|\. ?){_SHORT}{_TIME}",
    "day-name": rf"{_WEEKDAY}(?:le )?{_DAY}(?:\.|st|nd|rd|th|er|º)?(?: de |[-/ ]?){_NAME}"
    rf"(?: de |,? |[-/])?{_SHORT}{_TIME}",
    "name-day": rf"{_WEEKDAY}{_NAME} {{1,2}}{_DAY}(?:st|nd|rd|th)?,? {_YEAR}{_TIME}",
    "year-name": rf"^{_YEAR}[-/ ]{_NAME}[-/ ]{_DAY}{_TIME}",
    "year-month": rf"^{_YEAR}[-/](?P<month>\d{{2}})$",
    "month-year": rf"^(?P<month>\d{{1,2}})/{_YEAR}$",
    "name-year": rf"^{_NAME}[- ]{_YEAR}$",
    "compact": rf"^{_YEAR}(?P<month>\d{{2}})(?P<day>\d{{2}})$",
}
"""Every way a date is written, the most usual first; the last one only where a person says so."""

_NUMBERS: Final = ("year", "month", "day", "one", "two", "hour", "minute", "second")
_MICROS: Final = 1_000_000
_PIVOT: Final = 69


@dataclass(frozen=True, slots=True)
class DateParts:
    """Cells taken apart; `year` is null where a cell does not fit the layout.

    Attributes:
        layout: Key of `LAYOUTS`.
        values: int64 arrays by part; only the parts that the layout has.
        micros: Fractions of seconds.
        half: "a", "p" or null.
        zone: Minutes east of UTC; null without a zone.
        short: Where the year has two digits.
        separator: Between the numbers, where all cells have the same; else empty.
        cut: Whether fractions were finer than a microsecond.
    """

    layout: str
    values: dict[str, Any]
    micros: Any
    half: Any
    zone: Any
    short: Any
    separator: str
    cut: bool


def layout_of(sample: list[str], *, told: bool = False) -> str | None:
    """The layout that all cells of a sample fit, or the most if a person told that it is one."""
    plain: list[str] = plain_signs(pa.array(sample, pa.string())).to_pylist()
    usual = [layout for layout in LAYOUTS if layout != "compact"]
    for layout in usual:
        if all(_pattern(layout).fullmatch(cell) for cell in plain):
            return layout
    if not told:
        return None
    hits = {name: sum(map(bool, map(_pattern(name).fullmatch, plain))) for name in LAYOUTS}
    best = max(hits, key=lambda layout: hits[layout])
    return best if hits[best] else None


@cache
def _pattern(layout: str) -> re.Pattern[str]:
    return re.compile(LAYOUTS[layout].replace(r"\pL", r"[^\W\d_]"))


def take_apart(cells: Any, layout: str) -> DateParts:
    """The parts of cells of a layout.

    Args:
        cells: Trimmed, missing ones null.
        layout: Key of `LAYOUTS`.
    """
    text = extract(plain_signs(cells), LAYOUTS[layout], _pattern(layout))
    values: dict[str, Any] = {name: _whole(text[name]) for name in _NUMBERS if name in text}
    fits = pc.is_valid(values["year"])
    if "sep2" in text:
        same = pc.equal(text["sep"], text["sep2"])
        fits = pc.and_(fits, pc.or_(same, pc.equal(text["sep"], "年")))
    if "name" in text:
        names = pa.array(list(MONTHS))
        place = pc.index_in(pc.utf8_lower(text["name"]), value_set=names)
        values["month"] = pc.take(pa.array(list(MONTHS.values()), pa.int64()), place)
        fits = pc.and_(fits, pc.is_valid(place))
    values["year"] = pc.if_else(fits, values["year"], None)
    none = pa.nulls(len(cells), pa.string())
    part = text.get("part", none)
    digits = pc.utf8_slice_codeunits(pc.utf8_rpad(part, 6, "0"), 0, 6)
    separators = pc.unique(pc.drop_null(text.get("sep", none))).to_pylist()
    return DateParts(
        layout,
        values,
        micros=_whole(digits),
        half=pc.utf8_lower(_filled(text.get("half", none))),
        zone=_minutes(_filled(text.get("zone", none))),
        short=pc.equal(pc.binary_length(text["year"]), 2),
        separator=separators[0].strip() if len(separators) == 1 else "",
        cut=some(pc.match_substring_regex(part, r"\d{6}\d*[1-9]")),
    )


def to_moments(parts: DateParts, order: str = "") -> Any:
    """timestamp[us], in UTC where there are zones; null where a cell is no day of the calendar.

    Args:
        parts: From `take_apart`.
        order: Of a date in three numbers: "dmy", "mdy" or "ymd".
    """
    year, month, day, short = _ordered(parts, order)
    valid = ~np.isnan(year) & (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    hour, minute, second = (_floats(parts.values.get(n), len(year)) for n in _NUMBERS[5:])
    if parts.half.null_count < len(parts.half):
        half = parts.half.to_numpy(zero_copy_only=False)
        twelve = (half == "a") | (half == "p")
        valid &= ~twelve | ((hour >= 1) & (hour <= 12))
        hour = np.where(twelve, hour % 12 + 12 * (half == "p"), hour)
    valid &= (hour < 24) & (minute < 60) & (second < 60)
    year = np.where(short, year + np.where(year < _PIVOT, 2000, 1900), year)
    months = np.where(valid, (year - 1970) * 12 + month - 1, 0).astype("int64")
    days = months.astype("datetime64[M]").astype("datetime64[D]").astype("int64")
    days += np.where(valid, day - 1, 0).astype("int64")
    valid &= days.astype("datetime64[D]").astype("datetime64[M]").astype("int64") == months
    zone = _floats(parts.zone, len(year))
    seconds = np.where(valid, (hour * 60 + minute - zone) * 60 + second, 0).astype("int64")
    micros = _floats(parts.micros, len(year)).astype("int64")
    moments = (days * 86_400 + seconds) * _MICROS + micros
    return pa.array(moments, mask=~valid).cast(pa.timestamp("us"))


def _ordered(parts: DateParts, order: str) -> tuple[Any, Any, Any, Any]:
    rows = len(parts.short)
    short = parts.short.fill_null(False).to_numpy(zero_copy_only=False)
    year = _floats(parts.values["year"], rows, gap=np.nan)
    if not order:
        day = _floats(parts.values.get("day"), rows, gap=1.0)
        return year, _floats(parts.values["month"], rows), day, short
    one, two = (_floats(parts.values[name], rows) for name in ("one", "two"))
    if order == "ymd":
        # Only two digits can be a day; a gap stays one.
        return np.where(np.isnan(year), year, one), two, np.where(short, year, 0), short
    return (year, two, one, short) if order == "dmy" else (year, one, two, short)


def _whole(text: Any) -> Any:
    return pc.cast(_filled(text), pa.int64())


def _filled(text: Any) -> Any:
    """Parts that a cell does not have come as empty text."""
    return pc.if_else(pc.equal(text, ""), None, text)


def _minutes(zone: Any) -> Any:
    plain = pc.replace_substring(pc.replace_substring_regex(zone, "Z|UTC|GMT", "+0000"), ":", "")
    hours = _whole(pc.utf8_slice_codeunits(plain, 1, 3))
    minutes = pc.add(
        pc.multiply(hours, 60), pc.fill_null(_whole(pc.utf8_slice_codeunits(plain, 3)), 0)
    )
    return pc.if_else(pc.starts_with(plain, "-"), pc.negate(minutes), minutes)


def _floats(values: Any, rows: int, *, gap: float = 0.0) -> npt.NDArray[np.float64]:
    if values is None:
        return np.full(rows, gap)
    filled = pc.fill_null(pc.cast(values, pa.float64()), gap)
    return np.asarray(filled.to_numpy(zero_copy_only=False))
