"""The pipeline of a model: original columns in, in any order and type, answers out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.pipeline import Pipeline

from tools.ml.candidates import ALGORITHMS, CandidateSpec, Encoding, make_estimator
from tools.ml.cleaning import FittedTransform, fit_transform
from tools.ml.columns import Column, Kind
from tools.ml.encoders import CategoryEncoder, ColumnEncoder, DateEncoder, NumberEncoder
from tools.ml.recipe import ParseDates, Recipe, dump_recipe, load_recipe
from tools.ml.scores import Floats, Task

_LARGEST: Final = 1e37


def typed_frame(frame: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    """These columns with exactly the types of training, whatever types they arrive with.

    A single row with a gap in a text column would otherwise arrive as a float column. Numbers and
    booleans become float64 (infinite values become gaps), categories `str`, dates datetime64[us].

    Raises:
        KeyError: A column is not there.
    """
    names = [column.name for column in columns]
    plain = [
        column.name
        for column in columns
        if column.kind in {"number", "boolean"}
        and pd.api.types.is_numeric_dtype(frame[column.name].dtype)
    ]
    # All plain columns at once: a wide table would otherwise spend its time in pandas.
    numbers = frame[plain].to_numpy(dtype=np.float64, na_value=np.nan)
    table = pd.DataFrame(_finite(numbers), columns=plain, index=frame.index)
    if len(plain) == len(names):
        return table
    others = {
        column.name: _typed(frame[column.name], column)
        for column in columns
        if column.name not in plain
    }
    return pd.concat([table, pd.DataFrame(others, index=frame.index)], axis=1)[names]


def _finite(numbers: Floats) -> Floats:
    """Gaps for infinite values; trees compute in float32, so nothing may be larger than that."""
    return np.clip(np.where(np.isfinite(numbers), numbers, np.nan), -_LARGEST, _LARGEST)


def _typed(series: pd.Series, column: Column) -> pd.Series:
    if column.kind == "category":
        return series.astype("str")
    if column.kind == "date":
        return dates_of(series, day_first=column.day_first)
    numbers = pd.to_numeric(series, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return pd.Series(_finite(numbers), index=series.index)


def dates_of(series: pd.Series, *, day_first: bool = False) -> pd.Series:
    """Dates, or text read as dates, as datetime64[us] in UTC without a zone; else gaps."""
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        dates = series.dt.tz_convert(None) if series.dt.tz is not None else series
        return dates.astype("datetime64[us]")
    if series.isna().all():
        return pd.Series(np.datetime64("NaT", "us"), index=series.index, name=series.name)
    name = str(series.name)
    fitted = FittedTransform(ParseDates((name,)), {name: day_first})
    return fitted.apply(series.astype("str").to_frame(name))[name]


class TableEncoder(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Original columns to the matrix of an estimator: recipe steps, then one encoder a column.

    Args:
        columns: The features, as the fields of `Column`.
        recipe: Value-changing steps under original names, as JSON values.
        encoding: "ordinal" for trees, "onehot" for linear models.
        by_target: Order categories by the mean of the target (numbers and two classes only).
    """

    def __init__(
        self,
        columns: list[dict[str, Any]],
        recipe: list[dict[str, Any]],
        encoding: Encoding,
        by_target: bool,
    ) -> None:
        self.columns = columns
        self.recipe = recipe
        self.encoding = encoding
        self.by_target = by_target

    def fit(self, frame: pd.DataFrame, truth: Floats) -> TableEncoder:
        """Learn the recipe's fills and limits, then the encoders, from these rows only."""
        self._fit(frame, np.asarray(truth, dtype=np.float64))
        return self

    def fit_transform(self, frame: pd.DataFrame, truth: Floats) -> Floats:
        """`fit`, and the same rows encoded."""
        return self._encode(self._fit(frame, np.asarray(truth, dtype=np.float64)))

    def transform(self, frame: pd.DataFrame) -> Floats:
        """Encode rows: float64, rows × the encoders' widths."""
        table = self._typed(frame)
        for transform, learnt in zip(load_recipe(self.recipe), self.learnt_, strict=True):
            values = {name: _given(value) for name, value in learnt.items()}
            table = FittedTransform(transform, values).apply(table)
        return self._encode(table)

    def _fit(self, frame: pd.DataFrame, truth: Floats) -> pd.DataFrame:
        """Learn; the table after the recipe's steps comes back."""
        table = self._typed(frame)
        self.learnt_: list[dict[str, Any]] = []
        for transform in load_recipe(self.recipe):
            fitted = fit_transform(transform, table)
            table = fitted.apply(table)
            self.learnt_.append({name: _kept(value) for name, value in fitted.learnt.items()})
        self.encoders_ = [
            _encoder(column.kind, self.encoding).fit(
                _ready(table[column.name], column.kind), truth if self.by_target else None
            )
            for column in self._columns()
        ]
        return table

    def _encode(self, table: pd.DataFrame) -> Floats:
        matrix = np.empty((len(table), sum(encoder.width for encoder in self.encoders_)))
        start = 0
        for column, encoder in zip(self._columns(), self.encoders_, strict=True):
            values = _ready(table[column.name], column.kind)
            encoder.encode(values, matrix[:, start : start + encoder.width])
            start += encoder.width
        return matrix

    def _typed(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Typed columns, booleans as booleans: a recipe fills their gaps with true or false."""
        table = typed_frame(frame, self._columns())
        if not self.recipe:
            return table
        flags = [column.name for column in self._columns() if column.kind == "boolean"]
        return table.assign(
            **{
                name: pd.arrays.BooleanArray(
                    (table[name] == 1).to_numpy(), table[name].isna().to_numpy()
                )
                for name in flags
            }
        )

    @property
    def owners(self) -> list[str]:
        """The feature that each column of the matrix came from."""
        pairs = zip(self._columns(), self.encoders_, strict=True)
        return [column.name for column, encoder in pairs for _ in range(encoder.width)]

    def _columns(self) -> tuple[Column, ...]:
        return tuple(Column(**column) for column in self.columns)


def encoder_of(
    columns: tuple[Column, ...], recipe: Recipe, *, encoding: Encoding, by_target: bool
) -> TableEncoder:
    """An unfitted encoder of these features."""
    listed = [asdict(column) for column in columns]
    return TableEncoder(listed, dump_recipe(recipe), encoding, by_target)


def _encoder(kind: Kind, encoding: Encoding) -> Any:
    kinds: dict[Kind, type[ColumnEncoder]] = {
        "number": NumberEncoder,
        "boolean": NumberEncoder,
        "category": CategoryEncoder,
        "date": DateEncoder,
    }
    return kinds[kind](encoding)


def _ready(series: pd.Series, kind: Kind) -> Any:
    """What the encoder of this kind reads: numbers as an array, the rest as a series."""
    if kind in {"category", "date"}:
        return series
    return series.to_numpy(dtype=np.float64, na_value=np.nan)


def _kept(value: Any) -> Any:
    """A learnt value in a form that skops keeps without further types."""
    if isinstance(value, pd.Timestamp):
        return {"at": value.isoformat()}
    if isinstance(value, tuple):
        return [float(limit) for limit in value]
    return value.item() if isinstance(value, np.generic) else value


def _given(value: Any) -> Any:
    """The reverse of `_kept`."""
    return pd.Timestamp(value["at"]).as_unit("us") if isinstance(value, dict) else value


def build_pipeline(
    spec: CandidateSpec, *, task: Task, columns: tuple[Column, ...], recipe: Recipe, classes: int
) -> Pipeline:
    """The unfitted pipeline of a candidate: table encoder, then estimator."""
    encoder = encoder_of(
        columns,
        recipe,
        encoding=ALGORITHMS[spec.algorithm].encoding,
        by_target=task == "regression" or classes == 2,
    )
    return Pipeline([("table", encoder), ("model", make_estimator(spec, task=task))])


def class_probabilities(model: Any, features: pd.DataFrame | Floats, *, classes: int) -> Floats:
    """Probabilities by class code, rows × classes; 0 for a class the model never saw."""
    seen = model.predict_proba(features)
    if seen.shape[1] == classes:
        return np.asarray(seen, dtype=np.float64)
    full = np.zeros((len(seen), classes))
    full[:, model.classes_.astype(np.int64)] = seen
    return full
