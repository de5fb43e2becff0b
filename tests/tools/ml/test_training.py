"""Training end to end on generated tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.tools.ml.tables import Ticking, houses, never, passengers, quiet, shared
from tools.errors import BadRequest, NeedsChoice, Refused, Stopped
from tools.ml.candidates import dump_specs, load_specs
from tools.ml.predictions import predict_frame
from tools.ml.preparation import TrainingRequest
from tools.ml.training import TrainedModel, train


def _train(frame: pd.DataFrame, target: str, **asked: object) -> TrainedModel:
    """A training with a clock that lets about a dozen fits pass."""
    asked = {"algorithm": "ridge", "time_budget_s": 10.0} | asked
    request = TrainingRequest(target, **asked)  # type: ignore[arg-type]
    return train(frame, request, progress=quiet, should_stop=never, clock=Ticking(0.05))


@pytest.fixture(scope="module")
def survived() -> TrainedModel:
    request = TrainingRequest("survived", time_budget_s=20)
    return train(passengers(), request, progress=quiet, should_stop=never, clock=Ticking(0.1))


def test_two_classes_are_classified_with_a_reason(survived: TrainedModel) -> None:
    """Task and metric are chosen with the reason in words."""
    assert (survived.task.value, survived.metric.value) == ("classification", "roc_auc")
    assert "two values" in survived.task.reason
    assert survived.metric.reason


def test_score_has_interval_and_baseline(survived: TrainedModel) -> None:
    """The held-out score has an interval and stands beside a naive baseline."""
    score = survived.score
    assert score.low <= score.value <= score.high
    assert score.baseline == 0.5
    assert score.beats_baseline
    assert survived.rows_train + survived.rows_holdout == 240
    assert survived.rows_final == 240
    assert survived.rows_holdout == score.rows == 48


def test_ids_and_names_are_no_features(survived: TrainedModel) -> None:
    """Columns that number or name the rows are left out with a warning."""
    assert survived.features == ("sex", "age", "deck", "crew", "fare")
    assert {one.name for one in survived.excluded} == {"passenger_no", "name"}
    assert any("passenger_no" in warning for warning in survived.warnings)


def test_several_candidates_are_tried(survived: TrainedModel) -> None:
    """Candidates go from linear to gradient boosting."""
    algorithms = {candidate.spec.algorithm for candidate in survived.candidates}
    assert {"logistic_regression", "gradient_boosting"} <= algorithms
    assert survived.best.score == max(candidate.score for candidate in survived.candidates)


def test_importance_and_plots_come_along(survived: TrainedModel) -> None:
    """The result has the plots of the task and ranks the column that matters first."""
    assert survived.importance[0].name == "sex"
    assert [plot.title for plot in survived.figures] == ["ROC and confusion", "Importance"]
    assert all(plot.png.startswith(b"\x89PNG") and plot.alt for plot in survived.figures)


def test_replaying_the_list_is_bit_identical(survived: TrainedModel) -> None:
    """The receipt's list of candidates, read back from JSON, makes the same model again."""
    replay = load_specs(dump_specs(survived.replay))
    request = TrainingRequest("survived", replay=replay, time_budget_s=0.001)
    again = train(passengers(), request, progress=quiet, should_stop=never)
    assert again.ended == "replayed"
    assert again.best.spec == survived.best.spec
    assert again.score == survived.score
    first = predict_frame(survived.pipeline, survived.contract, passengers(seed=9))
    second = predict_frame(again.pipeline, again.contract, passengers(seed=9))
    assert first.values == second.values
    assert np.array_equal(first.probabilities, second.probabilities)


@pytest.mark.parametrize(("budget", "step"), [(30.0, 0.2), (60.0, 0.5), (12.0, 0.05)])
def test_budget_is_honoured(budget: float, step: float) -> None:
    """The clock at the end is at most 20 % past the budget."""
    clock = Ticking(step)
    request = TrainingRequest("survived", algorithm="logistic_regression", time_budget_s=budget)
    trained = train(passengers(120), request, progress=quiet, should_stop=never, clock=clock)
    assert clock.now <= 1.2 * budget
    assert trained.candidates


def test_big_data_get_fewer_rows_within_the_budget() -> None:
    """When fits are slow, candidates learn from a part of the rows, and the list says so."""
    frame = houses(6000)
    clock = Ticking(0.4)
    request = TrainingRequest("price", algorithm="decision_tree", time_budget_s=8)
    trained = train(frame, request, progress=quiet, should_stop=never, clock=clock)
    assert clock.now <= 1.2 * 8
    assert 0 < trained.candidates[0].spec.rows < 4800
    again = train(
        frame,
        TrainingRequest("price", replay=trained.replay),
        progress=quiet,
        should_stop=never,
    )
    assert again.score == trained.score


def test_stop_keeps_the_best_so_far() -> None:
    """Pressing Stop after the first candidate hands over a working model."""
    looks = iter(range(10_000))
    request = TrainingRequest("survived", algorithm="logistic_regression")
    trained = train(passengers(120), request, progress=quiet, should_stop=lambda: next(looks) > 7)
    assert trained.ended == "stopped"
    assert 1 <= len(trained.candidates) <= 2
    assert len(predict_frame(trained.pipeline, trained.contract, passengers(5)).values) == 5


def test_stop_before_anything_is_done() -> None:
    """Stopped with nothing worth keeping is said as such."""
    with pytest.raises(Stopped):
        train(passengers(60), TrainingRequest("survived"), progress=quiet, should_stop=lambda: True)


def test_progress_goes_up_and_ends() -> None:
    """Progress never goes back and ends at one."""
    told: list[tuple[float, str]] = []
    train(
        houses(100),
        TrainingRequest("price", algorithm="ridge"),
        progress=lambda share, words: told.append((share, words)),
        should_stop=never,
        clock=Ticking(0.05),
    )
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert told[-1] == (1.0, "Done")


def test_a_leaking_column_is_left_out() -> None:
    """A feature that alone gives the target away is no feature, and the person is told."""
    frame = passengers()
    frame["alive"] = np.where(frame["survived"] == 1, "yes", "no")
    trained = _train(frame, "survived", algorithm="logistic_regression")
    assert "alive" not in trained.features
    assert any("`alive`" in warning and "leak" in warning for warning in trained.warnings)
    assert trained.score.value < 0.99


def test_a_leaking_number_is_left_out() -> None:
    """The same holds for a regression: the target in another unit is no feature."""
    frame = houses(400)
    frame["price_eur"] = frame["price"] * 0.92
    trained = _train(frame, "price")
    assert "price_eur" not in trained.features
    assert any("price_eur" in warning for warning in trained.warnings)


def test_tiny_classes_are_left_out() -> None:
    """A class of two rows can be neither learnt nor judged; it goes with a warning."""
    frame = passengers()
    frame["port"] = ["Cork", "Paris"] * 120
    frame.loc[:1, "port"] = "Rome"
    trained = _train(frame, "port", algorithm="logistic_regression")
    assert trained.contract.classes == ("Cork", "Paris")
    assert any("Rome" in warning for warning in trained.warnings)


def test_twenty_rows_train_with_a_warning() -> None:
    """A file of 20 rows is trained, with the warning that it is small."""
    trained = _train(houses(20), "price")
    assert any("Only 20 rows" in warning for warning in trained.warnings)
    assert trained.rows_train + trained.rows_holdout == 20


def test_fewer_rows_are_refused() -> None:
    """Under 20 rows there is no honest score."""
    with pytest.raises(Refused, match="Only 19 rows"):
        _train(houses(19), "price")


def test_useless_columns_are_told_apart() -> None:
    """Empty and constant columns are left out, each with its reason."""
    frame = houses()
    frame["empty"] = np.nan
    frame["same"] = "x"
    trained = _train(frame, "price")
    reasons = {one.name: one.reason for one in trained.excluded}
    assert reasons == {"empty": "it is empty", "same": "it is the same in every row"}
    told = [each for each in trained.warnings if "left out" in each]
    assert told == ["2 columns are left out. `empty`: it is empty; "
                    "`same`: it is the same in every row."]  # fmt: skip


def test_nothing_to_learn_from_is_refused() -> None:
    """A table of an id and a target has no feature."""
    frame = passengers()[["passenger_no", "survived"]]
    with pytest.raises(Refused, match="No column is left"):
        _train(frame, "survived", algorithm="auto")


def test_noise_is_not_sold_as_a_model() -> None:
    """A model no better than guessing says so."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(200, 4)), columns=list("abcd"))
    trained = _train(frame, "d")
    assert any("guessing" in warning for warning in trained.warnings)


def test_rows_in_time_order_are_split_by_time() -> None:
    """Rows that follow a date are judged on the latest ones, with the reason in words."""
    frame = houses()
    frame["sold"] = pd.date_range("2024-01-01", periods=len(frame), freq="D")
    trained = _train(frame, "price")
    assert trained.split_reason.startswith("by time")
    assert "`sold`" in trained.split_reason


def test_rows_of_one_customer_stay_together() -> None:
    """Repeated ids make groups, and the id is not a feature."""
    frame = houses(300)
    frame["customer_id"] = np.random.default_rng(0).integers(0, 60, 300)
    trained = _train(frame, "price")
    assert trained.split_reason.startswith("grouped")
    assert "customer_id" not in trained.features


def test_exclude_and_unknown_names() -> None:
    """Excluded columns are no features; a misspelt one is answered with the likely name."""
    trained = _train(houses(100), "price", exclude=("District",))
    assert trained.features == ("size", "age")
    with pytest.raises(BadRequest, match="district"):
        _train(houses(100), "price", exclude=("distrikt",))
    with pytest.raises(BadRequest, match="price"):
        _train(houses(100), "prise")


@pytest.mark.parametrize("target", ["survived", "sex", "crew"])
def test_regression_on_classes_is_questioned(target: str) -> None:
    """A regression on a target of classes is a question, not an order."""
    with pytest.raises(NeedsChoice) as caught:
        _train(passengers(), target, task="regression")
    assert caught.value.argument == "task"
    assert caught.value.options[0].value == "classification"


def test_an_insisted_regression_is_done() -> None:
    """Whoever insists gets the regression."""
    trained = _train(passengers(), "survived", task="regression_anyway")
    assert trained.task.value == "regression"


def test_contradictions_are_named() -> None:
    """Task, algorithm and metric that contradict one another are a bad request."""
    with pytest.raises(BadRequest, match="ridge is for regression"):
        _train(passengers(), "survived", task="classification", algorithm="ridge")
    with pytest.raises(BadRequest, match="no metric 'speed'"):
        _train(passengers(), "fare", algorithm="auto", metric="speed")
    with pytest.raises(NeedsChoice) as caught:
        _train(passengers(), "fare", metric="roc_auc")
    assert caught.value.argument == "metric"
    assert {option.value for option in caught.value.options} == {"mae", "rmse", "r2"}


def test_dates_and_booleans_are_features() -> None:
    """Dates become parts, booleans become 0 and 1, also as the target."""
    frame = passengers()
    frame["booked"] = pd.Timestamp("2025-01-01") + pd.to_timedelta(
        np.random.default_rng(0).integers(0, 400, len(frame)), unit="D"
    )
    trained = _train(frame, "crew", algorithm="logistic_regression")
    assert trained.contract.classes == (False, True)
    assert "booked" in trained.features
    answers = predict_frame(trained.pipeline, trained.contract, frame.head(3))
    assert all(isinstance(value, bool) for value in answers.values)


def test_odd_types_are_no_trouble() -> None:
    """Endless and huge numbers, zones, nullable types and lists neither stop nor warn."""
    frame = passengers(80)
    rng = np.random.default_rng(2)
    frame["endless"] = np.where(rng.random(80) < 0.1, np.inf, rng.normal(size=80))
    frame["huge"] = rng.normal(size=80) * 1e300
    frame["flag"] = pd.array([True, None] * 40, dtype="boolean")
    frame["zone"] = pd.Timestamp("2025-01-01", tz="Europe/Berlin") + pd.to_timedelta(
        rng.integers(0, 99, 80), unit="h"
    )
    frame["lists"] = [[1]] * 80
    frame["mixed"] = pd.Series([1, "a", None, 2.5] * 20, dtype="object")
    for algorithm in ("linear", "decision_tree"):
        trained = _train(frame, "survived", algorithm=algorithm)
        assert {"endless", "huge", "flag", "zone", "mixed"} <= set(trained.features)
        assert "lists" not in trained.features
        assert len(predict_frame(trained.pipeline, trained.contract, frame).values) == 80
    with pytest.raises(Refused, match="neither numbers nor classes"):
        _train(frame, "lists", algorithm="auto")


@pytest.mark.parametrize(
    ("name", "target", "task"),
    [
        ("titanic", "Survived", "classification"),
        ("titanic", "Fare", "regression"),
        ("penguins", "species", "classification"),
        ("tips", "tip", "regression"),
        ("diamonds", "price", "regression"),
    ],
)
def test_sample_files_train(name: str, target: str, task: str) -> None:
    """Every sample file trains to a model clearly better than guessing."""
    request = TrainingRequest(target, time_budget_s=8)
    frame = shared(name)
    frame = frame.iloc[:: max(1, len(frame) // 3000)]
    trained = train(frame, request, progress=quiet, should_stop=never, clock=Ticking(0.1))
    assert trained.task.value == task
    assert trained.score.beats_baseline
