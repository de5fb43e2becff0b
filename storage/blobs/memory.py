"""Blobs in the memory of one process, for tests and rehearsals."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import SplitResult

from storage.blobs.base import BlobInfo, Source, reading, scratch_folder
from storage.errors import Corrupted, NotStored

_STORES: dict[str, MemoryBlobs] = {}


@dataclass(frozen=True, slots=True)
class _Kept:
    data: bytes
    at: datetime


class MemoryBlobs:
    """A dictionary; one URL is one dictionary within a process."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._folder: Path | None = None

    @classmethod
    def from_url(cls, url: SplitResult, *, endpoint_url: str | None = None) -> MemoryBlobs:  # noqa: ARG003
        """`memory://name`."""
        return _STORES.setdefault(url.geturl(), cls())

    def put(self, source: Source) -> str:
        """See BlobStore."""
        with reading(source) as file:
            data = file.read()
        digest = hashlib.sha256(data).hexdigest()
        self._kept[digest] = _Kept(data, datetime.now(UTC))
        return digest

    def open(self, digest: str) -> BinaryIO:
        """See BlobStore."""
        return BytesIO(self.read(digest))

    def read(self, digest: str) -> bytes:
        """See BlobStore."""
        if digest not in self._kept:
            raise NotStored(f"no blob {digest!r}")
        data = self._kept[digest].data
        if hashlib.sha256(data).hexdigest() != digest:
            raise Corrupted(f"blob {digest} was changed in memory")
        return data

    def exists(self, digest: str) -> bool:
        """See BlobStore."""
        return digest in self._kept

    def list(self) -> Iterator[BlobInfo]:
        """See BlobStore."""
        for digest, kept in list(self._kept.items()):
            yield BlobInfo(digest, len(kept.data), kept.at)

    def delete(self, digest: str) -> None:
        """See BlobStore."""
        self._kept.pop(digest, None)

    def local_path(self, digest: str) -> Path:
        """See BlobStore; the file goes with the process."""
        data = self.read(digest)
        if self._folder is None:
            self._folder = scratch_folder(self)
        path = self._folder / digest
        path.write_bytes(data)
        return path
