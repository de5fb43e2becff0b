"""Questions that lean on the one before, over the invented tables."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.agent.offline.understand import understand
from bot.agent.state import CallState, ThreadState
from tests.bot.agent.offline.asking import found_by
from tests.bot.agent.offline.question_tables import state, table
from tests.bot.agent.offline.sentences import TODAY
from tools.registry import TOOLS


def talk(name: str, *said: str) -> str:
    """The SELECT that the last of some sentences becomes."""
    calls: tuple[CallState, ...] = ()
    sql = ""
    for sentence in said:
        meant = understand(sentence, ThreadState(TODAY, (state(name),), calls=calls), TOOLS)
        assert [step.tool for step in meant.steps] == ["query_dataset"], (sentence, meant)
        sql = str(meant.steps[0].args["sql"])
        calls = (CallState("query_dataset", meant.steps[0].args), *calls)
    return sql


@pytest.mark.parametrize(
    ("said", "sql"),
    [
        (
            ("average fare by class", "and by sex?"),
            'SELECT "Sex", avg("Fare") AS "average Fare" FROM data GROUP BY "Sex" '
            'ORDER BY "average Fare" DESC',
        ),
        (
            ("average fare by class", "and the median?"),
            'SELECT "Pclass", median("Fare") AS "median Fare" FROM data GROUP BY "Pclass" '
            'ORDER BY "median Fare" DESC',
        ),
        (
            ("what's the average fare?", "what about age?", "only for women", "and for men?"),
            'SELECT avg("Age") AS "average Age" FROM data WHERE "Sex" = \'male\'',
        ),
        (
            ("how many survived?", "and by class?"),
            'SELECT "Pclass", count(*) AS "rows" FROM data WHERE "Survived" = 1 '
            'GROUP BY "Pclass" ORDER BY "rows" DESC',
        ),
        (
            ("the 5 oldest passengers", "in third class", "and the youngest?"),
            'SELECT * FROM data WHERE "Pclass" = 3 ORDER BY "Age" NULLS LAST LIMIT 5',
        ),
    ],
)
def test_what_a_sentence_changes(said: tuple[str, ...], sql: str) -> None:
    """A short sentence changes group, measure, column or rows, and keeps the rest."""
    assert talk("passengers", *said) == sql


def test_periods_stay_in_order() -> None:
    """A question by month goes on by month, with the new column and without what was excluded."""
    sql = talk("orders", "revenue per month", "only in 2024", "and units?", "without Oslo")
    frame = table("orders")
    part = frame[(frame.order_date.dt.year == 2024) & (frame.city != "Oslo")]
    wanted = part.groupby(part.order_date.dt.month).units.sum()
    assert [row[1] for row in found_by("orders", sql).rows] == list(wanted)


def test_the_share_of_a_count() -> None:
    """What share that is, is the percentage of the rows just counted."""
    sql = talk("passengers", "how many survived?", "what share is that?")
    share = 100 * float((table("passengers").Survived == 1).mean())
    assert found_by("passengers", sql).rows[0][0] == pytest.approx(share)


def test_a_question_of_its_own_leans_on_nothing() -> None:
    """A whole question after another is read by itself."""
    sql = talk("passengers", "average fare by class", "how many women are there?")
    assert sql == 'SELECT count(*) AS "rows" FROM data WHERE "Sex" = \'female\''


def test_the_select_of_another_brain_is_left_alone() -> None:
    """SQL that was not written here is no ground for "and by sex?"."""
    calls = (CallState("query_dataset", {"sql": "WITH t AS (SELECT 1) SELECT * FROM t"}),)
    thread = ThreadState(TODAY, (state("passengers"),), calls=calls)
    assert understand("and by sex?", thread, TOOLS).steps == ()


def test_a_second_cleaning_is_of_the_version_at_hand() -> None:
    """After "drop Cabin" a "drop Sex" is about what is left, whatever version a button named."""
    data = state("passengers")
    left = tuple(column for column in data.columns if column.name != "Cabin")
    now = replace(data, version=2, columns=left)
    last = CallState("clean_dataset", {"dataset": "passengers v1", "drop_columns": ["Cabin"]})
    meant = understand("drop Sex", ThreadState(TODAY, (now,), calls=(last,)), TOOLS)
    assert [step.args for step in meant.steps] == [{"drop_columns": ["Sex"]}]
