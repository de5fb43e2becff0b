"""A typed table written out as text cells, for those who want the text alone."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa

from tools.ml.reading.structure import TextTable


def as_text(table: pd.DataFrame) -> TextTable:
    """Every cell as it would stand in a CSV file; gaps are empty."""
    columns = tuple(
        pa.array([_text(value) for value in column.tolist()], pa.string())
        for _, column in table.items()
    )
    names = tuple(str(name) for name in table.columns)
    return TextTable(names, columns, range(1, len(table) + 1), header=True)


def _text(value: Any) -> str:
    if value is None or value is pd.NA or value is pd.NaT or value != value:  # noqa: PLR0124
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, pd.Timestamp):
        return value.isoformat(sep=" ").removesuffix(" 00:00:00")
    return str(value)
