"""Chances under "nothing changed" agree with scipy's."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from tools.drift.significance import chi_square_sf, corrected, kolmogorov_sf, more_often


@given(st.floats(0, 1e5), st.integers(1, 5_000))
@settings(max_examples=200, deadline=None)
def test_chi_square(statistic: float, freedom: int) -> None:
    """The chi-square tail is scipy's for any value and any number of bins."""
    expected = special.chdtrc(freedom, statistic)
    assert chi_square_sf(statistic, freedom) == pytest.approx(expected, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("size", [100, 1_000, 100_000])
@pytest.mark.parametrize("scaled", [0.1, 0.5, 0.9, 1.36, 2.0, 2.5])
def test_kolmogorov(size: int, scaled: float) -> None:
    """The chance of a KS distance is scipy's finite-sample one, for small samples too."""
    distance = scaled / (size / 2) ** 0.5
    expected = stats.kstwo.sf(distance, size / 2)
    assert kolmogorov_sf(distance, size, size) == pytest.approx(expected, rel=0.1, abs=1e-9)


@given(st.integers(0, 300), st.integers(1, 300), st.integers(0, 300), st.integers(1, 300))
@settings(max_examples=200, deadline=None)
def test_more_often(hits: int, misses: int, reference_hits: int, reference_misses: int) -> None:
    """The chance of so many more hits is Fisher's exact one-sided test."""
    table = [[hits, misses], [reference_hits, reference_misses]]
    expected = stats.fisher_exact(table, alternative="greater").pvalue
    found = more_often(hits, hits + misses, reference_hits, reference_hits + reference_misses)
    above = hits * (reference_hits + reference_misses) > reference_hits * (hits + misses)
    assert found == pytest.approx(expected if above else 1.0, rel=1e-6, abs=1e-12)


def test_more_often_of_millions() -> None:
    """A million rows on each side take no time and no overflow."""
    assert more_often(200_000, 1_000_000, 1_000, 1_000_000) == 0.0
    assert more_often(1_020, 1_000_000, 1_000, 1_000_000) == pytest.approx(0.336, abs=0.01)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50))
@settings(max_examples=100, deadline=None)
def test_corrected(p_values: list[float]) -> None:
    """q-values are scipy's Benjamini–Hochberg correction, in the order given."""
    assert corrected(p_values) == pytest.approx(stats.false_discovery_control(p_values).tolist())


def test_corrected_of_nothing() -> None:
    """No tests, no q-values."""
    assert corrected([]) == []
