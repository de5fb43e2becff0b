"""A table in one calm picture, and in words: what is worth looking at of which columns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Final

from tools.cards import number, percent, plural
from tools.ml.overview_panels import EMPTY, draw_panel, drawn_name, few_whole, value_text
from tools.ml.profiling import ColumnProfile, Profile, Value
from tools.ml.style import MUTED, new_figure, short_text, to_png

MOST_PANELS: Final = 12
_ACROSS: Final = 3
_PANEL: Final = (2.25, 1.62)
_NAMED: Final = 6
_LETTERS_PER_INCH: Final = 16
_MOST_ALT: Final = 900


def overview_figure(profile: Profile) -> bytes:
    """Small multiples as PNG: histograms of numbers and dates, bars of categories.

    Up to twelve columns, three abreast so that a phone shows them large enough; identifiers and
    free text only if there is nothing else. The share of missing values stands beside each name,
    as text and as a thin line. Where a few values lie far out, a histogram leaves them out, and
    says so. All of it comes from the profile: no row is read.
    """
    shown, left = _panels(profile)
    cols = 2 if len(shown) == 4 else min(_ACROSS, max(1, len(shown)))
    rows = max(1, math.ceil(len(shown) / cols))
    width = max(_PANEL[0] * cols, 3.2)
    places = {column.name: place for place, column in enumerate(profile.columns, 1)}
    caption = fill(_caption(shown, left, places), int(width * _LETTERS_PER_INCH))
    height = _PANEL[1] * rows + 0.16 * (1 + caption.count("\n"))
    figure, axes = new_figure(rows, cols, width=width, height=height)
    for panel, column in zip(axes, shown, strict=False):
        draw_panel(panel, column, rows=profile.rows, place=places[column.name])
    for panel in axes[len(shown) :]:
        panel.set_axis_off()
    figure.supxlabel(caption, fontsize=8, color=MUTED, x=0.02, ha="left")
    return to_png(figure)


def overview_alt(profile: Profile) -> str:
    """The picture in words, for those who cannot see it: what each panel shows, in its order."""
    shown, left = _panels(profile)
    head = f"{plural(len(shown), 'column')} over {plural(profile.rows, 'row')}."
    told = [f"{_name(column, 40)}: {_told(column, profile.rows)}" for column in shown]
    tail = _left_out([f"{_name(column, 18)}{_reason(column)}" for column in left])
    words = f"{head} {'; '.join(told)}. {tail}".strip()
    if len(words) <= _MOST_ALT:
        return words
    names = ", ".join(_name(column, 30) for column in shown)
    return f"{head} The distributions of {names}. {tail}".strip()


def _name(column: ColumnProfile, limit: int) -> str:
    return short_text(column.name, limit) or "no name"


def _told(column: ColumnProfile, rows: int) -> str:
    gaps = "" if not column.missing else f", {column.missing:,} missing"
    if not column.distinct:
        return EMPTY
    if few_whole(column):
        return f"{_shares(sorted(column.top), rows - column.missing)}{gaps}"
    if column.kind in ("integer", "number") and column.quantiles:
        low, high = float(column.low or 0.0), float(column.high or 0.0)
        middle = number(column.quantiles[3])
        return f"{number(low)} to {number(high)}, median {middle}{gaps}"
    if column.kind == "datetime":
        return f"{column.low} to {column.high}{gaps}"
    if column.kind == "text":
        return f"{column.distinct:,} different texts{gaps}"
    return f"{_shares(column.top[:2], rows - column.missing)}{gaps}"


def _shares(values: Sequence[tuple[Value, int]], present: int) -> str:
    return ", ".join(
        f"{short_text(value_text(value), 20) or 'blank'} {percent(count / present)}"
        for value, count in values
    )


def _caption(
    shown: list[ColumnProfile], left: list[ColumnProfile], places: Mapping[str, int]
) -> str:
    parts = []
    if any(column.kind in ("integer", "number") and column.distinct > 8 for column in shown):
        parts.append("Orange line: median.")
    if any(not drawn_name(column, 24) for column in shown):
        parts.append("Numbered: columns whose names no font here can draw.")
    names = [
        f"{drawn_name(column, 18) or f'column {places[column.name]}'}{_reason(column)}"
        for column in left
    ]
    return " ".join([*parts, _left_out(names)]).strip()


def _left_out(names: list[str]) -> str:
    if len(names) > _NAMED + 1:
        names = [*names[:_NAMED], f"{len(names) - _NAMED:,} more"]
    if len(names) < 2:
        return f"Not drawn: {names[0]}." if names else ""
    return f"Not drawn: {', '.join(names[:-1])} and {names[-1]}."


def _reason(column: ColumnProfile) -> str:
    if not column.distinct:
        return " (empty)"
    if column.id_like:
        return " (identifier)"
    return " (text)" if column.kind == "text" else ""


def _panels(profile: Profile) -> tuple[list[ColumnProfile], list[ColumnProfile]]:
    worth = [c for c in profile.columns if c.distinct and not c.id_like and c.kind != "text"]
    shown = worth or list(profile.columns)
    if len(shown) > MOST_PANELS:
        # Of too many, what people may want to predict comes first, the rest as in the table.
        likely = [target.column for target in profile.targets[:1]]
        shown = sorted(shown, key=lambda column: column.name not in likely)[:MOST_PANELS]
    return shown, [column for column in profile.columns if column not in shown]
