"""The contract of BlobStore, held by every adapter."""

from __future__ import annotations

import hashlib
import io
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.blobs import open_blobs
from storage.blobs.base import BlobStore
from storage.blobs.memory import MemoryBlobs, _Kept
from storage.errors import Corrupted, NotStored

NOTHING = hashlib.sha256(b"").hexdigest()
ABSENT = "0" * 64


@dataclass(frozen=True)
class Subject:
    """A store, a second opening of it, and a way to damage what it holds."""

    store: BlobStore
    reopen: Callable[[], BlobStore]
    damage: Callable[[str], None]


def _local(tmp_path: Path) -> Subject:
    root = tmp_path / "a folder"

    def damage(digest: str) -> None:
        (root / digest[:2] / digest).write_bytes(b"damaged")

    return Subject(open_blobs(root.as_uri()), lambda: open_blobs(root.as_uri()), damage)


def _memory() -> Subject:
    url = f"memory://{secrets.token_hex(8)}"
    store = open_blobs(url)
    assert isinstance(store, MemoryBlobs)

    def damage(digest: str) -> None:
        store._kept[digest] = _Kept(b"damaged", datetime.now(UTC))

    return Subject(store, lambda: open_blobs(url), damage)


def _s3(endpoint: str) -> Subject:
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    bucket = f"blobs-{secrets.token_hex(8)}"
    client.create_bucket(Bucket=bucket)
    url = f"s3://{bucket}/some/prefix"

    def damage(digest: str) -> None:
        key = f"some/prefix/{digest[:2]}/{digest}"
        client.put_object(Bucket=bucket, Key=key, Body=b"damaged")

    def reopen() -> BlobStore:
        return open_blobs(url, endpoint_url=endpoint)

    return Subject(reopen(), reopen, damage)


@pytest.fixture(params=["local", "memory", "s3"])
def subject(request: pytest.FixtureRequest, tmp_path: Path) -> Subject:
    if request.param == "local":
        return _local(tmp_path)
    if request.param == "memory":
        return _memory()
    return _s3(request.getfixturevalue("s3_url"))


@settings(
    max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(data=st.binary(max_size=5000))
def test_what_was_put_is_read_back(subject: Subject, data: bytes) -> None:
    """Any bytes come back as they were, under their sha256."""
    digest = subject.store.put(data)
    assert digest == hashlib.sha256(data).hexdigest()
    assert subject.store.read(digest) == data
    assert subject.store.local_path(digest).read_bytes() == data


def test_bytes_files_and_paths_are_the_same_to_it(subject: Subject, tmp_path: Path) -> None:
    """The digest depends on the bytes, not on how they are handed over."""
    path = tmp_path / "source"
    path.write_bytes(b"abc")
    digests = {subject.store.put(source) for source in (b"abc", io.BytesIO(b"abc"), path)}
    assert digests == {hashlib.sha256(b"abc").hexdigest()}


def test_an_open_blob_can_be_read_anywhere(subject: Subject) -> None:
    """Readers of Parquet and ZIP jump about in the file."""
    with subject.store.open(subject.store.put(b"0123456789")) as file:
        assert file.seekable()
        file.seek(7)
        assert file.read() == b"789"
        file.seek(0)
        assert file.read(3) == b"012"


def test_large_blobs_pass_through_unharmed(subject: Subject) -> None:
    """A blob larger than any buffer keeps its bytes."""
    data = secrets.token_bytes(9 * 1024 * 1024 + 17)
    assert subject.store.read(subject.store.put(io.BytesIO(data))) == data


def test_putting_again_changes_nothing(subject: Subject) -> None:
    """The same bytes are one blob, also for a second process."""
    first = subject.store.put(b"same")
    assert subject.reopen().put(b"same") == first
    assert [info.digest for info in subject.store.list()] == [first]


def test_a_second_opening_sees_it(subject: Subject) -> None:
    """A worker rebuilds the store from its URL and finds the blobs."""
    digest = subject.store.put(b"shared")
    assert subject.reopen().read(digest) == b"shared"


@pytest.mark.parametrize("digest", [ABSENT, "", "../../etc/passwd", NOTHING.upper(), "a" * 63])
def test_what_is_not_there_is_not_stored(subject: Subject, digest: str) -> None:
    """An unknown digest, or something that is none, is simply not stored."""
    assert not subject.store.exists(digest)
    for access in (subject.store.open, subject.store.read, subject.store.local_path):
        with pytest.raises(NotStored):
            access(digest)


def test_damage_is_noticed_at_every_reading(subject: Subject) -> None:
    """Bytes that changed under their digest are never handed out."""
    digest = subject.store.put(b"sound")
    subject.damage(digest)
    for access in (subject.store.open, subject.store.read, subject.store.local_path):
        with pytest.raises(Corrupted):
            access(digest)


def test_a_listing_tells_size_and_age(subject: Subject) -> None:
    """Every blob is listed with its size in bytes and when it came, in UTC."""
    sizes = {subject.store.put(b"x" * size): size for size in (0, 1, 1000)}
    listed = list(subject.store.list())
    assert {info.digest: info.size for info in listed} == sizes
    for info in listed:
        assert abs(datetime.now(UTC) - info.modified) < timedelta(minutes=5)


def test_deleting_removes_it_and_only_it(subject: Subject) -> None:
    """A deleted blob is gone, the others stay, and deleting again is no error."""
    gone, kept = subject.store.put(b"gone"), subject.store.put(b"kept")
    subject.store.delete(gone)
    subject.store.delete(gone)
    assert not subject.store.exists(gone)
    assert subject.store.exists(kept)
