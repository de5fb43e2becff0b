"""New categories: whether more rows hold unseen values than always do."""

from __future__ import annotations

from tools.drift.measure import Measure, category_sides
from tools.drift.significance import more_often
from tools.summaries.summary import ColumnCounts, ColumnSummary


def new_categories(reference: ColumnSummary, current: ColumnCounts) -> Measure | None:
    """Share of the rows whose value the reference does not know, less the share to be expected.

    To be expected is the share of rows whose value occurs once in the reference: each of them would
    be new to the rest (Good, Biometrika 40, 1953, p. 237). Nothing is said unless the reference
    keeps all of its values.

    That estimate varies more than a share does, by (f₁ + 2 f₂) / f₁ with f₁ values seen once and f₂
    seen twice; the reference counts for so many rows fewer.
    """
    sides = category_sides(reference, current)
    if sides is None or not sides[0].complete:
        return None
    summary, counts = sides
    present, reference_present = counts.rows - counts.missing, sum(summary.counts.kept)
    once, twice = summary.counts.kept.count(1), summary.counts.kept.count(2)
    share, expected = counts.other / present, once / reference_present
    worth = once / (once + 2 * twice) if once else 1.0
    chance = more_often(
        counts.other, present, round(once * worth), round(reference_present * worth)
    )
    return Measure(share, max(share - expected, 0.0), chance)
