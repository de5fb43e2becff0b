"""The contract of a model: what is accepted, corrected, warned about and refused."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.ml.tables import Ticking, never, passengers, quiet
from tools.ml.contract import dump_contract, example_row, json_schema, load_contract
from tools.ml.predictions import predict_frame
from tools.ml.preparation import TrainingRequest
from tools.ml.rows import check_rows
from tools.ml.training import TrainedModel, train

GOOD = {"sex": "male", "age": 22, "deck": "A", "crew": False, "fare": 8.5}


@pytest.fixture(scope="module")
def model() -> TrainedModel:
    request = TrainingRequest("survived", algorithm="gradient_boosting")
    return train(passengers(), request, progress=quiet, should_stop=never, clock=Ticking(6.0))


@pytest.mark.parametrize("sent", [10**400, 10**5000, "x" * 5000], ids=["long", "longer", "text"])
def test_what_was_sent_is_quoted_briefly(model: TrainedModel, sent: object) -> None:
    """However long a bad value is, the sentence about it stays short."""
    checked = check_rows(model.contract, [GOOD | {"age": sent}])
    assert len(checked.errors[0].message) < 120


def test_contract_survives_json(model: TrainedModel) -> None:
    """A contract written as JSON and read back is the same."""
    text = json.dumps(dump_contract(model.contract), allow_nan=False)
    assert load_contract(json.loads(text)) == model.contract


def test_contract_tells_kinds_ranges_and_values(model: TrainedModel) -> None:
    """Each feature has its kind, its range or categories, and whether it may be missing."""
    features = {feature.name: feature for feature in model.contract.features}
    frame = passengers()
    assert {name: one.kind for name, one in features.items()} == {
        "sex": "category", "age": "number", "deck": "category", "crew": "boolean", "fare": "number",
    }  # fmt: skip
    assert [name for name, one in features.items() if not one.required] == ["age", "deck"]
    assert (features["fare"].low, features["fare"].high) == (frame["fare"].min(),
                                                             frame["fare"].max())  # fmt: skip
    assert dict(features["deck"].categories) == frame["deck"].value_counts().to_dict()


def test_names_and_types_are_forgiven(model: TrainedModel) -> None:
    """Names match in any case, numbers and booleans may be text, spelling follows training."""
    row = {"SEX": " Male", "Age": "22", "deck": "a", "Crew": "no", "fare": "8.50"}
    checked = check_rows(model.contract, [row])
    assert (checked.errors, checked.warnings) == ((), ())
    assert checked.frame.iloc[0].to_dict() == {"sex": "male", "age": 22.0, "deck": "A",
                                               "crew": 0.0, "fare": 8.5}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"Faer": 3}, "Faer", "did you mean `fare`?"),
        ({"fare": "cheap"}, "fare", "must be a number, not 'cheap'"),
        ({"fare": float("nan")}, "fare", "finite"),
        ({"fare": float("inf")}, "fare", "finite"),
        ({"fare": "1e999"}, "fare", "finite"),
        ({"fare": 10**400}, "fare", "must be a number"),
        ({"fare": None}, "fare", "must not be empty"),
        ({"fare": [3]}, "fare", "one value"),
        ({"crew": "perhaps"}, "crew", "true or false"),
        ({"sex": ""}, "sex", "must not be empty"),
        ({"FARE": 3}, "FARE", "given twice"),
    ],
)
def test_what_is_refused(
    model: TrainedModel, change: dict[str, object], field: str, said: str
) -> None:
    """A refused field is named as it was sent, with a sentence that helps."""
    checked = check_rows(model.contract, [GOOD, GOOD | change])
    assert [(error.row, error.field) for error in checked.errors] == [(1, field)]
    assert said in checked.errors[0].message


def test_missing_fields(model: TrainedModel) -> None:
    """A field that never was empty in training is required; others may be left out."""
    checked = check_rows(model.contract, [{"sex": "male", "crew": True}])
    assert [(error.field, "required" in error.message) for error in checked.errors] == [
        ("fare", True)
    ]


def test_people_may_leave_fields_out(model: TrainedModel) -> None:
    """For a typed row, what is left out takes the typical value, and the person is told."""
    checked = check_rows(model.contract, [{"sex": "male"}], assume_typical=True)
    assert checked.errors == ()
    assert [warning.split("`")[1] for warning in checked.warnings] == ["crew", "fare"]
    assert checked.frame.notna().loc[0, ["sex", "crew", "fare"]].all()


def test_unseen_values_are_warned_about(model: TrainedModel) -> None:
    """New categories and numbers out of range are answered with a warning."""
    checked = check_rows(model.contract, [GOOD | {"deck": "Z", "fare": 1e6}])
    assert checked.errors == ()
    assert len(checked.warnings) == 2
    assert "never seen" in checked.warnings[0]
    assert "outside" in checked.warnings[1]


def test_the_target_in_a_row_is_ignored(model: TrainedModel) -> None:
    """A row copied from the data may carry the answer."""
    assert check_rows(model.contract, [GOOD | {"survived": 1}]).errors == ()


def test_the_example_passes_its_own_check(model: TrainedModel) -> None:
    """The example of the contract is accepted without a word, and has a JSON Schema."""
    checked = check_rows(model.contract, [example_row(model.contract)])
    assert (checked.errors, checked.warnings) == ((), ())
    schema = json_schema(model.contract)
    assert schema["required"] == ["sex", "crew", "fare"]
    assert schema["properties"]["age"]["type"] == ["number", "null"]
    json.dumps(schema, allow_nan=False)


_VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.lists(st.integers(), max_size=2)
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(["sex", "age", "deck", "crew", "fare", "?"]), _VALUES),
        min_size=1,
        max_size=3,
    )
)
def test_any_rows_are_answered_or_explained(
    model: TrainedModel, rows: list[dict[str, object]]
) -> None:
    """No input raises: what is not refused gets an answer."""
    checked = check_rows(model.contract, rows)  # type: ignore[arg-type]
    if not checked.errors:
        answers = predict_frame(model.pipeline, model.contract, checked.frame)
        assert len(answers.values) == len(rows)


@pytest.mark.parametrize("gap", [None, np.nan, pd.NA])
def test_a_single_row_with_a_gap_in_text_is_answered(model: TrainedModel, gap: object) -> None:
    """One row whose category is a gap is answered like the same row among others."""
    many = passengers().head(5).copy()
    many.loc[2, "deck"] = np.nan
    one = pd.DataFrame([many.loc[2].to_dict() | {"deck": gap}])
    expected = predict_frame(model.pipeline, model.contract, many).probabilities
    found = predict_frame(model.pipeline, model.contract, one).probabilities
    assert expected is not None
    assert found is not None
    assert found[0].tolist() == expected[2].tolist()


def test_columns_may_come_in_any_order(model: TrainedModel) -> None:
    """Order and further columns do not matter; a missing one is named."""
    frame = passengers().head(5)
    shuffled = frame[frame.columns[::-1]].assign(more=1)
    assert (
        predict_frame(model.pipeline, model.contract, frame).values
        == predict_frame(model.pipeline, model.contract, shuffled).values
    )
