"""A table as a workbook of one sheet, with what cells cannot say kept in its properties."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import xlsxwriter

from tools.errors import Refused
from tools.ml.reading.carried import HEADER, NUMBERS, TEXT
from tools.ml.reading.shield import shielded_core, shielded_name
from tools.ml.writing.cells import (
    NOTHING,
    begins_with_units,
    is_text,
    misread,
    shielded,
    text_of,
)

_SHEET_ROWS: Final = 1_048_576
_SHEET_COLUMNS: Final = 16_384
_CELL_LENGTH: Final = 32_767
_PROPERTY_LENGTH: Final = 255
_EXACT: Final = 2**53
_FIRST_DAY: Final = pd.Timestamp("1900-03-01")
"""Before it, spreadsheets disagree about the calendar."""


class _Exact(float):
    """A number that is written with all its digits."""

    def __format__(self, _: str) -> str:
        return repr(float(self))


def write_sheet(table: pd.DataFrame, path: Path, name: str) -> None:
    """Write the table as XLSX: numbers, booleans and dates as such, text never as a formula.

    Dates before March 1900 and finer than a millisecond, infinite and very long whole numbers
    are written as text; they are read as what they are.

    Args:
        table: With the types of `tools.ml.reading.columns`.
        path: Created or replaced.
        name: Of the dataset; names the sheet.

    Raises:
        Refused: Too many rows or columns, or too long a text, for a sheet.
    """
    rows, columns = table.shape
    if rows >= _SHEET_ROWS or columns > _SHEET_COLUMNS:
        raise Refused(
            f"A sheet holds {_SHEET_ROWS - 1:,} rows and {_SHEET_COLUMNS:,} columns; this table "
            f"has {rows:,} and {columns:,}.",
            "Take it as csv or parquet.",
        )
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet(_sheet_name(name))
        bold = book.add_format({"bold": True})
        formats = [_format(book, table[column]) for column in table.columns]
        for place, column in enumerate(table.columns):
            sheet.write_string(0, place, shielded_name(str(column), formulas=False), bold)
        sheet.freeze_panes(1, 0)
        units = begins_with_units(table)
        cells = [_cells(table[column], units=units) for column in table.columns]
        for blank in np.flatnonzero(table.isna().all(axis=1)).tolist():
            for cell in cells:
                cell[blank] = NOTHING
        for row, values in enumerate(zip(*cells, strict=True), start=1):
            for place, value in enumerate(values):
                _write_cell(sheet, row, place, value, formats[place])
        _carry(book, table)


def _carry(book: Any, table: pd.DataFrame) -> None:
    """Say which columns are text although they look like values, and which are no integers."""
    book.set_custom_property(HEADER, True, "bool")
    counts = {TEXT: 0, NUMBERS: 0}
    for column in table.columns:
        kind = _carried(table[column])
        if kind and len(str(column)) <= _PROPERTY_LENGTH:
            counts[kind] += 1
            book.set_custom_property(f"{kind} {counts[kind]}", str(column), "text")


def _carried(values: pd.Series[Any]) -> str:
    if is_text(values):
        text = text_of(values)
        return TEXT if misread(text, shielded(text, formulas=False)) else ""
    if values.dtype == "float64" and not values.isna().any():
        numbers = values.to_numpy()
        return NUMBERS if (np.floor(numbers) == numbers).all() else ""
    return ""


def _sheet_name(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\'\x00-\x1f]+", " ", name).strip()[:31] or "data"


def _format(book: Any, values: pd.Series[Any]) -> Any:
    if not pd.api.types.is_datetime64_any_dtype(values.dtype):
        return None
    present = values.dropna()
    if (present == present.dt.normalize()).all():
        return book.add_format({"num_format": "yyyy-mm-dd"})
    fine = bool((present.dt.microsecond != 0).any())
    return book.add_format({"num_format": f"yyyy-mm-dd hh:mm:ss{'.000' if fine else ''}"})


def _cells(values: pd.Series[Any], *, units: bool) -> list[Any]:
    """Python values; None where missing."""
    if is_text(values):
        text = text_of(values)
        cells = shielded(text, formulas=False, units=units)
        if shielded_core(cells) is not None and misread(text, cells):
            cells = pc.binary_join_element_wise("'", cells, "")
        return list(cells.to_pylist())
    present = values.notna().to_numpy()
    return [item if there else None for item, there in zip(values, present, strict=True)]


def _write_cell(sheet: Any, row: int, place: int, value: Any, date_format: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool | np.bool_):
        sheet.write_boolean(row, place, bool(value))
    elif isinstance(value, pd.Timestamp):
        if value < _FIRST_DAY or value.microsecond % 1_000:
            sheet.write_string(row, place, str(value))
        else:
            sheet.write_datetime(row, place, value.to_pydatetime(), date_format)
    elif isinstance(value, float) and np.isfinite(value):
        sheet.write_number(row, place, _Exact(value))
    elif isinstance(value, int) and abs(value) <= _EXACT:
        sheet.write_number(row, place, int(value))
    else:
        _write_text(sheet, row, place, str(value))


def _write_text(sheet: Any, row: int, place: int, text: str) -> None:
    if len(text) > _CELL_LENGTH:
        raise Refused(
            f"Row {row} holds a text of {len(text):,} characters; a sheet's cell holds "
            f"{_CELL_LENGTH:,}.",
            "Take it as csv or parquet.",
        )
    sheet.write_string(row, place, text)
