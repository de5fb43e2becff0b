"""Each method finds on the summary what scipy finds on the raw or on the binned data."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.distance import jensenshannon
from scipy.special import rel_entr

from tests.tools.drift.samples import pairs
from tools.drift import METHODS
from tools.drift.measure import Measure, binned
from tools.summaries.summary import (
    ColumnCounts,
    ColumnSummary,
    NumericSummary,
    count_into,
    summarise,
)

MODEST = settings(max_examples=60, deadline=None)
words = st.lists(st.sampled_from("abcdefgh"), min_size=20, max_size=400)


def sides(first: object, second: object) -> tuple[ColumnSummary, ColumnCounts]:
    """One column's reference summary, and current data counted into it."""
    reference = summarise(pa.table({"x": pa.array(first)}))
    counts = count_into(reference, pa.table({"x": pa.array(second)}))
    return reference.columns[0], counts.columns["x"]


def measure(method: str, first: object, second: object) -> Measure:
    found = METHODS[method](*sides(first, second))
    assert found is not None
    return found


@given(pairs())
@MODEST
def test_ks(samples: tuple[np.ndarray, np.ndarray]) -> None:
    """The KS distance is scipy's on the raw samples, less at most the mass of one cell."""
    reference, current = sides(*samples)
    assert isinstance(reference, NumericSummary)
    precise = [sample.astype(np.float64) for sample in samples]
    exact = stats.ks_2samp(*precise, method="asymp").statistic
    largest_gap = max(reference.counts.cells[::2]) / reference.counts.finite
    found = METHODS["ks"](reference, current)
    assert found is not None
    assert exact - largest_gap - 1e-12 <= found.statistic <= exact + 1e-12


@given(pairs())
@MODEST
def test_wasserstein(samples: tuple[np.ndarray, np.ndarray]) -> None:
    """The Wasserstein distance is a lower bound of scipy's, and exact when all values are edges."""
    first, second = (sample.astype(np.float64) for sample in samples)
    reference, current = sides(*samples)
    found = METHODS["wasserstein"](reference, current)
    if found is None:  # a constant column has no spread
        assert np.ptp(first) == 0
        return
    exact = stats.wasserstein_distance(first, second)
    slack = 1e-9 * (abs(exact) + np.ptp(np.concatenate((first, second))))
    assert found.statistic <= exact + slack
    if isinstance(reference, NumericSummary) and reference.few and not any(current.cells[::2]):
        assert found.statistic == pytest.approx(exact, abs=slack)


@pytest.mark.parametrize("move", [0.0, 0.3, 3.0])
def test_wasserstein_is_tight(move: float) -> None:
    """On light tails the bound loses at most a hundredth of the interquartile range."""
    rng = np.random.default_rng(5)
    first, second = rng.normal(size=20_000), rng.normal(move, 1.2, size=20_000)
    exact = stats.wasserstein_distance(first, second)
    found = measure("wasserstein", first, second)
    assert found.statistic == pytest.approx(exact, abs=0.0135)
    assert found.effect == pytest.approx(found.statistic / stats.iqr(first), rel=0.01)


def test_wasserstein_without_quartiles() -> None:
    """A column that is mostly one value is measured by its mean distance from the median."""
    first = np.concatenate((np.zeros(900), np.arange(100.0)))
    found = measure("wasserstein", first, first + 1)
    assert found.statistic == pytest.approx(1)
    assert found.effect == pytest.approx(1 / np.abs(first - np.median(first)).mean())


@given(words, words)
@MODEST
def test_chi_square_of_categories(first: list[str], second: list[str]) -> None:
    """Chi-square and its p-value are scipy's on the binned rows."""
    pair = binned(*sides(first, second))
    if pair is None:
        assert METHODS["chi_square"](*sides(first, second)) is None
        return
    expected = stats.chi2_contingency(np.array(pair), correction=False)
    found = measure("chi_square", first, second)
    assert found.statistic == pytest.approx(expected.statistic, rel=1e-9, abs=1e-9)
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-6, abs=1e-12)


@given(pairs())
@MODEST
def test_binned_numbers(samples: tuple[np.ndarray, np.ndarray]) -> None:
    """Chi-square, Jensen–Shannon and PSI of numbers are scipy's on the merged cells."""
    reference, current = sides(*samples)
    pair = binned(reference, current)
    if pair is None:
        return
    assert len(pair[0]) <= 11
    first, second = (rows / rows.sum() for rows in pair)
    distance = METHODS["jensen_shannon"](reference, current)
    assert distance is not None
    assert distance.statistic == pytest.approx(jensenshannon(first, second, base=2), abs=1e-7)
    first, second = (np.maximum(side, 1e-4) for side in (first, second))
    symmetric = np.sum(rel_entr(first, second) + rel_entr(second, first))
    index = METHODS["psi"](reference, current)
    assert index is not None
    assert index.statistic == pytest.approx(symmetric, rel=1e-9, abs=1e-12)


def test_bins_hold_the_same_rows_as_a_histogram() -> None:
    """The ten merged bins are ordinary bins: their borders are edges, their rows are exact."""
    rng = np.random.default_rng(3)
    first, second = rng.normal(size=50_000), rng.normal(0.2, 1, size=30_000)
    pair = binned(*sides(first, second))
    assert pair is not None
    assert [rows.sum() for rows in pair] == [50_000, 30_000]
    assert pair[0] == pytest.approx([5_000] * 10, abs=60)
    borders = np.sort(first)[np.cumsum(pair[0])[:-1] - 1]
    expected = np.diff([0, *np.searchsorted(np.sort(second), borders, "right"), 30_000])
    assert pair[1] == pytest.approx(expected, abs=60)


def test_missing() -> None:
    """Null, NaN and infinite all are missing; the p-value is Fisher's, doubled for two sides."""
    first = [1.0, 2.0, None, 4.0] * 50
    second = [1.0, float("nan"), float("inf"), None] * 50
    found = measure("missing", first, second)
    assert found.statistic == pytest.approx(0.5)
    one_sided = stats.fisher_exact([[150, 50], [50, 150]], alternative="greater").pvalue
    assert found.p_value == pytest.approx(2 * one_sided)


def test_missing_has_nothing_to_say_when_nothing_is_missing() -> None:
    """A column without gaps on either side is no test, so it costs the others nothing."""
    assert METHODS["missing"](*sides([1.0, 2.0], [2.0, 3.0])) is None


def test_new_categories() -> None:
    """Unseen values are counted exactly, and named."""
    first, second = ["a", "b"] * 100, ["a", "b", "new", "other"] * 50
    reference, current = sides(first, second)
    found = METHODS["new_categories"](reference, current)
    assert found is not None
    assert (found.statistic, found.effect) == (0.5, 0.5)
    assert found.p_value < 1e-9


def test_new_names_are_normal_where_every_name_is_new() -> None:
    """A column of names that hardly ever repeat is expected to bring new ones."""
    first, second = [f"n{i}" for i in range(500)], [f"m{i}" for i in range(500)]
    found = measure("new_categories", first, second)
    assert (found.statistic, found.effect) == (1.0, 0.0)


def test_methods_say_nothing_about_nothing() -> None:
    """Without a value on either side no method invents a finding, save that values are missing."""
    nothing = pa.array([None, None], pa.float64())
    for first, second in ((nothing, [1.0, 2.0]), ([1.0, 2.0], nothing)):
        said = {name for name, method in METHODS.items() if method(*sides(first, second))}
        assert said == {"missing"}
