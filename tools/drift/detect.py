"""Decides which columns drifted: a change that is large enough, and too unlikely to be chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeAlias

from tools.drift import METHODS
from tools.drift.bins import bins_of
from tools.drift.measure import Measure, binned, few_values
from tools.drift.missing import unusable
from tools.drift.result import ColumnDrift, DriftResult
from tools.drift.significance import corrected
from tools.drift.wording import reason
from tools.summaries.summary import CategorySummary, ColumnCounts, ColumnSummary, Counts, Summary

Sides: TypeAlias = tuple[ColumnSummary, ColumnCounts]

THRESHOLDS: Mapping[str, float] = MappingProxyType(
    {
        "ks": 0.05,  # distance of the cumulative shares
        "psi": 0.05,  # half of what credit scoring calls a minor shift
        "wasserstein": 0.25,  # interquartile ranges
        "chi_square": 0.04,  # share of rows that changed value
        "jensen_shannon": 0.04,  # distance, less what chance adds
        "missing": 0.02,  # share of rows
        "new_categories": 0.01,  # share of rows
    }
)
"""The least effect of each method that matters."""

_MANY_ROWS = 1_000  # with fewer, values far out may be luck: Wasserstein keeps silent
_MANY_BINS = 50  # categories beyond this are compared by Jensen–Shannon


@dataclass(frozen=True, slots=True)
class DriftSettings:
    """When a change counts as drift: it reaches the threshold and its q-value is below `alpha`.

    Attributes:
        alpha: Highest expected share of false alarms among the columns flagged.
        min_rows: Values that either side needs; with fewer no verdict is given.
        thresholds: The least effect of each method.
    """

    alpha: float = 0.01
    min_rows: int = 100
    thresholds: Mapping[str, float] = field(default_factory=lambda: THRESHOLDS)


_DEFAULT = DriftSettings()


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
        """The effect in thresholds."""
        return self.measure.effect / self.threshold

    def found(self, alpha: float) -> bool:
        """Whether this is drift: it matters, and it is not chance."""
        return self.ratio >= 1 and self.q_value < alpha


def detect(
    reference: Summary, counts: Counts, *, settings: DriftSettings = _DEFAULT
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
    q_values = corrected([test.measure.p_value for test in tests])
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


def _tests(sides: Sides, settings: DriftSettings) -> list[_Test]:
    """The tests that a column gets; the first is the one that suits its values best."""
    tests = []
    for method in _methods(sides, settings.min_rows):
        measure = METHODS[method](*sides)
        if measure:
            name, threshold = sides[0].name, settings.thresholds[method]
            tests.append(_Test(name, method, measure, threshold))
    return tests


def _methods(sides: Sides, min_rows: int) -> list[str]:
    """The methods for a column's type and size."""
    reference, current = sides
    values = min(_present(reference.counts), _present(current))
    missing = ["missing"] if min(reference.counts.rows, current.rows) >= min_rows else []
    if values < min_rows:
        return missing
    if isinstance(reference, CategorySummary):
        pair = binned(*sides)
        many = pair is not None and len(pair[0]) > _MANY_BINS
        return ["jensen_shannon" if many else "chi_square", "new_categories", *missing]
    if few_values(reference):
        return ["chi_square", *missing]
    return ["ks", "psi", *(["wasserstein"] if values >= _MANY_ROWS else []), *missing]


def _present(counts: ColumnCounts) -> int:
    """Rows with a usable value."""
    return counts.rows - unusable(counts)


def _finding(sides: Sides, tests: list[_Test], settings: DriftSettings) -> ColumnDrift:
    reference, current = sides
    found = [test for test in tests if test.found(settings.alpha)]
    found = sorted(_without_echoes(found), key=lambda test: -test.ratio)
    lead = (found or tests or [_Test(reference.name, "none", Measure(0.0, 0.0, 1.0), 1.0)])[0]
    words = " ".join(reason(test.method, *sides) for test in found)
    measures = {name: method(*sides) for name, method in METHODS.items()}
    return ColumnDrift(
        name=reference.name,
        kind=reference.kind,
        method=lead.method,
        statistic=lead.measure.statistic,
        effect=lead.measure.effect,
        threshold=lead.threshold,
        p_value=lead.measure.p_value,
        q_value=lead.q_value,
        flagged=bool(found),
        reason=words or _why_not(lead, settings),
        measures={name: measure.statistic for name, measure in measures.items() if measure},
        bins=bins_of(reference, current),
    )


def _without_echoes(found: list[_Test]) -> list[_Test]:
    """Of the three tests of where numbers lie, only the plainest that found something."""
    plain = ("ks", "psi", "wasserstein")
    first = min((plain.index(t.method) for t in found if t.method in plain), default=0)
    return [test for test in found if test.method not in plain[first + 1 :]]


def _why_not(lead: _Test, settings: DriftSettings) -> str:
    if lead.method == "none":
        return f"Fewer than {settings.min_rows} values to compare."
    if lead.ratio >= 1:
        return "Looks different, but so few rows may differ by chance."
    if lead.q_value < settings.alpha:
        return "Changed, but too little to matter."
    return "As in the reference."
