"""The facts that matter are found, said in one sentence, and listed first things first."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tools.ml.profiling import profile_table

RNG = np.random.default_rng(0)
ROWS = 400


def text(values):
    return pd.Series(values, dtype="str")


def days(count, *, start="2024-01-01", step="D"):
    return pd.Series(pd.date_range(start, periods=count, freq=step).astype("datetime64[us]"))


def found(columns, kind):
    """Sentences of one kind about a table of these columns."""
    profile = profile_table(pd.DataFrame(columns))
    return [each.sentence for each in profile.findings if each.kind == kind]


AGES = RNG.integers(18, 90, ROWS)


@pytest.mark.parametrize(
    ("column", "values", "told"),
    [
        ("age", np.where(np.arange(ROWS) < 3, -4, AGES), "“age” is negative in 3 rows."),
        ("age", np.where(np.arange(ROWS) == 0, 160, AGES), "“age” is over 120 in 1 row."),
        (
            "score",
            np.where(np.arange(ROWS) < 9, 999, AGES),
            "“score” is 999 in 9 rows, far from all else: it may mean “no value”.",
        ),
        (
            "score",
            np.where(np.arange(ROWS) < 9, -99, AGES),
            "“score” is -99 in 9 rows, far from all else: it may mean “no value”.",
        ),
        (
            "ratio",
            np.where(np.arange(ROWS) < 2, np.inf, AGES / 7),
            "“ratio” is infinite in 2 rows.",
        ),
    ],
)
def test_values_that_cannot_be_meant_are_found(column, values, told):
    """Negative and impossible ages, stand-ins for “no value” and infinities are suspicious."""
    assert told in found({column: values}, "suspicious")


def test_dates_to_come_are_found_where_they_are_the_exception():
    """A few dates in the future are suspicious, not so where the column is about the future."""
    past = days(ROWS, start="2020-01-01")
    past[:3] = pd.Timestamp.today().normalize() + pd.Timedelta(days=400)
    assert "“sold” lies in the future in 3 rows." in found({"sold": past}, "suspicious")
    assert found({"due": past}, "suspicious") == []
    past[:3] = pd.Timestamp("1900-01-01")
    told = "“sold” is 1900-01-01 in 3 rows: it may mean “no value”."
    assert told in found({"sold": past}, "suspicious")


@pytest.mark.parametrize("seed", range(20))
def test_ordinary_values_are_not_suspicious(seed):
    """Ordinary numbers and dates, 99 among them, raise no suspicion, clash or leak."""
    rng = np.random.default_rng(seed)
    table = {
        "age": rng.integers(0, 100, ROWS),
        "change": rng.normal(size=ROWS).round(2),
        "amount": rng.lognormal(3, 1, ROWS).round(2),
        "price": rng.lognormal(4, 1, ROWS).round(2),
        "visits": rng.poisson(3, ROWS),
        "joined": days(ROWS, start="2020-01-01"),
        "left": rng.choice([0, 1], ROWS),
    }
    kinds = {each.kind for each in profile_table(pd.DataFrame(table)).findings}
    assert kinds & {"suspicious", "units", "leak", "near_duplicate"} == set()


def test_a_column_in_cents_among_euros_is_found():
    """One of several amounts that is a hundred times the others may be in another unit."""
    amounts = {f"rent_{year}": RNG.normal(800, 90, ROWS).round(2) for year in (2021, 2022, 2023)}
    amounts["rent_2022"] = (amounts["rent_2022"] * 100).round()
    told = "“rent_2022” is about 100 times “rent_2021” and “rent_2023”: it may be in another unit."
    assert found(amounts, "units") == [told]
    pair = {"price": amounts["rent_2021"], "price_ct": (amounts["rent_2021"] * 100).astype(int)}
    assert len(found(pair, "units")) == 1


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        (days(60).drop(index=[9, 10, 30]), "comes every day but leaves out 3 days, at most 2"),
        (days(60, step="h").drop(index=[9]), "comes every hour but leaves out 1 hour, at most 1"),
        (days(40, step="MS").drop(index=[9]), "comes every month but leaves out 1 month"),
        (days(40, step="ME").drop(index=[9]), "comes every month but leaves out 1 month"),
        (days(60, step="B").drop(index=[9]), "comes every weekday but leaves out 1 weekday"),
    ],
    ids=["days", "hours", "firsts", "lasts", "weekdays"],
)
def test_dates_with_gaps_are_found(dates, told):
    """Dates at an even pace that leave out steps are told, with the longest gap."""
    sentences = found({"when": dates.reset_index(drop=True)}, "date_gaps")
    assert [told in sentence for sentence in sentences] == [True]


@pytest.mark.parametrize("step", ["D", "h", "MS", "B", "7D"])
def test_dates_without_gaps_are_none(step):
    """Dates that leave out nothing are no finding; neither are dates without a pace."""
    assert found({"when": days(60, step=step)}, "date_gaps") == []
    some = pd.Series(np.sort(RNG.choice(days(4_000), 60, replace=False)))
    assert found({"when": some}, "date_gaps") == []


def test_leaks_towards_the_target_are_found():
    """A column that tells the target nearly alone is named, with how well; others are not."""
    churned = RNG.random(ROWS) < 0.3
    table = {
        "visits": RNG.poisson(3, ROWS),
        "closed_on": days(ROWS).where(churned),
        "reason": text(np.where(churned, "moved", "none")),
        "region": text(RNG.choice(list("abc"), ROWS)),
        "churned": churned.astype(int),
    }
    profile = profile_table(pd.DataFrame(table))
    leaks = {each.columns[0] for each in profile.findings if each.kind == "leak"}
    assert profile.targets[0].column == "churned"
    assert leaks == {"closed_on", "reason"}
    assert profile.findings[0].kind == "leak"
    assert "100 % of the rows" in profile.findings[0].sentence


def test_a_number_that_tells_another_is_a_leak():
    """For a target of numbers it is the share of its variance that counts."""
    net = RNG.normal(50, 9, ROWS)
    table = {"noise": RNG.normal(size=ROWS), "gross": net * 1.2, "price": net}
    profile = profile_table(pd.DataFrame(table))
    assert [each.columns for each in profile.findings if each.kind == "leak"] == [
        ("gross", "price")
    ]


def test_a_rare_class_is_a_warning_and_an_even_one_is_not():
    """The balance of the likeliest target is told; a warning only where a class is rare."""
    rare = {"x": RNG.normal(size=ROWS), "fraud": (np.arange(ROWS) < 8).astype(int)}
    profile = profile_table(pd.DataFrame(rare))
    told = "“fraud”, the likeliest target, is “1” in only 2 % of the rows: accuracy will mislead."
    assert told in profile.warnings
    even = {"x": RNG.normal(size=ROWS), "fraud": np.arange(ROWS) % 2}
    profile = profile_table(pd.DataFrame(even))
    told = "“fraud”, the likeliest target, has 2 classes, 50 % “0” to 50 % “1”."
    assert told in [each.sentence for each in profile.findings]
    assert told not in profile.warnings


def test_findings_are_listed_first_things_first():
    """Findings come by weight, and warnings are their sentences in the same order."""
    table = pd.DataFrame({"a": [1.0, 2.0] * 20, "same": 1, "none": np.nan})
    profile = profile_table(table)
    weights = [each.weight for each in profile.findings]
    assert weights == sorted(weights, reverse=True)
    assert profile.warnings == tuple(e.sentence for e in profile.findings if e.weight >= 0.3)
