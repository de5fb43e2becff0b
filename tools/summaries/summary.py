"""The fixed-size summary of a table, and counts of other data in its cells.

A reference is read once. From then on its summary stands for it: current data is counted into the
reference's cells part by part, and counts of parts merge exactly.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import Any, Literal, TypeAlias

import pyarrow as pa

from tools.errors import BadRequest, Refused
from tools.summaries import cells, levels
from tools.summaries.cells import Number, NumericCounts, Width
from tools.summaries.columns import (
    PART_ROWS,
    Columns,
    Source,
    kind_of,
    open_columns,
    over_columns,
)
from tools.summaries.levels import CategoryCounts

_FORMAT = "drift-summary/1"
_KIND_NAMES = {"number": "numbers", "datetime": "dates", "truth": "true/false", "category": "text"}


@dataclass(frozen=True, slots=True)
class NumericSummary:
    """A reference column of numbers, dates (as µs since 1970, UTC) or truth values (as 0 and 1).

    Attributes:
        edges: At most 1,024 distinct quantiles, or all the values if they are fewer.
        width: The type the values came in, and so the precision they may be compared with.
    """

    name: str
    kind: Literal["number", "datetime", "truth"]
    width: Width
    edges: tuple[Number, ...]
    quartiles: tuple[float, float, float] | None
    counts: NumericCounts

    @property
    def few(self) -> bool:
        """Whether every value has a cell of its own."""
        return bool(self.edges) and not any(self.counts.cells[::2])


@dataclass(frozen=True, slots=True)
class CategorySummary:
    """A reference column of text.

    Attributes:
        values: The values kept, the most frequent first.
        complete: Whether these are all that the reference holds.
    """

    name: str
    values: tuple[str, ...]
    complete: bool
    counts: CategoryCounts
    kind: Literal["category"] = "category"


ColumnSummary: TypeAlias = NumericSummary | CategorySummary
ColumnCounts: TypeAlias = NumericCounts | CategoryCounts


@dataclass(frozen=True, slots=True)
class Skipped:
    """A column that is not compared, and why, in words."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A reference of any size in about 30 KB per column."""

    rows: int
    columns: tuple[ColumnSummary, ...]
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """Current data counted into a reference's cells: one entry per column both have."""

    rows: int
    columns: dict[str, ColumnCounts]
    skipped: tuple[Skipped, ...] = ()


def summarise(source: Source, *, columns: Sequence[str] | None = None) -> Summary:
    """Summarise a reference, read column by column.

    Args:
        source: A table, a dataset, or the path of a Parquet file.
        columns: The columns wanted, in order; all by default.

    Raises:
        BadRequest: A wanted column does not exist.
        ToolError: The file does not exist or cannot be read.
    """
    data = open_columns(source)
    names = list(data.types if columns is None else columns)
    absent = [name for name in names if name not in data.types]
    if absent:
        raise BadRequest(f"There is no column {absent[0]}.", f"Columns: {', '.join(data.types)}.")
    found = over_columns(lambda name: _summarise_column(data, name), names)
    return Summary(
        rows=data.rows,
        columns=tuple(column for column in found if not isinstance(column, Skipped)),
        skipped=tuple(column for column in found if isinstance(column, Skipped)),
    )


def count_into(reference: Summary, source: Source) -> Counts:
    """Count current data into a reference's cells, read column by column.

    Columns that only the current data has are left out.
    """
    data = open_columns(source)
    wanted = {column.name: column for column in reference.columns}
    found = over_columns(lambda name: _count_column(data, wanted[name]), list(wanted))
    counted = {n: c for n, c in zip(wanted, found, strict=True) if not isinstance(c, Skipped)}
    return Counts(data.rows, counted, tuple(c for c in found if isinstance(c, Skipped)))


def merge(first: Counts, second: Counts) -> Counts:
    """Counts of two parts as counts of both; a column skipped in one is skipped."""
    both = [name for name in first.columns if name in second.columns]
    skipped = {skip.name: skip for skip in (*second.skipped, *first.skipped)}
    return Counts(
        rows=first.rows + second.rows,
        columns={name: _merge_column(first.columns[name], second.columns[name]) for name in both},
        skipped=tuple(skipped.values()),
    )


def _merge_column(first: ColumnCounts, second: ColumnCounts) -> ColumnCounts:
    if isinstance(first, NumericCounts) and isinstance(second, NumericCounts):
        return cells.add_counts(first, second)
    if isinstance(first, CategoryCounts) and isinstance(second, CategoryCounts):
        return levels.add_counts(first, second)
    raise TypeError("counts of different references cannot be merged")


def _parts(data: Columns, name: str) -> Callable[[], Iterator[pa.ChunkedArray]]:
    """A column's parts, as often as asked for; a short column is read once and kept whole."""
    if data.rows > PART_ROWS:
        return lambda: data.read(name)
    chunks = [chunk for part in data.read(name) for chunk in part.chunks]
    whole = pa.chunked_array(chunks, None if chunks else data.types[name])
    return lambda: iter([whole])


def _summarise_column(data: Columns, name: str) -> ColumnSummary | Skipped:
    kind = kind_of(data.types[name])
    if kind is None:
        empty = pa.types.is_null(data.types[name])
        return Skipped(name, "holds no values" if empty else f"is of type {data.types[name]}")
    parts = _parts(data, name)
    if kind == "category":
        return _summarise_category(name, parts)
    return _summarise_numbers(data, name, kind, parts)


def _summarise_category(
    name: str, parts: Callable[[], Iterator[pa.ChunkedArray]]
) -> CategorySummary:
    values, complete = levels.choose_values(parts())
    counts = reduce(levels.add_counts, (levels.count_values(part, values) for part in parts()))
    # What the reference itself does not keep is no news.
    return CategorySummary(name, values, complete, replace(counts, examples=()))


def _summarise_numbers(
    data: Columns,
    name: str,
    kind: Literal["number", "datetime", "truth"],
    parts: Callable[[], Iterator[pa.ChunkedArray]],
) -> NumericSummary:
    def numbers() -> Iterator[tuple[cells.Values, int]]:
        return (cells.numbers(part, kind) for part in parts())

    short = list(numbers()) if data.rows <= PART_ROWS else None

    def again() -> Iterator[tuple[cells.Values, int]]:
        return iter(short) if short else numbers()

    width = cells.width_of(data.types[name])
    edges = cells.choose_edges(
        lambda: (cells.only_finite(values) for values, _ in again()), data.rows
    )
    counted = (cells.count_cells(values, nulls, edges, width) for values, nulls in again())
    counts = reduce(cells.add_counts, counted)
    return NumericSummary(name, kind, width, edges, quartiles_of(counts, edges), counts)


def quartiles_of(
    counts: NumericCounts, edges: tuple[Number, ...]
) -> tuple[float, float, float] | None:
    """The quartiles of a reference; `None` if it holds no finite value."""
    if not counts.finite:
        return None
    low, middle, high = (cells.quantile(share, counts, edges) for share in (0.25, 0.5, 0.75))
    return low, middle, high


def _count_column(data: Columns, column: ColumnSummary) -> ColumnCounts | Skipped:
    if column.name not in data.types:
        return Skipped(column.name, "is missing from the current data")
    kind = kind_of(data.types[column.name])
    if pa.types.is_null(data.types[column.name]):
        kind = column.kind
    alike = {"number", "truth"}
    if kind != column.kind and not {kind, column.kind} <= alike:
        now = _KIND_NAMES[kind] if kind else str(data.types[column.name])
        return Skipped(column.name, f"holds {now}, the reference {_KIND_NAMES[column.kind]}")
    parts = _parts(data, column.name)()
    if isinstance(column, CategorySummary):
        return reduce(levels.add_counts, (levels.count_values(p, column.values) for p in parts))
    counted = (
        cells.count_cells(*cells.numbers(part, column.kind), column.edges, column.width)
        for part in parts
    )
    return reduce(cells.add_counts, counted)


def dump_summary(summary: Summary) -> bytes:
    """A summary as compressed JSON; equal summaries give equal bytes."""
    text = json.dumps(
        {"format": _FORMAT} | _fields(summary), separators=(",", ":"), default=_fields
    )
    return gzip.compress(text.encode(), 3, mtime=0)


def _fields(value: Any) -> dict[str, Any]:
    """Not `asdict`, which copies every number of every tuple."""
    return {each.name: getattr(value, each.name) for each in fields(value)}


def load_summary(data: bytes) -> Summary:
    """The reverse of `dump_summary`.

    Raises:
        Refused: These bytes are no drift summary.
    """
    try:
        value = json.loads(gzip.decompress(data))
        if value["format"] != _FORMAT:
            raise ValueError(value["format"])
        return Summary(
            rows=value["rows"],
            columns=tuple(_load_column(column) for column in value["columns"]),
            skipped=tuple(Skipped(**skip) for skip in value["skipped"]),
        )
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as exc:
        raise Refused("This is not a drift summary.", "Summarise the reference again.") from exc


def _load_column(value: dict[str, Any]) -> ColumnSummary:
    counts = value["counts"]
    if value["kind"] == "category":
        counts = CategoryCounts(**(counts | {"kept": tuple(counts["kept"]), "examples": ()}))
        return CategorySummary(**(value | {"values": tuple(value["values"]), "counts": counts}))
    tuples = {"cells": tuple(counts["cells"]), "sums": tuple(counts["sums"])}
    quartiles = value["quartiles"] and tuple(value["quartiles"])
    loaded = {"edges": tuple(value["edges"]), "quartiles": quartiles}
    return NumericSummary(**(value | loaded | {"counts": NumericCounts(**(counts | tuples))}))
