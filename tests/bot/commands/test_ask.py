"""`ask`: one sentence for scripts and CI, with an exit code."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.bot.processes import alive, children, run, started, wait_until
from tests.bot.test_assistant import CSV


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One installation for all of these; a file was loaded, which is the first test."""
    folder = tmp_path_factory.mktemp("ask")
    (folder / "loans.csv").write_text(CSV)
    (folder / "broken.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    ended = run(folder / "home", "ask", "--file", "loans.csv", "what is in it?")
    (folder / "first.json").write_text(json.dumps([ended.returncode, ended.stdout, ended.stderr]))
    return folder / "home"


def test_done_is_zero(home: Path) -> None:
    """A file is profiled: code 0, the card on the screen, nothing else."""
    code, out, err = json.loads((home.parent / "first.json").read_text())
    assert (code, err) == (0, "")
    assert "120 rows × 3 columns" in out


def test_the_outcome_as_json(home: Path) -> None:
    """--json prints nothing but the outcome: state, bare results, and the card."""
    ended = run(home, "ask", "--json", "--file", "loans.csv", "predict paid for 2 seconds")
    told = json.loads(ended.stdout)
    assert (ended.returncode, told["state"]) == (0, "done")
    assert [result["tool"] for result in told["results"]] == ["load_dataset", "train_model"]
    assert told["results"][1]["data"]["model"] == "m1"
    assert all(result["ok"] for result in told["results"])
    assert told["reply"]["blocks"]


def test_a_question_is_two(home: Path) -> None:
    """What needs a person's answer ends with code 2, and the question is shown."""
    ended = run(home, "ask", "delete this dataset")
    assert ended.returncode == 2
    assert "[1] Approve" in ended.stdout


def test_a_refusal_is_three(home: Path) -> None:
    """What will not be done ends with code 3, and says why."""
    ended = run(home, "ask", "--json", "--file", "broken.xlsx", "what is in it?")
    told = json.loads(ended.stdout)
    assert (ended.returncode, told["state"]) == (3, "refused")
    assert told["results"][-1]["error"]["message"]


def test_a_failure_is_one(home: Path) -> None:
    """What cannot be done as said ends with code 1."""
    ended = run(home, "ask", "deploy m99 to staging")
    assert ended.returncode == 1
    assert "Traceback" not in ended.stdout + ended.stderr


def test_a_missing_file_is_one(home: Path) -> None:
    """A file that is not there is told before anything starts."""
    ended = run(home, "ask", "--file", "gone.csv", "what is in it?")
    assert (ended.returncode, "gone.csv" in ended.stderr) == (1, True)


def test_another_platform_s_channel_is_refused(home: Path) -> None:
    """From here only terminal channels can be opened."""
    ended = run(home, "ask", "--channel", "slack/T1/C1", "help")
    assert (ended.returncode, "terminal" in ended.stderr) == (1, True)


def test_ask_beside_a_running_chat(home: Path) -> None:
    """While a chat leads, ask lets it do the work, and still prints its own answer."""
    with started(home, "chat") as chat:
        wait_until(lambda: bool(children(chat.pid)), within=30)
        workers = children(chat.pid)
        ended = run(home, "ask", "list the datasets")
        assert (ended.returncode, "loans" in ended.stdout) == (0, True)
        assert chat.stdin is not None
        chat.stdin.close()
        assert chat.wait(20) == 0
        assert alive(workers) == []


def test_an_interrupted_ask_leaves_nothing(home: Path) -> None:
    """Ctrl-C ends it without a trace of Python, and no process stays."""
    with started(home, "ask", "predict paid for 60 seconds") as asking:
        wait_until(lambda: bool(children(asking.pid)), within=30)
        workers = children(asking.pid)
        asking.send_signal(signal.SIGINT)
        assert asking.wait(20) == 130
        wait_until(lambda: not alive(workers), within=30)
    assert "Traceback" not in (home.parent / "home-ask.log").read_text()
