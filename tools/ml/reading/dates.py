"""Text cells to dates and times; the whole column decides between day and month first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tools.ml.reading.calendar import DateParts, layout_of, take_apart, to_moments
from tools.ml.reading.found import SEASONS, Found, Usual, every, some

_WORDS: Final = {
    "dmy": "dates read as day before month",
    "mdy": "dates read as month before day",
    "ymd": "dates read as year, month, day",
}
_MONTHLY: Final = frozenset({"year-month", "month-year", "name-year"})
_MOMENT: Final = pa.timestamp("us")
_YEAR_ONE: Final = -62_135_596_800_000_000
_SURE: Final = 5
"""So many different dates that are in order in one reading only are not so by chance."""

_NO_DAYS: Final = "some cells are no days of the calendar"
_ISO: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?P<zone>Z|[+-]\d\d:?\d\d)?)?"
)


@dataclass(frozen=True, slots=True)
class DateReading:
    """How the dates of one column are written.

    Attributes:
        layout: "iso" as databases write them, else a key of `calendar.LAYOUTS`.
        order: Of a date in three numbers: "dmy", "mdy" or "ymd"; else empty.
        zoned: Whether times have a zone.
    """

    layout: str
    order: str = ""
    zoned: bool = False


def decide_dates(
    cells: Any, sample: list[str], *, day_first: bool | None, told: bool, usual: Usual
) -> Found | str:
    """Dates of one layout, with or without times.

    Args:
        cells: Distinct if there are few; trimmed, missing ones null.
        sample: Some of them.
        day_first: What the person said about the order of day and month.
        told: Whether the person said that these are dates: then what does not fit comes back as
            null, for the caller to name.
        usual: What other columns of the table decided.

    Returns:
        Moments without a zone (UTC where there was one), or why these are no dates (empty if
        they do not even look like it).
    """
    iso = iso_dates(cells, sample)
    if iso is not None:
        return iso
    layout = layout_of(sample, told=told)
    if layout is None:
        return ""
    parts = take_apart(cells, layout)
    fitting = pc.is_valid(parts.values["year"])
    if not told and parts.values["year"].null_count > cells.null_count:
        return ""
    zones = pc.is_valid(parts.zone).filter(fitting)
    if some(zones) and not every(zones) and not told:
        return "some times have a zone and some have none"
    if layout == "numbers":
        found = _in_numbers(parts, day_first=day_first, told=told, usual=usual)
    else:
        found = _in_words(parts, cells, told=told)
    return found if isinstance(found, str) else _checked(found, parts)


def iso_dates(cells: Any, sample: list[str]) -> Found | None:
    """Dates as databases and programs write them; None if any cell is something else.

    Args:
        cells: Trimmed, missing ones null.
        sample: Some of them.
    """
    matches = [_ISO.fullmatch(cell) for cell in sample]
    zones = {bool(match["zone"]) if match else None for match in matches}
    return _iso(cells, zoned=zones == {True}) if zones in ({True}, {False}) else None


def parse_dates(cells: Any, reading: DateReading) -> Any:
    """Dates as decided before; null where a cell does not fit.

    Args:
        cells: Trimmed, missing ones null.
        reading: From `decide_dates`.
    """
    if reading.layout == "iso":
        found = _iso(cells, zoned=reading.zoned)
        if found is not None:
            return found.values
    parts = take_apart(cells, "year" if reading.layout == "iso" else reading.layout)
    values = to_moments(parts, reading.order)
    return pc.if_else(pc.equal(pc.is_valid(parts.zone), reading.zoned), values, None)


def _iso(cells: Any, *, zoned: bool) -> Found | None:
    """At the speed of a cast."""
    try:
        values = pc.cast(cells, pa.timestamp("us", "UTC" if zoned else None)).cast(_MOMENT)
    except pa.ArrowInvalid:
        return None
    first = pc.min(values.cast(pa.int64())).as_py()
    if first is not None and first < _YEAR_ONE:
        return None
    return Found(DateReading("iso", zoned=zoned), values, _zone_note(zoned))


def _zone_note(zoned: bool) -> tuple[str, ...]:
    return ("times with a zone are kept as UTC",) if zoned else ()


def _checked(found: Found, parts: DateParts) -> Found:
    """With what is to be told about years, fractions and zones."""
    zoned = some(pc.is_valid(parts.zone))
    notes = found.notes
    if some(parts.short):
        notes = (*notes, "two-digit years read as 1969 to 2068")
    if parts.cut:
        notes = (*notes, "fractions finer than a microsecond were cut off")
    reading = DateReading(parts.layout, found.reading.order, zoned)
    return Found(
        reading,
        found.values,
        (*notes, *_zone_note(zoned)),
        found.doubt,
        still_open=found.still_open,
    )


def _in_words(parts: DateParts, cells: Any, *, told: bool) -> Found | str:
    """Dates whose parts cannot be mistaken for one another."""
    if parts.layout == "year-month" and not told and _seasons(parts):
        return SEASONS
    values = to_moments(parts)
    if values.null_count > cells.null_count and not told:
        return _NO_DAYS
    notes = ("months read as their first day",) if parts.layout in _MONTHLY else ()
    return Found(DateReading(parts.layout), values, notes)


def _seasons(parts: DateParts) -> bool:
    """2009-10, 2010-11: a year and the next one rather than a year and a month."""
    after = pc.subtract(parts.values["year"], parts.values["month"])
    after = pc.add(after, pa.scalar(1))
    return every(pc.equal(pc.subtract(after, pc.multiply(pc.divide(after, 100), 100)), 0))


def _in_numbers(
    parts: DateParts, *, day_first: bool | None, told: bool, usual: Usual
) -> Found | str:
    """Dates in three numbers, of which the last is the year if it has four digits."""
    if day_first is not None:
        order = "dmy" if day_first else "mdy"
        notes = (f"{_WORDS[order]}, as told",)
        return Found(DateReading("numbers", order), to_moments(parts, order), notes)
    valid = len(parts.short) - parts.values["year"].null_count
    fits = {order: to_moments(parts, order) for order in _WORDS}
    hits = {order: len(values) - values.null_count for order, values in fits.items()}
    able = [order for order in _WORDS if hits[order] == valid]
    if "ymd" in able and len(able) > 1:
        able.remove("ymd")
    if not able and not told:
        one, two = (pc.max(parts.values[name]).as_py() for name in ("one", "two"))
        mixed = one > 12 and two > 12 and max(one, two) <= 31
        return "in some cells the day comes first, in others the month" if mixed else _NO_DAYS
    able = able or [max(hits, key=lambda order: hits[order])]
    order, reason, doubt = able[0], "", ""
    if len(able) > 1 and not every(pc.equal(fits["dmy"], fits["mdy"])):
        order, reason, doubt = _undecided(parts, fits, usual)
    return Found(
        DateReading("numbers", order),
        fits[order],
        (_WORDS[order] + reason,),
        doubt,
        still_open="order" if doubt or reason else "",
    )


def _undecided(parts: DateParts, fits: dict[str, Any], usual: Usual) -> tuple[str, str, str]:
    """Every date fits both ways: the order, why, and the doubt that remains."""
    if parts.separator == ".":
        return "dmy", "", ""
    if usual.day_first is not None:
        return ("dmy" if usual.day_first else "mdy"), ", as in another column", ""
    ordered = {order: _ordered(fits[order]) for order in ("dmy", "mdy")}
    many = pc.count_distinct(fits["dmy"]).as_py() >= _SURE
    if many and ordered["dmy"] != ordered["mdy"]:
        order = "dmy" if ordered["dmy"] else "mdy"
        return order, ", since only so the rows are in order", ""
    likely = min(("dmy", "mdy"), key=lambda order: (not ordered[order], _span(fits[order])))
    for place, order in (("one", "dmy"), ("two", "mdy")):
        if many and every(pc.equal(parts.values[place], 1)):
            likely = order  # the first of every month
    return likely, "", "every date would also fit the other order of day and month"


def _ordered(values: Any) -> bool:
    steps = np.diff(pc.drop_null(values).to_numpy().astype("int64"))
    return bool((steps >= 0).all() or (steps <= 0).all())


def _span(values: Any) -> int:
    ends = pc.min_max(values.cast(pa.int64())).as_py()
    return int(ends["max"] - ends["min"])
