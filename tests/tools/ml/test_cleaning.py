"""Cleaning does what was wished, tells every step, and never changes the table handed in."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.errors import BadRequest
from tools.ml.cleaning import (
    CleaningWishes,
    apply_recipe,
    before_after,
    fit_transform,
    plan_recipe,
    reasons,
)
from tools.ml.profiling import profile_table
from tools.ml.reading import read_table
from tools.ml.recipe import (
    DropColumns,
    DropDuplicates,
    DropMissingRows,
    FillMissing,
    Outliers,
    ParseDates,
    Rename,
    dump_recipe,
    load_recipe,
)
from tools.ml.sample import passengers_csv


def text(values):
    return pd.Series(values, dtype="str")


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "age": [20.0, np.nan, 40.0, 20.0, 900.0, 21.0, 22.0, 23.0, 24.0, 25.0, 26.0, 27.0],
            "sex": text(["f", "m", None, "f", "m", "m", "m", "m", "f", "m", "m", "m"]),
            "note": text([None, *(f"n{i}" for i in range(2)), None, *"abcdefgh"]),
            "ok": pd.array([True, None, False, True] + [True] * 8, dtype="boolean"),
            "same": [1] * 12,
        }
    )


def cleaned(table, **wishes):
    recipe = plan_recipe(table, profile_table(table), CleaningWishes(**wishes))
    return apply_recipe(table, recipe), recipe


def test_nothing_named_cleans_sensibly(table):
    """Left to itself, cleaning drops repeated rows and idle columns and fills every gap."""
    before = table.copy(deep=True)
    result, recipe = cleaned(table)
    assert [type(step) for step in recipe] == [DropDuplicates, DropColumns, *[FillMissing] * 3]
    assert list(result.table.columns) == ["age", "sex", "note", "ok"]
    assert len(result.table) == 11
    assert not result.table.isna().any().any()
    assert result.table["sex"].iloc[2] == "m"
    assert result.table["note"].iloc[0] == "missing"
    assert str(result.table["ok"].dtype) == "bool"
    assert len(reasons(recipe, profile_table(table))) == 5
    pd.testing.assert_frame_equal(table, before)


def test_clean_tables_need_nothing():
    """Nothing is done where there is nothing to do."""
    tidy = pd.DataFrame({"a": [1, 2], "b": [3, 4]})
    assert plan_recipe(tidy, profile_table(tidy), CleaningWishes()) == ()


def test_drop_non_numeric_and_fill(table):
    """The words “drop the non-numeric columns and fill in missing values” do just that."""
    result, recipe = cleaned(table, drop_non_numeric=True, missing="auto")
    assert list(result.table.columns) == ["age", "same"]
    assert recipe[-1] == FillMissing(("age",), "median")
    assert result.table["age"].iloc[1] == 24.0
    assert str(result.table["age"].dtype) == "int64"
    assert result.steps[-1].sentence == "Filled 1 gap of “age” with the median 24."
    assert result.steps[-1].cells_changed == 1


def test_columns_are_kept_dropped_and_renamed(table):
    """Names are forgiven case and typos; renaming comes last."""
    result, recipe = cleaned(table, keep_columns=("AGE", "sex"), rename={"Sex": "gender"})
    assert list(result.table.columns) == ["age", "gender"]
    assert recipe[-1] == Rename((("sex", "gender"),))
    assert list(cleaned(table, drop_columns=("smae",))[0].table.columns) == list(table.columns)[:-1]


def test_rows_with_gaps_are_dropped(table):
    """Dropping rows names the columns with gaps; columns said limit it."""
    result, _ = cleaned(table, missing="drop_rows")
    assert not result.table.isna().any().any()
    assert list(result.table.index) == list(range(len(result.table)))
    assert len(cleaned(table, missing="drop_rows", fill_columns=("sex",))[0].table) == 11


@pytest.mark.parametrize(
    ("wishes", "column", "value"),
    [
        ({"missing": "mean"}, "age", pytest.approx(1148 / 11)),
        ({"missing": "most_frequent"}, "age", 20.0),
        ({"missing": "constant", "fill_value": 7}, "age", 7.0),
        ({"fill_value": "0"}, "age", 0.0),
        ({"fill_value": "unknown", "fill_columns": ("sex",)}, "sex", "unknown"),
    ],
)
def test_gaps_are_filled_as_said(table, wishes, column, value):
    """Each strategy fills the gaps of the columns it suits."""
    result, _ = cleaned(table, **wishes)
    gap = int(table[column].isna().to_numpy().argmax())
    assert result.table[column].iloc[gap] == value


def test_outliers_are_clipped_or_dropped(table):
    """Values beyond three interquartile ranges are clipped or their rows dropped, gaps kept."""
    table.loc[9, "age"] = 25.5
    clipped, _ = cleaned(table, outliers="clip")
    low, high = table["age"].quantile([0.25, 0.75])
    assert clipped.table["age"].max() == high + 3 * (high - low)
    dropped, _ = cleaned(table, outliers="drop")
    assert len(dropped.table) == 11
    assert dropped.table["age"].isna().sum() == 1


def test_dates_are_parsed():
    """Text columns are read as dates, day first where the column says so."""
    days = pd.DataFrame({"d": text(["13/02/2020", "03/04/2020", None]), "v": [1, 2, 3]})
    result, _ = cleaned(days, parse_dates=("d",))
    assert str(result.table["d"].dtype) == "datetime64[us]"
    assert list(result.table["d"].dt.month.dropna()) == [2, 4]
    fitted = fit_transform(ParseDates(("d",)), days)
    later = fitted.apply(pd.DataFrame({"d": text(["05/06/2021"])}))
    assert later["d"].iloc[0] == pd.Timestamp("2021-06-05")


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"drop_columns": ("colour",)}, "no column “colour”"),
        ({"drop_columns": ("age", "sex", "note", "ok", "same")}, "No column would be left"),
        ({"missing": "median", "fill_columns": ("sex",)}, "cannot be filled with a median"),
        ({"missing": "constant"}, "Which value"),
        ({"fill_value": "abc", "fill_columns": ("age",)}, "does not suit"),
        ({"parse_dates": ("note",)}, "cannot be read as dates"),
        ({"parse_dates": ("age",)}, "no text that could be read as dates"),
        ({"rename": {"age": "sex"}}, "Two columns would be called “sex”"),
    ],
)
def test_wishes_that_cannot_be_fulfilled(table, wishes, message):
    """What cannot be done is refused with the reason and a hint, before anything is changed."""
    with pytest.raises(BadRequest, match=message) as caught:
        cleaned(table, **wishes)
    assert caught.value.hint


def test_refusals_quote_no_value(table):
    """A language model reads why a column is no date: counts, never a cell."""
    table = table.assign(note=[f"visitor {number}" for number in range(len(table))])
    with pytest.raises(BadRequest) as caught:
        cleaned(table, parse_dates=("note",))
    assert "visitor" not in str(caught.value)


def test_outliers_of_named_columns_only():
    """Where columns are named, the outliers of the others stay."""
    table = pd.DataFrame({"a": [*range(20), 900], "b": [*range(20), 900]})
    result, recipe = cleaned(table, outliers="clip", outlier_columns=("A",))
    assert recipe == (Outliers(("a",), "clip"),)
    assert result.table["a"].max() < 900
    assert result.table["b"].max() == 900


def test_only_columns_with_outliers_are_named():
    """What was clipped is told of the columns that held outliers, and of no other."""
    numbers = [float(number) for number in range(40)]
    table = pd.DataFrame({"calm": numbers, "wild": [*numbers[:-1], 9e6]})
    result, _ = cleaned(table, outliers="clip")
    assert result.table["wild"].max() < 1e3
    assert "“wild”" in str(result.steps)
    assert "“calm”" not in str(result.steps)


def test_dropping_every_row_is_refused():
    """Where each row has a gap, dropping rows is refused with the worst column named."""
    holes = pd.DataFrame({"a": [1.0, np.nan], "b": [np.nan, 2.0], "c": [np.nan, np.nan]})
    with pytest.raises(BadRequest, match="no row would be left") as caught:
        cleaned(holes, missing="drop_rows")
    assert "“c”" in caught.value.hint


def test_a_fitted_step_replays_on_other_rows(table):
    """What was learnt on some rows is applied to others, columns that are absent skipped."""
    fitted = fit_transform(FillMissing(("age", "sex"), "most_frequent"), table)
    rows = pd.DataFrame({"sex": text([None, "x"]), "new": [1, 2]}).set_axis([7, 9])
    replayed = fitted.apply(rows)
    assert list(replayed["sex"]) == ["m", "x"]
    assert list(replayed.index) == [7, 9]
    limits = fit_transform(Outliers(("age",), "clip"), table)
    assert limits.apply(pd.DataFrame({"age": [1e6]}))["age"].iloc[0] < 100


def test_before_and_after(table):
    """The preview has one row per touched column, gone and renamed ones included."""
    result, recipe = cleaned(
        table, drop_columns=("note",), missing="auto", rename={"sex": "gender"}
    )
    rows = {row[0]: row[1:] for row in before_after(table, result.table, recipe)}
    assert rows["note"][1] == "left out"
    assert rows["sex → gender"] == (1, 0, "m", "m")
    assert rows["age"][:2] == (1, 0)
    assert "same" not in rows


RECIPES = st.lists(
    st.sampled_from(
        [
            DropColumns(("Ticket", "Cabin")),
            FillMissing(("Age",), "median"),
            FillMissing(("Embarked",), "most_frequent"),
            FillMissing(("Embarked",), "constant", "?"),
            DropMissingRows(("Age", "Embarked")),
            DropDuplicates(),
            Outliers(("Fare", "Age"), "clip"),
            Outliers(("Fare", "Age"), "drop", 1.5),
        ]
    ),
    max_size=5,
    unique=True,
)
PASSENGERS = read_table(io.BytesIO(passengers_csv(120).encode()), "p.csv").table


@settings(max_examples=40, deadline=None)
@given(RECIPES)
def test_any_recipe_is_deterministic_and_adds_nothing(recipe):
    """Any recipe leaves its input alone, gives the same twice, and never adds rows or gaps."""
    before = PASSENGERS.copy(deep=True)
    first = apply_recipe(PASSENGERS, load_recipe(dump_recipe(tuple(recipe))))
    second = apply_recipe(PASSENGERS, tuple(recipe))
    pd.testing.assert_frame_equal(PASSENGERS, before)
    pd.testing.assert_frame_equal(first.table, second.table)
    assert len(first.steps) == len(recipe)
    assert len(first.table) <= len(PASSENGERS)
    kept = list(first.table.columns)
    assert (first.table.isna().sum() <= PASSENGERS[kept].isna().sum()).all()
