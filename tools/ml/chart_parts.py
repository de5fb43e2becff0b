"""What all charts are made of: a canvas, groups with colours, bins, labels and legends."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from tools.ml.profiling import kind_of
from tools.ml.style import (
    GREY,
    MUTED,
    ORANGE,
    PALETTE,
    SEQUENTIAL,
    new_figure,
    number_ticks,
    short_number,
    short_text,
)

OTHER: Final = "other"
"""The group of all values that are too rare for a colour of their own."""
HEAT: Final = LinearSegmentedColormap.from_list("calm", list(SEQUENTIAL))
SHADES: Final = LinearSegmentedColormap.from_list(
    "shades", ["#F0BC82", "#D4805F", "#8A5A8C", "#3D4F9E", "#1B2A52"]
)
"""From little to much, for points; visible on white at both ends."""

_MOST_GROUPS: Final = 6
_SIZE: Final = (7.2, 4.2)


def canvas(*, height: float = _SIZE[1]) -> tuple[Figure, Axes]:
    """One axes of the usual size, in inches."""
    figure, axes = new_figure(1, 1, width=_SIZE[0], height=height)
    return figure, axes[0]


def heading(x: str, y: str | None, color: str | None) -> str:
    """The title of a chart."""
    words = short_text(x, 30) if y is None else f"{short_text(y, 30)} over {short_text(x, 30)}"
    return words if color is None else f"{words} by {short_text(color, 24)}"


def axis_labels(axes: Axes, x: str, y: str) -> None:
    """Names of the axes."""
    axes.set_xlabel(short_text(x, 50), color=MUTED)
    axes.set_ylabel(short_text(y, 40), color=MUTED)


def legend(axes: Axes, name: str) -> None:
    """The groups and their colours, beside the picture."""
    box = axes.legend(
        title=short_text(name, 24),
        loc="upper left",
        bbox_to_anchor=(1.0, 1.0),
        labelcolor=MUTED,
        fontsize=8,
        title_fontsize=8,
        frameon=False,
    )
    box.get_title().set_color(MUTED)
    for handle in box.legend_handles:
        if isinstance(handle, PathCollection):
            handle.set_alpha(1.0)
            handle.set_sizes([28])


def colour_scale(figure: Figure, axes: Axes, tones: PathCollection, name: str) -> None:
    """What the shades of the points mean."""
    bar = figure.colorbar(tones, ax=axes, shrink=0.8, aspect=28, pad=0.02)
    bar.set_label(short_text(name, 30), color=MUTED)
    bar.set_alpha(1.0)
    solids: Any = bar.solids
    solids.set_alpha(1.0)
    bar.ax.spines[:].set_visible(False)
    bar.ax.tick_params(labelsize=8, labelcolor=MUTED, length=0)
    number_ticks(bar.ax.yaxis)


def group_color(place: int, name: object) -> str:
    """Grey for the rest, else a colour of the palette."""
    return GREY if name == OTHER else PALETTE[place % len(PALETTE)]


def groups_of(values: pd.Series[Any], *, most: int = _MOST_GROUPS) -> Any:
    """Values as ordered categories: numbers by size, words by frequency, the rest folded."""
    counts = values.value_counts()
    kept = list(counts.index[:most])
    if kind_of(values) in ("integer", "number", "boolean", "datetime"):
        kept.sort()
    words = {value: _word(value) for value in kept}
    folded = len(counts) > most
    text = values.map(words).astype("object")
    if folded:
        text = text.where(text.notna() | values.isna(), OTHER)
    order = list(dict.fromkeys(words.values())) + [OTHER] * folded
    return pd.Series(
        pd.Categorical(text, categories=list(dict.fromkeys(order))), index=values.index
    )


def _word(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, pd.Timestamp):
        return str(value.date())
    return str(value)


def floats(values: pd.Series[Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Numbers as floats; NaN where there is none."""
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def plottable(values: pd.Series[Any]) -> Any:
    """Values as an axis takes them: dates stay dates."""
    return values.to_numpy() if kind_of(values) == "datetime" else floats(values)


def central_range(numbers: Any) -> tuple[float, float]:
    """The whole range, or about the central 98 % where a few values lie far outside."""
    low, high = float(np.nanmin(numbers)), float(np.nanmax(numbers))
    first, last = (float(v) for v in np.nanquantile(numbers, (0.01, 0.99)))
    width = last - first
    if width > 0 and high - low > 1.6 * width:
        return max(low, first - 0.15 * width), min(high, last + 0.15 * width)
    return low, high


def even_bins(inside: Any, low: float, high: float) -> Any:
    """Edges of even bins; one per whole number where they are few."""
    whole = len(inside) and float((np.mod(inside, 1) == 0).mean()) > 0.9
    if whole and high - low < 60:
        return np.arange(math.floor(low) - 0.5, math.ceil(high) + 1)
    return np.linspace(low, high if high > low else low + 1, 37)


def median_line(axes: Axes, middle: float) -> None:
    """An orange line at the median, with its value."""
    axes.axvline(middle, color=ORANGE, linewidth=1.4)
    axes.annotate(
        f"median {short_number(middle)}",
        (middle, 1),
        xycoords=("data", "axes fraction"),
        xytext=(4, -10),
        textcoords="offset points",
        fontsize=8,
        color=ORANGE,
    )


def value_ticks(axes: Axes, values: pd.Series[Any], *, dates: bool) -> None:
    """Short numbers or dates along the horizontal axis."""
    if not dates:
        number_ticks(axes.xaxis, count=6)
        return
    if axes.collections:
        return
    moments = pd.date_range(values.min(), values.max(), periods=5)
    axes.set_xticks(
        [moment.timestamp() for moment in moments], [str(moment.date()) for moment in moments]
    )
