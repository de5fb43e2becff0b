"""Formats that carry their own types (Parquet, Feather) to the one convention of types."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tools.errors import Refused
from tools.ml.reading.report import ReadLimits, Remarks

_EXACT: Final = 2**53
_BATCH: Final = 1 << 16
_PER_SECOND: Final = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}
_MOST_NAMED: Final = 5
_AGAIN: Final = "Write it again and send it once more."
_BROKEN: Final = (pa.ArrowException, OSError, ValueError, OverflowError, KeyError)


def read_parquet(data: bytes, name: str, *, limits: ReadLimits, remarks: Remarks) -> pd.DataFrame:
    """A Parquet file as a table.

    Raises:
        Refused: Damaged, encrypted, too wide, or expanding to too much.
    """
    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        described = file.metadata
        _refuse_large(described.num_rows, described.num_columns, name, limits)
        batches = file.iter_batches(batch_size=_BATCH)
        return from_arrow(_counted(batches, file.schema_arrow, name, limits), remarks)
    except _BROKEN as exc:
        raise _damaged(name, "Parquet", exc) from exc


def read_feather(data: bytes, name: str, *, limits: ReadLimits, remarks: Remarks) -> pd.DataFrame:
    """A Feather file (Arrow IPC, as a file or a stream) as a table.

    Raises:
        Refused: Damaged, too wide, or expanding to too much.
    """
    try:
        if data.startswith(b"ARROW1"):
            file = pa.ipc.open_file(pa.BufferReader(data))
            batches = (file.get_batch(place) for place in range(file.num_record_batches))
            table = _counted(batches, file.schema, name, limits)
        else:
            stream = pa.ipc.open_stream(pa.BufferReader(data))
            table = _counted(iter(stream), stream.schema, name, limits)
        return from_arrow(table, remarks)
    except _BROKEN as exc:
        raise _damaged(name, "Feather", exc) from exc


def _damaged(name: str, form: str, exc: Exception) -> Refused:
    cause = str(exc).strip().splitlines()[0][:120] if str(exc).strip() else "it cannot be read"
    if "encrypt" in cause.lower() or "decrypt" in cause.lower():
        return Refused(f"“{name}” is an encrypted {form} file.", "Send it without encryption.")
    return Refused(f"“{name}” is a damaged {form} file ({cause}).", _AGAIN)


def _counted(
    batches: Iterator[pa.RecordBatch], schema: pa.Schema, name: str, limits: ReadLimits
) -> pa.Table:
    """All batches as one table; refused as soon as they are too much.

    Each is checked before anything else looks at it: a broken one may point outside its memory.
    """
    kept: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        batch.validate(full=True)
        rows, size = rows + batch.num_rows, size + batch.nbytes
        _refuse_large(rows, batch.num_columns, name, limits, size=size)
        kept.append(batch)
    return pa.Table.from_batches(kept, schema=schema)


def _refuse_large(rows: int, columns: int, name: str, limits: ReadLimits, *, size: int = 0) -> None:
    if columns > limits.columns:
        raise Refused(
            f"“{name}” has {columns:,} columns; up to {limits.columns:,} can be read.",
            "Send the columns you need.",
        )
    if max(size, rows * columns) > limits.expanded_bytes:
        raise Refused(
            f"“{name}” unpacks to {rows:,} rows in {columns:,} columns or more, over "
            f"{limits.expanded_bytes / 1e6:,.0f} MB; that is more than is read.",
            "Send fewer rows or columns.",
        )


def from_arrow(table: pa.Table, remarks: Remarks) -> pd.DataFrame:
    """An Arrow table in the types of `columns.py`; index columns of pandas are left out."""
    places = [
        place
        for place, name in enumerate(table.column_names)
        if not name.startswith("__index_level_")
    ]
    if len(places) < table.num_columns:
        remarks.note("The index that pandas stored in the file was left out.")
    table = _flat(table.select(places), remarks)
    series: dict[str, pd.Series[Any]] = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        series[_free_name(name, series, remarks)] = _column(name, column, remarks)
    return pd.DataFrame(series, index=pd.RangeIndex(table.num_rows))


def _flat(table: pa.Table, remarks: Remarks) -> pa.Table:
    """Fields of nested objects as columns of their own, one level deep."""
    nested = [field.name for field in table.schema if pa.types.is_struct(field.type)]
    if not nested:
        return table
    named = ", ".join(f"“{name}”" for name in nested[:_MOST_NAMED])
    remarks.note(f"The fields of the objects in {named} are columns of their own.")
    return table.flatten()


def _free_name(name: str, taken: Iterable[str], remarks: Remarks) -> str:
    used, free, number = set(taken), name.strip() or "column", 2
    while free in used:
        free, number = f"{name}_{number}", number + 1
    if free != name:
        remarks.warn(f"A column named “{name}” is called “{free}”.")
    return free


def _column(name: str, column: Any, remarks: Remarks) -> pd.Series[Any]:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    for fits, plain in _PLAIN:
        if any(fit(column.type) for fit in fits):
            return plain(column)
    for fits, telling in _TELLING:
        if any(fit(column.type) for fit in fits):
            return telling(name, column, remarks)
    remarks.note(f"Column “{name}” holds {column.type} values; kept as text.")
    return pd.Series([None if v is None else _as_text(v) for v in column.to_pylist()], dtype="str")


def _booleans(column: Any) -> pd.Series[Any]:
    return pd.Series(column.to_pandas(), dtype="boolean" if column.null_count else "bool")


def _floats(column: Any) -> pd.Series[Any]:
    return pd.Series(column.cast(pa.float64()).to_pandas(), dtype="float64")


def _texts(column: Any) -> pd.Series[Any]:
    return pd.Series(column.cast(pa.string()).to_pandas(), dtype="str")


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


def _seconds(name: str, column: Any, remarks: Remarks) -> pd.Series[Any]:
    """Durations and times of day, as everywhere, in seconds."""
    remarks.note(f"Column “{name}”: times or durations are kept as seconds.")
    kind = column.type
    number = pa.int32() if kind.bit_width == 32 else pa.int64()
    values = column.cast(number).cast(pa.float64(), safe=False)
    return pd.Series(pc.divide(values, _PER_SECOND[kind.unit]).to_pandas(), dtype="float64")


def _as_text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


_PLAIN: Final = (
    ((pa.types.is_boolean,), _booleans),
    ((pa.types.is_floating, pa.types.is_decimal, pa.types.is_null), _floats),
    ((pa.types.is_string, pa.types.is_large_string), _texts),
)
"""Which types of Arrow are taken as they are."""

_TELLING: Final = (
    ((pa.types.is_integer,), _integers),
    ((pa.types.is_timestamp, pa.types.is_date), _dates),
    ((pa.types.is_duration, pa.types.is_time), _seconds),
)
"""Which are changed, and told; all others become text."""
