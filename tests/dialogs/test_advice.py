"""Advice in conversation: asked for, carried out by a button, and a word where it is not taken."""

from __future__ import annotations

from pathlib import Path

from bot.commands.session import Session
from tests.dialogs.lines import Line, converse
from tests.surfaces.stages import Theatre
from tools.ml.sample import passengers_csv


def test_advice_is_given_and_carried_out(theatre: Theatre, tmp_path: Path) -> None:
    """Each question gets its reasons and two buttons; what is asked against them is done too."""
    file = tmp_path / "passengers.csv"
    file.write_text(passengers_csv(), encoding="utf-8")

    async def scene(session: Session) -> None:
        await converse(
            session,
            Line("@bot what's in this?", file=file, ran="profile_dataset"),
            Line(
                "what would you do with this data?",
                ran="suggest_plan",
                shows=("I would train a random forest and judge by ROC AUC", "900 rows"),
                offers=("Clean it so", "Train on Survived so"),
            ),
            Line(
                "what model would you use for Fare and why?",
                ran="suggest_plan",
                shows=("For `Fare` in passengers v1 I would train gradient boosting",),
                offers=("Train on Fare so", "Try several algorithms"),
            ),
            Line("which metric fits here?", ran="suggest_plan", shows=("needs no threshold",)),
            Line(
                "how should I clean this?",
                ran="suggest_plan",
                shows=("How I would clean passengers v1",),
                offers=("Clean it so", "Train on Survived so"),
            ),
            Line(pressed="Clean it so", ran="clean_dataset", shows=("passengers v2",)),
            Line(
                "drop Sex",
                ran="clean_dataset",
                shows=("passengers v3", "I would keep `Sex`: it tells most about `Survived`"),
            ),
            Line("undo", ran="undo", shows=("passengers v2 again",)),
            Line("how do I clean data?", shows=("Make a cleaned version",)),
        )

    theatre.play(scene)
