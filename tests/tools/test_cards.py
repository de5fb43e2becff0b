"""Numbers, names and moments are written for people and safe to show."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.cards import listed, moment, number, percent, plural, shown, slug, span, table
from tools.column_names import find_column, need_column, need_columns
from tools.errors import BadRequest, NeedsChoice


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.82345, "0.823"), (1234567, "1,234,567"), (12.3456, "12.3"), (891.4, "891.4"),
     (1234.56, "1,235"), (3.0, "3"), (0.00001234, "1.23e-05"), (float("nan"), "–"), (-2.5, "-2.5"),
     (2856.4, "2,856"), (8_330_919_425.4, "8,331,000,000"), (5.0251e301, "5.03e301")],
)  # fmt: skip
def test_number(value: float, text: str) -> None:
    """Sensible digits and thousands separators."""
    assert text == number(value)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.823, "82 %"),
        (0.004, "0.4 %"),
        (0.996, "99.6 %"),
        (0.0, "0 %"),
        (1.0, "100 %"),
        (0.99996, "100 %"),
        (0.0001, "0 %"),
    ],
)
def test_percent(share: float, text: str) -> None:
    """Whole percents, finer near the ends."""
    assert text == percent(share)


def test_plural() -> None:
    """One row, two rows, one query, two queries."""
    assert [
        plural(1, "row"), plural(1200, "row"), plural(2, "query", "queries"),
    ] == ["1 row", "1,200 rows", "2 queries"]  # fmt: skip


@given(st.text(max_size=200))
def test_shown_is_one_harmless_line(text: str) -> None:
    """Whatever a file holds, what is shown is one bounded line without code marks or bidi."""
    line = shown(text)
    assert len(line) <= 60
    assert not set(line) & set("`\n\r\t\u202e\u2066\u200b\ufeff\x00")


@given(st.text(max_size=200))
def test_slug_is_a_name_for_urls(text: str) -> None:
    """Whatever a file is called, its dataset's name is safe in a URL and is no handle."""
    name = slug(text, "data")
    assert name
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-")
    assert not (name[0] == "m" and name[1:].isdecimal())


def test_slug_keeps_plain_names() -> None:
    """Usual names stay as they are, accents and blanks become plain."""
    assert [slug(text, "data") for text in ("titanic", "Verkäufe 2024", "Größe", "数据", "m7")] == [
        "titanic",
        "verkaufe-2024",
        "grosse",
        "data",
        "data-m7",
    ]


def test_listed() -> None:
    """Names are joined as in a sentence and counted beyond five."""
    assert listed("abc") == "`a`, `b` and `c`"
    assert listed("abcdefg") == "`a`, `b`, `c`, `d` and 3 more"


def test_moment_and_span() -> None:
    """Times are on the wall of the given zone; stretches in one unit."""
    assert moment(datetime(2026, 3, 2, 9, tzinfo=UTC), "Europe/Berlin") == "2 Mar 2026, 10:00"
    assert [span(s) for s in (8, 120, 10_800, 172_800)] == ["8 s", "2 min", "3 h", "2 days"]


def test_table_cells() -> None:
    """Numbers stay numbers, gaps are None, text is made safe."""
    assert table(tuple("abcde"), [(1, 2.5, float("nan"), True, "a`\nb")]).rows == (
        (1, 2.5, None, True, "a b"),
    )


@pytest.mark.parametrize(
    ("said", "found"),
    [("Fare", "Fare"), ("fare", "Fare"), ("bill length mm", "bill_length_mm"),
     ("Surived", "Survived"), ("bil_lenght_mm", "bill_length_mm"), ("x", None), ("length", None)],
)  # fmt: skip
def test_find_column(said: str, found: str | None) -> None:
    """Case, blanks and small typos are forgiven when one column fits."""
    names = ["Survived", "Fare", "Age", "bill_length_mm", "bill_depth_mm"]
    assert found == find_column(said, names)


def test_twins_are_not_guessed() -> None:
    """Two columns that differ only in case are both possible: nothing is guessed."""
    assert find_column("FARE", ["Fare", "fare"]) is None
    assert find_column("fare", ["Fare", "fare"]) == "fare"


def test_open_column_offers_the_closest() -> None:
    """No such column: up to five choices, the closest first."""
    with pytest.raises(NeedsChoice) as question:
        need_column("length", ["Age", "bill_depth_mm", "bill_length_mm"], argument="target")
    assert question.value.options[0].value == "bill_length_mm"
    with pytest.raises(BadRequest):
        need_column("length", ["Age"], argument="target")


def test_open_column_in_a_list_keeps_the_rest() -> None:
    """The options for one open name of a list hold the whole list."""
    with pytest.raises(NeedsChoice) as question:
        need_columns(["age", "length", "sex"], ["Age", "Sex", "bill_length_mm"], argument="x")
    assert question.value.options[0].value == ["Age", "bill_length_mm", "sex"]
    assert need_columns(["sex", "AGE", "Sex"][1:], ["Age", "Sex"], argument="x") == ["Age", "Sex"]
