"""The one look of every picture: a calm figure on white, drawn without a display."""

from __future__ import annotations

import io
import re
import warnings
from typing import Any, Final, Literal

from cycler import cycler
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MaxNLocator

from tools.ml.lettering import families

BLUE: Final = "#3D6DCC"
ORANGE: Final = "#E07B39"
GREY: Final = "#8A94A6"
GREEN: Final = "#2E9E7B"
RED: Final = "#C8443C"
INK: Final = "#2B3140"
MUTED: Final = "#5F697B"
FAINT: Final = "#E6E9EF"
PALE: Final = "#C9D8F5"
PALETTE: Final = (BLUE, ORANGE, GREEN, RED, "#8C67B9", GREY, "#C79A2B", "#4FA9C4")
"""Colours for groups, in this order; more groups than colours are folded into "other"."""
SEQUENTIAL: Final = ("#F4F7FD", "#C9D8F5", "#8FAEE6", "#3D6DCC", "#1F3F85")
"""From nothing to much, for heat maps."""

_DPI: Final = 144
_LOOK: Final[dict[Any, Any]] = {
    "text.parse_math": False,
    "font.size": 9.0,
    "text.color": INK,
    "axes.prop_cycle": cycler(color=PALETTE),
    "axes.labelcolor": MUTED,
    "axes.edgecolor": "#C3C9D4",
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.formatter.useoffset": False,
    "axes.unicode_minus": True,
    "grid.color": FAINT,
    "grid.linewidth": 0.8,
    "xtick.color": "#C3C9D4",
    "ytick.color": "#C3C9D4",
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "xtick.major.size": 3.0,
    "ytick.major.size": 0.0,
    "legend.frameon": False,
    "legend.fontsize": 8.0,
    "legend.title_fontsize": 8.0,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}
_UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")


def _look() -> dict[Any, Any]:
    return {**_LOOK, "font.family": list(families())}


def new_figure(
    rows: int = 1, cols: int = 1, *, width: float, height: float
) -> tuple[Figure, list[Axes]]:
    """An empty figure of `width` x `height` inches and its axes, row by row."""
    with rc_context(_look()):
        layout = ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.08, wspace=0.03, hspace=0.03)
        figure = Figure(figsize=(width, height), layout=layout)
        FigureCanvasAgg(figure)
        grid = figure.subplots(rows, cols, squeeze=False)
    return figure, [axes for row in grid for axes in row]


def to_png(figure: Figure) -> bytes:
    """The figure as PNG, sharp enough for chat; text is drawn as it is, never as formulas."""
    target = io.BytesIO()
    with rc_context(_look()), warnings.catch_warnings():
        # A name in a script that no font here has is drawn as boxes, and a crowded figure is
        # drawn without its finest spacing: both are better than no picture.
        warnings.simplefilter("ignore", UserWarning)
        for text in figure.findobj(Text):
            text.set_fontfamily(families())
        figure.savefig(target, format="png", dpi=_DPI)
    return target.getvalue()


def calm(axes: Axes, *, grid: Literal["x", "y", "both", "none"] = "y") -> None:
    """Only the lines that help reading: a light grid along the values, no box."""
    if grid != "none":
        axes.grid(visible=True, axis=grid)
    axes.spines[["top", "right"]].set_visible(False)
    if grid == "y":
        axes.spines["left"].set_visible(False)


def title(axes: Axes, text: str, *, note: str = "") -> Text:
    """A bold title at the left, which is returned, and beside the right edge a small remark."""
    words = axes.set_title(text, loc="left", fontsize=10, fontweight="bold", color=INK, pad=8)
    if note:
        axes.set_title(note, loc="right", fontsize=8, color=MUTED, pad=8)
    return words


def fit(text: Text, inches: float) -> None:
    """Cut a text until it is no wider than this when drawn; letters differ much in width."""
    figure = text.get_figure(root=True)
    if figure is None:
        return
    whole = text.get_text()
    for length in range(len(whole), 1, -1):
        if text.get_window_extent(dpi=figure.dpi).width <= inches * figure.dpi:
            return
        text.set_text(whole[: length - 2].rstrip("… ") + "…")


def number_ticks(axis: Axis, *, count: int = 4) -> None:
    """About `count` round ticks, written short (1.5k, 2M)."""
    axis.set_major_locator(MaxNLocator(nbins=count, steps=[1, 2, 2.5, 5, 10]))

    def written(value: float, _: int | None) -> str:
        thousands = max(map(abs, axis.get_view_interval())) >= 1e4 and abs(value) >= 1e3
        return f"{value / 1e3:.4g}k" if thousands and abs(value) < 1e6 else short_number(value)

    axis.set_major_formatter(FuncFormatter(written))


def short_number(value: float) -> str:
    """A number as people write it on an axis: 1.5k, 2M, 0.25."""
    size = abs(value)
    for unit, name in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e4, "k")):
        if size >= unit:
            scale = 1e3 if name == "k" else unit
            return f"{value / scale:.3g}{name}" if size < 1e15 else f"{value:.2g}"
    if size and size < 1e-3:
        return f"{value:.2g}"
    return f"{value:.4g}"


def short_text(text: object, limit: int = 22) -> str:
    """A label of at most `limit` characters in one line, without invisible characters."""
    line = _UNSEEN.sub(" ", str(text)).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
