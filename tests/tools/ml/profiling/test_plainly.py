"""The shortcut for plain cells never gives another answer than the reader."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.ml.profiling.plainly import plain_cells, untouched
from tools.ml.reading.column_types import type_column
from tools.ml.reading.missing import USUAL_MARKS

digits = st.text("0123456789", min_size=1, max_size=22)
shapes = st.tuples(
    st.sampled_from(["", "-", "+", "--", " "]),
    digits,
    st.sampled_from(["", ".", ",", "e"]),
    st.one_of(st.just(""), digits),
    st.sampled_from(["", "e5", "E-3", " ", "x", "%"]),
).map("".join)
usual = st.one_of(
    st.integers(-(2**64), 2**64).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.decimals(-1000, 1000, places=2).map(str),
)
cells = st.lists(st.one_of(st.none(), usual, shapes), min_size=1, max_size=6)


def strict(_):
    """No second look: long cells do not fit."""


def agrees(found, texts):
    """Whether the reader, given the same cells, says the same."""
    typed = type_column("x", pa.array(texts, pa.string()))
    return typed.values.cast(found.type).equals(found)


@settings(max_examples=400, deadline=None)
@given(cells, st.sampled_from([pa.int64(), pa.float64()]))
def test_plain_numbers_are_what_the_reader_reads(texts, kind):
    """Cells that are taken for plain numbers are the same numbers to the reader."""
    found = plain_cells(pa.array(texts, pa.string()), kind, strict)
    if found is not None and found.null_count < len(found):
        assert agrees(found, texts)


@pytest.mark.parametrize(
    "texts",
    [
        ["1", "-20", "300", None],
        ["0", "0", "7"],
        ["123456789012345678", "1"],
    ],
)
def test_whole_numbers_take_the_shortcut(texts):
    """What programs write as whole numbers needs no second look."""
    found = plain_cells(pa.array(texts, pa.string()), pa.int64(), strict)
    assert found is not None
    assert found.to_pylist() == [None if text is None else int(text) for text in texts]


def test_decimals_as_programs_write_them_take_the_shortcut():
    """Shortest exact decimals of ordinary numbers, as Python and pandas write them, are plain."""
    texts = [repr(value) for value in np.random.default_rng(0).normal(0, 100, 500).tolist()]
    texts += ["0.0", "-0.5", "12.25"]
    found = plain_cells(pa.array(texts, pa.string()), pa.float64(), strict)
    assert found is not None
    assert found.to_pylist() == [float(text) for text in texts]


@pytest.mark.parametrize("cell", ["NA", "", " x", "x ", "'=1", "–", "n/a", "no value\u00a0"])
def test_texts_that_may_mean_something_else_are_looked_at(cell):
    """One cell that may be a mark, shielded or padded, and the column is left to the reader."""
    texts = pa.array(["a plain sentence", cell or None, "another one"], pa.string())
    assert untouched(texts, USUAL_MARKS) == (cell == "")


def test_texts_that_mean_what_they_say_are_left_alone():
    """Plain texts longer than any mark need no second look."""
    assert untouched(pa.array(["9e107d9d372bb6826bd8", "1d3542a419d6f2bc0000"]), USUAL_MARKS)
