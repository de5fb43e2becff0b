"""Cells that mean "no value" are told; values that may mean it are asked about."""

from __future__ import annotations

import pytest

from tests.tools.ml.reading.typing import seen, table, typed
from tools.ml.reading.report import Doubt

AGES = [str(20 + place % 60) for place in range(50)]


@pytest.mark.parametrize("mark", ["NA", "N/A", "n/a", "#N/A", "-", "null", "NaN", "?", " "])
def test_usual_marks(mark):
    """The usual marks mean "no value" in every column, and are told."""
    assert seen(["1", mark, "3"]) == ("integer", [1, None, 3])
    assert seen(["a", mark, "b"]) == ("text", ["a", None, "b"])
    assert typed(["a", mark, "b"]).missing == ((mark,) if mark.strip() else ())


@pytest.mark.parametrize("mark", ["unknown", "none", ".", "x", "*"])
def test_marks_among_values_only(mark):
    """Words that may be values mean "no value" only among numbers and dates."""
    assert seen(["1", mark, "3"]) == ("integer", [1, None, 3])
    assert seen(["a", mark, "b"]) == ("text", ["a", mark, "b"])
    assert seen([mark, mark]) == ("text", [mark, mark])


def test_a_mark_is_told_once_with_its_columns():
    """One note per mark names the columns."""
    _, remarks = table({"a": ["1", "-"], "b": ["-", "x"], "c": ["1", "2"]})
    assert "“-” read as a missing value in “a”, “b”." in remarks.notes


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        ([*AGES, "999", "999"], "999"),
        ([*AGES, "-999"], "-999"),
        ([*AGES, "9999.0"], "9999.0"),
        ([*AGES, "-1", "-1", "-1"], "-1"),
        (["2020-01-05", "2020-02-07", "1900-01-01"], "1900-01-01"),
        (["2020-01-05", "2020-02-07", "9999-12-31"], "9999-12-31"),
        ([*(f"2020-01-{day:02d}" for day in range(1, 29)), "0000-00-00"], "0000-00-00"),
        ([*AGES, "unbekannt", "unbekannt"], "unbekannt"),
    ],
)
def test_a_value_that_stands_out_is_asked_about(cells, mark):
    """A value like 999 far from all others is kept, and put to the person with its count."""
    column = typed(cells)
    assert column.doubt == Doubt("v", mark, cells.count(mark))
    assert column.values.null_count == 0


@pytest.mark.parametrize(
    "cells",
    [
        [str(place * 20) for place in range(60)] + ["999"],
        ["-1", "0", "1"] * 10,
        ["-1", "1"] * 10,
        ["-1", "-5", *AGES],
        ["999", "999"],
        AGES,
        ["1900-01-01", "1950-06-01", "2020-01-01"],
    ],
)
def test_a_value_within_the_others_is_not(cells):
    """A value like 999 among its likes, and -1 as a plain code, raise no question."""
    assert typed(cells).doubt is None


def test_doubts_are_gathered():
    """Questions of all columns are in the report."""
    _, remarks = table({"age": [*AGES, "999"], "n": [*AGES, "7"]})
    assert remarks.doubts == [Doubt("age", "999", 1)]
