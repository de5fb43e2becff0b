"""Summaries are exact where they promise it, mergeable, and survive storage."""

from __future__ import annotations

import datetime
import decimal
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.drift.samples import SHAPES, mixed_table, pairs, seeds
from tools.errors import BadRequest, NotFound, Refused
from tools.summaries.cells import NumericCounts, quantile
from tools.summaries.levels import MAX_VALUES, CategoryCounts
from tools.summaries.summary import (
    CategorySummary,
    ColumnCounts,
    Counts,
    NumericSummary,
    Skipped,
    count_into,
    dump_summary,
    load_summary,
    merge,
    summarise,
)

MODEST = settings(max_examples=40, deadline=None)


def numeric(values: object, kind: pa.DataType | None = None) -> NumericSummary:
    """The summary of one column of numbers."""
    column = summarise(pa.table({"x": pa.array(values, kind)})).columns[0]
    assert isinstance(column, NumericSummary)
    return column


def count_one(reference: object, current: object) -> ColumnCounts:
    """One column counted into another."""
    summary = summarise(pa.table({"x": pa.array(reference)}))
    return count_into(summary, pa.table({"x": pa.array(current)})).columns["x"]


def without_sums(counts: Counts) -> dict[str, object]:
    """Counts without their sums of floats, which depend on the order of adding."""
    return {
        name: (c.rows, c.missing, c.below, c.above, c.cells, c.minimum, c.maximum)
        if isinstance(c, NumericCounts)
        else (c.rows, c.missing, c.kept, c.other)
        for name, c in counts.columns.items()
    }


@given(seeds, st.lists(st.integers(0, 300), max_size=4))
@MODEST
def test_parts_merge_to_the_whole(seed: int, cuts: list[int]) -> None:
    """Counts of any parts add up to the counts of the whole."""
    rng = np.random.default_rng(seed)
    reference, current = summarise(mixed_table(rng, 500)), mixed_table(rng, 300)
    whole = count_into(reference, current)
    borders = [0, *sorted(cuts), 300]
    merged: Counts | None = None
    for start, stop in pairwise(borders):
        part = count_into(reference, current.slice(start, stop - start))
        merged = merge(merged, part) if merged else part
    assert merged is not None
    assert merged.rows == whole.rows
    assert without_sums(merged) == without_sums(whole)
    for name, counts in whole.columns.items():
        if isinstance(counts, NumericCounts):
            sums = merged.columns[name].sums  # type: ignore[union-attr]
            assert sums == pytest.approx(counts.sums, rel=1e-9, abs=1e-6)


def assert_exact(first: np.ndarray, second: np.ndarray) -> None:
    """Compare cells and sums with those found value by value."""
    reference, counts = numeric(first), count_one(first, second)
    assert isinstance(counts, NumericCounts)
    edges = np.array(reference.edges, second.dtype if second.dtype != bool else np.int64)
    place = np.searchsorted(edges, second, "left") + np.searchsorted(edges, second, "right")
    assert counts.cells == tuple(np.bincount(place, minlength=2 * len(edges) + 1).tolist())
    assert (counts.minimum, counts.maximum) == (second.min(), second.max())
    left = np.concatenate((edges[:1], edges)).astype(np.longdouble)[(place + 1) // 2]
    offsets = np.where(place % 2 == 0, second.astype(np.longdouble) - left, 0)
    sums = np.bincount(place // 2, offsets.astype(np.float64), minlength=len(edges) + 1)
    scale = float(np.ptp(np.concatenate((second, edges)).astype(np.float64))) + 1
    assert counts.sums == pytest.approx(sums, rel=1e-6, abs=1e-6 * scale)


@given(pairs())
@MODEST
def test_cells_are_exact(samples: tuple[np.ndarray, np.ndarray]) -> None:
    """Every value is in the cell that its edges say, and its offset in that gap's sum."""
    assert_exact(*samples)


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_many_values_are_counted_exactly(shape: str) -> None:
    """The short way that many values take gives the same counts, for any shape."""
    rng = np.random.default_rng(8)
    assert_exact(SHAPES[shape](rng, 150_000), SHAPES[shape](rng, 60_000))


def test_many_values_of_any_size() -> None:
    """The short way holds where offsets overflow, and with NaN and infinity among the values."""
    rng = np.random.default_rng(9)
    huge = rng.uniform(-1.7, 1.7, size=60_000) * 1e308
    values = np.concatenate((huge, [np.nan, np.inf, -np.inf]))
    whole, finite = count_one(huge, values), count_one(huge, values[:60_000])
    assert isinstance(whole, NumericCounts)
    assert isinstance(finite, NumericCounts)
    assert whole.cells == finite.cells
    assert np.isfinite(whole.sums).all()
    assert (whole.missing, whole.below, whole.above) == (1, 1, 1)


@given(pairs())
@MODEST
def test_own_summary_counts_itself(samples: tuple[np.ndarray, np.ndarray]) -> None:
    """The reference counted into its own summary gives the reference's counts."""
    assert count_one(samples[0], samples[0]) == numeric(samples[0]).counts


@given(seeds)
@MODEST
def test_stored_and_loaded(seed: int) -> None:
    """A summary is the same after storage, bit by bit, and equal summaries are equal bytes."""
    summary = summarise(mixed_table(np.random.default_rng(seed), 400))
    data = dump_summary(summary)
    assert load_summary(data) == summary
    assert dump_summary(load_summary(data)) == data


@pytest.mark.parametrize(
    "data", [b"", b"PAR1", b"\x1f\x8b broken", dump_summary(summarise(pa.table({"a": [1]})))[:-9]]
)
def test_broken_summary_is_refused(data: bytes) -> None:
    """Bytes that are no summary are refused in words."""
    with pytest.raises(Refused, match="not a drift summary"):
        load_summary(data)


def test_size_is_bounded() -> None:
    """A summary of many rows stays small."""
    rng = np.random.default_rng(0)
    table = pa.table({f"x{i}": rng.normal(size=200_000) for i in range(4)})
    assert len(dump_summary(summarise(table))) < 4 * 30_000


def test_sources_agree(tmp_path: Path) -> None:
    """A table, a dataset and a Parquet file of the same rows have the same summary."""
    table = mixed_table(np.random.default_rng(1), 3_000)
    path = tmp_path / "table.parquet"
    pq.write_table(table, path, row_group_size=700)
    summary = summarise(table)
    assert summarise(path) == summary
    assert summarise(str(path)) == summary
    assert summarise(ds.dataset(path)) == summary
    other = mixed_table(np.random.default_rng(2), 2_000)
    pq.write_table(other, path, row_group_size=600)
    assert without_sums(count_into(summary, path)) == without_sums(count_into(summary, other))


def test_long_columns_come_in_parts() -> None:
    """Over four million rows the edges come from a sample, and the counts are still exact."""
    rng = np.random.default_rng(4)
    small, large = rng.normal(size=4_500_000).astype(np.float32), rng.poisson(4, 4_500_000)
    names = pa.array(["a", "b", None]).take(pa.array(rng.integers(0, 3, 4_500_000)))
    table = pa.table({"small": small, "large": large.astype(np.int8), "name": names})
    summary = summarise(table)
    by_name = {column.name: column for column in summary.columns}
    first, second, third = by_name["small"], by_name["large"], by_name["name"]
    assert isinstance(first, NumericSummary)
    assert isinstance(second, NumericSummary)
    assert isinstance(third, CategorySummary)
    assert (first.counts.minimum, first.counts.maximum) == (small.min(), small.max())
    assert sum(first.counts.cells) == 4_500_000
    assert max(first.counts.cells) < 3 * 4_500_000 / 1024
    assert second.few
    assert second.counts.cells[1::2] == tuple(np.unique(large, return_counts=True)[1].tolist())
    assert third.counts.missing == names.null_count
    assert count_into(summary, table).columns["small"] == first.counts


def test_nan_infinity_and_null_are_apart() -> None:
    """Nothing that is no number touches the cells."""
    nan, inf = float("nan"), float("inf")
    counts = numeric([1.0, nan, inf, -inf, None, 2.0, inf]).counts
    assert (counts.rows, counts.missing, counts.below, counts.above) == (7, 2, 1, 2)
    assert (counts.cells, counts.minimum, counts.maximum) == ((0, 1, 0, 1, 0), 1.0, 2.0)


def test_no_time_is_missing() -> None:
    """A date that is not a date (NaT) is missing."""
    when = np.array(["2026-01-01", "NaT", "2026-01-03"], "datetime64[ns]")
    column = numeric(when)
    assert (column.kind, column.counts.missing, column.counts.finite) == ("datetime", 1, 2)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (np.array([0.1, 0.2, 0.7]), np.array([0.1, 0.2, 0.7], np.float32)),
        (np.array([0.1, 0.2, 0.7], np.float32), np.array([0.1, 0.2, 0.7])),
        (np.array([1, 2, 3]), np.array([1.0, 2.0, 3.0])),
        (np.array([1.0, 2.0, 3.0]), np.array([1, 2, 3], np.uint8)),
        (np.array([1, 2, 3], np.uint64), np.array([1, 2, 3], np.float16)),
        (np.array([0, 1, 1], bool), np.array([0, 1, 1])),
        (
            np.array(["2026-01-01", "2026-01-02"], "datetime64[ns]"),
            np.array(["2026-01-01", "2026-01-02"], "datetime64[s]"),
        ),
    ],
)
def test_equal_values_of_other_types_are_equal(first: np.ndarray, second: np.ndarray) -> None:
    """The same values in another width, unit or type fall into the same cells."""
    counts = count_one(first, second)
    assert isinstance(counts, NumericCounts)
    assert counts.cells == numeric(first).counts.cells


def test_widths_that_would_join_edges() -> None:
    """Where float32 cannot tell two edges apart, values are compared as they are."""
    first = np.array([1e9, 1e9 + 1, 1e9 + 2])
    counts = count_one(first, first.astype(np.float32))
    assert isinstance(counts, NumericCounts)
    assert counts.cells == (0, 3, 0, 0, 0, 0, 0)


def test_large_ids_stay_apart() -> None:
    """64-bit ids that float64 would make equal have cells of their own."""
    ids = [2**62, 2**62 + 1, 2**62 + 2]
    assert numeric(ids).edges == tuple(ids)
    assert numeric([0, 2**64 - 1], pa.uint64()).edges == (0.0, 2.0**64)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([datetime.date(2026, 1, 1), None], "datetime"),
        ([datetime.time(12, 30), None], "number"),
        ([datetime.timedelta(hours=1), None], "number"),
        ([decimal.Decimal("1.50"), None], "number"),
        ([True, None], "truth"),
        ([1, None], "number"),
    ],
)
def test_kinds_of_numbers(values: list[object], kind: str) -> None:
    """Whatever has an order is counted as a number, its gaps as missing."""
    column = numeric(values)
    assert (column.kind, column.counts.missing, column.counts.finite) == (kind, 1, 1)


def test_quantiles_from_cells() -> None:
    """Quantiles read from the cells are right to a thousandth of the rows."""
    values = np.random.default_rng(6).normal(size=100_000)
    column = numeric(values)
    assert column.quartiles == pytest.approx(np.quantile(values, [0.25, 0.5, 0.75]), abs=0.01)
    for share in (0.01, 0.5, 0.9):
        expected = np.quantile(values, share)
        assert quantile(share, column.counts, column.edges) == pytest.approx(expected, abs=0.02)


def test_categories_are_complete_up_to_a_limit() -> None:
    """Every value is kept, with its rows; null is missing, the empty text is a value."""
    column = summarise(pa.table({"x": ["b", "a", "b", "", None]})).columns[0]
    expected = CategoryCounts(rows=5, missing=1, kept=(2, 1, 1), other=0)
    assert column == CategorySummary("x", ("b", "", "a"), complete=True, counts=expected)


def test_of_too_many_categories_the_common_are_kept() -> None:
    """Beyond the limit only common values are kept, and it says so."""
    names = [f"n{i}" for i in range(MAX_VALUES + 1)] + ["often"] * 500
    column = summarise(pa.table({"x": names})).columns[0]
    assert isinstance(column, CategorySummary)
    assert (column.values, column.complete) == (("often",), False)
    assert (column.counts.kept, column.counts.other) == ((500,), MAX_VALUES + 1)


def test_ids_from_a_file(tmp_path: Path) -> None:
    """Text that hardly repeats, for which a file has no dictionary, is counted as in a table."""
    names = ["often" if i % 2 else f"customer {i}" for i in range(300_000)]
    table, path = pa.table({"x": names}), tmp_path / "ids.parquet"
    pq.write_table(table, path)
    summary = summarise(path)
    column = summary.columns[0]
    assert summary == summarise(table)
    assert isinstance(column, CategorySummary)
    assert (column.values, column.counts.kept) == (("often",), (150_000,))
    counts = count_into(summary, path).columns["x"]
    assert isinstance(counts, CategoryCounts)
    assert (counts.other, counts.missing) == (150_000, 0)


def test_dictionaries_with_nulls_and_leftovers() -> None:
    """Dictionary columns count what rows hold, not what the dictionary lists."""
    dictionary = pa.array(["a", None, "unused"])
    rows = pa.DictionaryArray.from_arrays(pa.array([0, 1, 0, None], pa.int8()), dictionary)
    column = summarise(pa.table({"x": rows})).columns[0]
    expected = CategoryCounts(rows=4, missing=2, kept=(2,), other=0)
    assert column == CategorySummary("x", ("a",), complete=True, counts=expected)


def test_new_values_are_counted_and_named() -> None:
    """What the reference does not know is counted, with the most frequent as examples."""
    counts = count_one(["a", "b"], ["a", "new", "newer", "newer", None])
    expected = CategoryCounts(5, 1, (1, 0), 3, (("newer", 2), ("new", 1)))
    assert counts == expected


def test_what_cannot_be_compared_is_told() -> None:
    """Lost, nested, empty and retyped columns are left out with a reason."""
    reference = pa.table(
        {
            "same": [1.0, 2.0],
            "lost": [1, 2],
            "retyped": ["1", "2"],
            "nested": [[1], [2]],
            "empty": pa.nulls(2),
            "emptied": [1, 2],
        }
    )
    current = pa.table({"same": [1, 2], "retyped": [1, 2], "emptied": pa.nulls(2), "added": [1, 2]})
    summary = summarise(reference)
    counts = count_into(summary, current)
    assert summary.skipped == (
        Skipped("nested", "is of type list<item: int64>"),
        Skipped("empty", "holds no values"),
    )
    assert counts.skipped == (
        Skipped("lost", "is missing from the current data"),
        Skipped("retyped", "holds numbers, the reference text"),
    )
    assert list(counts.columns) == ["same", "emptied"]


def test_chosen_columns() -> None:
    """Only the columns asked for are summarised; one that does not exist is an error."""
    table = pa.table({"a": [1], "b": [2]})
    assert [column.name for column in summarise(table, columns=["b"]).columns] == ["b"]
    with pytest.raises(BadRequest, match="no column c"):
        summarise(table, columns=["c"])


def test_saved_index_is_no_column() -> None:
    """The row index that pandas stores beside the columns is not compared."""
    table = pa.table({"a": [1], "__index_level_0__": [7]})
    assert [column.name for column in summarise(table).columns] == ["a"]


def test_empty_table() -> None:
    """No rows are no error."""
    table = pa.table({"x": pa.array([], pa.float64()), "y": pa.array([], pa.string())})
    summary = summarise(table)
    assert load_summary(dump_summary(summary)) == summary
    assert [c.rows for c in count_into(summary, table).columns.values()] == [0, 0]


def test_files_that_are_not_there_or_not_parquet(tmp_path: Path) -> None:
    """A wrong path and a wrong format are errors in words."""
    with pytest.raises(NotFound, match="no file"):
        summarise(tmp_path / "none.parquet")
    text = tmp_path / "text.parquet"
    text.write_text("a,b\n1,2\n")
    with pytest.raises(Refused, match="not a Parquet file"):
        summarise(text)


def test_damaged_pages(tmp_path: Path) -> None:
    """A Parquet file with damaged data is refused with the column's name."""
    path = tmp_path / "damaged.parquet"
    pq.write_table(pa.table({"value": np.arange(5_000.0)}), path, use_dictionary=False)
    data = bytearray(path.read_bytes())
    data[4:400] = b"\xff" * 396
    path.write_bytes(data)
    with pytest.raises(Refused, match="Column value"):
        summarise(path)
