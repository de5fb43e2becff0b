"""A recipe replayed around a training: nothing leaks, and serving does what training did."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.tools.ml.tables import Ticking, houses, never, passengers, quiet
from tools.errors import BadRequest
from tools.ml.cleaning import fit_transform
from tools.ml.predictions import answerable, feature_frame, predict_frame
from tools.ml.preparation import TrainingRequest
from tools.ml.recipe import (
    DropColumns,
    DropDuplicates,
    DropMissingRows,
    FillMissing,
    Outliers,
    ParseDates,
    Recipe,
    Rename,
)
from tools.ml.replay import (
    column_steps,
    outlier_columns,
    plan_recipe,
    refuses_missing,
    usable_rows,
    without_outliers,
)
from tools.ml.rows import check_rows
from tools.ml.training import TrainedModel, train


def _train(frame: pd.DataFrame, target: str, recipe: Recipe, **asked: object) -> TrainedModel:
    request = TrainingRequest(target, recipe=recipe, **asked)  # type: ignore[arg-type]
    return train(frame, request, progress=quiet, should_stop=never, clock=Ticking(3.0))


def test_plan_speaks_of_original_names() -> None:
    """Renames map back, dropped columns are known, steps carry original names."""
    recipe: Recipe = (
        Rename((("a", "b"), ("b", "a"))),
        FillMissing(("b",), "median"),
        DropColumns(("a",)),
        Outliers(("b",), "clip"),
    )
    plan = plan_recipe(recipe, ("a", "b", "c"))
    assert plan.names == {"b": "a", "c": "c"}
    assert plan.dropped == ("b",)
    assert plan.original("B") == "a"
    assert column_steps(plan, ("a", "c")) == (
        FillMissing(("a",), "median"),
        Outliers(("a",), "clip"),
    )


def test_rows_with_gaps_and_copies_go_before_the_split() -> None:
    """Gaps and copies cost a row its place; copies are judged on the columns of that moment."""
    frame = pd.DataFrame({"x": [1.0, 1.0, np.nan, 2.0], "y": [5, 5, 5, 6], "key": [1, 2, 3, 4]})
    recipe: Recipe = (DropColumns(("key",)), DropDuplicates(), DropMissingRows(("x",)))
    plan = plan_recipe(recipe, tuple(frame.columns))
    assert usable_rows(frame, plan).tolist() == [True, False, False, True]
    assert refuses_missing(plan) == {"x"}


def test_a_gap_that_was_filled_first_is_not_refused() -> None:
    """A column filled before the gaps are dropped loses no row."""
    frame = pd.DataFrame({"x": [1.0, np.nan, 3.0], "y": [1, 2, 3]})
    recipe: Recipe = (FillMissing(("x",), "median"), DropMissingRows(("x", "y")))
    plan = plan_recipe(recipe, ("x", "y"))
    assert usable_rows(frame, plan).all()
    assert refuses_missing(plan) == {"y"}


def test_outliers_are_dropped_by_the_limits_of_the_training_part() -> None:
    """Outlier limits come from the rows handed in, and gaps are no outliers."""
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0, 100.0, np.nan]})
    plan = plan_recipe((Outliers(("x",), "drop", 1.5),), ("x",))
    assert without_outliers(frame, plan).tolist() == [True] * 4 + [False, True]
    assert usable_rows(frame, plan).all()
    assert outlier_columns(plan) == {"x"}


def test_serving_original_rows_equals_applying_the_steps() -> None:
    """The pipeline on raw rows answers as its estimator does on rows cleaned step by step."""
    frame = passengers()
    recipe: Recipe = (
        Rename((("age", "years"),)),
        FillMissing(("years",), "median"),
        FillMissing(("deck",), "constant", "none"),
        Outliers(("fare",), "clip", 1.5),
        DropColumns(("name", "passenger_no")),
    )
    trained = _train(frame, "survived", recipe, algorithm="logistic_regression")
    bare = _train(_cleaned(frame), "survived", (), algorithm="logistic_regression",
                  replay=trained.replay)  # fmt: skip
    fresh = passengers(50, seed=7)
    fresh.loc[:4, "age"] = np.nan
    fresh.loc[5, "fare"] = 1e6
    by_pipeline = predict_frame(trained.pipeline, trained.contract, fresh)
    by_hand = predict_frame(bare.pipeline, bare.contract, _cleaned(frame, of=fresh))
    assert by_pipeline.values == by_hand.values
    assert np.allclose(by_pipeline.probabilities, by_hand.probabilities, atol=1e-12)


def _cleaned(frame: pd.DataFrame, *, of: pd.DataFrame | None = None) -> pd.DataFrame:
    """The same steps by hand, learnt on `frame` and applied to it or to `of`."""
    table = (frame if of is None else of).drop(columns=["name", "passenger_no"])
    for step in (
        FillMissing(("age",), "median"),
        FillMissing(("deck",), "constant", "none"),
        Outliers(("fare",), "clip", 1.5),
    ):
        table = fit_transform(step, frame).apply(table)
    return table


def test_fills_are_learnt_on_training_rows_only() -> None:
    """The judged model never saw the held-out rows: their values do not move its fill."""
    frame = houses(200)
    frame.loc[::7, "size"] = np.nan
    recipe: Recipe = (FillMissing(("size",), "mean"),)
    trained = _train(frame, "price", recipe, algorithm="ridge")
    learnt = trained.pipeline.named_steps["table"].learnt_
    assert learnt == [{"size": pytest.approx(frame["size"].mean())}]
    assert trained.rows_train + trained.rows_holdout == trained.rows_final == 200


def test_dropped_gaps_are_refused_at_serving() -> None:
    """A row with a gap that training dropped gets no answer, and the reason why."""
    frame = passengers()
    trained = _train(
        frame, "survived", (DropMissingRows(("age",)),), algorithm="logistic_regression"
    )
    assert trained.rows_final == int(frame["age"].notna().sum())
    assert trained.contract.refuses_missing == ("age",)
    row = {"sex": "male", "deck": "A", "crew": False, "fare": 8}
    checked = check_rows(trained.contract, [row])
    assert [error.field for error in checked.errors] == ["age"]
    assert "left out of training" in checked.errors[0].message
    kept = answerable(trained.contract, feature_frame(trained.contract, frame))
    assert int(kept.sum()) == trained.rows_final


def test_dropped_outliers_are_answered_with_a_warning() -> None:
    """Outliers leave the training rows only; serving answers and warns."""
    frame = houses(300)
    frame.loc[:4, "size"] = 5000.0
    trained = _train(frame, "price", (Outliers(("size",), "drop"),), algorithm="ridge")
    assert trained.rows_final == 295
    assert trained.rows_train + trained.rows_holdout >= 295
    row = {"size": 5000, "age": 10, "district": "north"}
    checked = check_rows(trained.contract, [row])
    assert checked.errors == ()
    assert "outliers" in checked.warnings[0]


def test_renamed_and_dropped_targets() -> None:
    """A target is named as in the version; one that was dropped is explained."""
    recipe: Recipe = (Rename((("price", "cost"),)), DropColumns(("age",)))
    trained = _train(houses(100), "cost", recipe, algorithm="ridge")
    assert trained.contract.target == "price"
    assert trained.features == ("size", "district")
    with pytest.raises(BadRequest, match="left out when the data was cleaned"):
        _train(houses(100), "age", recipe, algorithm="ridge")


def test_a_filled_target_is_not_learnt() -> None:
    """Rows whose target is a gap are left out, even if cleaning had filled it."""
    frame = houses(100)
    frame.loc[:9, "price"] = np.nan
    trained = _train(frame, "price", (FillMissing(("price",), "median"),), algorithm="ridge")
    assert trained.rows_final == 90
    assert any("ignored for the target" in warning for warning in trained.warnings)


def test_text_dates_are_read_alike_in_training_and_serving() -> None:
    """Days come first in serving if they did in training, in a frame and in a single row."""
    frame = houses(200)
    days = pd.Timestamp("2025-01-01") + pd.to_timedelta(
        np.random.default_rng(3).integers(0, 300, 200), unit="D"
    )
    frame["price"] += 3 * days.day_of_year.to_numpy()
    frame["sold"] = days.strftime("%d/%m/%Y").astype("str")
    recipe: Recipe = (ParseDates(("sold",)),)
    trained = _train(frame, "price", recipe, algorithm="ridge")
    assert [feature.kind for feature in trained.contract.features][-1] == "date"
    as_text = predict_frame(trained.pipeline, trained.contract, frame.head(20)).values
    as_dates = predict_frame(
        trained.pipeline, trained.contract, frame.head(20).assign(sold=days[:20])
    ).values
    assert as_text == as_dates
    row = {"size": 100, "age": 3, "district": "west", "sold": "03/04/2025"}
    checked = check_rows(trained.contract, [row])
    assert checked.frame["sold"].iloc[0] == pd.Timestamp("2025-04-03")
