"""Help says what can be done here, now, and every sentence it names is understood here."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.agent.offline.helping import greeting, help_text
from bot.agent.offline.understand import understand
from bot.agent.state import CallState, ColumnState, DatasetState, ModelState, ThreadState
from tests.bot.agent.offline.sentences import TODAY
from tools.registry import TOOLS

COLUMNS = (
    ColumnState("Survived", "integer", 0, 2, 0.0, 1.0),
    ColumnState("Sex", "category", 0, 2, top=("male", "female")),
    ColumnState("Age", "number", 20, 90, 0.5, 80.0),
)
DATA = DatasetState("passengers", 1, 891, COLUMNS, ("Survived",))
MODEL = ModelState(
    "passengers-survived", 1, "m1", "Survived", "classification", "random_forest", COLUMNS[1:]
)
NOTHING = ThreadState(TODAY)
LOADED = ThreadState(TODAY, (DATA,))
TIDY = ThreadState(TODAY, (replace(DATA, columns=COLUMNS[:2]),), calls=(CallState("undo"),))
TRAINED = ThreadState(TODAY, (DATA,), (MODEL,), calls=(CallState("train_model"),))
STAGED = replace(TRAINED, models=(replace(MODEL, live_in=("staging",)),))
LIVE = replace(TRAINED, models=(replace(MODEL, live_in=("staging", "production")),))
ALERTED = replace(LIVE, monitors=(MODEL.name,), alerts=(MODEL.name,))
BUSY = replace(LOADED, jobs=("3 train_model",))
STATES = {
    "nothing": NOTHING,
    "loaded": LOADED,
    "tidy": TIDY,
    "trained": TRAINED,
    "staged": STAGED,
    "live": LIVE,
    "alerted": ALERTED,
    "busy": BUSY,
}


@pytest.mark.parametrize("name", [name for name in STATES if name != "nothing"])
def test_every_sentence_named_is_understood(name: str) -> None:
    """Whatever help or a greeting puts in quotes leads to a tool in that very state."""
    state = STATES[name]
    said = re.findall(r'"([^"]+)"', f"{help_text(state)} {greeting(state)}")
    lost = [each for each in said if each != "help" and not understand(each, state, TOOLS).steps]
    assert lost == []


@pytest.mark.parametrize(
    ("name", "opens"),
    [
        ("nothing", "Attach a CSV"),
        ("loaded", "passengers has 891 rows, gaps in 1 of 3 columns"),
        ("tidy", "passengers has 891 rows, no gaps"),
        ("trained", "m1 predicts Survived, not deployed yet"),
        ("staged", "m1 predicts Survived, live in staging"),
        ("live", "m1 predicts Survived, live in staging and production"),
        ("alerted", "passengers-survived has an open alert"),
        ("busy", "Job 3 (train model) is under way"),
    ],
)
def test_what_presses_comes_first(name: str, opens: str) -> None:
    """An alert before a job, a job before the model, the model before the data."""
    assert help_text(STATES[name])[: len(opens)] == opens


@pytest.mark.parametrize("name", STATES)
def test_help_is_short(name: str) -> None:
    """Help never grows beyond four lines."""
    assert help_text(STATES[name]).count("\n") <= 3


def test_only_what_happened_can_be_undone() -> None:
    """Undo is offered once something was done."""
    assert "undo" not in help_text(LOADED)
    assert "undo" in help_text(TRAINED)
