"""The metrics that a model is judged by."""

from __future__ import annotations

import numpy as np
from sklearn import metrics

HIGHER_IS_BETTER = {
    "accuracy": True,
    "balanced_accuracy": True,
    "f1": True,
    "log_loss": False,
    "mae": False,
    "r2": True,
    "rmse": False,
    "roc_auc": True,
}


def regression_scores(truth: np.ndarray, answers: np.ndarray) -> dict[str, float]:
    """Every metric of a regression."""
    return {
        "mae": float(metrics.mean_absolute_error(truth, answers)),
        "rmse": float(metrics.root_mean_squared_error(truth, answers)),
        "r2": float(metrics.r2_score(truth, answers)),
    }


def class_scores(
    truth: np.ndarray, probabilities: np.ndarray, *, positive: int | None
) -> dict[str, float]:
    """Every metric of a classification.

    Args:
        truth: Codes of the true classes, one a row.
        probabilities: Rows × classes.
        positive: Code of the class that means yes, where there are two.
    """
    answers = probabilities.argmax(axis=1)
    chosen = probabilities[np.arange(len(truth)), truth]
    return {
        "accuracy": float(np.mean(answers == truth)),
        "balanced_accuracy": _balanced(truth, answers),
        "f1": _f1(truth, answers, positive),
        "log_loss": float(-np.log(np.clip(chosen, 1e-15, 1.0)).mean()),
        "roc_auc": _roc_auc(truth, probabilities, positive),
    }


def _balanced(truth: np.ndarray, answers: np.ndarray) -> float:
    return float(np.mean([np.mean(answers[truth == code] == code) for code in np.unique(truth)]))


def _f1(truth: np.ndarray, answers: np.ndarray, positive: int | None) -> float:
    if positive is not None:
        return float(metrics.f1_score(truth == positive, answers == positive, zero_division=0))
    return float(metrics.f1_score(truth, answers, average="macro", zero_division=0))


def _roc_auc(truth: np.ndarray, probabilities: np.ndarray, positive: int | None) -> float:
    """Of two classes as usual; of more, each against the rest, weighted by its size."""
    codes = [positive] if positive is not None else list(range(probabilities.shape[1]))
    areas, sizes = [], []
    for code in codes:
        size = int((truth == code).sum())
        if 0 < size < len(truth):
            areas.append(metrics.roc_auc_score(truth == code, probabilities[:, code]))
            sizes.append(size)
    return float(np.average(areas, weights=sizes)) if areas else float("nan")
