"""What there is to say about dates and times: their ends, their spread, their gaps."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tools.ml.profiling.numbers import counted, histogram
from tools.ml.profiling.profile import Gaps
from tools.summaries.tallies import NumberTally

Moments = npt.NDArray[np.int64]

_DAY: Final = 86_400_000_000
_LEAST_DATES: Final = 10
_PACE: Final = 0.7
"""Share of the steps between dates that are as long as the usual one, for a pace to be even."""
_STEPS_SEEN: Final = 10_000
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - tables hold times without a zone
_UNITS: Final = (
    (7 * _DAY, "week"),
    (_DAY, "day"),
    (3_600_000_000, "hour"),
    (60_000_000, "minute"),
    (1_000_000, "second"),
)


def iso(microseconds: int) -> str:
    """ISO 8601 with a space, without the time where it is midnight."""
    try:
        moment = _EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return str(np.datetime64(microseconds, "us")).replace("T", " ")
    text = moment.isoformat(sep=" ")
    return text.removesuffix(" 00:00:00")


def date_facts(tally: NumberTally) -> dict[str, Any]:
    """Fields of a `ColumnProfile`; none if there is no date."""
    if not len(tally.values):
        return {}
    return {
        "low": iso(int(tally.values[0])),
        "high": iso(int(tally.values[-1])),
        "histogram": histogram(counted(tally, per=1e6)),
        "gaps": find_gaps(tally.values),
    }


def find_gaps(dates: Moments) -> Gaps | None:
    """Steps left out by dates that otherwise come at an even pace; None where there is no pace.

    Args:
        dates: Different moments, ascending, in microseconds since 1970.
    """
    if len(dates) < _LEAST_DATES:
        return None
    for places, step in _grids(dates):
        apart = np.diff(places)
        if len(apart) and np.mean(apart == 1) >= _PACE:
            longest = int(apart.max()) - 1
            after = iso(int(dates[int(apart.argmax())])) if longest else ""
            return Gaps(step, int((apart - 1).sum()), longest, after)
    return None


def _grids(dates: Moments) -> list[tuple[Moments, str]]:
    """Each grid on which all the dates lie, as places on it, and the name of its step."""
    found = []
    usual = _usual_step(dates)
    if not (dates[:_LEAST_DATES] % _DAY).any() and not (dates % _DAY).any():
        days = dates.astype("datetime64[us]").astype("datetime64[D]")
        for shift in (0, 1):  # the last day of each month is the day before a first
            months = (days + shift).astype("datetime64[M]")
            if len(np.unique(days + shift - months.astype("datetime64[D]"))) == 1:
                found += _months(months.astype(np.int64))
                break
        if usual == _DAY and bool(np.is_busday(days).all()):
            found.append((np.busday_count(days[0], days), "weekday"))
    if usual and ((dates - dates[0]) % usual == 0).all():
        found.append(((dates - dates[0]) // usual, _named(usual)))
    return found


def _months(months: Moments) -> list[tuple[Moments, str]]:
    names = ((12, "year"), (3, "quarter"), (1, "month"))
    return [
        ((months - months[0]) // size, name)
        for size, name in names
        if ((months - months[0]) % size == 0).all()
    ]


def _usual_step(dates: Moments) -> int:
    """The most frequent distance of neighbours, by an even sample; 0 if none comes often."""
    places = np.arange(0, len(dates) - 1, len(dates) // _STEPS_SEEN + 1)
    steps, rows = np.unique(dates[places + 1] - dates[places], return_counts=True)
    return int(steps[rows.argmax()]) if rows.max() > 0.5 * rows.sum() else 0


def _named(step: int) -> str:
    size, name = next(((s, n) for s, n in _UNITS if step % s == 0), (1, "microsecond"))
    count = step // size
    return name if count == 1 else f"{count} {name}s"
