"""Any way of writing a table is found out from its text alone, without a warning."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.ml.reading.text import lines_of, read_rows

DELIMITERS = [",", ";", "\t", "|", " ", ":", ", ", "||", "::", "\t\t"]
WORDS = ("alpha", "beta", "gamma", "Smith", "Berlin", "house", "river", "order", "cloud")
WORD = st.sampled_from(WORDS)
PHRASE = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
TRICKY = st.one_of(
    PHRASE,
    st.just(""),
    st.builds("{}, {}".format, WORD, WORD),
    st.builds("{};{}|{}".format, WORD, WORD, WORD),
    st.builds("{}\n{}".format, WORD, WORD),
    st.builds("it's {}".format, WORD),
)
NUMBER = st.integers(-1000, 10**6).map(str)
DATE = st.dates().map(str)
CODE = st.builds("{}-{}".format, st.sampled_from("ABC"), st.integers(100, 999))
CELLS = [NUMBER, DATE, CODE, WORD, PHRASE, TRICKY, st.floats(0, 1e6).map("{:.2f}".format)]


@st.composite
def tables(draw, cells=CELLS):
    """Rows of text with a header, at least one column of numbers among them."""
    kinds = [NUMBER, *draw(st.lists(st.sampled_from(cells), min_size=1, max_size=5))]
    kinds = draw(st.permutations(kinds))
    names = [f"{draw(WORD)}_{place}" for place in range(len(kinds))]
    rows = draw(st.lists(st.tuples(*kinds), min_size=4, max_size=12))
    return [names, *map(list, rows)]


def written(rows, *, delimiter, quote='"', escape="", everywhere=False, newline="\n", last=True):
    """A table as a well-formed text; `escape` is empty where quotes are doubled."""

    def cell(text):
        special = [delimiter, delimiter.strip() or delimiter, quote, "\n", "\r"]
        plain = not any(sign in text for sign in special) and text.strip() == text
        if plain and not everywhere and (text or delimiter != " "):
            return text
        return quote + text.replace(quote, (escape or quote) + quote) + quote

    return newline.join(delimiter.join(map(cell, row)) for row in rows) + newline * last


@settings(max_examples=250, deadline=None)
@given(
    rows=tables(),
    delimiter=st.sampled_from(DELIMITERS),
    quote=st.sampled_from("\"'"),
    escape=st.sampled_from(["", "\\"]),
    everywhere=st.booleans(),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    last=st.booleans(),
)
def test_any_table_in_any_dialect_reads_back(rows, newline, **dialect):
    """Whatever is written in a well-formed dialect is read as the same cells, with no warning."""
    rows = [[cell.replace("\n", newline) for cell in row] for row in rows]
    found, result = read_rows(written(rows, newline=newline, **dialect))
    assert result.report.warnings == ()
    assert found == rows


@settings(max_examples=60, deadline=None)
@given(rows=tables(), delimiter=st.sampled_from([",", ";", "\t", "|"]))
def test_quotes_everywhere_are_nothing_but_quotes(rows, delimiter):
    """Quotes around every cell are no part of the cells."""
    assert read_rows(written(rows, delimiter=delimiter, everywhere=True))[0] == rows


def test_quotes_that_are_never_doubled_are_a_dialect():
    """Several cells with plain quotes inside, and none doubled, are read as they are meant."""
    text = 'id,size,note\n1,"5" pipe","a, b"\n2,"6" pipe","c, d"\n3,"7"","e"\n'
    rows, result = read_rows(text)
    assert rows[1:] == [["1", '5" pipe', "a, b"], ["2", '6" pipe', "c, d"], ["3", '7"', "e"]]
    assert result.report.warnings == ()
    assert any("quotes inside quoted cells as they are" in note for note in result.report.notes)


def test_apostrophes_in_words_are_no_quotes():
    """Apostrophes within cells, and single ones at their start, quote nothing."""
    text = "id,title\n1,Rock 'n' Roll\n2,'Tis the season\n3,Don't\n"
    rows, result = read_rows(text)
    assert rows == lines_of(text)
    assert result.report.warnings == ()


def test_inches_in_a_text_without_quotes_are_signs():
    """Double quotes that wrap no cell at all are signs like others."""
    text = 'id\tpipe\n1\t5" long\n2\t6" long\n3\t7" long\n4\t8" long\n'
    rows, result = read_rows(text)
    assert rows == lines_of(text, "\t")
    assert result.report.warnings == ()


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a | b | c\n1 | 2 | 3\n4 | 5 | 6\n", " | "),
        ("name      age  city\nAnna       23  Rome\nBob Lee    31  Oslo\n", "  "),
        ("sep=;\na;b\n1;2\n3;4\n", ";"),
        ("a;b\n1,5;2,5\n3,5;4,5\n", ";"),
        ("a\tb\n1,5\t2,5\n3,5\t4,5\n", "\t"),
        ("time::site\n10:15::https://x.org\n11:20::https://y.org\n", "::"),
        ("# by me\n# for you, and, all\na;b\n1;2\n3;4\n", ";"),
        ("price\n1,5\n2,5\n3,7\n", ""),
        ("at\n10:15\n11:20\n12:25\n", ""),
        ("at\n2020-01-01 10:15\n2020-01-02 11:20\n2020-01-03 12:25\n", ""),
        ("fruit\napple,pear\nplum\ncherry,fig,grape,melon\nkiwi\n", ""),
    ],
)
def test_the_delimiter_is_found(text, delimiter):
    """Spaced, aligned, announced and multi-character delimiters are told from signs in cells."""
    assert read_rows(text)[1].report.delimiter == delimiter


def test_the_whole_text_decides():
    """What the first lines look like does not bind the rest."""
    text = "a;b\n" + "1,5;2,5\n" * 20 + "".join(f"{i};text\n" for i in range(5000))
    rows, result = read_rows(text)
    assert result.report.delimiter == ";"
    assert len(rows) == 5021
    assert result.report.warnings == ()


def test_told_lines_are_skipped():
    """Lines the person wants skipped are no part of the table, whatever they hold."""
    rows, result = read_rows('x;"y\nz;;;\na;b\n1;2\n3;4\n5\n', skip=2)
    assert rows == [["a", "b"], ["1", "2"], ["3", "4"], ["5", ""]]
    assert result.report.warnings[0].startswith("Line 6: 1 cell instead of 2")


def test_a_told_quote_is_obeyed():
    """A quote, or none, that the person names is used."""
    assert read_rows("a,b\n'x',1\n'y',2\n", quote="")[0][1] == ["'x'", "1"]
    assert read_rows("a,b\n'x,z',1\n'y',2\n", quote="'")[0][1] == ["x,z", "1"]
