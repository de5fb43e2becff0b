"""The pipeline of a model: original columns in, in any order and type, answers out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.pipeline import Pipeline

from tools.ml.candidates import ALGORITHMS, CandidateSpec, Encoding, make_estimator
from tools.ml.cleaning import fit_transform
from tools.ml.columns import Column, Kind
from tools.ml.encoders import CategoryEncoder, ColumnEncoder, DateEncoder, NumberEncoder
from tools.ml.recipe import Recipe, dump_recipe, load_recipe
from tools.ml.scores import Floats, Task


def typed_frame(frame: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    """These columns with exactly the types of training, whatever types they arrive with.

    A single row with a gap in a text column would otherwise arrive as a float column. Numbers and
    booleans become float64 (infinite values become gaps), categories `str`, dates datetime64[us].

    Raises:
        KeyError: A column is not there.
    """
    return pd.DataFrame(
        {column.name: _typed(frame[column.name], column.kind) for column in columns},
        index=frame.index,
        copy=False,
    )


def _typed(series: pd.Series, kind: Kind) -> pd.Series:
    if kind == "category":
        return series.astype("str")
    if kind == "date":
        return _dates(series)
    values = series
    if not pd.api.types.is_numeric_dtype(series.dtype):
        values = pd.to_numeric(series, errors="coerce")
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    return pd.Series(np.where(np.isfinite(numbers), numbers, np.nan), index=series.index)


def _dates(series: pd.Series) -> pd.Series:
    """Dates as they are, in UTC without a zone; text stays text for the recipe to read."""
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        dates = series.dt.tz_convert(None) if series.dt.tz is not None else series
        return dates.astype("datetime64[us]")
    if series.isna().all():
        return pd.to_datetime(series, errors="coerce").astype("datetime64[us]")
    return series.astype("str")


class TableEncoder(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Original columns to the matrix of an estimator: recipe steps, then one encoder a column.

    Args:
        columns: (name, kind) pairs of the features.
        recipe: Value-changing steps under original names, as JSON values.
        encoding: "ordinal" for trees, "onehot" for linear models.
        by_target: Order categories by the mean of the target (numbers and two classes only).
    """

    def __init__(
        self,
        columns: list[list[str]],
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
        truth = np.asarray(truth, dtype=np.float64)
        table = typed_frame(frame, self._columns())
        self.steps_ = []
        for transform in load_recipe(self.recipe):
            fitted = fit_transform(transform, table)
            table = fitted.apply(table)
            self.steps_.append(fitted)
        self.encoders_ = [
            _encoder(column.kind, self.encoding).fit(
                _ready(table[column.name], column.kind), truth if self.by_target else None
            )
            for column in self._columns()
        ]
        return self

    def transform(self, frame: pd.DataFrame) -> Floats:
        """Encode rows: float64, rows × the encoders' widths."""
        table = typed_frame(frame, self._columns())
        for fitted in self.steps_:
            table = fitted.apply(table)
        widths = [encoder.width for encoder in self.encoders_]
        matrix = np.empty((len(frame), sum(widths)))
        start = 0
        for column, encoder in zip(self._columns(), self.encoders_, strict=True):
            values = _ready(table[column.name], column.kind)
            encoder.encode(values, matrix[:, start : start + encoder.width])
            start += encoder.width
        return matrix

    @property
    def owners(self) -> list[str]:
        """The feature that each column of the matrix came from."""
        pairs = zip(self._columns(), self.encoders_, strict=True)
        return [column.name for column, encoder in pairs for _ in range(encoder.width)]

    def _columns(self) -> tuple[Column, ...]:
        return tuple(Column(name, kind) for name, kind in self.columns)  # type: ignore[arg-type]


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
    if kind == "date":
        return dates_of(series)
    return series if kind == "category" else series.to_numpy(dtype=np.float64)


def dates_of(series: pd.Series) -> pd.Series:
    """Dates, or text that no recipe step has read as dates, as datetime64[us] in UTC."""
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        return series
    read = pd.to_datetime(series, errors="coerce", format="mixed", utc=True)
    return read.dt.tz_convert(None).astype("datetime64[us]")


def build_pipeline(
    spec: CandidateSpec, *, task: Task, columns: tuple[Column, ...], recipe: Recipe, classes: int
) -> Pipeline:
    """The unfitted pipeline of a candidate: table encoder, then estimator."""
    encoder = TableEncoder(
        columns=[[column.name, column.kind] for column in columns],
        recipe=dump_recipe(recipe),
        encoding=ALGORITHMS[spec.algorithm].encoding,
        by_target=task == "regression" or classes == 2,
    )
    return Pipeline([("table", encoder), ("model", make_estimator(spec, task=task))])


def class_probabilities(pipeline: Pipeline, frame: pd.DataFrame, *, classes: int) -> Floats:
    """Probabilities by class code, rows × classes; 0 for a class the pipeline never saw."""
    seen = pipeline.predict_proba(frame)
    if seen.shape[1] == classes:
        return np.asarray(seen, dtype=np.float64)
    full = np.zeros((len(frame), classes))
    full[:, pipeline.classes_.astype(np.int64)] = seen
    return full
