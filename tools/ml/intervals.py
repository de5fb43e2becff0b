"""Intervals: how far the score of a few held-out rows may be from the truth."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import stats

from tools.ml.scores import (
    METRICS,
    Codes,
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
_FROM_COUNTS: Final = frozenset({"accuracy", "balanced_accuracy", "f1"})
_UP_TO_ONE: Final = frozenset({"balanced_accuracy", "f1", "roc_auc"})


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
    on the logit scale. Everything else: the percentile bootstrap (Efron 1979), widened for few
    rows as in Hesterberg (2015). Where rows hang together, whole groups are resampled, and an
    interval never gets narrower than the rows alone would make it.
    """
    low, high, method = _by_rows(metric, predicted, seed=seed)
    if predicted.groups is None:
        return low, high, method
    values = _bootstrap(metric, predicted, predicted.groups, np.random.default_rng(seed))
    units = len(np.unique(predicted.groups))
    wider = _percentiles(values, units)
    return (
        float(np.nanmin([low, wider[0]])),
        float(np.nanmax([high, wider[1]])),
        f"bootstrap over {units:,} groups",
    )


def _by_rows(metric: str, predicted: Predicted, *, seed: int) -> tuple[float, float, str]:
    rows = len(predicted.truth)
    if metric == "accuracy":
        low, high = _wilson(score_of(metric, predicted), rows)
        return low, high, "Wilson"
    if metric == "roc_auc" and predicted.positive is not None:
        low, high = _delong(predicted, predicted.positive)
        return low, high, "DeLong"
    values = _bootstrap(metric, predicted, np.arange(rows), np.random.default_rng(seed))
    low, high = _percentiles(values, rows)
    if metric in _UP_TO_ONE and not np.any(predicted.truth != predicted.values):
        # Resamples of rows without a mistake never hold one, yet the next row may be one.
        low = min(low, _wilson(1.0, rows)[0])
    return low, high, f"bootstrap, {len(values):,} resamples"


def _percentiles(values: Floats, units: int) -> tuple[float, float]:
    """Where 95 % of the resamples lie, or more if few units were resampled.

    The percentile interval of n values is too narrow by about sqrt((n - 1) / n) and by the
    difference between the normal and Student's t (Hesterberg 2015, "What Teachers Should Know
    About the Bootstrap", section 4.2).
    """
    values = values[np.isfinite(values)]
    if units < 2 or not len(values):
        return float("nan"), float("nan")
    reach = stats.t.ppf(0.975, units - 1) * np.sqrt(units / (units - 1))
    tail = float(stats.norm.sf(reach))
    low, high = np.quantile(values, (tail, 1 - tail))
    return float(low), float(high)


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


def _bootstrap(
    metric: str, predicted: Predicted, groups: Codes, rng: np.random.Generator
) -> Floats:
    """The metric on resamples of the groups (each row its own, if nothing hangs together)."""
    codes = np.unique(groups, return_inverse=True)[1]
    units = int(codes.max()) + 1
    if metric == "roc_auc":
        return _bootstrap_auc(predicted, codes, units, rng)
    if metric in _FROM_COUNTS:
        return _bootstrap_counts(metric, predicted, codes, units, rng)
    per_row = _row_parts(metric, predicted)
    parts = np.column_stack([np.bincount(codes, column, units) for column in per_row.T])
    sizes = np.bincount(codes, minlength=units)
    means = np.empty((_RESAMPLES, parts.shape[1]))
    for number in range(_RESAMPLES):
        weights = _drawn(units, rng)
        means[number] = weights @ parts / (weights @ sizes)
    if metric == "rmse":
        return np.asarray(np.sqrt(means[:, 0]))
    if metric == "r2":
        spread = means[:, 2] - means[:, 1] ** 2
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(spread > 0, 1 - means[:, 0] / spread, np.nan))
    return np.asarray(means[:, 0])


def _drawn(units: int, rng: np.random.Generator) -> Codes:
    """How often each unit is in one resample."""
    return np.bincount(rng.integers(units, size=units), minlength=units)


def _bootstrap_counts(
    metric: str, predicted: Predicted, codes: Codes, units: int, rng: np.random.Generator
) -> Floats:
    """Metrics that only count; single rows are resampled through the cells of the matrix."""
    cells, rows = confusion(predicted), len(predicted.truth)
    if units == rows:
        stack = rng.multinomial(rows, cells.ravel() / rows, size=_RESAMPLES)
    else:
        cell = predicted.truth.astype(np.int64) * len(cells) + predicted.values.astype(np.int64)
        stack = np.empty((_RESAMPLES, cells.size), dtype=np.int64)
        for number in range(_RESAMPLES):
            stack[number] = np.bincount(cell, _drawn(units, rng)[codes], cells.size)
    return np.array(
        from_confusion(metric, stack.reshape(_RESAMPLES, *cells.shape), predicted.positive)
    )


def _row_parts(metric: str, predicted: Predicted) -> Floats:
    """What each row adds to the metric's means: rows × 1, or × 3 for R²."""
    if metric == "log_loss":
        return log_losses(predicted)[:, None]
    misses = predicted.truth - predicted.values
    if metric == "mae":
        return np.abs(misses)[:, None]
    # Centred so that the difference of squares keeps its digits.
    centred = predicted.truth - predicted.truth.mean()
    return np.column_stack([misses**2, centred, centred**2])


def _bootstrap_auc(
    predicted: Predicted, codes: Codes, units: int, rng: np.random.Generator
) -> Floats:
    order = np.argsort(codes, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(codes, minlength=units))[:-1])
    values = np.empty(_RANK_RESAMPLES)
    for number in range(_RANK_RESAMPLES):
        drawn = rng.integers(units, size=units)
        picked = np.concatenate([members[unit] for unit in drawn])
        part = Predicted(predicted.truth[picked], predicted.values[picked],
                         predicted.probabilities[picked], predicted.positive)  # fmt: skip
        values[number] = score_of("roc_auc", part)
    return values
