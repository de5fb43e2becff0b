"""A table in one calm picture: one small panel per column that is worth looking at."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from tools.ml.profiling import ColumnProfile, Profile
from tools.ml.style import (
    BLUE,
    FAINT,
    GREY,
    INK,
    MUTED,
    ORANGE,
    calm,
    new_figure,
    number_ticks,
    short_text,
    title,
    to_png,
)

MOST_PANELS: Final = 12
_BARS: Final = 5
_BINS: Final = 24


def overview_figure(table: pd.DataFrame, profile: Profile) -> bytes:
    """Small multiples as PNG: histograms of numbers and dates, bars of categories.

    Up to twelve columns, identifiers and free text only if there is nothing else. The share
    of missing values stands beside each name, as text and as a thin line. A histogram leaves
    out values far beyond the central 98 %, and says so.
    """
    shown, left = _panels(profile)
    cols = min(4, max(2, math.ceil(math.sqrt(len(shown)))))
    rows = max(1, math.ceil(len(shown) / cols))
    figure, axes = new_figure(rows, cols, width=2.75 * cols, height=1.85 * rows + 0.3)
    for panel, column in zip(axes, shown, strict=False):
        _draw(panel, table[column.name], column, profile.rows)
    for panel in axes[len(shown) :]:
        panel.set_axis_off()
    figure.supxlabel(_caption(shown, left), fontsize=8, color=MUTED, x=0.01, ha="left")
    return to_png(figure)


def _caption(shown: list[ColumnProfile], left: list[ColumnProfile]) -> str:
    parts = []
    if any(column.kind in ("integer", "number") and column.distinct > 8 for column in shown):
        parts.append("Orange line: median.")
    if left:
        names = ", ".join(short_text(column.name, 18) for column in left[:6])
        more = f" and {len(left) - 6} more" if len(left) > 6 else ""
        parts.append(f"Not drawn: {names}{more}.")
    return " ".join(parts)


def overview_alt(profile: Profile) -> str:
    """The picture in words, for those who cannot see it."""
    shown, _ = _panels(profile)
    names = ", ".join(short_text(column.name, 30) for column in shown)
    columns = "1 column" if len(shown) == 1 else f"{len(shown)} columns"
    rows = "1 row" if profile.rows == 1 else f"{profile.rows:,} rows"
    return f"Distribution of {columns} ({names}) over {rows}."


def _panels(profile: Profile) -> tuple[list[ColumnProfile], list[ColumnProfile]]:
    worth = [c for c in profile.columns if c.distinct and not c.id_like and c.kind != "text"]
    shown = worth or list(profile.columns)
    if len(shown) > MOST_PANELS:
        # Of too many, what people may want to predict comes first, the rest as in the table.
        likely = [target.column for target in profile.targets[:1]]
        shown = sorted(shown, key=lambda column: column.name not in likely)[:MOST_PANELS]
    return shown, [column for column in profile.columns if column not in shown]


def _draw(axes: Axes, values: pd.Series[Any], column: ColumnProfile, rows: int) -> None:
    share = column.missing / rows if rows else 0.0
    missing = f"{share:.0%} missing" if share >= 0.005 else "<1% missing" if share else ""
    title(axes, short_text(column.name, 24 if not missing else 16), note=missing)
    if share:
        _missing_line(axes, share)
    few = column.kind == "integer" and column.distinct <= 8
    if column.kind == "datetime":
        _dates(axes, values)
    elif column.kind in ("integer", "number") and not few and column.distinct > 1:
        _numbers(axes, values, column)
    elif column.kind == "text" or column.distinct == 0:
        axes.set_axis_off()
        words = f"{column.distinct:,} different values" if column.distinct else "no value"
        axes.text(0.5, 0.5, words, ha="center", va="center", color=MUTED, fontsize=8)
    else:
        _bars(axes, values, column, in_order=few)


def _missing_line(axes: Axes, share: float) -> None:
    for length, color in ((1.0, FAINT), (share, ORANGE)):
        line = Line2D([0, length], [1.03, 1.03], color=color, linewidth=2.2)
        line.set(transform=axes.transAxes, clip_on=False, solid_capstyle="butt")
        axes.add_line(line)


def _numbers(axes: Axes, values: pd.Series[Any], column: ColumnProfile) -> None:
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    numbers = numbers[np.isfinite(numbers)]
    low, high = _central_range(column)
    inside = numbers[(numbers >= low) & (numbers <= high)]
    beyond = len(numbers) - len(inside)
    axes.hist(inside, bins=_edges(low, high, inside), color=BLUE, rwidth=0.92)
    middle = column.quantiles[3]
    axes.axvline(middle, color=ORANGE, linewidth=1.2)
    _no_heights(axes)
    axes.margins(x=0.02)
    number_ticks(axes.xaxis, count=4)
    if beyond:
        axes.text(
            0.99,
            0.9,
            f"{beyond:,} further out",
            transform=axes.transAxes,
            ha="right",
            fontsize=7,
            color=MUTED,
        )


def _central_range(column: ColumnProfile) -> tuple[float, float]:
    """All of the values, or about the central 98 % where a few lie far outside."""
    low, high = float(column.low or 0.0), float(column.high or 0.0)
    first, last = column.quantiles[0], column.quantiles[-1]
    width = last - first
    if width > 0 and high - low > 1.6 * width:
        low, high = max(low, first - 0.15 * width), min(high, last + 0.15 * width)
    return low, high


def _edges(low: float, high: float, inside: Any) -> Any:
    """Even bins; one per whole number where nearly all values are whole and close together."""
    whole = len(inside) and float((np.mod(inside, 1) == 0).mean()) > 0.9
    if whole and high - low < 2 * _BINS:
        return np.arange(math.floor(low) - 0.5, math.ceil(high) + 1)
    return np.linspace(low, high if high > low else low + 1, _BINS + 1)


def _dates(axes: Axes, values: pd.Series[Any]) -> None:
    present = values.dropna()
    axes.hist(present.to_numpy(), bins=_BINS, color=BLUE, rwidth=0.92)
    _no_heights(axes)
    low, high = present.min(), present.max()
    axes.set_xticks([low, high], [_day(low), _day(high)])
    labels = axes.get_xticklabels()
    labels[0].set_horizontalalignment("left")
    labels[-1].set_horizontalalignment("right")


def _no_heights(axes: Axes) -> None:
    calm(axes, grid="none")
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)


def _day(moment: pd.Timestamp) -> str:
    return str(moment.date())


def _bars(axes: Axes, values: pd.Series[Any], column: ColumnProfile, *, in_order: bool) -> None:
    top = list(column.top[: 8 if in_order else _BARS])
    if in_order:
        top.sort(key=lambda item: item[0])
    present = int(values.count())
    rest = present - sum(count for _, count in top)
    labels = [_label(value) for value, _ in top]
    counts = [count for _, count in top]
    colors = [BLUE] * len(top)
    if rest:
        labels.append(f"{column.distinct - len(top)} others")
        counts.append(rest)
        colors.append(GREY)
    if in_order:
        _columns(axes, labels, counts, colors)
        return
    places = range(len(labels))
    axes.barh(places, counts, color=colors, height=0.72)
    axes.set_yticks(places, labels)
    axes.set_xticks([])
    calm(axes, grid="none")
    axes.spines["bottom"].set_visible(False)
    for place, count in zip(places, counts, strict=True):
        _share(axes, count / present, (count, place), (3, 0), va="center")
    axes.margins(x=0.16)
    axes.set_xlim(left=0)
    room = max(0, 4 - len(labels))
    axes.set_ylim(len(labels) - 0.5 + room / 2, -0.5 - room / 2)


def _columns(axes: Axes, labels: list[str], counts: list[int], colors: list[str]) -> None:
    """Upright bars in the order of their values."""
    places = range(len(labels))
    axes.bar(places, counts, color=colors, width=0.75)
    axes.set_xticks(places, labels)
    _no_heights(axes)
    for place, count in zip(places, counts, strict=True):
        _share(axes, count / sum(counts), (place, count), (0, 2), ha="center")
    room = max(0, 4 - len(labels))
    axes.set_xlim(-0.6 - room / 2, len(labels) - 0.4 + room / 2)
    axes.margins(y=0.12)


def _share(
    axes: Axes, share: float, at: tuple[float, float], off: tuple[int, int], **align: Any
) -> None:
    axes.annotate(
        f"{share:.0%}" if share >= 0.005 else "<1%",
        at,
        xytext=off,
        textcoords="offset points",
        fontsize=7,
        color=INK,
        **align,
    )


def _label(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return short_text(value, 14)
