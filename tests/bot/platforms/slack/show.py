"""Recorded replies, and how Slack shows them; run as a module it records that anew."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from bot.messages import Reply, load_reply
from bot.platforms.base import Overview
from bot.platforms.slack.home import home_view
from bot.platforms.slack.modals import modal
from bot.platforms.slack.render import pictures_of, render
from tools.forms import Field, Form

GOLDEN = Path(__file__).parents[3] / "golden"
NAMES = sorted(path.stem for path in (GOLDEN / "replies").glob("*.json"))
OPENED = {"press": "press:12:1", "channel": "C1", "thread": "1700000000.000100"}

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
                options=("auto", "roc auc", "accuracy"),
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
        ),
        intro="On passengers v3.",
        submit="Train",
    ),
    "form_prediction": Form(
        "Predict Survived for a passenger",
        (
            Field("Sex", "Sex", kind="choice", options=("male", "female"), required=True),
            Field("Age", "Age", kind="number", hint="0.67 to 59.5 in training"),
            Field("Cabin", "Cabin", hint="such as C85, B96"),
        ),
        intro="By passengers-survived v1 (m1), the columns it leans on most first.",
        submit="Predict",
    ),
}
HOMES = {
    "home": Overview(
        {
            "Live": (
                "passengers-survived v1 in staging, since 2 h · #ml",
                "passengers-survived v1 in production, since 30 min · #ml",
            ),
            "Watched": ("passengers-survived (production), every hour · #ml",),
            "Open alerts": ("passengers-survived: firing, for 5 min · #ml",),
            "Under way": (),
        }
    ),
    "home_empty": Overview({"Live": (), "Watched": (), "Open alerts": (), "Under way": ()}),
}


def reply_of(name: str) -> Reply:
    """A reply of a real conversation, as if it were the twelfth message."""
    text = (GOLDEN / "replies" / f"{name}.json").read_text(encoding="utf-8")
    return replace(load_reply(json.loads(text)), id=12)


def shown(reply: Reply) -> list[dict[str, Any]]:
    """The messages it takes, where every picture is a file in Slack named after its blob."""
    pictures = {figure.blob: f"F{figure.blob[:8]}" for figure in pictures_of(reply)}
    posts = render(reply, pictures=pictures, opinions=True)
    return json.loads(json.dumps([asdict(post) for post in posts]))


def golden(name: str) -> Any:
    """What was recorded."""
    return json.loads((GOLDEN / "slack" / f"{name}.json").read_text(encoding="utf-8"))


def record() -> None:
    """Write what is shown now."""
    for name in NAMES:
        _write(name, shown(reply_of(name)))
    for name, form in FORMS.items():
        _write(name, modal(form, metadata=OPENED))
    for name, overview in HOMES.items():
        _write(name, home_view(overview))


def _write(name: str, shown: Any) -> None:
    text = json.dumps(shown, indent=1, ensure_ascii=False)
    (GOLDEN / "slack" / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    record()
