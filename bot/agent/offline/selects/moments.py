"""When: "in March 2024", "since 2020", "between two dates", "last month", "on Sundays"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.agent.offline.lexicon import words
from bot.agent.offline.marks import COUNTS
from bot.agent.offline.names import stem, words_of
from bot.agent.offline.selects.question import Condition, Question, quoted
from bot.agent.offline.selects.words import DAYS, MONTHS

_IN: Final = words("in during on of for throughout at")
_SINCE: Final = words("since from starting")
_AFTER: Final = words("after past following")
_BEFORE: Final = words("before prior until till by up")
_UNTIL: Final = words("until till through")
_TO: Final = words("and to until till - through")
_AGO: Final = words("last past previous")
_UNITS: Final = {"day": 1, "week": 7, "month": 30, "year": 365}


@dataclass(frozen=True, slots=True)
class Span:
    """From a first day up to a last one that is not in it, said by `size` tokens."""

    start: date
    end: date
    size: int
    whole_year: bool = False


def find_moments(question: Question) -> None:
    """Add the conditions on dates and years that a clause says."""
    at = 0
    while at < len(question.view):
        size = 0 if at in question.taken else _read(question, at)
        at += size or 1


def _read(question: Question, at: int) -> int:
    """Read what begins at a token; how many tokens it takes."""
    span = span_at(question, at)
    if span is None:
        return _recurring(question, at)
    name = date_column(question, at, years=span.whole_year)
    if not name:
        return 0
    before, size = question.word(at - 1), span.size
    start = at - 1 if before in _IN | _SINCE | _AFTER | _BEFORE | {"between"} else at
    later = span_at(question, at + size + 1) if question.word(at + size) in _TO else None
    if later is not None:
        size += 1 + later.size
        test = _between(question, name, span.start, later.end)
    elif start == at and span.whole_year:
        return 0
    else:
        test = _test(question, name, before, span)
    question.conditions.append(Condition(name, test, start, at + size))
    question.take(start, at + size)
    return size


def _test(question: Question, name: str, before: str, span: Span) -> str:
    column = quoted(name)
    if before in _SINCE:
        return f"{column} >= {_day(question, name, span.start)}"
    if before in _AFTER:
        return f"{column} >= {_day(question, name, span.end)}"
    if before in _BEFORE:
        last = span.end if before in _UNTIL else span.start
        return f"{column} < {_day(question, name, last)}"
    return _between(question, name, span.start, span.end)


def _between(question: Question, name: str, start: date, end: date) -> str:
    column = quoted(name)
    first, last = _day(question, name, start), _day(question, name, end)
    if not question.is_moment(name) and int(last) - int(first) == 1:
        return f"{column} = {first}"
    return f"{column} >= {first} AND {column} < {last}"


def _day(question: Question, name: str, day: date) -> str:
    """A day as a literal for a column of dates, its year for a column of years."""
    return f"'{day.isoformat()}'" if question.is_moment(name) else str(day.year)


def _recurring(question: Question, at: int) -> int:
    """Read a part of a date, in any year: "on Sundays", "in August"."""
    token = question.view[at]
    if token.values or token.column or question.word(at - 1) not in _IN | {"every"}:
        return 0
    day = next((i for i, name in enumerate(DAYS, 1) if token.word in {name, f"{name}s"}), 0)
    month = _month(token.word)
    weekend = token.word in {"weekend", "weekends"}
    name = date_column(question, at, years=False) if day or month or weekend else ""
    if not name:
        return 0
    column = quoted(name)
    tests = {bool(day): f"isodow({column}) = {day}", bool(month): f"month({column}) = {month}"}
    sql = f"isodow({column}) >= 6" if weekend else tests[True]
    question.conditions.append(Condition(name, sql, at - 1, at + 1))
    question.take(at - 1, at + 1)
    return 1


def date_column(question: Question, at: int, *, years: bool) -> str:
    """The column of dates a moment is about: named nearest, akin to a word said, or the first.

    Args:
        question: The question.
        at: Where the moment is said.
        years: Whether a column of years will do.
    """
    known = [
        c.name
        for c in question.columns
        if question.is_moment(c.name)
        or (years and question.is_year(c.name) and question.numeric(c.name))
    ]
    places = sorted(range(len(question.view)), key=lambda place: abs(place - at))
    for place in places:
        found = question.named(place)
        named = next((n for n in found.names if n in known), "") if found else ""
        if found is not None and named and found.strength:
            question.take(place, place + found.size)
            return named
    said = {stem(token.word) for token in question.view if len(token.word) > 3}
    akin = (n for n in known if said & {stem(word) for word in words_of(n) if len(word) > 3})
    return next(akin, known[0] if known else "")


def span_at(question: Question, at: int) -> Span | None:
    """The day, month, year or stretch of days that is said at a token."""
    readers = (_iso, _named_month, _day_first, _weekday, _relative, _year)
    return next((span for read in readers if (span := read(question, at)) is not None), None)


def _whole(question: Question, at: int, low: int, high: int) -> int | None:
    """A whole number within a range at a token."""
    said = question.word(at).removesuffix("st").removesuffix("nd")
    said = said.removesuffix("rd").removesuffix("th")
    value = int(said) if said.isdecimal() else None
    return value if value is not None and low <= value <= high else None


def _iso(question: Question, at: int) -> Span | None:
    year, month = _whole(question, at, 1500, 2200), _whole(question, at + 2, 1, 12)
    if year is None or month is None or question.word(at + 1) not in {"-", "/"}:
        return None
    day = _whole(question, at + 4, 1, 31) if question.word(at + 3) in {"-", "/"} else None
    if day is None:
        return _of_month(year, month, 3)
    return _of_day(year, month, day, 5)


def _named_month(question: Question, at: int) -> Span | None:
    """A month by its name, or a day after it: "March 2024", "March 3, 2024"."""
    month = _month(question.word(at))
    if not month:
        return None
    year = _whole(question, at + 1, 1500, 2200)
    if year is not None:
        return _of_month(year, month, 2)
    day = _whole(question, at + 1, 1, 31)
    comma = question.word(at + 2) == ","
    year = _whole(question, at + 2 + comma, 1500, 2200)
    return _of_day(year, month, day, 3 + comma) if day and year else None


def _day_first(question: Question, at: int) -> Span | None:
    """A day before its month: "3 March 2024", "3rd of March 2024"."""
    day, of = _whole(question, at, 1, 31), question.word(at + 1) == "of"
    month, year = _month(question.word(at + 1 + of)), _whole(question, at + 2 + of, 1500, 2200)
    return _of_day(year, month, day, 3 + of) if day and month and year else None


def _year(question: Question, at: int) -> Span | None:
    year = _whole(question, at, 1500, 2200)
    if year is None:
        return None
    return Span(date(year, 1, 1), date(year + 1, 1, 1), 1, whole_year=True)


def _weekday(question: Question, at: int) -> Span | None:
    """A day or week before today: "last Tuesday", "since Monday", "this week"."""
    today, word = _today(question), question.word(at)
    if today is None:
        return None
    told = word in {"this", *_AGO}
    named = question.word(at + told)
    if named == "week" and told:
        monday = today - timedelta(days=today.weekday() + 7 * (word != "this"))
        return Span(monday, monday + timedelta(days=7), 2)
    if named not in DAYS or not (told or question.word(at - 1) in _SINCE | _BEFORE):
        return None
    back = (today.weekday() - DAYS.index(named)) % 7 or 7
    day = today - timedelta(days=back)
    return Span(day, day + timedelta(days=1), 1 + told)


def _relative(question: Question, at: int) -> Span | None:
    """What is told from today: "last month", "this year", "the last 30 days", "yesterday"."""
    today = _today(question)
    word, unit = question.word(at), question.word(at + 1).removesuffix("s")
    if today is None:
        return None
    if word in {"today", "yesterday"}:
        day = today - timedelta(days=word == "yesterday")
        return Span(day, day + timedelta(days=1), 1)
    if word in _AGO and question.word(at + 2).removesuffix("s") in _UNITS:
        said = question.word(at + 1)
        count = int(said) if said.isdecimal() and len(said) < 5 else COUNTS.get(said, 0)
        days = count * _UNITS[question.word(at + 2).removesuffix("s")]
        return Span(today - timedelta(days=days), today + timedelta(days=1), 3) if days else None
    if word in {"this", *_AGO} and unit in {"month", "year"}:
        year, month = today.year, today.month
        if unit == "year":
            year -= word != "this"
            return Span(date(year, 1, 1), date(year + 1, 1, 1), 2)
        if word != "this":
            year, month = (year - 1, 12) if month == 1 else (year, month - 1)
        return _of_month(year, month, 2)
    return None


def _today(question: Question) -> date | None:
    said = question.scene.state.today[:10]
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _month(word: str) -> int:
    """The number of a month by its name or its first letters; 0 if it is none."""
    if len(word) < 3 or (len(word) > 4 and word not in MONTHS):
        return 0
    return next((i for i, name in enumerate(MONTHS, 1) if name.startswith(word)), 0)


def _of_month(year: int, month: int, size: int) -> Span:
    end = date(year + month // 12, month % 12 + 1, 1)
    return Span(date(year, month, 1), end, size)


def _of_day(year: int, month: int, day: int, size: int) -> Span | None:
    try:
        start = date(year, month, day)
    except ValueError:
        return None
    return Span(start, start + timedelta(days=1), size)
