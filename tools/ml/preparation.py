"""From a table and a request to a learning problem: the checks before anything is fitted."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from tools.errors import BadRequest, Refused
from tools.ml.candidates import CandidateSpec
from tools.ml.checks import copied_rows, need_rows, powers_alone, rare_classes
from tools.ml.columns import Column, Excluded, kind_of, why_not_a_feature
from tools.ml.contract import Label
from tools.ml.fitting import Problem
from tools.ml.labels import codes_of, labels_of, numbers_of, positive_code
from tools.ml.pipelines import dates_of, encoder_of
from tools.ml.recipe import Recipe
from tools.ml.replay import Plan, column_steps, parsed_dates, plan_recipe, usable_rows
from tools.ml.scores import Floats, Task
from tools.ml.splits import Order, Split, find_order, folds_of, hold_out
from tools.ml.tasks import AskedTask, Chosen, choose_metric, choose_task

_LEAK_ROWS = 5000
_MOST_TOLD = 8


@dataclass(frozen=True, slots=True)
class TrainingRequest:
    """What a training is asked to do.

    Attributes:
        target: Name in the version that is trained on (after the recipe's renames).
        task: "regression_anyway" confirms a regression that was questioned.
        algorithm: A key of `candidates.ALGORITHMS`, or "auto".
        metric: A key of `scores.METRICS`, or "auto".
        time_budget_s: Wall clock for everything, in seconds.
        exclude: Columns that must not be features; names as for the target.
        recipe: From the original columns to the version that is trained on.
        seed: For the split, the search and the estimators.
        replay: Try exactly these candidates, whatever the time.
    """

    target: str
    task: AskedTask = "auto"
    algorithm: str = "auto"
    metric: str = "auto"
    time_budget_s: float = 60.0
    exclude: tuple[str, ...] = ()
    recipe: Recipe = ()
    seed: int = 0
    replay: tuple[CandidateSpec, ...] | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A problem ready to be searched, and what was decided on the way."""

    problem: Problem
    target: str
    classes: tuple[Label, ...]
    task: Chosen
    metric: Chosen
    excluded: tuple[Excluded, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Goal:
    """The target of the usable rows, as numbers."""

    frame: pd.DataFrame
    truth: Floats
    classes: tuple[Label, ...]
    task: Chosen
    warnings: tuple[str, ...]


def prepare(frame: pd.DataFrame, request: TrainingRequest) -> Prepared:
    """Check everything that can be known before fitting, and split.

    Raises:
        BadRequest: No such target or column.
        NeedsChoice: Task or metric do not fit the target.
        Refused: Too few rows or classes, or no column to learn from.
    """
    names = tuple(str(name) for name in frame.columns)
    table = frame.set_axis(list(names), axis=1)
    plan = plan_recipe(request.recipe, names)
    target = _named(request.target, plan, role="target")
    kept = usable_rows(table, plan) & table[target].notna().to_numpy()
    goal = _goal(table.loc[kept].reset_index(drop=True), target, request)
    metric = choose_metric(
        pd.Series(goal.truth, name=target),
        task=_task(goal.task),
        asked=request.metric,
    )
    positive = positive_code(goal.classes, np.bincount(goal.truth.astype(np.int64))) if (
        goal.classes
    ) else None  # fmt: skip
    split, folds = _split(goal, target, plan, seed=request.seed)
    columns, excluded = _features(
        goal.frame, target, plan, request=request, group=split.order.group
    )
    problem = Problem(
        frame=goal.frame,
        truth=goal.truth,
        columns=columns,
        plan=plan,
        task=_task(goal.task),
        classes=len(goal.classes),
        positive=positive,
        metric=metric.value,
        split=split,
        folds=tuple(folds),
    )
    problem, leaking, leak_warnings = _without_leaks(problem, target, seed=request.seed)
    warnings = (
        *goal.warnings,
        *(f"`{one.name}` is left out: {one.reason}." for one in leaking),
        *leak_warnings,
        *_column_warnings(excluded),
        *copied_rows(goal.frame[[c for c in names if kind_of(goal.frame[c]) is not None]]),
        *_target_steps(plan, target),
    )
    left_out = (*excluded, *leaking)
    return Prepared(problem, target, goal.classes, goal.task, metric, left_out, warnings)


def _task(chosen: Chosen) -> Task:
    return "classification" if chosen.value == "classification" else "regression"


def _named(name: str, plan: Plan, *, role: str) -> str:
    original = plan.original(name)
    if original is not None:
        return original
    if name in plan.dropped:
        raise BadRequest(
            f"`{name}` was left out when the data was cleaned, so it cannot be the {role}.",
            "Undo that step or use the version before it.",
        )
    close = difflib.get_close_matches(name, plan.names, n=1)
    hint = f"Did you mean `{close[0]}`?" if close else f"It has: {', '.join(plan.names)[:300]}."
    raise BadRequest(f"The dataset has no column `{name}`.", hint)


def _goal(frame: pd.DataFrame, target: str, request: TrainingRequest) -> _Goal:
    """Choose the task and turn the target into numbers; rows that cannot be learnt go."""
    if kind_of(frame[target]) is None:
        raise Refused(f"`{target}` holds neither numbers nor classes.", "Pick another target.")
    warnings = need_rows(len(frame), target=target)
    if frame[target].nunique() < 2:
        raise Refused(f"`{target}` is the same in every row, so there is nothing to learn.",
                      "Pick another target.")  # fmt: skip
    task = choose_task(
        frame[target], asked=request.task, algorithm=request.algorithm, metric=request.metric
    )
    if task.value == "regression":
        truth = numbers_of(frame[target])
        finite = np.isfinite(truth)
        need_rows(int(finite.sum()), target=target)
        if not finite.all():
            warnings += (f"{int((~finite).sum())} rows with an endless `{target}` are left out.",)
        return _Goal(frame.loc[finite].reset_index(drop=True), truth[finite], (), task, warnings)
    rare, said = rare_classes(frame[target])
    kept = frame.loc[~frame[target].isin(rare)].reset_index(drop=True)
    warnings = (*need_rows(len(kept), target=target), *said)
    classes = labels_of(kept[target])
    return _Goal(kept, codes_of(kept[target], classes), classes, task, warnings)


def _features(
    frame: pd.DataFrame, target: str, plan: Plan, *, request: TrainingRequest, group: str
) -> tuple[tuple[Column, ...], tuple[Excluded, ...]]:
    """The columns to learn from, and the others with the reason."""
    unwanted = {_named(name, plan, role="feature") for name in request.exclude}
    dates = parsed_dates(frame, plan)
    used: list[Column] = []
    excluded: list[Excluded] = []
    for name in frame.columns:
        if name == target:
            continue
        if name in plan.dropped:
            excluded.append(Excluded(name, "left out in cleaning"))
        elif name in unwanted:
            excluded.append(Excluded(name, "excluded as asked"))
        elif name == group:
            excluded.append(Excluded(name, "it tells which rows belong together"))
        elif reason := why_not_a_feature(frame[name], as_date=name in dates):
            excluded.append(reason)
        else:
            kind = "date" if name in dates else kind_of(frame[name])
            used.append(Column(name, kind or "category", dates.get(name, False)))
    if not used:
        reasons = "; ".join(f"`{one.name}`: {one.reason}" for one in excluded[:6])
        raise Refused(f"No column is left to learn from ({reasons}).",
                      "Add columns that say something about the target.")  # fmt: skip
    return tuple(used), tuple(excluded)


def _split(
    goal: _Goal, target: str, plan: Plan, *, seed: int
) -> tuple[Split, list[tuple[np.ndarray, np.ndarray]]]:
    """Split as the data say; where that would leave a class out, stratify instead."""
    there = goal.frame[[name for name in goal.frame.columns if name not in plan.dropped]]
    read = parsed_dates(there, plan)
    dates = {
        name: dates_of(there[name], day_first=read.get(name, False))
        for name in there.columns
        if name != target and (name in read or kind_of(there[name]) == "date")
    }
    task = _task(goal.task)
    order = find_order(there, pd.DataFrame(dates), task=task, target=target)
    split = hold_out(order, goal.truth, seed=seed)
    folds = folds_of(split, goal.truth, seed=seed)
    if task == "classification" and not _healthy(split, folds, goal):
        reason = f"stratified: a split {order.way} would leave a class without rows"
        order = Order("stratified", reason, np.empty(0, dtype=np.int64))
        split = hold_out(order, goal.truth, seed=seed)
        folds = folds_of(split, goal.truth, seed=seed)
    return split, folds


def _healthy(split: Split, folds: list[tuple[np.ndarray, np.ndarray]], goal: _Goal) -> bool:
    """Whether every training part knows every class and the hold-out has at least two."""
    classes = len(goal.classes)
    parts = [split.train, *(fit for fit, _ in folds)]
    known = all(len(np.unique(goal.truth[part])) == classes for part in parts)
    return known and len(np.unique(goal.truth[split.holdout])) >= min(2, classes)


def _without_leaks(
    problem: Problem, target: str, *, seed: int
) -> tuple[Problem, tuple[Excluded, ...], tuple[str, ...]]:
    """Leave out columns that alone give the target away, unless nothing else is left."""
    rows = problem.split.train
    if len(rows) > _LEAK_ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(rows, _LEAK_ROWS, replace=False))
    names = tuple(column.name for column in problem.columns)
    encoder = encoder_of(
        problem.columns,
        column_steps(problem.plan, names),
        encoding="ordinal",
        by_target=problem.task == "regression" or problem.classes == 2,
    )
    matrix = encoder.fit(problem.frame.iloc[rows], problem.truth[rows]).transform(
        problem.frame.iloc[rows]
    )
    found = powers_alone(matrix, encoder.owners, problem.truth[rows], task=problem.task, seed=seed)
    leaking = {one.name for one in found if one.leaks}
    if len(leaking) == len(names):
        leaking = set()
    excluded = tuple(
        Excluded(name, f"it alone gives `{target}` away (leakage)", warn=True)
        for name in names
        if name in leaking
    )
    warnings = tuple(
        f"`{one.name}` alone predicts `{target}` almost perfectly: check that it is known before "
        "the answer is, or exclude it."
        for one in found
        if one.name not in leaking
    )
    columns = tuple(column for column in problem.columns if column.name not in leaking)
    return replace(problem, columns=columns), excluded, warnings


def _column_warnings(excluded: tuple[Excluded, ...]) -> tuple[str, ...]:
    """One sentence about all columns that are not learnt from, with the reasons."""
    told = [one for one in excluded if one.warn]
    if len(told) < 2:
        return tuple(f"`{one.name}` is left out: {one.reason}." for one in told)
    said = [f"`{one.name}`: {one.reason}" for one in told[:_MOST_TOLD]]
    if len(told) > _MOST_TOLD:
        said.append(f"and {len(told) - _MOST_TOLD} more")
    return (f"{len(told)} columns are left out. {'; '.join(said)}.",)


def _target_steps(plan: Plan, target: str) -> tuple[str, ...]:
    """Cleaning the target would fake answers: its values are taken as they came."""
    touched = [
        step.transform.kind.replace("_", " ")
        for step in plan.steps
        if step.transform.kind in {"fill_missing", "outliers"}
        and target in step.transform.columns
        and getattr(step.transform, "action", "") != "drop"
    ]
    if not touched:
        return ()
    return (f"`{target}` is learnt and judged as it came; rows without it are left out "
            f"(cleaning step ignored for the target: {', '.join(touched)}).",)  # fmt: skip
