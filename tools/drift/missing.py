"""Missing rate: whether more, or fewer, rows come without a usable value."""

from __future__ import annotations

from tools.drift.measure import Measure
from tools.drift.significance import more_often
from tools.summaries.cells import NumericCounts
from tools.summaries.summary import ColumnCounts, ColumnSummary


def missing(reference: ColumnSummary, current: ColumnCounts) -> Measure | None:
    """Difference of the shares of null, NaN and infinite values; the effect is its size."""
    before, now = unusable(reference.counts), unusable(current)
    n, m = reference.counts.rows, current.rows
    if not n or not m or not before + now:
        return None
    change = now / m - before / n
    one_sided = more_often(now, m, before, n) if change > 0 else more_often(before, n, now, m)
    return Measure(change, abs(change), min(2 * one_sided, 1.0))


def unusable(counts: ColumnCounts) -> int:
    """Rows without a usable value."""
    if isinstance(counts, NumericCounts):
        return counts.rows - counts.finite
    return counts.missing
