"""Drift is found where it is, not found where it is not, and told in words."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings

from tests.tools.drift.samples import mixed_table, pairs
from tools.drift.detect import THRESHOLDS, DriftSettings, detect
from tools.drift.plot import drift_figure
from tools.drift.result import ColumnDrift, DriftResult, dump_result, load_result
from tools.summaries.summary import count_into, summarise


def check(first: pa.Table, second: pa.Table) -> DriftResult:
    """Compare two tables."""
    reference = summarise(first)
    return detect(reference, count_into(reference, second))


def column(first: object, second: object) -> ColumnDrift:
    """Compare two columns."""
    return check(pa.table({"x": pa.array(first)}), pa.table({"x": pa.array(second)})).columns[0]


@pytest.mark.parametrize("seed", range(6))
def test_planted_columns_are_found(seed: int) -> None:
    """Exactly the numeric column moved by 0.3 σ and the re-weighted category are flagged."""
    rng = np.random.default_rng(seed)
    result = check(mixed_table(rng, 20_000), mixed_table(rng, 20_000, shifted=True))
    assert set(result.flagged) == {"moved", "mix"}
    assert result.sentence.startswith("2 of 12 columns drifted: m")


@pytest.mark.parametrize("rows", [150, 1_000, 20_000])
def test_twins_are_not_flagged(rows: int) -> None:
    """Unshifted twins raise no alarm, whatever the shape of a column and the number of rows."""
    for seed in range(12):
        rng = np.random.default_rng(1_000 + seed)
        result = check(mixed_table(rng, 5_000), mixed_table(rng, rows))
        assert result.flagged == ()
        assert result.enough_rows


def test_small_shifts_are_found_from_a_thousand_rows() -> None:
    """0.3 σ and a spread of 1.3 are found in nearly every sample of a thousand rows."""
    found = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        first = pa.table({"move": rng.normal(size=20_000), "scale": rng.normal(size=20_000)})
        second = pa.table({"move": rng.normal(0.3, 1, 1_000), "scale": rng.normal(0, 1.3, 1_000)})
        found += check(first, second).flagged
    assert len(found) >= 79


@pytest.mark.parametrize(
    ("first", "second", "method", "words"),
    [
        (["a", "b"] * 500, ["a", "b", "c", "b"] * 250, "new_categories", "25.0% of values are new"),
        ([1.0, 2.5] * 500, [1.0, 2.5, None, 2.5] * 250, "missing", "0.0% → 25.0%"),
        ([True, False] * 500, [True, False, True, True] * 250, "chi_square", "true 50.0% → 75.0%"),
        (np.arange(1_000), np.arange(1_000) + 200, "ks", "Higher values: median 499 → 699."),
        (np.arange(1_000), np.arange(1_000) * 0.5 + 250, "ks", "Less spread out"),
        (
            np.arange(2_000) / 7,
            np.append(np.arange(1_980) / 7, [1e6] * 20),
            "wasserstein",
            "outside the reference's range",
        ),
        (
            np.arange("2026-01-01", "2026-03-01", 3600, dtype="datetime64[s]"),
            np.arange("2026-02-01", "2026-04-01", 3600, dtype="datetime64[s]"),
            "ks",
            "Later values: median 2026-01-30 → above 2026-02-28.",
        ),
    ],
)
def test_every_kind_of_change(first: object, second: object, method: str, words: str) -> None:
    """Each kind of change is flagged by the method made for it, and told in words."""
    found = column(first, second)
    assert found.flagged
    assert found.method == method
    assert words in found.reason
    assert found.q_value < 0.01
    assert found.effect >= found.threshold == THRESHOLDS[method]


def test_many_categories_are_compared_by_jensen_shannon() -> None:
    """A column of many values is compared by Jensen–Shannon, less what chance adds."""
    rng = np.random.default_rng(0)
    names = np.array([f"n{i}" for i in range(200)])
    first, twin = rng.choice(names, 20_000), rng.choice(names, 20_000)
    assert not column(first, twin).flagged
    weights = np.where(np.arange(200) < 100, 1.2, 0.8) / 200
    found = column(first, rng.choice(names, 20_000, p=weights))
    assert (found.method, found.flagged) == ("jensen_shannon", True)


def test_large_samples_make_no_alarm_of_trifles() -> None:
    """A change that is certain but too small to matter is not flagged, and it says so."""
    rng = np.random.default_rng(0)
    found = column(rng.normal(size=200_000), rng.normal(0.05, 1, 200_000))
    assert (found.flagged, found.reason) == (False, "Changed, but too little to matter.")


def test_small_samples_make_no_alarm_of_chance() -> None:
    """A difference that chance may make is not flagged, and it says so."""
    rng = np.random.default_rng(2)
    found = column(rng.normal(size=5_000), rng.normal(0.1, 1, size=120))
    assert found.effect >= found.threshold
    assert not found.flagged
    assert found.reason == "Looks different, but so few rows may differ by chance."


def test_too_few_rows_are_no_verdict() -> None:
    """Under the minimum nothing is flagged, and the verdict is that there is none."""
    result = check(pa.table({"x": np.zeros(5_000)}), pa.table({"x": np.full(99, 9.0)}))
    assert (result.flagged, result.enough_rows) == ((), False)
    assert result.sentence == "Too few rows to judge: 99, and 100 are needed."
    assert result.columns[0].reason == "Fewer than 100 values to compare."


def test_settings_decide() -> None:
    """The minimum of rows and the thresholds are the caller's."""
    reference = summarise(pa.table({"x": np.zeros(50)}))
    counts = count_into(reference, pa.table({"x": np.ones(50)}))
    assert detect(reference, counts, settings=DriftSettings(min_rows=50)).flagged == ("x",)
    never = DriftSettings(min_rows=50, thresholds=dict.fromkeys(THRESHOLDS, 2.0))
    assert detect(reference, counts, settings=never).flagged == ()


@given(pairs())
@settings(max_examples=40, deadline=None)
def test_any_pair_gives_a_sound_result(samples: tuple[np.ndarray, np.ndarray]) -> None:
    """Whatever the data, chances and shares are within 0 and 1, and bars hold all rows."""
    found = column(*samples)
    assert 0 <= found.p_value <= found.q_value <= 1
    assert sum(bar.reference for bar in found.bins) == pytest.approx(1)
    assert sum(bar.current for bar in found.bins) == pytest.approx(1)
    assert all(bar.reference >= -1e-9 and bar.current >= -1e-9 for bar in found.bins)


def test_range_beyond_floats() -> None:
    """Values whose range overflows are judged, and stay valid JSON."""
    rng = np.random.default_rng(0)
    first, second = (rng.uniform(low, 1.7, size=2_000) * 1e308 for low in (-1.7, 0))
    result = check(pa.table({"x": first}), pa.table({"x": second}))
    assert result.flagged == ("x",)
    assert json.dumps(dump_result(result), allow_nan=False)
    assert drift_figure(result).startswith(b"\x89PNG")


def test_result_as_json() -> None:
    """A result survives JSON, which says the verdict too."""
    rng = np.random.default_rng(2)
    result = check(mixed_table(rng, 2_000), mixed_table(rng, 2_000, shifted=True))
    text = json.dumps(dump_result(result), allow_nan=False)
    assert load_result(json.loads(text)) == result
    assert json.loads(text)["flagged"] == list(result.flagged)
    assert 0 < result.share < 1


@pytest.mark.parametrize("shifted", [True, False])
def test_figure(shifted: bool) -> None:
    """Any result is drawn as a PNG."""
    rng = np.random.default_rng(3)
    first, second = mixed_table(rng, 800), mixed_table(rng, 800, shifted=shifted)
    assert drift_figure(check(first, second)).startswith(b"\x89PNG")


def test_figure_of_odd_columns() -> None:
    """Odd names, many new values, far tails, lost values and moved dates are drawn too."""
    days = np.arange("2026-01-01", "2026-01-31", 3600, dtype="datetime64[s]")
    size = len(days)
    first = {
        "$x^2$ and a very long name of a column, longer than any panel": np.arange(size) / 3,
        "emptied": np.arange(size) / 3,
        "when": days,
        "words": ["\x1b[31mred", "b"] * (size // 2),
    }
    second = {
        "$x^2$ and a very long name of a column, longer than any panel": np.full(size, 1e300),
        "emptied": np.full(size, np.nan),
        "when": days + np.timedelta64(300, "D"),
        "words": [f"w{i}" for i in range(size)],
    }
    result = check(pa.table(first), pa.table(second))
    assert len(result.flagged) == 4
    assert drift_figure(result).startswith(b"\x89PNG")


def test_figure_of_nothing() -> None:
    """A result without columns is drawn as its sentence."""
    result = DriftResult((), (), rows=0, reference_rows=0, min_rows=100)
    assert drift_figure(result).startswith(b"\x89PNG")
