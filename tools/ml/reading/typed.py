"""Formats that carry their own types (Parquet, JSON) to the one convention of types."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tools.errors import Refused
from tools.ml.reading.columns import type_columns
from tools.ml.reading.report import ReadLimits, Remarks
from tools.ml.reading.structure import TextTable

_EXACT: Final = 2**53
_MOST_LEVELS: Final = 3
_MOST_NAMED: Final = 5


def read_parquet(data: bytes, name: str, *, limits: ReadLimits, remarks: Remarks) -> pd.DataFrame:
    """A Parquet file as a table.

    Raises:
        Refused: Damaged, too wide, or expanding to too much.
    """
    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        groups = [file.metadata.row_group(i) for i in range(file.metadata.num_row_groups)]
        size = sum(group.total_byte_size for group in groups)
        if size > limits.expanded_bytes or file.metadata.num_columns > limits.columns:
            raise Refused(
                f"“{name}” would unpack to {size / 1e6:,.0f} MB in "
                f"{file.metadata.num_columns:,} columns; that is more than is read.",
                "Send fewer rows or columns.",
            )
        table = file.read()
    except (pa.ArrowException, OSError, ValueError) as exc:
        raise Refused(
            f"“{name}” is a damaged Parquet file.", "Write it again and send it once more."
        ) from exc
    return from_arrow(table, remarks)


def from_arrow(table: pa.Table, remarks: Remarks) -> pd.DataFrame:
    """An Arrow table in the types of `columns.py`; index columns of pandas are left out."""
    names = [name for name in table.column_names if not name.startswith("__index_level_")]
    if len(names) < table.num_columns:
        remarks.note("The index that pandas stored in the file was left out.")
    series: dict[str, pd.Series[Any]] = {}
    for name in names:
        place = table.column_names.index(name)
        series[_free_name(name, series, remarks)] = _column(name, table.column(place), remarks)
    return pd.DataFrame(series, index=pd.RangeIndex(table.num_rows))


def _free_name(name: str, taken: Iterable[str], remarks: Remarks) -> str:
    used, free, number = set(taken), name.strip() or "column", 2
    while free in used:
        free, number = f"{name}_{number}", number + 1
    if free != name:
        remarks.warn(f"A column named “{name}” is called “{free}”.")
    return free


def _column(name: str, column: Any, remarks: Remarks) -> pd.Series[Any]:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_boolean(kind):
        dtype = "boolean" if column.null_count else "bool"
        return pd.Series(column.to_pandas(), dtype=dtype)
    if pa.types.is_integer(kind):
        return _integers(name, column, remarks)
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind) or pa.types.is_null(kind):
        return pd.Series(column.cast(pa.float64()).to_pandas(), dtype="float64")
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return _dates(name, column, remarks)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pd.Series(column.cast(pa.string()).to_pandas(), dtype="str")
    remarks.note(f"Column “{name}” holds {kind} values; kept as text.")
    return pd.Series([None if v is None else _as_text(v) for v in column.to_pylist()], dtype="str")


def _integers(name: str, column: Any, remarks: Remarks) -> pd.Series[Any]:
    try:
        column = column.cast(pa.int64())
    except pa.ArrowInvalid:
        remarks.note(f"Column “{name}” holds numbers too long to be exact; kept as text.")
        return pd.Series(column.cast(pa.string()).to_pandas(), dtype="str")
    if not column.null_count:
        return pd.Series(column.to_numpy(), dtype="int64")
    if column.null_count < len(column) and pc.max(pc.abs(column)).as_py() > _EXACT:
        remarks.note(f"Column “{name}” holds numbers too long to be exact; kept as text.")
        return pd.Series(column.cast(pa.string()).to_pandas(), dtype="str")
    return pd.Series(column.cast(pa.float64()).to_pandas(), dtype="float64")


def _dates(name: str, column: Any, remarks: Remarks) -> pd.Series[Any]:
    if pa.types.is_timestamp(column.type) and column.type.tz:
        remarks.note(f"Column “{name}”: times with a zone are kept as UTC.")
    naive = column.cast(pa.timestamp("us"), safe=False)
    return pd.Series(naive.to_pandas()).astype("datetime64[us]")


def _as_text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def read_json(text: str, name: str, remarks: Remarks) -> tuple[pd.DataFrame, str] | None:
    """Records of a JSON array or of JSON lines, and which; None if the text is no JSON.

    Nested objects are flattened three levels (`address.geo.lat`); what is deeper, and lists, stay
    as JSON text, which is noted.

    Raises:
        Refused: JSON, but no list of records, or broken at some line.
    """
    try:
        records, form = _records(text, name)
    except RecursionError as exc:
        raise Refused(f"“{name}” is nested too deeply.", "Send flat records.") from exc
    if records is None:
        return None
    columns: dict[str, list[Any]] = {}
    packed: dict[str, None] = {}
    for place, record in enumerate(records):
        for key, value in _flat(record):
            column = columns.setdefault(key, [])
            column.extend([None] * (place - len(column)))
            if isinstance(value, dict | list):
                packed[key] = None
            if len(column) == place:
                column.append(_as_text(value) if isinstance(value, dict | list) else value)
    for column in columns.values():
        column.extend([None] * (len(records) - len(column)))
    if not columns:
        raise Refused(f"“{name}” holds no records.", "Send a list of objects with fields.")
    remarks.note(f"JSON, {'one record per line' if form == 'jsonl' else 'a list of records'}.")
    if packed:
        names = ", ".join(f"“{key}”" for key in list(packed)[:_MOST_NAMED])
        more = " and others" if len(packed) > _MOST_NAMED else ""
        remarks.note(f"Lists or objects in {names}{more} are kept as JSON text.")
    return _typed_values(columns, len(records), remarks), form


def _records(text: str, name: str) -> tuple[list[dict[str, Any]] | None, str]:
    try:
        value = json.loads(text, parse_constant=lambda _: None)
    except ValueError:
        return _json_lines(text, name), "jsonl"
    if isinstance(value, dict):
        lists = [part for part in value.values() if isinstance(part, list)]
        records = len(lists) == 1 and lists[0] and all(isinstance(v, dict) for v in lists[0])
        value = lists[0] if records else [value]
    if not isinstance(value, list) or not all(isinstance(record, dict) for record in value):
        raise Refused(
            f"“{name}” is JSON, but not a list of records.",
            "Send a list of objects, or one object per line.",
        )
    return value, "json"


def _json_lines(text: str, name: str) -> list[dict[str, Any]] | None:
    records: list[dict[str, Any]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line, parse_constant=lambda _: None)
        except ValueError as exc:
            if not records:
                return None
            raise Refused(
                f"“{name}” is broken in line {number}: that is no JSON.",
                "Mend or remove that line and send the file again.",
            ) from exc
        if not isinstance(record, dict):
            if not records:
                return None
            raise Refused(
                f"“{name}”: line {number} is not an object like the lines before it.",
                "Send one object per line.",
            )
        records.append(record)
    return records or None


def _flat(record: dict[str, Any], before: str = "", level: int = 0) -> Iterable[tuple[str, Any]]:
    for key, value in record.items():
        name = before + (key.strip() or "column")
        if isinstance(value, dict) and value and level < _MOST_LEVELS:
            yield from _flat(value, f"{name}.", level + 1)
        else:
            yield name, value


def _typed_values(columns: dict[str, list[Any]], rows: int, remarks: Remarks) -> pd.DataFrame:
    """Through text, so that numbers and dates in strings get their types as in a CSV file."""
    texts = [
        pa.array([_cell(value) for value in values], pa.string()) for values in columns.values()
    ]
    table = TextTable(tuple(columns), tuple(texts), range(1, rows + 1), header=True)
    return type_columns(table, remarks)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = repr(value) if isinstance(value, float) else str(value)
    return text.replace("\x00", "").encode("utf-8", errors="replace").decode("utf-8")
