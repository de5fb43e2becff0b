"""Text cells to dates and times; the whole column decides between day and month first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import pandas as pd

_ISO: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}"
    r"(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?P<zone> ?Z|[+-]\d{2}:?\d{2})?)?"
)
_TIME: Final = (
    r"(?P<time>[T ]\d{1,2}:\d{2}(?P<second>:\d{2}(?P<part>\.\d+)?)?(?P<half> ?[AaPp][Mm])?)?"
)
_YEAR_FIRST: Final = re.compile(r"\d{4}(?P<sep>[/.-])\d{1,2}(?P=sep)\d{1,2}" + _TIME)
_YEAR_LAST: Final = re.compile(
    r"(?P<one>\d{1,2})(?P<sep>[/.-])(?P<two>\d{1,2})(?P=sep)(?P<year>\d{4}|\d{2})" + _TIME
)
_DAY_NAME: Final = re.compile(
    r"\d{1,2}(?P<sep>[ -])(?P<month>[A-Za-z]{3,9})(?P=sep)(?P<year>\d{4}|\d{2})" + _TIME
)
_NAME_DAY: Final = re.compile(
    r"(?P<month>[A-Za-z]{3,9}) \d{1,2}(?P<comma>,?) (?P<year>\d{4})" + _TIME
)


@dataclass(frozen=True, slots=True)
class Dates:
    """Parsed values (datetime64[us], without zone), what was assumed, what is in doubt."""

    values: pd.Series[pd.Timestamp]
    assumed: str = ""
    doubt: str = ""


def parse_dates(cells: pd.Series[str]) -> Dates | None:
    """Dates of one notation, or None.

    Args:
        cells: Distinct trimmed cells without missing ones.
    """
    head = cells.iloc[:50]
    if all(_ISO.fullmatch(cell) for cell in head):
        return _iso(cells)
    first = str(cells.iloc[0])
    for shape in (_YEAR_FIRST, _DAY_NAME, _NAME_DAY):
        match = shape.fullmatch(first)
        if match and all(shape.fullmatch(cell) for cell in head):
            return _read(cells, _format(shape, match), "")
    if all(_YEAR_LAST.fullmatch(cell) for cell in head):
        return _day_or_month_first(cells)
    return None


def _iso(cells: pd.Series[str]) -> Dates | None:
    matches = [_ISO.fullmatch(cell) for cell in cells]
    if not all(matches):
        return None
    zones = {bool(match and match["zone"]) for match in matches}
    if len(zones) > 1:
        return None
    zoned = zones == {True}
    try:
        values = pd.to_datetime(cells.str.replace(",", "."), format="ISO8601", utc=zoned)
    except (ValueError, OverflowError):
        return None
    if zoned:
        return Dates(values.dt.tz_localize(None), "times with a zone are kept as UTC")
    return Dates(values)


def _format(shape: re.Pattern[str], match: re.Match[str]) -> str:
    """The strptime format of a match."""
    parts = match.groupdict()
    year = "%Y" if len(parts.get("year") or "    ") == 4 else "%y"
    name = "%b" if len(parts.get("month") or "") == 3 else "%B"
    if shape is _YEAR_FIRST:
        date = parts["sep"].join(("%Y", "%m", "%d"))
    elif shape is _DAY_NAME:
        date = parts["sep"].join(("%d", name, year))
    else:
        date = f"{name} %d{parts['comma']} {year}"
    return date + _time_format(parts)


def _time_format(parts: dict[str, str | None]) -> str:
    time = parts["time"]
    if not time:
        return ""
    half = parts["half"] or ""
    clock = f"{time[0]}%{'I' if half else 'H'}:%M"
    clock += (":%S" if parts["second"] else "") + (".%f" if parts["part"] else "")
    return clock + half.lower().replace("am", "%p").replace("pm", "%p")


def _read(cells: pd.Series[str], pattern: str, assumed: str, doubt: str = "") -> Dates | None:
    try:
        values = pd.to_datetime(cells, format=pattern)
    except (ValueError, OverflowError):
        return None
    return Dates(values, assumed, doubt)


def _day_or_month_first(cells: pd.Series[str]) -> Dates | None:
    parts = cells.str.extract(_YEAR_LAST.pattern)
    if parts["one"].isna().any():
        return None
    match = _YEAR_LAST.fullmatch(str(cells.iloc[0]))
    if match is None:
        return None
    one, two = parts["one"].astype(int), parts["two"].astype(int)
    sep, year = match["sep"], "%Y" if len(match["year"]) == 4 else "%y"
    tail = sep + year + _time_format(match.groupdict())
    day_first, month_first = f"%d{sep}%m{tail}", f"%m{sep}%d{tail}"
    if one.max() > 12:
        return _read(cells, day_first, "dates read as day before month")
    if two.max() > 12:
        return _read(cells, month_first, "dates read as month before day")
    if sep == ".":
        return _read(cells, day_first, "dates read as day before month")
    return _ambiguous(cells, day_first, month_first)


def _ambiguous(cells: pd.Series[str], day_first: str, month_first: str) -> Dates | None:
    """Every value fits both ways: the one that keeps the rows in order, or closer together."""
    first, second = _read(cells, day_first, ""), _read(cells, month_first, "")
    if first is None or second is None:
        return first or second
    if first.values.equals(second.values):
        return Dates(first.values, "dates read as day before month")
    day = _disorder(first.values) <= _disorder(second.values)
    chosen = first if day else second
    words = "day before month" if day else "month before day"
    return Dates(
        chosen.values,
        f"dates read as {words}",
        "every date would also fit the other order of day and month",
    )


def _disorder(values: pd.Series[pd.Timestamp]) -> tuple[bool, pd.Timedelta]:
    ordered = values.is_monotonic_increasing or values.is_monotonic_decreasing
    return not ordered, values.max() - values.min()
