"""Keeps the parts of columns until each column is complete: in memory, or in one temporary file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from threading import Lock
from types import TracebackType
from typing import IO, Any, Final

import pyarrow as pa

MEMORY: Final = 256 << 20
"""Bytes of parts that are kept in memory; beyond, all of them go to disk."""

_Place = tuple[int, int]


class Store:
    """Parts by column, in the order in which they came.

    Parts of one column may differ in type. Reading is safe from several threads; adding is not.
    """

    def __init__(self, width: int, *, memory: int = MEMORY) -> None:
        self.rows = 0
        self._parts: list[list[Any]] = [[] for _ in range(width)]
        self._memory, self._held = memory, 0
        self._file: IO[bytes] | None = None
        self._lock = Lock()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    @property
    def spilled(self) -> bool:
        """Whether the parts lie on disk."""
        return self._file is not None

    def add(self, parts: list[Any]) -> None:
        """The next rows: one array per column."""
        self.rows += len(parts[0]) if parts else 0
        self.add_to(range(len(parts)), parts)

    def add_to(self, places: Sequence[int], parts: Sequence[Any]) -> None:
        """The next part of some columns, without more rows."""
        for place, part in zip(places, parts, strict=True):
            self._parts[place].append(part if self._file is None else self._write(part))
        if self._file is None:
            self._held += sum(part.nbytes for part in parts)
            if self._held > self._memory:
                self._spill()

    def parts(self, place: int) -> Iterator[Any]:
        """The parts of one column."""
        for part in self._parts[place]:
            yield part if isinstance(part, pa.Array) else self._read(*part)

    def drop(self, place: int) -> None:
        """Forget the parts of a column."""
        self._parts[place] = []

    def replace(self, place: int, parts: Sequence[Any]) -> None:
        """Put other parts in the place of a column's."""
        self.drop(place)
        for part in parts:
            self.add_to([place], [part])

    def _spill(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the store
        for parts in self._parts:
            parts[:] = [self._write(part) for part in parts]

    def _write(self, part: Any) -> _Place:
        assert self._file is not None  # noqa: S101 - set before the first call
        sink = pa.BufferOutputStream()
        batch = pa.record_batch([part], names=["x"])
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        data = sink.getvalue()
        place = self._file.tell()
        self._file.write(data)
        return place, len(data)

    def _read(self, place: int, length: int) -> Any:
        assert self._file is not None  # noqa: S101 - parts are places only where there is a file
        with self._lock:
            self._file.flush()
        data = os.pread(self._file.fileno(), length, place)
        with pa.ipc.open_stream(pa.py_buffer(data)) as reader:
            return reader.read_next_batch().column(0)
