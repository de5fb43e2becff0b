"""One small panel of the overview: a histogram, or bars with their values written on them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from tools.cards import number, percent
from tools.ml.lettering import drawn
from tools.ml.profiling import ColumnProfile, Histogram, Value
from tools.ml.style import (
    BLUE,
    FAINT,
    INK,
    MUTED,
    ORANGE,
    PALE,
    calm,
    fit,
    number_ticks,
    short_number,
    short_text,
    title,
)

EMPTY: Final = "no value"
_BARS: Final = 5
_FEW: Final = 8
_WIDTH_IN: Final = 2.05
_NOTE_IN: Final = 0.85
_LONGEST: Final = 0.8
"""How much of the width the longest bar takes, so that shares stand beside the bars."""
_DAY_S: Final = 86_400.0


def draw_panel(axes: Axes, column: ColumnProfile, *, rows: int, place: int) -> None:
    """Draw one column of a table of `rows`; `place`, from 1, stands in for names without a font."""
    share = column.missing / rows if rows else 0.0
    missing = f"{percent(share)} missing" if share >= 0.001 else "few missing" if share else ""
    name = drawn_name(column, 30) or f"column {place}"
    fit(title(axes, name, note=missing), _WIDTH_IN - (_NOTE_IN if missing else 0.0))
    if share:
        _missing_line(axes, share)
    few = few_whole(column)
    numeric = column.kind in ("integer", "number")
    if not column.distinct:
        _words(axes, EMPTY)
    elif column.kind == "text":
        _words(axes, f"{column.distinct:,} different texts")
    elif column.kind == "datetime" and not column.constant and column.histogram:
        _dates(axes, column.histogram)
    elif numeric and not few and not column.constant and column.histogram:
        _numbers(axes, column, column.histogram)
    elif few:
        _columns(axes, column)
    else:
        _bars(axes, column, present=rows - column.missing)


def _words(axes: Axes, words: str) -> None:
    axes.set_axis_off()
    axes.text(0.5, 0.5, words, ha="center", va="center", color=MUTED, fontsize=8.5)


def _missing_line(axes: Axes, share: float) -> None:
    for length, color in ((1.0, FAINT), (share, ORANGE)):
        line = Line2D([0, length], [1.03, 1.03], color=color, linewidth=2.2)
        line.set(transform=axes.transAxes, clip_on=False, solid_capstyle="butt")
        axes.add_line(line)


def _numbers(axes: Axes, column: ColumnProfile, whole: Histogram) -> None:
    shown = column.central or whole
    _histogram(axes, shown)
    if column.quantiles:
        axes.axvline(column.quantiles[3], color=ORANGE, linewidth=1.4)
    number_ticks(axes.xaxis, count=3)
    beyond = sum(whole.counts) - sum(shown.counts)
    if beyond:
        axes.text(
            0.99,
            0.9,
            f"{beyond:,} further out",
            transform=axes.transAxes,
            ha="right",
            fontsize=7.5,
            color=MUTED,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
        )


def _dates(axes: Axes, shown: Histogram) -> None:
    _histogram(axes, shown)
    ends = shown.edges[0], shown.edges[-1]
    if not all(map(math.isfinite, ends)):
        axes.set_xticks([])
        return
    axes.set_xticks(ends, [_moment(end, ends[1] - ends[0]) for end in ends])
    labels = axes.get_xticklabels()
    labels[0].set_horizontalalignment("left")
    labels[-1].set_horizontalalignment("right")


def _moment(seconds: float, span: float) -> str:
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return ""
    return f"{moment:%Y-%m-%d}" if span >= 2 * _DAY_S else f"{moment:%d %b %H:%M}"


def _histogram(axes: Axes, shown: Histogram) -> None:
    widths = [right - left for left, right in pairwise(shown.edges)]
    axes.bar(
        shown.edges[:-1],
        shown.counts,
        width=[width * 0.92 if width else 1.0 for width in widths],
        align="edge",
        color=BLUE,
    )
    axes.margins(x=0.02)
    _no_heights(axes)


def _no_heights(axes: Axes) -> None:
    calm(axes, grid="none")
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)


def _columns(axes: Axes, column: ColumnProfile) -> None:
    """Upright bars of a few whole numbers, in their order."""
    top = sorted(column.top[:_FEW], key=lambda item: float(item[0]))
    counts = [count for _, count in top]
    places = range(len(top))
    axes.bar(places, counts, color=BLUE, width=0.78)
    axes.set_xticks(places, [short_number(float(value)) for value, _ in top])
    _no_heights(axes)
    for place, count in zip(places, counts, strict=True):
        axes.annotate(
            _share(count, sum(counts)),
            (place, count),
            xytext=(0, 2),
            textcoords="offset points",
            ha="center",
            fontsize=7.5,
            color=INK,
        )
    room = max(0, 4 - len(top))
    axes.set_xlim(-0.6 - room / 2, len(top) - 0.4 + room / 2)
    axes.margins(y=0.14)


def _bars(axes: Axes, column: ColumnProfile, *, present: int) -> None:
    """Lying bars with the value written on each, so that long values need no room beside them."""
    top = column.top[: _BARS + (column.distinct == _BARS + 1)]
    bars = [(_label(value, place), count) for place, (value, count) in enumerate(top, 1)]
    rest = present - sum(count for _, count in bars)
    if rest > 0:
        bars.append((f"{max(1, column.distinct - len(top)):,} others", rest))
    _lying(axes, bars, present=present, last_is_rest=rest > 0)


def _lying(
    axes: Axes, bars: Sequence[tuple[str, int]], *, present: int, last_is_rest: bool
) -> None:
    places = range(len(bars))
    colors = [PALE] * len(bars)
    if last_is_rest:
        colors[-1] = FAINT
    axes.barh(places, [count for _, count in bars], color=colors, height=0.82)
    at_left: Any = axes.get_yaxis_transform()
    for place, (label, count) in enumerate(bars):
        words = axes.text(0.02, place, label, transform=at_left, va="center", fontsize=8, color=INK)
        fit(words, _WIDTH_IN * _LONGEST)
        share = _share(count, present)
        axes.text(
            0.99, place, share, transform=at_left, va="center", ha="right", fontsize=8, color=MUTED
        )
    axes.set_axis_off()
    axes.set_xlim(0, max(1, *(count for _, count in bars)) / _LONGEST)
    axes.set_ylim(max(4, len(bars)) - 0.5, -0.5)


def _share(count: int, whole: int) -> str:
    share = count / max(1, whole)
    return percent(share) if share >= 0.001 else f"{count:,}"


def few_whole(column: ColumnProfile) -> bool:
    """Whether these are a few whole numbers, each worth a bar of its own."""
    return column.kind == "integer" and 1 < column.distinct <= _FEW


def drawn_name(column: ColumnProfile, limit: int) -> str:
    """The name as far as it can be drawn, cut to `limit` characters; empty if it cannot be."""
    return drawn(short_text(column.name, limit), "")


def value_text(value: Value) -> str:
    """A value as people write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else number(value)


def _label(value: Value, place: int) -> str:
    return drawn(short_text(value_text(value), 30), f"value {place}") or "blank"
