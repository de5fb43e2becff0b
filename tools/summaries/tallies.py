"""Numbers of a column as its different values and how often each comes: exact, and mergeable.

Merging the tallies of two parts gives the tally of the whole, to the last bit; so does everything
that is derived from one: moments, quantiles, histograms, and the summary that drift compares.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from tools.summaries import cells
from tools.summaries.cells import Number, NumericCounts, Values
from tools.summaries.levels import MAX_VALUES, CategoryCounts, least_rows
from tools.summaries.summary import CategorySummary, NumericSummary, quartiles_of

_SLOTS_PER_ROW: Final = 8
"""Counting by place beats sorting while there are at most this many places a row."""
_LEAST_SLOTS: Final = 1 << 16
_MOST_SLOTS: Final = 1 << 23
_SLICE: Final = 1 << 16
_HEAD: Final = 1_000
_DECIMALS: Final = (1.0, 10.0, 100.0, 1_000.0, 10_000.0, 100_000.0, 1_000_000.0)
_MOST_SCALED: Final = 2.0**52
_STEPS: Final = (86_400_000_000, 3_600_000_000, 60_000_000, 1_000_000, 1_000)
"""A day, an hour, a minute, a second and a millisecond in the microseconds of dates."""


@dataclass(frozen=True, slots=True)
class NumberTally:
    """How often each value comes.

    Attributes:
        values: The finite values, ascending, each once; int64, float64 or float32.
        rows: How many rows hold each.
        missing: Rows with null or NaN.
        below, above: Rows with −∞ and +∞.
    """

    values: Values
    rows: npt.NDArray[np.int64]
    missing: int = 0
    below: int = 0
    above: int = 0

    @property
    def finite(self) -> int:
        """Rows with a finite value."""
        return int(self.rows.sum())

    @property
    def distinct(self) -> int:
        """Different values, infinite ones included."""
        return len(self.values) + bool(self.below) + bool(self.above)


def tally_numbers(values: Values, *, nulls: int = 0, scratch: bool = False) -> NumberTally:
    """The tally of the values of a column.

    Args:
        values: In any order.
        nulls: Rows without a value, which are not among these.
        scratch: Whether `values` may be put in another order, which saves a copy.
    """
    finite = cells.only_finite(values)
    below = above = 0
    if len(finite) < len(values):
        below, above = (int((values == end).sum()) for end in (-np.inf, np.inf))
    missing = nulls + len(values) - len(finite) - below - above
    return NumberTally(*_count(finite, scratch=scratch), missing, below, above)


def merge_tallies(first: NumberTally, second: NumberTally) -> NumberTally:
    """The tally of both parts; of two types the wider one is kept."""
    both = np.concatenate((first.values, second.values))
    rows = np.concatenate((first.rows, second.rows))
    order = np.argsort(both, kind="stable")
    both, rows = both[order], rows[order]
    starts = np.flatnonzero(_new(both))
    return NumberTally(
        values=both[starts],
        rows=np.add.reduceat(rows, starts) if len(starts) else rows,
        missing=first.missing + second.missing,
        below=first.below + second.below,
        above=first.above + second.above,
    )


def _count(values: Values, *, scratch: bool) -> tuple[Values, npt.NDArray[np.int64]]:
    if not len(values):
        return values, np.empty(0, np.int64)
    counted = _by_place(values) if values.dtype == np.int64 else _by_decimals(values)
    if counted is not None:
        return counted
    ordered = values
    if not (values[1:] >= values[:-1]).all():
        ordered = values if scratch else values.copy()
        ordered.sort()
    new = _new(ordered)
    if new.all():
        return ordered, np.broadcast_to(np.int64(1), len(ordered))
    starts = np.flatnonzero(new)
    return ordered[starts], np.diff(starts, append=len(ordered))


def _new(ordered: Values) -> npt.NDArray[np.bool_]:
    """Where each value of a sorted array is met first."""
    found = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=found[1:])
    return found


def _by_place(values: Values) -> tuple[Values, npt.NDArray[np.int64]] | None:
    """Whole numbers in a narrow range (or on a coarse grid, as days are) need no sorting."""
    low, high = values.min().item(), values.max().item()
    step = next((s for s in _STEPS if not (values[:_HEAD] % s).any()), 1) if low != high else 1
    if (high - low) // step >= _room(len(values)):
        return None
    places = np.empty(len(values), np.int64)
    for part in _slices(values):
        places[part] = values[part] - low
        if step > 1:
            places[part], rest = np.divmod(places[part], step)
            if rest.any():
                return None
    rows = np.bincount(places)
    found = np.flatnonzero(rows)
    return found * step + low, rows[found]


def _slices(values: Values) -> Iterator[slice]:
    """Parts that stay in the cache, and need little room beside the whole."""
    return (slice(start, start + _SLICE) for start in range(0, len(values), _SLICE))


def _by_decimals(values: Values) -> tuple[Values, npt.NDArray[np.int64]] | None:
    """Numbers with few decimals are whole numbers of tenths, hundredths …; checked one by one."""
    if values.dtype != np.float64:
        return None
    scale = next((s for s in _DECIMALS if _on_grid(values[:_HEAD], s)), None)
    if scale is None:
        return None
    low, high = values.min().item(), values.max().item()
    room = _room(len(values))
    if (high - low) * scale >= room or max(-low, high) * scale >= _MOST_SCALED:
        return None
    origin = round(low * scale)
    places = np.empty(len(values), np.int64)
    for part in _slices(values):
        scaled = np.rint(values[part] * scale)
        if not (scaled / scale == values[part]).all():
            return None
        places[part] = scaled.astype(np.int64) - origin
    rows = np.bincount(places)
    found = np.flatnonzero(rows)
    return (found + origin) / scale, rows[found]


def _on_grid(values: Values, scale: float) -> bool:
    with np.errstate(over="ignore"):
        scaled = values * scale
        return bool(np.isfinite(scaled).all() and (np.rint(scaled) / scale == values).all())


def _room(rows: int) -> int:
    return min(max(_SLOTS_PER_ROW * rows, _LEAST_SLOTS), _MOST_SLOTS)


def summarise_tally(
    name: str, kind: Literal["number", "datetime", "truth"], tally: NumberTally
) -> NumericSummary:
    """The summary of a column that has been tallied; its edges are exact quantiles."""
    edges = _edges(tally)
    bounds = np.asarray(edges, tally.values.dtype)
    stops = np.zeros(2 * len(bounds) + 2, np.int64)
    stops[1:-1:2] = np.searchsorted(tally.values, bounds, "left")
    stops[2:-1:2] = stops[1:-1:2] + 1
    stops[-1] = len(tally.values)
    reached = np.concatenate(([0], np.cumsum(tally.rows)))
    counts = NumericCounts(
        rows=tally.finite + tally.missing + tally.below + tally.above,
        missing=tally.missing,
        below=tally.below,
        above=tally.above,
        cells=tuple(np.diff(reached[stops]).tolist()),
        sums=_gap_sums(tally, bounds, stops),
        minimum=tally.values[0].item() if len(tally.values) else None,
        maximum=tally.values[-1].item() if len(tally.values) else None,
    )
    width: Any = tally.values.dtype.name
    return NumericSummary(name, kind, width, edges, quartiles_of(counts, edges), counts)


def _edges(tally: NumberTally) -> tuple[Number, ...]:
    if len(tally.values) <= cells.MAX_EDGES:
        return tuple(tally.values.tolist())
    ranks = np.linspace(0, tally.finite - 1, cells.MAX_EDGES).round().astype(int)
    places = np.searchsorted(np.cumsum(tally.rows), ranks, "right")
    return tuple(tally.values[np.unique(places)].tolist())


def _gap_sums(
    tally: NumberTally, bounds: Values, stops: npt.NDArray[np.int64]
) -> tuple[float, ...]:
    """Σ(x − left edge) per gap."""
    if len(bounds) == len(tally.values):
        return (0.0,) * (len(bounds) + 1)
    with np.errstate(over="ignore", invalid="ignore"):
        offsets, left = cells.offsets_from_middle(tally.values, bounds)
        rows = np.add.reduceat(tally.rows, np.minimum(stops[:-1], len(offsets) - 1))
        held = np.diff(stops) > 0
        per_cell = np.zeros(len(held))
        per_cell[held] = np.add.reduceat(offsets * tally.rows, stops[:-1][held])
        sums = per_cell[::2] - rows[::2] * np.concatenate((left[:1], left))
    return tuple(np.nan_to_num(np.where(held[::2], sums, 0.0)).tolist())


def summarise_words(
    name: str, words: Any, rows: npt.NDArray[np.int64], *, distinct: int, present: int, missing: int
) -> CategorySummary:
    """The summary of a column of texts that have been counted.

    Args:
        name: Of the column.
        words: pyarrow array of the most frequent texts; all of them, if they are to be kept.
        rows: How many rows hold each.
        distinct: Number of different texts.
        present: Rows with a text.
        missing: Rows without one.
    """
    complete = distinct <= MAX_VALUES
    kept = len(rows) if complete else int((rows >= least_rows(present)).sum())
    pairs = sorted(zip(words.slice(0, kept).to_pylist(), rows.tolist(), strict=False), key=_order)
    counts = CategoryCounts(
        rows=present + missing,
        missing=missing,
        kept=tuple(count for _, count in pairs),
        other=present - sum(count for _, count in pairs),
    )
    return CategorySummary(name, tuple(word for word, _ in pairs), complete, counts)


def _order(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]
