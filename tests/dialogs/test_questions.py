"""Questions over the rows in conversation, each number held against a look at the file itself."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from bot.commands.session import Session
from tests.dialogs.lines import Line, converse, speak
from tests.surfaces.stages import Theatre
from tools.cards import number
from tools.ml.sample import passengers_csv

ROWS = list(csv.DictReader(io.StringIO(passengers_csv())))
SURVIVED = sum(row["Survived"] == "1" for row in ROWS)
WOMEN = sum(row["Sex"] == "female" and row["Pclass"] == "1" for row in ROWS)
AGES = [float(row["Age"]) for row in ROWS if row["Age"]]
UNKNOWN = 100 * (len(ROWS) - len(AGES)) / len(ROWS)


def test_questions_are_answered(theatre: Theatre, tmp_path: Path) -> None:
    """Counts, averages, shares and rankings are answered with the right number and its SQL."""
    file = tmp_path / "passengers.csv"
    file.write_text(passengers_csv(), encoding="utf-8")

    async def scene(session: Session) -> None:
        await converse(
            session,
            Line("@bot what's in this?", file=file, ran="profile_dataset"),
            Line(
                "how many survived?",
                ran="query_dataset",
                shows=(f"{SURVIVED:,} of {len(ROWS):,} rows", "count(*)"),
                offers=("Show rows",),
            ),
            Line(pressed="Show rows", ran="query_dataset", shows=("20 rows of passengers v1",)),
            Line(
                "what's the average age?",
                ran="query_dataset",
                shows=(f"The average `Age` is {number(sum(AGES) / len(AGES))}",),
            ),
            Line("how many women in first class", ran="query_dataset", shows=(f"{WOMEN:,} of",)),
            Line(
                "average fare by class",
                ran="query_dataset",
                shows=("Average `Fare` by `Pclass`: 3 groups, the highest is 1",),
                offers=("Plot it",),
            ),
            Line("and by sex?", ran="query_dataset", shows=("Average `Fare` by `Sex`: 2 groups",)),
            Line("only in first class", ran="query_dataset", shows=("where `Pclass` is 1",)),
            Line(
                "share of missing ages",
                ran="query_dataset",
                shows=(f"{number(UNKNOWN)} % of rows: `Age` is missing",),
            ),
            Line("the five dearest tickets", ran="query_dataset", shows=("highest `Fare` first",)),
        )

    theatre.play(scene)


def test_an_open_column_is_asked_for(theatre: Theatre, tmp_path: Path) -> None:
    """Where no column fits, one question is asked, and the answer goes on with the sentence."""
    file = tmp_path / "passengers.csv"
    file.write_text(passengers_csv(), encoding="utf-8")

    async def scene(session: Session) -> None:
        reply = await converse(
            session,
            Line("@bot what's in this?", file=file, ran="profile_dataset"),
            Line(
                "what is the average weight of the women?",
                shows=("Which column",),
                offers=("Age", "Fare"),
            ),
        )
        await speak(
            session,
            Line(
                pressed="Fare",
                ran="query_dataset",
                shows=("The average `Fare` is", "`Sex` is female"),
            ),
            reply,
        )

    theatre.play(scene)


def test_what_is_no_question_over_the_rows_runs_nothing(theatre: Theatre, tmp_path: Path) -> None:
    """A question about the way, a denial, and what no column tells are answered in words."""
    file = tmp_path / "passengers.csv"
    file.write_text(passengers_csv(), encoding="utf-8")

    async def scene(session: Session) -> None:
        await converse(
            session,
            Line("@bot what's in this?", file=file, ran="profile_dataset"),
            Line("how do I compute the average age?", ran="profile_dataset"),
            Line("how many passengers were afraid of water?", ran="profile_dataset"),
            Line("don't tell me the average fare", ran="profile_dataset"),
        )

    theatre.play(scene)
