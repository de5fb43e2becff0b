"""What a profile is: a table and each of its columns in numbers, and the facts that matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from tools.ml.targets import TargetSuggestion

Kind: TypeAlias = Literal["integer", "number", "boolean", "datetime", "category", "text"]
Value: TypeAlias = str | bool | int | float
Measure: TypeAlias = Literal["pearson", "spearman", "cramers_v", "correlation_ratio"]
FindingKind: TypeAlias = Literal[
    "few_rows",
    "duplicates",
    "empty",
    "constant",
    "identifier",
    "missing",
    "many_values",
    "near_duplicate",
    "class_balance",
    "suspicious",
    "units",
    "date_gaps",
    "leak",
]

QUANTILES: Final = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
"""The probabilities of `ColumnProfile.quantiles`."""


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts between edges (one more edge than counts); dates in seconds since 1970."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Lengths:
    """Characters of a column's texts, missing ones not counted."""

    shortest: int
    mean: float
    longest: int


@dataclass(frozen=True, slots=True)
class Outliers:
    """Numbers far from the middle half, by Tukey's fences.

    Attributes:
        low, high: The fences, 1.5 times the distance of the quartiles outside of them.
        beyond: Rows outside of these fences.
        far: Those of them that are outside of the fences at 3 times that distance.
    """

    low: float
    high: float
    beyond: int
    far: int


@dataclass(frozen=True, slots=True)
class Gaps:
    """Steps that are missing in dates that otherwise come at an even pace.

    Attributes:
        step: The pace, such as "day", "7 days", "hour" or "month".
        missing: Steps without a row between the first and the last date.
        longest: Steps without a row in the longest gap; 0 if there is none.
        after: The last date before the longest gap, ISO 8601; empty if there is none.
    """

    step: str
    missing: int
    longest: int = 0
    after: str = ""


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column in numbers.

    Attributes:
        name: As in the table.
        kind: What sort of values; decides how everything treats the column.
        missing: Rows without a value.
        distinct: Different values, missing ones not counted.
        low, high: Smallest and largest value; dates in ISO 8601; None for text.
        mean, std: Of numbers, else None; `std` with n - 1.
        quantiles: At `QUANTILES`, linear between ranks; empty unless numeric.
        top: Up to twenty most frequent values with their counts, most frequent first.
        constant: One value at most, gaps aside.
        id_like: Names rows rather than describing them.
        histogram: Of numbers and dates, else None.
        central: Of numbers of which a few lie so far out that `histogram` shows little else: only
            those between the 1st and the 99th percentile and a little beyond; else None.
        unit: Unit found in the cells or a units row.
        distinct_exact: Whether `distinct` (and `top`) was counted; else it is an estimate.
        zeros, negatives: Numbers that are zero or below it.
        skew: Of numbers, of the third moment (biased); 0 is symmetric, None if constant.
        outliers: Of numbers, else None.
        lengths: Of text and categories, else None.
        entropy: Of the values' shares, in bits, of all but numbers with many values; else None.
        balance: `entropy` over the most it could be: 1 if all values are as frequent, near 0 if one
            prevails.
        gaps: Of dates at an even pace, else None.
    """

    name: str
    kind: Kind
    missing: int
    distinct: int
    low: float | str | None = None
    high: float | str | None = None
    mean: float | None = None
    std: float | None = None
    quantiles: tuple[float, ...] = ()
    top: tuple[tuple[Value, int], ...] = ()
    constant: bool = False
    id_like: bool = False
    histogram: Histogram | None = None
    central: Histogram | None = None
    unit: str = ""
    distinct_exact: bool = True
    zeros: int = 0
    negatives: int = 0
    skew: float | None = None
    outliers: Outliers | None = None
    lengths: Lengths | None = None
    entropy: float | None = None
    balance: float | None = None
    gaps: Gaps | None = None


@dataclass(frozen=True, slots=True)
class Association:
    """How strongly two columns go together.

    Attributes:
        a, b: Names, in the order of the table.
        measure: "pearson" and "spearman" (both are given) between numbers, "cramers_v"
            (bias-corrected) between categories or booleans, "correlation_ratio" (η) between a
            category and a number.
        strength: -1 to 1 for Pearson and Spearman, else 0 to 1.
    """

    a: str
    b: str
    measure: Measure
    strength: float


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact that matters.

    Attributes:
        kind: What sort of fact.
        columns: Those concerned, the most telling first; none if it is about rows.
        sentence: For people; names are in “ ” and cut to 40 characters.
        weight: 0 to 1, how much it matters; findings are listed by it, largest first.
    """

    kind: FindingKind
    columns: tuple[str, ...]
    sentence: str
    weight: float


@dataclass(frozen=True, slots=True)
class Profile:
    """A table in numbers.

    Attributes:
        rows: Of the table.
        columns: In the table's order.
        duplicate_rows: Rows that equal an earlier one in every column.
        warnings: The sentences of those `findings` that call for caution, in their order.
        targets: Columns to predict, likeliest first.
        associations: Of all pairs up to sixty columns, else of the first sixty that can have any;
            the strongest first.
        association_rows: Rows that these were computed on: all, or an even sample.
        findings: The facts that matter, first things first.
        summary: What drift checks compare, packed; `stored.summary_of` unpacks it. Empty if it
            was not asked for.
    """

    rows: int
    columns: tuple[ColumnProfile, ...]
    duplicate_rows: int
    warnings: tuple[str, ...] = ()
    targets: tuple[TargetSuggestion, ...] = ()
    associations: tuple[Association, ...] = ()
    association_rows: int = 0
    findings: tuple[Finding, ...] = ()
    summary: str = ""

    def column(self, name: str) -> ColumnProfile:
        """The profile of one column; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
