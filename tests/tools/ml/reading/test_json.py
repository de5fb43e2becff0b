"""Tables in JSON read in every usual shape; what is broken or none is refused with its place."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from tests.tools.ml.reading.read import columns, read, refusal
from tools.ml.reading import ReadLimits

RECORDS = [{"a": 1, "b": {"c": "2020-01-01"}}, {"a": 2, "b": {"c": None}, "d": [1]}]
FLAT = {"a": [1, 2], "b": ["x", "y"]}


def test_records_and_lines():
    """Lists of records and one record per line read with types, nested objects as columns."""
    expected = {"a": [1, 2], "b.c": [pd.Timestamp("2020-01-01"), None], "d": [None, "[1]"]}
    as_list = read(json.dumps(RECORDS))
    as_lines = read("\n".join(map(json.dumps, RECORDS)))
    assert columns(as_list) == columns(as_lines) == expected
    assert (as_list.report.format, as_lines.report.format) == ("json", "jsonl")
    assert as_list.report.warnings == as_lines.report.warnings == ()


@pytest.mark.parametrize(
    "value",
    [
        [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}],
        {"a": [1, 2], "b": ["x", "y"]},
        {"a": {"0": 1, "1": 2}, "b": {"0": "x", "1": "y"}},
        {"0": {"a": 1, "b": "x"}, "1": {"a": 2, "b": "y"}},
        {"columns": ["a", "b"], "index": [0, 1], "data": [[1, "x"], [2, "y"]]},
        {"schema": {"fields": []}, "data": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]},
        {"count": 2, "next": None, "results": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]},
        [["a", "b"], [1, "x"], [2, "y"]],
    ],
    ids=["records", "lists", "columns", "index", "split", "table", "wrapped", "rows"],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_every_usual_shape_gives_the_same_table(value, indent):
    """Records, columns, split, an index and rows all read, on one line or many, and are told."""
    result = read(json.dumps(value, indent=indent))
    assert columns(result) == FLAT
    assert result.report.notes[0].startswith("JSON, ")
    assert result.report.warnings == ()


def test_records_by_key_keep_the_key():
    """Records under names of their own keep that name in a column."""
    result = read(json.dumps({"x7": {"n": 1, "m": 2}, "y9": {"n": 3, "m": 4}}))
    assert columns(result) == {"key": ["x7", "y9"], "n": [1, 3], "m": [2, 4]}


def test_rows_of_lists_one_per_line():
    """JSON lines may be lists, the first of them the header."""
    result = read('["id", "name"]\n[1, "a"]\n[2, "b"]\n')
    assert columns(result) == {"id": [1, 2], "name": ["a", "b"]}
    assert result.report.format == "jsonl"


def test_deep_objects_are_columns_and_lists_are_told():
    """Objects within objects are columns of their own; what stays JSON text is told."""
    result = read(json.dumps([{"u": {"geo": {"lat": 1.5}, "tags": ["x"]}, "e": {}}] * 2))
    assert columns(result) == {"u.geo.lat": [1.5] * 2, "u.tags": ['["x"]'] * 2, "e": ["{}"] * 2}
    assert "Lists or objects in “u.tags”, “e” are kept as JSON text." in result.report.notes


def test_values_that_are_no_json_are_told():
    """NaN and Infinity, as Python writes them, are read and told."""
    result = read('[{"a": 1.5, "b": "x"}, {"a": NaN, "b": "y"}]')
    assert columns(result) == {"a": [1.5, None], "b": ["x", "y"]}
    assert any("NaN (1) is no JSON value" in note for note in result.report.notes)


def test_double_keys_and_clashing_fields_are_told():
    """A key that stands twice, or two fields that get one name, is a warning."""
    (warning,) = read('[{"a": 1, "a": 2}, {"a": 3}]').report.warnings
    assert warning == "“a” stands twice in a record (once); the last value was kept."
    result = read('[{"a.b": 1, "a": {"b": 2}}, {"a.b": 3}]')
    assert columns(result) == {"a.b": [1, 3]}
    assert result.report.warnings[0].startswith("Two fields are both “a.b”")


def test_mixed_kinds_in_a_field_are_told():
    """A field that holds numbers here and words there is noted."""
    notes = read('[{"a": 1}, {"a": "x"}, {"a": true}]').report.notes
    assert "“a” holds values of several kinds: number, text, true or false." in notes


def test_few_bad_lines_are_left_out_and_told():
    """A rare line that is no record is left out with its number; a file of them is refused."""
    lines = [json.dumps({"n": n}) for n in range(200)]
    lines[77] = '{"n": 77'
    result = read("\n".join(lines))
    assert len(result.table) == 199
    assert result.report.warnings == ("Line 78: this is no JSON record; left out.",)
    assert result.report.repairs[0].text == '{"n": 77'
    lines[90:120] = ["oops"] * 30
    assert "line 78" in refusal("\n".join(lines).encode()).message


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a": 1}\n{"a": \n', "broken in line 2"),
        ('[{"a": 1},\n {"a": 2}', "line 2, column 10: it ends in the middle"),
        ('[{"a": 1},\n {"a": 2,,}]', "broken in line 2, column 10"),
        ("[1, 2, 3]", "not a list of records: it is a list of single values"),
        ('[{"a": 1}, 2]', "(item 2)"),
        ("[[[[" * 30_000, "nested too deeply"),
        ('{"a": [1, 2], "b": [3]}', "“b” has 1 values, “a” has 2"),
        ('{"x": [{"a": 1}], "y": [{"b": 2}], "z": 1}', "several lists of records (“x”, “y”)"),
        ('{"error": "not found"}', "reports an error (“not found”)"),
        ('{"status": 401, "message": "Token expired"}', "reports an error (“Token expired”)"),
        ('{"errors": [{"message": "No such key"}], "data": null}', "error (“No such key”)"),
        ("[]", "an empty list"),
    ],
)
def test_refusals_name_place_and_cause(text, why):
    """JSON that is broken, or holds no table, is refused with where and why."""
    assert why in refusal(text.encode()).message


def test_many_different_fields_do_not_fill_the_memory():
    """Records that would make a huge, nearly empty table are refused early."""
    text = "\n".join(f'{{"k{n % 4_000}": 1}}' for n in range(40_000))
    assert "different fields" in refusal(text.encode()).message
    wide = json.dumps([{f"k{n}": 1 for n in range(30)}])
    assert "more than 20 columns" in refusal(wide.encode(), limits=ReadLimits(columns=20)).message


@pytest.mark.parametrize("text", ["{id},[name]\n1,a\n2,b\n", "[kg],[m]\n1,2\n3,4\n", "{,a\n1,2\n"])
def test_what_only_begins_like_json_is_read_as_text(text):
    """A brace or bracket at the start of other text means nothing."""
    assert read(text).report.format == "csv"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_json_in_any_encoding(encoding):
    """JSON is decoded like any other text."""
    text = json.dumps([{"name": "Zoë"}, {"name": "René"}], ensure_ascii=False)
    assert columns(read(text.encode(encoding)))["name"] == ["Zoë", "René"]
