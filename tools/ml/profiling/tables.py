"""Profiles frames, through the same engine as files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import pyarrow as pa

from tools.ml.profiling.columns import number_kind, text_kind
from tools.ml.profiling.engine import profile_stream
from tools.ml.profiling.profile import Kind, Profile
from tools.summaries.tallies import tally_numbers

if TYPE_CHECKING:
    from tools.ml.reading.report import ReadReport

_ROWS: Final = 65_536


def profile_table(table: pd.DataFrame, *, report: ReadReport | None = None) -> Profile:
    """Everything the profile card and the rest of the product need to know about a table."""
    names = [str(name) for name in table]
    columns = [_as_arrow(series) for _, series in table.items()]
    classes = {
        name
        for name, kind in zip(names, table.dtypes, strict=True)
        if isinstance(kind, pd.CategoricalDtype)
    }
    return profile_stream(
        _batches(columns, len(table)),
        names,
        units=report.units if report is not None else {},
        categories=frozenset(classes),
        baseline=True,
    )


def kind_of(values: pd.Series[Any]) -> Kind:
    """The kind of a column, as its profile has it.

    Whole numbers with gaps (float64 in the table) are "integer"; text whose values repeat is
    "category", else "text".
    """
    dtype = values.dtype
    if pd.api.types.is_bool_dtype(dtype):
        return "boolean"
    if pd.api.types.is_integer_dtype(dtype):
        return "integer"
    if pd.api.types.is_numeric_dtype(dtype):
        return number_kind(tally_numbers(values.to_numpy(dtype=float, na_value=float("nan"))))
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return "datetime"
    named = isinstance(dtype, pd.CategoricalDtype)
    return text_kind(int(values.nunique()), int(values.count()), category=named)


def _as_arrow(series: pd.Series[Any]) -> Any:
    try:
        return pa.array(series, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        said = [None if missing else str(value) for value, missing in _marked(series)]
        return pa.array(said, pa.string())


def _marked(series: pd.Series[Any]) -> Iterator[tuple[Any, bool]]:
    return zip(series.tolist(), series.isna().tolist(), strict=True)


def _batches(columns: list[Any], rows: int) -> Iterator[list[Any]]:
    for start in range(0, rows, _ROWS):
        yield [_flat(column.slice(start, _ROWS)) for column in columns]


def _flat(column: Any) -> Any:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
