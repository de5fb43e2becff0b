"""Short ways for the tests of types to type columns and tables of text."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from tools.ml.reading.column_types import TypedColumn, type_column
from tools.ml.reading.columns import type_columns
from tools.ml.reading.report import ColumnHint, ReadHints, Remarks
from tools.ml.reading.structure import TextTable


def typed(cells: list[str], name: str = "v", **hint) -> TypedColumn:
    """One column by itself; the first row is line 2."""
    lines = range(2, len(cells) + 2)
    return type_column(name, pa.array(cells), lines=lines, hint=ColumnHint(**hint))


def seen(cells: list[str], name: str = "v", **hint) -> tuple[str, list]:
    """Kind and values of one column by itself."""
    column = typed(cells, name, **hint)
    return column.kind, column.values.to_pylist()


def table(
    columns: dict[str, list[str]], hints: dict[str, ColumnHint] | None = None
) -> tuple[pd.DataFrame, Remarks]:
    """The typed table of columns of text, and what was remarked."""
    remarks = Remarks()
    lines = range(2, 2 + len(next(iter(columns.values()))))
    arrays = tuple(pa.array(cells) for cells in columns.values())
    text = TextTable(tuple(columns), arrays, lines, header=True)
    return type_columns(text, remarks, ReadHints(columns=hints or {})), remarks
