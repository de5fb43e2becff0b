"""Replaying a cleaning recipe around a training: which rows stay, which steps go into the pipeline.

A recipe leads from the original columns to the version that is trained on. Its steps are taken
apart: renames and column drops become a mapping of names, steps that drop rows act on the table
before or on the training part of the split, and steps that change values are fitted inside the
pipeline on training rows only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

import numpy as np
import numpy.typing as npt
import pandas as pd

from tools.ml.cleaning import fit_transform
from tools.ml.recipe import (
    DropColumns,
    DropDuplicates,
    DropMissingRows,
    FillMissing,
    Outliers,
    ParseDates,
    Recipe,
    Rename,
    Transform,
)

Mask: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Step:
    """A transform under original names, and the columns that existed at that point."""

    transform: Transform
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A recipe in terms of the original columns.

    Attributes:
        names: Current name to original name, for the columns that are still there.
        dropped: Original names of the columns the recipe leaves out.
        steps: Everything else, in order.
    """

    names: dict[str, str]
    dropped: tuple[str, ...]
    steps: tuple[Step, ...]

    def original(self, name: str) -> str | None:
        """The original name of a column people call `name`; exact spelling wins."""
        if name in self.names:
            return self.names[name]
        folded = {current.casefold(): original for current, original in self.names.items()}
        return folded.get(name.casefold(), name if name in self.names.values() else None)


def plan_recipe(recipe: Recipe, columns: tuple[str, ...]) -> Plan:
    """Translate a recipe to the original `columns`."""
    names = {name: name for name in columns}
    steps = []
    for transform in recipe:
        match transform:
            case Rename():
                new = dict(transform.names)
                names = {new.get(current, current): name for current, name in names.items()}
            case DropColumns():
                names = {now: name for now, name in names.items() if now not in transform.columns}
            case DropDuplicates():
                steps.append(Step(transform, tuple(names.values())))
            case FillMissing() | DropMissingRows() | Outliers() | ParseDates():
                there = tuple(names[now] for now in transform.columns if now in names)
                steps.append(Step(replace(transform, columns=there), tuple(names.values())))
            case _:
                assert_never(transform)
    kept = set(names.values())
    return Plan(names, tuple(name for name in columns if name not in kept), tuple(steps))


def usable_rows(frame: pd.DataFrame, plan: Plan) -> Mask:
    """Rows that neither a gap nor being a copy takes out; outliers are no matter here.

    Fills learnt on all rows only decide which rows are copies; they go no further.
    """
    kept = np.ones(len(frame), dtype=bool)
    if not any(isinstance(step.transform, DropMissingRows | DropDuplicates) for step in plan.steps):
        return kept
    table = frame.reset_index(drop=True)
    for step in plan.steps:
        match step.transform:
            case DropMissingRows():
                table = table.dropna(subset=list(step.transform.columns))
            case DropDuplicates():
                table = table.drop_duplicates(subset=list(step.columns))
            case FillMissing() | ParseDates():
                table = fit_transform(step.transform, table).apply(table)
            case Outliers(action="clip"):
                table = fit_transform(step.transform, table).apply(table)
            case _:
                pass
    kept[:] = False
    kept[table.index.to_numpy()] = True
    return kept


def without_outliers(frame: pd.DataFrame, plan: Plan) -> Mask:
    """Rows of a training part that its own outlier limits keep."""
    kept = np.ones(len(frame), dtype=bool)
    if not any(_drops_outliers(step.transform) for step in plan.steps):
        return kept
    table = frame.reset_index(drop=True)
    for step in plan.steps:
        if isinstance(step.transform, FillMissing | Outliers | ParseDates):
            table = fit_transform(step.transform, table).apply(table)
    kept[:] = False
    kept[table.index.to_numpy()] = True
    return kept


def column_steps(plan: Plan, features: tuple[str, ...]) -> Recipe:
    """The value-changing steps of these features, to be fitted inside the pipeline.

    Reading dates is not among them: it is part of a column's type. A fill of text that is read
    as dates later is left out, because a stand-in text is no date.
    """
    steps: list[Transform] = []
    text = {name for step in plan.steps for name in _read_as_dates(step.transform)}
    for step in plan.steps:
        transform = step.transform
        text -= set(_read_as_dates(transform))
        if not isinstance(transform, FillMissing | Outliers) or _drops_outliers(transform):
            continue
        columns = tuple(name for name in transform.columns if name in features and name not in text)
        if columns:
            steps.append(replace(transform, columns=columns))
    return tuple(steps)


def parsed_dates(frame: pd.DataFrame, plan: Plan) -> dict[str, bool]:
    """The columns of `frame` that the recipe reads as dates, and whether days come first.

    Raises:
        BadRequest: A column cannot be read as dates.
    """
    names = {name for step in plan.steps for name in _read_as_dates(step.transform)}
    return {
        name: bool(fit_transform(ParseDates((name,)), frame).learnt[name])
        for name in frame.columns
        if name in names
    }


def _read_as_dates(transform: Transform) -> tuple[str, ...]:
    return transform.columns if isinstance(transform, ParseDates) else ()


def refuses_missing(plan: Plan) -> frozenset[str]:
    """Original names of the columns whose gaps cost a row its place in training."""
    filled: set[str] = set()
    refused: set[str] = set()
    for step in plan.steps:
        if isinstance(step.transform, FillMissing):
            filled.update(step.transform.columns)
        if isinstance(step.transform, DropMissingRows):
            refused.update(set(step.transform.columns) - filled)
    return frozenset(refused)


def outlier_columns(plan: Plan) -> frozenset[str]:
    """Original names of the columns whose outliers were dropped in training."""
    steps = [step.transform for step in plan.steps]
    return frozenset(
        name
        for step in steps
        if isinstance(step, Outliers) and step.action == "drop"
        for name in step.columns
    )


def _drops_outliers(transform: Transform) -> bool:
    return isinstance(transform, Outliers) and transform.action == "drop"
