"""Intervals: how far the score of a few held-out rows may be from the truth."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import stats

from tools.ml.scores import (
    METRICS,
    Floats,
    Naive,
    Predicted,
    Score,
    baseline_words,
    confusion,
    from_confusion,
    log_losses,
    naive_prediction,
    score_of,
)

_Z: Final = 1.959963984540054
_RESAMPLES: Final = 1000
_RANK_RESAMPLES: Final = 200


def score(metric: str, predicted: Predicted, *, naive: Naive, seed: int) -> Score:
    """One metric with interval and baseline; see `interval` for the methods."""
    about = METRICS[metric]
    value = score_of(metric, predicted)
    low, high, method = interval(metric, predicted, seed=seed)
    return Score(
        metric=metric,
        label=about.label,
        words=about.words,
        value=value,
        low=low,
        high=high,
        baseline=score_of(metric, naive_prediction(naive, predicted, metric=metric)),
        baseline_words=baseline_words(naive, metric=metric),
        interval_method=method,
        higher_is_better=about.higher_is_better,
        rows=len(predicted.truth),
    )


def interval(metric: str, predicted: Predicted, *, seed: int) -> tuple[float, float, str]:
    """A 95 % interval: low, high, and the method in words.

    Accuracy: Wilson (1927). ROC AUC of two classes: DeLong, DeLong and Clarke-Pearson (1988),
    on the logit scale. Everything else: the percentile bootstrap over rows (Efron 1979).
    """
    rows = len(predicted.truth)
    if metric == "accuracy":
        low, high = _wilson(score_of(metric, predicted), rows)
        return low, high, "Wilson"
    if metric == "roc_auc" and predicted.positive is not None:
        low, high = _delong(predicted, predicted.positive)
        return low, high, "DeLong"
    values = _bootstrap(metric, predicted, np.random.default_rng(seed))
    values = values[np.isfinite(values)]
    if rows < 2 or not len(values):
        return float("nan"), float("nan"), "too few rows"
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high), f"bootstrap, {len(values):,} resamples"


def _wilson(share: float, rows: int) -> tuple[float, float]:
    centre = share + _Z**2 / (2 * rows)
    reach = _Z * np.sqrt(share * (1 - share) / rows + _Z**2 / (4 * rows**2))
    scale = 1 + _Z**2 / rows
    return float(max(0.0, (centre - reach) / scale)), float(min(1.0, (centre + reach) / scale))


def _delong(predicted: Predicted, positive_code: int) -> tuple[float, float]:
    """DeLong's variance through mid-ranks (Sun and Xu 2014), interval on the logit scale."""
    positive = predicted.truth == positive_code
    marks = predicted.probabilities[:, positive_code]
    ups, downs = marks[positive], marks[~positive]
    if len(ups) < 2 or len(downs) < 2:
        return 0.0, 1.0
    everything = stats.rankdata(marks)
    from_ups = (everything[positive] - stats.rankdata(ups)) / len(downs)
    from_downs = 1.0 - (everything[~positive] - stats.rankdata(downs)) / len(ups)
    auc = float(from_ups.mean())
    variance = from_ups.var(ddof=1) / len(ups) + from_downs.var(ddof=1) / len(downs)
    if variance <= 0 or not 0 < auc < 1:
        # A perfect order has no variance: the exact binomial bound of the smaller class instead.
        edge = 0.025 ** (1 / min(len(ups), len(downs)))
        return (edge, 1.0) if auc >= 1 else (0.0, 1.0 - edge) if auc <= 0 else (auc, auc)
    logit = np.log(auc / (1 - auc))
    reach = _Z * np.sqrt(variance) / (auc * (1 - auc))
    low, high = 1 / (1 + np.exp(-(logit - reach))), 1 / (1 + np.exp(-(logit + reach)))
    return float(low), float(high)


def _bootstrap(metric: str, predicted: Predicted, rng: np.random.Generator) -> Floats:
    """The metric on resamples of the rows; count-based metrics resample the cells instead."""
    rows = len(predicted.truth)
    if metric in {"balanced_accuracy", "f1"}:
        cells = confusion(predicted)
        drawn = rng.multinomial(rows, cells.ravel() / rows, size=_RESAMPLES)
        stack = drawn.reshape(_RESAMPLES, *cells.shape)
        return np.array(from_confusion(metric, stack, predicted.positive))
    if metric == "roc_auc":
        return _bootstrap_auc(predicted, rng)
    per_row = _row_sums(metric, predicted)
    sums = np.empty((_RESAMPLES, per_row.shape[1]))
    for number in range(_RESAMPLES):
        weights = np.bincount(rng.integers(rows, size=rows), minlength=rows)
        sums[number] = weights @ per_row
    means = sums / rows
    if metric == "rmse":
        return np.asarray(np.sqrt(means[:, 0]))
    if metric == "r2":
        spread = means[:, 2] - means[:, 1] ** 2
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(spread > 0, 1 - means[:, 0] / spread, np.nan))
    return np.asarray(means[:, 0])


def _row_sums(metric: str, predicted: Predicted) -> Floats:
    """What each row adds to the metric's means: rows × 1, or × 3 for R²."""
    if metric == "log_loss":
        return log_losses(predicted)[:, None]
    misses = predicted.truth - predicted.values
    if metric == "mae":
        return np.abs(misses)[:, None]
    # Centred so that the difference of squares keeps its digits.
    centred = predicted.truth - predicted.truth.mean()
    return np.column_stack([misses**2, centred, centred**2])


def _bootstrap_auc(predicted: Predicted, rng: np.random.Generator) -> Floats:
    rows = len(predicted.truth)
    values = np.empty(_RANK_RESAMPLES)
    for number in range(_RANK_RESAMPLES):
        picked = rng.integers(rows, size=rows)
        part = Predicted(predicted.truth[picked], predicted.values[picked],
                         predicted.probabilities[picked])  # fmt: skip
        values[number] = score_of("roc_auc", part)
    return values
