"""Kolmogorov–Smirnov: the largest gap between the two cumulative shares."""

from __future__ import annotations

import numpy as np

from tools.drift.measure import Measure, numeric_sides
from tools.drift.significance import kolmogorov_sf
from tools.summaries.summary import ColumnCounts, ColumnSummary


def ks(reference: ColumnSummary, current: ColumnCounts) -> Measure | None:
    """KS distance, 0 to 1, of the finite values.

    Compared at the cells' borders, so it is a lower bound, off by at most the mass of one gap.
    """
    sides = numeric_sides(reference, current)
    if sides is None:
        return None
    summary, counts = sides
    first = np.cumsum(summary.counts.cells) / summary.counts.finite
    second = np.cumsum(counts.cells) / counts.finite
    distance = float(np.abs(first - second).max())
    chance = kolmogorov_sf(distance, summary.counts.finite, counts.finite)
    return Measure(distance, distance, chance)
