"""The answer is a sentence with the number, or a small table under one."""

from __future__ import annotations

import pytest

from tests.tools.conftest import Lab, block, kinds, text_of
from tools.errors import BadRequest, NeedsChoice, NotFound, Refused

CITIES = b"""id,city,height_m,open,opened_on,notes
1,Rome,10,yes,2020-01-05,first
2,Rome,20,no,2020-02-05,second
3,Oslo,30,yes,2021-01-05,third
4,Oslo,,yes,2021-02-05,fourth
5,Rome,50,no,2021-03-05,fifth
6,Oslo,60,yes,2022-01-05,sixth
7,Rome,15,yes,2022-02-05,seventh
8,Oslo,25,no,2022-03-05,eighth
9,Rome,35,yes,2022-04-05,ninth
10,Oslo,45,yes,2022-05-05,tenth
11,Bern,5,yes,2022-06-05,eleventh
12,Bern,8,no,2022-07-05,twelfth
"""


@pytest.fixture
def cities(lab: Lab) -> Lab:
    """A channel with a dataset of twelve places."""
    lab.load("cities.csv", CITIES)
    return lab


@pytest.mark.parametrize(
    ("sql", "headline"),
    [
        ("SELECT count(*) FROM data", "12 rows in cities v1."),
        (
            "SELECT count(*) FROM data WHERE city = 'Rome'",
            "5 of 12 rows (41.7 %) in cities v1: `city` is Rome.",
        ),
        ("SELECT avg(height_m) FROM data", "The average `height_m` is 27.5."),
        (
            "SELECT max(height_m) FROM data WHERE height_m < 30 AND NOT height_m IS NULL",
            "The highest `height_m` is 25, where `height_m` < 30 and `height_m` is not missing.",
        ),
        (
            "SELECT avg(height_m) FROM data WHERE height_m > 99",
            "There is no average `height_m`, where `height_m` > 99: no value is left.",
        ),
        (
            "SELECT 100.0 * avg(CASE WHEN open THEN 1 ELSE 0 END) FROM data",
            "66.7 % of rows: `open`.",
        ),
        (
            "SELECT min(height_m), max(height_m) FROM data",
            "Lowest `height_m` 5, highest `height_m` 60.",
        ),
        (
            "SELECT count(DISTINCT city) FROM data",
            "The number of different values of `city` is 3.",
        ),
        (
            "SELECT city, avg(height_m) FROM data GROUP BY city",
            "Average `height_m` by `city`: 3 groups, the highest is Oslo with 40.",
        ),
        (
            "SELECT city, count(*) AS n FROM data GROUP BY city ORDER BY n DESC, city LIMIT 1",
            "`city` Oslo: number of rows 5.",
        ),
        (
            "SELECT * FROM data ORDER BY height_m DESC LIMIT 3",
            "3 rows of cities v1, highest `height_m` first.",
        ),
        ("SELECT * FROM data WHERE city = 'Paris'", "No row of cities v1 fits: `city` is Paris."),
    ],
)
def test_headlines(cities: Lab, sql: str, headline: str) -> None:
    """The first line of the card answers the question."""
    assert block(cities.call("query_dataset", sql=sql), "headline").text == headline


def test_a_card_shows_what_was_run(cities: Lab) -> None:
    """Sentence, table, picture, the SQL small below, next steps and the dataset version."""
    card = cities.call("query_dataset", sql="SELECT city, sum(height_m) FROM data GROUP BY city")
    assert kinds(card) == ["headline", "table", "figure", "code", "next_steps", "receipt"]
    assert "GROUP BY" in block(card, "code").text
    assert "cities v1" in str(block(card, "receipt"))
    assert [step.tool for step in block(card, "next_steps").items] == [
        "preview_dataset",
        "plot_dataset",
    ]


def test_one_number_needs_no_table(cities: Lab) -> None:
    """A single number is in the sentence alone."""
    card = cities.call("query_dataset", sql="SELECT avg(height_m) FROM data")
    assert "table" not in kinds(card)


def test_a_long_result_is_counted(lab: Lab) -> None:
    """At most twenty rows are shown, the rest is counted, and what was not fetched is told."""
    lab.load("long.csv", b"n\n" + b"\n".join(str(number).encode() for number in range(1_500)))
    shown = block(lab.call("query_dataset", sql="SELECT * FROM data"), "table")
    assert (len(shown.rows), shown.caption) == (20, "And more than 980 more rows.")


def test_the_rows_behind_an_answer_are_a_button_away(cities: Lab) -> None:
    """The button under a count shows the rows that were counted."""
    card = cities.call("query_dataset", sql="SELECT count(*) FROM data WHERE city = 'Bern'")
    step = block(card, "next_steps").items[0]
    rows = cities.call(step.tool, **step.args)
    assert len(block(rows, "table").rows) == 2


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT count(*) FROM data", "cities v1: number of rows = 12."),
        ("SELECT count(*) FROM data WHERE city = 'Bern'", "cities v1: number of rows = 2."),
        ("SELECT avg(height_m) FROM data", "cities v1: average height_m = 27.5."),
        (
            "SELECT city, count(*) AS n FROM data GROUP BY city ORDER BY city",
            "cities v1: city = Oslo, n = 5; city = Rome, n = 5; "
            "1 more group shown to the person only.",
        ),
    ],
)
def test_a_model_reads_aggregates(cities: Lab, sql: str, told: str) -> None:
    """A model is told aggregates over at least five rows, and counts."""
    assert cities.call("query_dataset", sql=sql).summary == told


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM data",
        "SELECT notes FROM data ORDER BY height_m DESC LIMIT 1",
        "SELECT max(notes) FROM data",
        "SELECT mode(notes) FROM data",
        "SELECT first(notes) FROM data",
        "SELECT notes, count(*) FROM data GROUP BY notes",
        "SELECT id, sum(height_m) FROM data GROUP BY id",
        "SELECT avg(height_m) FROM data WHERE notes = 'third'",
        "SELECT max(id) FROM data",
        "SELECT (SELECT notes FROM data LIMIT 1), count(*) FROM data",
        "SELECT DISTINCT notes FROM data",
        "WITH t AS (SELECT notes FROM data) SELECT max(notes) FROM t",
        "SELECT notes FROM data UNION SELECT notes FROM data",
        "SELECT lower(notes) AS k, count(*) FROM data GROUP BY k",
        "SELECT city || notes AS k, count(*) FROM data GROUP BY k",
        "SELECT notes, row_number() OVER () FROM data",
    ],
)
def test_a_model_reads_no_row(cities: Lab, sql: str) -> None:
    """Whatever a model asks for, no value of a row comes back to it, nor to a script."""
    card = cities.call("query_dataset", sql=sql)
    told = f"{card.summary} {card.data['rows']}"
    assert "to the person only" in card.summary
    assert not any(word in told for word in ("third", "first'", "twelfth", "sixth", "30", "60"))


def test_what_comes_from_files_stays_text(lab: Lab) -> None:
    """Names and values from a file cannot leave their place on a card."""
    lab.load("odd.csv", "a`b\u202e,n\n`x`\u200b@here,1\n`x`\u200b@here,2\ny,3\n".encode())
    name = lab.context.dataset().columns[0].name.replace('"', '""')
    card = lab.call("query_dataset", sql=f'SELECT "{name}", sum(n) FROM data GROUP BY 1')
    shown = text_of(card.blocks)
    assert not any(char in shown for char in "\u202e\u200b")
    assert "`x`" not in shown


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        (None, BadRequest),
        ("SELECT n FROM data; SELECT 1", Refused),
        ("SELECT avg(hight) FROM data", NeedsChoice),
        ("SELECT city + 1 FROM data", BadRequest),
    ],
)
def test_errors(cities: Lab, sql: str | None, error: type[Exception]) -> None:
    """What cannot be answered is said, or asked for."""
    with pytest.raises(error):
        cities.call("query_dataset", sql=sql)


def test_other_channels_are_out_of_reach(cities: Lab) -> None:
    """A dataset of another channel does not exist here."""
    with pytest.raises(NotFound):
        cities.call("query_dataset", context=cities.elsewhere(), sql="SELECT 1 FROM data")
