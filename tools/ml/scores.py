"""Metrics: what each says in words, its value, its 95 % interval and its naive baseline."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]
Task: TypeAlias = Literal["classification", "regression"]

_EPS: Final = 1e-15


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric and what people should know to read it."""

    name: str
    label: str
    words: str
    task: Task
    higher_is_better: bool


METRICS: Final[dict[str, Metric]] = {
    metric.name: metric
    for metric in (
        Metric("roc_auc", "ROC AUC", "how well it ranks the classes (0.5 is chance, 1 is perfect)",
               "classification", True),
        Metric("accuracy", "Accuracy", "share of rows it gets right", "classification", True),
        Metric("balanced_accuracy", "Balanced accuracy",
               "share it gets right, averaged over the classes", "classification", True),
        Metric("f1", "F1", "balance of precision and recall (1 is perfect)",
               "classification", True),
        Metric("log_loss", "Log loss", "penalty for confident mistakes (0 is perfect)",
               "classification", False),
        Metric("mae", "MAE", "average distance from the truth, in the target's unit",
               "regression", False),
        Metric("rmse", "RMSE", "distance from the truth with large misses counted more, "
               "in the target's unit", "regression", False),
        Metric("r2", "R²", "share of the target's variation it explains (1 is perfect)",
               "regression", True),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Predicted:
    """Predictions beside the truth.

    Attributes:
        truth: Class codes (0 … k-1) or numbers, one per row.
        values: Predicted class codes or numbers, one per row.
        probabilities: Rows × classes; empty for a regression.
        positive: Code of the class that "yes" means; `None` unless there are two classes.
        groups: Which rows hang together, as a number per row; `None` if none do.
    """

    truth: Floats
    values: Floats
    probabilities: Floats = field(default_factory=lambda: np.empty((0, 0)))
    positive: int | None = None
    groups: Codes | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """One metric on held-out rows, its 95 % interval, and what guessing would score."""

    metric: str
    label: str
    words: str
    value: float
    low: float
    high: float
    baseline: float
    baseline_words: str
    interval_method: str
    higher_is_better: bool
    rows: int

    @property
    def beats_baseline(self) -> bool:
        """Whether the whole interval lies on the good side of the baseline."""
        return self.low > self.baseline if self.higher_is_better else self.high < self.baseline


@dataclass(frozen=True, slots=True)
class Naive:
    """What guessing without features would say, learnt from the training target.

    Attributes:
        median: Of the target; 0, and never read, for a classification.
        mean: Of the target; 0, and never read, for a classification.
        prior: Share of each class; empty for a regression.
    """

    median: float = 0.0
    mean: float = 0.0
    prior: tuple[float, ...] = ()


def learn_naive(truth: Floats, *, classes: int) -> Naive:
    """The naive predictor of a target; `classes` is 0 for a regression."""
    if classes:
        counts = np.bincount(truth.astype(np.int64), minlength=classes)
        return Naive(prior=tuple(float(share) for share in counts / counts.sum()))
    return Naive(median=float(np.median(truth)), mean=float(np.mean(truth)))


def naive_prediction(naive: Naive, predicted: Predicted, *, metric: str) -> Predicted:
    """What guessing would have said for the same rows."""
    rows = len(predicted.truth)
    if naive.prior:
        prior = np.tile(np.array(naive.prior), (rows, 1))
        values = np.full(rows, float(np.argmax(naive.prior)))
        return Predicted(predicted.truth, values, prior, predicted.positive)
    constant = naive.median if metric == "mae" else naive.mean
    return Predicted(predicted.truth, np.full(rows, constant))


def baseline_words(naive: Naive, *, metric: str) -> str:
    """What the naive predictor does, for people."""
    if naive.prior:
        return "chance" if metric == "roc_auc" else "always the most frequent class"
    return "always the median" if metric == "mae" else "always the mean"


def score_of(metric: str, predicted: Predicted) -> float:
    """The value of one metric; `nan` where it is undefined (one class only, one row)."""
    if METRICS[metric].task == "regression":
        return _regression(metric, predicted.truth, predicted.values)
    if metric == "roc_auc":
        return _roc_auc(predicted)
    if metric == "log_loss":
        return float(np.mean(log_losses(predicted)))
    return from_confusion(metric, confusion(predicted)[None], predicted.positive)[0]


def confusion(predicted: Predicted) -> npt.NDArray[np.int64]:
    """Counts by true class (row) and predicted class (column)."""
    truth, values = predicted.truth.astype(np.int64), predicted.values.astype(np.int64)
    classes = predicted.probabilities.shape[1]
    cells = np.bincount(truth * classes + values, minlength=classes * classes)
    return cells.reshape(classes, classes).astype(np.int64)


def _regression(metric: str, truth: Floats, values: Floats) -> float:
    if metric == "mae":
        return float(np.mean(np.abs(truth - values)))
    squared = float(np.mean((truth - values) ** 2))
    if metric == "rmse":
        return float(np.sqrt(squared))
    spread = float(np.var(truth))
    return 1.0 - squared / spread if spread > 0 else float("nan")


def log_losses(predicted: Predicted) -> Floats:
    """The penalty of each row: minus the log of the probability its true class was given."""
    chosen = predicted.probabilities[np.arange(len(predicted.truth)), predicted.truth.astype(int)]
    return np.asarray(-np.log(np.clip(chosen, _EPS, 1.0)), dtype=np.float64)


def _auc(positive: npt.NDArray[np.bool_], marks: Floats) -> float:
    """The Mann-Whitney form: the share of pairs in the right order, ties half."""
    ups = int(positive.sum())
    downs = len(positive) - ups
    if not ups or not downs:
        return float("nan")
    ranks = stats.rankdata(marks)
    return float((ranks[positive].sum() - ups * (ups + 1) / 2) / (ups * downs))


def _roc_auc(predicted: Predicted) -> float:
    """Of two classes as usual; of more, one against the rest, weighted by class size."""
    if predicted.positive is not None:
        code = predicted.positive
        return _auc(predicted.truth == code, predicted.probabilities[:, code])
    parts, weights = [], []
    for code in range(predicted.probabilities.shape[1]):
        part = _auc(predicted.truth == code, predicted.probabilities[:, code])
        if np.isfinite(part):
            parts.append(part)
            weights.append(float((predicted.truth == code).sum()))
    return float(np.average(parts, weights=weights)) if parts else float("nan")


def from_confusion(metric: str, cells: npt.NDArray[np.int64], positive: int | None) -> list[float]:
    """Accuracy, balanced accuracy or F1 of each matrix in a stack (n × k × k)."""
    counts = cells.astype(np.float64)
    hits = np.diagonal(counts, axis1=1, axis2=2)
    truths, guesses = counts.sum(axis=2), counts.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        if metric == "accuracy":
            return list((hits.sum(axis=1) / counts.sum(axis=(1, 2))).tolist())
        present = truths > 0
        if metric == "balanced_accuracy":
            recall = np.where(present, hits / truths, 0.0)
            return list((recall.sum(axis=1) / present.sum(axis=1)).tolist())
        f1 = np.where(truths + guesses > 0, 2 * hits / (truths + guesses), 0.0)
        if positive is not None:
            return list(f1[:, positive].tolist())
        return list((f1.sum(axis=1) / ((truths + guesses) > 0).sum(axis=1)).tolist())
