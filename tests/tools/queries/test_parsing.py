"""One read-only SELECT over one table is let through, and nothing else is."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.agent.offline.lexicon import words
from tests.tools.queries.hostile import REFUSED
from tools.errors import ToolError
from tools.queries.parsing import parse, text_of

ALLOWED = (
    "SELECT count(*) FROM data",
    'SELECT "Total bill", n FROM data WHERE x > 1 AND NOT name IS NULL ORDER BY 2 DESC LIMIT 5',
    "SELECT name, avg(x) AS mean FROM data GROUP BY name HAVING count(*) > 1 ORDER BY mean",
    "SELECT median(x), stddev(x), quantile_cont(x, 0.9), corr(n, x), mode(name) FROM data",
    "SELECT quantile_cont(x, [0.1, 0.9]) FROM data",
    "SELECT count(*) FILTER (WHERE n > 1), count(DISTINCT name), sum(n) FROM data",
    "SELECT date_trunc('month', day), year(day), dayname(day), strftime(day, '%Y') FROM data",
    "SELECT CASE WHEN n > 1 THEN 'a' ELSE 'b' END, n::DOUBLE, try_cast(name AS INT) FROM data",
    "WITH t AS (SELECT name, median(x) AS m FROM data GROUP BY name) SELECT avg(m) FROM t",
    "SELECT n FROM data UNION ALL SELECT 1 EXCEPT SELECT 2",
    "SELECT a.n FROM data a JOIN data b ON a.n = b.n WHERE a.x > (SELECT avg(x) FROM data)",
    "SELECT n, row_number() OVER (PARTITION BY name ORDER BY x DESC) AS r FROM data QUALIFY r = 1",
    "SELECT lower(name), name ILIKE '%a%', name LIKE 'A%', regexp_matches(name, '^A') FROM data",
    "FROM data",
    "SELECT n -- a remark\nFROM data /* and another */",
    "SELECT * EXCLUDE (n) FROM data",
    "SELECT DISTINCT name FROM data WHERE day >= DATE '2024-01-01' - INTERVAL 3 DAY",
)

WORDS = sorted(
    words(
        """
        SELECT FROM data n x name ( ) , * ; WHERE AND OR NOT = 1 'a' "n" GROUP BY ORDER LIMIT CASE
        WHEN THEN END WITH t AS UNION read_csv count [ ] :: INT -- /* */ . JOIN ON
        """
    )
)


@pytest.mark.parametrize("sql", REFUSED, ids=range(len(REFUSED)))
def test_anything_but_one_select_is_refused(sql: str) -> None:
    """What is no single read-only SELECT over the table is refused at once, with a sentence."""
    began = time.monotonic()
    with pytest.raises(ToolError) as refused:
        parse(sql)
    assert refused.value.message.endswith(".")
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("sql", ALLOWED)
def test_ordinary_questions_pass(sql: str) -> None:
    """What people and models ask of a table is let through, and written down the same twice."""
    written = text_of(parse(sql))
    assert text_of(parse(written)) == written


def test_remarks_are_not_run() -> None:
    """Nothing of a comment reaches the database."""
    assert text_of(parse("SELECT n /* secret */ FROM data -- more")) == "SELECT n FROM data"


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_answered(text: str) -> None:
    """Whatever is sent as SQL is let through or refused; the parser never breaks."""
    try:
        parse(text)
    except ToolError as error:
        told = error.message
    else:
        told = "let through"
    assert told


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=30))
def test_any_words_are_answered(said: list[str]) -> None:
    """Whatever order the words of SQL come in, no file and no other table is let through."""
    try:
        written = text_of(parse(" ".join(said)))
    except ToolError:
        return
    assert "READ_CSV(" not in written.upper()
