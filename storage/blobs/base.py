"""The port of blob storage: bytes kept under their sha256, verified whenever they are read."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, Protocol, TypeAlias

from storage.errors import NotStored

Source: TypeAlias = BinaryIO | bytes | Path
CHUNK: Final = 1 << 20
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class BlobInfo:
    """What a listing says of a blob; `size` is in bytes, `modified` in UTC."""

    digest: str
    size: int
    modified: datetime


class BlobStore(Protocol):
    """Content-addressed storage.

    Every method may raise Unavailable. A digest is 64 lower-case hexadecimal digits; anything
    else is a blob that is not there.
    """

    def put(self, source: Source) -> str:
        """Keep all bytes of `source`, durably once this returns; their digest."""
        ...

    def open(self, digest: str) -> BinaryIO:
        """The bytes as a seekable file, verified; raises NotStored or Corrupted."""
        ...

    def read(self, digest: str) -> bytes:
        """The bytes of a small blob, verified; raises NotStored or Corrupted."""
        ...

    def exists(self, digest: str) -> bool:
        """Whether there is such a blob (not whether it is sound)."""
        ...

    def list(self) -> Iterator[BlobInfo]:
        """All blobs, in no particular order."""
        ...

    def delete(self, digest: str) -> None:
        """Remove a blob; nothing happens when there is none."""
        ...

    def local_path(self, digest: str) -> Path:
        """A file with the bytes, verified, to be read soon and never written.

        Raises NotStored or Corrupted.
        """
        ...


def checked(digest: str) -> str:
    """The digest; raises NotStored when it is none, so that it can be part of a path."""
    if not _DIGEST.fullmatch(digest):
        raise NotStored(f"no blob {digest!r}")
    return digest


@contextmanager
def reading(source: Source) -> Iterator[BinaryIO]:
    """A source as an open file; a file that came open stays so."""
    if isinstance(source, bytes):
        yield BytesIO(source)
    elif isinstance(source, Path):
        with source.open("rb") as file:
            yield file
    else:
        yield source


def copy(source: BinaryIO, target: BinaryIO | None = None) -> str:
    """Read to the end, writing what was read to `target`; the digest of it."""
    digest = hashlib.sha256()
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        if target is not None:
            target.write(chunk)
    return digest.hexdigest()


def scratch_folder(owner: object) -> Path:
    """A new folder for copies of blobs; it goes when `owner` does, or the process."""
    folder = Path(tempfile.mkdtemp(prefix="blobs-"))
    weakref.finalize(owner, shutil.rmtree, folder, ignore_errors=True)
    return folder
