"""What happened to a column, in words."""

from __future__ import annotations

import math
from typing import cast

import numpy as np

from tools.drift.measure import by_value, few_values
from tools.drift.missing import unusable
from tools.summaries.cells import NumericCounts, quantile
from tools.summaries.columns import Kind
from tools.summaries.levels import CategoryCounts
from tools.summaries.summary import CategorySummary, ColumnCounts, ColumnSummary, NumericSummary

_LONGEST = 24
_TEN_DAYS = 10 * 86_400 * 1e6  # µs


def reason(method: str, reference: ColumnSummary, current: ColumnCounts) -> str:
    """One sentence on what a method found, with the numbers of both sides."""
    if method == "missing":
        return _missing(reference, current)
    if isinstance(reference, CategorySummary):
        counts = cast("CategoryCounts", current)
        return _new(counts) if method == "new_categories" else _shares_moved(reference, counts)
    numbers = cast("NumericCounts", current)
    if few_values(reference):
        return _values_moved(reference, numbers)
    if method == "wasserstein":
        return _far_out(reference, numbers)
    return _moved(reference, numbers)


def as_text(value: float, kind: Kind, *, spread: float = 0.0) -> str:
    """A column's value as people write it, to about a hundredth of the column's spread."""
    if kind == "truth" and value in (0, 1):
        return "true" if value else "false"
    if kind == "datetime":
        unit = "D" if spread > _TEN_DAYS else "m"
        return str(np.datetime64(int(value), "us").astype(f"datetime64[{unit}]")).replace("T", " ")
    if 1e-4 < spread < 1e15 and not float(value).is_integer():
        return f"{value:z,.{max(2 - math.floor(math.log10(spread)), 0)}f}"
    whole = float(value).is_integer() or abs(value) >= 1e4
    return f"{value:,.0f}" if whole and abs(value) < 1e15 else f"{value:.4g}"


def percent(share: float) -> str:
    """A share of rows."""
    return "under 0.1%" if 0 < share < 0.0005 else f"{share:.1%}"


def _missing(reference: ColumnSummary, current: ColumnCounts) -> str:
    before = unusable(reference.counts) / reference.counts.rows
    now = unusable(current) / current.rows
    way = "More" if now > before else "Fewer"
    return f"{way} values are missing: {percent(before)} → {percent(now)}."


def _new(current: CategoryCounts) -> str:
    share = current.other / (current.rows - current.missing)
    names = ", ".join(_quoted(value) for value, _ in current.examples[:3])
    more = " …" if len(current.examples) > 3 else ""
    return f"{percent(share)} of values are new: {names}{more}."


def _shares_moved(reference: CategorySummary, current: CategoryCounts) -> str:
    labels = [*map(_quoted, reference.values), "others"]
    before = [*reference.counts.kept, reference.counts.other]
    return _largest_changes(labels, before, [*current.kept, current.other])


def _values_moved(reference: NumericSummary, current: NumericCounts) -> str:
    labels = [*(as_text(edge, reference.kind) for edge in reference.edges), "others"]
    before, now = by_value(reference.counts.cells), by_value(current.cells)
    return _largest_changes(labels, before.tolist(), now.tolist())


def _largest_changes(labels: list[str], before: list[int], now: list[int]) -> str:
    """The two values, out of those known (the last label is not), whose shares changed most."""
    first, second = np.array(before) / max(sum(before), 1), np.array(now) / max(sum(now), 1)
    change = np.abs(second - first)
    change[-1] *= first[-1] > 0  # what is new has a sentence of its own
    most = np.argsort(-change, kind="stable")[:2]
    changes = [f"{labels[i]} {percent(first[i])} → {percent(second[i])}" for i in most]
    return f"Shares moved: {', '.join(changes)}."


def _moved(reference: NumericSummary, current: NumericCounts) -> str:
    old = [quantile(share, reference.counts, reference.edges) for share in (0.25, 0.5, 0.75)]
    new = [quantile(share, current, reference.edges) for share in (0.25, 0.5, 0.75)]
    spread, now = old[2] - old[0], new[2] - new[0]
    step = new[1] - old[1]
    if abs(step) > 0.05 * spread:
        before = as_text(old[1], reference.kind, spread=spread)
        ways = ("Later", "Earlier") if reference.kind == "datetime" else ("Higher", "Lower")
        after = _median(reference, current, spread)
        return f"{ways[step < 0]} values: median {before} → {after}."
    if reference.kind != "datetime" and abs(now - spread) > 0.1 * spread:
        way = "More" if now > spread else "Less"
        return f"{way} spread out: the middle half spans {spread:.3g} → {now:.3g}."
    middle = as_text(new[1], reference.kind, spread=spread)
    return f"Spread differently around a median of {middle}."


def _median(reference: NumericSummary, current: NumericCounts, spread: float) -> str:
    """The median of the current data; outside the reference's range there is only a bound."""
    kind = reference.kind
    if 2 * current.cells[0] > current.finite:
        return f"below {as_text(reference.edges[0], kind, spread=spread)}"
    if 2 * current.cells[-1] > current.finite:
        return f"above {as_text(reference.edges[-1], kind, spread=spread)}"
    return as_text(quantile(0.5, current, reference.edges), kind, spread=spread)


def _far_out(reference: NumericSummary, current: NumericCounts) -> str:
    outside = (current.cells[0] + current.cells[-1]) / current.finite
    extreme = [
        as_text(cast("float", v), reference.kind) for v in (current.minimum, current.maximum)
    ]
    if not outside:
        return f"The extremes moved: values now lie between {extreme[0]} and {extreme[1]}."
    return (
        f"Few but far: {percent(outside)} of values lie outside the reference's range, "
        f"between {extreme[0]} and {extreme[1]}."
    )


def _quoted(value: str) -> str:
    line = " ".join(value.split())
    return f"“{line if len(line) <= _LONGEST else line[: _LONGEST - 1] + '…'}”"
