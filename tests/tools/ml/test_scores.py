"""Metrics, intervals and baselines against scikit-learn and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from tools.ml.intervals import interval, score
from tools.ml.scores import METRICS, Naive, Predicted, learn_naive, score_of


def _classes(rows: int, classes: int, seed: int) -> Predicted:
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.ones(classes), rows).round(2) + 1e-6
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    truth = np.concatenate([np.arange(classes), rng.integers(classes, size=rows - classes)])
    positive = 1 if classes == 2 else None
    values = probabilities.argmax(axis=1).astype(float)
    return Predicted(truth.astype(float), values, probabilities, positive)


@settings(max_examples=25, deadline=None)
@given(st.integers(8, 60), st.integers(2, 5), st.integers(0, 99))
def test_classification_metrics_equal_scikit_learn(rows: int, classes: int, seed: int) -> None:
    """Our fast metrics are the ones everybody knows."""
    predicted = _classes(rows, classes, seed)
    truth, values, shares = predicted.truth, predicted.values, predicted.probabilities
    labels = np.arange(classes)
    auc = (
        metrics.roc_auc_score(truth, shares[:, 1])
        if classes == 2
        else metrics.roc_auc_score(truth, shares, multi_class="ovr", average="weighted")
    )
    f1 = (
        metrics.f1_score(truth, values)
        if classes == 2
        else metrics.f1_score(truth, values, average="macro")
    )
    expected = {
        "roc_auc": auc,
        "accuracy": metrics.accuracy_score(truth, values),
        "balanced_accuracy": metrics.recall_score(truth, values, average="macro"),
        "f1": f1,
        "log_loss": metrics.log_loss(truth, shares, labels=labels),
    }
    assert {name: score_of(name, predicted) for name in expected} == pytest.approx(expected)


@settings(max_examples=25, deadline=None)
@given(st.integers(3, 60), st.integers(0, 99))
def test_regression_metrics_equal_scikit_learn(rows: int, seed: int) -> None:
    """MAE, RMSE and R² are the ones everybody knows."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=rows)
    predicted = Predicted(truth, truth + rng.normal(size=rows))
    expected = {
        "mae": metrics.mean_absolute_error(truth, predicted.values),
        "rmse": metrics.root_mean_squared_error(truth, predicted.values),
        "r2": metrics.r2_score(truth, predicted.values),
    }
    assert {name: score_of(name, predicted) for name in expected} == pytest.approx(expected)


@pytest.mark.parametrize("metric", list(METRICS))
def test_interval_holds_the_value_and_narrows_with_rows(metric: str) -> None:
    """A 95 % interval surrounds the value and gets narrower with more rows."""
    widths = []
    for rows in (60, 2000):
        rng = np.random.default_rng(5)
        if METRICS[metric].task == "regression":
            truth = rng.normal(size=rows)
            predicted = Predicted(truth, truth + rng.normal(size=rows))
        else:
            predicted = _classes(rows, 2, 5)
        low, high, method = interval(metric, predicted, seed=0)
        assert low <= score_of(metric, predicted) <= high
        assert method
        widths.append(high - low)
    assert widths[1] < widths[0]


def test_wilson_interval_is_the_published_one() -> None:
    """Accuracy 8 of 10 has Wilson's interval 0.490 … 0.943."""
    truth = np.zeros(10)
    values = np.array([0.0] * 8 + [1.0] * 2)
    predicted = Predicted(truth, values, np.tile([0.5, 0.5], (10, 1)), 1)
    low, high, _ = interval("accuracy", predicted, seed=0)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)


def test_delong_covers_about_as_often_as_it_says() -> None:
    """The DeLong interval of two normals 1 apart holds the true AUC 0.760 in most samples."""
    held = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        truth = np.repeat([0.0, 1.0], 40)
        marks = 1 / (1 + np.exp(-(rng.normal(size=80) + truth)))
        shares = np.column_stack([1 - marks, marks])
        low, high, _ = interval("roc_auc", Predicted(truth, truth, shares, 1), seed=0)
        held += low <= 0.7602 <= high
    assert 180 <= held <= 198


def test_perfect_order_still_has_an_interval() -> None:
    """An AUC of 1 on few rows is not reported as certain."""
    truth = np.repeat([0.0, 1.0], 10)
    shares = np.column_stack([1 - truth, truth])
    low, high, _ = interval("roc_auc", Predicted(truth, truth, shares, 1), seed=0)
    assert low < 0.75
    assert high == 1.0


def test_baseline_is_what_guessing_scores() -> None:
    """The majority class, chance, the prior and the median are the baselines."""
    predicted = _classes(40, 2, 3)
    naive = Naive(prior=(0.7, 0.3))
    shares = np.tile([0.7, 0.3], (40, 1))
    found = {
        name: score(name, predicted, naive=naive, seed=0).baseline
        for name in ("roc_auc", "accuracy", "log_loss")
    }
    assert found == pytest.approx(
        {
            "roc_auc": 0.5,
            "accuracy": float((predicted.truth == 0).mean()),
            "log_loss": metrics.log_loss(predicted.truth, shares),
        }
    )
    truth = np.array([1.0, 2.0, 9.0])
    about = score("mae", Predicted(truth, truth), naive=learn_naive(truth, classes=0), seed=0)
    assert about.baseline == pytest.approx((1 + 0 + 7) / 3)
    assert about.beats_baseline


def test_few_rows_make_a_wide_interval() -> None:
    """The interval of a mean over eight rows holds the truth about as often as it says."""
    held = 0
    for seed in range(200):
        misses = np.abs(np.random.default_rng(seed).normal(size=8))
        low, high, _ = interval("mae", Predicted(np.zeros(8), misses), seed=0)
        held += low <= np.sqrt(2 / np.pi) <= high
    assert held >= 182


@pytest.mark.parametrize("metric", ["balanced_accuracy", "f1", "roc_auc"])
def test_no_mistake_on_few_rows_is_not_certainty(metric: str) -> None:
    """A perfect score of three classes on few rows still has an interval."""
    truth = np.tile([0.0, 1.0, 2.0], 8)
    predicted = Predicted(truth, truth, np.eye(3)[truth.astype(int)])
    low, high, _ = interval(metric, predicted, seed=0)
    assert low < 0.9
    assert high == 1.0


@pytest.mark.parametrize("metric", list(METRICS))
def test_rows_of_one_group_are_not_counted_as_independent(metric: str) -> None:
    """Rows repeated five times under one group give no narrower interval than once."""
    rng = np.random.default_rng(2)
    if METRICS[metric].task == "regression":
        truth = rng.normal(size=60)
        once = Predicted(truth, truth + rng.normal(size=60))
    else:
        once = _classes(60, 2, 5)
    again = np.repeat(np.arange(60), 5)
    shares = once.probabilities[again] if len(once.probabilities) else once.probabilities
    many = Predicted(once.truth[again], once.values[again], shares, once.positive, again)
    low, high, method = interval(metric, many, seed=0)
    narrow, wide, _ = interval(metric, once, seed=0)
    assert high - low > 0.8 * (wide - narrow)
    assert low <= score_of(metric, many) <= high
    assert "60 groups" in method
