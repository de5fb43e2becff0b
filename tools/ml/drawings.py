"""Draws each kind of chart, and says in words what it shows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tools.errors import BadRequest
from tools.ml.chart_parts import (
    HEAT,
    OTHER,
    SHADES,
    axis_labels,
    canvas,
    central_range,
    colour_scale,
    even_bins,
    floats,
    group_color,
    groups_of,
    heading,
    legend,
    median_line,
    plottable,
    value_ticks,
)
from tools.ml.chart_words import (
    bars_in_words,
    groups_in_words,
    relation_in_words,
    spread_in_words,
    unseen_in_words,
)
from tools.ml.profiling import kind_of
from tools.ml.style import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    calm,
    number_ticks,
    short_number,
    short_text,
    title,
)

_MOST_POINTS: Final = 5_000
_MOST_BARS: Final = 15


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure, its name in words, and what it shows in one sentence."""

    figure: Figure
    alt: str
    sentence: str


def draw_histogram(table: pd.DataFrame, x: str, color: str | None) -> Picture:
    """How the values of a number or date column are spread, by group if there is one."""
    part = table[[x] if color is None else [x, color]].dropna(subset=[x])
    values = part[x]
    figure, axes = canvas()
    dates = kind_of(values) == "datetime"
    numbers = values.to_numpy("datetime64[us]").astype("int64") / 1e6 if dates else floats(values)
    low, high = central_range(numbers)
    inside = (numbers >= low) & (numbers <= high)
    edges = even_bins(numbers[inside], low, high)
    if color is None:
        axes.hist(numbers[inside], bins=edges, color=BLUE, rwidth=0.94)
        if not dates:
            median_line(axes, float(np.median(numbers)))
    else:
        groups = groups_of(part[color])
        for place, name in enumerate(groups.cat.categories):
            mine = numbers[inside & (groups == name).to_numpy()]
            style: dict[str, Any] = {"bins": edges, "color": group_color(place, name)}
            axes.hist(mine, **style, alpha=0.25, density=True)
            axes.hist(mine, **style, histtype="step", linewidth=1.6, density=True, label=name)
        legend(axes, color)
    calm(axes)
    axis_labels(axes, x, "rows" if color is None else "share of each group")
    value_ticks(axes, values, dates=dates)
    number_ticks(axes.yaxis)
    beyond = len(numbers) - int(inside.sum())
    if color is not None:
        axes.set_yticks([])
    title(axes, heading(x, None, color), note=f"{beyond:,} further out" if beyond else "")
    if color is None or dates:
        told = spread_in_words(x, values)
    else:
        told = groups_in_words(x, color, _medians(numbers, groups_of(part[color])))
    return Picture(
        figure, f"Histogram of {heading(x, None, color)}", told + unseen_in_words(table, len(part))
    )


def _medians(numbers: Any, groups: Any) -> dict[str, float]:
    """The median of each group that has values."""
    found = {name: numbers[(groups == name).to_numpy()] for name in groups.cat.categories}
    return {name: float(np.median(mine)) for name, mine in found.items() if len(mine)}


def draw_bars(table: pd.DataFrame, x: str, y: str | None, color: str | None) -> Picture:
    """Rows per value, or the mean of `y` per value; stacked by group if there is one."""
    full = table.dropna(subset=[x] if y is None else [x, y])
    if y is None and len(full) > _MOST_BARS and full[x].is_unique:
        raise BadRequest(
            f"Every value of “{x}” is different, so there is nothing to count.",
            "Pick a column whose values come back.",
        )
    groups = groups_of(full[x], most=_MOST_BARS)
    rare = (groups == OTHER).to_numpy()
    part, groups = full[~rare], groups[~rare].cat.remove_unused_categories()
    names = list(groups.cat.categories)
    figure, axes = canvas(height=max(2.6, 0.34 * len(names) + 1.3))
    places = np.arange(len(names))
    if y is not None:
        lengths = part[y].groupby(groups, observed=False).mean().to_numpy(float)
        axes.barh(places, lengths, color=BLUE, height=0.72)
        label = f"mean of {y}"
    elif color is not None:
        lengths = _stacked(axes, part, groups, color)
        label = "rows"
    else:
        lengths = groups.value_counts(sort=False).to_numpy(float)
        axes.barh(places, lengths, color=BLUE, height=0.72)
        label = "rows"
    axes.set_yticks(places, [short_text(name, 24) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    for place, length in zip(places, lengths, strict=True):
        text = short_number(length) if y is not None else f"{int(length):,}"
        axes.annotate(
            text,
            (max(length, 0), place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            color=INK,
        )
    axes.margins(x=0.12)
    calm(axes, grid="x")
    axes.spines["bottom"].set_visible(False)
    number_ticks(axes.xaxis)
    axis_labels(axes, label, "")
    note = f"{int(rare.sum()):,} rows with rarer values not drawn" if rare.any() else ""
    title(axes, heading(x, None, color) if y is None else f"{label} by {x}"[:60], note=note)
    told = bars_in_words(x, y, names, lengths, rows=len(full))
    drawn = heading(x, None, color) if y is None else f"the mean of {y} by {x}"
    return Picture(figure, f"Bar chart of {drawn}", told + unseen_in_words(table, len(full)))


def _stacked(axes: Axes, part: pd.DataFrame, groups: Any, color: str) -> Any:
    inner = groups_of(part[color].astype("object").where(part[color].notna(), "no value"))
    counts = pd.crosstab(groups, inner, dropna=False)
    counts = counts.reindex(index=groups.cat.categories, columns=inner.cat.categories).fillna(0)
    left = np.zeros(len(counts))
    for place, name in enumerate(inner.cat.categories):
        width = counts[name].to_numpy(float)
        axes.barh(
            np.arange(len(counts)),
            width,
            left=left,
            height=0.72,
            color=group_color(place, name),
            label=short_text(name, 24),
            edgecolor="white",
            linewidth=0.8,
        )
        left += width
    legend(axes, color)
    return left


def draw_scatter(table: pd.DataFrame, x: str, y: str, color: str | None) -> Picture:
    """One point per row; a sample of the rows where there are many."""
    part = table.dropna(subset=[x, y])
    if not len(part):
        raise BadRequest(f"No row has both “{x}” and “{y}”.", "Pick other columns.")
    drawn = part if len(part) <= _MOST_POINTS else part.sample(_MOST_POINTS, random_state=0)
    figure, axes = canvas()
    size = float(np.clip(4000 / len(drawn), 5, 30))
    style: dict[str, Any] = {"s": size, "alpha": 0.6 if len(drawn) < 1500 else 0.35}
    style |= {"linewidths": 0}
    across, up = plottable(drawn[x]), plottable(drawn[y])
    if color is None:
        axes.scatter(across, up, color=BLUE, **style)
    elif kind_of(drawn[color]) == "number":
        shades = floats(drawn[color])
        low, high = np.nanquantile(shades, (0.02, 0.98))
        style |= {"cmap": SHADES, "vmin": low, "vmax": high}
        tones = axes.scatter(across, up, c=shades, **style)
        colour_scale(figure, axes, tones, color)
    else:
        groups = groups_of(drawn[color])
        for place, name in enumerate(groups.cat.categories):
            mine = (groups == name).to_numpy()
            axes.scatter(
                across[mine],
                up[mine],
                color=group_color(place, name),
                label=short_text(name),
                **style,
            )
        legend(axes, color)
    calm(axes, grid="both")
    axis_labels(axes, x, y)
    value_ticks(axes, part[x], dates=kind_of(part[x]) == "datetime")
    if kind_of(part[y]) != "datetime":
        number_ticks(axes.yaxis, count=5)
    sampled = f"{len(drawn):,} of {len(part):,} rows" if len(drawn) < len(part) else ""
    title(axes, heading(x, y, color), note=sampled)
    told = relation_in_words(part, x, y) + (f" {sampled} are drawn." if sampled else "")
    return Picture(
        figure, f"Scatter plot of {heading(x, y, color)}", told + unseen_in_words(table, len(part))
    )


def draw_line(table: pd.DataFrame, x: str, y: str, color: str | None) -> Picture:
    """Mean of `y` along `x`, over time or over a number, in at most 120 steps."""
    part = table.dropna(subset=[x, y])
    if not len(part) or kind_of(part[y]) == "datetime":
        raise BadRequest(f"“{y}” cannot be drawn along “{x}”.", "Pick a number column.")
    dates = kind_of(part[x]) == "datetime"
    figure, axes = canvas()
    steps = _steps(part[x], dates=dates)
    if color is None:
        means = part[y].groupby(steps).mean()
        axes.plot(means.index.to_numpy(), means.to_numpy(float), color=BLUE, linewidth=1.8)
    else:
        groups = groups_of(part[color])
        for place, name in enumerate(groups.cat.categories):
            mine = (groups == name).to_numpy()
            means = part.loc[mine, y].groupby(steps[mine]).mean()
            axes.plot(
                means.index.to_numpy(),
                means.to_numpy(float),
                color=group_color(place, name),
                linewidth=1.8,
                label=short_text(name),
            )
        legend(axes, color)
    calm(axes)
    number_ticks(axes.yaxis, count=5)
    axis_labels(axes, x, f"mean of {y}")
    if not dates:
        number_ticks(axes.xaxis, count=6)
    title(axes, heading(x, y, color))
    told = relation_in_words(part, x, y)
    return Picture(
        figure, f"Line of {heading(x, y, color)}", told + unseen_in_words(table, len(part))
    )


def _steps(values: Any, *, dates: bool) -> Any:
    """The values themselves, or the middle of even steps where there are too many."""
    if values.nunique() <= 120:
        return values
    if dates:
        seconds = (values.max() - values.min()).total_seconds() / 100
        units = ((86400, "D"), (3600, "h"), (60, "min"))
        length, unit = next(((s, u) for s, u in units if seconds >= s), (1, "s"))
        return values.dt.floor(f"{max(1, math.ceil(seconds / length))}{unit}")
    low, high = float(values.min()), float(values.max())
    width = (high - low) / 60
    return low + (np.floor((values.astype(float) - low) / width) + 0.5) * width


def draw_boxes(table: pd.DataFrame, group: str, number: str) -> Picture:
    """Quartiles of a number per value of another column; whiskers reach 1.5 quartile ranges."""
    part = table.dropna(subset=[group, number])
    if not len(part):
        raise BadRequest(f"No row has both “{group}” and “{number}”.", "Pick other columns.")
    groups = groups_of(part[group], most=_MOST_BARS)
    names = list(groups.cat.categories)
    values = [floats(part.loc[(groups == name).to_numpy(), number]) for name in names]
    figure, axes = canvas(height=max(2.6, 0.42 * len(names) + 1.4))
    boxes = axes.boxplot(
        values,
        orientation="horizontal",
        widths=0.6,
        patch_artist=True,
        showfliers=len(part) <= 3_000,
        medianprops={"color": ORANGE, "linewidth": 1.8},
        boxprops={"facecolor": "#C9D8F5", "edgecolor": BLUE},
        whiskerprops={"color": BLUE},
        capprops={"color": BLUE},
        flierprops={"marker": ".", "markersize": 4, "markeredgecolor": GREY, "alpha": 0.5},
    )
    del boxes
    axes.set_yticks(range(1, len(names) + 1), [short_text(name, 24) for name in names])
    axes.invert_yaxis()
    calm(axes, grid="x")
    number_ticks(axes.xaxis, count=6)
    axis_labels(axes, number, "")
    title(axes, f"{short_text(number, 30)} by {short_text(group, 30)}", note="orange: median")
    medians = {name: float(np.median(v)) for name, v in zip(names, values, strict=True) if len(v)}
    told = groups_in_words(number, group, medians)
    return Picture(
        figure,
        f"Box plot of {heading(number, None, group)}",
        told + unseen_in_words(table, len(part)),
    )


def draw_heatmap(table: pd.DataFrame, x: str, y: str) -> Picture:
    """Rows per pair of values, as a share of the column's total."""
    part = table.dropna(subset=[x, y])
    if not len(part):
        raise BadRequest(f"No row has both “{x}” and “{y}”.", "Pick other columns.")
    across, down = groups_of(part[x], most=10), groups_of(part[y], most=10)
    counts = pd.crosstab(down, across, dropna=False)
    counts = counts.reindex(index=down.cat.categories, columns=across.cat.categories).fillna(0)
    numbers = counts.to_numpy(float)
    shares = numbers / np.maximum(1, numbers.sum(axis=0))
    figure, axes = canvas(height=max(2.8, 0.42 * len(counts) + 1.4))
    axes.imshow(shares, cmap=HEAT, vmin=0, vmax=max(0.5, float(shares.max())), aspect="auto")
    for row, column in np.ndindex(*shares.shape):
        share, count = shares[row, column], int(numbers[row, column])
        axes.text(
            column,
            row,
            f"{share:.0%}\n{count:,}",
            ha="center",
            va="center",
            fontsize=7.5,
            color="white" if share > 0.45 * max(0.5, float(shares.max())) else INK,
        )
    axes.set_xticks(range(counts.shape[1]), [short_text(name, 14) for name in counts.columns])
    axes.set_yticks(range(counts.shape[0]), [short_text(name, 18) for name in counts.index])
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    axis_labels(axes, x, y)
    title(axes, f"{short_text(y, 30)} within each {short_text(x, 30)}", note="share, rows")
    row, column = divmod(int(np.argmax(shares)), shares.shape[1])
    told = (
        f"{shares[row, column]:.0%} of the rows with {x} {short_text(counts.columns[column])} "
        f"have {y} {short_text(counts.index[row])}."
    )
    return Picture(
        figure, f"Heat map of {heading(y, None, x)}", told + unseen_in_words(table, len(part))
    )
