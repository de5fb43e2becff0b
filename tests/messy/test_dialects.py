"""Any table written in any dialect reads back the same, and without a warning."""

from __future__ import annotations

import string

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.messy.dialects import Dialect
from tests.messy.readings import reading

WORD = st.text(string.ascii_lowercase, min_size=2, max_size=8)
NUMBER = st.one_of(
    st.integers(-9999, 99999).map(str),
    st.floats(-999, 999).map(lambda value: f"{value:.3f}"),
)
DAY = st.dates().map(str)
TRICKY = st.one_of(
    st.lists(WORD, min_size=1, max_size=5).map(" ".join),
    st.builds("{}, {}".format, WORD, WORD),
    st.builds('{} "{}" {}'.format, WORD, WORD, WORD),
    st.builds("{}; {}".format, WORD, WORD),
    st.builds("{}'s {}".format, WORD, WORD),
    st.builds("{}\n{}".format, WORD, WORD),
    st.builds("{}|{}\t{}".format, WORD, WORD, WORD),
    st.builds("é{}ß".format, WORD),
    st.just(""),
)
KINDS = {"word": WORD, "number": NUMBER, "day": DAY, "tricky": TRICKY}
DIALECTS = st.builds(
    Dialect,
    delimiter=st.sampled_from([",", ";", "\t", "|", "||", ", "]),
    quote=st.sampled_from(['"', "'"]),
    escape=st.sampled_from(["", "\\"]),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-be", "utf-32-le"]),
    everywhere=st.booleans(),
    final=st.booleans(),
)


@st.composite
def grids(draw, kinds=("word", "number", "day", "tricky"), least=1):
    """A header and rows; a first column of numbers keeps the header beyond doubt."""
    rows = draw(st.integers(4, 14))
    chosen = ["number", *draw(st.lists(st.sampled_from(kinds), min_size=least, max_size=4))]
    cells = [draw(st.lists(KINDS[kind], min_size=rows, max_size=rows)) for kind in chosen]
    names = tuple(f"{kind}_{place}" for place, kind in enumerate(chosen))
    return (names, *zip(*cells, strict=True))


@settings(max_examples=250, deadline=None, derandomize=True)
@given(grids(), DIALECTS)
def test_any_dialect_reads_back(grid, dialect):
    """Delimiter × quote × escape × newline × encoding × quotes everywhere or where needed."""
    found = reading(dialect.bytes(grid))
    assert (grid, ()) == (found.grid, found.warnings)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(grids(("word", "number", "day"), least=2), st.sampled_from([" ", ":"]), st.booleans())
def test_rare_delimiters_read_back(grid, delimiter, everywhere):
    """Spaces and colons between three or more plain cells, too; two could be words of one."""
    found = reading(Dialect(delimiter, everywhere=everywhere).bytes(grid))
    assert (grid, ()) == (found.grid, found.warnings)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(grids(kinds=("word", "number", "day")), DIALECTS)
def test_a_table_without_header_reads_back(grid, dialect):
    """Rows alone are rows alone: no name is made of the first."""
    rows = grid[1:]
    assume(len(set(rows)) == len(rows))
    found = reading(dialect.bytes(rows))
    assert (rows, False, ()) == (found.grid, found.header, found.warnings)
