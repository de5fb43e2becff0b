"""Forms in Slack: what is asked, what was filled in, what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.slack.modals import filled, modal, refused
from tests.bot.blocks import TEXT
from tests.bot.platforms.slack.show import FORMS, OPENED, golden
from tests.servers.slack.validate.views import checked_view
from tools.forms import Field, Form, WrongFields

LONG = st.tuples(TEXT, st.integers(1, 400)).map(lambda pair: pair[0] * pair[1])
SAID = TEXT | LONG | st.sampled_from(["12", "1,309", "nan", "inf", "-0.5", "1e3"])
OPTIONS = st.lists(SAID, max_size=120, unique=True).map(tuple)


@st.composite
def fields(draw: st.DrawFn) -> Field:
    """Any field; what it holds already may fit or not."""
    kind = draw(st.sampled_from(["text", "number", "choice", "choices"]))
    options = draw(OPTIONS) if kind in ("choice", "choices") else ()
    one = SAID | (st.sampled_from(options) if options else st.just(""))
    value = draw(st.lists(one, max_size=4).map(tuple) if kind == "choices" else one)
    return draw(st.builds(Field, LONG, LONG, st.just(kind), LONG, st.just(options), st.just(value)))


def forms() -> st.SearchStrategy[Form]:
    """Any form, of few fields and of many."""
    unique = st.lists(fields(), max_size=6, unique_by=lambda field: field.name)
    many = st.integers(80, 130).map(lambda n: [Field(f"f{i}", f"F{i}") for i in range(n)])
    return st.builds(Form, LONG, (unique | many).map(tuple), LONG, TEXT)


def inputs(form: Form) -> dict[str, dict[str, Any]]:
    """The inputs of its modal, by field name."""
    view = modal(form, metadata={})
    return {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}


def sent(form: Form, answers: dict[str, Any]) -> dict[str, Any]:
    """The view as Slack sends it when these elements were filled in."""
    view = modal(form, metadata={})
    values = {
        name: {block["element"]["action_id"]: {"type": block["element"]["type"], **answers[name]}}
        for name, block in inputs(form).items()
        if name in answers
    }
    return {**view, "state": {"values": values}}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_looks_as_recorded(name: str) -> None:
    """The forms of training and prediction look as recorded in tests/golden/slack."""
    assert modal(FORMS[name], metadata=OPENED) == golden(name)


@given(forms())
@settings(max_examples=200, deadline=None)
def test_slack_takes_any_form(form: Form) -> None:
    """No form exceeds a limit of Slack's, whatever its fields hold."""
    view = modal(form, metadata=OPENED)
    assert checked_view(view, "modal") == view
    assert json.loads(view["private_metadata"]) == OPENED


def test_a_form_of_everything_at_its_longest() -> None:
    """Very many fields below a very long title and introduction are still one modal."""
    many = tuple(Field(f"f{n}", "word " * 900) for n in range(300))
    view = modal(Form("word " * 900, many, intro="word " * 9000), metadata={})
    assert checked_view(view, "modal") == view
    assert len(view["blocks"]) == 100


def test_each_kind_has_its_input() -> None:
    """A choice is a menu, several are a menu of several, a number is checked by Slack itself."""
    form = Form(
        "F",
        (
            Field("a", "A"),
            Field("b", "B", kind="number", value="1.5"),
            Field("c", "C", kind="choice", options=("x", "y"), value="y", required=True),
            Field("d", "D", kind="choices", options=("x", "y"), value=("x",)),
        ),
    )
    found = inputs(form)
    assert [block["element"]["type"] for block in found.values()] == [
        "plain_text_input",
        "number_input",
        "static_select",
        "multi_static_select",
    ]
    assert [block["optional"] for block in found.values()] == [True, True, False, True]
    assert found["b"]["element"]["initial_value"] == "1.5"
    assert found["c"]["element"]["initial_option"]["value"] == "y"
    assert [o["value"] for o in found["d"]["element"]["initial_options"]] == ["x"]


def test_a_number_that_slack_would_refuse_is_text() -> None:
    """A field that holds no plain number already is for text, so that the form can open."""
    (block,) = inputs(Form("F", (Field("n", "N", kind="number", value="1,309"),))).values()
    assert block["element"] == {
        "action_id": "number",
        "type": "plain_text_input",
        "initial_value": "1,309",
    }


@pytest.mark.parametrize("kind", ["choice", "choices"])
def test_more_options_than_a_menu_holds_are_typed(kind: Any) -> None:
    """Over 100 options the field is for text, and its hint gives examples."""
    options = tuple(f"column {n}" for n in range(101))
    field = Field("c", "C", kind=kind, hint="a column", options=options)
    (block,) = inputs(Form("F", (field,))).values()
    several = "with commas between; " if kind == "choices" else ""
    assert block["element"]["type"] == "plain_text_input"
    assert block["hint"]["text"] == f"a column; {several}such as column 0, column 1, column 2"


def test_a_long_title_is_told_in_full() -> None:
    """A title that is cut in the bar stands in full above the fields."""
    view = modal(Form("Predict Survived for a passenger", ()), metadata={})
    assert view["title"]["text"] == "Predict Survived for a…"
    assert view["blocks"][0]["text"]["text"] == "*Predict Survived for a passenger*"


def test_fields_that_do_not_fit_are_told() -> None:
    """Of more fields than a modal holds the first are shown, and it says how many are missing."""
    form = Form("F", tuple(Field(f"f{n}", f"F{n}") for n in range(120)), intro="By m1.")
    view = modal(form, metadata={})
    assert list(inputs(form)) == [f"f{n}" for n in range(90)]
    assert view["blocks"][1]["elements"][0]["text"] == (
        "30 more of the 120 fields do not fit here; say them in words."
    )


def test_what_was_filled_in_is_read_by_field() -> None:
    """Values come back by field name; what was left empty is missing."""
    form = FORMS["form_training"]
    view = sent(
        form,
        {
            "target": {"selected_option": {"value": "Fare"}},
            "metric": {"selected_option": None},
            "time_budget_s": {"value": " 30 "},
            "exclude": {"selected_options": [{"value": "Name"}, {"value": "Cabin"}]},
        },
    )
    assert filled(view) == {
        "target": "Fare",
        "time_budget_s": "30",
        "exclude": ("Name", "Cabin"),
    }


def test_nothing_filled_in_is_nothing() -> None:
    """An empty form gives no values."""
    form = FORMS["form_training"]
    empty = {
        "time_budget_s": {"value": None},
        "exclude": {"selected_options": []},
        "target": {"selected_option": None},
    }
    assert filled(sent(form, empty)) == {}
    assert filled({"blocks": []}) == {}


def test_a_refusal_stands_below_its_field() -> None:
    """What is wrong is said field by field, and the form stays open."""
    assert refused(WrongFields({"Age": "Say a number.", "Sex": " "})) == {
        "response_action": "errors",
        "errors": {"Age": "Say a number.", "Sex": "That does not fit."},
    }


def test_a_refusal_of_a_field_that_is_not_shown() -> None:
    """What is wrong with a field the form does not show is said below its first one."""
    view = modal(FORMS["form_prediction"], metadata={})
    error = WrongFields({"Age": "Say a number.", "Deck": "Unknown."})
    assert refused(error, view)["errors"] == {"Age": "Say a number.", "Sex": "Deck: Unknown."}


def test_metadata_that_slack_would_refuse_is_a_fault() -> None:
    """What comes back with a form is ours and short; more than Slack keeps is a mistake."""
    with pytest.raises(ValueError, match="3000"):
        modal(Form("F", ()), metadata={"a": "x" * 3000})
