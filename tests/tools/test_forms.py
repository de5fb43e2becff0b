"""Forms: typed by what the catalog knows, filled in by people, read back as a call."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from storage.catalog.records import ColumnInfo, ModelVersion
from tests.architecture.sources import ROOT
from tests.contracts.rows import add_dataset, add_model
from tests.tools.conftest import HERE, Lab, block, tool_named
from tools.errors import NeedsChoice, NotFound
from tools.forms import Field, Form, WrongFields
from tools.ml.contract import Contract, Feature, dump_contract
from tools.ml.scores import Naive
from tools.outcome import NextStep

FEATURES = (
    Feature("Deck", "category", required=False, categories=(("A", 9), ("B\u202e", 3)), typical="A"),
    Feature("Age", "number", required=True, low=12.0, high=80.0, typical=28.0),
    Feature("Fare", "number", required=False, low=0.5, high=1512.25, typical=14.45),
    Feature("Crew", "boolean", required=True, typical=False),
    Feature("Boarded", "date", required=False, low="1912-04-10T00:00:00",
            high="1912-04-11T00:00:00", typical="1912-04-10T00:00:00", day_first=True),
    Feature("Town", "category", required=True, categories=(("Cobh", 4), ("Southampton", 2)),
            more_categories=40, typical="Cobh"),
)  # fmt: skip
IMPORTANCE = [
    {"name": name, "drop": drop, "spread": 0.01}
    for name, drop in {"Age": 0.3, "Town": 0.1, "Fare": -0.1}.items()
]
FILLED = {"Age": "31", "Town": "cobh", "Crew": "no"}


@pytest.fixture
def model(lab: Lab) -> ModelVersion:
    """A model in the catalog; nothing of it was trained."""
    contract = Contract(FEATURES, "Survived", "classification", (0, 1), 1, "roc_auc", Naive())
    with lab.context.catalog.write() as unit:
        return add_model(
            unit, scope=HERE.scope, name="survival", target="Survived",
            contract=dump_contract(contract), report={"importance": IMPORTANCE},
        )  # fmt: skip


@pytest.fixture
def table(lab: Lab) -> str:
    """A dataset in the catalog; its table is not there. Its label."""
    columns = tuple(ColumnInfo(name, "number", 0, 50) for name in ("Id", "Age", "Port", "Fare"))
    with lab.context.catalog.write() as unit:
        return add_dataset(
            unit, scope=HERE.scope, name="trips", columns=columns,
            targets=({"column": "Port", "task": "classification", "reason": "few values"},),
        ).label  # fmt: skip


def shown(lab: Lab, tool: str, **args: Any) -> Form:
    form = tool_named(tool).form
    assert form is not None
    return form.show(args, lab.context)


def read(lab: Lab, tool: str, values: Mapping[str, Any], **args: Any) -> dict[str, Any]:
    form = tool_named(tool).form
    assert form is not None
    return form.read(args, values, lab.context)


def named(form: Form) -> dict[str, Field]:
    return {field.name: field for field in form.fields}


def test_a_prediction_form_has_a_field_for_each_feature(lab: Lab, model: ModelVersion) -> None:
    """The column that matters most comes first; each field knows its values, range or example."""
    form = shown(lab, "predict", model=model.handle)
    fields = named(form)
    assert list(fields) == ["Age", "Town", "Deck", "Crew", "Boarded", "Fare"]
    assert fields["Age"] == Field(
        "Age", "Age", kind="number", hint="12 to 80, median 28", required=True
    )
    assert (fields["Deck"].kind, fields["Deck"].options) == ("choice", ("A", "B"))
    assert (fields["Crew"].kind, fields["Crew"].options) == ("choice", ("yes", "no"))
    assert (fields["Town"].kind, fields["Town"].hint) == ("text", "such as Cobh, Southampton")
    assert (fields["Boarded"].kind, fields["Boarded"].hint) == ("text", "a date such as 1912-04-10")
    assert [field.name for field in form.fields if field.required] == ["Age", "Town", "Crew"]


def test_fields_far_down_hold_a_typical_value(lab: Lab, model: ModelVersion) -> None:
    """Beyond the first five, what must be given is filled in; what may be missing stays open."""
    needed = [{**feature, "required": True} for feature in model.contract["features"]]
    with lab.context.catalog.write() as unit:
        add_model(
            unit, scope=HERE.scope, name="strict", target="Survived",
            contract={**model.contract, "features": needed}, report=model.report,
        )  # fmt: skip
    form = shown(lab, "predict", model="strict")
    assert [field.value for field in form.fields] == ["", "", "", "", "", "14.45"]
    assert "typical values" in form.intro


def test_a_row_is_read_as_the_contract_types_it(lab: Lab, model: ModelVersion) -> None:
    """Numbers, yes and no, dates and spellings become what the endpoint takes."""
    values = {"Age": "31", "Town": "cobh", "Crew": "yes", "Fare": "1,200.5", "Deck": "B",
              "Boarded": "11/4/1912"}  # fmt: skip
    assert read(lab, "predict", values) == {
        "model": model.handle,
        "rows": [
            {"Age": 31, "Town": "Cobh", "Deck": "B\u202e", "Crew": True, "Boarded": "1912-04-11",
             "Fare": 1200.5}
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [("7", 7), ("-3.5", -3.5), ("12,5", 12.5), ("1,234", 1234), ("1e3", 1000), ("\u22124", -4)],
)
def test_numbers_as_people_write_them(
    lab: Lab, model: ModelVersion, text: str, value: float
) -> None:
    """Thousands marks, a decimal comma and a typographic minus are understood."""
    call = read(lab, "predict", FILLED | {"Age": text}, model=model.handle)
    assert call["rows"][0]["Age"] == value


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("Age", "old", "“old” is not a number."),
        ("Age", "nan", "“nan” is not a number."),
        ("Age", "", "It is needed, for example 28."),
        ("Crew", "maybe", "Say yes or no, not “maybe”."),
        ("Deck", "Z", "“Z” is not among A, B."),
        ("Boarded", "31/31/1912", "“31/31/1912” is not a date; write it like 1912-04-10."),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(
    lab: Lab, model: ModelVersion, name: str, text: str, says: str
) -> None:
    """A wrong field gets one sentence; the others are not blamed."""
    with pytest.raises(WrongFields) as caught:
        read(lab, "predict", FILLED | {name: text}, model=model.handle)
    assert caught.value.fields == {name: says}


def test_a_row_that_was_given_is_filled_in(lab: Lab, model: ModelVersion) -> None:
    """Opened with a row, the form shows it as people would type it, and reads it back the same."""
    row = {"Age": 31, "Crew": True, "Deck": "B\u202e", "Boarded": "1912-04-11", "Town": "Cobh"}
    form = shown(lab, "predict", model=model.handle, rows=[row])
    values = {field.name: field.value for field in form.fields}
    assert values["Crew"] == "yes"
    assert read(lab, "predict", values, model=model.handle)["rows"] == [row]


def test_a_choice_that_is_none_is_not_filled_in(lab: Lab, model: ModelVersion) -> None:
    """A value that training never saw cannot be picked, so it is left open."""
    form = shown(lab, "predict", model=model.handle, rows=[{"Deck": "Z", "Age": 300}])
    assert (named(form)["Deck"].value, named(form)["Age"].value) == ("", "300")


def test_a_form_for_a_model_that_is_not_here(lab: Lab) -> None:
    """No model, no form: said as everywhere."""
    with pytest.raises(NotFound, match="no model"):
        shown(lab, "predict")


def test_predicting_nothing_offers_the_form(lab: Lab, model: ModelVersion) -> None:
    """Without a row or a dataset: the form's button, and a sentence to copy."""
    card = lab.call("predict", model=model.handle)
    assert block(card, "next_steps").items == (
        NextStep("Predict…", "predict", {"model": "m1"}, form=True),
    )
    assert block(card, "code").text == "predict for Age=28, Town=Cobh, Deck=A"
    assert card.inverse is None


def test_a_training_form_asks_five_things(lab: Lab, table: str) -> None:
    """Target first, the suggested one chosen; then metric, time, what to leave out, algorithm."""
    form = shown(lab, "train_model", dataset=table)
    fields = named(form)
    assert list(fields) == ["target", "metric", "time_budget_s", "exclude", "algorithm"]
    assert fields["target"].options == ("Port", "Fare", "Age", "Id")
    assert fields["target"].value == "Port"
    assert "roc auc" in fields["metric"].options
    assert (fields["time_budget_s"].value, fields["time_budget_s"].hint) == (
        "60",
        "1 to 14,400; 60 is usual",
    )
    assert (fields["exclude"].kind, fields["exclude"].options) == (
        "choices",
        ("Id", "Age", "Fare", "Port"),
    )
    assert fields["algorithm"].value == "auto"


def test_a_training_form_knows_what_was_said(lab: Lab, table: str) -> None:
    """The arguments of the button are filled in, names as people spell them."""
    form = shown(lab, "train_model", dataset=table, target="fare", metric="mae",
                 time_budget_s=20, exclude=["ID"], algorithm="random_forest")  # fmt: skip
    values = [field.value for field in form.fields]
    assert values == ["Fare", "mae", "20", ("Id",), "random forest"]


def test_a_training_is_read_back_as_a_call(lab: Lab, table: str) -> None:
    """Every field becomes its argument; what the form does not ask for is kept."""
    values = {"target": "Fare", "metric": "mae", "time_budget_s": "1,200", "exclude": ("Id",),
              "algorithm": "random forest"}  # fmt: skip
    call = read(lab, "train_model", values, dataset=table, name="prices")
    assert call == {
        "dataset": table,
        "target": "Fare",
        "metric": "mae",
        "time_budget_s": 1200,
        "exclude": ["Id"],
        "algorithm": "random_forest",
        "name": "prices",
    }
    assert tool_named("train_model").args(**call)


def test_another_target_is_another_task(lab: Lab, table: str) -> None:
    """A task named for one target is not kept for another; left empty, the rest is as usual."""
    call = read(lab, "train_model", {"target": "Port"}, dataset=table, target="Fare",
                task="regression")  # fmt: skip
    assert call == {
        "dataset": table,
        "target": "Port",
        "metric": "auto",
        "time_budget_s": 60,
        "exclude": [],
        "algorithm": "auto",
    }


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"target": ""}, "target"),
        ({"target": "Weather"}, "target"),
        ({"metric": "luck"}, "metric"),
        ({"time_budget_s": "soon"}, "time_budget_s"),
        ({"time_budget_s": "14401"}, "time_budget_s"),
        ({"exclude": ("Port",)}, "exclude"),
        ({"exclude": ("Id", "Age", "Fare")}, "exclude"),
        ({"algorithm": "magic"}, "algorithm"),
    ],
)
def test_a_training_that_cannot_be_is_said_at_its_field(
    lab: Lab, table: str, values: dict[str, Any], field: str
) -> None:
    """Unknown columns, wrong numbers and contradictions are told before anything runs."""
    with pytest.raises(WrongFields) as caught:
        read(lab, "train_model", {"target": "Port", **values}, dataset=table)
    assert list(caught.value.fields) == [field]


@pytest.mark.parametrize("said", [{"tool": "predict"}, {"model": "survival"}])
def test_a_prediction_form_asked_for_in_words(
    lab: Lab, model: ModelVersion, said: dict[str, str]
) -> None:
    """The card has the button and a sentence that does the same; it is no change."""
    card = lab.call("open_form", **said)
    assert block(card, "next_steps").items == (
        NextStep("Open the form…", "predict", {"model": "m1"}, form=True),
    )
    assert block(card, "code").text == "predict for Age=28, Town=Cobh, Deck=A"
    assert lab.call("show_history").summary == (
        "Nothing has been changed in this channel yet. There was 1 look at data, models or lists."
    )


def test_a_training_form_asked_for_in_words(lab: Lab, table: str) -> None:
    """A target that is named is filled in; without one the likeliest is."""
    card = lab.call("open_form", tool="train_model", target="fare")
    assert block(card, "next_steps").items == (
        NextStep("Train on Fare", "train_model", {"dataset": table, "target": "Fare"}, form=True),
    )
    assert block(card, "code").text == "train a model to predict Fare in 60 seconds"
    likely = lab.call("open_form", tool="train_model")
    assert block(likely, "next_steps").items[0].args["target"] == "Port"


def test_a_form_for_nothing_in_particular(lab: Lab, table: str) -> None:
    """Which form is meant is asked; a column that is not there too."""
    with pytest.raises(NeedsChoice) as caught:
        lab.call("open_form")
    assert [option.value for option in caught.value.options] == ["train_model", "predict"]
    with pytest.raises(NeedsChoice, match="no column"):
        lab.call("open_form", dataset=table, target="weather")


def test_very_wide_tables_are_typed_not_picked(lab: Lab) -> None:
    """More than a hundred columns fit no menu: their names are typed, typos forgiven."""
    columns = tuple(ColumnInfo(f"sensor_{n:03}", "number", 0, 50) for n in range(101))
    with lab.context.catalog.write() as unit:
        label = add_dataset(unit, scope=HERE.scope, name="wide", columns=columns).label
    fields = named(shown(lab, "train_model", dataset=label))
    assert (fields["target"].kind, fields["exclude"].kind) == ("text", "text")
    values = {"target": "Sensor 007", "exclude": "sensor_001, sensor_002"}
    call = read(lab, "train_model", values, dataset=label)
    assert (call["target"], call["exclude"]) == ("sensor_007", ["sensor_001", "sensor_002"])


def test_forms_need_no_heavy_library(lab: Lab, model: ModelVersion, table: str) -> None:
    """A form opens within a click's patience: it reads catalog rows and imports no pandas."""
    script = f"""
import json, sys
from pathlib import Path
from tests.tools.conftest import open_context
from tools.registry import find_tool
context = open_context(Path({lab.context.site.home!r}))
train, ask = find_tool("train_model").form, find_tool("predict").form
train.show({{"dataset": {table!r}}}, context)
train.read({{"dataset": {table!r}}}, {{"target": "Port"}}, context)
ask.show({{"model": {model.handle!r}}}, context)
ask.read({{"model": {model.handle!r}}}, {FILLED!r}, context)
print(json.dumps(sorted({{"numpy", "pandas", "sklearn", "pyarrow", "scipy"}} & set(sys.modules))))
"""
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(ended.stdout) == []
