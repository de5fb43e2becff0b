"""Blobs as files in one folder."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import SplitResult
from urllib.request import url2pathname

from storage.blobs.base import BlobInfo, Source, checked, copy, reading
from storage.errors import Corrupted, NotStored, Unavailable

_UNFINISHED = ".unfinished-"


class LocalBlobs:
    """A folder; blob `abcd…` is the file `ab/abcd…`.

    A blob appears whole or not at all: it is written under another name, flushed to the disk,
    and renamed; then its folder is flushed.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    @classmethod
    def from_url(cls, url: SplitResult, *, endpoint_url: str | None = None) -> LocalBlobs:  # noqa: ARG003
        """`file:///folder`; raises ValueError when it names another computer."""
        if url.netloc not in ("", "localhost"):
            raise ValueError(f"write file:///folder, with three slashes, not {url.geturl()!r}")
        return cls(Path(url2pathname(url.path)))

    def put(self, source: Source) -> str:
        """See BlobStore. Putting a blob again repairs it, and makes it young again."""
        with _own_words():
            self._root.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=_UNFINISHED, dir=self._root)
            try:
                with os.fdopen(handle, "wb") as target, reading(source) as opened:
                    digest = copy(opened, target)
                    target.flush()
                    os.fsync(target.fileno())
                path = self._path(digest)
                if not path.parent.is_dir():
                    path.parent.mkdir(exist_ok=True)
                    _flush(self._root)
                Path(name).replace(path)
                _flush(path.parent)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        return digest

    def open(self, digest: str) -> BinaryIO:
        """See BlobStore."""
        with _own_words():
            try:
                file = self._path(digest).open("rb")
            except FileNotFoundError:
                raise NotStored(f"no blob {digest}") from None
            if copy(file) != digest:
                file.close()
                raise Corrupted(f"blob {digest} was changed on the disk")
            file.seek(0)
        return file

    def read(self, digest: str) -> bytes:
        """See BlobStore."""
        with self.open(digest) as file:
            return file.read()

    def exists(self, digest: str) -> bool:
        """See BlobStore."""
        try:
            return self._path(digest).is_file()
        except NotStored:
            return False

    def list(self) -> Iterator[BlobInfo]:
        """See BlobStore."""
        with _own_words():
            for path in self._root.glob("??/*"):
                state = path.stat()
                yield BlobInfo(
                    path.name, state.st_size, datetime.fromtimestamp(state.st_mtime, UTC)
                )

    def delete(self, digest: str) -> None:
        """See BlobStore."""
        with _own_words():
            path = self._path(digest)
            if path.is_file():
                path.unlink()
                _flush(path.parent)

    def local_path(self, digest: str) -> Path:
        """See BlobStore."""
        self.open(digest).close()
        return self._path(digest)

    def _path(self, digest: str) -> Path:
        return self._root / checked(digest)[:2] / digest


def _flush(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _own_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(f"the blob folder cannot be used: {error.strerror or error}") from error
