"""What a drift method gives back, and how a column's two sides are laid side by side for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from tools.summaries.cells import NumericCounts
from tools.summaries.levels import CategoryCounts
from tools.summaries.summary import CategorySummary, ColumnCounts, ColumnSummary, NumericSummary

Rows: TypeAlias = npt.NDArray[np.int64]

MAX_BINS = 10
_MIN_EXPECTED = 5.0


@dataclass(frozen=True, slots=True)
class Measure:
    """One method's finding on one column.

    Attributes:
        statistic: The method's own number.
        effect: How large the change is, in the unit of the method's threshold.
        p_value: Chance of such a statistic if nothing changed.
    """

    statistic: float
    effect: float
    p_value: float


Method: TypeAlias = Callable[[ColumnSummary, ColumnCounts], Measure | None]
"""`None`: the method says nothing about such a column."""


def numeric_sides(
    reference: ColumnSummary, current: ColumnCounts
) -> tuple[NumericSummary, NumericCounts] | None:
    """Both sides, if they are numbers with at least one finite value each."""
    if not (isinstance(reference, NumericSummary) and isinstance(current, NumericCounts)):
        return None
    return (reference, current) if reference.counts.finite and current.finite else None


def category_sides(
    reference: ColumnSummary, current: ColumnCounts
) -> tuple[CategorySummary, CategoryCounts] | None:
    """Both sides, if they are categories with at least one value each."""
    if not (isinstance(reference, CategorySummary) and isinstance(current, CategoryCounts)):
        return None
    present = reference.counts.rows > reference.counts.missing and current.rows > current.missing
    return (reference, current) if present else None


def binned(reference: ColumnSummary, current: ColumnCounts) -> tuple[Rows, Rows] | None:
    """Rows per bin on both sides, or `None` if there are fewer than two bins.

    Categories, and numbers with few values: one bin per value; those with an expected count under
    five and those that the reference does not know are one bin together. (Apart, a vocabulary that
    is never quite seen would always look changed.) Other numbers: at most ten bins of about equal
    reference mass, merged from cells.
    """
    if categories := category_sides(reference, current):
        known, now = categories
        pair = _rows(*known.counts.kept, known.counts.other), _rows(*now.kept, now.other)
    elif numeric := numeric_sides(reference, current):
        summary, counts = numeric
        if not few_values(summary):
            return _two_bins(*equal_mass_bins(summary.counts.cells, counts.cells))
        pair = by_value(summary.counts.cells), by_value(counts.cells)
    else:
        return None
    return _two_bins(*_merge_rare(*pair))


def few_values(summary: NumericSummary) -> bool:
    """Whether numbers are compared value by value, like categories."""
    return summary.few and len(summary.edges) <= MAX_BINS


def by_value(cells: tuple[int, ...]) -> Rows:
    """Rows per edge, and at the end those between or beyond the edges."""
    return _rows(*cells[1::2], sum(cells[::2]))


def equal_mass_bins(cells: tuple[int, ...], others: tuple[int, ...]) -> tuple[Rows, Rows]:
    """Merge neighbouring cells into at most ten bins of about equal mass on the first side."""
    reached = np.cumsum(_rows(*cells))
    targets = reached[-1] * np.arange(1, MAX_BINS) / MAX_BINS
    starts = np.unique(np.searchsorted(reached, targets, "left") + 1)
    starts = starts[reached[starts - 1] < reached[-1]]  # else the last bin would be empty
    starts = np.concatenate(([0], starts))
    return np.add.reduceat(_rows(*cells), starts), np.add.reduceat(_rows(*others), starts)


def _merge_rare(first: Rows, second: Rows) -> tuple[Rows, Rows]:
    """Join the last bin and all that are too rare for a chi-square test; drop it if it still is."""
    least = min(first.sum(), second.sum()) / max(first.sum() + second.sum(), 1)
    rare = (first + second) * least < _MIN_EXPECTED
    rare[-1] = True
    merged = [np.append(side[~rare], side[rare].sum()) for side in (first, second)]
    enough = (merged[0] + merged[1]) * least >= _MIN_EXPECTED
    return merged[0][enough], merged[1][enough]


def _two_bins(first: Rows, second: Rows) -> tuple[Rows, Rows] | None:
    return (first, second) if len(first) > 1 and first.sum() and second.sum() else None


def _rows(*counts: int) -> Rows:
    return np.array(counts, np.int64)


def shares(rows: Rows) -> npt.NDArray[np.float64]:
    """Rows as shares of their sum."""
    return rows.astype(np.float64) / float(rows.sum())


def harmonic(first: Rows, second: Rows) -> float:
    """n·m / (n + m): the sample size that counts when two samples are compared."""
    n, m = float(first.sum()), float(second.sum())
    return n * m / (n + m)
