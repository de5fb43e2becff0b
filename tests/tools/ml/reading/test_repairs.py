"""Single faults in a small table are mended as they were meant, and told; nothing else changes."""

from __future__ import annotations

import pytest

from tests.tools.ml.reading.text import lines_of, read_rows

CLEAN = """id,name,city,date,price,note
1,Anna,Rome,2020-01-01,2.50,good
2,Bob Lee,Oslo,2020-01-02,13.75,not so good
3,Carl,Paris,2020-01-05,4.00,
4,Dora May,Bonn,2020-02-01,25.10,late
5,Ed,New York,2020-02-11,7.25,good
6,Fay,Rome,2020-03-09,8.00,lost and found
7,Gus,Lima,2020-03-10,99.99,good
8,Hal,Oslo,2020-04-12,1.10,bad
"""
ROWS = lines_of(CLEAN)
PLACES = [(row, column) for row in range(len(ROWS)) for column in range(len(ROWS[0]))]


def broken(row: int, line: str) -> str:
    """The clean table with one line put in place of another."""
    lines = CLEAN.splitlines()
    lines[row] = line
    return "\n".join(lines) + "\n"


def told(result, line: int) -> bool:
    """Whether there is a warning about the line, and the line is kept with its repair."""
    warned = any(warning.startswith(f"Line {line}:") for warning in result.report.warnings)
    return warned and any(repair.line == line and repair.text for repair in result.report.repairs)


@pytest.mark.parametrize("at", ["start", "end"])
def test_a_stray_quote_anywhere_is_a_sign(at):
    """A quote too many, before or behind any cell, is kept as a sign of that cell."""
    for row, column in PLACES:
        cells = list(ROWS[row])
        cells[column] = '"' + cells[column] if at == "start" else cells[column] + '"'
        found, result = read_rows(broken(row, ",".join(cells)))
        assert found == [*ROWS[:row], cells, *ROWS[row + 1 :]]
        assert told(result, row + 1)


def test_a_surplus_delimiter_anywhere_is_left_out():
    """An empty cell too many, at any place, is dropped where the others then fit."""
    for row, column in PLACES:
        cells = [*ROWS[row][:column], "", *ROWS[row][column:]]
        found, result = read_rows(broken(row, ",".join(cells)))
        assert found == ROWS
        assert told(result, row + 1)


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_a_row_in_another_delimiter_is_split_there(delimiter):
    """One row, or the header, with another delimiter is read with it."""
    for row, cells in enumerate(ROWS):
        found, result = read_rows(broken(row, delimiter.join(cells)))
        assert found == ROWS
        assert told(result, row + 1)


def test_words_in_a_row_parted_by_spaces_find_their_columns():
    """In a row written with spaces the cells of several words are put together again."""
    line = "6 Fay Rome 2020-03-09 8.00 lost and found"
    assert read_rows(broken(6, line))[0] == ROWS


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (1, "1,Anna,Rome2020-01-01,2.50,good"),
        (3, "3,Carl,Paris,2020-01-054.00,"),
        (6, "6,Fay,Rome,2020-03-09,8.00lost and found"),
    ],
)
def test_a_lost_delimiter_is_found_by_what_columns_hold(row, line):
    """Two cells run together are parted where both then look like their columns."""
    found, result = read_rows(broken(row, line))
    assert found == ROWS
    assert told(result, row + 1)


def test_short_rows_keep_their_cells():
    """What is left of a row stays where it is; the missing end is empty."""
    for row, column in PLACES:
        if row and column:
            cells = ROWS[row][:column] + [""] * (len(ROWS[0]) - column)
            found, result = read_rows(broken(row, ",".join(ROWS[row][:column])))
            assert found == [*ROWS[:row], cells, *ROWS[row + 1 :]]
            assert told(result, row + 1)


def test_a_cell_missing_in_the_middle_leaves_its_own_column_empty():
    """Cells behind a gap stay in the columns they belong to."""
    found, result = read_rows(broken(4, "4,Dora May,Bonn,25.10,late"))
    assert found[4] == ["4", "Dora May", "Bonn", "", "25.10", "late"]
    assert told(result, 5)


def test_glued_quoted_cells_are_parted():
    """Quoted cells without a delimiter between them are two cells."""
    text = 'id,a,b\n1,"x, y","z, w"\n2,"one, two""three, four"\n3,"p, q","r, s"\n4,"k, l","m, n"\n'
    assert read_rows(text)[0][2] == ["2", "one, two", "three, four"]


@pytest.mark.parametrize(
    "text",
    [
        "id,name,note,extra\n1,a,x,y\n2,b\n3,c,z\n4,d\n5,e,f,g\n6,h\n",
        "k,v\n1,a\n2,b\n3,c,late\n4,d\n5,e\n",
        "a,b,c\n1,2,3\n1,2\n1,2,3,4\n1\n1,2,3\n1,2,3,4,5\n",
    ],
)
def test_ragged_rows_lose_nothing(text):
    """Where rows differ by nature, every cell is still there, in its order; mending is told."""
    found, result = read_rows(text)
    cells = [",".join(row).rstrip(",") for row in found]
    assert cells == text.splitlines()
    assert result.report.columns == 1 or result.report.warnings != ()


@pytest.mark.parametrize(
    "text",
    [
        "a,b,c\n,,\n1,,3\n,2,\n,,\n",
        "city,country\nParis,France\nRome,Italy\nOslo,Norway\n",
        "name\nAnna\nBob\nCarl\n",
        "red,big\nblue,big\nred,big\nblue,small\nred,big\nblue,big\nred,small\n",
        "colour,code\nred,#ff0000\nblue,#0000ff\ngreen,#00ff00\n",
        "Today I went to town, and bought bread.\nThen it rained, so I stayed.\nI slept.\n",
    ],
)
def test_what_looks_odd_but_is_well_formed_stays(text):
    """Empty cells, text alone, one column, repeated rows and prose are no faults."""
    found, result = read_rows(text)
    assert [",".join(row) for row in found] == text.splitlines()
    assert result.report.warnings == ()


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ('name,size\nMrs. "Bess" Ray,1\nBob,2\nAnn "Jo" Lee,3\n', "lines 2, 4 stay"),
        ('part,price\npipe 6" long,1\nboard,2\npipe 5" long,3\n', "lines 2, 4 stay"),
    ],
)
def test_where_nothing_is_enclosed_a_quote_is_a_sign(text, noted):
    """A file that encloses no cell in quotes is well-formed: a note, no warning, no question."""
    found, result = read_rows(text)
    assert [",".join(row) for row in found] == text.splitlines()
    assert (result.report.warnings, result.report.repairs) == ((), ())
    assert any(note.endswith(f"{noted}.") for note in result.report.notes)


@pytest.mark.parametrize(
    "text",
    [
        'name,size\nMrs. "Bess" Ray,1\n"Lee, Ann",2\nBob,3\n',
        'part,price\npipe 6" long,1\nboard,2\nnail,3\n',
    ],
)
def test_where_a_quote_may_be_all_that_is_left_it_is_told(text):
    """Beside enclosed cells, or as a single odd one, a quote within a cell is warned of."""
    _, result = read_rows(text)
    (warning,) = result.report.warnings
    assert "a quote inside a plain cell" in warning
