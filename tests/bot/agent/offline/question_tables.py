"""Eight invented tables that questions are asked over, and what the brain knows of them."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from bot.agent.state import ColumnState, DatasetState


@cache
def table(name: str) -> pd.DataFrame:
    """An invented table, the same at every run."""
    draw = np.random.default_rng(sum(map(ord, name)))
    return {
        "passengers": _passengers,
        "birds": _birds,
        "meals": _meals,
        "stones": _stones,
        "orders": _orders,
        "staff": _staff,
        "flats": _flats,
        "visits": _visits,
    }[name](draw)


@cache
def state(name: str) -> DatasetState:
    """What the brain knows of a table: kinds, gaps, ranges, the commonest values."""
    frame = table(name)
    columns = tuple(_column(column, frame[column]) for column in frame.columns)
    return DatasetState(name, 1, len(frame), columns)


def _column(name: str, values: pd.Series) -> ColumnState:
    present = values.dropna()
    distinct = int(present.nunique())
    top = tuple(str(value) for value in present.value_counts().index[:20])
    unique = distinct == len(values)
    if pd.api.types.is_bool_dtype(present):
        return ColumnState(name, "boolean", 0, distinct, top=top)
    missing = int(values.isna().sum())
    if pd.api.types.is_datetime64_any_dtype(values):
        low, high = (str(end.date()) for end in (present.min(), present.max()))
        return ColumnState(name, "datetime", missing, distinct, low, high)
    if pd.api.types.is_numeric_dtype(values):
        whole = bool((present % 1 == 0).all())
        kind = "integer" if whole else "number"
        ends = float(present.min()), float(present.max())
        listed = top if whole and not unique else ()
        return ColumnState(
            name, kind, missing, distinct, *ends, listed, unique and name.lower().endswith("id")
        )
    kind = "category" if distinct <= 50 else "text"
    listed = top if kind == "category" else ()
    return ColumnState(name, kind, missing, distinct, top=listed, id_like=unique)


def _passengers(draw: np.random.Generator) -> pd.DataFrame:
    size = 400
    sex = draw.choice(["male", "female"], size, p=[0.65, 0.35])
    level = draw.choice([1, 2, 3], size, p=[0.25, 0.2, 0.55])
    lived = draw.random(size) < np.where(sex == "female", 0.72, 0.2)
    age = draw.integers(1, 78, size).astype(float)
    age[draw.random(size) < 0.2] = np.nan
    cabin = np.array([f"C{number}" for number in draw.integers(1, 200, size)], dtype=object)
    cabin[draw.random(size) < 0.7] = None
    port = draw.choice(["S", "C", "Q"], size, p=[0.7, 0.2, 0.1]).astype(object)
    port[[3, 77]] = None
    return pd.DataFrame(
        {
            "PassengerId": np.arange(1, size + 1),
            "Survived": lived.astype(int),
            "Pclass": level,
            "Name": [f"Person {number:03d}" for number in draw.permutation(size)],
            "Sex": sex,
            "Age": age,
            "SibSp": draw.choice([0, 1, 2, 3, 4], size, p=[0.6, 0.25, 0.08, 0.04, 0.03]),
            "Parch": draw.choice([0, 1, 2, 3], size, p=[0.75, 0.12, 0.1, 0.03]),
            "Ticket": [f"T{number}" for number in draw.integers(1000, 9000, size)],
            "Fare": np.round(draw.lognormal(4.2 - 0.6 * level, 0.6), 4),
            "Cabin": cabin,
            "Embarked": port,
        }
    )


def _birds(draw: np.random.Generator) -> pd.DataFrame:
    size = 300
    species = draw.choice(["Adelie", "Gentoo", "Chinstrap"], size, p=[0.45, 0.35, 0.2])
    island = draw.choice(["Biscoe", "Dream", "Torgersen"], size, p=[0.5, 0.3, 0.2])
    sex = draw.choice(["MALE", "FEMALE"], size).astype(object)
    sex[draw.random(size) < 0.04] = None
    mass = 3600 + 1300 * (species == "Gentoo") + draw.integers(-700, 700, size)
    frame = pd.DataFrame(
        {
            "species": species,
            "island": island,
            "bill_length_mm": np.round(draw.normal(44, 5, size), 1),
            "bill_depth_mm": np.round(draw.normal(17, 2, size), 1),
            "flipper_length_mm": draw.integers(172, 231, size).astype(float),
            "body_mass_g": mass.astype(float),
            "sex": sex,
        }
    )
    frame.loc[[5, 150], ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]] = (
        np.nan
    )
    return frame


def _meals(draw: np.random.Generator) -> pd.DataFrame:
    size = 220
    bill = np.round(draw.lognormal(2.9, 0.4, size), 2)
    return pd.DataFrame(
        {
            "total_bill": bill,
            "tip": np.round(bill * draw.uniform(0.08, 0.25, size), 2),
            "sex": draw.choice(["Male", "Female"], size, p=[0.6, 0.4]),
            "smoker": draw.random(size) < 0.4,
            "day": draw.choice(["Thur", "Fri", "Sat", "Sun"], size, p=[0.25, 0.1, 0.35, 0.3]),
            "time": draw.choice(["Lunch", "Dinner"], size, p=[0.3, 0.7]),
            "size": draw.choice([1, 2, 3, 4, 5, 6], size, p=[0.04, 0.6, 0.15, 0.15, 0.03, 0.03]),
        }
    )


def _stones(draw: np.random.Generator) -> pd.DataFrame:
    size = 900
    carat = np.round(draw.lognormal(-0.3, 0.5, size), 2)
    return pd.DataFrame(
        {
            "carat": carat,
            "cut": draw.choice(["Fair", "Good", "Very Good", "Premium", "Ideal"], size),
            "color": draw.choice(list("DEFGHIJ"), size),
            "clarity": draw.choice(["I1", "SI2", "SI1", "VS2", "VS1", "VVS1", "IF"], size),
            "depth": np.round(draw.normal(61.7, 1.4, size), 1),
            "table": draw.integers(53, 66, size).astype(float),
            "price": np.round(4000 * carat**1.6 * draw.lognormal(0, 0.3, size)).astype(int),
            "x": np.round(6.4 * carat ** (1 / 3), 2),
        }
    )


def _orders(draw: np.random.Generator) -> pd.DataFrame:
    size = 500
    ordered = pd.Timestamp("2023-01-01") + pd.to_timedelta(draw.integers(0, 730, size), unit="D")
    delivered = (ordered + pd.to_timedelta(draw.integers(1, 12, size), unit="D")).to_series()
    delivered[draw.random(size) < 0.1] = pd.NaT
    coupon = draw.choice(["SPRING", "VIP", "WELCOME"], size).astype(object)
    coupon[draw.random(size) < 0.55] = None
    return pd.DataFrame(
        {
            "order_id": np.arange(10_001, 10_001 + size),
            "order_date": ordered,
            "delivered_on": delivered.to_numpy(),
            "city": draw.choice(["Lisbon", "New York", "Oslo", "Vienna"], size),
            "channel": draw.choice(["web", "store", "phone"], size, p=[0.6, 0.3, 0.1]),
            "product": draw.choice(["lamp", "chair", "desk", "sofa"], size),
            "units": draw.integers(1, 9, size),
            "unit_price": np.round(draw.uniform(9, 480, size), 2),
            "discount_pct": draw.choice([0, 5, 10, 20], size),
            "revenue": np.round(draw.gamma(2.0, 150, size), 2),
            "coupon": coupon,
            "returned": draw.choice(["yes", "no"], size, p=[0.15, 0.85]),
        }
    )


def _staff(draw: np.random.Generator) -> pd.DataFrame:
    size = 260
    hired = pd.Timestamp("2010-03-01") + pd.to_timedelta(draw.integers(0, 5200, size), unit="D")
    score = np.round(draw.uniform(1, 5, size), 1)
    score[draw.random(size) < 0.12] = np.nan
    return pd.DataFrame(
        {
            "Employee": [f"Colleague {number:03d}" for number in draw.permutation(size)],
            "Department": draw.choice(["Sales", "Engineering", "Support", "Finance"], size),
            "Job Title": draw.choice(["analyst", "manager", "developer", "clerk"], size),
            "Gender": draw.choice(["F", "M"], size),
            "Age": draw.integers(19, 66, size),
            "Salary": draw.integers(26, 140, size) * 1_000 + draw.integers(0, 999, size),
            "hired_on": hired,
            "remote": draw.random(size) < 0.35,
            "performance score": score,
            "Country": draw.choice(["Germany", "France", "Spain", "United Kingdom"], size),
            "left_company": draw.choice(["Yes", "No"], size, p=[0.18, 0.82]),
        }
    )


def _flats(draw: np.random.Generator) -> pd.DataFrame:
    size = 320
    balcony = draw.choice(["yes", "no"], size, p=[0.6, 0.4])
    energy = draw.choice(["A", "B", "C", "D"], size).astype(object)
    energy[draw.random(size) < 0.1] = None
    return pd.DataFrame(
        {
            "listing_id": np.arange(1, size + 1),
            "district": draw.choice(["Altstadt", "Nordend", "West End", "Hafen"], size),
            "rooms": draw.integers(1, 7, size),
            "area_sqm": np.round(draw.normal(75, 22, size).clip(18), 1),
            "monthly_rent": draw.integers(400, 3200, size),
            "YearBuilt": draw.integers(1890, 2024, size),
            "balcony": balcony,
            "furnished": draw.random(size) < 0.25,
            "heating": draw.choice(["gas", "district heating", "heat pump"], size),
            "energy_class": energy,
            "available_from": pd.Timestamp("2025-01-01")
            + pd.to_timedelta(draw.integers(0, 500, size), unit="D"),
        }
    )


def _visits(draw: np.random.Generator) -> pd.DataFrame:
    size = 280
    bmi = np.round(draw.normal(26, 4, size), 1)
    bmi[draw.random(size) < 0.15] = np.nan
    return pd.DataFrame(
        {
            "patient_id": np.arange(5001, 5001 + size),
            "Gender": draw.choice(["Male", "Female"], size),
            "Age": draw.integers(0, 95, size),
            "visit_date": pd.Timestamp("2024-01-01")
            + pd.to_timedelta(draw.integers(0, 366, size), unit="D"),
            "department": draw.choice(["Cardiology", "Oncology", "Emergency"], size),
            "diabetes": draw.choice([0, 1], size, p=[0.8, 0.2]),
            "smoker": draw.choice(["yes", "no"], size, p=[0.3, 0.7]),
            "bmi": bmi,
            "waiting_time_min": draw.integers(1, 180, size),
            "cost_usd": np.round(draw.gamma(2, 130, size), 2),
            "readmitted": draw.choice([0, 1], size, p=[0.85, 0.15]),
        }
    )
