"""Types are decided by whole columns, and every assumption is told."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.tools.ml.reading.read import columns, read


def one(cells, header="v"):
    """A column read beside a text column, so that the delimiter is beyond doubt."""
    quoted = [f'"{cell}";w{place}' for place, cell in enumerate(cells)]
    return read(f"{header};t\n" + "\n".join(quoted) + "\n")


@pytest.mark.parametrize(
    ("cells", "dtype", "values"),
    [
        (["1", "-2", "3"], "int64", [1, -2, 3]),
        (["1", "", "3"], "float64", [1.0, None, 3.0]),
        (["1.5", "2", "1e3"], "float64", [1.5, 2.0, 1000.0]),
        (["007", "123", "010"], "str", ["007", "123", "010"]),
        (["12345678901234567890", "1", "2"], "str", ["12345678901234567890", "1", "2"]),
        (["yes", "No", "YES"], "bool", [True, False, True]),
        (["true", "", "false"], "boolean", [True, None, False]),
        (["1,5", "2,25", "-3,0"], "float64", [1.5, 2.25, -3.0]),
        (["1.234,5", "2,25", "3"], "float64", [1234.5, 2.25, 3.0]),
        (["1,234.5", "2.25", "3"], "float64", [1234.5, 2.25, 3.0]),
        (["1,234,567", "2", "3"], "int64", [1234567, 2, 3]),
        (["1 234", "2 000 000", "3"], "int64", [1234, 2000000, 3]),
        (["1'234.5", "2", "3"], "float64", [1234.5, 2.0, 3.0]),
        (["5%", "12.5 %", "0"], "float64", [5.0, 12.5, 0.0]),
        (["$1,234.50", "$2", "-$3"], "float64", [1234.5, 2.0, -3.0]),
        (["1,50 €", "2,00 €", "(3,25 €)"], "float64", [1.5, 2.0, -3.25]),
        (["1", "-", "n/a"], "float64", [1.0, None, None]),
        (["1", "unknown", "3"], "float64", [1.0, None, 3.0]),
        (["a", "unknown", "b"], "str", ["a", "unknown", "b"]),
        (["a", "#N/A", "b"], "str", ["a", None, "b"]),
        (["", "NA", ""], "float64", [None, None, None]),
        (["1", "2", "abc"], "str", ["1", "2", "abc"]),
        (["10%", "20", "30 €"], "str", ["10%", "20", "30 €"]),
        (["0x1F", "12", "3"], "str", ["0x1F", "12", "3"]),
        (["male", " female", "x"], "str", ["male", " female", "x"]),
    ],
)
def test_values(cells, dtype, values):
    """Numbers, booleans and text of the usual notations are read as what they mean."""
    result = one(cells)
    assert str(result.table["v"].dtype) == dtype
    assert columns(result)["v"] == values


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["2024-02-01", "2024-02-13"], "2024-02-01"),
        (["2024-02-01 10:30", "2024-02-13T11:00:05"], "2024-02-01 10:30"),
        (["2024/2/1", "2024/2/13"], "2024-02-01"),
        (["01.02.2024", "13.02.2024"], "2024-02-01"),
        (["01/02/2024", "13/02/2024"], "2024-02-01"),
        (["02/01/2024", "02/13/2024"], "2024-02-01"),
        (["01-02-24", "13-02-24"], "2024-02-01"),
        (["1 Feb 2024", "13 Feb 2024"], "2024-02-01"),
        (["Feb 1, 2024", "Feb 13, 2024"], "2024-02-01"),
        (["2/1/2024 1:05 PM", "2/13/2024 11:00 AM"], "2024-02-01 13:05"),
        (["2024-02-01T10:00:00+02:00", "2024-02-01T10:00:00Z"], "2024-02-01 08:00"),
    ],
)
def test_dates(cells, first):
    """Dates of the usual notations become datetime64[us] without a zone."""
    values = one(cells).table["v"]
    assert str(values.dtype) == "datetime64[us]"
    assert values.iloc[0] == pd.Timestamp(first)


def test_an_undecided_order_of_day_and_month_is_a_warning():
    """Where every date fits both ways the reading that keeps the order wins, and is told."""
    result = one(["02/03/2020", "05/04/2020", "06/07/2020"])
    assert result.table["v"].iloc[0] in (pd.Timestamp("2020-02-03"), pd.Timestamp("2020-03-02"))
    assert "fit the other order" in result.report.warnings[0]


def test_impossible_dates_stay_text():
    """A column with one impossible date is not half turned into gaps."""
    assert str(one(["2024-02-01", "2024-02-31"]).table["v"].dtype) == "str"


def test_units_are_kept():
    """Percent and currency signs become the unit of the column."""
    assert one(["5%", "7%"]).report.units == {"v": "%"}
    assert one(["$5", "$7"]).report.units == {"v": "$"}


def test_marks_of_missing_values_are_told():
    """Which cells were taken for missing is told once per mark."""
    notes = one(["1", "-", "3"]).report.notes
    assert any("“-” read as a missing value in “v”" in note for note in notes)


def test_why_numbers_stay_text_is_told():
    """A column of numbers but for one cell stays text, and the cell is named with its line."""
    notes = one([*map(str, range(30)), "abc"]).report.notes
    assert any("“abc” in line 32" in note for note in notes)
    assert any("leading zeros" in note for note in one(["007", "123"]).report.notes)


def test_long_numbers_with_gaps_stay_exact():
    """Whole numbers that a float cannot hold are not rounded because of a gap."""
    values = one([str(2**53 + 1), "", "7"]).table["v"]
    assert values.tolist()[0] == str(2**53 + 1)
