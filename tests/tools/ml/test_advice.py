"""Advice fits the table, names its numbers, and never objects to what it advised itself."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.cleanup import CleanDataset
from tools.ml.advice import (
    AskedCleaning,
    AskedTraining,
    Plan,
    against_cleaning,
    against_training,
    basis_of,
    plan_of,
)
from tools.ml.cleaning import CleaningWishes, apply_recipe, plan_recipe
from tools.ml.profiling import profile_table
from tools.ml.sample import passengers_csv
from tools.ml.splits import find_order
from tools.training import TrainModel

NO_DATES = pd.DataFrame()


def plan(frame: pd.DataFrame, target: str = "", **how: Any) -> Plan:
    """The plan for a frame, with the split that a training would take."""
    basis = basis_of(profile_table(frame), target)
    if basis.target is None:
        return plan_of(basis, **how)
    name = basis.target.name
    dates = frame.select_dtypes("datetime")
    order = find_order(frame, dates, task=basis.task, target=name)
    return plan_of(basis, order, **how)


def passengers() -> pd.DataFrame:
    """The sample list of passengers."""
    from io import StringIO

    return pd.read_csv(StringIO(passengers_csv()))


def flats(rows: int, *, bend: float = 1.0, seed: int = 1) -> pd.DataFrame:
    """Rents that follow the area, along a line where `bend` is 1."""
    draw = np.random.default_rng(seed)
    area = draw.uniform(20, 200, rows)
    return pd.DataFrame(
        {
            "area": area.round(1),
            "floor": draw.integers(0, 9, rows),
            "district": draw.choice(["north", "south", "east"], rows),
            "rent": (area**bend + draw.normal(0, 0.1 * np.std(area**bend), rows)).round(2),
        }
    )


def claims(rows: int = 2_000, share: float = 0.03) -> pd.DataFrame:
    """Claims of which a few are fraud."""
    draw = np.random.default_rng(2)
    fraud = np.zeros(rows, int)
    fraud[: int(share * rows)] = 1
    amount = draw.lognormal(6, 1, rows) * (1 + fraud)
    return pd.DataFrame({"amount": amount, "age": draw.integers(18, 90, rows), "fraud": fraud})


@pytest.mark.parametrize(
    ("frame", "target", "algorithm", "metric"),
    [
        (flats(300), "rent", "ridge", "rmse"),
        (flats(900), "rent", "ridge", "rmse"),
        (flats(900, bend=4), "rent", "random_forest", "rmse"),
        (flats(5_000, bend=4), "rent", "gradient_boosting", "rmse"),
        (flats(900, bend=12), "rent", "gradient_boosting", "mae"),
        (flats(300), "district", "logistic_regression", "accuracy"),
        (claims(), "fraud", "gradient_boosting", "roc_auc"),
        (claims(900), "fraud", "random_forest", "roc_auc"),
        (passengers(), "", "random_forest", "roc_auc"),
    ],
)
def test_model_and_metric_fit(
    frame: pd.DataFrame, target: str, algorithm: str, metric: str
) -> None:
    """Few rows or a straight line ask for a plain model, bends for trees, many for boosting."""
    training = plan(frame, target).training
    assert (training["algorithm"], training["metric"]) == (algorithm, metric)


def test_what_must_be_followed_is_plain() -> None:
    """Where people must follow how it decides, each column gets a weight, however many rows."""
    made = plan(claims(20_000), "fraud", explainable=True)
    assert made.training["algorithm"] == "logistic_regression"


def test_gaps_repeats_and_idle_columns() -> None:
    """Gaps are filled by kind, repeated rows go, columns of one value too: the usual cleaning."""
    frame = passengers().assign(ship="Titanic")
    frame = pd.concat([frame, frame.head(5)], ignore_index=True)
    made = plan(frame, "Survived")
    assert made.cleans
    assert made.cleaning == {}
    said = [each.do for each in made.about("cleaning")]
    assert said[:2] == ["Drop the repeated rows", "Drop `ship`"]
    assert "`Age` (" in said[2]
    assert "commonest" in said[2]


def test_repeats_of_few_values_are_kept() -> None:
    """Rows of two answers each repeat by chance, so the plan names its steps and keeps them."""
    draw = np.random.default_rng(3)
    frame = pd.DataFrame({name: draw.choice(["yes", "no"], 500) for name in "abc"})
    frame.loc[:20, "a"] = None
    made = plan(frame, "c")
    assert made.about("cleaning")[0].do == "Keep the repeated rows"
    assert made.cleaning == {"missing": "auto"}


def test_values_to_look_at_come_first() -> None:
    """Zeros far from everything else are told, and not filled or dropped unasked."""
    frame = flats(2_000).assign(area=lambda d: d.area + 60)
    frame.loc[:4, "area"] = 0.0
    looks = plan(frame, "rent").about("cleaning")[0]
    assert looks.do == "Look at the zeros of `area`"
    assert "5 rows" in looks.why
    assert looks.args == {}


def test_columns_that_tell_nothing_new_or_too_much() -> None:
    """A copy is left out, an identifier is left to the training, a leak is to be checked."""
    frame = claims().assign(cents=lambda d: d.amount * 100, caught=lambda d: d.fraud)
    frame["claim_id"] = range(1, len(frame) + 1)
    frame["note"] = [f"text {number}" for number in range(len(frame))]
    made = plan(frame, "fraud")
    assert set(made.training["exclude"]) == {"cents", "caught"}
    assert "Do not learn from `claim_id` and `note`" in [a.do for a in made.about("columns")]


@pytest.mark.parametrize(
    ("frame", "do"),
    [
        (claims(), "Hold out rows at random, the classes in their shares"),
        (
            claims().assign(day=pd.date_range("2024-01-01", periods=2_000)),
            "Hold out the latest rows",
        ),
        (
            claims().assign(client_id=np.arange(2_000) % 300),
            "Keep equal `client_id` on one side",
        ),
    ],
)
def test_the_split_is_what_a_training_does(frame: pd.DataFrame, do: str) -> None:
    """By time where the rows follow dates, by group where an id comes back, else stratified."""
    assert [each.do for each in plan(frame, "fraud").about("split")] == [do]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"metric": "accuracy"}, "right in 97 % of the rows already"),
        ({"algorithm": "decision_tree"}, "2,000 rows it sees"),
        ({"exclude": ("hint",)}, "I would keep `hint`"),
        ({"target": "claim_id"}, "I would predict `fraud` instead"),
        ({"at_random": True}, "sorted by `day`"),
    ],
)
def test_what_does_not_fit_a_classification(changes: dict[str, Any], says: str) -> None:
    """Each wish that does not fit gets one sentence with the reason."""
    frame = claims().assign(claim_id=range(1, 2_001))
    frame["hint"] = frame.fraud.where(frame.index % 3 > 0, 0).map({0: "low", 1: "high"})
    frame["day"] = pd.date_range("2024-01-01", periods=2_000).to_series().sample(
        frac=1, random_state=1
    ).to_numpy()  # fmt: skip
    asked = AskedTraining(**({"profile": profile_table(frame), "target": "fraud"} | changes))
    assert [each for each in against_training(asked) if says in each] != []


@pytest.mark.parametrize(
    ("frame", "changes", "says"),
    [
        (flats(5_000, bend=4), {"algorithm": "linear"}, "does not follow a straight line"),
        (flats(120), {"algorithm": "gradient_boosting"}, "can learn them by heart"),
        (flats(900, bend=12), {"metric": "rmse"}, "I would judge by MAE"),
        (flats(21_000), {"time_budget_s": 3}, "I would give it 120 seconds"),
        (
            flats(900).assign(rent=lambda d: d.rent.where(d.index % 2 == 0)),
            {},
            "lacks 450 of 900",
        ),
    ],
)
def test_what_does_not_fit_a_regression(
    frame: pd.DataFrame, changes: dict[str, Any], says: str
) -> None:
    """Lines through bends, trees on few rows, RMSE of a tail, no time, and missing answers."""
    asked = AskedTraining(**({"profile": profile_table(frame), "target": "rent"} | changes))
    assert [each for each in against_training(asked) if says in each] != []


@pytest.mark.parametrize(
    ("wishes", "says"),
    [
        (CleaningWishes(missing="drop_rows"), "loses"),
        (CleaningWishes(missing="mean", fill_columns=("Fare",)), "with its median"),
        (CleaningWishes(missing="most_frequent", fill_columns=("Cabin",)), "a word of their own"),
        (CleaningWishes(missing="constant", fill_value=-1, fill_columns=("Age",)), "outside"),
        (CleaningWishes(drop_columns=("Sex",)), "I would keep `Sex`"),
        (CleaningWishes(drop_columns=("Survived",)), "I would keep `Survived`"),
        (CleaningWishes(drop_non_numeric=True), "I would keep `Sex`"),
        (CleaningWishes(outliers="drop"), "I would clip outliers"),
    ],
)
def test_what_does_not_fit_a_cleaning(wishes: CleaningWishes, says: str) -> None:
    """Each step that costs more than it gives gets one sentence with the reason."""
    frame = passengers()
    frame.loc[::9, "Fare"] = None
    assert [each for each in against(frame, wishes) if says in each] != []


def against(frame: pd.DataFrame, wishes: CleaningWishes) -> tuple[str, ...]:
    """The objections to a cleaning of a frame."""
    profile = profile_table(frame)
    recipe = plan_recipe(frame, profile, wishes)
    cleaned = apply_recipe(frame, recipe)
    lost = tuple(step.rows_before - step.rows_after for step in cleaned.steps)
    return against_cleaning(AskedCleaning(profile, recipe, lost))


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    """Tables of any size and shape that trainings meet."""
    rows = draw(st.sampled_from([25, 150, 600, 2_500]))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    base = rng.normal(0, 1, rows)
    frame = pd.DataFrame({"base": base})
    for place in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["number", "skewed", "class", "gaps", "text", "same", "date"]))
        values = base * draw(st.sampled_from([0, 1, 5])) + rng.normal(0, 1, rows)
        frame[f"{kind}_{place}"] = {
            "number": values,
            "skewed": np.exp(1.5 * values),
            "class": pd.Series(np.where(values > 1, "a", "b")),
            "gaps": pd.Series(values).where(rng.random(rows) > 0.5),
            "text": pd.Series([f"t{number}" for number in range(rows)]),
            "same": np.ones(rows),
            "date": pd.Series(pd.date_range("2024-01-01", periods=rows)),
        }[kind]
    target = draw(st.sampled_from(["number", "skewed", "rare", "three"]))
    answer = base + rng.normal(0, 1, rows)
    frame["target"] = {
        "number": answer,
        "skewed": np.exp(1.5 * answer),
        "rare": (answer > 2).astype(int),
        "three": np.digitize(answer, [-1, 1]),
    }[target]
    return frame


@settings(max_examples=40, deadline=None)
@given(frames())
def test_a_plan_never_objects_to_itself(frame: pd.DataFrame) -> None:
    """What is advised is what tools take, with a number in each reason, and without objection."""
    made = plan(frame, "target")
    for each in made.advice:
        assert re.search(r"\d", each.why), each
        assert each.why.endswith(".")
    cleaning = CleanDataset(**made.cleaning)
    if made.cleans and made.cleaning:
        wishes = CleaningWishes(
            drop_columns=tuple(cleaning.drop_columns),
            missing=cleaning.missing,
            drop_duplicates=cleaning.drop_duplicates,
        )
        assert against(frame, wishes) == ()
    if made.training:
        args = TrainModel(**made.training)
        asked = AskedTraining(
            profile=made.basis.profile,
            target=str(args.target),
            algorithm=args.algorithm,
            metric=args.metric,
            exclude=tuple(args.exclude),
            time_budget_s=args.time_budget_s,
        )
        assert against_training(asked) == ()


def test_no_value_of_a_cell_is_said() -> None:
    """Reasons and objections name columns and counts, never what stands in a cell."""
    frame = passengers().replace({"male": "secret-one", "female": "secret-two"})
    made = plan(frame, "Sex")
    said = " ".join(f"{each.do} {each.why}" for each in made.advice)
    said += " ".join(against(frame, CleaningWishes(drop_columns=("Survived",))))
    assert "secret" not in said
