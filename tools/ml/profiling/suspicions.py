"""Values that cannot be meant as they stand: negative ages, dates to come, 999 for "unknown"."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np

from tools.ml.profiling.moments import iso
from tools.ml.profiling.numbers import Counted, counted
from tools.summaries.tallies import NumberTally

_NEVER_NEGATIVE: Final = re.compile(
    r"age|ages|price|prices|height|weight|length|width|distance|area|size|quantity|qty|count"
    r"|visits|duration|hours|minutes|seconds|speed|salary|wage|rent|population|year|stock|units"
)
_AGE: Final = re.compile(r"age|ages")
_OLDEST: Final = 120
_FEW: Final = 0.05
"""Share of rows up to which values of a kind are exceptions, and not the rule."""
_STAND_INS: Final = frozenset(
    float(sign + nines)
    for nines in ("9", "99", "999", "9999", "99999", "999999", "88", "888", "8888", "1")
    for sign in ("", "-")
) - {1.0, 9.0, 88.0}
_LEAST_STAND_INS: Final = 3
_FAR: Final = 0.5
"""How far beyond the other values a stand-in lies at least, in widths of their range."""
_TO_COME: Final = re.compile(
    r"due|expiry|expires|expiration|deadline|end|ends|until|valid|delivery|next|planned|plan"
    r"|forecast|maturity|renewal|scheduled|target|to"
)
_ODD_DAYS: Final = ("1900-01-01", "1970-01-01", "1899-12-30", "9999-12-31", "2099-12-31")
_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\W\d_]+")


def odd_numbers(name: str, tally: NumberTally) -> tuple[str, ...]:
    """What is odd about numbers, as parts of a sentence about the column."""
    numbers = counted(tally)
    found = []
    if tally.below or tally.above:
        found.append(f"is infinite in {_rows(tally.below + tally.above)}")
    if not numbers.total:
        return tuple(found)
    stand_in = _stand_in(numbers)
    if stand_in is not None:
        value, rows = stand_in
        found.append(f"is {value:g} in {_rows(rows)}, far from all else: it may mean “no value”")
        numbers = _without(numbers, value)
    negative = numbers.below(0.0)
    if _named(name, _NEVER_NEGATIVE) and 0 < negative <= _FEW * numbers.total:
        found.append(f"is negative in {_rows(negative)}")
    old = numbers.total - numbers.below(_OLDEST, or_at=True)
    if _named(name, _AGE) and 0 < old <= _FEW * numbers.total:
        found.append(f"is over {_OLDEST} in {_rows(old)}")
    return tuple(found)


def odd_dates(name: str, tally: NumberTally, today: date) -> tuple[str, ...]:
    """The same of dates (µs since 1970)."""
    found = []
    reached = np.cumsum(tally.rows)
    tomorrow = datetime(today.year, today.month, today.day) + timedelta(days=2)  # noqa: DTZ001
    place = int(np.searchsorted(tally.values, int(np.datetime64(tomorrow, "us").astype(int))))
    later = int(reached[-1] - (reached[place - 1] if place else 0)) if len(reached) else 0
    odd = {day: rows for day, rows in _ends(tally).items() if day in _ODD_DAYS}
    for day, rows in odd.items():
        if rows >= _LEAST_STAND_INS:
            found.append(f"is {day} in {_rows(rows)}: it may mean “no value”")
            later -= rows if day > today.isoformat() else 0
    if later > 0 and later <= _FEW * reached[-1] and not _named(name, _TO_COME):
        found.append(f"lies in the future in {_rows(later)}")
    return tuple(found)


def _ends(tally: NumberTally) -> dict[str, int]:
    """Rows on the first and on the last day."""
    return {
        iso(int(tally.values[place]))[:10]: int(tally.rows[place])
        for place in (0, -1)
        if len(tally.values)
    }


def _stand_in(numbers: Counted) -> tuple[float, int] | None:
    """The smallest or largest value, if it is a usual stand-in, repeated, and far from the rest."""
    if len(numbers.values) < 3:
        return None
    for place, rest in ((-1, numbers.values[:-1]), (0, numbers.values[1:])):
        value, rows = float(numbers.values[place]), int(numbers.rows[place])
        if value not in _STAND_INS or not _LEAST_STAND_INS <= rows <= 0.5 * numbers.total:
            continue
        low, high, nearest = float(rest[0]), float(rest[-1]), float(rest[place])
        if abs(value - nearest) > _FAR * (high - low):  # Python's floats overflow in peace
            return value, rows
    return None


def _without(numbers: Counted, value: float) -> Counted:
    keep = numbers.values != value
    rows = numbers.rows[keep]
    return Counted(numbers.values[keep], rows, np.cumsum(rows))


def words_of(name: str) -> tuple[str, ...]:
    """The words of a column's name, in lower case: `unitPrice_EUR` is unit, price, eur."""
    return tuple(word.lower() for word in _WORDS.findall(name))


def _named(name: str, meaning: re.Pattern[str]) -> bool:
    return any(meaning.fullmatch(word) for word in words_of(name))


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
