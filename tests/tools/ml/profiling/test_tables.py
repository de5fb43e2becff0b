"""A profile says what is in a table, what to beware of, and what could be predicted."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tools.ml.profiling import QUANTILES, dump_profile, kind_of, load_profile, profile_table
from tools.ml.reading import read_table
from tools.ml.sample import passengers_csv

DATA = Path(__file__).parents[5] / "shared" / "data"


@pytest.fixture(scope="module")
def passengers():
    return read_table(io.BytesIO(passengers_csv().encode()), "passengers.csv").table


def text(values):
    return pd.Series(values, dtype="str")


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (pd.Series([1, 2, 3]), "integer"),
        (pd.Series([1.0, np.nan, 3.0]), "integer"),
        (pd.Series([1.0, 2.0, 3.0]), "number"),
        (pd.Series([1.5, np.nan, 3.0]), "number"),
        (pd.Series([np.nan, np.nan]), "number"),
        (pd.Series([True, False]), "boolean"),
        (pd.Series([True, None], dtype="boolean"), "boolean"),
        (pd.to_datetime(text(["2020-01-01", None])), "datetime"),
        (text(["a", "b", "a"]), "category"),
        (text(["a", "b", "c"]), "text"),
        (text([f"city {i % 60}" for i in range(300)]), "category"),
        (text([f"city {i % 200}" for i in range(300)]), "text"),
    ],
)
def test_kinds(values, kind):
    """The kind of a column follows from its type and from how often its values repeat."""
    assert kind_of(values) == kind


def test_numbers_of_a_column():
    """Missing, distinct, moments, quantiles and top values are exact."""
    values = [3.5, 1.5, np.nan, 1.5, 9.5]
    column = profile_table(pd.DataFrame({"v": values})).column("v")
    assert (column.missing, column.distinct) == (1, 3)
    assert (column.low, column.high, column.mean) == (1.5, 9.5, 4.0)
    assert column.std == pytest.approx(np.std([3.5, 1.5, 1.5, 9.5], ddof=1))
    assert column.quantiles == pytest.approx(np.quantile([3.5, 1.5, 1.5, 9.5], QUANTILES))
    assert column.top[0] == (1.5, 2)
    assert sum(column.histogram.counts) == 4


@settings(max_examples=60, deadline=None)
@given(
    hnp.arrays(np.float64, st.integers(1, 40), elements=st.floats(width=64, allow_infinity=False))
)
def test_any_numbers_have_a_profile_and_a_picture_of_counts(values):
    """Whatever the numbers, the histogram counts every present value once, between its edges."""
    table = pd.DataFrame({"v": values})
    profile = profile_table(table)
    assert load_profile(dump_profile(profile)) == profile
    column = profile.column("v")
    present = int((~np.isnan(values)).sum())
    assert column.missing == len(values) - present
    assert sum(column.histogram.counts if column.histogram else ()) == present


def test_the_sample(passengers):
    """The sample's identifiers, gaps and likeliest target are found."""
    profile = profile_table(passengers)
    assert (profile.rows, len(profile.columns)) == (900, 12)
    assert profile.column("PassengerId").id_like
    assert not profile.column("Fare").id_like
    assert profile.targets[0].column == "Survived"
    assert profile.targets[0].task == "classification"
    words = " ".join(profile.warnings)
    assert "“PassengerId”" in words
    assert "“Cabin” is missing in" in words


def test_warnings_name_what_to_beware_of():
    """Constant, empty, repeated and near-duplicate columns and repeated rows are warned of."""
    size = np.arange(60, dtype=float) % 20 * 1.5
    table = pd.DataFrame(
        {
            "size": size,
            "inches": size / 2.54,
            "word": text(["a", "b", "c", "a"] * 15),
            "code": text(["A", "B", "C", "A"] * 15),
            "same": 1,
            "none": np.nan,
        }
    )
    words = " ".join(profile_table(table).warnings)
    assert "“inches” repeats what “size” says." in words
    assert "“code” repeats what “word” says." in words
    assert "“same” has one value only." in words
    assert "“none” has no value at all." in words
    assert "rows repeat an earlier row" in words or "row repeats" not in words


def test_repeated_rows_are_counted():
    """Rows equal to an earlier one in every column are counted, gaps being equal."""
    table = pd.DataFrame({"a": [1.0, np.nan, 1.0, np.nan], "b": text(["x", None, "x", None])})
    assert profile_table(table).duplicate_rows == 2


@pytest.mark.parametrize(
    ("names", "target"),
    [
        (("id", "age", "churned", "region"), "churned"),
        (("age", "income", "city", "label"), "label"),
        (("rooms", "area", "SalePrice", "garden"), "SalePrice"),
        (("a", "b", "c", "d"), "d"),
        (("x", "y", "z", "price"), "price"),
    ],
)
def test_targets_follow_names_and_places(names, target):
    """Names that mean outcomes come first, then the last column."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame({name: rng.normal(size=50).round(3) for name in names})
    assert profile_table(table).targets[0].column == target


@pytest.mark.parametrize(
    ("file", "target", "task"),
    [
        ("titanic", "Survived", "classification"),
        ("penguins", "species", "classification"),
        ("tips", "tip", "regression"),
        ("diamonds", "price", "regression"),
    ],
)
def test_targets_of_well_known_files(file, target, task):
    """The column people usually predict in a well-known file is suggested first."""
    path = DATA / f"{file}.csv"
    if not path.exists():
        pytest.skip(f"{path} is not on this machine")
    with path.open("rb") as opened:
        profile = profile_table(read_table(opened, path.name).table)
    assert (profile.targets[0].column, profile.targets[0].task) == (target, task)


def test_profiles_survive_json(passengers):
    """A profile dumped to JSON values loads equal."""
    profile = profile_table(passengers)
    assert load_profile(dump_profile(profile)) == profile


def test_columns_that_never_repeat_are_not_called_copies():
    """Independent numbers, and a number per day, say different things."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "day": pd.date_range("2024-01-01", periods=200),
            "a": rng.normal(size=200),
            "b": rng.normal(size=200),
        }
    )
    assert "repeat" not in " ".join(profile_table(table).warnings)


def test_copies_of_one_column_are_one_remark_with_short_names():
    """Many copies of a column make one warning, and a name of 300 letters does not fill it."""
    size = np.random.default_rng(0).normal(size=100)
    table = pd.DataFrame({"a": size, "b": size * 2, "x" * 300: size * 3})
    told = [each for each in profile_table(table).warnings if "repeat" in each]
    assert len(told) == 1
    assert len(told[0]) < 100
