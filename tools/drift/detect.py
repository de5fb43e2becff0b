"""Decides which columns drifted: a change that is large enough, and too unlikely to be chance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from tools.drift.measure import Measure
from tools.drift.result import DriftResult
from tools.drift.significance import corrected
from tools.drift.summary import (
    ColumnCounts,
    ColumnSummary,
    Counts,
    Summary,
)

Sides: TypeAlias = tuple[ColumnSummary, ColumnCounts]


@dataclass(frozen=True, slots=True)
class DriftSettings:
    """When a change counts as drift: its effect reaches the threshold, and its q-value is below α.

    Attributes:
        alpha: Highest share of false alarms among the columns flagged.
        min_rows: Values that either side needs; with fewer no verdict is given.
        many_rows: From here on the Wasserstein distance may decide: with fewer, far values are luck.
        many_values: Categories from here on are compared by Jensen–Shannon.
        thresholds: Least effect per method: KS distance; Wasserstein in interquartile ranges; share
            of rows that changed value; Jensen–Shannon distance; shares of rows missing and new.
    """

    alpha: float = 0.01
    min_rows: int = 100
    many_rows: int = 1_000
    many_values: int = 50
    thresholds: tuple[tuple[str, float], ...] = (
        ("ks", 0.05),
        ("wasserstein", 0.25),
        ("chi_square", 0.04),
        ("jensen_shannon", 0.04),
        ("missing", 0.02),
        ("new_categories", 0.01),
    )

    def threshold(self, method: str) -> float:
        """The least effect that matters."""
        return dict(self.thresholds)[method]


@dataclass(frozen=True, slots=True)
class _Test:
    """One test of one column; its q-value is known once all tests are."""

    column: str
    method: str
    measure: Measure
    threshold: float
    q_value: float = 1.0

    @property
    def ratio(self) -> float:
        return self.measure.effect / self.threshold

    def found(self, alpha: float) -> bool:
        return self.ratio >= 1 and self.q_value < alpha


def detect(
    reference: Summary, counts: Counts, *, settings: DriftSettings = DriftSettings()
) -> DriftResult:
    """Compare current data with a reference, column by column.

    The method follows from a column's type and size. Missing values and new categories are tests of
    their own. The false-discovery rate is held over all tests of all columns.
    """
    sides: dict[str, Sides] = {
        column.name: (column, counts.columns[column.name])
        for column in reference.columns
        if column.name in counts.columns
    }
    tests = [test for pair in sides.values() for test in _tests(pair, settings)]
    q_values = corrected([test.measure.p_value or 0.0 for test in tests])
    tests = [replace(test, q_value=q) for test, q in zip(tests, q_values, strict=True)]
    return DriftResult(
        columns=tuple(
            _finding(pair, [test for test in tests if test.column == name], settings)
            for name, pair in sides.items()
        ),
        skipped=(*reference.skipped, *counts.skipped),
        rows=counts.rows,
        reference_rows=reference.rows,
        min_rows=settings.min_rows,
    )
