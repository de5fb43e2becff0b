"""What endpoints were asked and what they answered, as Parquet parts.

Columns of a part: `prediction_id`, `key` (the caller's own, or null), `time` (UTC), `digest` (of
the model), `warnings` (a list of strings), `x.<feature>` for each field of the row, `y` (the
answer) and `y_score` (its probability, or null).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from storage.blobs.base import BlobStore
from storage.catalog.catalog import Catalog
from storage.catalog.records import Environment, PredictionPart

if TYPE_CHECKING:
    import pyarrow as pa

FEATURE: Final = "x."
"""Prefix of the columns that hold the row."""


def log_row(
    prediction_id: str,
    *,
    time: datetime,
    digest: str,
    row: Mapping[str, Any],
    answer: Any,
    score: float | None = None,
    key: str | None = None,
    warnings: Sequence[str] = (),
) -> dict[str, Any]:
    """One answered row as the log takes it."""
    return {
        "prediction_id": prediction_id,
        "key": key,
        "time": time,
        "digest": digest,
        "warnings": list(warnings),
        **{f"{FEATURE}{name}": value for name, value in row.items()},
        "y": answer,
        "y_score": score,
    }


class PredictionLog:
    """The log of all slots; parts are only ever added."""

    def __init__(self, catalog: Catalog, blobs: BlobStore) -> None:
        self._catalog = catalog
        self._blobs = blobs

    def append(
        self, scope_id: str, name: str, environment: Environment, rows: Sequence[dict[str, Any]]
    ) -> PredictionPart:
        """Keep answered rows (`log_row`), at least one, as the next part of a slot."""
        import pyarrow as pa
        from pyarrow import parquet

        sink = pa.BufferOutputStream()
        parquet.write_table(_table(rows), sink, compression="zstd")
        blob = self._blobs.put(sink.getvalue().to_pybytes())
        times = [row["time"] for row in rows]
        with self._catalog.write() as unit:
            return unit.predictions.add_part(
                scope_id=scope_id,
                name=name,
                environment=environment,
                blob=blob,
                rows=len(rows),
                start=min(times),
                end=max(times),
            )

    def parts(
        self,
        scope_id: str,
        name: str,
        environment: Environment,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[pa.Table]:
        """The rows answered within `[since, until]`, part by part, oldest first.

        The parts of one slot may differ in their columns and types; `read` unites them.
        """
        with self._catalog.read() as unit:
            parts = unit.predictions.parts(
                scope_id, name=name, environment=environment, since=since, until=until
            )
        for part in parts:
            table = self._open(part)
            if since is not None and part.start < since:
                table = _cut(table, since=since)
            if until is not None and part.end > until:
                table = _cut(table, until=until)
            if table.num_rows:
                yield table

    def read(
        self,
        scope_id: str,
        name: str,
        environment: Environment,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> pa.Table:
        """The rows answered within `[since, until]` as one table; without columns when none were.

        A column that a part does not have is null there; one of differing types becomes the
        type that holds them all, text in the end.
        """
        import pyarrow as pa

        tables = list(self.parts(scope_id, name, environment, since=since, until=until))
        if not tables:
            return pa.table({})
        try:
            return pa.concat_tables(tables, promote_options="permissive")
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            return pa.concat_tables(_as_text_where_torn(tables), promote_options="permissive")

    def _open(self, part: PredictionPart) -> pa.Table:
        from pyarrow import parquet

        with self._blobs.open(part.blob) as file:
            return parquet.ParquetFile(file).read()


def _table(rows: Sequence[dict[str, Any]]) -> pa.Table:
    import pyarrow as pa

    fixed = {
        "prediction_id": pa.string(),
        "key": pa.string(),
        "time": pa.timestamp("us", tz="UTC"),
        "digest": pa.string(),
        "warnings": pa.list_(pa.string()),
        "y_score": pa.float64(),
    }
    columns: dict[str, pa.Array] = {}
    for name in dict.fromkeys(name for row in rows for name in row):
        values = [row.get(name) for row in rows]
        columns[name] = pa.array(values, fixed[name]) if name in fixed else _inferred(values)
    return pa.table(columns)


def _inferred(values: list[Any]) -> pa.Array:
    """An array of the type that fits all values, text when none does."""
    import pyarrow as pa

    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array([None if value is None else str(value) for value in values])


def _cut(
    table: pa.Table, *, since: datetime | None = None, until: datetime | None = None
) -> pa.Table:
    import pyarrow as pa
    from pyarrow import compute

    kind = table.schema.field("time").type
    if since is not None:
        edge = pa.scalar(since.astimezone(UTC), kind)
        table = table.filter(compute.greater_equal(table["time"], edge))
    if until is not None:
        edge = pa.scalar(until.astimezone(UTC), kind)
        table = table.filter(compute.less_equal(table["time"], edge))
    return table


def _as_text_where_torn(tables: list[pa.Table]) -> list[pa.Table]:
    """The tables, with the columns that no number type unites as text in each of them."""
    import pyarrow as pa

    torn = {
        name
        for name in {name for table in tables for name in table.column_names}
        if not _unites([table.select([name]) for table in tables if name in table.column_names])
    }
    plain = []
    for table in tables:
        fields = [
            field.with_type(pa.string()) if field.name in torn else field for field in table.schema
        ]
        plain.append(table.cast(pa.schema(fields)))
    return plain


def _unites(columns: list[pa.Table]) -> bool:
    """Whether one type holds all values: some whole numbers are too long for a float."""
    import pyarrow as pa

    try:
        pa.concat_tables(columns, promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return False
    return True
