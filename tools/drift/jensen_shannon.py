"""Jensen–Shannon: how well one can tell from a value which side it came from."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from tools.drift.measure import Measure, binned, harmonic, shares
from tools.drift.significance import chi_square_sf
from tools.summaries.summary import ColumnCounts, ColumnSummary


def jensen_shannon(reference: ColumnSummary, current: ColumnCounts) -> Measure | None:
    """Jensen–Shannon distance of the binned shares, 0 to 1 (base 2).

    The effect is the distance less what chance alone adds when there are many bins. To second order
    the divergence is an eighth of a chi-square, which gives its mean and its p-value (Lin, IEEE
    Trans. Inf. Theory 37, 1991, p. 145).
    """
    pair = binned(reference, current)
    if pair is None:
        return None
    first, second = shares(pair[0]), shares(pair[1])
    middle = (first + second) / 2
    divergence = max((_relative(first, middle) + _relative(second, middle)) / 2, 0.0)
    freedom, scale = len(first) - 1, 8 * math.log(2) * harmonic(*pair)
    return Measure(
        statistic=math.sqrt(divergence),
        effect=math.sqrt(max(divergence - freedom / scale, 0.0)),
        p_value=chi_square_sf(divergence * scale, freedom),
    )


def _relative(first: npt.NDArray[np.float64], middle: npt.NDArray[np.float64]) -> float:
    """Relative entropy in bits; 0 · log 0 is 0."""
    held = first > 0
    return float((first[held] * np.log2(first[held] / middle[held])).sum())
