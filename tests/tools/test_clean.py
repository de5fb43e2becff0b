"""Cleaning makes a new version, keeps the whole recipe, shows before and after, and is undone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.conftest import Lab, block, kinds, text_of
from tests.tools.test_datasets import CSV
from tools.errors import BadRequest, NeedsChoice, NotFound


@pytest.fixture
def loaded(lab: Lab) -> Lab:
    lab.load("titanic.csv", CSV)
    return lab


def test_drop_non_numeric_and_fill(loaded: Lab) -> None:
    """Asked for, done: numbers only, no gaps, and the version before is untouched."""
    before = loaded.context.dataset()
    card = loaded.call("clean_dataset", drop_non_numeric=True, missing="median")
    after = loaded.context.dataset()
    assert ("titanic v2", before.id, before.id) == (after.label, after.parent_id, after.root_id)
    assert [column.missing for column in after.columns] == [0] * 4
    assert "Sex" not in [column.name for column in after.columns]
    assert [step["kind"] for step in after.recipe] == ["drop_columns", "fill_missing"]
    rows = {row[0]: row for row in block(card, "table").rows}
    assert rows["Age"][1:3] == (2, 0)
    assert [step.tool for step in block(card, "next_steps").items] == ["undo", "train_model"]
    assert kinds(card).count("table") == 2


def test_recipe_grows_from_the_root(loaded: Lab) -> None:
    """A second cleaning keeps the first one's steps: the recipe leads from the file."""
    loaded.call("clean_dataset", drop_columns=["passengerid"])
    loaded.call("clean_dataset", missing="mean")
    after = loaded.context.dataset()
    assert [step["kind"] for step in after.recipe] == ["drop_columns", "fill_missing"]
    assert after.root_id == loaded.context.dataset("titanic v1").id


def test_nothing_named_is_sensible(loaded: Lab) -> None:
    """Without wishes the gaps are filled, and the card says why."""
    card = loaded.call("clean_dataset")
    assert sum(column.missing for column in loaded.context.dataset().columns) == 0
    assert "median" in text_of(card.blocks)


def test_nothing_to_do(lab: Lab) -> None:
    """A clean table gets no new version."""
    rows = "\n".join(f"{n},{n * n % 7}" for n in range(9))
    lab.load("tidy.csv", f"a,b\n{rows}\n".encode())
    card = lab.call("clean_dataset")
    assert "stays as it is" in card.summary
    assert lab.context.dataset().label == "tidy v1"
    assert card.inverse is None


def test_undo(loaded: Lab) -> None:
    """Undo makes the version before current; the cleaned one stays listed."""
    loaded.call("clean_dataset")
    assert "titanic v1 again" in loaded.call("undo").summary
    assert loaded.context.dataset().label == "titanic v1"
    assert loaded.context.dataset("titanic").label == "titanic v2"


def test_old_undo_button(loaded: Lab) -> None:
    """The Undo button of a card takes back what that card did, and nothing done since."""
    first = block(loaded.call("clean_dataset", drop_columns=["Sex"]), "next_steps").items[0]
    second = block(loaded.call("clean_dataset"), "next_steps").items[0]
    with pytest.raises(BadRequest, match="done since"):
        loaded.call(first.tool, **first.args)
    loaded.call(second.tool, **second.args)
    loaded.call(first.tool, **first.args)
    assert loaded.context.dataset().label == "titanic v1"


def test_summary_names_no_values(loaded: Lab) -> None:
    """The model reads what was done, not what stands in the cells."""
    summary = loaded.call("clean_dataset", keep_columns=["Sex", "Fare"]).summary
    assert "Sex" in summary
    assert "female" not in summary


@pytest.mark.parametrize(
    ("args", "error", "says"),
    [
        ({"drop_columns": ["colour"]}, NeedsChoice, "no column"),
        ({"missing": "constant"}, BadRequest, "value"),
        ({"dataset": "nope"}, NotFound, "no dataset"),
        ({"drop_columns": ["PassengerId", "Survived", "Sex", "Age", "Fare"]}, BadRequest, "left"),
        ({"rename": {"Fare": "Age"}}, BadRequest, "Two columns"),
    ],
)
def test_errors(loaded: Lab, args: dict[str, Any], error: type[Exception], says: str) -> None:
    """What cannot be done is told, and no version is made."""
    with pytest.raises(error, match=says):
        loaded.call("clean_dataset", **args)
    assert loaded.context.dataset().label == "titanic v1"


def test_choice_fills_the_list(loaded: Lab) -> None:
    """Picking an option gives the whole list of columns again."""
    with pytest.raises(NeedsChoice) as question:
        loaded.call("clean_dataset", drop_columns=["sex", "fares paid"])
    assert question.value.argument == "drop_columns"
    loaded.call("clean_dataset", drop_columns=question.value.options[0].value)
    names = [column.name for column in loaded.context.dataset().columns]
    assert "Sex" not in names
    assert names == ["PassengerId", "Survived", "Age"]


@pytest.mark.parametrize("wish", [{"outliers": "clip"}, {"drop_duplicates": True}])
def test_a_cleaning_that_changes_nothing_makes_no_version(lab: Lab, wish: dict[str, Any]) -> None:
    """Where no value and no row is touched, the dataset stays as it is and says so."""
    rows = "\n".join(f"{number},{number % 7}" for number in range(40))
    lab.load("calm.csv", f"a,b\n{rows}\n".encode())
    assert "stays as it is" in lab.call("clean_dataset", **wish).summary
    assert lab.context.dataset().version == 1
