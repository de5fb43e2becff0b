"""Cleaning steps that learn from the rows they are fitted on, and change any rows alike."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin

LARGEST = 1e37


class Types(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """The columns of the model, in their order, each with the type it had in training.

    A single row with a gap in a text column would otherwise arrive as a column of numbers.

    Args:
        columns: Name to kind: "number", "flag", "category" or "date".
        day_first: Dates in text that are written with the day before the month.
    """

    def __init__(self, columns: dict[str, str], day_first: Sequence[str] = ()) -> None:
        self.columns = columns
        self.day_first = day_first

    def fit(self, table: pd.DataFrame, truth: Any = None) -> Types:
        """Nothing is learnt."""
        del table, truth
        self.fitted_ = True
        return self

    def transform(self, table: pd.DataFrame) -> pd.DataFrame:
        """Numbers and flags as float64, categories as text, dates as datetime64."""
        typed = {name: self._typed(table[name], kind) for name, kind in self.columns.items()}
        return pd.DataFrame(typed, index=table.index)

    def _typed(self, values: pd.Series[Any], kind: str) -> pd.Series[Any]:
        if kind == "category":
            return values.astype("str")
        if kind == "date":
            return as_dates(values, day_first=values.name in self.day_first)
        numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        known = np.where(np.isfinite(numbers), numbers, np.nan)
        return pd.Series(np.clip(known, -LARGEST, LARGEST), index=values.index)


class Fill(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Fills the gaps of some columns.

    Args:
        columns: Their names.
        strategy: "median", "mean", "most_frequent" or "constant".
        value: What to fill with if constant.
    """

    def __init__(self, columns: Sequence[str], strategy: str, value: Any = None) -> None:
        self.columns = columns
        self.strategy = strategy
        self.value = value

    def fit(self, table: pd.DataFrame, truth: Any = None) -> Fill:
        """Learn a value per column; a column without any value keeps its gaps."""
        del truth
        learnt = {name: self._learn(table[name].dropna()) for name in self.columns}
        self.values_ = {name: value for name, value in learnt.items() if value is not None}
        return self

    def _learn(self, present: pd.Series[Any]) -> Any:
        if self.strategy == "constant":
            return self.value
        if present.empty:
            return None
        if self.strategy == "most_frequent":
            counts = present.value_counts()
            return min(counts.index[counts == counts.iloc[0]])
        return present.median() if self.strategy == "median" else present.mean()

    def transform(self, table: pd.DataFrame) -> pd.DataFrame:
        """The table with those gaps filled."""
        return table.assign(
            **{name: _filled(table[name], value) for name, value in self.values_.items()}
        )


def _filled(values: pd.Series[Any], value: Any) -> pd.Series[Any]:
    if isinstance(value, str) and values.isna().all():
        return pd.Series(value, index=values.index, dtype="str")
    return values.fillna(value)


class Outliers(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Values far outside the quartiles (Tukey 1977).

    `transform` clips them to the limits; `inside` tells which rows have none.

    Args:
        columns: Columns of numbers.
        reach: How many interquartile ranges beyond the quartiles the limits lie.
    """

    def __init__(self, columns: Sequence[str], reach: float = 3.0) -> None:
        self.columns = columns
        self.reach = reach

    def fit(self, table: pd.DataFrame, truth: Any = None) -> Outliers:
        """Learn the limits; a column that is half one value gets none."""
        del truth
        self.limits_ = {}
        for name in self.columns:
            low, high = (float(table[name].quantile(share)) for share in (0.25, 0.75))
            if high > low:
                width = self.reach * (high - low)
                limits = (low - width, high + width)
                if pd.api.types.is_integer_dtype(table[name].dtype):
                    limits = (math.ceil(limits[0]), math.floor(limits[1]))
                self.limits_[name] = limits
        return self

    def transform(self, table: pd.DataFrame) -> pd.DataFrame:
        """The table with values clipped to the limits."""
        return table.assign(
            **{name: table[name].clip(*limits) for name, limits in self.limits_.items()}
        )

    def inside(self, table: pd.DataFrame) -> pd.DataFrame:
        """The rows that have no outlier; gaps are none."""
        kept = pd.Series(True, index=table.index)
        for name, limits in self.limits_.items():
            kept &= table[name].isna() | table[name].between(*limits)
        return table[kept]


def as_dates(values: pd.Series[Any], *, day_first: bool = False) -> pd.Series[Any]:
    """Dates, or text read as dates, in UTC without a zone; gaps for what is neither."""
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        dates = values.dt.tz_convert(None) if values.dt.tz is not None else values
        return dates.astype("datetime64[us]")
    if values.isna().all():
        return pd.Series(np.datetime64("NaT", "us"), index=values.index)
    cells = values.astype("str").str.strip()
    distinct = pd.Series(cells.dropna().unique(), dtype="str")
    iso = distinct.str.match(r"\d{4}-")
    read = pd.concat([_read(distinct[iso], False), _read(distinct[~iso], day_first)])
    found = dict(zip(pd.concat([distinct[iso], distinct[~iso]]), read, strict=True))
    return cells.map(found).astype("datetime64[us]")


def _read(cells: pd.Series[Any], day_first: bool) -> pd.Series[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # dates with the year first are clear
        read = pd.to_datetime(cells, format="mixed", dayfirst=day_first, errors="coerce", utc=True)
    return read.dt.tz_localize(None).astype("datetime64[us]")
