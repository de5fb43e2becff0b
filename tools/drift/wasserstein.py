"""Wasserstein: how far the values have moved on average, in interquartile ranges."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from tools.drift.ks import ks
from tools.drift.measure import Measure, numeric_sides
from tools.summaries.cells import NumericCounts
from tools.summaries.summary import ColumnCounts, ColumnSummary, NumericSummary


def wasserstein(reference: ColumnSummary, current: ColumnCounts) -> Measure | None:
    """First Wasserstein distance in the column's unit; the effect is in interquartile ranges.

    A lower bound, exact where the two cumulative shares do not cross within a gap. If half of the
    reference is one value, the spread is the mean distance from the median instead.

    Distance has no chance of its own under unknown tails. Its p-value is that of the KS test or of
    the values beyond the reference's range, whichever is smaller, times two.
    """
    sides = numeric_sides(reference, current)
    spread = _spread(sides[0]) if sides else 0.0
    if sides is None or not spread:
        return None
    summary, counts = sides
    edges = np.array([edge - summary.edges[0] for edge in summary.edges], np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        gaps = _areas(summary.counts, edges) - _areas(counts, edges)
        distance = float(np.abs(gaps).sum())
    effect = distance / spread
    if not math.isfinite(effect):
        return None
    apart = ks(reference, current)
    chance = min(_beyond(summary.counts, counts), apart.p_value if apart else 1.0)
    return Measure(distance, effect, min(2 * chance, 1.0))


def _beyond(reference: NumericCounts, current: NumericCounts) -> float:
    """Chance of so many values beyond every value of the reference, at the busier end.

    Among n + m values in random order the k largest are all current with a chance of at most
    (m / (n + m))ᵏ.
    """
    n, m = reference.finite, current.finite
    return float(min(2 * (m / (n + m)) ** max(current.cells[0], current.cells[-1]), 1.0))


def _areas(counts: NumericCounts, edges: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """∫F per gap; in the last, open one −∫(1 − F), which differs by a constant."""
    rows, sums = np.array(counts.cells[::2]), np.array(counts.sums)
    below = np.cumsum(counts.cells)[1::2]  # rows up to and including each edge
    inner = np.diff(edges) * (below[:-1] + rows[1:-1]) - sums[1:-1]
    areas: npt.NDArray[np.float64] = (
        np.concatenate(([-sums[0]], inner, [-sums[-1]])) / counts.finite
    )
    return areas


def _spread(summary: NumericSummary) -> float:
    if summary.quartiles is None:
        return 0.0
    low, middle, high = summary.quartiles
    return high - low or _mean_deviation(summary, middle)


def _mean_deviation(summary: NumericSummary, middle: float) -> float:
    """Mean distance from the median, to within a gap."""
    cells = np.array(summary.counts.cells)
    edges = np.array([edge - middle for edge in summary.edges], np.float64)
    at_edges = float(np.abs(edges) @ cells[1::2])
    left = np.concatenate((edges[:1], edges))
    in_gaps = float(np.abs(left * cells[::2] + np.array(summary.counts.sums)).sum())
    return (at_edges + in_gaps) / summary.counts.finite
