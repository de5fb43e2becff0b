"""Chi-square: whether the rows are spread over the values as in the reference."""

from __future__ import annotations

import numpy as np

from tools.drift.measure import Measure, binned, shares
from tools.drift.significance import chi_square_sf
from tools.summaries.summary import ColumnCounts, ColumnSummary


def chi_square(reference: ColumnSummary, current: ColumnCounts) -> Measure | None:
    """Pearson's chi-square of homogeneity on the binned rows.

    The effect is the total variation distance: the share of rows that would have to change their
    value to undo the difference.
    """
    pair = binned(reference, current)
    if pair is None:
        return None
    first, second = pair
    n, m = float(first.sum()), float(second.sum())
    statistic = float(((first * m - second * n) ** 2 / ((first + second) * n * m)).sum())
    moved = float(np.abs(shares(first) - shares(second)).sum() / 2)
    return Measure(statistic, moved, chi_square_sf(statistic, len(first) - 1))
