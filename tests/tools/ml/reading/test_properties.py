"""Properties of the reader: any dialect reads back, nothing but typed refusals comes out."""

from __future__ import annotations

import csv
import gzip
import io
import string

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.errors import ToolError
from tools.ml.reading import ReadLimits, read_table

SPECIAL = {
    *{"na", "nan", "null", "nat", "none", "nil", "inf", "x"},
    *{"true", "false", "t", "f", "yes", "no", "y", "n", "on", "off"},
}
WORD = st.text(string.ascii_letters, min_size=1, max_size=8).filter(
    lambda word: word.lower() not in SPECIAL
)
PHRASE = st.lists(WORD, min_size=1, max_size=3).map(" ".join)
TRICKY = st.one_of(
    PHRASE,
    st.builds("{}, {}".format, WORD, WORD),
    st.builds('{} "{}"'.format, WORD, WORD),
    st.builds("{}; {}".format, WORD, WORD),
    st.builds("{}\n{}".format, WORD, WORD),
    st.builds("{}é{}".format, WORD, WORD),
)
INTEGER = st.integers(-(10**12), 10**12)
FLOAT = st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: value + 0.5)


@st.composite
def tables(draw, text=TRICKY):
    """Tables with at least one number column, so that the header is beyond doubt."""
    rows = draw(st.integers(3, 12))
    kinds = [INTEGER, *draw(st.lists(st.sampled_from([INTEGER, FLOAT, text]), max_size=4))]
    if len(kinds) == 1:
        kinds.append(FLOAT)
    kinds = draw(st.permutations(kinds))
    return {
        f"field_{place}": draw(st.lists(kind, min_size=rows, max_size=rows))
        for place, kind in enumerate(kinds)
    }


def written(columns, *, delimiter, quoting=csv.QUOTE_MINIMAL, newline="\n", quotechar='"'):
    target = io.StringIO()
    writer = csv.writer(
        target, delimiter=delimiter, quoting=quoting, lineterminator=newline, quotechar=quotechar
    )
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return target.getvalue()


def frame(columns):
    return pd.DataFrame(
        {
            name: pd.Series(values, dtype="str" if isinstance(values[0], str) else None)
            for name, values in columns.items()
        }
    )


DIALECTS = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from([",", ";", "\t", "|"]),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
        "newline": st.sampled_from(["\n", "\r\n"]),
    }
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le"])


@settings(max_examples=120, deadline=None)
@given(columns=tables(), dialect=DIALECTS, encoding=ENCODINGS, packed=st.booleans())
def test_any_dialect_reads_back(columns, dialect, encoding, packed):
    """What a CSV writer writes in any dialect and encoding reads back equal, without a warning."""
    data = written(columns, **dialect).encode(encoding)
    data = gzip.compress(data) if packed else data
    result = read_table(io.BytesIO(data), "table.csv", limits=ReadLimits(ratio=10_000))
    pd.testing.assert_frame_equal(result.table, frame(columns))
    assert result.report.warnings == ()
    assert result.report.delimiter == dialect["delimiter"]
    assert result.report.rows_touched == 0


@settings(max_examples=60, deadline=None)
@given(columns=tables(text=PHRASE), delimiter=st.sampled_from([",", ";", "\t", "|"]))
def test_single_quotes_read_back(columns, delimiter):
    """A dialect with single quotes reads back equal."""
    text = written(columns, delimiter=delimiter, quoting=csv.QUOTE_ALL, quotechar="'")
    result = read_table(io.BytesIO(text.encode()), "table.csv")
    pd.testing.assert_frame_equal(result.table, frame(columns))


@settings(max_examples=60, deadline=None)
@given(columns=tables(text=WORD), drop=st.data())
def test_gaps_read_as_missing(columns, drop):
    """Empty cells anywhere in a column read as missing and change nothing else."""
    name = drop.draw(st.sampled_from(sorted(columns)))
    rows = len(columns[name])
    gaps = drop.draw(st.sets(st.integers(0, rows - 1), min_size=1, max_size=rows - 1))
    holey = {
        key: ["" if key == name and row in gaps else value for row, value in enumerate(values)]
        for key, values in columns.items()
    }
    table = read_table(io.BytesIO(written(holey, delimiter=",").encode()), "table.csv").table
    expected = frame(columns)
    assert list(table[name].isna()) == [row in gaps for row in range(rows)]
    kept = [row for row in range(rows) if row not in gaps]
    assert table[name].iloc[kept].tolist() == expected[name].iloc[kept].tolist()
    others = [key for key in columns if key != name]
    pd.testing.assert_frame_equal(table[others], expected[others])


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_arbitrary_bytes_never_crash(data):
    """Arbitrary bytes give a table or a typed refusal, nothing else."""
    _outcome(data)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab1,;|\t \"'\n\r\\-.:/é%€(", max_size=120))
def test_arbitrary_signs_never_crash(text):
    """Any heap of delimiters, quotes and newlines gives a table or a typed refusal."""
    _outcome(text.encode())


@settings(max_examples=80, deadline=None)
@given(
    start=st.sampled_from([b"\x1f\x8b", b"PK\x03\x04", b"PAR1", b"\xff\xfe", b"{", b"[", b"%PDF"]),
    rest=st.binary(max_size=200),
)
def test_broken_containers_never_crash(start, rest):
    """A broken container of any kind gives a typed refusal or a table."""
    _outcome(start + rest)


def _outcome(data):
    result, error = _read(data)
    if error is not None:
        assert error.message
        assert error.hint
    else:
        assert len(result.table) == result.report.rows > 0
        assert list(result.table.columns) == list(dict.fromkeys(result.table.columns))


def _read(data):
    try:
        return read_table(io.BytesIO(data), "f.csv"), None
    except ToolError as error:
        return None, error
