"""One long conversation, with either brain: the same words, the same tools, the same answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.commands.session import Session
from bot.messages import dump_reply
from tests.bot.agent.online import call
from tests.dialogs.lines import Line, converse, speak
from tests.servers.openai import Says, Step, openai_server
from tests.surfaces.stages import Theatre
from tools.ml.sample import passengers_csv

COUNT = 'SELECT COUNT(*) AS n FROM data WHERE "Survived" = 1'
MEAN = 'SELECT "Pclass", AVG("Fare") AS fare FROM data GROUP BY 1 ORDER BY 2 DESC'
NAME = "Young, Mr. Johan Isaac"
WOMAN = {"Sex": "female", "Pclass": 1, "Age": 30}


@dataclass(frozen=True)
class Turn:
    """A line, and what a language model would call for it; a click needs no model."""

    line: Line
    tool: str = ""
    args: dict[str, Any] | None = None


def turns(file: Path) -> tuple[Turn, ...]:
    """Thirteen turns, from the file to the record."""
    return (
        Turn(Line("@bot what's in this?", file=file, ran="profile_dataset"), "profile_dataset"),
        Turn(
            Line("drop the cabin and fill the gaps", ran="clean_dataset", offers=("Undo",)),
            "clean_dataset",
            {"drop_columns": ["Cabin"], "missing": "auto"},
        ),
        Turn(Line(pressed="Undo", ran="undo")),
        Turn(
            Line("how many survived?", ran="query_dataset", shows=("of 240",)),
            "query_dataset",
            {"sql": COUNT},
        ),
        Turn(
            Line("average fare by class", ran="query_dataset", shows=("Pclass",)),
            "query_dataset",
            {"sql": MEAN},
        ),
        Turn(
            Line(
                "predict who survived with a random forest, for 2 seconds",
                ran="train_model",
                args={"target": "Survived", "algorithm": "random_forest", "time_budget_s": 2},
                shows=("Survived",),
            ),
            "train_model",
            {"target": "Survived", "algorithm": "random_forest", "time_budget_s": 2},
        ),
        Turn(
            Line(
                "now with a logistic regression",
                ran="train_model",
                args={"target": "Survived", "algorithm": "logistic_regression"},
            ),
            "train_model",
            {"target": "Survived", "algorithm": "logistic_regression", "time_budget_s": 2},
        ),
        Turn(Line("which one is better?", ran="compare_models"), "compare_models"),
        Turn(Line("what matters most for it?", ran="explain_model"), "explain_model"),
        Turn(
            Line(
                "put it on staging",
                ran="deploy_model",
                args={"environment": "staging"},
                shows=("curl",),
            ),
            "deploy_model",
            {"environment": "staging"},
        ),
        Turn(
            Line("what would it say for a 30 year old woman in first class?", ran="predict"),
            "predict",
            {"rows": [WOMAN]},
        ),
        Turn(
            Line("remember that our label is always Survived", ran="remember_fact"),
            "remember_fact",
            {"fact": "our label is always Survived"},
        ),
        Turn(
            Line("what did we do?", ran="show_history", shows=("logistic regression", "staging")),
            "show_history",
        ),
    )


def script(talk: tuple[Turn, ...]) -> list[Step]:
    """What the model says: a call a turn, and words about its result."""
    steps: list[Step] = []
    for turn in talk:
        if turn.tool:
            steps += [Says(calls=(call(turn.tool, **(turn.args or {})),)), Says("Here it is.")]
    return steps


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first rows of the sample."""
    path = tmp_path_factory.mktemp("data") / "passengers.csv"
    lines = passengers_csv().splitlines()[:241]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_without_a_model(theatre: Theatre, file: Path) -> None:
    """The offline brain understands all of it."""

    async def scene(session: Session) -> None:
        await converse(session, *(turn.line for turn in turns(file)))

    theatre.play(scene, limit_s=280)


def test_with_a_model(online: tuple[Theatre, int], file: Path) -> None:
    """With a model the same tools run, a wish beyond the person's waits, invented numbers go."""
    stage, port = online
    talk = turns(file)

    async def scene(session: Session) -> None:
        steps = [
            *script(talk),
            Says("You are welcome. By the way, it is right 97.31 % of the time."),
            Says(calls=(call("deploy_model", environment="production"),)),
        ]
        async with openai_server(steps, port=port) as server:
            reply = await converse(session, *(turn.line for turn in talk))
            reply = await speak(session, Line("thanks!"), reply)
            assert "97.31" not in json.dumps(dump_reply(reply))
            await speak(session, Line("good night", offers=("Approve", "Reject")), reply)
            assert not server.script
            assert NAME not in json.dumps(server.requests)

    stage.play(scene, limit_s=280)
