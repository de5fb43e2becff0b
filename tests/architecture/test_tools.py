"""Every tool keeps the promises of its declaration."""

from __future__ import annotations

import asyncio

import pytest

from bot.agent.state import ColumnState, DatasetState, ModelState, ThreadState
from bot.commands.plan import rehearse
from bot.settings import Settings
from tools.registry import TOOLS

COLUMNS = (
    ColumnState("Survived", "integer", 0, 2, 0.0, 1.0),
    ColumnState("Pclass", "integer", 0, 3, 1.0, 3.0),
    ColumnState("Sex", "category", 0, 2, top=("male", "female")),
    ColumnState("Age", "number", 20, 90, 0.5, 80.0),
    ColumnState("Fare", "number", 0, 240, 0.0, 512.0),
    ColumnState("Cabin", "text", 600, 150),
    ColumnState("Embarked", "category", 2, 3, top=("S", "C", "Q")),
    ColumnState("carat", "number", 0, 270, 0.2, 5.0),
    ColumnState("cut", "category", 0, 5, top=("Ideal", "Premium", "Good")),
    ColumnState("price", "number", 0, 900, 326.0, 18823.0),
    ColumnState("tip", "number", 0, 120, 1.0, 10.0),
    ColumnState("day", "category", 0, 4, top=("Sat", "Sun", "Thur")),
    ColumnState("species", "category", 0, 3, top=("Adelie", "Gentoo", "Chinstrap")),
)
"""The columns that the tools' examples speak of."""

THREAD = ThreadState(
    today="2026-03-02T09:00:00+00:00",
    datasets=(DatasetState("sales", 1, 891, COLUMNS, ("Survived", "Fare")),),
    models=(
        ModelState(
            "titanic-survived", 2, "m2", "Survived", "classification", "logistic_regression",
            COLUMNS[1:], ("staging", "production"),
        ),
        ModelState(
            "titanic-survived", 1, "m1", "Survived", "classification", "random_forest", COLUMNS[1:]
        ),
    ),
    monitors=("titanic-survived",),
    alerts=("titanic-survived",),
    jobs=("3 train_model",),
    facts=("we report in euros",),
)  # fmt: skip
EXAMPLES = [(tool.name, example) for tool in TOOLS for example in tool.examples]


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_a_tool_is_a_function_of_its_own_name(tool):
    """What people say in chat is what the reader finds in the code."""
    assert tool.run is None or tool.run.__name__ == tool.name


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_a_tool_and_its_arguments_are_described(tool):
    """The model, the help and the docs read one sentence about the tool and about each argument."""
    schema = tool.args.model_json_schema()
    bare = [name for name, p in schema.get("properties", {}).items() if not p.get("description")]
    assert tool.summary.endswith(".")
    assert bare == []


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_what_may_wait_for_a_click_can_be_rehearsed(tool):
    """A tool that may need an approval can show what people would approve."""
    needs = tool.run is not None and (tool.effect in ("confirm", "deploy") or tool.effect_of)
    assert not needs or tool.rehearse is not None


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_the_offline_brain_understands_the_examples(name: str, example: str):
    """Each of a tool's two example phrases makes the offline brain call that tool."""
    plan = asyncio.run(rehearse(Settings(model="offline"), example, THREAD))
    assert [call["tool"] for call in plan.calls][:1] == [name], plan.dump()
