"""One picture of one, two or three columns, of the kind that suits their values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, get_args

import pandas as pd

from tools.errors import BadRequest
from tools.ml.drawings import (
    Picture,
    draw_bars,
    draw_boxes,
    draw_heatmap,
    draw_histogram,
    draw_line,
    draw_scatter,
)
from tools.ml.naming import known_column
from tools.ml.profiling import kind_of
from tools.ml.style import to_png

ChartKind: TypeAlias = Literal["histogram", "bar", "scatter", "box", "line", "heatmap"]

KINDS: Final[tuple[str, ...]] = get_args(ChartKind)
_FEW: Final = 12
"""Whole numbers with up to so many values are drawn as categories."""

Role: TypeAlias = Literal["number", "date", "group"]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture, its name in words, and what it shows in one sentence."""

    png: bytes
    alt: str
    sentence: str
    kind: ChartKind


def chart(
    table: pd.DataFrame,
    *,
    x: str,
    y: str | None = None,
    color: str | None = None,
    kind: str = "auto",
) -> Chart:
    """Draw columns of a table.

    Args:
        table: Any size; large ones are sampled or binned, and the sentence says so.
        x: Column along the horizontal axis; names are forgiven case and small typos.
        y: Column along the vertical axis, if any.
        color: Column that splits into groups, if any.
        kind: One of `KINDS`, or "auto" for what suits the columns.

    Raises:
        BadRequest: An unknown column or kind, nothing to draw, or a kind that does not suit.
    """
    names = [str(name) for name in table.columns]
    x = known_column(x, names)
    y = None if y is None else known_column(y, names)
    color = None if color is None else known_column(color, names)
    if color in (x, y):
        color = None
    if y == x:
        y = None
    for name in (x, y):
        if name is not None and not table[name].notna().any():
            raise BadRequest(f"“{name}” holds no values, so there is nothing to draw.")
    if y is not None and kind in ("auto", "line"):
        x, y = _time_across(table, x, y)
    chosen = _choose(table, x, y) if kind == "auto" else _checked(kind)
    picture = _draw(chosen, table, x, y, color)
    return Chart(to_png(picture.figure), picture.alt, picture.sentence, chosen)


def _time_across(table: pd.DataFrame, x: str, y: str) -> tuple[str, str]:
    """Dates run from left to right, however the two were named."""
    upright = role_of(table[y]) == "date" and role_of(table[x]) == "number"
    return (y, x) if upright else (x, y)


def role_of(values: pd.Series[Any]) -> Role:
    """What a column is on an axis; whole numbers with few values are groups."""
    kind = kind_of(values)
    if kind == "datetime":
        return "date"
    if kind == "number" or (kind == "integer" and values.nunique() > _FEW):
        return "number"
    return "group"


def _choose(table: pd.DataFrame, x: str, y: str | None) -> ChartKind:
    across = role_of(table[x])
    if y is None:
        return "bar" if across == "group" else "histogram"
    up = role_of(table[y])
    if across == "group" and up == "group":
        numeric = kind_of(table[y]) == "integer" and table[y].nunique() > 5
        return "box" if numeric else "heatmap"
    if across == "date":
        return "line" if up == "number" else "histogram"
    return "scatter" if across == up == "number" else "box"


def _checked(kind: str) -> ChartKind:
    aliases = {"bars": "bar", "barchart": "bar", "hist": "histogram", "boxplot": "box"}
    wanted = aliases.get(kind.lower(), kind.lower())
    for known in KINDS:
        if wanted == known:
            return known  # type: ignore[return-value]
    raise BadRequest(f"There is no chart “{kind[:40]}”.", f"There are {', '.join(KINDS)}.")


def _draw(
    kind: ChartKind, table: pd.DataFrame, x: str, y: str | None, color: str | None
) -> Picture:
    if kind == "histogram":
        if role_of(table[x]) == "group" and not _numeric(table[x]):
            raise _unsuited(kind, f"“{x}” holds no numbers", "bar")
        return draw_histogram(table, x, color)
    if kind == "bar":
        return draw_bars(table, x, y if y and _numeric(table[y]) else None, color)
    if y is None:
        raise BadRequest(f"A {kind} chart needs two columns.", f"Say “plot {x} against …”.")
    pairs: dict[str, Callable[[], Picture]] = {
        "scatter": lambda: draw_scatter(table, x, y, color),
        "line": lambda: draw_line(table, x, y, color),
        "heatmap": lambda: draw_heatmap(table, x, y),
    }
    if kind == "box":
        number, group = (y, x) if _numeric(table[y]) else (x, y)
        if not _numeric(table[number]):
            raise _unsuited(kind, f"neither “{x}” nor “{y}” holds numbers", "heatmap")
        return draw_boxes(table, group, number)
    if kind in ("scatter", "line"):
        for name in (x, y):
            if not _numeric(table[name]) and role_of(table[name]) != "date":
                raise _unsuited(kind, f"“{name}” holds no numbers", "box")
    return pairs[kind]()


def _numeric(values: pd.Series[Any]) -> bool:
    return kind_of(values) in ("integer", "number")


def _unsuited(kind: str, why: str, instead: str) -> BadRequest:
    return BadRequest(f"A {kind} chart does not suit: {why}.", f"Try kind {instead}.")
