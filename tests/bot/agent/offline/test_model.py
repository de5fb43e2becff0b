"""The offline brain as a chat model: one call an answer, a plan that survives, honest ends."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
    messages_from_dict,
    messages_to_dict,
)

from bot.agent.offline.model import OfflineChatModel
from bot.agent.offline.understand import understand
from bot.agent.state import DatasetState, ModelState, ThreadState, dump_state
from tests.bot.agent.offline.sentences import TODAY, column
from tools.base import Args, Tool
from tools.registry import TOOLS
from tools.words import Words

HOUSES = DatasetState(
    "houses",
    1,
    1460,
    tuple(map(column, ["Id:id", "Area:int=10..900", "Town:cat=Rome,Oslo", "Price:int=9..99"])),
    ("Price",),
)


def answer(*messages: BaseMessage, state: ThreadState | None = None) -> AIMessage:
    """What the model says to a turn in a state."""
    state = state or ThreadState(TODAY, (HOUSES,))
    system = SystemMessage("manners", additional_kwargs={"state": dump_state(state)})
    return OfflineChatModel().bind_tools([]).invoke([system, *messages])


def result(call: AIMessage, text: str = "done", *, status: str = "success") -> ToolMessage:
    """What a tool answered to a call."""
    call_id = call.tool_calls[0]["id"]
    return ToolMessage(text, tool_call_id=call_id, status=status)  # type: ignore[arg-type]


def called(message: AIMessage) -> list[tuple[str, dict[str, Any]]]:
    return [(call["name"], call["args"]) for call in message.tool_calls]


def test_plan_runs_one_call_an_answer() -> None:
    """Each answer makes one call, in the order said, and the last one makes none."""
    said = HumanMessage("drop Id, train on Price and deploy to staging")
    first = answer(said)
    second = answer(said, first, result(first))
    third = answer(said, first, result(first), second, result(second))
    end = answer(said, first, result(first), second, result(second), third, result(third))
    assert called(first) == [("clean_dataset", {"drop_columns": ["Id"]})]
    assert called(second) == [("train_model", {"target": "Price"})]
    assert called(third) == [("deploy_model", {"environment": "staging"})]
    assert called(end) == []


def test_plan_survives_storage() -> None:
    """A plan that was written down as JSON goes on where it was."""
    said = HumanMessage("clean it, then train on Price")
    first = answer(said)
    stored = json.dumps(messages_to_dict([said, first, result(first)]))
    assert called(answer(*messages_from_dict(json.loads(stored)))) == [
        ("train_model", {"target": "Price"})
    ]


def test_error_ends_the_plan() -> None:
    """After a failed step the rest does not run, and one sentence says what was left."""
    said = HumanMessage("clean it, train on Price and deploy it")
    first = answer(said)
    end = answer(said, first, result(first, "no", status="error"))
    assert called(end) == []
    assert end.text == "Because of that I did not go on to train model and deploy model."


def test_question_then_the_sentence_goes_on() -> None:
    """An open argument is asked once, and the picked option fills it."""
    said = HumanMessage("train a regression model and explain it")
    asked = answer(said)
    name, args = called(asked)[0]
    assert name == "ask_person"
    assert args["options"][0] == "Price"
    train = answer(said, asked, result(asked, "Area"))
    assert called(train) == [("train_model", {"target": "Area", "task": "regression"})]
    explain = answer(said, asked, result(asked, "Area"), train, result(train))
    assert called(explain) == [("explain_model", {})]


def test_free_answer_to_a_question() -> None:
    """An answer in one's own words is grounded in the columns; a refusal ends the turn."""
    said = HumanMessage("train a model")
    asked = answer(said)
    assert called(answer(said, asked, result(asked, "the prise please"))) == [
        ("train_model", {"target": "Price"})
    ]
    assert called(answer(said, asked, result(asked, "never mind"))) == []


def test_no_dataset() -> None:
    """Without a dataset the answer asks for a file, not for a choice."""
    end = answer(HumanMessage("train a model"), state=ThreadState(TODAY))
    assert called(end) == []
    assert "Attach" in end.text


def test_help_depends_on_state() -> None:
    """Help names what is at hand here."""
    bare = answer(HumanMessage("help"), state=ThreadState(TODAY)).text
    full = answer(HumanMessage("help")).text
    assert "houses" not in bare
    assert "houses" in full


def test_how_is_explained_from_the_tool() -> None:
    """A question about the way is answered from the tool's own summary and examples."""
    end = answer(HumanMessage("how does deploying work?"))
    assert called(end) == []
    assert "deploy it to staging" in end.text


def test_conditional_is_said_plainly() -> None:
    """A condition is looked up, and the act that hangs on it is left to the person."""
    model = ModelState("price", 1, "m1", "Price", "regression", "ridge")
    state = ThreadState(TODAY, (HOUSES,), (model,))
    said = HumanMessage("provided it is good enough, ship it to production")
    first = answer(said, state=state)
    end = answer(said, first, result(first), state=state)
    assert called(first) == [("evaluate_model", {})]
    assert "did not deploy model" in end.text


def test_condition_a_tool_checks_goes_along() -> None:
    """What a tool can check by itself is left to it, together with the act."""
    model = ModelState("price", 1, "m1", "Price", "regression", "ridge")
    state = ThreadState(TODAY, (HOUSES,), (model,))
    first = answer(HumanMessage("deploy it to staging if it beats production"), state=state)
    assert called(first) == [
        ("deploy_model", {"environment": "staging", "better_than": "production"})
    ]


class Translate(Args):
    """Arguments of a tool from elsewhere."""

    language: str | None = None
    formal: bool = False


def test_a_tool_from_outside_is_understood_by_its_words() -> None:
    """A tool nobody here knows is called by its own words, its arguments read by their types."""
    tool = Tool(
        name="translate_labels",
        summary="Translate the labels.",
        args=Translate,
        run=None,
        words=Words(verbs=("translate|localise",), nouns=("labels|headings",)),
        examples=("translate the labels", "localise the headings"),
    )
    meant = understand(
        "please translate all labels, language: french, formal",
        ThreadState(TODAY, (HOUSES,)),
        (*TOOLS, tool),
    )
    assert [(s.tool, s.args) for s in meant.steps] == [
        ("translate_labels", {"language": "french", "formal": True})
    ]


def test_wide_scenes() -> None:
    """Among 200 columns and 1,000 names, misspelt ones are still found."""
    columns = tuple(column(f"sensor_{i}_reading_value:num=0..1") for i in range(200))
    many = tuple(DatasetState(f"dataset_{i}", 1, 10, columns[:1]) for i in range(500))
    models = tuple(ModelState(f"model_{i}", 1, f"m{i}", "y", "regression", "x") for i in range(500))
    state = ThreadState(TODAY, (DatasetState("wide", 1, 9, columns), *many), models)
    said = "trane a modle for sensr_7_reading_value withot sensor_9_reading_value"
    assert understand(said, state, TOOLS).steps[0].args == {
        "target": "sensor_7_reading_value",
        "exclude": ["sensor_9_reading_value"],
    }


@pytest.mark.parametrize("said", ["load the sample data", "try it with the sample"])
def test_the_sample_where_there_is_nothing_yet(said: str) -> None:
    """In an empty channel the sample can be asked for, and help says so."""
    nothing = ThreadState(TODAY)
    meant = understand(said, nothing, TOOLS)
    assert [(step.tool, step.args) for step in meant.steps] == [
        ("load_dataset", {"source": "sample"})
    ]
    assert "load the sample data" in understand("help", nothing, TOOLS).answer
