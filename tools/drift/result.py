"""The outcome of a drift check: a finding per column, a verdict over all, and its JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from tools.summaries.columns import Kind
from tools.summaries.summary import Skipped


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a column's picture.

    Attributes:
        label: A value, a range, or what all these rows have in common.
        left, right: Its range on the axis; `None` if it has no place there.
        reference, current: Share of all rows, 0 to 1.
    """

    label: str
    left: float | None
    right: float | None
    reference: float
    current: float


@dataclass(frozen=True, slots=True)
class ColumnDrift:
    """What was found in one column.

    Attributes:
        method: The method of `METHODS` that decided.
        statistic: That method's number.
        effect: How large the change is; it matters from `threshold` on.
        p_value: Chance of such a statistic without drift.
        q_value: The same, corrected for the number of tests in this check.
        flagged: Whether one of the column's tests found drift.
        reason: Why, or why not, in words.
        measures: The statistic of every method that says something about the column.
        bins: Both sides' shares, ready to be drawn.
    """

    name: str
    kind: Kind
    method: str
    statistic: float
    effect: float
    threshold: float
    p_value: float
    q_value: float
    flagged: bool
    reason: str
    measures: dict[str, float] = field(default_factory=dict)
    bins: tuple[Bin, ...] = ()


@dataclass(frozen=True, slots=True)
class DriftResult:
    """The verdict on current data.

    Attributes:
        columns: The columns checked, in the reference's order.
        skipped: The columns not checked, and why.
        rows, reference_rows: Rows on the current and on the reference side.
        min_rows: Rows that either side needs for a verdict.
    """

    columns: tuple[ColumnDrift, ...]
    skipped: tuple[Skipped, ...]
    rows: int
    reference_rows: int
    min_rows: int

    @property
    def flagged(self) -> tuple[str, ...]:
        """Names of the columns that drifted."""
        return tuple(column.name for column in self.columns if column.flagged)

    @property
    def checked(self) -> tuple[str, ...]:
        """Names of the columns that were checked."""
        return tuple(column.name for column in self.columns)

    @property
    def enough_rows(self) -> bool:
        """Whether there is enough data for a verdict."""
        return min(self.rows, self.reference_rows) >= self.min_rows

    @property
    def drifted(self) -> bool:
        """Whether anything drifted."""
        return bool(self.flagged)

    @property
    def share(self) -> float:
        """Share of the checked columns that drifted."""
        return len(self.flagged) / max(len(self.columns), 1)

    @property
    def sentence(self) -> str:
        """The verdict in one sentence."""
        total = _plural(len(self.columns), "column")
        if not self.enough_rows:
            fewer = min(self.rows, self.reference_rows)
            return f"Too few rows to judge: {fewer:,}, and {self.min_rows:,} are needed."
        if not self.drifted:
            return f"No drift in {total}."
        names = self.worst(3)
        listed = ", ".join(column.name for column in names)
        more = len(self.flagged) - len(names)
        return (
            f"{len(self.flagged)} of {total} drifted: {listed}{f' and {more} more' * bool(more)}."
        )

    def worst(self, count: int) -> tuple[ColumnDrift, ...]:
        """The columns that drifted furthest beyond their threshold."""
        flagged = [column for column in self.columns if column.flagged]
        return tuple(sorted(flagged, key=lambda c: c.effect / c.threshold, reverse=True)[:count])


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


def dump_result(result: DriftResult) -> dict[str, Any]:
    """A result as JSON values, the verdict included."""
    verdict = {
        "flagged": list(result.flagged),
        "checked": list(result.checked),
        "sentence": result.sentence,
    }
    return verdict | asdict(result)


def load_result(value: dict[str, Any]) -> DriftResult:
    """The reverse of `dump_result`."""
    return DriftResult(
        columns=tuple(
            ColumnDrift(**(column | {"bins": tuple(Bin(**bar) for bar in column["bins"])}))
            for column in value["columns"]
        ),
        skipped=tuple(Skipped(**skip) for skip in value["skipped"]),
        rows=value["rows"],
        reference_rows=value["reference_rows"],
        min_rows=value["min_rows"],
    )
