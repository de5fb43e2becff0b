"""Tables for the tests, made from a seed: no file, no network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

_DATA = Path(__file__).parents[4] / "shared" / "data"


def passengers(rows: int = 240, *, seed: int = 0) -> pd.DataFrame:
    """Titanic's kind of mess: numbers with gaps, text, an id, booleans, a two-class target."""
    rng = np.random.default_rng(seed)
    age = rng.normal(35, 12, rows).round()
    sex = rng.choice(["female", "male"], rows)
    deck = rng.choice(["A", "B", "C"], rows, p=[0.2, 0.3, 0.5])
    crew = rng.random(rows) < 0.3
    fare = np.exp(rng.normal(2 + (deck == "A"), 0.4)).round(2)
    chance = 1 / (1 + np.exp(-(1.8 * (sex == "female") - 0.9 + 0.4 * np.log(fare) - 0.8 * crew)))
    return pd.DataFrame(
        {
            "passenger_no": np.arange(1000, 1000 + rows),
            "name": [f"Person {number}" for number in rng.permutation(rows)],
            "sex": sex,
            "age": np.where(rng.random(rows) < 0.15, np.nan, age),
            "deck": pd.Series(deck, dtype="str").mask(rng.random(rows) < 0.1),
            "crew": crew,
            "fare": fare,
            "survived": (rng.random(rows) < chance).astype("int64"),
        }
    )


def houses(rows: int = 240, *, seed: int = 1) -> pd.DataFrame:
    """A regression: a price from size, age and district."""
    rng = np.random.default_rng(seed)
    size, age = rng.uniform(40, 220, rows), rng.integers(0, 80, rows)
    district = rng.choice(["north", "south", "west"], rows)
    bonus = pd.Series(district).map({"north": 40.0, "south": 0.0, "west": -30.0}).to_numpy()
    price = 2.5 * size - 0.8 * age + bonus + rng.normal(0, 20, rows)
    return pd.DataFrame(
        {"size": size.round(1), "age": age, "district": district, "price": price.round(1)}
    )


def shared(name: str) -> pd.DataFrame:
    """A sample file that is not part of the project; the test is skipped without it."""
    path = _DATA / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"{path.name} is not on this machine")
    return pd.read_csv(path)


class Ticking:
    """A clock whose every look takes `step` seconds."""

    def __init__(self, step: float) -> None:
        self.now = 0.0
        self.step = step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def quiet(share: float, words: str) -> None:
    """A progress callback nobody listens to."""


def never() -> bool:
    """Stop is never pressed."""
    return False
