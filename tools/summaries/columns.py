"""Reads a table, dataset or Parquet file one column at a time, in parts of bounded size."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from tools.errors import NotFound, Refused

if TYPE_CHECKING:
    from pyarrow.dataset import Dataset

Source: TypeAlias = "pa.Table | Dataset | Path | str"
Kind: TypeAlias = Literal["number", "datetime", "truth", "category"]
Result = TypeVar("Result")

PART_ROWS = 4_000_000
"""A column of up to this many rows is held at once (32 MB); longer ones come in parts."""

_INDEX_NAME = re.compile(r"__index_level_\d+__")  # how pandas stores a frame's index
_THREADS = 4
_TEXT_ROWS = 131_072
_SMALL_DICTIONARY = 100_000  # bytes
_TEMPORAL_NUMBERS = (pa.types.is_time, pa.types.is_duration)
_DATETIMES = (pa.types.is_timestamp, pa.types.is_date)
_NUMBERS = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, *_TEMPORAL_NUMBERS)
_TEXTS = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)


@dataclass(frozen=True, slots=True)
class Columns:
    """A table whose columns are read one by one.

    Attributes:
        rows: Number of rows.
        types: Arrow type of each column that can be addressed by its name.
        read: Yields a column's parts, in order; may be called from several threads.
    """

    rows: int
    types: dict[str, pa.DataType]
    read: Callable[[str], Iterator[pa.ChunkedArray]]


def open_columns(source: Source) -> Columns:
    """Look at a source's schema without reading data.

    Raises:
        NotFound: There is no such file.
        Refused: The file is not Parquet.
    """
    if isinstance(source, str | Path):
        return _open_parquet(Path(source))
    if isinstance(source, pa.Table):
        return Columns(source.num_rows, _addressable(source.schema), _table_reader(source))
    return Columns(source.count_rows(), _addressable(source.schema), _dataset_reader(source))


def kind_of(data_type: pa.DataType) -> Kind | None:
    """How a column is compared; `None` if it cannot be (nested, binary, no type at all)."""
    if pa.types.is_dictionary(data_type):
        return kind_of(data_type.value_type)
    if pa.types.is_boolean(data_type):
        return "truth"
    if any(check(data_type) for check in _NUMBERS):
        return "number"
    if any(check(data_type) for check in _DATETIMES):
        return "datetime"
    return "category" if any(check(data_type) for check in _TEXTS) else None


def over_columns(work: Callable[[str], Result], names: list[str]) -> list[Result]:
    """`work` of every column, in order, on as many threads as Arrow may use (at most four)."""
    with ThreadPoolExecutor(min(_THREADS, pa.cpu_count())) as pool:
        return list(pool.map(work, names))


def _addressable(schema: pa.Schema) -> dict[str, pa.DataType]:
    names: list[str] = schema.names
    return {
        field.name: field.type
        for field in schema
        if names.count(field.name) == 1 and not _INDEX_NAME.fullmatch(field.name)
    }


def _open_parquet(path: Path) -> Columns:
    if not path.is_file():
        raise NotFound(f"There is no file {path}.")
    try:
        with pq.ParquetFile(path) as file:
            metadata, schema = file.metadata, file.schema_arrow
    except (pa.ArrowException, OSError) as exc:
        raise Refused(f"{path} is not a Parquet file.", "Save the table as Parquet first.") from exc
    types = _addressable(schema)
    return Columns(metadata.num_rows, types, _parquet_reader(path, metadata, types))


def _parquet_reader(
    path: Path, metadata: Any, types: dict[str, pa.DataType]
) -> Callable[[str], Iterator[pa.ChunkedArray]]:
    def read(name: str) -> Iterator[pa.ChunkedArray]:
        is_text = types[name] in (pa.string(), pa.large_string())
        coded = is_text and _has_small_dictionary(metadata, name)
        try:
            # Each read opens its own file, so that threads never share a reader's state.
            with pq.ParquetFile(
                path, metadata=metadata, read_dictionary=[name] if coded else None
            ) as file:
                if metadata.num_rows <= PART_ROWS and (coded or not is_text):
                    yield file.read(columns=[name], use_threads=False).column(name)
                    return
                size = _TEXT_ROWS if is_text else PART_ROWS
                for batch in file.iter_batches(size, columns=[name], use_threads=False):
                    yield pa.chunked_array([batch.column(name)])
        except (pa.ArrowException, OSError) as exc:
            raise Refused(f"Column {name} of {path} cannot be read.", "Write it again.") from exc

    return read


def _has_small_dictionary(metadata: Any, name: str) -> bool:
    """Whether a text column is stored as codes, and may be read as codes: ten times faster.

    Where the writer gave up on its dictionary, rebuilding one costs far more than the texts.
    """
    for group in range(metadata.num_row_groups):
        chunks = [metadata.row_group(group).column(i) for i in range(metadata.num_columns)]
        sizes = [
            chunk.data_page_offset - chunk.dictionary_page_offset
            for chunk in chunks
            if chunk.path_in_schema == name and chunk.has_dictionary_page
        ]
        if not sizes or max(sizes) > _SMALL_DICTIONARY:
            return False
    return True


def _table_reader(table: pa.Table) -> Callable[[str], Iterator[pa.ChunkedArray]]:
    def read(name: str) -> Iterator[pa.ChunkedArray]:
        column = table.column(name)
        for start in range(0, max(len(column), 1), PART_ROWS):
            yield column.slice(start, PART_ROWS)

    return read


def _dataset_reader(dataset: Dataset) -> Callable[[str], Iterator[pa.ChunkedArray]]:
    def read(name: str) -> Iterator[pa.ChunkedArray]:
        for batch in dataset.to_batches(columns=[name], use_threads=False):
            yield pa.chunked_array([batch.column(0)])

    return read
