"""What a person says about a column is followed, or refused with the first odd cell."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.tools.ml.reading.typing import seen, table, typed
from tools.errors import BadRequest
from tools.ml.reading import ColumnHint, ReadHints, read_table


@pytest.mark.parametrize(
    ("cells", "hint", "kind", "values"),
    [
        (["12345", "00501"], {"kind": "text"}, "text", ["12345", "00501"]),
        (["1", "NA"], {"kind": "text"}, "text", ["1", None]),
        (["1", "NA"], {"kind": "text", "present": ("NA",)}, "text", ["1", "NA"]),
        (["a", "NA"], {"present": ("NA",)}, "text", ["a", "NA"]),
        (["007", "12"], {"kind": "number"}, "integer", [7, 12]),
        (["1,234", "5,678"], {"decimal": ","}, "number", [1.234, 5.678]),
        (["1.234", "5.678"], {"decimal": ","}, "integer", [1234, 5678]),
        (["1,234", "5,678"], {"decimal": "."}, "integer", [1234, 5678]),
        (["1", "999", "999.0"], {"missing": ("999",)}, "integer", [1, None, None]),
        (["1", "keine"], {"kind": "number", "missing": ("keine",)}, "integer", [1, None]),
        (["1", "0", "1"], {"kind": "boolean"}, "boolean", [True, False, True]),
        (["yes", "yes"], {"kind": "boolean"}, "boolean", [True, True]),
        (["5m", "6m"], {"kind": "duration"}, "duration", [300.0, 360.0]),
    ],
)
def test_hints_are_followed(cells, hint, kind, values):
    """Kind, decimal sign and marks of missing values are what the person said."""
    assert seen(cells, **hint) == (kind, values)


@pytest.mark.parametrize(
    ("cells", "hint", "first"),
    [
        (["02/03/2020", "05/04/2020"], {"day_first": True}, (2020, 3, 2)),
        (["02/03/2020", "05/04/2020"], {"day_first": False}, (2020, 2, 3)),
        (["2020-03-02", "2020-04-05"], {"day_first": True}, (2020, 3, 2)),
        (["45000", "45001.5"], {"kind": "date"}, (2023, 3, 15)),
        (["20240131", "20240201"], {"kind": "date"}, (2024, 1, 31)),
        (["1700000000", "1700000001"], {"kind": "date"}, (2023, 11, 14)),
        (["1700000000000"], {"kind": "date"}, (2023, 11, 14)),
        (["2020-01-05", "0000-00-00"], {"missing": ("0000-00-00",)}, (2020, 1, 5)),
    ],
)
def test_hints_about_dates_are_followed(cells, hint, first):
    """Order of day and month, and numbers that are dates, are what the person said."""
    column = typed(cells, **hint)
    assert column.kind == "date"
    assert column.values[0].as_py().timetuple()[:3] == first
    assert column.warnings == ()


@pytest.mark.parametrize(
    ("cells", "hint", "words"),
    [
        (["1", "2", "abc", "x1"], {"kind": "number"}, "cannot be read as numbers: “abc” in line 4"),
        (["5%", "7 €"], {"kind": "number"}, "“7 €” in line 3"),
        (["13/02/2020", "02/13/2020"], {"day_first": True}, "dates: “02/13/2020” in line 3"),
        (["2020-01-01", "soon"], {"kind": "date"}, "“soon” in line 3"),
        (["red", "blue"], {"kind": "date"}, "“red” in line 2"),
        (["1:00:00", "long"], {"kind": "duration"}, "durations: “long” in line 3"),
        (["yes", "maybe"], {"kind": "boolean"}, "true or false: “maybe” in line 3"),
        (["1,5", "2.5"], {"decimal": ","}, "“2.5” in line 3"),
    ],
)
def test_a_hint_that_does_not_fit_is_refused(cells, hint, words):
    """The refusal names the first cell and its line, and what to do."""
    with pytest.raises(BadRequest) as caught:
        typed(cells, **hint)
    assert words in caught.value.message
    assert caught.value.hint


def test_an_unknown_column_is_refused_with_the_nearest_names():
    """A hint about a column that is not there names the ones that are like it."""
    with pytest.raises(BadRequest, match="no column “pirce”") as caught:
        table({"price": ["1"], "city": ["x"]}, {"pirce": ColumnHint(kind="text")})
    assert "“price”" in caught.value.hint
    assert "city" not in caught.value.hint


def test_the_case_of_a_name_does_not_matter():
    """ZIP is the column zip, unless there are both."""
    frame, _ = table({"Zip": ["12345"]}, {"zip": ColumnHint(kind="text")})
    assert str(frame["Zip"].dtype) == "str"
    with pytest.raises(BadRequest):
        table({"Zip": ["1"], "ZIP": ["2"]}, {"zip": ColumnHint(kind="text")})


def test_a_hint_about_one_column_leaves_the_others():
    """Only the named column is read otherwise."""
    frame, _ = table({"a": ["1", "2"], "b": ["1", "2"]}, {"a": ColumnHint(kind="text")})
    assert [str(dtype) for dtype in frame.dtypes] == ["str", "int64"]


def test_hints_about_parquet_are_followed(tmp_path):
    """A format with types of its own is corrected like any other."""
    path = tmp_path / "t.parquet"
    pd.DataFrame({"zip": [12345, 501], "day": [45000.0, None], "n": [1, 2]}).to_parquet(path)
    columns = {"zip": ColumnHint(kind="text"), "day": ColumnHint(kind="date")}
    with path.open("rb") as file:
        frame = read_table(file, "t.parquet", hints=ReadHints(columns=columns)).table
    assert frame["zip"].tolist() == ["12345", "501"]
    assert frame["day"].iloc[0] == pd.Timestamp("2023-03-15")
    assert frame["n"].tolist() == [1, 2]
    with path.open("rb") as file, pytest.raises(BadRequest, match="no column “zap”"):
        read_table(file, "t.parquet", hints=ReadHints(columns={"zap": ColumnHint(kind="text")}))
