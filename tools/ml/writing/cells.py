"""Columns of a table as the text that stands in a file, shielded where it would be misread."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tools.ml.reading.column_types import type_column
from tools.ml.reading.shield import risky_cells, unit_like

NOTHING: Final = "NA"
"""Stands in the first cell of a row that holds no value at all."""

_WHOLE: Final = r"^-?\d+$"


def is_text(values: pd.Series[Any]) -> bool:
    """Whether a column holds text rather than numbers, booleans or dates."""
    dtype = values.dtype
    return not (
        pd.api.types.is_numeric_dtype(dtype)
        or pd.api.types.is_bool_dtype(dtype)
        or pd.api.types.is_datetime64_any_dtype(dtype)
    )


def text_of(values: pd.Series[Any]) -> Any:
    """Text as it is, null where missing."""
    present = values.notna()
    plain = values if isinstance(values.dtype, pd.StringDtype) else values.astype("str")
    return pa.array(plain.where(present), pa.string(), from_pandas=True)


def shielded(cells: Any, *, formulas: bool = True, units: bool = False) -> Any:
    """Text with an apostrophe before each cell that would not come back as it is.

    Args:
        cells: pyarrow string array.
        formulas: Whether a cell that begins like a formula would be run.
        units: Whether the first row would be taken for one of units.
    """
    risky = risky_cells(cells, formulas=formulas)
    if units:
        first = pa.array(np.arange(len(cells)) == 0)
        risky = pc.or_(risky, pc.and_(first, unit_like(cells)))
    return pc.if_else(risky, pc.binary_join_element_wise("'", cells, ""), cells)


def begins_with_units(table: pd.DataFrame) -> bool:
    """Whether the first row would be taken for one of units: they or nothing in every cell."""
    first = [table[column].iloc[:1] for column in table.columns]
    there = [values for values in first if not values.isna().all()]
    return bool(there) and all(
        is_text(values) and unit_like(text_of(values))[0].as_py() for values in there
    )


def misread(text: Any, cells: Any) -> bool:
    """Whether cells would be read as something other than the text they stand for.

    Args:
        text: What is meant.
        cells: What would be written.
    """
    if cells.null_count == len(cells):
        return False
    typed = type_column("", cells)
    return typed.kind != "text" or not typed.values.equals(text)


def values_as_text(values: pd.Series[Any]) -> Any:
    """Numbers, booleans and dates as computers write them, null where missing.

    Floats keep every digit and a point, so that they are read as floats.
    """
    column = pa.array(values, from_pandas=True)
    if pa.types.is_boolean(column.type):
        return pc.if_else(column, "True", "False")
    if pa.types.is_timestamp(column.type):
        return _dates_as_text(column)
    text = pc.cast(column, pa.string())
    if pa.types.is_floating(column.type):
        whole = pc.match_substring_regex(text, _WHOLE)
        text = pc.if_else(whole, pc.binary_join_element_wise(text, ".0", ""), text)
    return text


def _dates_as_text(column: Any) -> Any:
    """Days if all are, else seconds, with fractions only if any has them."""
    text = pc.cast(column.cast(pa.timestamp("us")), pa.string())
    for rest in (" 00:00:00.000000", ".000000"):
        if pc.all(pc.ends_with(text, rest)).as_py() is not False:
            return pc.utf8_slice_codeunits(text, 0, -len(rest))
    return text
