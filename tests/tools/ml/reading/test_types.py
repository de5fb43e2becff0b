"""The types of a file's columns, from bytes to the table that everything else works on."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.tools.ml.reading.read import columns, read
from tests.tools.ml.reading.typing import table
from tools.errors import BadRequest
from tools.ml.reading import ColumnHint


def one(cells, **hints):
    """A column read beside a text column, so that the delimiter is beyond doubt."""
    quoted = [f'"{cell}";w{place}' for place, cell in enumerate(cells)]
    return read("v;t\n" + "\n".join(quoted) + "\n", **hints)


@pytest.mark.parametrize(
    ("cells", "dtype", "values"),
    [
        (["1", "-2", "3"], "int64", [1, -2, 3]),
        (["1", "", "3"], "float64", [1.0, None, 3.0]),
        (["1.5", "2", "1e3"], "float64", [1.5, 2.0, 1000.0]),
        (["yes", "No", "YES"], "bool", [True, False, True]),
        (["true", "", "false"], "boolean", [True, None, False]),
        (["", "NA", ""], "float64", [None, None, None]),
        (["1", "2", "abc"], "str", ["1", "2", "abc"]),
        (["a", "#N/A", "b"], "str", ["a", None, "b"]),
        (["male", " female", "x"], "str", ["male", " female", "x"]),
        (["2h 5m", "", "1h"], "float64", [7500.0, None, 3600.0]),
    ],
)
def test_dtypes(cells, dtype, values):
    """Every kind has one dtype, with and without gaps; text keeps its blanks."""
    result = one(cells)
    assert str(result.table["v"].dtype) == dtype
    assert columns(result)["v"] == values


def test_dates_have_one_dtype():
    """Dates and times are datetime64[us], gaps NaT."""
    values = one(["2024-02-01", "", "2024-02-13 10:30"]).table["v"]
    assert str(values.dtype) == "datetime64[us]"
    assert values.isna().tolist() == [False, True, False]
    assert values.iloc[2] == pd.Timestamp("2024-02-13 10:30")


def test_values_can_be_written_to():
    """The table belongs to the caller: its numbers are no view of something read-only."""
    frame, _ = table({"a": ["1", "2"], "b": ["1.5", ""]})
    frame.loc[0, "a"] = 7
    assert frame["a"].tolist() == [7, 2]


def test_units_and_doubts_are_reported():
    """The report holds units by column, questions, and notes that name the column."""
    report = one(["5%", "7%", "6%", "999%"]).report
    assert report.units == {"v": "%"}
    assert report.doubts[0].mark == "999%"
    assert "Column “v”: numbers in %." in report.notes


def test_an_undecided_order_of_day_and_month_is_a_warning():
    """The warning names the column and the assumption."""
    warnings = one(["02/03/2020", "05/04/2020"]).report.warnings
    assert warnings == (
        "Column “v”: dates read as day before month; every date would also fit the other order of "
        "day and month.",
    )


def test_hints_reach_the_columns():
    """A correction of a column is followed when a file is read, with lines of the file."""
    result = one(["02/03/2020", "05/04/2020"], columns={"v": ColumnHint(day_first=False)})
    assert result.table["v"].iloc[0] == pd.Timestamp("2020-02-03")
    assert result.report.warnings == ()
    with pytest.raises(BadRequest, match="“abc” in line 5"):
        one(["1", "2", "3", "abc"], columns={"v": ColumnHint(kind="number")})
