"""Tallies are exact, merge exactly, and give the summaries that drift compares."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.tools.drift.samples import SHAPES, seeds
from tools.summaries.summary import NumericSummary, summarise
from tools.summaries.tallies import merge_tallies, summarise_tally, summarise_words, tally_numbers

MODEST = settings(max_examples=60, deadline=None)
DAY = 86_400_000_000

floats = hnp.arrays(np.float64, st.integers(0, 50), elements=st.floats(width=64))
cents = hnp.arrays(np.int64, st.integers(0, 50), elements=st.integers(-999, 999)).map(
    lambda values: values / 100
)
wholes = hnp.arrays(np.int64, st.integers(0, 50), elements=st.integers(-(2**62), 2**62))
days = hnp.arrays(np.int64, st.integers(0, 50), elements=st.integers(-9999, 9999)).map(
    lambda values: values * DAY
)
anything = st.one_of(floats, cents, wholes, days)


def counts(values):
    """Values and how often each comes, the slow way."""
    finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    found, rows = np.unique(finite, return_counts=True)
    return found.tolist(), rows.tolist()


@MODEST
@given(anything)
def test_a_tally_counts_every_value(values):
    """Whatever the numbers, each finite value is counted once, and nothing else is lost."""
    tally = tally_numbers(values, nulls=3)
    assert (tally.values.tolist(), tally.rows.tolist()) == counts(values)
    assert tally.missing == 3 + int(np.isnan(values.astype(float)).sum())
    assert (tally.below, tally.above) == (
        int((values == -np.inf).sum()),
        int((values == np.inf).sum()),
    )


@MODEST
@given(anything, st.integers(0, 50))
def test_merging_parts_equals_the_whole(values, cut):
    """The tally of two parts, merged, is the tally of the whole to the last bit."""
    whole = tally_numbers(values, nulls=2)
    merged = merge_tallies(tally_numbers(values[:cut], nulls=2), tally_numbers(values[cut:]))
    assert merged.values.tobytes() == whole.values.tobytes()
    assert merged.rows.tolist() == whole.rows.tolist()
    assert (merged.missing, merged.below, merged.above) == (whole.missing, whole.below, whole.above)
    if len(whole.values):
        assert summarise_tally("x", "number", merged) == summarise_tally("x", "number", whole)


@pytest.mark.parametrize("shape", sorted(SHAPES))
@pytest.mark.parametrize("rows", [1, 900, 6_000])
def test_a_tally_gives_the_summary_of_a_table(shape, rows):
    """A column summarised by its tally equals the same column summarised for a drift check."""
    values = SHAPES[shape](np.random.default_rng(rows), rows)
    direct = summarise(pa.table({"x": pa.array(values)})).columns[0]
    assert isinstance(direct, NumericSummary)
    tally = tally_numbers(values.astype(np.int64) if values.dtype == bool else values)
    through = summarise_tally("x", direct.kind, tally)
    assert without_sums(through) == without_sums(direct)
    np.testing.assert_allclose(through.counts.sums, direct.counts.sums, rtol=1e-6, atol=1e-6)


def without_sums(summary):
    """Sums of floats depend on the order of adding."""
    return replace(summary, counts=replace(summary.counts, sums=()))


@settings(max_examples=30, deadline=None)
@given(seeds, st.sampled_from([0, 1, 40, 20_000]), st.sampled_from([3, 12_000]))
def test_counted_texts_give_the_summary_of_a_table(seed, rows, kinds):
    """Texts that were counted elsewhere give the summary that a drift check would make of them."""
    rng = np.random.default_rng(seed)
    texts = [f"t{n}" for n in rng.integers(0, kinds, rows)]
    direct = summarise(pa.table({"x": pa.array([*texts, None], pa.string())})).columns[0]
    words, often = np.unique(np.array(texts, "U9"), return_counts=True)
    order = np.argsort(-often, kind="stable")
    through = summarise_words(
        "x",
        pa.array(words[order].tolist(), pa.string()),
        often[order],
        distinct=len(words),
        present=rows,
        missing=1,
    )
    assert through == direct


@pytest.mark.parametrize(
    "values",
    [
        np.round(np.random.default_rng(0).lognormal(3, 1, 5_000), 2),
        np.random.default_rng(0).integers(0, 90, 5_000),
        np.random.default_rng(0).integers(0, 20_000, 5_000) * DAY,
        np.append(np.round(np.random.default_rng(0).normal(size=5_000), 3), 0.1 + 0.2),
        np.arange(5_000)[::-1] * 7_919,
        np.random.default_rng(0).normal(size=5_000).astype(np.float32),
    ],
    ids=["cents", "ages", "days", "nearly decimals", "descending", "single precision"],
)
def test_ways_to_count_agree(values):
    """Counting by place, by decimals or by sorting gives the same."""
    tally = tally_numbers(values)
    assert (tally.values.tolist(), tally.rows.tolist()) == counts(values)
