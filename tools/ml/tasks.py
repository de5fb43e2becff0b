"""Which task a target asks for, and which metric judges it: chosen with the reason in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
import pandas as pd
from scipy import stats

from tools.errors import BadRequest, NeedsChoice, Option, Refused
from tools.ml.candidates import ALGORITHMS
from tools.ml.columns import kind_of
from tools.ml.scores import METRICS, Task
from tools.ml.usual_metric import WHY_USUAL, usual_metric

AskedTask: TypeAlias = Literal["auto", "classification", "regression", "regression_anyway"]

MAX_CLASSES: Final = 50
_FEW_NUMBERS: Final = 10


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice and the reason for it, in words for people."""

    value: str
    reason: str


def choose_task(
    target: pd.Series, *, asked: AskedTask, algorithm: str = "auto", metric: str = "auto"
) -> Chosen:
    """Classification or regression.

    Args:
        target: The target without gaps.
        asked: What the person said; "regression_anyway" confirms a questioned regression.
        algorithm: Its task settles an open question.
        metric: Its task settles an open question.

    Raises:
        NeedsChoice: A regression is asked of a target that looks like classes.
        BadRequest: Task, algorithm and metric contradict one another.
        Refused: The target has too many different texts to be classes, or is a date.
    """
    found = _from_data(target)
    implied = _implied(algorithm, metric)
    if asked in {"classification", "regression"} and implied and implied.value != asked:
        raise BadRequest(f"This is a {asked}, but {implied.reason}.", "Leave one of them open.")
    if asked == "regression_anyway":
        _need_numbers(target)
        return Chosen("regression", "a regression, as you insisted")
    wanted = asked if asked != "auto" else implied.value if implied else found.value
    if wanted == "regression":
        _question_regression(target, found)
    else:
        _need_classes(target)
    if asked == "auto" and (not implied or implied.value == found.value):
        return found
    reason = implied.reason if asked == "auto" and implied else f"a {wanted}, as you asked"
    return Chosen(wanted, reason)


def choose_metric(target: pd.Series, *, task: Task, asked: str) -> Chosen:
    """The metric that judges the candidates.

    Raises:
        BadRequest: No such metric.
        NeedsChoice: The metric belongs to the other task.
    """
    if asked != "auto":
        if asked not in METRICS:
            raise BadRequest(f"There is no metric {asked!r}.", f"Known: {', '.join(METRICS)}.")
        if METRICS[asked].task != task:
            raise NeedsChoice(
                f"{METRICS[asked].label} judges a {METRICS[asked].task}, and this is a {task}. "
                "Which metric instead?",
                "metric",
                _metric_options(task),
            )
        return Chosen(asked, "as you asked")
    usual = usual_metric(skew=_skew(target, task), sizes=_sizes(target, task))
    return Chosen(usual, WHY_USUAL[usual])


def _skew(target: pd.Series, task: Task) -> float | None:
    if task == "classification":
        return None
    return float(stats.skew(target.to_numpy(dtype=np.float64))) if len(target) > 2 else 0.0


def _sizes(target: pd.Series, task: Task) -> list[int]:
    return [] if task == "regression" else list(map(int, target.value_counts()))


def _from_data(target: pd.Series) -> Chosen:
    name, distinct = str(target.name), int(target.nunique())
    kind = kind_of(target)
    if kind in {"category", "boolean"}:
        return Chosen("classification", f"`{name}` says which of {distinct} classes")
    if kind == "date":
        raise Refused(f"`{name}` holds dates, and dates cannot be a target.",
                      "Turn it into a number first, for example days until the event.")  # fmt: skip
    if distinct == 2:
        return Chosen("classification", f"`{name}` has only two values")
    if distinct <= _FEW_NUMBERS and distinct < 0.1 * len(target) and _is_whole(target):
        return Chosen(
            "classification", f"`{name}` has only {distinct} different whole numbers; "
            "say *regression* if their distance matters",
        )  # fmt: skip
    return Chosen("regression", f"`{name}` is a number with {distinct:,} different values")


def _is_whole(target: pd.Series) -> bool:
    values = target.to_numpy(dtype=np.float64)
    return bool((values == np.round(values)).all())


def _implied(algorithm: str, metric: str) -> Chosen | None:
    if algorithm != "auto" and algorithm not in ALGORITHMS:
        raise BadRequest(f"There is no algorithm {algorithm!r}.",
                         f"Known: {', '.join(ALGORITHMS)}.")  # fmt: skip
    tasks = ALGORITHMS[algorithm].tasks if algorithm in ALGORITHMS else ()
    if len(tasks) == 1:
        return Chosen(tasks[0], f"{algorithm.replace('_', ' ')} is for {tasks[0]}")
    if metric in METRICS:
        return Chosen(METRICS[metric].task, f"{METRICS[metric].label} judges a "
                      f"{METRICS[metric].task}")  # fmt: skip
    return None


def _question_regression(target: pd.Series, found: Chosen) -> None:
    name, distinct = str(target.name), int(target.nunique())
    if found.value == "regression" or (kind_of(target) == "number" and distinct > 2):
        return
    classes = Option(f"Classification: which of the {distinct} classes", "classification")
    if kind_of(target) == "category":
        raise NeedsChoice(
            f"`{name}` is text with {distinct:,} different values, so there is no number for a "
            "regression to predict. What should I do?",
            "task",
            (classes, Option("Decide from the data", "auto")),
        )
    shown = " and ".join(str(value) for value in sorted(target.unique()))
    raise NeedsChoice(
        f"`{name}` only takes the values {shown}. A regression would predict numbers in between; "
        "a classification gives the class and its probability. Which one?",
        "task",
        (classes, Option("Regression all the same", "regression_anyway")),
    )


def _need_numbers(target: pd.Series) -> None:
    if kind_of(target) not in {"number", "boolean"}:
        raise BadRequest(f"`{target.name}` is not a number, so a regression cannot predict it.",
                         "Ask for a classification.")  # fmt: skip


def _need_classes(target: pd.Series) -> None:
    distinct = int(target.nunique())
    if distinct <= MAX_CLASSES:
        return
    if kind_of(target) == "number":
        raise NeedsChoice(
            f"`{target.name}` has {distinct:,} different numbers, too many for classes "
            f"(at most {MAX_CLASSES}). Predict the number instead?",
            "task",
            (Option("Regression: predict the number", "regression"),
             Option("Decide from the data", "auto")),
        )  # fmt: skip
    raise Refused(
        f"`{target.name}` has {distinct:,} different values in {len(target):,} rows, "
        f"too many to learn as classes (at most {MAX_CLASSES}).",
        "Pick a target with fewer values.",
    )


def _metric_options(task: Task) -> tuple[Option, ...]:
    return tuple(
        Option(f"{metric.label}: {metric.words}", metric.name)
        for metric in METRICS.values()
        if metric.task == task
    )
