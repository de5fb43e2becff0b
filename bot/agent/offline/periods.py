"""Stretches of time in a sentence: "last week", "in March", "between 3 and 5 November"."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.agent.offline.times import moment_in

_MONTHS: Final = {
    name.lower(): number
    for number in range(1, 13)
    for name in (calendar.month_name[number], calendar.month_abbr[number])
} | {"sept": 9}
_MONTH: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR: Final = r"(?:19|20)\d{2}"
_DAYS: Final = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_ENDS: Final = re.compile(
    r"\b(?:between|from)\s+(?:the\s+)?(?P<a>.+?)\s+(?:and|to|until|till|through|-|–)\s+"
    r"(?:the\s+)?(?P<b>.+)"
)
_IN_MONTH: Final = re.compile(
    rf"\b(?:in|during|of|for|throughout|all)\s+(?P<last>last\s+)?(?P<m>{_MONTH})"
    rf"(?:\s+(?P<y>{_YEAR}))?\b(?!\s+\d)"
)
_IN_YEAR: Final = re.compile(rf"\b(?:in|during|of|for|throughout)\s+(?P<y>{_YEAR})\b")
_OPEN: Final = re.compile(r"\b(?:since|after|from)\b")
_UP_TO: Final = re.compile(r"\b(?:until|till|til|before|up to)\s+(?P<what>.+)")
_DAY_OF_MONTH: Final = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?$")
_WEEK: Final = re.compile(r"\b(?:last|past|previous) week\b")
_LAST_MONTH: Final = re.compile(r"\b(?:last|past|previous) month\b")
_LAST_YEAR: Final = re.compile(r"\b(?:last|past|previous) year\b")
_ONE_DAY: Final = re.compile(
    rf"\b(?:yesterday|on\s+(?:last\s+)?{_DAYS}|last\s+{_DAYS}|day before yesterday)\b"
    rf"|\bon\s+(?:the\s+)?\d|\bon\s+(?:{_MONTH})"
)


@dataclass(frozen=True, slots=True)
class Period:
    """From when and to when, as ISO date-times with offset; "" where it is open."""

    since: str = ""
    until: str = ""


def period_in(text: str, today: str) -> Period | None:
    """The stretch of time that a text names; the past is meant."""
    plain = " ".join(text.lower().split())
    now = datetime.fromisoformat(today) if today else datetime.now().astimezone()
    if match := _ENDS.search(plain):
        found = _between(match["a"], match["b"], now)
        if found is not None:
            return found
    if not _OPEN.search(plain):
        whole = _month(plain, now) or _year(plain, now) or _last(plain, now)
        if whole is not None:
            return whole
        if match := _UP_TO.search(plain):
            end = moment_in(match["what"], now.isoformat())
            return Period(until=_iso(_moment(end) - timedelta(seconds=1))) if end else None
    start = moment_in(plain, now.isoformat())
    if start is None:
        return None
    if _ONE_DAY.search(plain) and not _OPEN.search(plain):
        return _days(_moment(start), _moment(start))
    return Period(since=start)


def _between(first: str, last: str, now: datetime) -> Period | None:
    """Both ends included; "3 and 5 November" leaves the month to the second."""
    end = _day(last, now)
    if end is None:
        return None
    if bare := _DAY_OF_MONTH.match(first):
        day = int(bare[1])
        start = end.replace(day=day) if 1 <= day <= end.day else None
    else:
        start = _day(first, now)
    if start is None:
        return None
    if start > end:
        start = start.replace(year=start.year - 1)
    return _days(start, end)


def _day(said: str, now: datetime) -> datetime | None:
    """The day a text names: with a month, a weekday, "yesterday", "today", "now"."""
    if re.match(r"(?:now|today)\b", said):
        return now
    if match := re.match(rf"(?P<m>{_MONTH})(?:\s+(?P<y>{_YEAR}))?$", said.strip(" ?.!")):
        month = _of_month(_MONTHS[match["m"]], match["y"], now)
        return _moment(month.until)
    found = moment_in(f"on {said}", now.isoformat())
    return _moment(found) if found is not None else None


def _month(text: str, now: datetime) -> Period | None:
    match = _IN_MONTH.search(text)
    return _of_month(_MONTHS[match["m"]], match["y"], now) if match else None


def _of_month(month: int, year: str | None, now: datetime) -> Period:
    """A month, of this year unless it is still to come."""
    number = int(year) if year else now.year - (month > now.month)
    first = now.replace(year=number, month=month, day=1)
    return _days(first, first.replace(day=calendar.monthrange(number, month)[1]))


def _year(text: str, now: datetime) -> Period | None:
    match = _IN_YEAR.search(text)
    if match is None:
        return None
    first = now.replace(year=int(match["y"]), month=1, day=1)
    return _days(first, first.replace(month=12, day=31))


def _last(text: str, now: datetime) -> Period | None:
    """The week, month or year before this one, from its first day to its last."""
    if _WEEK.search(text):
        monday = now - timedelta(days=now.weekday() + 7)
        return _days(monday, monday + timedelta(days=6))
    if _LAST_MONTH.search(text):
        last = now.replace(day=1) - timedelta(days=1)
        return _days(last.replace(day=1), last)
    if _LAST_YEAR.search(text):
        first = now.replace(year=now.year - 1, month=1, day=1)
        return _days(first, first.replace(month=12, day=31))
    return None


def _days(first: datetime, last: datetime) -> Period:
    """Whole days, both included."""
    start = first.replace(hour=0, minute=0, second=0, microsecond=0)
    end = last.replace(hour=23, minute=59, second=59, microsecond=0)
    return Period(_iso(start), _iso(end))


def _moment(iso: str) -> datetime:
    return datetime.fromisoformat(iso)


def _iso(when: datetime) -> str:
    return when.isoformat()
