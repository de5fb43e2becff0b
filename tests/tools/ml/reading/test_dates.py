"""Dates and times of every usual notation; the column decides between day and month first."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.tools.ml.reading.typing import seen, table, typed


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["2024-02-01", "2024-02-13"], "2024-02-01"),
        (["2024-02-01 10:30", "2024-02-13T11:00:05"], "2024-02-01 10:30"),
        (["2024-02-01", "2024-02-13 11:00"], "2024-02-01"),
        (["2024-02-01T10:00:00.123456Z", "2024-02-01T10:00:01Z"], "2024-02-01 10:00:00.123456"),
        (["2024-02-01T10:00:00+02:00", "2024-02-01T10:00:00Z"], "2024-02-01 08:00"),
        (["2024-02-01 10:00:00 UTC", "2024-02-02 10:00:00 UTC"], "2024-02-01 10:00"),
        (["20240201T101500Z", "20240202T101500Z"], "2024-02-01 10:15"),
        (["2024/2/1", "2024/2/13"], "2024-02-01"),
        (["2024年2月1日", "2024年2月13日"], "2024-02-01"),
        (["01.02.2024", "13.02.2024"], "2024-02-01"),
        (["1. 2. 2024", "13. 2. 2024"], "2024-02-01"),
        (["01.02.2024 10:30 Uhr", "13.02.2024 11:00 Uhr"], "2024-02-01 10:30"),
        (["01/02/2024", "13/02/2024"], "2024-02-01"),
        (["02/01/2024", "02/13/2024"], "2024-02-01"),
        (["01-02-24", "13-02-24"], "2024-02-01"),
        (["99/12/31", "98/01/05"], "1999-12-31"),
        (["1 Feb 2024", "13 Feb 2024"], "2024-02-01"),
        (["01-Feb-24", "13-Feb-24"], "2024-02-01"),
        (["Feb 1, 2024", "February 13, 2024"], "2024-02-01"),
        (["2024-Feb-01", "2024-Feb-13"], "2024-02-01"),
        (["1. März 2024", "13. Mai 2024"], "2024-03-01"),
        (["le 1er août 2024", "le 2 août 2024"], "2024-08-01"),
        (["1 de marzo de 2024", "13 de enero de 2024"], "2024-03-01"),
        (["Thu, 01 Feb 2024 10:00:00 GMT", "Fri, 02 Feb 2024 10:00:00 GMT"], "2024-02-01 10:00"),
        (["lundi 3 mars 2025", "mardi 4 mars 2025"], "2025-03-03"),
        (["01/Feb/2024:10:00:00 +0100", "02/Feb/2024:10:00:00 +0100"], "2024-02-01 09:00"),
        (["2/1/2024 1:05 PM", "2/13/2024 11:00 AM"], "2024-02-01 13:05"),
        (["2/1/2024 12:05 a.m.", "2/13/2024 12:00 p.m."], "2024-02-01 00:05"),
        (["2024-02", "2024-03"], "2024-02-01"),
        (["Feb 2024", "März 2024"], "2024-02-01"),
        (["0001-01-01", "9999-12-31"], "0001-01-01"),
    ],
)
def test_notations(cells, first):
    """Dates of the usual notations, in several languages and zones, become moments in UTC."""
    kind, values = seen(cells)
    assert kind == "date"
    assert values[0] == pd.Timestamp(first).to_pydatetime()


@pytest.mark.parametrize(
    "cells",
    [
        ["2024-02-01", "2024-02-31"],
        ["0000-01-01", "2024-01-01"],
        ["2024-W05", "2024-W06"],
        ["2024-02-01 25:00", "2024-02-01 10:00"],
        ["2024-02-01 10:00", "2024-02-01T10:00Z"],
        ["13/02/2024", "02/13/2024"],
        ["01/02-2024", "02/02-2024"],
        ["2009-10", "2010-11"],
        ["12 abc 2024", "13 abc 2024"],
        ["1/2/2024 13:00 PM", "1/3/2024 1:00 PM"],
        ["1.2.3", "4.5.6"],
    ],
)
def test_what_is_no_date_stays_text(cells):
    """Impossible days, week dates, mixed orders and zones, and seasons are not half read."""
    assert seen(cells) == ("text", cells)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["01/02/2024", "13/02/2024"], "day before month"),
        (["02/01/2024", "02/13/2024"], "month before day"),
        (["01-02-24", "13-02-24"], "two-digit years read as 1969 to 2068"),
        (["2024-02-01T10:00Z", "2024-02-02T10:00Z"], "kept as UTC"),
        (["2024-02", "2024-03"], "months read as their first day"),
        (["2024-02-01 10:00:00.1234567", "2024-02-01 10:00"], "finer than a microsecond"),
        (["2024-02-01", "2024-02-31"], "“2024-02-31” in line 3"),
        (["13/02/2024", "02/13/2024"], "in some cells the day comes first"),
        (["2024-02-01 10:00", "2024-02-01T10:00Z"], "some have none"),
        (["2009-10", "2010-11"], "seasons"),
    ],
)
def test_assumptions_are_told(cells, said):
    """What was assumed, and why a column stays text, is a note."""
    column = typed(cells)
    assert any(said in note for note in column.notes)
    assert column.warnings == ()


@pytest.mark.parametrize(
    ("cells", "first", "warned"),
    [
        (["02/03/2020", "05/04/2020"], (2020, 3, 2), True),
        (["02/02/2020", "03/03/2020"], (2020, 2, 2), False),
        (["02.03.2020", "05.04.2020"], (2020, 3, 2), False),
        (["01/12/2020", "02/01/2020", "03/02/2020", "05/02/2020", "06/02/2020"], (2020, 1, 12), 0),
        (["01/02/20", "01/03/20", "01/04/20", "01/05/20", "01/06/20"], (2020, 2, 1), True),
    ],
)
def test_only_an_undecided_order_is_a_warning(cells, first, warned):
    """A column that fits both orders warns unless dots, sameness or the order of rows decide."""
    column = typed(cells)
    assert column.values[0].as_py().timetuple()[:3] == first
    assert bool(column.warnings) == bool(warned)


def test_another_column_decides_the_order():
    """A column whose days go beyond twelve decides for one that fits both ways."""
    frame, remarks = table({"a": ["02/25/2020", "03/26/2020"], "b": ["02/03/2020", "05/04/2020"]})
    assert frame["b"].tolist() == [pd.Timestamp("2020-02-03"), pd.Timestamp("2020-05-04")]
    assert remarks.warnings() == ()
    assert any("as in another column" in note for note in remarks.notes)


@pytest.mark.parametrize(
    ("name", "cells", "said"),
    [
        ("date", ["45000", "45001"], "45000 is 2023-03-15"),
        ("created_at", ["1700000000", "1700000001"], "seconds since 1970"),
        ("timestamp", ["1700000000000", "1700000000001"], "milliseconds since 1970"),
        ("v", ["20240131", "20240201"], "yyyymmdd"),
    ],
)
def test_numbers_that_may_be_dates_are_told_and_kept(name, cells, said):
    """Day numbers of spreadsheets and the like stay numbers, with a note if the name says so."""
    column = typed(cells, name)
    assert column.values.to_pylist() == [int(cell) for cell in cells]
    assert any(said in note for note in column.notes)


def test_numbers_without_the_name_of_a_date_are_just_numbers():
    """Salaries are not suspected to be days."""
    assert typed(["45000", "45001"], "salary").notes == ()


def test_day_numbers_among_dates_are_named():
    """A column of dates in which a spreadsheet left day numbers names such a cell."""
    cells = [f"2024-01-{day:02d}" for day in range(1, 29)] + ["45320"]
    column = typed(cells, "date")
    assert column.kind == "text"
    assert any("“45320” in line 30" in note for note in column.notes)
