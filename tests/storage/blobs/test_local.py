"""What only the folder adapter has to cope with."""

from __future__ import annotations

import io
import threading
from pathlib import Path

import pytest

from storage.blobs import open_blobs
from storage.errors import Unavailable


class _Broken(io.BytesIO):
    """A source that fails half-way."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell():
            raise ConnectionResetError("the sender went away")
        return super().read(3)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_source_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    """A blob appears whole or not at all, and the half is removed."""
    store = open_blobs(tmp_path.as_uri())
    with pytest.raises(Unavailable):
        store.put(_Broken(b"abcdef"))
    assert list(store.list()) == []
    assert _files(tmp_path) == []


def test_what_a_crash_left_is_not_listed(tmp_path: Path) -> None:
    """The half-written file of a process that was killed is not taken for a blob."""
    store = open_blobs(tmp_path.as_uri())
    (tmp_path / ".unfinished-x").write_bytes(b"half")
    digest = store.put(b"whole")
    assert [info.digest for info in store.list()] == [digest]


def test_putting_again_repairs(tmp_path: Path) -> None:
    """A damaged blob is sound again once somebody puts the same bytes."""
    store = open_blobs(tmp_path.as_uri())
    digest = store.put(b"sound")
    store.local_path(digest).write_bytes(b"rotten")
    assert store.put(b"sound") == digest
    assert store.read(digest) == b"sound"


def test_many_writers_of_one_blob_agree(tmp_path: Path) -> None:
    """Writers of the same bytes at the same time end with one sound blob."""
    store = open_blobs(tmp_path.as_uri())
    data = b"x" * 300_000
    digests: list[str] = []
    threads = [threading.Thread(target=lambda: digests.append(store.put(data))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(digests) == 8
    assert store.read(digests[0]) == data
    assert len(_files(tmp_path)) == 1


def test_nobody_else_may_read_a_blob(tmp_path: Path) -> None:
    """Uploaded data is readable by the owner of the process only."""
    path = open_blobs(tmp_path.as_uri()).local_path(open_blobs(tmp_path.as_uri()).put(b"secret"))
    assert path.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_is_unavailable(tmp_path: Path) -> None:
    """A path through a file is reported in words of this layer."""
    (tmp_path / "file").write_text("")
    store = open_blobs((tmp_path / "file" / "folder").as_uri())
    with pytest.raises(Unavailable):
        store.put(b"data")


@pytest.mark.parametrize("url", ["file://folder", "ftp://host/folder", "folder"])
def test_other_urls_are_refused(url: str) -> None:
    """A URL that names another computer, or no known storage, is a mistake to report."""
    with pytest.raises(ValueError, match="file"):
        open_blobs(url)
