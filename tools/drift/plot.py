"""Draws a drift result: the columns that drifted furthest, reference against current."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from textwrap import fill
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from tools.drift.result import Bin, ColumnDrift, DriftResult
from tools.drift.wording import percent
from tools.ml.style import INK, MUTED, ORANGE, calm, new_figure, number_ticks, short_text, to_png

PANELS: Final = 6
_REFERENCE: Final = "#CBD2DE"
_WIDTH: Final = 3.7
_HEIGHT: Final = 2.6
_WORTH_DRAWING: Final = 0.012  # of all rows, beyond an axis that leaves out half as much
_LEAST_BARS: Final = 5  # two bars should not be slabs


def drift_figure(result: DriftResult) -> bytes:
    """A PNG of the (at most six) columns furthest beyond their threshold.

    If nothing drifted, of the three that came closest, so that there is something to see.
    """
    columns = _shown(result)
    across = 2 if len(columns) == 4 else max(min(len(columns), 3), 1)
    down = max(ceil(len(columns) / across), 1)
    width = _WIDTH * max(across, 2)
    figure, panels = new_figure(down, across, width=width, height=_HEIGHT * down + 0.8)
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.set(h_pad=0.1, w_pad=0.1)  # type: ignore[call-arg]  # the constrained one takes them
    figure.suptitle(
        short_text(result.sentence, 24 * across + 30),
        x=0.012,
        ha="left",
        fontsize=12,
        fontweight="bold",
        color=INK,
    )
    figure.legend(
        handles=[
            Patch(color=_REFERENCE, label=f"reference, {result.reference_rows:,} rows"),
            Line2D([], [], color=ORANGE, lw=2, label=f"current, {result.rows:,} rows"),
        ],
        loc="outside lower left",
        ncols=2,
        frameon=False,
        fontsize=8.5,
        labelcolor=MUTED,
    )
    words = [fill(short_text(column.reason, 100), 54) for column in columns]
    lines = max((text.count("\n") + 1 for text in words), default=1)
    for axes, column, text in zip(panels, columns, words, strict=False):
        _name(axes, column.name, text, lines)
        _draw(axes, column)
    for axes in panels[len(columns) :]:
        axes.set_axis_off()
    return to_png(figure)


def _shown(result: DriftResult) -> Sequence[ColumnDrift]:
    drawable = [column for column in result.columns if column.bins]
    drawable.sort(key=lambda column: column.effect / column.threshold, reverse=True)
    return [column for column in drawable if column.flagged][:PANELS] or drawable[:3]


def _name(axes: Axes, name: str, words: str, lines: int) -> None:
    """A panel's name and, under it, room for `lines` of words on what happened."""
    axes.set_title(
        short_text(name, 34),
        loc="left",
        fontsize=10,
        fontweight="bold",
        color=INK,
        pad=13 + 10 * lines,
    )
    axes.annotate(
        words,
        (0, 1),
        xytext=(0, 9 + 10 * lines),
        xycoords="axes fraction",
        textcoords="offset points",
        va="top",
        fontsize=7.5,
        linespacing=1.25,
        color=MUTED,
    )


def _draw(axes: Axes, column: ColumnDrift) -> None:
    ranges = [bar for bar in column.bins if (bar.left, bar.right) != (None, None)]
    if column.method == "missing":
        _draw_values(axes, _missing_or_not(column.bins))
    elif ranges:
        _draw_ranges(axes, ranges, is_date=column.kind == "datetime")
    else:
        _draw_values(axes, column.bins)


def _missing_or_not(bins: Sequence[Bin]) -> list[Bin]:
    gone = [bar for bar in bins if bar.label == "missing"]
    before, now = (sum(getattr(bar, side) for bar in gone) for side in ("reference", "current"))
    return [*gone, Bin("present", None, None, 1 - before, 1 - now)]


def _draw_values(axes: Axes, bins: Sequence[Bin]) -> None:
    """A wide bar for the reference, a slim one in it for the current share, and both in words."""
    places = np.arange(len(bins))
    axes.barh(places, [bar.reference for bar in bins], height=0.74, color=_REFERENCE)
    axes.barh(places, [bar.current for bar in bins], height=0.26, color=ORANGE)
    longest = max(max(bar.reference, bar.current) for bar in bins) or 1.0
    for place, bar in enumerate(bins):
        end = max(bar.reference, bar.current) + 0.025 * longest
        words = f"{percent(bar.reference)} → {percent(bar.current)}"
        axes.text(end, place, words, va="center", fontsize=7.5, color=MUTED)
    axes.set_yticks(places, [short_text(bar.label, 16) for bar in bins])
    axes.tick_params(axis="y", labelcolor=INK)
    axes.set_ylim(max(len(bins), _LEAST_BARS) - 0.4, -0.6)
    axes.set_xlim(0, longest * 1.45)
    axes.set_xticks([])
    axes.spines[["left", "bottom"]].set_visible(False)
    calm(axes, grid="none")


def _draw_ranges(axes: Axes, bins: Sequence[Bin], *, is_date: bool) -> None:
    """Reference as a filled silhouette, current as a line; open ends stand apart."""
    closed = [(b.left, b.right, b) for b in bins if b.left is not None and b.right is not None]
    step = (closed[-1][1] - closed[0][0]) / len(closed)
    _silhouette(axes, [(left, right) for left, right, _ in closed], [bar for *_, bar in closed])
    top = 1.12 * max(max(bar.reference, bar.current) for *_, bar in closed)
    for bar in bins:
        if bar.left is None and bar.right is not None:
            _open_end(axes, bar, bar.right - 2 * step, step, top=top)
        elif bar.right is None and bar.left is not None:
            _open_end(axes, bar, bar.left + step, step, top=top)
    axes.set_ylim(0, top)
    axes.set_yticks([])
    calm(axes)
    if is_date:
        axes.xaxis.set_major_locator(MaxNLocator(nbins=3))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _day(value)))
    else:
        number_ticks(axes.xaxis, count=5)


def _silhouette(axes: Axes, spans: Sequence[tuple[float, float]], bins: Sequence[Bin]) -> None:
    edges = [*(left for left, _ in spans), spans[-1][1]]
    axes.stairs([bar.reference for bar in bins], edges, fill=True, color=_REFERENCE)
    axes.stairs([bar.current for bar in bins], edges, color=ORANGE, lw=1.8, baseline=None)


def _open_end(axes: Axes, bar: Bin, left: float, step: float, *, top: float) -> None:
    """Everything beyond the axis, as one bar that may be cut off."""
    if max(bar.reference, bar.current) < _WORTH_DRAWING:
        return
    axes.stairs([bar.reference], [left, left + step], fill=True, color=_REFERENCE)
    axes.stairs([bar.current], [left, left + step], color=ORANGE, lw=1.8, baseline=0)
    axes.annotate(
        f"{bar.label.split()[0]}\n{percent(bar.current)}",
        (left + step / 2, min(max(bar.reference, bar.current), top)),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        fontsize=7,
        color=MUTED,
        annotation_clip=False,
    )


def _day(microseconds: float) -> str:
    return str(np.datetime64(int(microseconds), "us").astype("datetime64[D]"))
