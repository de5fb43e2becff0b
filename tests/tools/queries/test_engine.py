"""The database answers right, within its limits, and reaches nothing but the table."""

from __future__ import annotations

import time
from decimal import Decimal

import pyarrow as pa
import pytest

from tests.tools.queries.hostile import ENDLESS
from tests.tools.queries.tables import QUICK, answer, large, small
from tools.errors import BadRequest, NeedsChoice, Refused
from tools.queries.engine import Limits, run


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT count(*) FROM data", [(5,)]),
        ("SELECT sum(n), min(name), max(day) - min(day) FROM data", [(10, "Ada", 4)]),
        ('SELECT avg("Total bill") FROM data WHERE flag', [(30.0,)]),
        ("SELECT level, count(*) FROM data GROUP BY level ORDER BY level",
         [("high", 1), ("low", 3), ("mid", 1)]),
        ('SELECT "table" FROM data ORDER BY "table" DESC LIMIT 1', [(3,)]),
        ("SELECT sum(big) FROM data", [(5 * 2**62,)]),
        ("SELECT sum(money) FROM data", [(Decimal("103.31"),)]),
        ("SELECT count(x) FROM data WHERE isnan(x)", [(1,)]),
        ("WITH t AS (SELECT n FROM data WHERE n > 1) SELECT count(*) FROM t", [(3,)]),
        ("SELECT n FROM data WHERE n = (SELECT max(n) FROM data)", [(4,)]),
    ],
)  # fmt: skip
def test_answers(sql: str, rows: list[tuple[object, ...]]) -> None:
    """A SELECT gives what it says, over columns of every type."""
    assert rows == list(answer(sql).rows)


@pytest.mark.parametrize("sql", ENDLESS)
def test_work_without_end_is_stopped(sql: str) -> None:
    """A product of the table with itself ends at the limit, in time or memory, with a sentence."""
    began = time.monotonic()
    with pytest.raises(Refused):
        answer(sql, large(), limits=QUICK)
    assert time.monotonic() - began < 10


def test_rows_are_cut_at_the_limit() -> None:
    """More rows than the limit are not fetched, and that is told."""
    found = answer("SELECT n FROM data", large(), limits=QUICK)
    assert (len(found.rows), found.more) == (50, True)
    assert not answer("SELECT n FROM data LIMIT 50", large(), limits=QUICK).more


def test_a_large_result_does_not_fill_the_memory() -> None:
    """A result is fetched as far as it is wanted, and not put together before."""
    found = answer("SELECT a.n FROM data a, data b", large(), limits=QUICK)
    assert found.more


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM glob('/*')",
        "ATTACH '/tmp/other.db'",
        "COPY data TO '/tmp/never.csv'",
        "SET threads = 8",
        "SET enable_external_access = true",
        "RESET lock_configuration",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT * FROM secret_table",
    ],
)
def test_the_database_itself_is_locked(sql: str) -> None:
    """Even SQL that nobody checked reaches no file, no network and no setting."""
    secret_table = small()
    assert secret_table is not None
    with pytest.raises((BadRequest, Refused)):
        run(sql, small(), limits=QUICK)


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("SELECT n + name FROM data", "types"),
        ("SELECT sum(name) FROM data", "sum"),
        ("SELECT CAST(name AS INT) FROM data", "type"),
        ("SELECT name FROM data GROUP BY n", "name"),
        ("SELECT z.n FROM data", "does not fit"),
        ("SELECT big * big * big FROM data", "range"),
    ],
)
def test_mistakes_are_told_in_words(sql: str, says: str) -> None:
    """What the database objects to is a sentence of ours without a value of a row."""
    with pytest.raises(BadRequest) as refused:
        answer(sql)
    told = str(refused.value)
    assert says in told
    assert not any(word in told for word in ("Ada", "Error", "LINE", "Binder"))


def test_a_misspelt_column_is_forgiven() -> None:
    """Case and a small typo in a name are put right when one column fits."""
    assert answer('SELECT sum("total bil") FROM data').rows == ((150.0,),)


def test_an_unknown_column_is_asked_for() -> None:
    """A name that fits no column is asked for; each option is the whole SELECT, put right."""
    with pytest.raises(NeedsChoice) as question:
        answer("SELECT avg(bills) FROM data WHERE n > 1")
    assert question.value.argument == "sql"
    assert question.value.options[0].label == "Total bill"
    assert question.value.options[0].value == 'SELECT AVG("Total bill") FROM data WHERE n > 1'


def test_names_that_differ_by_case_are_kept_apart() -> None:
    """`Age` and `age` are two columns, though SQL does not tell them apart."""
    table = pa.table({"age": [1, 2], "Age": [10, 20]})
    assert answer("SELECT sum(age), sum(Age) FROM data", table).rows == ((3, 30),)
    with pytest.raises(NeedsChoice):
        answer("SELECT sum(AGE) FROM data", table)


def test_limits_hold_for_memory() -> None:
    """More memory than a question may use is refused with a sentence."""
    limits = Limits(seconds=20, memory_mb=30, disk_mb=1)
    with pytest.raises(Refused, match="memory"):
        answer("SELECT name, long, n FROM data ORDER BY x, n DESC", large(), limits=limits)
