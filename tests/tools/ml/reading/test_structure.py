"""What stands around and inside a delimited table is mended or told, never silently changed."""

from __future__ import annotations

import pytest

from tests.tools.ml.reading.read import columns, read
from tools.errors import BadRequest
from tools.ml.reading import dump_report, load_report

CLEAN = {"id": [1, 2, 3], "name": ["A", "B", "C"], "price": [2.5, 3.5, 4.5]}
HEAD = "id,name,price\n"
ROWS = "1,A,2.5\n2,B,3.5\n3,C,4.5\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Report of May\nby me\n\n" + HEAD + ROWS, "Lines 1–2 stand above the table"),
        ("# by me\n" + HEAD + ROWS, "Line 1 stands above the table"),
        (HEAD + "1,A,2.5\n\n2,B,3.5\n3,C,4.5\n", "Line 3: a blank line"),
        (HEAD + "1,A,2.5\n2;B;3.5\n3,C,4.5\n", "Line 3: another delimiter"),
        (HEAD + "1,A,2.5\n2,B,3.5,,\n3,C,4.5\n", "Line 3: 5 cells instead of 3"),
        (HEAD + "1,A,2.5\n2,B,3.5\n" + HEAD + "3,C,4.5\n", "Line 4: the header again"),
        (HEAD + ROWS + "Source: my office\n", "Line 5: words below the table"),
        (HEAD + ROWS + "\ncountry,people\nFR,60\nDE,80\n", "Line 6: a second table begins"),
        ("id,name,price,\n1,A,2.5,\n2,B,3.5,\n3,C,4.5,\n", "1 column without a name and values"),
        ("id,name,price\n1,A,2.5,\n2,B,3.5,\n3,C,4.5,\n", "Line 1: the header has 1 cell less"),
    ],
)
def test_a_fault_is_mended_and_told(text, told):
    """One fault of a usual kind leaves the table as it was meant, and is told with its line."""
    result = read(text)
    assert columns(result) == CLEAN
    assert any(told in said for said in (*result.report.warnings, *result.report.notes))


def test_a_clean_file_gets_no_warning():
    """A well-formed file is read as it is, with notes about the dialect only."""
    report = read(HEAD + ROWS).report
    assert report.warnings == ()
    assert report.notes == ("Delimited text in utf-8; delimiter “,”.",)
    assert (report.rows, report.columns, report.header, report.rows_touched) == (3, 3, True, 0)


def test_blank_lines_at_the_end_are_nothing():
    """Newlines after the last row are no fault."""
    assert read(HEAD + ROWS + "\n\n").report.warnings == ()


def test_short_rows_get_gaps():
    """A row with too few cells is padded with gaps and counted as touched."""
    result = read(HEAD + "1,A,2.5\n2,B\n3,C,4.5\n")
    assert columns(result)["price"] == [2.5, None, 4.5]
    assert result.report.rows_touched == 1
    assert "Line 3: 2 cells instead of 3" in result.report.warnings[0]


def test_an_unquoted_delimiter_is_joined_again():
    """Too many cells are joined where the other cells then fit their columns."""
    result = read(HEAD + "1,A,2.5\n2,Smith, John,3.5\n3,C,4.5\n4,D,5.5\n")
    assert columns(result)["name"] == ["A", "Smith, John", "C", "D"]
    assert "joined again in column 2" in result.report.warnings[0]


def test_stray_quotes_are_kept_and_told():
    """Quotes that do not pair are kept as signs, each with its line."""
    result = read(HEAD + '1,"A "big" one",2.5\n2,"B,3.5\n3,"C",4.5\n')
    assert columns(result)["name"] == ['A "big" one', '"B', "C"]
    assert [warning[:7] for warning in result.report.warnings] == ["Line 2:", "Line 3:"]


def test_quoted_line_breaks_and_delimiters_belong_to_the_cell():
    """Quoted newlines, delimiters and doubled quotes are read as written."""
    result = read('id,text\n1,"a, ""b""\nc"\n2,"d\r\ne"\n')
    assert columns(result) == {"id": [1, 2], "text": ['a, "b"\nc', "d\r\ne"]}
    assert result.report.warnings == ()


def test_backslash_escapes():
    """Quotes escaped with a backslash are read as quotes."""
    result = read('id,text\n1,"he said \\"x\\", y"\n2,"z"\n3,"w"\n')
    assert columns(result)["text"] == ['he said "x", y', "z", "w"]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a||b||c\n1||2||3\n4||5||6\n", "||"),
        ("a, b, c\n1, 2, 3\n4, 5, 6\n", ", "),
        ("a b c\n1 2 3\n4 5 6\n", " "),
        ("a    b   c\n1    2   3\n4    5   6\n", " "),
        ("a:b:c\n1:2:3\n4:5:6\n", ":"),
        ("a;b;c\r1;2;3\r4;5;6\r", ";"),
    ],
)
def test_unusual_delimiters(text, delimiter):
    """Several-character delimiters, blanks, aligned text and old Mac newlines are found."""
    result = read(text)
    assert columns(result) == {"a": [1, 4], "b": [2, 5], "c": [3, 6]}
    assert result.report.delimiter == delimiter
    assert result.report.warnings == ()


def test_a_single_column_is_no_delimited_text():
    """Sentences with commas are one column."""
    result = read("remark\nwell, yes\nno\nperhaps, or, not\n")
    assert columns(result) == {"remark": ["well, yes", "no", "perhaps, or, not"]}
    assert result.report.delimiter == ""


def test_no_header_makes_names():
    """Rows without a header keep all their rows; the made names are told."""
    result = read(ROWS)
    assert columns(result) == {
        "column_1": [1, 2, 3],
        "column_2": ["A", "B", "C"],
        "column_3": [2.5, 3.5, 4.5],
    }
    assert result.report.header is False
    assert any("No header" in note for note in result.report.notes)


def test_no_header_among_words():
    """A first row whose words come again below is no header."""
    assert read("red,big\nblue,big\nred,small\nblue,big\nred,big\n").report.header is False


def test_years_may_be_a_header():
    """Years in a row above numbers are names."""
    assert list(read("land,2018,2019,2020\nFR,1,2,3\nDE,2,3,4\n").table.columns)[1] == "2018"


def test_names_are_made_unique_and_told():
    """Double and empty names get unique ones, each told."""
    result = read("id,id,,price\n1,A,x,2.5\n2,B,y,3.5\n")
    assert list(result.table.columns) == ["id", "id_2", "column_3", "price"]
    assert len(result.report.warnings) == 2


def test_a_units_row_becomes_units():
    """A row of units in brackets below the header is no data."""
    result = read("length,mass,name\n[m],[kg],\n1,2,a\n2,3,b\n")
    assert result.report.units == {"length": "m", "mass": "kg"}
    assert columns(result)["length"] == [1, 2]


def test_a_total_is_told_and_kept():
    """A last row that looks like a total is pointed out."""
    result = read("name,price\nA,2.5\nB,3.5\nTotal,6.0\n")
    assert len(result.table) == 3
    assert "Line 4: this row looks like a total" in result.report.warnings[0]


def test_hints_win():
    """What the person says about delimiter, header and encoding is obeyed."""
    told = read("a|b;c\n1|2;3\n", delimiter="|", header=False)
    assert list(told.table.columns) == ["column_1", "column_2"]
    assert columns(told)["column_2"] == ["b;c", "2;3"]
    assert columns(read("é,b\n1,2\n".encode("cp1252"), encoding="cp1252")) == {"é": [1], "b": [2]}
    with pytest.raises(BadRequest, match="no encoding called"):
        read("a,b\n1,2\n", encoding="klingon")
    with pytest.raises(BadRequest, match="cannot be read as ascii"):
        read("é,b\n1,2\n", encoding="ascii")


def test_many_repairs_are_counted_not_listed():
    """After twenty repairs of a kind the rest is counted in one line."""
    good = "".join(f"{i},A,2.5\n" for i in range(200))
    result = read(HEAD + good + "1,A\n" * 100)
    assert len(result.report.warnings) == 21
    assert result.report.warnings[-1].startswith("80 more lines")
    assert result.report.rows_touched == 100


def test_reports_survive_json():
    """A report dumped to JSON values loads equal."""
    report = read("Report\n" + HEAD + ROWS).report
    assert load_report(dump_report(report)) == report


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Report,,\n,,\n" + HEAD + ROWS, "Line 1 stands above the table"),
        (HEAD + ROWS + "country,capital,people\nFR,Paris,60\nDE,Bonn,8\n", "Line 5: a second"),
        (HEAD + ROWS + "\ncountry,capital,people\nFR,Paris,60\nDE,Bonn,8\n", "Line 6: a second"),
        (HEAD + ROWS + HEAD + ROWS, "Line 5: a second table"),
        (HEAD + ROWS + "a,b\n1,2\n2,3\n3,4\n", "Line 5: a second table"),
        (HEAD + ROWS + "a,b,c,d\n1,2,3,4\n2,3,4,5\n", "Line 5"),
        ("# one, two\n// three\n" + HEAD + "1,A,2.5\n% x\n2,B,3.5\n3,C,4.5\n", "Line 5: a comment"),
        ("id|name|price\n---|---|---\n1|A|2.5\n2|B|3.5\n3|C|4.5\n", "Line 2: a ruled line"),
        ("id;name;price\n" + ROWS, "Line 1: another delimiter"),
        ('id,"name,price\n' + ROWS, "Line 1: a quote is opened"),
    ],
)
def test_what_stands_around_the_table_is_told(text, told):
    """Titles, second tables of any width, remarks, ruled lines and broken headers are told."""
    result = read(text)
    table = columns(result)
    name = next(name for name in table if name.endswith("name"))
    assert table[name] == CLEAN["name"]
    assert any(told in said for said in (*result.report.warnings, *result.report.notes))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a,b\na,b\n1,2\n3,4\n", ["a a", "b b"]),
        ("size,weight\nlong,heavy\n1,2\n3,4\n5,6\n", ["size long", "weight heavy"]),
        (
            "region,2019,,2020,\n,sales,profit,sales,loss\nN,1,2,3,4\nS,2,3,4,5\nE,2,3,4,5\n",
            ["region", "2019 sales", "profit", "2020 sales", "loss"],
        ),
    ],
)
def test_several_header_rows_are_joined(text, names):
    """Names in several rows are joined with one space, and that is told."""
    result = read(text)
    assert list(result.table.columns) == names
    assert "were read as a header of 2 rows" in result.report.warnings[0]


def test_units_without_brackets_are_units():
    """A row of well-known units above values is no data."""
    result = read("length,mass,time\nm,kg,s\n1,2,3\n2,3,4\n")
    assert result.report.units == {"length": "m", "mass": "kg", "time": "s"}
    assert columns(result)["length"] == [1, 2]
    assert result.report.warnings == ()


def test_names_are_kept_for_people():
    """Long, right-to-left and broken names stay as they are; every name is given once."""
    long = "z" * 3_000
    result = read(f'{long},שלום,"x\ny",a,a,a_2\n1,2,3,4,5,6\n2,3,4,5,6,7\n')
    assert list(result.table.columns) == [long, "שלום", "x\ny", "a", "a_3", "a_2"]
