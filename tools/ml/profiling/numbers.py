"""What there is to say about numbers, from their tally."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from tools.ml.profiling.profile import QUANTILES, Histogram, Outliers, Value
from tools.summaries.tallies import NumberTally

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

MOST_TOP: Final = 20
_BINS: Final = 30
_STRETCHED: Final = 1.6
"""How many times as wide as 98 % of the values a range is that a few values stretch."""
_HUGE: Final = 1e300
_EXACT: Final = 1e15
_MOST_CLASSES: Final = 50
_SLICE: Final = 1 << 16
_MOST_COUNTS: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Counted:
    """Finite values as float64, ascending, and how many rows lie at or below each.

    Attributes:
        values: Each once.
        rows: How many rows hold each.
        reached: Rows at or below each, and `base` rows more.
        base: Rows below the first value that are not looked at.
    """

    values: Floats
    rows: Rows
    reached: Rows
    base: int = 0

    @property
    def total(self) -> int:
        """Rows with a finite value."""
        return int(self.reached[-1]) - self.base if len(self.reached) else 0

    def until(self, places: Rows) -> Rows:
        """Rows with the values before each of these places."""
        reached = self.reached[np.maximum(places, 1) - 1] - self.base
        return np.where(places > 0, reached, 0)

    def below(self, bound: float, *, or_at: bool = False) -> int:
        """Rows with a value below `bound`, or also at it."""
        side: Literal["left", "right"] = "right" if or_at else "left"
        return int(self.until(np.searchsorted(self.values, [bound], side))[0])

    def between(self, low: float, high: float) -> Counted:
        """Only the values from `low` to `high`, both included."""
        first, last = (
            int(np.searchsorted(self.values, low, "left")),
            int(np.searchsorted(self.values, high, "right")),
        )
        within = slice(first, last)
        base = int(self.reached[first - 1]) if first else self.base
        return Counted(self.values[within], self.rows[within], self.reached[within], base)


def counted(tally: NumberTally, *, per: float = 1.0) -> Counted:
    """A tally made ready for questions; values are divided by `per`."""
    values = tally.values.astype(np.float64, copy=False)
    return Counted(values / per if per != 1 else values, tally.rows, np.cumsum(tally.rows))


def number_facts(numbers: Counted) -> dict[str, Any]:
    """Fields of a `ColumnProfile`; none if there is no finite value."""
    if not numbers.total:
        return {}
    low, high = float(numbers.values[0]), float(numbers.values[-1])
    quantiles = tuple(_quantile(numbers, share) for share in QUANTILES)
    return {
        "low": low,
        "high": high,
        "quantiles": quantiles,
        "zeros": numbers.below(0.0, or_at=True) - numbers.below(0.0),
        "negatives": numbers.below(0.0),
        "outliers": _outliers(numbers, quantiles[2], quantiles[4]),
        "histogram": histogram(numbers),
        "central": _central(numbers, quantiles[0], quantiles[-1]),
        **_moments(numbers),
    }


def _moments(numbers: Counted) -> dict[str, float | None]:
    """Mean, deviation with n - 1, and the third moment over the cube of the one with n."""
    count = numbers.total
    with np.errstate(over="ignore", invalid="ignore"):
        mean = _sum(numbers, lambda values, rows: values * rows) / count
        second = _sum(numbers, lambda values, rows: (values - mean) ** 2 * rows)
        std = float(np.sqrt(second / (count - 1))) if count > 1 else None
        spread = float(np.sqrt(second / count))
        skew = None
        if 0 < spread < np.inf:
            skew = (
                _sum(numbers, lambda values, rows: _cube((values - mean) / spread) * rows) / count
            )
    return {"mean": _finite(mean), "std": _finite(std), "skew": _finite(skew)}


def _cube(values: Floats) -> Floats:
    return values * values * values


def _sum(numbers: Counted, term: Callable[[Floats, Rows], Floats]) -> float:
    """The sum of a term of each value, slice by slice, so that no slice is far from the cache."""
    slices = range(0, len(numbers.values), _SLICE)
    parts = [
        term(numbers.values[start : start + _SLICE], numbers.rows[start : start + _SLICE]).sum()
        for start in slices
    ]
    return float(np.sum(parts))


def _finite(value: float | None) -> float | None:
    """None where the sum of huge numbers has left the range of floats."""
    return value if value is not None and np.isfinite(value) else None


def _quantile(numbers: Counted, share: float) -> float:
    """Linear between the two nearest ranks."""
    rank = share * (numbers.total - 1)
    lower = int(rank)
    places = np.searchsorted(numbers.reached, (lower, min(lower + 1, numbers.total - 1)), "right")
    low, high = (float(value) for value in numbers.values[places])
    part = rank - lower
    # Not low + part · (high - low), which leaves the range of floats when they are far apart.
    return low if low == high or not part else low * (1 - part) + high * part


def _outliers(numbers: Counted, first: float, third: float) -> Outliers | None:
    reach = third - first
    if not 0 < reach < _HUGE:
        return None
    low, high = first - 1.5 * reach, third + 1.5 * reach
    inside = numbers.below(high, or_at=True) - numbers.below(low)
    near = numbers.below(third + 3 * reach, or_at=True) - numbers.below(first - 3 * reach)
    return Outliers(low, high, beyond=numbers.total - inside, far=numbers.total - near)


def histogram(numbers: Counted) -> Histogram | None:
    """Counts in thirty equal bins; a bin per value for whole numbers in a narrow range."""
    if not numbers.total:
        return None
    low, high = float(numbers.values[0]), float(numbers.values[-1])
    if max(abs(low), abs(high)) > _HUGE:
        return Histogram((low, high), (numbers.total,))
    whole = high - low < _BINS and bool((np.mod(numbers.values, 1) == 0).all())
    if whole and abs(low) < _EXACT:
        edges = np.arange(low - 0.5, high + 1)
    else:
        edges = np.linspace(low, high, _BINS + 1)
    if not (np.diff(edges) > 0).all():
        # Values so close, or so large, that a float holds no steps between them.
        return Histogram((low, high), (numbers.total,))
    places = np.searchsorted(numbers.values, edges[1:-1], "left")
    counts = np.diff(np.concatenate(([0], numbers.until(places), [numbers.total])))
    return Histogram(tuple(edges.tolist()), tuple(counts.tolist()))


def _central(numbers: Counted, first: float, last: float) -> Histogram | None:
    """Without the few values that stretch the range, where `first` and `last` hold 98 %."""
    low, high, width = float(numbers.values[0]), float(numbers.values[-1]), last - first
    if not 0 < width < _HUGE or high - low <= _STRETCHED * width:
        return None
    return histogram(
        numbers.between(max(low, first - 0.15 * width), min(high, last + 0.15 * width))
    )


def most_frequent(rows: Rows, most: int = MOST_TOP) -> Rows:
    """Places of the largest counts, largest first; of equal ones the earlier first."""
    if len(rows) > most and rows.max() == 1:
        return np.arange(most)
    if len(rows) > most:
        least = _nth_largest(rows, most)
        above = np.flatnonzero(rows > least)
        level = _first_places(rows, least, most - len(above))
        places = np.concatenate((above, level))
    else:
        places = np.arange(len(rows))
    return places[np.lexsort((places, -rows[places]))]


def _first_places(rows: Rows, level: int, most: int) -> Rows:
    """The first places of a count; by slices, as there may be millions of them."""
    found: list[Rows] = []
    for start in range(0, len(rows), _SLICE):
        found.append(np.flatnonzero(rows[start : start + _SLICE] == level)[:most] + start)
        most -= len(found[-1])
        if most <= 0:
            break
    return np.concatenate(found)


def _nth_largest(rows: Rows, nth: int) -> int:
    """The n-th largest count; small counts are counted themselves, as many equal ones are slow."""
    if rows.max() > _MOST_COUNTS:
        return int(np.partition(rows, -nth)[-nth])
    reached = np.cumsum(np.bincount(rows)[::-1])
    return len(reached) - 1 - int(np.searchsorted(reached, nth))


def top_numbers(tally: NumberTally, *, whole: bool) -> tuple[tuple[Value, int], ...]:
    """The most frequent values with their rows, infinite ones included."""
    places = most_frequent(tally.rows)
    values = tally.values[places].tolist()
    named = [int(value) if whole else value for value in values]
    found = list(zip(named, tally.rows[places].tolist(), strict=True))
    found += [(end, n) for end, n in ((-np.inf, tally.below), (np.inf, tally.above)) if n]
    found.sort(key=lambda item: -item[1])
    return tuple(found[:MOST_TOP])


def evenness(rows: Rows, *, most: int | None = None) -> dict[str, Any]:
    """Entropy in bits, and over the most it could be; nothing where there are too many values."""
    if not len(rows) or (most is not None and len(rows) > most):
        return {}
    # By how many values come equally often, so that the order of the values does not matter.
    levels, times = _levels(rows)
    shares = levels / int(rows.sum())
    entropy = abs(float(-(times * shares * np.log2(shares)).sum()))
    return {"entropy": entropy, "balance": entropy / math.log2(len(rows)) if len(rows) > 1 else 0.0}


def _levels(rows: Rows) -> tuple[Floats, Rows]:
    if rows.max() > _MOST_COUNTS:
        levels, times = np.unique(rows, return_counts=True)
        return levels.astype(np.float64), times
    times = np.bincount(rows)
    levels = np.flatnonzero(times)
    return levels.astype(np.float64), times[levels]


def number_evenness(tally: NumberTally) -> dict[str, Any]:
    """The same of numbers, if they have so few values that they may be classes."""
    return evenness(tally.rows, most=_MOST_CLASSES)
