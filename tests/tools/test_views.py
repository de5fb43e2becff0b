"""Datasets are drawn and handed over; what is open is asked."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from tests.tools.conftest import Lab, block
from tests.tools.test_datasets import CSV
from tools.errors import BadRequest, NeedsChoice


@pytest.fixture
def loaded(lab: Lab) -> Lab:
    lab.load("titanic.csv", CSV)
    return lab


def test_plot(loaded: Lab) -> None:
    """A picture with text alternative; the summary names columns, no values."""
    card = loaded.call("plot_dataset", x="fare", y="AGE", color="sex")
    assert loaded.context.blobs.read(block(card, "figure").blob)[:4] == b"\x89PNG"
    assert block(card, "figure").alt
    assert card.data["columns"] == ["Fare", "Age", "Sex"]
    assert "female" not in card.summary


def test_plot_without_a_column_is_a_question(loaded: Lab) -> None:
    """No column named: those worth drawing are offered, identifiers last."""
    with pytest.raises(NeedsChoice) as question:
        loaded.call("plot_dataset")
    assert (question.value.argument, question.value.options[0].value) == ("x", "Survived")


def test_plot_of_an_unknown_column(loaded: Lab) -> None:
    """No such column: the closest are offered for that argument."""
    with pytest.raises(NeedsChoice) as question:
        loaded.call("plot_dataset", x="Fare", color="gender")
    assert question.value.argument == "color"


def test_plot_of_a_kind_that_does_not_suit(loaded: Lab) -> None:
    """A scatter of one column cannot be: said so."""
    with pytest.raises(BadRequest):
        loaded.call("plot_dataset", x="Fare", kind="scatter")


@pytest.mark.parametrize(
    ("file_format", "read"),
    [("csv", pd.read_csv), ("parquet", pd.read_parquet), ("xlsx", None)],
)
def test_download(loaded: Lab, file_format: str, read: object) -> None:
    """The file holds the version's rows; its name tells dataset, version and format."""
    card = loaded.call("download_dataset", format=file_format)
    file = block(card, "file")
    assert f"titanic-v1.{file_format}" == file.name
    content = loaded.context.blobs.read(file.blob)
    assert len(content) == file.size
    if callable(read):
        table = read(io.BytesIO(content))
        assert table.shape == (12, 5)
    else:
        assert content[:2] == b"PK"


def test_download_of_the_cleaned_data(loaded: Lab) -> None:
    """What is sent is the current, cleaned version."""
    loaded.call("clean_dataset", drop_columns=["Sex"])
    card = loaded.call("download_dataset", format="parquet")
    assert block(card, "file").name == "titanic-v2.parquet"
    assert "Handed over titanic v2" in card.summary
