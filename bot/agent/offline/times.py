"""Durations, schedules and moments in a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

_NUMBERS: Final = {
    word: value
    for value, words in {
        0.5: "half",
        1: "a an one",
        2: "two couple",
        3: "three few",
        4: "four",
        5: "five",
        6: "six",
        7: "seven",
        8: "eight",
        9: "nine",
        10: "ten",
        12: "twelve",
        15: "fifteen",
        20: "twenty",
        24: "twenty-four",
        30: "thirty",
        45: "forty-five",
        60: "sixty",
        90: "ninety",
    }.items()
    for word in words.split()
}
_SECONDS: Final = {
    "s": 1,
    "m": 60,
    "h": 3600,
    "d": 86400,
    "w": 604800,
    "month": 30 * 86400,
    "year": 365 * 86400,
}
_UNIT: Final = (
    r"(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?|nights?|"
    r"months?|years?)\b"
)
_LONG: Final = (
    r"(?:secs?|seconds?|mins?|minutes?|hrs?|hours?|days?|wks?|weeks?|nights?|months?|years?)\b"
)
_WORDS: Final = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_AMOUNT: Final = rf"(?:\d+(?:\.\d+)?|{_WORDS})"
_SPAN: Final = (
    rf"(?:\d+(?:\.\d+)?\s*-?\s*(?:more\s+)?{_UNIT}"
    rf"|(?:{_WORDS})\s+(?:more\s+)?(?:of\s+)?(?:an?\s+)?{_LONG})"
)
_DURATION: Final = re.compile(
    rf"(?<![\w.])(?:(?P<n>\d+(?:\.\d+)?)\s*-?\s*(?:more\s+)?(?P<u>{_UNIT})"
    rf"|(?P<w>{_WORDS})\s+(?:more\s+)?(?:of\s+)?(?:an?\s+)?(?P<v>{_LONG}))"
    r"(?P<half>\s+and\s+a\s+half)?"
)
_MIXED: Final = re.compile(
    r"(?<![\w.])(\d+)\s*(?:h|hours?|m|minutes?|mins?)\s*(?:and\s+)?(\d+)\s*(?:m|minutes?|mins?|s|seconds?)\b"
)
_DAYS: Final = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_DAY: Final = re.compile(
    r"\b(sun|mon|tue|tues|wed|thu|thur|thurs|fri|sat)(?:day|nesday|sday|rsday|urday)?s?\b"
)
_AT: Final = re.compile(
    r"\b(?:at|@|around|by)\s+(?P<h>\d{1,2})(?:\s*[:.h]\s*(?P<m>\d{2}))?\s*(?P<ap>[ap]\.?m\b)?(?:\s*o'?clock)?"
    r"|\b(?P<h2>\d{1,2})\s*:\s*(?P<m2>\d{2})\s*(?P<ap2>[ap]\.?m\b)?|\b(?P<h3>\d{1,2})\s*(?P<ap3>[ap]\.?m\b)"
)
_PART: Final = {
    "midnight": 0,
    "noon": 12,
    "midday": 12,
    "morning": 8,
    "mornings": 8,
    "afternoon": 14,
    "evening": 18,
    "night": 22,
    "nightly": 2,
}
_CRON: Final = re.compile(r"(?<![\w*])((?:[\d*][\d*,/\-]*\s+){4}[\d*][\d*,/\-]*)(?![\w*])")
_TIMES: Final = re.compile(
    rf"\b(?P<n>once|twice|thrice|{_AMOUNT}\s+times)\s+(?:a|an|per|every|each|every single)\s+"
    r"(?P<u>hour|day|week|month)\b"
)
_PER: Final = {"hour": 60, "day": 24}
_EVERY: Final = re.compile(
    r"\b(?:every|each|per|all)\s+(?:single\s+)?"
    rf"(?:(?P<n>\d+(?:\.\d+)?)\s*(?P<u>{_UNIT})"
    rf"|(?P<w>other|second|{_WORDS})?\s*(?:of\s+)?(?:an?\s+)?(?P<v>{_LONG}))"
)
_ADVERBS: Final = {
    "half-hourly": "30m",
    "half hourly": "30m",
    "hourly": "1h",
    "daily": "1d",
    "weekly": "7d",
    "monthly": "30d",
    "minutely": "1m",
}


@dataclass(frozen=True, slots=True)
class Schedule:
    """Either an interval such as `30m` or a POSIX cron line."""

    every: str = ""
    cron: str = ""


_NO_BUDGET: Final = re.compile(
    r"\b(?:next|last|past|previous|coming|every|each|per|all)\s+(?:the\s+)?$"
)
_AFTER_SPAN: Final = re.compile(r"\s*-?\s*(?:ago|old|later|ahead|from now|in advance)\b")
_LONGEST_BUDGET: Final = 86400


def seconds_in(text: str) -> float | None:
    """The first duration of a text, in seconds."""
    mixed = _MIXED.search(text)
    if mixed:
        big = 3600 if re.search(r"\d\s*h", mixed[0]) else 60
        return int(mixed[1]) * big + int(mixed[2]) * (big // 60)
    if match := re.search(r"\bhalf an? (hour|minute|day)\b|\bhalf (hour|minute|day)\b", text):
        return _SECONDS[(match[1] or match[2])[0]] / 2
    if match := re.search(r"\b(?:(three) )?quarters? of an hour\b", text):
        return 2700 if match[1] else 900
    match = _DURATION.search(text)
    if not match:
        return None
    unit = _unit(match["u"] or match["v"])
    return (_amount(match["n"] or match["w"]) + (0.5 if match["half"] else 0)) * _SECONDS[unit]


def budget_in(text: str) -> float | None:
    """A time to spend, in seconds: less than a day, and no moment ("in 5 minutes") or age."""
    match = _DURATION.search(text)
    if match and (_NO_BUDGET.search(text[: match.start()]) or _AFTER_SPAN.match(text, match.end())):
        return None
    found = seconds_in(text)
    return found if found is not None and found < _LONGEST_BUDGET else None


def _amount(said: str) -> float:
    said = said.strip()
    return _NUMBERS[said] if said in _NUMBERS else float(said)


def _unit(said: str) -> str:
    if said.startswith(("month", "year")):
        return said.removesuffix("s")
    return "d" if said.startswith("night") else said[0]


def compact(seconds: float) -> str:
    """Seconds as the tools write durations: `30m`, `6h`, `1d`."""
    whole = max(1, round(seconds))
    for unit in ("d", "h", "m"):
        if whole % _SECONDS[unit] == 0:
            return f"{whole // _SECONDS[unit]}{unit}"
    return f"{whole}s" if whole < 60 else f"{round(whole / 60)}m"


def duration_in(text: str, today: str) -> str | None:
    """How long something lasts: "for 6 hours", "until tomorrow", "over the weekend"."""
    until = re.search(r"\b(?:until|till|til|til\b|before|bis|jusqu|hasta)\s+(?P<what>.+)", text)
    if until:
        found = _until(until["what"], today)
        if found:
            return found
    seconds = seconds_in(text)
    if seconds is not None:
        return compact(seconds)
    for words, value in (
        (r"\bweekend\b", "2d"),
        (r"\bovernight\b|\bfor the night\b|\btonight\b", "12h"),
        (r"\b(?:for|rest of) (?:the |this )?week\b", "7d"),
        (r"\b(?:for )?(?:today|the day|the rest of the day)\b", "1d"),
        (r"\bhour\b", "1h"),
        (r"\bmonth\b", "30d"),
    ):
        if re.search(words, text):
            return value
    return None


def _until(what: str, today: str) -> str | None:
    now = _now(today)
    for words, value in (
        (r"^(the )?(day after tomorrow)", "2d"),
        (r"^tomorrow", "1d"),
        (r"^next week", "7d"),
        (r"^next month", "30d"),
        (r"^(tonight|this evening)", "12h"),
    ):
        if re.match(words, what):
            return value
    day = _DAY.search(what)
    if day:
        wanted = _day_number(day[1])
        ahead = (wanted - (now.weekday() + 1) % 7) % 7 or 7
        return f"{ahead}d"
    named = _DATE.search(what) or _NAMED.search(what)
    clock = None if named else _clock(f"at {what}")
    if clock:
        then = now.replace(hour=clock[0], minute=clock[1], second=0, microsecond=0)
        ahead_s = ((then - now).total_seconds() - 1) % 86400 + 1
        return compact(max(60, round(ahead_s / 60) * 60))
    moment = moment_in(what, today, future=True)
    if moment:
        days = (datetime.fromisoformat(moment) - now).total_seconds() / 86400
        return f"{max(1, round(days))}d" if days > 0 else None
    return None


def _now(today: str) -> datetime:
    return datetime.fromisoformat(today) if today else datetime.now().astimezone()


def _day_number(said: str) -> int:
    return next(i for i, name in enumerate(_DAYS) if name.startswith(said[:3]))


def schedule_in(text: str) -> Schedule | None:
    """When something is to happen again and again; `None` if nothing of the kind is said."""
    if cron := _CRON.search(text):
        return Schedule(cron=" ".join(cron[1].split()))
    days = _days_in(text)
    clock = _clock(text)
    if days:
        hour, minute = clock or (_part(text) or 9, 0)
        return Schedule(cron=f"{minute} {hour} * * {days}")
    if re.search(
        r"\b(?:first|1st) (?:day )?of (?:each|every|the) month\b|\bmonthly\b|\bevery month\b", text
    ):
        hour, minute = clock or (_part(text) or 0, 0)
        return Schedule(cron=f"{minute} {hour} 1 * *")
    if match := _TIMES.search(text):
        return _times_per(match["n"], match["u"])
    daily = re.search(
        r"\bdaily\b|\b(?:every|each) (?:single )?day\b|\bonce a day\b|\bnightly\b", text
    )
    part = re.search(
        r"\b(?:every|each|in the|at) (?:morning|afternoon|evening|night|noon|midnight|midday)s?\b"
        r"|\bnightly\b|\bmornings\b",
        text,
    )
    if (daily or part) and (clock or _part(text) is not None):
        hour, minute = clock or (_part(text) or 0, 0)
        return Schedule(cron=f"{minute} {hour} * * *")
    return _interval(text)


def _times_per(said: str, unit: str) -> Schedule | None:
    count = {"once": 1, "twice": 2, "thrice": 3}.get(said) or int(
        _amount(said.split(maxsplit=1)[0])
    )
    if count == 1:
        return Schedule(every={"hour": "1h", "day": "1d", "week": "7d", "month": "30d"}[unit])
    if unit == "hour" and 60 % count == 0:
        return Schedule(cron=f"*/{60 // count} * * * *")
    if unit == "day" and 24 % count == 0:
        return Schedule(cron=f"0 */{24 // count} * * *")
    total = _SECONDS["month"] if unit == "month" else _SECONDS[unit[0]]
    return Schedule(every=compact(max(60, round(total / count / 60) * 60)))


def _interval(text: str) -> Schedule | None:
    if match := _EVERY.search(text):
        said = match["n"] or match["w"] or "1"
        count = 2 if said in {"other", "second"} else _amount(said)
        if re.search(
            r"every (?:three )?quarters? of an hour|every half an? hour|every half hour", text
        ):
            return Schedule(every=compact(seconds_in(text) or 1800))
        return Schedule(every=compact(count * _SECONDS[_unit(match["u"] or match["v"])]))
    if re.search(r"every quarter (?:of an )?hour|every half hour|every half an hour", text):
        return Schedule(every="15m" if "quarter" in text else "30m")
    for word, every in _ADVERBS.items():
        if re.search(rf"\b{word}\b", text):
            return Schedule(every=every)
    return None


def _days_in(text: str) -> str:
    """Week days as cron writes them, from words that say they recur."""
    if re.search(r"\b(?:week|work|business|working)\s?-?days?\b", text) and not re.search(
        r"\bweek days? (?:column|is)\b", text
    ):
        return "1-5"
    if re.search(r"\b(?:every |each |at |on )?weekends?\b", text) and re.search(
        r"\bweekends\b|\b(?:every|each) weekend\b", text
    ):
        return "0,6"
    through = re.search(r"\b(\w{3,9}) (?:to|through|till|until|-) (\w{3,9})\b", text)
    if through and _DAY.fullmatch(through[1]) and _DAY.fullmatch(through[2]):
        return f"{_day_number(through[1])}-{_day_number(through[2])}"
    recurring = re.search(r"\b(?:every|each|weekly)\b|\b\w+days\b", text)
    found = [_day_number(match[1]) for match in _DAY.finditer(text)] if recurring else []
    return ",".join(str(day) for day in dict.fromkeys(found))


def _clock(text: str) -> tuple[int, int] | None:
    match = _AT.search(text)
    if not match:
        return None
    hour = int(match["h"] or match["h2"] or match["h3"])
    minute = int(match["m"] or match["m2"] or 0)
    half = (match["ap"] or match["ap2"] or match["ap3"] or "")[:1]
    late = r"\b(?:afternoon|evening|night)\b" if hour > 5 else r"\b(?:afternoon|evening)\b"
    if not half and hour < 12 and re.search(late, text):
        half = "p"
    if half == "p" and hour < 12:
        hour += 12
    if half == "a" and hour == 12:
        hour = 0
    return (hour, minute) if hour < 24 and minute < 60 else None


def _part(text: str) -> int | None:
    return next((hour for word, hour in _PART.items() if re.search(rf"\b{word}\b", text)), None)


_DATE: Final = re.compile(
    r"\b\d{4}-\d{2}-\d{2}(?:[t ]\d{1,2}:\d{2}(?::\d{2})?)?\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b"
)
_MONTHS: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*"
_NAMED: Final = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTHS}|{_MONTHS}\s+\d{{1,2}}(?:st|nd|rd|th)?)"
    r"(?:,?\s+\d{4})?(?:\s+(?:at\s+)?\d{1,2}(?::\d{2})?\s*(?:[ap]m)?)?\b"
)


def moment_in(text: str, today: str, *, future: bool = False) -> str | None:
    """The moment a text names, as ISO date-time with offset; the past is preferred."""
    now = _now(today)
    plain = _plain_moment(text, now)
    if plain is not None:
        return plain.isoformat()
    match = _DATE.search(text) or _NAMED.search(text)
    ago = re.search(rf"{_SPAN}\s+ago", text)
    words = match[0] if match else ago[0] if ago else ""
    if not words:
        return None
    import dateparser

    found = dateparser.parse(
        re.sub(r"\bof\b", "", words),
        languages=["en"],
        settings={
            "RELATIVE_BASE": now.replace(tzinfo=None),
            "PREFER_DATES_FROM": "future" if future else "past",
            "DATE_ORDER": "DMY",
        },
    )
    return found.replace(tzinfo=now.tzinfo).isoformat() if found else None


def _plain_moment(text: str, now: datetime) -> datetime | None:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight - timedelta(days=midnight.weekday())
    for words, moment in (
        (r"\bday before yesterday\b", midnight - timedelta(days=2)),
        (r"\byesterday\b|\blast night\b", midnight - timedelta(days=1)),
        (r"\btoday\b|\bthis morning\b|\bthis afternoon\b|\bthis evening\b", midnight),
        (r"\bthis week\b|\bmonday this week\b", monday),
        (r"\blast week\b|\bprevious week\b|\bpast week\b", monday - timedelta(days=7)),
        (r"\b(?:this) month\b", midnight.replace(day=1)),
        (r"\blast month\b", (midnight.replace(day=1) - timedelta(days=1)).replace(day=1)),
        (r"\blast year\b", midnight.replace(year=midnight.year - 1, month=1, day=1)),
        (r"\bthis year\b", midnight.replace(month=1, day=1)),
        (r"\blast hour\b", now - timedelta(hours=1)),
    ):
        if re.search(words, text):
            return moment
    if match := re.search(rf"\b(?:last|past|previous)\s+({_AMOUNT})\s+({_LONG})", text):
        return now - timedelta(seconds=_amount(match[1]) * _SECONDS[_unit(match[2])])
    if match := re.search(rf"\b({_AMOUNT})\s+({_LONG})\s+ago\b", text):
        unit = _unit(match[2])
        gone = timedelta(seconds=_amount(match[1]) * _SECONDS[unit])
        return (midnight if unit in {"d", "w", "month", "year"} else now) - gone
    if day := re.search(r"\b(?:last|on|since|this)\s+" + _DAY.pattern[2:], text):
        back = ((now.weekday() + 1) % 7 - _day_number(day[1])) % 7 or 7
        return midnight - timedelta(days=back)
    return None
