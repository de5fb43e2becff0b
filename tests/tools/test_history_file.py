"""The history as a file: complete, for any period, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.tools.conftest import GRACE, Lab, block
from tools.history_file import COLUMNS, safe
from tools.outcome import Outcome


def table_of(lab: Lab, **args: object) -> list[dict[str, str]]:
    file = block(lab.call("show_history", **args), "file")
    return list(csv.DictReader(io.StringIO(lab.context.blobs.read(file.blob).decode())))


def test_the_file_has_every_step_and_all_of_it(lab: Lab) -> None:
    """A row tells who, what, when, why and approved by whom; looks are in the file too."""
    lab.note("list_models", Outcome("Looked."), effect="read", args={}, sentence="models?")
    lab.note(
        "deploy_model",
        Outcome("Deployed m1 to production."),
        effect="deploy",
        args={},
        sentence="ship it, now",
        context=replace(lab.context, approved_by=GRACE),
    )
    look, step = table_of(lab)
    assert tuple(look) == COLUMNS
    assert (look["what"], look["effect"]) == ("Looked", "read")
    assert (step["who"], step["what"], step["asked"], step["approved by"], step["worked"]) == (
        "Ada",
        "Deployed m1 to production",
        "ship it, now",
        "Grace",
        "yes",
    )
    assert step["when"].startswith("2026-03-02T10:00:0")


def test_a_period_has_two_ends(lab: Lab) -> None:
    """Only what was done within the period is told; a day as its end counts whole."""
    day = lab.context.now().replace(hour=0, minute=0, second=0)
    for number in range(3):
        lab.context.now.at = day + timedelta(days=number, hours=9)
        lab.note("clean_dataset", Outcome(f"Cleaned {number}."), effect="write", args={})
    within = lab.call("show_history", since=day + timedelta(days=1), until="2026-03-03")
    assert [line["what"] for line in within.data["actions"]] == ["Cleaned 1"]
    assert "From 3 Mar 2026" in within.summary


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", " =1", "＝1", "'=1"]
)
def test_what_a_spreadsheet_would_run_is_text(lab: Lab, text: str) -> None:
    """Whatever a person said, a cell of the file begins with no sign of a formula."""
    assert safe(text) == f"'{text}"
    lab.note("train_model", Outcome("Trained m1."), effect="write", args={}, sentence=text)
    assert table_of(lab)[0]["asked"].startswith("'")


@pytest.mark.parametrize("text", ["ship it", "a = b", "3 March", ""])
def test_plain_words_stay_as_they_are(text: str) -> None:
    """Nothing is put before what no spreadsheet would run."""
    assert safe(text) == text
