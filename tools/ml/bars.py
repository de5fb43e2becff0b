"""Numbers that are worked out already as bars, one for each name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tools.ml.chart_parts import axis_labels, canvas
from tools.ml.style import BLUE, INK, calm, number_ticks, short_number, short_text, to_png
from tools.ml.style import title as heading


def draw_values(names: Sequence[str], values: Sequence[float], *, title: str, label: str) -> bytes:
    """A PNG of horizontal bars in the order given, each with its number."""
    figure, axes = canvas(height=max(2.2, 0.34 * len(names) + 1.3))
    places = np.arange(len(names))
    axes.barh(places, values, color=BLUE, height=0.72)
    axes.set_yticks(places, [short_text(name, 24) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    for place, value in zip(places, values, strict=True):
        axes.annotate(
            short_number(value),
            (max(value, 0), place),
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
    heading(axes, short_text(title, 60))
    return to_png(figure)
