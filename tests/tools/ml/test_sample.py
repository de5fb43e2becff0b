"""The made-up passenger list is messy, learnable, the same every time, and shifts visibly."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

from tools.ml.reading import read_table
from tools.ml.sample import COLUMNS, passengers_csv, shifted_rows


def passengers(**arguments) -> pd.DataFrame:
    return read_table(io.BytesIO(passengers_csv(**arguments).encode()), "p.csv").table


def test_it_is_the_same_every_time():
    """One seed means one list, another seed another."""
    assert passengers_csv(50) == passengers_csv(50)
    assert passengers_csv(50) != passengers_csv(50, seed=8)


def test_it_has_the_usual_mess():
    """Names with commas and quotes, gaps in ages and cabins, mixed tickets, skewed fares."""
    table = passengers()
    assert table.shape == (900, len(COLUMNS))
    assert table["Name"].str.contains(", ").all()
    assert table["Name"].str.contains('"').any()
    assert 0.1 < table["Age"].isna().mean() < 0.3
    assert 0.6 < table["Cabin"].isna().mean() < 0.85
    assert table["Embarked"].isna().any()
    assert table["Ticket"].str.contains(" ").any()
    assert table["Fare"].skew() > 2


def test_the_outcome_can_be_learnt():
    """A plain linear model reaches an AUC above 0.8 on held-out rows."""
    table = passengers()
    features = table[["Pclass", "Age", "SibSp", "Parch", "Fare"]].fillna(28)
    features = features.assign(woman=table["Sex"] == "female")
    model = LogisticRegression(max_iter=2_000)
    scores = cross_val_score(model, features, table["Survived"], scoring="roc_auc")
    assert np.mean(scores) > 0.8


def test_the_later_voyage_is_another_one():
    """Ages, fares and ports of the shifted list differ beyond doubt; another seed does not."""
    table, same, shifted = passengers(), passengers(seed=11), passengers(shifted=True)
    for column in ("Age", "Fare"):
        usual = stats.ks_2samp(table[column].dropna(), same[column].dropna())
        moved = stats.ks_2samp(table[column].dropna(), shifted[column].dropna())
        assert usual.statistic < 0.08
        assert moved.statistic > 0.2
    assert "B" in set(shifted["Embarked"].dropna())
    assert "B" not in set(table["Embarked"].dropna())


def test_shifted_rows_are_json_values_without_the_outcome():
    """Rows to send to an endpoint hold no outcome and None for gaps."""
    rows = shifted_rows(200, 5)
    assert len(rows) == 200
    assert set(rows[0]) == set(COLUMNS) - {"Survived"}
    kinds = {type(value) for row in rows for value in row.values()}
    assert kinds <= {int, float, str, type(None)}
