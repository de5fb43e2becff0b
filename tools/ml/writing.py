"""Writes a table for people to take away: CSV, Parquet or XLSX, safe to open anywhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from tools.errors import Refused

Format: TypeAlias = Literal["csv", "parquet", "xlsx"]

_FORMULA: Final = r"^'*[=+\-@\t\r]"
_SHEET_ROWS: Final = 1_048_576
_SHEET_COLUMNS: Final = 16_384
_CELL_LENGTH: Final = 32_767
_EXACT: Final = 2**53


def write_table(table: pd.DataFrame, format: Format, path: Path, name: str) -> None:  # noqa: A002
    """Write the table to `path`; what is written as CSV or Parquet reads in the same.

    Text that a spreadsheet would run as a formula is made harmless: in CSV by an apostrophe in
    front, which the reader takes off again, in XLSX by the cell type. Numbers stay numbers.

    Args:
        table: With the types of `tools.ml.reading.columns`.
        format: "csv" (UTF-8, RFC 4180 with line feeds), "parquet" or "xlsx".
        path: Created or replaced.
        name: Of the dataset; names the sheet.

    Raises:
        Refused: A sheet cannot hold it.
    """
    if format == "csv":
        _shielded(table).to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    elif format == "parquet":
        pq.write_table(pa.Table.from_pandas(table, preserve_index=False), path)
    else:
        _write_sheet(table, path, name)


def _shielded(table: pd.DataFrame) -> pd.DataFrame:
    safe = {
        column: _shield_cells(table[column]) for column in table.columns if _is_text(table[column])
    }
    shielded = table.assign(**safe)
    shielded.columns = pd.Index([_shield(str(column)) for column in table.columns])
    return shielded


def _is_text(values: pd.Series[Any]) -> bool:
    return isinstance(values.dtype, pd.StringDtype) or values.dtype == object


def _shield_cells(values: pd.Series[Any]) -> pd.Series[Any]:
    risky = values.str.match(_FORMULA).fillna(False).astype("bool")
    return values.where(~risky, "'" + values.astype("str"))


def _shield(text: str) -> str:
    return "'" + text if re.match(_FORMULA, text) else text


def _write_sheet(table: pd.DataFrame, path: Path, name: str) -> None:
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
        dates = [_date_format(book, table[column]) for column in table.columns]
        for place, column in enumerate(table.columns):
            sheet.write_string(0, place, str(column), bold)
        sheet.freeze_panes(1, 0)
        cells = [_cells(table[column]) for column in table.columns]
        for row, values in enumerate(zip(*cells, strict=True), start=1):
            for place, value in enumerate(values):
                _write_cell(sheet, row, place, value, dates[place])


def _sheet_name(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\'\x00-\x1f]+", " ", name).strip()[:31] or "data"


def _date_format(book: Any, values: pd.Series[Any]) -> Any:
    if not pd.api.types.is_datetime64_any_dtype(values.dtype):
        return None
    present = values.dropna()
    days = bool((present == present.dt.normalize()).all())
    return book.add_format({"num_format": "yyyy-mm-dd" if days else "yyyy-mm-dd hh:mm:ss"})


def _cells(values: pd.Series[Any]) -> list[Any]:
    """Python values; None where missing."""
    present = values.notna().to_numpy()
    return [item if there else None for item, there in zip(values, present, strict=True)]


def _write_cell(sheet: Any, row: int, place: int, value: Any, date_format: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool | np.bool_):
        sheet.write_boolean(row, place, bool(value))
    elif isinstance(value, pd.Timestamp):
        if value.year < 1900:
            sheet.write_string(row, place, str(value))
        else:
            sheet.write_datetime(row, place, value.to_pydatetime(warn=False), date_format)
    elif isinstance(value, float) or (isinstance(value, int) and abs(value) <= _EXACT):
        if np.isfinite(value):
            sheet.write_number(row, place, value)
    else:
        text = str(value)
        if len(text) > _CELL_LENGTH:
            raise Refused(
                f"Row {row} holds a text of {len(text):,} characters; a sheet's cell holds "
                f"{_CELL_LENGTH:,}.",
                "Take it as csv or parquet.",
            )
        sheet.write_string(row, place, text)
