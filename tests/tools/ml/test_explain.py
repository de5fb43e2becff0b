"""Explaining, evaluating and drawing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.tools.ml.tables import Ticking, houses, never, passengers, quiet
from tools.errors import BadRequest
from tools.ml.evaluation import evaluate
from tools.ml.explain import permutation_importance, row_reasons
from tools.ml.predictions import predict_frame
from tools.ml.preparation import TrainingRequest
from tools.ml.recipe import DropMissingRows
from tools.ml.training import TrainedModel, train


def _train(frame: pd.DataFrame, target: str, **asked: object) -> TrainedModel:
    request = TrainingRequest(target, **asked)  # type: ignore[arg-type]
    return train(frame, request, progress=quiet, should_stop=never, clock=Ticking(3.0))


@pytest.fixture(scope="module")
def price() -> TrainedModel:
    frame = houses().assign(noise=np.random.default_rng(4).normal(size=240))
    return _train(frame, "price", algorithm="ridge")


@pytest.fixture(scope="module")
def survived() -> TrainedModel:
    recipe = (DropMissingRows(("age",)),)
    return _train(passengers(), "survived", algorithm="logistic_regression", recipe=recipe)


def test_importance_finds_what_matters(price: TrainedModel) -> None:
    """The column that makes the price comes first, noise last and near zero."""
    frame = houses(400, seed=8).assign(noise=0.5)
    found = permutation_importance(
        price.pipeline, price.contract, frame, frame["price"].to_numpy(), metric="r2", seed=0
    )
    assert found[0].name == "size"
    assert found[-1].name == "noise"
    assert abs(found[-1].drop) < 0.01


def test_reasons_of_a_linear_model_are_its_terms(price: TrainedModel) -> None:
    """Effects of single columns add up to the distance from the typical answer."""
    typical = {feature.name: feature.typical for feature in price.contract.features}
    row = typical | {"size": 200.0, "district": "north"}
    frame = pd.DataFrame([row, typical])
    answers = predict_frame(price.pipeline, price.contract, frame).values
    (reasons, none) = row_reasons(price.pipeline, price.contract, frame, top=5)
    assert {reason.name for reason in reasons} <= {"size", "district"}
    assert reasons[0].name == "size"
    assert reasons[0].value == 200.0
    assert sum(reason.effect for reason in reasons) == pytest.approx(answers[0] - answers[1])
    assert none == ()


def test_reasons_of_a_class_are_changes_of_its_probability(survived: TrainedModel) -> None:
    """Being a woman raises the probability that is answered for a woman."""
    frame = passengers(seed=3).dropna()
    frame = frame[frame["sex"] == "female"].head(1)
    ((first, *_),) = row_reasons(survived.pipeline, survived.contract, frame)
    assert first.name in {"sex", "fare", "crew"}
    assert -1 <= first.effect <= 1


def test_evaluation_on_new_data(survived: TrainedModel) -> None:
    """All metrics with intervals and baselines, the plots, and which rows were not judged."""
    frame = passengers(300, seed=5)
    frame["survived"] = frame["survived"].astype("float64")
    frame.loc[:9, "survived"] = np.nan
    frame.loc[10:12, "survived"] = 7.0
    found = evaluate(survived.pipeline, survived.contract, frame)
    gaps = int(frame["age"].iloc[13:].isna().sum())
    assert [skipped.rows for skipped in found.skipped] == [10, 3, gaps]
    assert found.rows == 300 - 13 - gaps
    assert [one.metric for one in found.metrics] == [
        "roc_auc", "accuracy", "balanced_accuracy", "f1", "log_loss",
    ]  # fmt: skip
    assert found.score.metric == "roc_auc"
    assert found.score.low <= found.score.value <= found.score.high
    assert found.figures[0].png.startswith(b"\x89PNG")


def test_evaluation_needs_the_truth(survived: TrainedModel) -> None:
    """Without the target, or with too few rows, there is nothing to judge."""
    frame = passengers(50)
    with pytest.raises(BadRequest, match="no column `survived`"):
        evaluate(survived.pipeline, survived.contract, frame.drop(columns="survived"))
    with pytest.raises(BadRequest, match="lacks `fare`"):
        evaluate(survived.pipeline, survived.contract, frame.drop(columns="fare"))
    with pytest.raises(BadRequest, match="rows can be judged"):
        evaluate(survived.pipeline, survived.contract, frame.head(3))


def test_target_matches_across_types(survived: TrainedModel) -> None:
    """Classes written as text, numbers or booleans are the same classes."""
    frame = passengers(100, seed=6)
    plain = evaluate(survived.pipeline, survived.contract, frame).score
    for other in ("str", "bool", "float64"):
        table = frame.assign(survived=frame["survived"].astype(other))
        assert evaluate(survived.pipeline, survived.contract, table).score == plain


def test_regression_evaluation(price: TrainedModel) -> None:
    """A regression is judged with its own metrics and plot."""
    found = evaluate(price.pipeline, price.contract, houses(80, seed=9).assign(noise=0.0))
    assert [one.metric for one in found.metrics] == ["mae", "rmse", "r2"]
    assert [plot.title for plot in found.figures] == ["Predicted against actual"]
    assert "R²" in found.figures[0].alt
