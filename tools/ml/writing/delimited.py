"""A table as RFC 4180 text in UTF-8, a hundred thousand rows at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tools.ml.reading.shield import shielded_name
from tools.ml.writing.cells import (
    NOTHING,
    begins_with_units,
    is_text,
    misread,
    shielded,
    text_of,
    values_as_text,
)

_ROWS: Final = 100_000
_PLAIN: Final = r"^[\pL\pN_.\-]+$"
"""What stands without quotes; whatever any dialect might cut stands in them."""


def write_delimited(table: pd.DataFrame, path: Path) -> None:
    """Write the table as CSV.

    All names are quoted and no plain cell is, which tells readers that the first line is the
    header even above nothing but text.

    Args:
        table: With the types of `tools.ml.reading.columns`.
        path: Created or replaced.
    """
    units = begins_with_units(table)
    whole = [_shield(table[column], units=units) for column in table.columns]
    names = pa.array([shielded_name(str(name)) for name in table.columns], pa.string())
    with path.open("wb") as file:
        file.write((",".join(_quoted(names).to_pylist()) + "\n").encode())
        for start in range(0, len(table), _ROWS):
            part = table.iloc[start : start + _ROWS]
            columns = [
                _cells(part.iloc[:, place], shield, units=units and not start)
                for place, shield in enumerate(whole)
            ]
            # A row of nothing would be no row, so its first cell says that it is missing.
            columns[0] = pc.if_else(_blank(part), NOTHING, columns[0])
            lines = pc.binary_join_element_wise(*columns, ",")
            file.write(("\n".join(lines.to_pylist()) + "\n").encode())


def _blank(part: pd.DataFrame) -> Any:
    return pa.array(part.isna().all(axis=1))


def _shield(values: pd.Series[Any], *, units: bool) -> bool:
    """Whether every cell of a column needs an apostrophe, lest it be read as something else."""
    if not is_text(values):
        return False
    text = text_of(values)
    return misread(text, shielded(text, units=units))


def _cells(values: pd.Series[Any], shield: bool, *, units: bool) -> Any:
    if not is_text(values):
        return pc.fill_null(values_as_text(values), "")
    cells = shielded(text_of(values), units=units)
    if shield:
        cells = pc.binary_join_element_wise("'", cells, "")
    plain = pc.match_substring_regex(cells, _PLAIN)
    return pc.fill_null(pc.if_else(plain, cells, _quoted(cells)), "")


def _quoted(cells: Any) -> Any:
    return pc.binary_join_element_wise('"', pc.replace_substring(cells, '"', '""'), '"', "")
