"""Cleaning: wishes to a recipe, a recipe to a cleaned table, and a report of every step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import pandas as pd

from tools.errors import BadRequest
from tools.ml.profiling import kind_of
from tools.ml.recipe import DropDuplicates, Recipe, Rename
from tools.ml.transforms import FittedTransform, fit_transform
from tools.ml.wishes import CleaningWishes, plan_recipe, reasons

__all__ = [
    "Cleaned",
    "CleaningWishes",
    "FittedTransform",
    "StepReport",
    "apply_recipe",
    "before_after",
    "fit_transform",
    "plan_recipe",
    "reasons",
]

Cell: TypeAlias = str | int | float | None

BEFORE_AFTER: tuple[str, ...] = (
    "column",
    "gaps before",
    "gaps after",
    "typical before",
    "typical after",
)
"""Column titles for the rows of `before_after`."""


@dataclass(frozen=True, slots=True)
class StepReport:
    """What one transform did, as a sentence and in numbers."""

    sentence: str
    rows_before: int
    rows_after: int
    columns_before: int
    columns_after: int
    cells_changed: int


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A new table (rows numbered from 0) and one report per transform."""

    table: pd.DataFrame
    steps: tuple[StepReport, ...]


def apply_recipe(table: pd.DataFrame, recipe: Recipe) -> Cleaned:
    """Fit and apply each transform on the table itself; the input stays as it is.

    Raises:
        BadRequest: A column of the recipe is not there, or no row or column would be left.
    """
    steps: list[StepReport] = []
    now = table
    for transform in recipe:
        fitted = fit_transform(transform, now)
        then = fitted.apply(now)
        if not len(then) or not len(then.columns):
            lost = "row" if len(then.columns) else "column"
            raise BadRequest(
                f"After this no {lost} would be left: {fitted.sentence(now, then)}",
                "Leave that step out, or drop the columns with the most gaps first.",
            )
        steps.append(
            StepReport(
                fitted.sentence(now, then),
                rows_before=len(now),
                rows_after=len(then),
                columns_before=len(now.columns),
                columns_after=len(then.columns),
                cells_changed=_changed_cells(now, then),
            )
        )
        now = then
    return Cleaned(_settled(now.reset_index(drop=True), table), tuple(steps))


def _changed_cells(before: pd.DataFrame, after: pd.DataFrame) -> int:
    """Cells with another value than before, among the rows and columns of both."""
    changed = 0
    for name in after.columns:
        if name in before.columns:
            old, new = before[name].loc[after.index], after[name]
            if old.dtype != new.dtype:
                old, new = old.astype("str"), new.astype("str")
            same = (old == new).fillna(False) | (old.isna() & new.isna())
            changed += int((~same.astype(bool)).sum())
    return changed


def _settled(table: pd.DataFrame, original: pd.DataFrame) -> pd.DataFrame:
    """Columns that lost their gaps get the type of columns without gaps."""
    settled = table.copy()
    for name in table.columns:
        column = table[name]
        if column.isna().any():
            continue
        if column.dtype == "boolean":
            settled[name] = column.astype("bool")
        elif name in original.columns and column.dtype == "float64":
            whole = kind_of(original[name]) == "integer" and bool((column % 1 == 0).all())
            if whole and bool((column.abs() < 2**53).all()):
                settled[name] = column.astype("int64")
    return settled


def before_after(
    before: pd.DataFrame, after: pd.DataFrame, recipe: Recipe
) -> tuple[tuple[Cell, ...], ...]:
    """One row under the titles `BEFORE_AFTER` for each column that a transform names.

    Typical values are means of numbers and the most frequent value of others; "left out" and
    None stand where a column is gone.
    """
    names, touched = _follow(before, recipe)
    rows: list[tuple[Cell, ...]] = []
    for old, now in names.items():
        if old not in touched:
            continue
        was = before[old]
        gaps = int(was.isna().sum())
        if now not in after.columns:
            rows.append((old, gaps, "left out", _typical(was), None))
            continue
        column = after[now]
        name = old if old == now else f"{old} → {now}"
        rows.append((name, gaps, int(column.isna().sum()), _typical(was), _typical(column)))
    return tuple(rows)


def _follow(before: pd.DataFrame, recipe: Recipe) -> tuple[dict[str, str], set[str]]:
    """Last name by first name, and the first names of the columns the transforms name."""
    names = {str(name): str(name) for name in before.columns}
    touched: set[str] = set()
    for transform in recipe:
        if isinstance(transform, DropDuplicates):
            continue
        if isinstance(transform, Rename):
            new = dict(transform.names)
            touched |= {old for old, now in names.items() if now in new}
            names = {old: new.get(now, now) for old, now in names.items()}
        else:
            touched |= {old for old, now in names.items() if now in transform.columns}
    return names, touched


def _typical(values: pd.Series[Any]) -> Cell:
    present = values.dropna()
    if present.empty:
        return None
    kind = kind_of(values)
    if kind in ("integer", "number"):
        return float(f"{float(present.mean()):.4g}")
    if kind == "text":
        return f"{present.nunique():,} different"
    return str(present.value_counts().index[0])
