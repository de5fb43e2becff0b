"""The bars of a column's picture: both sides' shares of rows per range or value."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tools.drift.measure import by_value, few_values
from tools.drift.missing import unusable
from tools.drift.result import Bin
from tools.drift.wording import as_text
from tools.summaries.cells import Number, NumericCounts, quantile
from tools.summaries.levels import CategoryCounts
from tools.summaries.summary import CategorySummary, ColumnCounts, ColumnSummary, NumericSummary

_BARS = 24
_VALUES = 8


def bins_of(reference: ColumnSummary, current: ColumnCounts) -> tuple[Bin, ...]:
    """Bars of both sides; rows without a usable value are the last, if there are any."""
    bars: list[Bin] = []
    rows = reference.counts.rows, current.rows
    if isinstance(reference, CategorySummary) and isinstance(current, CategoryCounts):
        bars = _category_bins(reference, current, rows)
    elif isinstance(reference, NumericSummary) and isinstance(current, NumericCounts):
        bars = (_value_bins if few_values(reference) else _range_bins)(reference, current, rows)
    before, now = unusable(reference.counts), unusable(current)
    if before or now:
        bars.append(_bar("missing", (before, now), rows))
    return tuple(bars)


def _bar(
    label: str,
    sides: tuple[float, float],
    rows: tuple[int, int],
    place: tuple[float | None, float | None] = (None, None),
) -> Bin:
    before, now = (float(side / max(total, 1)) for side, total in zip(sides, rows, strict=True))
    return Bin(label, *place, before, now)


def _category_bins(
    reference: CategorySummary, current: CategoryCounts, rows: tuple[int, int]
) -> list[Bin]:
    sides = zip(reference.counts.kept, current.kept, strict=True)
    bars = [_bar(v, pair, rows) for v, pair in zip(reference.values, sides, strict=True)]
    bars = [bar for bar in bars if bar.reference or bar.current]
    largest = sorted(bars, key=lambda bar: -max(bar.reference, bar.current))[:_VALUES]
    hidden = [bar for bar in bars if bar not in largest]
    bars = [bar for bar in bars if bar in largest]
    unkept = 0 if reference.complete else current.other
    others = _bar("all others", (reference.counts.other, unkept), rows)
    others = replace(
        others,
        reference=others.reference + sum(bar.reference for bar in hidden),
        current=others.current + sum(bar.current for bar in hidden),
    )
    if others.reference or others.current:
        bars.append(others)
    if reference.complete and current.other:
        bars.append(_bar("new values", (0, current.other), rows))
    return bars


def _value_bins(
    reference: NumericSummary, current: NumericCounts, rows: tuple[int, int]
) -> list[Bin]:
    labels = [*(as_text(edge, reference.kind) for edge in reference.edges), "all others"]
    sides = zip(by_value(reference.counts.cells), by_value(current.cells), strict=True)
    bars = [_bar(label, pair, rows) for label, pair in zip(labels, sides, strict=True)]
    return bars if bars[-1].current else bars[:-1]


def _range_bins(
    reference: NumericSummary, current: NumericCounts, rows: tuple[int, int]
) -> list[Bin]:
    if not reference.edges:
        return []
    with np.errstate(over="ignore", invalid="ignore"):
        grid = _grid(reference, current)
    if not np.isfinite(grid).all():  # a range that floats cannot span has no picture
        return []
    spread = float(grid[-1] - grid[0])
    names = [as_text(x, reference.kind, spread=spread) for x in grid.tolist()]
    labels = [f"{a} to {b}" for a, b in pairwise(names)]
    labels = [f"below {names[0]}", *labels, f"above {names[-1]}"]
    places = pairwise([None, *grid.tolist(), None])
    sides = zip(
        _rows_between(reference.counts, reference.edges, grid),
        _rows_between(current, reference.edges, grid),
        strict=True,
    )
    bars = [
        _bar(label, pair, rows, place)
        for label, pair, place in zip(labels, sides, places, strict=True)
    ]
    # The two ends are open; shown only if something lies there.
    return [bar for bar in bars if None not in (bar.left, bar.right) or bar.reference + bar.current]


def _grid(reference: NumericSummary, current: NumericCounts) -> npt.NDArray[np.float64]:
    """Bar borders over nearly all of the reference, and of the current data as far as it overlaps.

    Whole numbers get borders at halves, so that no bar holds one whole number more than another.
    """
    edges = reference.edges
    low, high = (quantile(share, reference.counts, edges) for share in (0.005, 0.995))
    reach = high - low
    if current.finite:
        low = max(min(low, quantile(0.01, current, edges)), low - reach, float(edges[0]))
        high = min(max(high, quantile(0.99, current, edges)), high + reach, float(edges[-1]))
    if high <= low:
        low, high = float(edges[0]), float(edges[-1])
    if reference.width == "int64" and reference.kind == "number":
        step = max(-(-int(high - low) // _BARS), 1)
        return np.arange(round(low) - 0.5, high + step, step)
    return np.linspace(low, high, _BARS + 1)


def _rows_between(
    counts: NumericCounts, edges: tuple[Number, ...], grid: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Rows per bar, the open ones at both ends included; a gap's rows lie evenly in it."""
    borders = np.array(edges, np.float64)
    reached = np.concatenate(([counts.cells[0]], np.cumsum(counts.cells)[1::2]))
    gaps = np.array(counts.cells[::2])
    place = np.searchsorted(borders, grid, "right")  # edges at or below each grid point
    inside = (place > 0) & (place < len(borders))
    at = np.clip(place, 1, len(borders) - 1)
    part = (grid - borders[at - 1]) / (borders[at] - borders[at - 1])
    below = reached[place] + np.where(inside, gaps[place] * part, 0.0)
    below = np.where(place == 0, 0.0, below)
    return np.diff(np.concatenate(([0.0], below, [counts.finite])))
