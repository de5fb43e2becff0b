"""The bars of a column's picture: both sides' shares of rows per range or value."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tools.drift.cells import Number, NumericCounts, quantile
from tools.drift.levels import CategoryCounts
from tools.drift.measure import by_value, few_values
from tools.drift.missing import unusable
from tools.drift.result import Bin
from tools.drift.summary import CategorySummary, ColumnCounts, ColumnSummary, NumericSummary
from tools.drift.wording import as_text

_BARS = 24
_VALUES = 8


def bins_of(reference: ColumnSummary, current: ColumnCounts) -> tuple[Bin, ...]:
    """Bars of both sides; rows without a usable value are the last, if there are any."""
    bars: list[Bin] = []
    if isinstance(reference, CategorySummary) and isinstance(current, CategoryCounts):
        bars = _category_bins(reference, current)
    elif isinstance(reference, NumericSummary) and isinstance(current, NumericCounts):
        if reference.edges:
            few = few_values(reference)
            bars = (_value_bins if few else _range_bins)(reference, current)
    before, now = unusable(reference.counts), unusable(current)
    if before or now:
        bars.append(_bar("missing", before, now, reference.counts.rows, current.rows))
    return tuple(bars)


def _bar(
    label: str,
    before: float,
    now: float,
    rows_before: int,
    rows: int,
    left: float | None = None,
    right: float | None = None,
) -> Bin:
    return Bin(label, left, right, float(before / max(rows_before, 1)), float(now / max(rows, 1)))


def _category_bins(reference: CategorySummary, current: CategoryCounts) -> list[Bin]:
    n, m = reference.counts.rows, current.rows
    pairs = list(zip(reference.values, reference.counts.kept, current.kept, strict=True))
    largest = sorted(pairs, key=lambda p: -max(p[1] / max(n, 1), p[2] / max(m, 1)))[:_VALUES]
    shown = {value for value, _, _ in largest}
    bars = [_bar(v, before, now, n, m) for v, before, now in pairs if v in shown]
    hidden = [(before, now) for v, before, now in pairs if v not in shown]
    rest = [reference.counts.other + sum(b for b, _ in hidden), sum(c for _, c in hidden)]
    if not reference.complete:
        rest[1] += current.other
    if any(rest):
        bars.append(_bar("all others", rest[0], rest[1], n, m))
    if reference.complete and current.other:
        bars.append(_bar("new values", 0, current.other, n, m))
    return bars


def _value_bins(reference: NumericSummary, current: NumericCounts) -> list[Bin]:
    before, now = by_value(reference.counts.cells), by_value(current.cells)
    labels = [as_text(edge, reference.kind) for edge in reference.edges] + ["all others"]
    n, m = reference.counts.rows, current.rows
    bars = [_bar(*bar, n, m) for bar in zip(labels, before, now, strict=True)]
    return bars if now[-1] else bars[:-1]


def _range_bins(reference: NumericSummary, current: NumericCounts) -> list[Bin]:
    grid = _grid(reference, current)
    names = [as_text(float(x), reference.kind) for x in grid]
    labels = [
        f"below {names[0]}",
        *(f"{a} to {b}" for a, b in zip(names[:-1], names[1:], strict=True)),
        f"above {names[-1]}",
    ]
    places = [None, *grid.tolist()], [*grid.tolist(), None]
    before, now = (_rows_between(c, reference.edges, grid) for c in (reference.counts, current))
    n, m = reference.counts.rows, current.rows
    bars = [
        _bar(*bar[:3], n, m, *bar[3:]) for bar in zip(labels, before, now, *places, strict=True)
    ]
    # The two ends are open; shown only if something lies there.
    return [
        bar for bar in bars if None not in (bar.left, bar.right) or bar.reference or bar.current
    ]


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
