"""Forms on Discord: recorded ones, and what must hold for any."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.discord.folding import listed, unfold, written
from bot.platforms.discord.modals import filled, modal
from bot.platforms.discord.texts import one_line
from tests.bot.platforms.discord.show import FORMS, golden
from tests.servers.discord.components import check_form
from tests.servers.discord.errors import Problems
from tools.forms import Field, Form

SAMPLES = ["", "a", "Age", "0.67", "C85, B96", " x ", '"', "[a]", "# b", "a  # b", "=", "\n"]
TEXT = st.one_of(st.sampled_from([*SAMPLES, "long " * 22]), st.text(max_size=8))
LINE = TEXT.map(one_line)


@st.composite
def fields(draw: st.DrawFn) -> Field:
    """Any field; what is filled in is among its options where it has some."""
    kind = draw(st.sampled_from(["text", "number", "choice", "choices"]))
    options = tuple(dict.fromkeys(draw(st.lists(LINE, max_size=28)))) if "c" in kind else ()
    value: str | tuple[str, ...] = draw(LINE)
    if kind == "choice" and options:
        value = draw(st.sampled_from(["", *options]))
    if kind == "choices":
        several = st.lists(st.sampled_from(options), unique=True) if options else st.just([])
        chosen = draw(several)
        value = tuple(option for option in options if option and option in chosen)
    name, label, hint = draw(TEXT), draw(TEXT), draw(TEXT)
    return Field(name, label, kind, hint, options, value, draw(st.booleans()))


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """Any form."""
    found = draw(st.lists(fields(), max_size=9, unique_by=lambda field: field.name))
    return Form(draw(TEXT), tuple(found), draw(TEXT), draw(TEXT))


def submitted(opened: dict[str, Any]) -> dict[str, Any]:
    """What Discord sends back when the form is sent as it opened."""
    parts = []
    for number, label in enumerate(opened["components"]):
        if label["type"] == 10:
            parts.append({"type": 10, "id": number})
            continue
        inner = label["component"]
        answer: dict[str, Any] = {"type": inner["type"], "custom_id": inner["custom_id"]}
        if "options" in inner:
            chosen = [o["value"] for o in inner["options"] if o["default"]]
            answer["values"] = chosen
        else:
            answer["value"] = inner.get("value", "")
        parts.append({"type": 18, "id": number, "component": answer})
    return {"custom_id": opened["custom_id"], "components": parts}


def check(opened: dict[str, Any]) -> None:
    """Refuse what Discord refuses."""
    problems = Problems()
    check_form(opened, problems)
    problems.refuse()
    for label in opened["components"]:
        inner = label.get("component", {})
        if "options" in inner:
            assert inner["min_values"] == int(inner["required"])
            assert inner["max_values"] <= len(inner["options"])


def labels(opened: dict[str, Any]) -> list[str]:
    return [part["label"] for part in opened["components"] if "label" in part]


def inputs(opened: dict[str, Any]) -> list[dict[str, Any]]:
    return [part["component"] for part in opened["components"] if "component" in part]


@pytest.mark.parametrize("name", FORMS)
def test_a_form_looks_as_recorded(name: str) -> None:
    """The forms of the tools look as recorded in tests/golden/discord."""
    assert modal(FORMS[name], custom_id="press:12:1") == golden(name)


@given(forms())
@settings(max_examples=150, deadline=None)
def test_discord_takes_any_form(form: Form) -> None:
    """Any form is within Discord's limits, and sent as it opened it says what was filled in."""
    opened = modal(form, custom_id="press:1:0")
    check(opened)
    found = filled(submitted(opened))
    assert found == {field.name: field.value for field in form.fields}


def test_each_kind_has_its_input() -> None:
    """Few options are a menu, several at once too; all else is typed, with its hint above."""
    many = tuple(f"column {n}" for n in range(30))
    form = Form(
        "Train",
        (
            Field("a", "One", "choice", options=("x", "y"), value="y", required=True),
            Field("b", "Several", "choices", options=("x", "y"), value=("x",)),
            Field("c", "Many", "choice", options=many, value="column 3"),
            Field("d", "Many at once", "choices", options=many, value=("column 3", "a, b")),
            Field("e", "Number", "number", hint="1 to 9", value="5"),
        ),
    )
    opened = modal(form, custom_id="press:1:0")
    one, several, typed, listed_, number = inputs(opened)
    assert (one["type"], one["required"], one["max_values"]) == (3, True, 1)
    assert (several["type"], several["required"], several["max_values"]) == (3, False, 2)
    assert (typed["type"], typed["value"]) == (4, "column 3")
    assert (listed_["type"], listed_["value"]) == (4, 'column 3, "a, b"')
    assert number == {
        "type": 4,
        "custom_id": "text:e",
        "style": 1,
        "required": False,
        "value": "5",
    }
    described = [part.get("description", "") for part in opened["components"]]
    assert described[0:2] == ["", ""]
    assert described[2].startswith("one of column 0, column 1")
    assert described[3].startswith("some of column 0, column 1")
    assert described[4] == "1 to 9"


def test_the_last_fields_are_folded() -> None:
    """Beyond five fields, the first four stay and the others are lines, filled in, with hints."""
    form = Form(
        "Predict",
        (
            *(Field(f"f{n}", f"F{n}") for n in range(4)),
            Field("Fare", "Fare", "number", "0 to 512", value="15.4"),
            Field("Deck", "Deck", "choice", options=("A", "B")),
            Field("a=b", "a=b", "choices", options=("x", "y, z"), value=("y, z",)),
        ),
    )
    opened = modal(form, custom_id="press:1:0")
    assert labels(opened) == ["F0", "F1", "F2", "F3", "The other fields"]
    assert inputs(opened)[-1]["value"].split("\n") == [
        "Fare = 15.4  # 0 to 512",
        "Deck =  # one of A, B",
        '"a=b" = ["y, z"]  # some of x, y, z',
    ]


def test_folded_lines_are_read_as_people_leave_them() -> None:
    """Hints may go or stay, spaces do not matter, and a value may go on in the next line."""
    text = "Fare=30 # 0 to 512\r\n\n  Deck  =  B  \nNote = two\nlines # kept\nList = [a, b\nEmpty ="
    assert unfold(text) == {
        "Fare": "30",
        "Deck": "B",
        "Note": "two\nlines",
        "List": "[a, b",
        "Empty": "",
    }


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_can_be_typed(text: str) -> None:
    """Whatever is typed into an input is read without an error."""
    data = {"components": [{"type": 18, "component": {"type": 4, "custom_id": c, "value": text}}
                           for c in ("folded", "list:a", "text:b", "x", "")]}  # fmt: skip
    assert filled(data)["b"] == text


@given(st.lists(LINE.filter(bool)))
def test_lists_are_written_and_read(values: list[str]) -> None:
    """Several values in one line come apart as they were, also with commas and quotes in them."""
    assert listed(written(values)) == tuple(values)


def test_rows_of_older_clients_are_read() -> None:
    """What was filled in is found within labels and within rows."""
    row = {"type": 1, "components": [{"type": 4, "custom_id": "text:a", "value": "1"}]}
    label = {"type": 18, "component": {"type": 3, "custom_id": "one:b", "values": []}}
    assert filled({"components": [row, label]}) == {"a": "1", "b": ""}


@pytest.mark.parametrize(("count", "place"), [(2, "above"), (5, "first field"), (6, "first field")])
def test_the_introduction_has_a_place(count: int, place: str) -> None:
    """The introduction stands above the fields where there is room, else with the first one."""
    form = Form("T", tuple(Field(f"f{n}", f"F{n}") for n in range(count)), intro="On d v1.")
    first = modal(form, custom_id="press:1:0")["components"][0]
    expected = {
        "above": {"type": 10, "content": "On d v1."},
        "first field": {**first, "description": "On d v1."},
    }
    assert first == expected[place]
