"""Chances under "nothing changed": Kolmogorov, chi-square, Fisher, and the false-discovery rate.

Written out here because importing scipy.special takes longer than checking ten columns.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

_TINY = 1e-300


def kolmogorov_sf(distance: float, first: int, second: int) -> float:
    """Chance of a KS distance at least this large between samples of these sizes.

    The limiting distribution with Stephens' correction for small samples (J. R. Stat. Soc. B 32,
    1970, p. 115); conservative when values repeat.
    """
    root = math.sqrt(first * second / (first + second))
    scaled = (root + 0.12 + 0.11 / root) * distance
    if scaled < 0.2:  # the series does not settle there; the chance is 1 to twelve digits
        return 1.0
    terms = [math.exp(-2 * (j * scaled) ** 2) for j in range(1, 101)]
    return min(max(2 * (sum(terms[::2]) - sum(terms[1::2])), 0.0), 1.0)


def chi_square_sf(statistic: float, freedom: int) -> float:
    """Chance of a chi-square value at least this large.

    The regularised upper incomplete gamma function: a series below its bulk, a continued fraction
    (modified Lentz) above it (Press et al., Numerical Recipes, 6.2).
    """
    a, x = freedom / 2, statistic / 2
    if x <= 0:
        return 1.0
    if math.isinf(x):
        return 0.0
    front = math.exp(max(a * math.log(x) - x - math.lgamma(a), -745.0))
    return 1 - front * _lower_series(a, x) if x < a + 1 else front * _upper_fraction(a, x)


def _lower_series(a: float, x: float) -> float:
    term = total = 1 / a
    while term > total * 1e-15:
        a += 1
        term *= x / a
        total += term
    return total


def _upper_fraction(a: float, x: float) -> float:
    b = x + 1 - a
    c, d = 1 / _TINY, 1 / b
    fraction = d
    for i in range(1, 10_000):
        an = -i * (i - a)
        b += 2
        d = 1 / (an * d + b or _TINY)
        c = b + an / c or _TINY
        fraction *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return fraction


def more_often(hits: int, rows: int, reference_hits: int, reference_rows: int) -> float:
    """Chance that a share is at least this much above the reference's: Fisher's exact test.

    One-sided. The terms of the hypergeometric tail fall off quickly, so few are summed.
    """
    drawn, everything = hits + reference_hits, rows + reference_rows
    if hits * everything <= drawn * rows:
        return 1.0
    ways = _choose(rows, hits) + _choose(reference_rows, reference_hits)
    term = math.exp(ways - _choose(everything, drawn))
    total = 0.0
    for k in range(hits, min(rows, drawn) + 1):
        total += term
        if term <= total * 1e-12:
            break
        term *= (rows - k) * (drawn - k) / ((k + 1) * (reference_rows - drawn + k + 1))
    return min(total, 1.0)


def _choose(total: int, taken: int) -> float:
    return math.lgamma(total + 1) - math.lgamma(taken + 1) - math.lgamma(total - taken + 1)


def corrected(p_values: Sequence[float]) -> list[float]:
    """q-values: each p-value corrected for their number, in the same order.

    Benjamini & Hochberg, J. R. Stat. Soc. B 57 (1995), p. 289.
    """
    smallest = 1.0
    q_values = [1.0] * len(p_values)
    order = sorted(range(len(p_values)), key=lambda i: p_values[i], reverse=True)
    for rank, i in zip(range(len(p_values), 0, -1), order, strict=True):
        smallest = min(smallest, p_values[i] * (len(p_values) / rank))
        q_values[i] = smallest
    return q_values
