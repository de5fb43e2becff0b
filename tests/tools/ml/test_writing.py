"""What people take away opens safely anywhere and reads back the same."""

from __future__ import annotations

import csv

import numpy as np
import pandas as pd
import pytest
import python_calamine
from hypothesis import given, settings

from tests.tools.ml.frames import frames
from tools.errors import Refused
from tools.ml.reading import ColumnHint, ReadHints, read_table
from tools.ml.reading.carried import Carried, read_carried
from tools.ml.sample import passengers_csv
from tools.ml.writing import write_table


def text(values):
    return pd.Series(values, dtype="str")


TABLE = pd.DataFrame(
    {
        "=name": text(["=1+1", "-x", "+49 1", "'=q", "ok", None, 'a\r\nb, "q"', "@x"]),
        "real": [-1.5, 2, np.nan, 1e-300, 0.1, 3, 4, 1e20],
        "whole": [1, -2, 3, 4, 5, 6, 7, 2**60],
        "holes": [1.0, np.nan] * 4,
        "flag": [True, False] * 4,
        "maybe": pd.array([True, False, None, True] * 2, dtype="boolean"),
        "day": pd.to_datetime(text(["2020-01-01", None] * 4)).astype("datetime64[us]"),
        "at": pd.to_datetime(text(["2020-01-01 10:00:01.5", None] * 4)).astype("datetime64[us]"),
    }
)


def again(table, form, folder):
    path = folder / f"table.{form}"
    write_table(table, form, path, "people [2024]/all")
    with path.open("rb") as opened:
        return read_table(opened, path.name)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_it_reads_back_the_same(form, tmp_path):
    """Every type, gap and formula-like text survives the way out and in, without a warning."""
    result = again(TABLE, form, tmp_path)
    pd.testing.assert_frame_equal(result.table, TABLE)
    assert result.report.warnings == ()


def test_a_sheet_reads_back_the_same(tmp_path):
    """A sheet keeps every value, digit, type and apostrophe."""
    pd.testing.assert_frame_equal(again(TABLE, "xlsx", tmp_path).table, TABLE, check_exact=True)


def test_no_cell_of_a_csv_file_starts_like_a_formula(tmp_path):
    """Text that a spreadsheet would run is shielded; negative numbers stay numbers."""
    write_table(TABLE, "csv", tmp_path / "t.csv", "t")
    with (tmp_path / "t.csv").open(newline="", encoding="utf-8") as opened:
        rows = list(csv.reader(opened))
    words = [rows[0][0], *(row[0] for row in rows[1:])]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in words)
    assert rows[1][1] == "-1.5"


def test_a_sheet_that_would_not_fit_is_refused(tmp_path):
    """What a sheet cannot hold is refused with another format as the hint."""
    with pytest.raises(Refused, match="A sheet holds") as caught:
        write_table(pd.DataFrame({"a": np.zeros(1_048_576)}), "xlsx", tmp_path / "t.xlsx", "t")
    assert "parquet" in caught.value.hint
    with pytest.raises(Refused, match=r"40,000 characters"):
        write_table(pd.DataFrame({"a": text(["x" * 40_000])}), "xlsx", tmp_path / "u.xlsx", "t")


@pytest.mark.parametrize(("form", "examples"), [("csv", 150), ("xlsx", 80), ("parquet", 40)])
def test_any_table_reads_back_the_same(form, examples, tmp_path):
    """Values, types, names and gaps of any table survive, whatever its text looks like."""

    @settings(max_examples=examples, deadline=None)
    @given(frames())
    def survives(table):
        result = again(table, form, tmp_path)
        pd.testing.assert_frame_equal(result.table, table, check_exact=True)
        assert result.report.repairs == () or form == "xlsx"

    survives()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize(
    "cells",
    [
        ["12345", "54321"],
        ["'1", "'2"],
        ["''1", "'2"],
        ["yes", "no"],
        ["2024-01-01", "2024-01-02"],
        ["NA", "NA"],
        ["", "'"],
        ["kg", "m"],
        ["-5", "5"],
        ["unknown", "5"],
    ],
)
def test_text_that_looks_like_values_stays_text(form, cells, tmp_path):
    """A column of text is text again, however much it looks like something else."""
    table = pd.DataFrame({"v": text(cells), "n": range(len(cells))})
    result = again(table, form, tmp_path)
    pd.testing.assert_frame_equal(result.table, table)
    assert result.report.warnings == ()


def test_people_see_their_text_in_a_sheet(tmp_path):
    """A sheet shows codes and formulas as they are; what they are is kept in its properties."""
    table = pd.DataFrame({"zip": text(["12345", "54321"]), "f": text(["=1", "a"]), "x": [1.0, 2]})
    write_table(table, "xlsx", tmp_path / "t.xlsx", "t")
    book = python_calamine.CalamineWorkbook.from_path(str(tmp_path / "t.xlsx"))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows == [["zip", "f", "x"], ["12345", "=1", 1.0], ["54321", "a", 2.0]]
    carried = read_carried((tmp_path / "t.xlsx").read_bytes())
    assert carried == Carried(True, frozenset({"zip"}), frozenset({"x"}))


def test_a_person_overrules_what_a_sheet_carries(tmp_path):
    """What a person says about a column counts more than what the workbook says."""
    table = pd.DataFrame({"zip": text(["12345", "54321"]), "n": [1, 2]})
    write_table(table, "xlsx", tmp_path / "t.xlsx", "t")
    with (tmp_path / "t.xlsx").open("rb") as opened:
        hints = ReadHints(columns={"zip": ColumnHint(kind="number")})
        result = read_table(opened, "t.xlsx", hints=hints)
    assert result.table["zip"].tolist() == [12345, 54321]


def test_other_peoples_workbooks_carry_nothing():
    """No workbook, a broken one, and one without our properties say nothing."""
    assert read_carried(b"no zip") == Carried()
    assert read_carried(b"PK\x03\x04 broken") == Carried()


def test_only_what_needs_it_is_quoted_or_shielded(tmp_path):
    """Plain words and numbers stand bare, and names in quotes."""
    table = pd.DataFrame({"a": text(["red", "dark blue", None]), "b": [1.0, 2.5, -3.0]})
    write_table(table, "csv", tmp_path / "t.csv", "t")
    written = (tmp_path / "t.csv").read_text(encoding="utf-8")
    assert written == '"a","b"\nred,1.0\n"dark blue",2.5\n,-3.0\n'


def test_a_row_without_values_is_still_a_row(tmp_path):
    """A row of gaps says so in its first cell, since a blank line is no row."""
    table = pd.DataFrame({"a": [1.0, np.nan], "b": text(["x", None])})
    write_table(table, "csv", tmp_path / "t.csv", "t")
    assert (tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()[2] == "NA,"


def test_the_sample_survives(tmp_path):
    """The sample reads the same after a way out as CSV and in again."""
    path = tmp_path / "sample.csv"
    path.write_text(passengers_csv(50), encoding="utf-8")
    with path.open("rb") as opened:
        table = read_table(opened, path.name).table
    pd.testing.assert_frame_equal(again(table, "csv", tmp_path).table, table)
