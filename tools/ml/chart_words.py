"""What a chart shows, in one sentence, from the same numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from tools.cards import number, percent
from tools.ml.chart_parts import floats
from tools.ml.profiling import kind_of
from tools.ml.style import short_text


def spread_in_words(x: str, values: pd.Series[Any]) -> str:
    """Where the middle and the middle half of the values lie."""
    if kind_of(values) == "datetime":
        return f"{x} runs from {values.min().date()} to {values.max().date()}."
    low, middle, high = (float(values.quantile(share)) for share in (0.25, 0.5, 0.75))
    return (
        f"The median of {x} is {number(middle)}; the middle half lies between "
        f"{number(low)} and {number(high)}."
    )


def groups_in_words(x: str, group: str, medians: dict[str, float]) -> str:
    """Which group has the highest and which the lowest median of a number."""
    top, low = (
        max(medians, key=lambda name: medians[name]),
        min(medians, key=lambda name: medians[name]),
    )
    return (
        f"The median of {x} is highest for {group} {short_text(top)} ({number(medians[top])}) "
        f"and lowest for {short_text(low)} ({number(medians[low])})."
    )


def bars_in_words(x: str, y: str | None, names: list[str], lengths: Any, *, rows: int) -> str:
    """Which bar is the longest."""
    best = int(np.nanargmax(lengths))
    name = short_text(names[best])
    if y is not None:
        return f"The mean of {y} is highest for {x} {name} ({number(float(lengths[best]))})."
    share = float(lengths[best]) / max(1, rows)
    return f"{name} is the most frequent value of {x} ({percent(share)} of {rows:,} rows)."


def relation_in_words(part: pd.DataFrame, x: str, y: str) -> str:
    """How `y` goes with `x` in a straight line (Pearson's correlation)."""
    across, up = (_as_numbers(part[name]) for name in (x, y))
    if len(part) < 3 or np.nanstd(across) == 0 or np.nanstd(up) == 0:
        return f"{len(part):,} rows have both {x} and {y}."
    both = np.isfinite(across) & np.isfinite(up)
    link = float(np.corrcoef(across[both], up[both])[0, 1])
    words = "strong" if abs(link) >= 0.7 else "moderate" if abs(link) >= 0.4 else "weak"
    way = "rises" if link > 0 else "falls"
    if abs(link) < 0.1:
        return f"{y} hardly changes with {x} in a straight line (correlation {link:.2f})."
    return f"{y} {way} with {x}: a {words} linear relation (correlation {link:.2f})."


def _as_numbers(values: pd.Series[Any]) -> Any:
    if kind_of(values) == "datetime":
        return values.to_numpy("datetime64[us]").astype("int64") / 1e6
    return floats(values)


def unseen_in_words(table: pd.DataFrame, drawn: int) -> str:
    """How many rows are not in the picture."""
    left = len(table) - drawn
    return f" {left:,} rows without a value are left out." if left else ""
