"""Questions over the rows, answered by running the SELECT that was understood."""

from __future__ import annotations

import sqlite3

import pytest

from bot.agent.offline.understand import understand
from bot.agent.state import ColumnState, DatasetState, ThreadState
from tests.bot.agent.offline.sentences import TODAY
from tools.registry import TOOLS

ROWS = [
    ("Rome", "flat", 50, 100.0, 1, 1990),
    ("Rome", "house", 120, 300.0, 0, 2005),
    ("Oslo", "flat", 40, 200.0, 1, 2015),
    ("Oslo", "house", 200, 900.0, 1, 1950),
    ("Oslo", "flat", 60, None, 0, 2020),
]
TABLE = DatasetState(
    "homes",
    1,
    5,
    (
        ColumnState("Town", "category", 0, 2, top=("Oslo", "Rome")),
        ColumnState("Kind of home", "category", 0, 2, top=("flat", "house")),
        ColumnState("area_m2", "integer", 0, 5, 40, 200),
        ColumnState("Price", "number", 1, 4, 100, 900),
        ColumnState("sold", "integer", 0, 2, 0, 1),
        ColumnState("YearBuilt", "integer", 0, 5, 1950, 2020),
    ),
)


def ask(said: str) -> list[tuple[object, ...]]:
    """The rows a question gets."""
    meant = understand(said, ThreadState(TODAY, (TABLE,)), TOOLS)
    assert [step.tool for step in meant.steps] == ["query_dataset"], meant
    with sqlite3.connect(":memory:") as base:
        base.execute('create table data (Town, "Kind of home", area_m2, Price, sold, YearBuilt)')
        base.executemany("insert into data values (?, ?, ?, ?, ?, ?)", ROWS)
        found = base.execute(meant.steps[0].args["sql"]).fetchall()
    base.close()
    return found


@pytest.mark.parametrize(
    ("said", "rows"),
    [
        ("how many rows are there?", [(5,)]),
        ("how many homes per town?", [("Oslo", 3), ("Rome", 2)]),
        ("average price by town", [("Oslo", 550.0), ("Rome", 200.0)]),
        ("what is the highest price?", [(900.0,)]),
        ("how many were sold?", [(3,)]),
        ("how many were not sold?", [(2,)]),
        ("how many flats are in Oslo?", [(2,)]),
        ("total area_m2 of houses", [(320,)]),
        ("how many have an area over 55?", [(3,)]),
        ("how many cost between 150 and 400?", [(2,)]),
        ("how many are missing a price?", [(1,)]),
        ("what share of homes was sold?", [(60.0,)]),
        ("how many different towns are there?", [(2,)]),
        ("how many homes were built before 2000?", [(2,)]),
        ("most common kind of home", [("flat", 3)]),
        ("minimum and maximum of area_m2", [(40, 200)]),
        ("which town has the highest average price?", [("Oslo", 550.0)]),
        ("number of homes by town and kind of home", 4),
    ],
)
def test_questions(said: str, rows: list[tuple[object, ...]] | int) -> None:
    """A question is answered with the number one would count by hand."""
    found = ask(said)
    assert rows == (len(found) if isinstance(rows, int) else found)


@pytest.mark.parametrize(
    ("said", "prices"),
    [
        ("the two most expensive homes", [900.0, 300.0]),
        ("top 3 by price", [900.0, 300.0, 200.0]),
        ("show the cheapest home in Oslo", [200.0]),
        ("the oldest home", [900.0]),
    ],
)
def test_rankings(said: str, prices: list[float]) -> None:
    """The first and the last are whole rows, in order."""
    assert [row[3] for row in ask(said)][: len(prices)] == prices


def test_names_cannot_leave_their_quotes() -> None:
    """A column name or value with quotes in it stays one identifier or literal."""
    column = ColumnState('a"; drop table data; --', "category", 0, 2, top=("it's", "x"))
    table = DatasetState("odd", 1, 5, (column, ColumnState("n", "integer", 0, 5, 1, 9)))
    meant = understand('how many rows are "it\'s"?', ThreadState(TODAY, (table,)), TOOLS)
    sql = str(meant.steps[0].args["sql"])
    assert "\"a\"\"; drop table data; --\" = 'it''s'" in sql
