"""What people take away opens safely anywhere and reads back the same."""

from __future__ import annotations

import csv

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.errors import Refused
from tools.ml.reading import read_table
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
    """A sheet keeps values and types; only an apostrophe that shields nothing is lost."""
    result = again(TABLE.drop(index=3).reset_index(drop=True), "xlsx", tmp_path)
    pd.testing.assert_frame_equal(
        result.table, TABLE.drop(index=3).reset_index(drop=True), check_exact=True
    )


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


CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12
).map(lambda cell: f"w{cell}e")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELLS, st.integers(-(2**53), 2**53)), min_size=2, max_size=8))
def test_any_text_survives_csv(tmp_path_factory, rows):
    """Any text beside any number reads back from CSV as it was."""
    table = pd.DataFrame({"word": text([row[0] for row in rows]), "n": [row[1] for row in rows]})
    result = again(table, "csv", tmp_path_factory.mktemp("csv"))
    pd.testing.assert_frame_equal(result.table, table)


def test_the_sample_survives(tmp_path):
    """The sample reads the same after a way out as CSV and in again."""
    path = tmp_path / "sample.csv"
    path.write_text(passengers_csv(50), encoding="utf-8")
    with path.open("rb") as opened:
        table = read_table(opened, path.name).table
    pd.testing.assert_frame_equal(again(table, "csv", tmp_path).table, table)
