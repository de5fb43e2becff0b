"""Judging a trained model on any dataset that holds its target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from tools.cards import number
from tools.errors import BadRequest
from tools.ml.contract import Contract
from tools.ml.fitting import predict
from tools.ml.intervals import score
from tools.ml.labels import codes_of, numbers_of
from tools.ml.plots import Plot, result_plots
from tools.ml.predictions import answerable, feature_frame
from tools.ml.scores import METRICS, Floats, Predicted, Score

_FEWEST_ROWS = 5
_CLEARLY = 0.1


@dataclass(frozen=True, slots=True)
class Skipped:
    """Rows that could not be judged, and why."""

    rows: int
    reason: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How a model does on a dataset.

    Attributes:
        score: The model's own metric with interval and baseline.
        metrics: Every metric of the task, in a fixed order; the model's own included.
        rows: How many rows were judged.
        skipped: Which were not.
        figures: The plots that fit the task.
        predicted: Answers beside the truth.
        warnings: What to know before trusting it.
    """

    score: Score
    metrics: tuple[Score, ...]
    rows: int
    skipped: tuple[Skipped, ...]
    figures: tuple[Plot, ...]
    predicted: Predicted
    warnings: tuple[str, ...]


def evaluate(
    pipeline: Pipeline, contract: Contract, frame: pd.DataFrame, *, seed: int = 0
) -> Evaluation:
    """Judge a model on the rows of a dataset; the baseline is what guessing learnt in training.

    Args:
        pipeline: The model.
        contract: Of the same model.
        frame: Original columns and the target.
        seed: For the bootstrap.

    Raises:
        BadRequest: The target or a feature is not there, or fewer than five rows can be judged.
    """
    name = _target(contract, frame)
    features = feature_frame(contract, frame)
    truth, unknown = _truth(frame[name], contract)
    gaps = ~answerable(contract, features)
    empty = np.isnan(truth) & ~unknown
    kept = ~np.isnan(truth) & ~gaps
    if kept.sum() < _FEWEST_ROWS:
        raise BadRequest(f"Only {int(kept.sum())} rows can be judged.",
                         f"The dataset needs rows with `{contract.target}` filled.")  # fmt: skip
    predicted = predict(
        pipeline,
        features.loc[kept],
        truth[kept],
        classes=len(contract.classes),
        positive=contract.positive,
    )
    counted = (
        (int(empty.sum()), f"`{contract.target}` is empty"),
        (int(unknown.sum()), f"`{contract.target}` is a class the model does not know"),
        (int((gaps & ~empty & ~unknown).sum()),
         f"a gap in {', '.join(contract.refuses_missing)}; such rows were left out of training"),
    )  # fmt: skip
    metrics = all_scores(predicted, contract, seed=seed)
    own = next(one for one in metrics if one.metric == contract.metric)
    return Evaluation(
        score=own,
        metrics=metrics,
        rows=int(kept.sum()),
        skipped=tuple(Skipped(rows, reason) for rows, reason in counted if rows),
        figures=result_plots(predicted, contract),
        predicted=predicted,
        warnings=score_warnings(own),
    )


def rows_learnt_from(contract: Contract, frame: pd.DataFrame, learnt: pd.DataFrame) -> int:
    """How many rows of a dataset the model has learnt from: same features, same target.

    Rows may agree by accident; 0 unless clearly more do than repeat one another in `learnt`.

    Args:
        contract: Of the model.
        frame: The dataset, in original columns with the target.
        learnt: The table it was trained on.
    """
    ours, theirs = _fingerprints(contract, frame), _fingerprints(contract, learnt)
    seen = int(np.isin(ours, theirs).sum())
    by_accident = float(pd.Series(theirs).duplicated(keep=False).mean())
    return seen if seen > (by_accident + _CLEARLY) * len(ours) else 0


def _fingerprints(contract: Contract, frame: pd.DataFrame) -> np.ndarray:
    features = feature_frame(contract, frame)
    keys = pd.util.hash_pandas_object(features, index=False).to_numpy()
    truth = _truth(frame[_target(contract, frame)], contract)[0]
    return np.asarray(keys ^ pd.util.hash_array(truth))


def _target(contract: Contract, frame: pd.DataFrame) -> str:
    """The target's column in a dataset, in any case."""
    if contract.target in frame.columns:
        return contract.target
    folded = {str(name).casefold(): str(name) for name in frame.columns}
    name = folded.get(contract.target.casefold())
    if name is None:
        raise BadRequest(
            f"The dataset has no column `{contract.target}`, so there is no truth to compare with.",
            "Use a dataset that holds what really happened.",
        )
    return name


def all_scores(predicted: Predicted, contract: Contract, *, seed: int) -> tuple[Score, ...]:
    """Every metric of the task with interval and baseline."""
    return tuple(
        score(metric.name, predicted, naive=contract.naive, seed=seed)
        for metric in METRICS.values()
        if metric.task == contract.task
    )


def score_warnings(own: Score) -> tuple[str, ...]:
    """What a score says against itself."""
    if own.beats_baseline:
        return ()
    better = own.value > own.baseline if own.higher_is_better else own.value < own.baseline
    words = "not clearly better" if better else "no better"
    return (
        f"It is {words} than guessing ({own.baseline_words}): {own.label} {number(own.value)} "
        f"against {number(own.baseline)}.",
    )


def _truth(series: pd.Series, contract: Contract) -> tuple[Floats, np.ndarray]:
    """Class codes or numbers, NaN where there is none; and where the class is unknown."""
    if not contract.classes:
        return numbers_of(series), np.zeros(len(series), dtype=bool)
    codes = codes_of(series, contract.classes)
    return codes, np.isnan(codes) & series.notna().to_numpy()
