"""Files are what their content says: containers are opened within limits, others named."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from tests.tools.ml.reading.read import columns, read, refusal
from tools.errors import BadRequest, NeedsChoice
from tools.ml.reading import ReadLimits

DATA = Path(__file__).parents[5] / "shared" / "data"


def workbook(*sheets, hidden=()):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            for place, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, pd.Timestamp):
                        sheet.write_datetime(place, column, value.to_pydatetime(), day)
                    else:
                        sheet.write(place, column, value)
    return target.getvalue()


PEOPLE = [["id", "born", "zip"], [1, pd.Timestamp("2020-01-02"), "007"], [2, None, "008"]]


def test_xlsx():
    """A sheet reads with numbers, dates and text as they are."""
    result = read(workbook(("people", PEOPLE)))
    assert result.report.format == "xlsx"
    assert columns(result) == {
        "id": [1, 2],
        "born": [pd.Timestamp("2020-01-02"), None],
        "zip": ["007", "008"],
    }


def test_several_sheets_are_a_choice():
    """Which of several sheets is meant is asked, hidden and empty ones are not offered."""
    data = workbook(
        ("one", PEOPLE), ("two", PEOPLE), ("no", []), ("secret", PEOPLE), hidden=["secret"]
    )
    with pytest.raises(NeedsChoice) as caught:
        read(data)
    assert caught.value.argument == "sheet"
    assert [option.value for option in caught.value.options] == ["one", "two"]
    assert len(read(data, sheet="TWO").table) == 2
    with pytest.raises(BadRequest, match="no sheet"):
        read(data, sheet="three")


def test_a_title_above_a_sheets_table_is_told():
    """Words above the table of a sheet are left out with their row."""
    rows = [["Report of May"], [], ["id", "a", "b"], [1, 2, 3], [4, 5, 6]]
    result = read(workbook(("s", rows)))
    assert columns(result) == {"id": [1, 4], "a": [2, 5], "b": [3, 6]}
    assert result.report.warnings == ()
    assert any("Line 1 stands above the table" in note for note in result.report.notes)


def test_parquet_keeps_the_convention_of_types():
    """Parquet types become the types that every reader gives."""
    table = pa.table(
        {
            "small": pa.array([1, 2, None], pa.int8()),
            "real": pa.array([1.5, None, 2.5], pa.float32()),
            "word": pa.array(["a", None, "b"]).dictionary_encode(),
            "day": pa.array([0, 1, None], pa.date32()),
            "at": pa.array([0, 1, None], pa.timestamp("ns", "Europe/Berlin")),
            "flag": pa.array([True, None, False]),
            "price": pa.array([1, 2, 3], pa.decimal128(10, 2)),
            "list": pa.array([[1], None, [2, 3]]),
            "span": pa.array([1_500, None, 60_000], pa.duration("ms")),
            "clock": pa.array([3_600_000_000, None, 1_000_000], pa.time64("us")),
        }
    )
    target = io.BytesIO()
    pq.write_table(table, target)
    result = read(target.getvalue())
    kinds = [str(dtype) for dtype in result.table.dtypes]
    assert kinds == [
        *("float64", "float64", "str", "datetime64[us]", "datetime64[us]"),
        *("boolean", "float64", "str", "float64", "float64"),
    ]
    assert columns(result)["span"] == [1.5, None, 60]
    assert columns(result)["clock"] == [3600, None, 1]
    assert columns(result)["list"] == ["[1]", None, "[2, 3]"]


def test_pandas_index_columns_are_left_out():
    """The stored index of pandas is no column."""
    target = io.BytesIO()
    pd.DataFrame({"a": [1, 2]}, index=[5, 7]).to_parquet(target)
    assert list(read(target.getvalue()).table.columns) == ["a"]


@pytest.mark.parametrize(
    ("data", "limits", "why"),
    [
        (b"PAR1" + b"x" * 50, ReadLimits(), "damaged Parquet"),
        (b"PK\x03\x04" + b"x" * 50, ReadLimits(), "damaged ZIP"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, ReadLimits(), "damaged XLS"),
        (b"a,b\n1,2\n" * 99, ReadLimits(sent_bytes=100, expanded_bytes=200), "larger than"),
        (b",".join(b"c%d" % i for i in range(30)) + b"\n", ReadLimits(columns=20), "30 columns"),
        (b"", ReadLimits(), "empty (0 bytes)"),
        (b"\n \n\n", ReadLimits(), "only blank lines"),
        (b"a,b,c\n", ReadLimits(), "no rows"),
        (bytes(range(256)) * 20, ReadLimits(), "binary file"),
    ],
    ids=lambda part: part if isinstance(part, str) else None,
)
def test_refusals_name_the_cause(data, limits, why):
    """What is no table, damaged or too large is refused with file, cause and next step."""
    assert why in refusal(data, limits=limits).message


def test_a_workbook_that_would_unpack_to_too_much_stays_closed():
    """The parts of a workbook are counted before it is opened."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 30_000_000)
    assert "would unpack to 30 MB" in refusal(target.getvalue()).message


@pytest.mark.parametrize(
    ("name", "shape", "gaps"),
    [
        ("titanic", (891, 12), 866),
        ("penguins", (344, 7), 19),
        ("tips", (244, 7), 0),
        ("diamonds", (53940, 10), 0),
    ],
)
def test_well_known_files(name, shape, gaps):
    """Well-known public tables read with all their rows and gaps, without a warning."""
    path = DATA / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"{path} is not on this machine")
    result = read(path.read_bytes())
    assert result.table.shape == shape
    assert int(np.sum(result.table.isna().to_numpy())) == gaps
    assert result.report.warnings == ()


def ipc(table: pa.Table, *, stream: bool = False) -> bytes:
    target = io.BytesIO()
    make = pa.ipc.new_stream if stream else pa.ipc.new_file
    with make(target, table.schema) as writer:
        writer.write_table(table)
    return target.getvalue()


@pytest.mark.parametrize("stream", [False, True])
def test_feather(stream):
    """Feather files and Arrow streams read with their types."""
    table = pa.table({"n": [1, 2], "word": ["a", "b"]})
    result = read(ipc(table, stream=stream))
    assert columns(result) == {"n": [1, 2], "word": ["a", "b"]}
    assert result.report.format == "feather"


def test_fields_of_objects_are_columns():
    """Objects in a column are flattened one level, and that is noted."""
    table = pa.table({"at": [{"x": 1, "y": {"z": 2}}] * 2})
    result = read(ipc(table))
    assert columns(result) == {"at.x": [1, 1], "at.y": ['{"z": 2}'] * 2}
    assert "The fields of the objects in “at” are columns of their own." in result.report.notes


def huge() -> bytes:
    """A Parquet file of a few kilobytes with four hundred million empty cells."""
    target = io.BytesIO()
    with pq.ParquetWriter(target, pa.schema({f"c{n}": pa.null() for n in range(200)})) as writer:
        nothing = pa.nulls(2_000_000)
        writer.write_table(pa.table({f"c{n}": nothing for n in range(200)}))
        writer.write_table(pa.table({f"c{n}": nothing for n in range(200)}))
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "limits", "why"),
    [
        (huge(), ReadLimits(), "unpacks to 4,000,000 rows in 200 columns"),
        (ipc(pa.table({"a": ["x" * 99] * 999})), ReadLimits(expanded_bytes=9_999), "rows in 1"),
        (ipc(pa.table({f"c{n}": [1] for n in range(30)})), ReadLimits(columns=20), "30 columns"),
        (ipc(pa.table({"a": [1]}))[:-30], ReadLimits(), "damaged Feather"),
        (b"\xff\xff\xff\xff" + b"x" * 50, ReadLimits(), "damaged Feather"),
    ],
    ids=["huge", "large", "wide", "cut", "noise"],
)
def test_binary_tables_are_counted(data, limits, why):
    """Parquet and Feather are refused where they are damaged or would grow too large."""
    assert why in refusal(data, limits=limits).message
