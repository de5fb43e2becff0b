"""Histograms and bars as inline drawings that take their colours from the page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tools.ml.profiling import ColumnProfile, Histogram
from tools.ml.report_page.markup import Content, Markup, tag
from tools.ml.report_page.pieces import line, scrolled, small, table
from tools.ml.report_page.words import figure

_WIDTH: Final = 300
_HEIGHT: Final = 90
_DAY_S: Final = 86_400.0
VIEW: Final = f"0 0 {_WIDTH} {_HEIGHT}"


def histogram(column: ColumnProfile, place: int) -> Markup:
    """The histogram of a column, its ends below, the median as a line; empty if it has none.

    Where a few values stretch the range it shows the others, and counts those left out.
    """
    whole = column.histogram
    if whole is None or column.constant:
        return Markup()
    shown = column.central or whole
    low, high = _ends(shown, dates=column.kind == "datetime", unit=column.unit)
    told = f"Histogram from {low} to {high}; most rows in a bar: {max(shown.counts):,}."
    beyond = sum(whole.counts) - sum(shown.counts)
    return tag(
        "figure",
        tag(
            "svg",
            tag("title", told),
            tag("path", d=_bars(shown), id=f"h{place}", class_="bars"),
            _median(column, shown),
            viewBox=VIEW,
            preserveAspectRatio="none",
            role="img",
        ),
        tag("figcaption", tag("span", low), tag("span", high)),
        small(f"{beyond:,} further out, not drawn.") if beyond else None,
    )


def sketch(column: ColumnProfile, place: int) -> Markup:
    """The same histogram again, small, for a line of a table."""
    if column.histogram is None or column.constant:
        return Markup()
    return tag(
        "svg",
        tag("use", href=f"#h{place}"),
        viewBox=VIEW,
        preserveAspectRatio="none",
        aria_hidden="true",
        class_="sketch",
    )


def bar(share: float, *content: Content, kind: str = "") -> Markup:
    """Content with a bar behind it, `share` (0 to 1) of the width."""
    width = f"--w:{100 * min(1.0, max(0.0, share)):.4g}%"
    return tag("span", *content, class_=f"bar {kind}".strip(), style=width)


def counts(column: ColumnProfile) -> Markup:
    """The histogram as a table, folded away."""
    shown = column.central or column.histogram
    if shown is None or column.constant:
        return Markup()
    dates = column.kind == "datetime"
    inner = _inner(shown)
    lines = [
        line(_edge(low + inner, dates=dates), _edge(high - inner, dates=dates), count)
        for low, high, count in zip(shown.edges, shown.edges[1:], shown.counts, strict=False)
    ]
    numbers = table(("From", "To", "Rows"), lines, class_="numbers")
    return tag("details", tag("summary", "Bars in numbers"), scrolled("Bars in numbers", numbers))


def _bars(shown: Histogram) -> str:
    """One path for all bars: light, and it can be drawn again elsewhere."""
    low, high = shown.edges[0], shown.edges[-1]
    span, top = high - low or 1.0, max(*shown.counts, 1)
    parts = []
    for left, right, count in zip(shown.edges, shown.edges[1:], shown.counts, strict=False):
        if count:
            x, width = _WIDTH * ((left - low) / span), _WIDTH * ((right - left) / span)
            height = max(1.0, _HEIGHT * count / top)
            parts.append(f"M{x:.4g} {_HEIGHT}v-{height:.3g}h{0.92 * width:.3g}v{height:.3g}z")
    return "".join(parts)


def _median(column: ColumnProfile, shown: Histogram) -> Markup:
    low, high = shown.edges[0], shown.edges[-1]
    middle = column.quantiles[3] if column.quantiles else None
    if middle is None or not low <= middle <= high or high == low:
        return Markup()
    x = f"{_WIDTH * (middle - low) / (high - low):.4g}"
    return tag("line", x1=x, x2=x, y1=0, y2=_HEIGHT, class_="median")


def _inner(shown: Histogram) -> float:
    """How far the values of a bar are inside of its edges: a bar per whole number is around it."""
    first, second = shown.edges[:2]
    return 0.5 if second - first == 1 and first % 1 == 0.5 else 0.0


def _ends(shown: Histogram, *, dates: bool, unit: str) -> tuple[str, str]:
    inner = _inner(shown)
    low, high = shown.edges[0] + inner, shown.edges[-1] - inner
    if not dates:
        return figure(low, unit), figure(high, unit)
    clock = high - low < 2 * _DAY_S
    return _edge(low, dates=True, clock=clock), _edge(high, dates=True, clock=clock)


def _edge(value: float, *, dates: bool, clock: bool = True) -> str:
    if not dates:
        return figure(value)
    try:
        moment = datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        return figure(value)
    return f"{moment:%Y-%m-%d %H:%M}" if clock else f"{moment:%Y-%m-%d}"
