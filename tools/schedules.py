"""Schedules of monitors: when a check is due, and how to say it; pure, nothing reads the clock.

A cron line is POSIX: five fields; 0 and 7 are Sunday; where both day fields are restricted, either
is enough. It is read on the wall clock of the monitor's zone. A time that daylight saving skips
comes as much later as the clock jumped; a time that comes twice counts once, unless the hour field
starts with `*`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from storage.catalog.records import Monitor
from tools.cards import shown
from tools.durations import counted
from tools.errors import BadRequest

_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                  "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")  # fmt: skip
_DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_DAY_NAMES: Final = ("Sundays", "Mondays", "Tuesdays", "Wednesdays",
                     "Thursdays", "Fridays", "Saturdays")  # fmt: skip
_ITEM: Final = re.compile(r"(?:\*|(\w+)(?:-(\w+))?)(?:/(\d{1,4}))?", re.ASCII)
_FIELDS: Final = (("minute", 0, 59), ("hour", 0, 23), ("day of the month", 1, 31),
                  ("month", 1, 12), ("day of the week", 0, 7))  # fmt: skip
_WORKDAYS: Final = frozenset(range(1, 6))
_WEEKEND: Final = frozenset({0, 6})
_HORIZON: Final = timedelta(days=8 * 366 + 1)  # 29 February can be eight years away
_HINT: Final = "It has five fields: minute, hour, day, month, weekday, as in `0 8 * * 1-5`."


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron line, each field as the set of values it allows; days of the week from Sunday = 0.

    `any_day` and `any_weekday`: that field does not restrict; `each_hour`: the hour field is `*`.
    """

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool
    each_hour: bool

    def on(self, day: date) -> bool:
        """Whether the line has any time on this day."""
        if day.month not in self.months:
            return False
        by_day, by_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        if self.any_day or self.any_weekday:
            return by_day and by_weekday
        return by_day or by_weekday


def parse_cron(line: str) -> Cron:
    """Read a POSIX cron line; names of months and days may stand for numbers.

    Raises:
        BadRequest: It is not one, or no day ever fits (31 February).
    """
    texts = line.split()
    if len(texts) != len(_FIELDS):
        raise BadRequest(f"“{shown(line)}” is not a cron line.", _HINT)
    sets = [
        _field(text, name, low, high)
        for text, (name, low, high) in zip(texts, _FIELDS, strict=True)
    ]
    cron = Cron(
        sets[0], sets[1], sets[2], sets[3], frozenset(day % 7 for day in sets[4]),
        texts[2].startswith("*"), texts[4].startswith("*"), texts[1].startswith("*"),
    )  # fmt: skip
    start = date(2024, 1, 1)  # from a leap year on, four years show every date there is
    if not any(cron.on(start + timedelta(days=n)) for n in range(4 * 366)):
        raise BadRequest(f"“{shown(line)}” names a day that never comes.", _HINT)
    return cron


def _field(text: str, name: str, low: int, high: int) -> frozenset[int]:
    values: set[int] = set()
    for item in text.split(","):
        match = _ITEM.fullmatch(item)
        if match is None:
            raise BadRequest(f"“{shown(item)}” is not a {name} in a cron line.", _HINT)
        first, last, step = match.groups()
        start = low if first is None else _value(first, name, low, high)
        stop = start if last is None else _value(last, name, low, high)
        if first is None or (last is None and step):
            stop = 6 if high == 7 else high
        if start > stop or step == "0":
            raise BadRequest(f"“{shown(item)}” is an empty range of the {name}.", _HINT)
        values.update(range(start, stop + 1, int(step or 1)))
    return frozenset(values)


def _value(text: str, name: str, low: int, high: int) -> int:
    names = _MONTHS if name == "month" else _DAYS if high == 7 else ()
    if text.upper() in names:
        return names.index(text.upper()) + low
    if not text.isdecimal() or not low <= int(text) <= high:
        raise BadRequest(
            f"“{shown(text)}” is not a {name} in a cron line.", f"It goes from {low} to {high}."
        )
    return int(text)


def check_zone(name: str) -> str:
    """The IANA zone of this name; raises BadRequest when there is none."""
    if name not in available_timezones():
        raise BadRequest(f"“{shown(name)}” is not a time zone.", "Write it like Europe/Berlin.")
    return name


def dues(monitor: Monitor, after: datetime) -> Iterator[datetime]:
    """The due times later than `after`, in order, in UTC; intervals count from the creation."""
    if monitor.every_s is not None:
        step = timedelta(seconds=monitor.every_s)
        count = max((after - monitor.created_at) // step, 0) + 1
        while True:
            yield monitor.created_at + count * step
            count += 1
    if monitor.cron is not None:
        yield from _cron_dues(parse_cron(monitor.cron), ZoneInfo(monitor.timezone), after)


def next_run(monitor: Monitor, now: datetime) -> datetime | None:
    """The first due time later than `now`."""
    return next(dues(monitor, now), None)


def missed(monitor: Monitor, *, since: datetime, now: datetime) -> tuple[datetime, int] | None:
    """The latest due time in `(since, now]` and how many came before it; None if there is none."""
    if monitor.every_s is not None:
        step = timedelta(seconds=monitor.every_s)
        before, until = ((when - monitor.created_at) // step for when in (since, now))
        count = until - max(before, 0)
        return (monitor.created_at + until * step, count - 1) if count > 0 else None
    latest, count = None, 0
    for due in takewhile(lambda due: due <= now, dues(monitor, since)):
        latest, count = due, count + 1
    return (latest, count - 1) if latest else None


def _cron_dues(cron: Cron, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    day = after.astimezone(zone).date() - timedelta(days=1)
    end, last = day + _HORIZON, after
    while day < end:
        if cron.on(day):
            for due in _times(cron, zone, day):
                if due > last:
                    yield due
                    last = due
        day += timedelta(days=1)


def _times(cron: Cron, zone: ZoneInfo, day: date) -> list[datetime]:
    """The moments of one day in UTC, ascending; two local times may be one moment."""
    moments = set()
    for hour in cron.hours:
        for minute in cron.minutes:
            local = datetime.combine(day, time(hour, minute), zone)
            moments.add(local.astimezone(UTC))
            if cron.each_hour and local.utcoffset() > local.replace(fold=1).utcoffset():  # type: ignore[operator]
                moments.add(local.replace(fold=1).astimezone(UTC))
    return sorted(moments)


def words_of(monitor: Monitor) -> str:
    """The schedule in words: `every 6 hours`, `on weekdays at 08:00 Europe/Berlin`."""
    if monitor.every_s is not None:
        count, unit = counted(monitor.every_s)
        return f"every {unit}" if count == 1 else f"every {count:,} {unit}s"
    return cron_words(monitor.cron or "", monitor.timezone)


def cron_words(line: str, zone: str) -> str:
    """A valid cron line in words, with its zone where the wall clock matters."""
    cron = parse_cron(line)
    every_day = cron.any_day and cron.any_weekday and len(cron.months) == 12
    if len(cron.minutes) == 1 and every_day and len(cron.hours) == 24:
        minute = min(cron.minutes)
        return "every hour" if minute == 0 else f"every hour at minute {minute}"
    if len(cron.minutes) == len(cron.hours) == 1 and cron.any_day and len(cron.months) == 12:
        at = f"{min(cron.hours):02}:{min(cron.minutes):02}"
        return f"{_on_days(cron)} at {at} {zone}"
    return f"{_described(line)} ({zone})"


def _on_days(cron: Cron) -> str:
    if len(cron.weekdays) == 7:
        return "every day"
    if cron.weekdays == _WORKDAYS:
        return "on weekdays"
    if cron.weekdays == _WEEKEND:
        return "on weekends"
    *some, last = [_DAY_NAMES[day] for day in sorted(cron.weekdays, key=lambda day: (day - 1) % 7)]
    return f"on {', '.join(some)} and {last}" if some else f"on {last}"


def _described(line: str) -> str:
    from cron_descriptor import Options, get_description

    options = Options()
    options.use_24hour_time_format = True
    text: str = get_description(line, options)
    return text[:1].lower() + text[1:]
