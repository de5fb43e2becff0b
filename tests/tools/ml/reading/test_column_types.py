"""Columns are typed part after part as they are as a whole, in bounded time."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.ml.reading.typing import typed
from tools.ml.reading.column_types import read_more, type_column

COLUMNS = [
    ["1", "2", "", "4"],
    ["1.5", "2", "NA", "1e5"],
    ["1.234,5", "2,25", "3", "-"],
    ["5%", "7%", "0", ""],
    ["2024-02-01", "2024-02-13 10:30", "", "2024-02-14"],
    ["2024-02-01T10:00Z", "", "2024-02-01T10:00+02:00", "2024-02-01T10:00Z"],
    ["13/02/2024", "01/02/2024", "02/03/2024", "unknown"],
    ["1. März 2024", "2. Mai 2024", "", "3. Juni 2024"],
    ["yes", "no", "", "YES"],
    ["10:30", "11:00", "", "12:15"],
    ["2h 5m", "1h", "", "3m"],
    ["red", "", "blue", "12"],
    ["'5", "'7", "", "'9"],
    ["'=a", "b", "", "NA"],
]


@pytest.mark.parametrize("cells", COLUMNS)
@pytest.mark.parametrize("parts", [1, 2, 4])
def test_more_cells_are_read_alike(cells, parts):
    """A decided column reads its parts, chunked or coded, as it was read as a whole."""
    column = typed(cells)
    size = len(cells) // parts
    pieces = [pa.array(cells[start : start + size]) for start in range(0, len(cells), size)]
    again = [read_more(column, piece) for piece in pieces]
    assert pa.concat_arrays(again).equals(column.values)
    coded = pa.chunked_array([piece.dictionary_encode() for piece in pieces])
    assert read_more(column, coded).equals(column.values)


@pytest.mark.parametrize(
    ("cells", "more"),
    [
        (["1", "2"], ["1.5"]),
        (["1", "2"], ["007"]),
        (["1", "2"], ["x1"]),
        (["1.5", "2"], ["1,5"]),
        (["1,5", "2,5"], ["1.5"]),
        (["5%"], ["7"]),
        (["5%"], ["7 €"]),
        (["2024-02-01"], ["2024-02-31"]),
        (["2024-02-01"], ["2024-02-01T10:00Z"]),
        (["13/02/2024"], ["02/13/2024"]),
        (["yes", "no"], ["maybe"]),
        (["10:30"], ["25h"]),
        (["", "NA"], ["1"]),
    ],
)
def test_cells_that_do_not_fit_are_not_read(cells, more):
    """Cells of another type or notation are not half read: the column is to be decided anew."""
    assert read_more(typed(cells), pa.array(more)) is None


def test_any_kind_of_array_is_read():
    """Chunked, coded, large and null arrays of text give the same column."""
    cells = pa.array(["1", None, "3"])
    chunked = pa.chunked_array([cells.slice(0, 1), cells.slice(1)])
    for array in (cells, chunked, cells.dictionary_encode(), cells.cast(pa.large_string())):
        assert type_column("v", array).values.to_pylist() == [1, None, 3]
    assert type_column("v", pa.nulls(2, pa.string())).kind == "empty"
    assert type_column("v", pa.array([], pa.string())).kind == "empty"


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text("0123456789.,-+:/ '’()%€$eEpmPTZ年\u2212\u00a0x", max_size=14), max_size=8))
def test_any_cells_are_typed(cells):
    """Any heap of signs gives as many values as cells, and reads alike in parts."""
    column = typed(cells)
    assert len(column.values) == len(cells)
    again = [read_more(column, pa.array([cell])) for cell in cells]
    if column.kind != "empty":
        assert [part[0] for part in again if part is not None] == [
            value for value, part in zip(column.values, again, strict=True) if part is not None
        ]
