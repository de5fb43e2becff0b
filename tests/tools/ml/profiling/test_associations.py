"""Associations are those that scipy and the textbooks find."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tools.ml.profiling import profile_table
from tools.ml.profiling.associations import correlation_ratio, correlations, cramers_v, ranks

seeds = st.integers(0, 2**32 - 1)


@settings(max_examples=40, deadline=None)
@given(seeds, st.sampled_from([12, 400]))
def test_correlations_are_those_of_scipy(seed, rows):
    """Pearson and Spearman agree with scipy on the rows that have both values."""
    rng = np.random.default_rng(seed)
    a = rng.lognormal(size=rows) * 1e6
    b = np.round(np.log(a) + rng.normal(size=rows), 1)
    assert correlations(np.column_stack([a, b]))[0, 1] == pytest.approx(stats.pearsonr(a, b)[0])
    ranked = np.column_stack([ranks(a), ranks(b)])
    assert correlations(ranked)[0, 1] == pytest.approx(stats.spearmanr(a, b)[0])
    gappy = np.where(rng.random(rows) < 0.2, np.nan, a)
    both = ~np.isnan(gappy)
    found = correlations(np.column_stack([gappy, b]))[0, 1]
    expected = np.nan if both.sum() < 10 else stats.pearsonr(gappy[both], b[both])[0]
    assert found == pytest.approx(expected, nan_ok=True)


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_cramers_v_is_scipys_without_its_bias(seed):
    """V follows from scipy's chi-square by Bergsma's correction, and is near 0 without a link."""
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, 4, 900), rng.integers(0, 3, 900)
    table = np.zeros((4, 3))
    np.add.at(table, (a, b), 1)
    phi = max(0.0, stats.chi2_contingency(table, correction=False)[0] / 900 - 6 / 899)
    expected = np.sqrt(phi / (min(4 - 9 / 899, 3 - 4 / 899) - 1))
    assert cramers_v(a, b) == pytest.approx(expected)
    assert cramers_v(a, b) < 0.2
    assert cramers_v(a, a) == pytest.approx(1.0)


def test_the_correlation_ratio_is_the_share_between_classes():
    """η is 1 where classes tell the number, about 0 where they tell nothing."""
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 5, 2_000)
    assert correlation_ratio(codes, codes * 3.0) == pytest.approx(1.0)
    assert correlation_ratio(codes, rng.normal(size=2_000)) < 0.06
    shifted = codes + rng.normal(size=2_000)
    groups = [shifted[codes == code] for code in range(5)]
    between = sum(len(g) * (g.mean() - shifted.mean()) ** 2 for g in groups)
    plain = between / ((shifted - shifted.mean()) ** 2).sum()
    assert correlation_ratio(codes, shifted) ** 2 == pytest.approx(1 - (1 - plain) * 1_999 / 1_995)


def test_every_pair_that_can_go_together_is_given_strongest_first():
    """Numbers get two measures, categories one, mixed pairs one; ids and texts none."""
    rng = np.random.default_rng(0)
    size = rng.normal(size=300)
    table = pd.DataFrame(
        {
            "id": np.arange(300),
            "size": size,
            "weight": size * 2 + rng.normal(size=300),
            "kind": pd.Series(rng.choice(["a", "b"], 300), dtype="str"),
            "flag": rng.random(300) < 0.5,
            "same": 1,
            "note": pd.Series([f"note {n} {rng.random()}" for n in range(300)], dtype="str"),
        }
    )
    profile = profile_table(table)
    found = {(each.a, each.b, each.measure) for each in profile.associations}
    assert found == {
        ("size", "weight", "pearson"),
        ("size", "weight", "spearman"),
        ("size", "kind", "correlation_ratio"),
        ("weight", "kind", "correlation_ratio"),
        ("size", "flag", "correlation_ratio"),
        ("weight", "flag", "correlation_ratio"),
        ("kind", "flag", "cramers_v"),
    }
    strengths = [abs(each.strength) for each in profile.associations]
    assert strengths == sorted(strengths, reverse=True)
    assert profile.association_rows == 300
