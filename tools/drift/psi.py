"""Population stability index: the number that credit scoring watches."""

from __future__ import annotations

import numpy as np

from tools.drift.measure import Measure, binned, harmonic, shares
from tools.drift.significance import chi_square_sf
from tools.summaries.summary import ColumnCounts, ColumnSummary

_FLOOR = 1e-4


def psi(reference: ColumnSummary, current: ColumnCounts) -> Measure | None:
    """Σ (q − p) · ln(q / p) over the bins; a share of zero counts as one in ten thousand.

    Its p-value: nearly chi-square when divided by 1/n + 1/m (Yurdakul & Naranjo, J. Risk Model
    Validation 14, 2020).
    """
    pair = binned(reference, current)
    if pair is None:
        return None
    first, second = (np.maximum(shares(rows), _FLOOR) for rows in pair)
    index = float(((second - first) * np.log(second / first)).sum())
    return Measure(index, index, chi_square_sf(index * harmonic(*pair), len(first) - 1))
