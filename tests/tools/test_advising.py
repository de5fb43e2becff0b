"""Advice in chat: a short card with its reasons, two buttons that carry it out, and no change."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.tools.conftest import Lab, block, kinds, text_of, tool_named
from tools.errors import NeedsChoice, NotFound
from tools.ml.sample import passengers_csv
from tools.model_choice import chosen_because


@pytest.fixture
def loaded(lab: Lab) -> Lab:
    lab.load("passengers.csv", passengers_csv().encode())
    return lab


@pytest.mark.parametrize(
    ("args", "headline", "buttons"),
    [
        (
            {},
            "To predict `Survived` in passengers v1 I would train a random forest and judge by "
            "ROC AUC.",
            ["clean_dataset", "train_model"],
        ),
        (
            {"about": "cleaning"},
            "How I would clean passengers v1:",
            ["clean_dataset", "train_model"],
        ),
        (
            {"about": "model", "target": "fare"},
            "For `Fare` in passengers v1 I would train gradient boosting.",
            ["train_model", "train_model"],
        ),
        (
            {"about": "model", "explainable": True},
            "For `Survived` in passengers v1 I would train logistic regression.",
            ["train_model", "train_model"],
        ),
        (
            {"about": "metric", "target": "Fare"},
            "For `Fare` in passengers v1 I would judge by MAE.",
            ["train_model", "suggest_plan"],
        ),
        (
            {"about": "split"},
            "For `Survived` in passengers v1 I would hold out rows at random, the classes in "
            "their shares.",
            ["train_model", "suggest_plan"],
        ),
    ],
)
def test_the_card(loaded: Lab, args: dict[str, Any], headline: str, buttons: list[str]) -> None:
    """The answer in one line, its reasons, and two buttons whose calls are valid."""
    card = loaded.call("suggest_plan", **args)
    assert block(card, "headline").text == headline
    steps = block(card, "next_steps").items
    assert [step.tool for step in steps] == buttons
    assert [tool_named(step.tool).args(**step.args) for step in steps] != []
    assert card.data["advice"] != []
    assert all(each["why"] in text_of(card.blocks) for each in card.data["advice"])
    assert all(each["why"] in card.summary for each in card.data["advice"])


def test_it_changes_nothing(loaded: Lab) -> None:
    """Advice is a read: no version, no model, nothing to take back."""
    card = loaded.call("suggest_plan")
    assert tool_named("suggest_plan").effect == "read"
    assert card.inverse is None
    assert loaded.context.dataset().label == "passengers v1"


def test_the_button_does_what_is_advised(loaded: Lab) -> None:
    """Pressed, the cleaning leaves no gap, as the card said."""
    step = block(loaded.call("suggest_plan", about="cleaning"), "next_steps").items[0]
    loaded.call(step.tool, **step.args)
    assert sum(column.missing for column in loaded.context.dataset().columns) == 0


def test_a_tidy_table_needs_no_cleaning(lab: Lab) -> None:
    """Where there is nothing to clean, the card says so and offers to look and to train."""
    rows = "\n".join(f"{number % 40},{number % 7},{number % 2}" for number in range(280))
    lab.load("tidy.csv", f"a,b,y\n{rows}\n".encode())
    card = lab.call("suggest_plan", about="cleaning")
    assert "needs no cleaning" in block(card, "headline").text
    assert [step.tool for step in block(card, "next_steps").items] == [
        "train_model", "suggest_plan"
    ]  # fmt: skip


def test_a_target_that_cannot_be_predicted(loaded: Lab) -> None:
    """A column that names rows is refused with the reason, and others are offered."""
    card = loaded.call("suggest_plan", target="Name", about="model")
    assert block(card, "headline").tone == "warning"
    assert "`Name`" in block(card, "headline").text
    assert [step.tool for step in block(card, "next_steps").items] == ["suggest_plan"] * 2


def test_nothing_to_predict_is_asked(lab: Lab) -> None:
    """Where no column stands out, the target is asked for; cleaning needs none."""
    rows = "\n".join(
        f"note {number} on all of it,2024-01-{1 + number % 28:02}" for number in range(60)
    )
    lab.load("notes.csv", f"note,day\n{rows}\n".encode())
    with pytest.raises(NeedsChoice) as question:
        lab.call("suggest_plan", about="model")
    assert question.value.argument == "target"
    assert kinds(lab.call("suggest_plan", about="cleaning"))[0] == "headline"


def test_without_a_dataset(lab: Lab) -> None:
    """There is nothing to advise on before a file is loaded."""
    with pytest.raises(NotFound):
        lab.call("suggest_plan")


def test_a_cleaning_is_done_and_doubted(loaded: Lab) -> None:
    """What does not fit is carried out as asked, with one sentence on what would be better."""
    card = loaded.call("clean_dataset", drop_columns=["Sex"])
    assert "Sex" not in [column.name for column in loaded.context.dataset().columns]
    assert "I would keep `Sex`" in block(card, "text").text
    assert "I would keep `Sex`" in card.summary


def test_a_cleaning_that_fits_is_not_doubted(loaded: Lab) -> None:
    """Nobody is lectured about the usual."""
    assert "I would" not in text_of(loaded.call("clean_dataset").blocks)


def test_a_training_is_done_and_doubted(loaded: Lab) -> None:
    """The algorithm asked for is trained; the card says what would be better, and the summary."""
    card = loaded.call("train_model", target="Survived", algorithm="decision_tree", time_budget_s=2)
    assert card.data["algorithm"] == "decision_tree"
    assert "I would train a random forest unless" in text_of(card.blocks)
    assert "Decision tree, as you asked." in text_of(card.blocks)
    better = block(card, "next_steps").items[-1]
    assert (better.label, better.args["algorithm"]) == ("Train random forest", "random_forest")
    assert "I would train a random forest unless" in card.summary


@pytest.mark.parametrize(
    ("asked", "scores", "said"),
    [
        ("auto", {"Gradient boosting": 0.91, "Ridge regression": 0.5},
         "Gradient boosting, because it did best in cross-validation: ROC AUC 0.91, ahead of "
         "ridge regression (0.5)."),
        ("auto", {"Extra trees": 0.91, "Random forest": 0.909, "Logistic regression": 0.905},
         "Extra trees, because it did best in cross-validation: ROC AUC 0.91, hardly ahead of "
         "random forest (0.909). Logistic regression does nearly as well (0.905) and is easier to "
         "explain."),
        ("auto", {"Logistic regression": 0.8, "Random forest": 0.7},
         "Logistic regression, because it did best in cross-validation: ROC AUC 0.8, ahead of "
         "random forest (0.7). A weight for each column is enough here."),
        ("auto", {"Extra trees": 0.9},
         "Extra trees, the only algorithm that could be tried in the time given."),
        ("extra_trees", {"Extra trees": 0.9}, "Extra trees, as you asked."),
    ],
)  # fmt: skip
def test_the_algorithm_has_a_reason(asked: str, scores: dict[str, float], said: str) -> None:
    """Left open, it is the score it won by and what came next; else that it was asked for."""
    model = SimpleNamespace(
        score={"name": "ROC AUC", "higher_is_better": True},
        report={
            "asked_algorithm": asked,
            "candidates": [{"label": label, "score": score} for label, score in scores.items()],
        },
    )
    assert chosen_because(model, tell=str) == said
