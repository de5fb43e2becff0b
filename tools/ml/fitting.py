"""One learning problem, and how a candidate is fitted to some of its rows and judged on others."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from tools.ml.candidates import CandidateSpec
from tools.ml.columns import Column
from tools.ml.pipelines import build_pipeline, class_probabilities
from tools.ml.recipe import Recipe
from tools.ml.replay import Plan, column_steps, without_outliers
from tools.ml.scores import Floats, Predicted, Task
from tools.ml.splits import Rows, Split, draw_rows


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything a candidate needs to know.

    Attributes:
        frame: Original columns of the usable rows, indexed from 0.
        truth: Class codes or numbers, one per row.
        columns: The features.
        plan: The recipe in original names.
        task: classification or regression.
        classes: How many; 0 for a regression.
        positive: Code of the class that "yes" means; `None` unless there are two.
        metric: What is compared.
        split: Training rows and held-out rows.
        folds: (fit, judge) positions within the training rows.
    """

    frame: pd.DataFrame
    truth: Floats
    columns: tuple[Column, ...]
    plan: Plan
    task: Task
    classes: int
    positive: int | None
    metric: str
    split: Split
    folds: tuple[tuple[Rows, Rows], ...]

    @property
    def steps(self) -> Recipe:
        """The recipe steps that are fitted inside the pipeline."""
        return column_steps(self.plan, tuple(column.name for column in self.columns))


def rows_to_learn(problem: Problem, spec: CandidateSpec, rows: Rows) -> Rows:
    """Those of `rows` that the candidate learns from: at most `spec.rows`, without outliers."""
    drawn = draw_rows(rows, spec.rows, seed=spec.seed)
    return drawn[without_outliers(problem.frame.iloc[drawn], problem.plan)]


def fit(problem: Problem, spec: CandidateSpec, rows: Rows) -> Pipeline:
    """A pipeline fitted on these rows; the recipe's outlier limits are learnt on them too."""
    learnt = rows_to_learn(problem, spec, rows)
    pipeline = build_pipeline(
        spec,
        task=problem.task,
        columns=problem.columns,
        recipe=problem.steps,
        classes=problem.classes,
    )
    truth = problem.truth[learnt]
    with warnings.catch_warnings():
        # Slow convergence and the like show in the score; nobody reads them here.
        warnings.simplefilter("ignore")
        pipeline.fit(
            problem.frame.iloc[learnt], truth.astype(np.int64) if problem.classes else truth
        )
    return pipeline


def judge(problem: Problem, pipeline: Pipeline, rows: Rows) -> Predicted:
    """What the pipeline says about these rows, beside the truth."""
    return predict(
        pipeline,
        problem.frame.iloc[rows],
        problem.truth[rows],
        classes=problem.classes,
        positive=problem.positive,
    )


def predict(
    model: Any,
    features: pd.DataFrame | Floats,
    truth: Floats,
    *,
    classes: int,
    positive: int | None,
) -> Predicted:
    """Predictions of a pipeline, or of its estimator on encoded features.

    The class with the highest probability is the answer.
    """
    if not classes:
        return Predicted(truth, np.asarray(model.predict(features), dtype=np.float64))
    probabilities = class_probabilities(model, features, classes=classes)
    values = probabilities.argmax(axis=1).astype(np.float64)
    return Predicted(truth, values, probabilities, positive)
