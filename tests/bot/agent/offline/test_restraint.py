"""What the offline brain leaves alone: errands of others, later times, conditions, and more."""

from __future__ import annotations

import pytest

from bot.agent.offline.meaning import Understanding
from bot.agent.offline.understand import understand
from bot.agent.state import DatasetState, ModelState, ThreadState
from tests.bot.agent.offline.sentences import TODAY, column
from tools.registry import TOOLS

_COLUMNS = tuple(
    map(column, ["Id:id", "Area:int=10..900", "Town:cat=Rome,Oslo", "Sold:date", "Price:int=9..99"])
)
HOUSES = DatasetState("houses", 1, 1460, _COLUMNS, ("Price",))
MODEL = ModelState(
    "price", 1, "m1", "Price", "regression", "ridge", _COLUMNS[1:3], live_in=("production",)
)


def meant(said: str, *, bare: bool = False) -> Understanding:
    """What a sentence means beside houses and a model; in an empty channel where it is bare."""
    state = ThreadState(TODAY) if bare else ThreadState(TODAY, (HOUSES,), (MODEL,))
    return understand(said, state, TOOLS)


def changes(said: Understanding) -> list[str]:
    """The tools called that change something."""
    effects = {tool.name: tool.effect for tool in TOOLS}
    return [step.tool for step in said.steps if effects[step.tool] != "read"]


@pytest.mark.parametrize(
    "said",
    [
        "@alice can you deploy it?",
        "@alice deploy it to production",
        "ask @tom to deploy it",
        "tell @bob that we deploy on Friday",
        "@tom will deploy it tomorrow",
        "ask @kim if we can deploy",
        "deploy it when @kim is back",
        "deploy it after @kim approves",
        "have @kim delete the dataset",
    ],
)
def test_errands_of_others(said: str) -> None:
    """What somebody else is asked, or is said to do, is not done."""
    assert changes(meant(said)) == []


@pytest.mark.parametrize("said", ["let @dana deploy it", "allow @dana to ship models"])
def test_leave_to_deploy_is_a_role(said: str) -> None:
    """Letting somebody deploy gives them a role, and deploys nothing."""
    (step,) = meant(said).steps
    assert (step.tool, step.args) == ("grant_role", {"person": "@dana", "role": "operator"})


def test_own_part_of_a_message_to_two() -> None:
    """What is asked besides an errand is done."""
    steps = meant("train on Price and let @kim know").steps
    assert [step.tool for step in steps] == ["train_model"]


@pytest.mark.parametrize(
    "said",
    [
        "deploy it on Friday",
        "deploy it tomorrow morning",
        "ship it next Monday",
        "deploy it in two hours",
        "after lunch, ship it",
        "tomorrow, delete the dataset",
        "retrain it every night",
        "clean it once a week",
    ],
)
def test_later_is_said_and_not_done(said: str) -> None:
    """A change for a later time, or again and again, is not made at once instead."""
    found = meant(said)
    assert changes(found) == []
    assert "did not" in found.answer or "did nothing" in found.answer


@pytest.mark.parametrize(
    "said",
    [
        "deploy it if the mean of Area is above 2",
        "once the boss agrees deploy it",
        "if accuracy is above 0.9 deploy it",
        "provided it is good enough, deploy it",
        "deploy it when Dana says yes",
        "deploy it unless the score is bad",
        "when it rains, delete the dataset",
        "deploy it as soon as CI passes",
        "deploy it only if everyone agrees",
        "in case it is better than 0.8, ship it to production",
    ],
)
def test_conditions_nobody_can_check(said: str) -> None:
    """An act that hangs on such a condition is not done, wherever the condition stands."""
    found = meant(said)
    assert changes(found) == []
    assert "condition" in found.answer


@pytest.mark.parametrize(
    ("said", "tools"),
    [
        ("if you can, deploy it to staging", ["deploy_model"]),
        ("deploy it to staging when you have time please", ["deploy_model"]),
        ("drop Area if you don't mind", ["clean_dataset"]),
        ("train on Price and once that's done deploy it", ["train_model", "deploy_model"]),
        ("predict if a house was sold in Rome or Oslo", ["train_model"]),
    ],
)
def test_no_condition_where_none_is_meant(said: str, tools: list[str]) -> None:
    """Politeness, the order of steps and "whether" are no conditions."""
    assert [step.tool for step in meant(said).steps] == tools


@pytest.mark.parametrize(
    "said",
    [
        "delete the rows where Area is above 200",
        "only keep rows where Town is Rome",
        "filter Town to Rome",
        "sort it by Area",
        "normalise all the numbers",
        "add a column with the year",
        "train a neural network for Price",
        "train an svm on Price",
        "cluster the data",
    ],
)
def test_wishes_no_tool_fulfils(said: str) -> None:
    """What no tool does is said plainly with the nearest thing, and nothing is done instead."""
    found = meant(said)
    assert changes(found) == []
    assert not found.answer.startswith("I work with your tables")


def test_outliers_are_not_widened() -> None:
    """Outliers of one column are clipped in that column alone."""
    (step,) = meant("clip outliers in Area").steps
    assert step.args == {"outliers": "clip", "outlier_columns": ["Area"]}


@pytest.mark.parametrize("said", ["train for 2 hours on Price", "train on Price, 2 hours"])
def test_long_budgets(said: str) -> None:
    """Hours are a budget too."""
    (step,) = meant(said).steps
    assert step.args == {"target": "Price", "time_budget_s": 7200}


@pytest.mark.parametrize("said", ["deploy it", "clean my data", "what's in this?", "monitor it"])
def test_nothing_to_work_on(said: str) -> None:
    """Where there is nothing yet, that is said and no tool is called."""
    found = meant(said, bare=True)
    assert found.steps == ()
    assert "Attach" in found.answer
