"""The live flow, shorter, on files that everybody knows."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.commands.session import Session
from tests.dialogs.lines import Line, ask, converse, example
from tests.surfaces.stages import Theatre
from tools.outcome import File

DATA = Path(__file__).parents[2].parent / "shared" / "data"


@pytest.mark.parametrize(
    ("name", "rows", "target", "task"),
    [
        ("titanic", "891", "Survived", "classification"),
        ("penguins", "344", "species", "classification"),
        ("tips", "244", "tip", "regression"),
        ("diamonds", "53,940", "price", "regression"),
    ],
)
def test_a_known_file(theatre: Theatre, name: str, rows: str, target: str, task: str) -> None:
    """Upload, clean, train, stage, ask over HTTP, ship with an approval, and hand over the data."""
    file = DATA / f"{name}.csv"
    if not file.is_file():
        pytest.skip(f"{file} is not here; it is no part of the project")

    async def scene(session: Session) -> None:
        await converse(
            session,
            Line("@bot what's in this?", file=file, ran="profile_dataset", shows=(f"{rows} rows",)),
            Line(
                "remove duplicates and fill in missing values",
                ran="clean_dataset",
                args={"drop_duplicates": True},
            ),
            Line(
                f"train a model to predict {target} for 4 seconds",
                ran="train_model",
                args={"target": target, "time_budget_s": 4},
                shows=(task, "Seed"),
            ),
            Line("deploy it to staging", ran="deploy_model", shows=("curl",)),
        )
        status, answer = await asyncio.to_thread(ask, session, [example(session)] * 3)
        assert (status, len(answer["predictions"])) == (200, 3)
        await converse(
            session,
            Line("ship it to production", offers=("Approve",)),
            Line(pressed="Approve", ran="deploy_model", args={"environment": "production"}),
        )
        reply = await converse(
            session, Line("send me the cleaned data as parquet", ran="download_dataset")
        )
        assert any(isinstance(block, File) for block in reply.blocks)

    theatre.play(scene)
