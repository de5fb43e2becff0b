"""Named columns of text to a typed table; types are decided by whole columns.

The one convention for types, kept in Parquet, in training and everywhere between:
whole numbers without gaps are int64, with gaps float64 (NaN); decimals float64; booleans
`bool`, with gaps `boolean`; dates and times datetime64[us] without a zone (UTC where there was
one); times of day and durations float64 seconds; everything else text of dtype `str` (NaN where
missing). A column without any value is float64.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tools.errors import BadRequest
from tools.ml.reading.column_types import TypedColumn, type_column
from tools.ml.reading.dates import DateReading
from tools.ml.reading.durations import DurationReading
from tools.ml.reading.found import Usual
from tools.ml.reading.numerals import NumberReading, could_be_grouped
from tools.ml.reading.plain import as_text
from tools.ml.reading.report import ColumnHint, ReadHints, Remarks
from tools.ml.reading.structure import TextTable

_NO_HINTS: Final = ReadHints()
_NO_HINT: Final = ColumnHint()
_MOST_NAMED: Final = 5


def type_columns(
    table: TextTable, remarks: Remarks, hints: ReadHints = _NO_HINTS, *, delimiter: str = ""
) -> pd.DataFrame:
    """Every column as the narrowest type that all its cells fit; nothing is guessed away.

    What one column leaves open (day or month first, a comma for thousands or decimals) is decided
    by the columns that leave no doubt.

    Args:
        table: All cells as text.
        remarks: Takes assumptions, near-ties, units and doubts.
        hints: What the person said about columns.
        delimiter: Of the file: nobody who writes decimal commas puts commas between cells, too.

    Raises:
        BadRequest: A hint names no column, or does not fit one: its first such cell and line.
    """
    told = _by_name(table.names, hints.columns)
    typed = [
        type_column(name, cells, lines=table.lines, hint=told.get(name, _NO_HINT))
        for name, cells in zip(table.names, table.columns, strict=True)
    ]
    usual = _usual(typed, table.columns, delimiter)
    if usual != Usual():
        typed = [
            type_column(column.name, cells, lines=table.lines, usual=usual)
            if column.name not in told and _is_open(column, cells, usual)
            else column
            for column, cells in zip(typed, table.columns, strict=True)
        ]
    for column in typed:
        _tell(column, remarks)
    _tell_missing(typed, remarks)
    series = {column.name: _series(column) for column in typed}
    return pd.DataFrame(series, index=pd.RangeIndex(len(table.lines)))


def retype_columns(table: pd.DataFrame, remarks: Remarks, hints: ReadHints) -> pd.DataFrame:
    """A table of a format with types of its own, with what a person said about its columns.

    Raises:
        BadRequest: As for `type_columns`; lines are rows here.
    """
    told = _by_name([str(name) for name in table.columns], hints.columns)
    if not told:
        return table
    text = as_text(table[list(told)])
    typed = type_columns(text, remarks, ReadHints(columns=told))
    return table.assign(**{str(name): typed[name] for name in typed.columns})


def _by_name(names: Sequence[str], told: Mapping[str, ColumnHint]) -> dict[str, ColumnHint]:
    """Hints by the names of the table; upper and lower case need not match."""
    low: dict[str, list[str]] = {}
    for name in names:
        low.setdefault(name.strip().casefold(), []).append(name)
    found: dict[str, ColumnHint] = {}
    for name, hint in told.items():
        same = [name] if name in names else low.get(name.strip().casefold(), [])
        if len(same) != 1:
            near = difflib.get_close_matches(name, names, n=_MOST_NAMED, cutoff=0.5)
            listed = ", ".join(f"“{other}”" for other in near or names[:_MOST_NAMED])
            raise BadRequest(f"There is no column “{name[:60]}”.", f"There is {listed}.")
        found[same[0]] = hint
    return found


def _usual(typed: Sequence[TypedColumn], cells: Sequence[Any], delimiter: str) -> Usual:
    """What the columns that leave no doubt have in common."""
    orders, decimals, shapes = set[str](), set[str](), set[str]()
    for column in typed:
        reading = column.reading
        if column.still_open:
            continue
        if isinstance(reading, DateReading) and reading.order in ("dmy", "mdy"):
            orders.add(reading.order)
        elif isinstance(reading, NumberReading) and (reading.groups or reading.decimal == ","):
            decimals.add(reading.decimal)
        elif isinstance(reading, DurationReading) and reading.shape in ("clock", "minutes"):
            shapes.add(reading.shape)
    if not decimals and any(column.still_open == "decimal" for column in typed):
        pointed = (c for c, t in zip(cells, typed, strict=True) if _has_points(t))
        if delimiter == "," or any(not could_be_grouped(column) for column in pointed):
            decimals.add(".")
    return Usual(
        decimals.pop() if len(decimals) == 1 else None,
        orders.pop() == "dmy" if len(orders) == 1 else None,
        shapes.pop() == "clock" if len(shapes) == 1 else None,
    )


def _has_points(column: TypedColumn) -> bool:
    reading = column.reading
    return isinstance(reading, NumberReading) and not reading.whole and reading.decimal == "."


def _is_plain_float(column: TypedColumn) -> bool:
    return column.kind == "number" and column.reading == NumberReading()


def _is_open(column: TypedColumn, cells: Any, usual: Usual) -> bool:
    """Whether the other columns may decide this one otherwise."""
    if column.still_open == "order":
        return usual.day_first is not None
    if column.still_open == "hours":
        return usual.hours is not None
    if column.still_open == "decimal":
        return usual.decimal is not None
    return usual.decimal == "," and _is_plain_float(column) and could_be_grouped(cells)


def _tell(column: TypedColumn, remarks: Remarks) -> None:
    for note in column.notes:
        remarks.note(f"Column “{column.name}”: {note}.")
    for warning in column.warnings:
        remarks.warn(f"Column “{column.name}”: {warning}.")
    if column.unit:
        remarks.units.setdefault(column.name, column.unit)
    if column.doubt:
        remarks.doubts.append(column.doubt)


def _tell_missing(typed: Sequence[TypedColumn], remarks: Remarks) -> None:
    """One note per mark that was read as a missing value."""
    marks: dict[str, list[str]] = {}
    for column in typed:
        for mark in column.missing:
            marks.setdefault(mark, []).append(column.name)
    for mark, names in marks.items():
        listed = ", ".join(f"“{name}”" for name in names[:_MOST_NAMED])
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        remarks.note(f"“{mark}” read as a missing value in {listed}{more}.")


def _series(column: TypedColumn) -> pd.Series[Any]:
    values = column.values
    if column.kind == "text":
        return pd.Series(values.to_pandas(), dtype="str")
    if column.kind == "boolean":
        dtype = "boolean" if values.null_count else "bool"
        return pd.Series(values.to_pandas(), dtype=dtype)
    if column.kind == "date":
        return pd.Series(values.to_numpy(zero_copy_only=False)).astype("datetime64[us]")
    if column.kind == "integer" and values.null_count:
        values = pc.cast(values, pa.float64())
    return pd.Series(values.to_numpy(zero_copy_only=False).copy())
