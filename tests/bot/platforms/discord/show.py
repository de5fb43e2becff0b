"""Recorded replies and forms, and how Discord shows them; run as a module it records that anew."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from bot.messages import Reply, load_reply
from bot.platforms.discord.modals import modal
from bot.platforms.discord.render import render
from tools.forms import Field, Form

GOLDEN = Path(__file__).parents[3] / "golden"
NAMES = sorted(path.stem for path in (GOLDEN / "replies").glob("*.json"))
METRICS = ("auto", "accuracy", "roc auc", "f1")

FORMS = {
    "form_training": Form(
        "Train a model",
        (
            Field(
                "target",
                "Column to predict",
                kind="choice",
                options=("Survived", "Fare", "Embarked"),
                value="Survived",
                required=True,
            ),
            Field(
                "metric",
                "Metric",
                kind="choice",
                hint="auto takes what suits the task",
                options=METRICS,
                value="auto",
            ),
            Field(
                "time_budget_s",
                "Time budget in seconds",
                kind="number",
                hint="1 to 14,400; 60 is usual",
                value="60",
            ),
            Field(
                "exclude",
                "Columns to leave out",
                kind="choices",
                options=("Cabin", "Ticket", "Name"),
                value=("Ticket",),
            ),
            Field(
                "algorithm",
                "Algorithm",
                kind="choice",
                hint="auto tries several",
                options=("auto", "ridge", "random forest"),
                value="auto",
            ),
        ),
        intro="On passengers v3.",
        submit="Train",
    ),
    "form_prediction": Form(
        "Predict Survived",
        (
            Field("Sex", "Sex", kind="choice", options=("male", "female"), required=True),
            Field("Pclass", "Pclass", kind="number", hint="1 to 3, median 3", required=True),
            Field("Age", "Age", kind="number", hint="0.67 to 59.5, median 29"),
            Field("Embarked", "Embarked", kind="choice", options=("S", "C", "Q")),
            Field(
                "Parch", "Parch", kind="number", hint="0 to 4, median 0", value="0", required=True
            ),
            Field(
                "Fare",
                "Fare",
                kind="number",
                hint="0 to 512, median 15.4",
                value="15.4",
                required=True,
            ),
            Field("Deck", "Deck", kind="choice", options=("A", "B", "C")),
        ),
        intro="By passengers-survived v1 (m1), the columns it leans on most first. "
        "The last ones hold typical values already.",
        submit="Predict",
    ),
}


def reply_of(name: str) -> Reply:
    """A reply of a real conversation, as if it were the twelfth message."""
    text = (GOLDEN / "replies" / f"{name}.json").read_text(encoding="utf-8")
    return replace(load_reply(json.loads(text)), id=12)


def shown(reply: Reply) -> list[dict[str, Any]]:
    """The messages it takes, as JSON values."""
    found: list[dict[str, Any]] = json.loads(json.dumps([asdict(post) for post in render(reply)]))
    return found


def golden(name: str) -> Any:
    """What was recorded."""
    return json.loads((GOLDEN / "discord" / f"{name}.json").read_text(encoding="utf-8"))


def record() -> None:
    """Write what is shown now."""
    for name in NAMES:
        _write(name, shown(reply_of(name)))
    for name, form in FORMS.items():
        _write(name, modal(form, custom_id="press:12:1"))


def _write(name: str, shown: Any) -> None:
    text = json.dumps(shown, indent=1, ensure_ascii=False)
    (GOLDEN / "discord" / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    record()
