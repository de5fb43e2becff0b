"""What only the S3 adapter has to cope with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest

from storage.blobs import open_blobs
from storage.blobs.s3 import S3Blobs
from storage.errors import Corrupted, Unavailable
from tests.servers.s3 import FaultyBucket, faulty_bucket, free_port


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyBucket]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with faulty_bucket() as served:
        yield served


def _store(bucket: FaultyBucket) -> S3Blobs:
    store = open_blobs("s3://b", endpoint_url=bucket.url)
    assert isinstance(store, S3Blobs)
    return store


def _key(data: bytes) -> str:
    digest = hashlib.sha256(data).hexdigest()
    return f"/b/{digest[:2]}/{digest}"


def test_a_conflict_is_tried_again(bucket: FaultyBucket) -> None:
    """Two writers at the same moment both succeed (409 Conflict is not final)."""
    bucket.conflicts = 2
    digest = _store(bucket).put(b"data")
    assert bucket.objects == {_key(b"data"): b"data"}
    assert _store(bucket).read(digest) == b"data"


def test_endless_conflicts_end(bucket: FaultyBucket) -> None:
    """A service that never stops refusing is reported as unavailable."""
    bucket.conflicts = 1000
    with pytest.raises(Unavailable):
        _store(bucket).put(b"data")


def test_an_object_that_is_there_is_confirmed(bucket: FaultyBucket) -> None:
    """412 is success when the object holds the same bytes, also without a stored checksum."""
    bucket.objects[_key(b"data")] = b"data"
    assert _store(bucket).put(b"data") == hashlib.sha256(b"data").hexdigest()


def test_other_bytes_under_a_digest_are_reported(bucket: FaultyBucket) -> None:
    """412 is no success when the object holds something else."""
    bucket.objects[_key(b"data")] = b"liar"
    with pytest.raises(Corrupted):
        _store(bucket).put(b"data")


@pytest.mark.parametrize("ignores", [True, False])
def test_the_probe_finds_services_that_overwrite(bucket: FaultyBucket, ignores: bool) -> None:
    """The start-up probe tells whether conditional writes work, and leaves nothing behind."""
    bucket.ignores_conditions = ignores
    assert _store(bucket).supports_conditional_writes() is not ignores
    assert bucket.objects == {}


def test_few_local_copies_are_kept(bucket: FaultyBucket) -> None:
    """A long-lived worker does not fill its disk with copies."""
    store = _store(bucket)
    paths = [store.local_path(store.put(str(number).encode())) for number in range(40)]
    assert sum(path.exists() for path in paths) == 32
    assert paths[-1].read_bytes() == b"39"


def test_a_service_that_is_away_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    """No vendor error gets out when nobody listens."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    store = open_blobs("s3://b", endpoint_url=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(Unavailable):
        store.exists("0" * 64)


def test_a_bucket_needs_a_name() -> None:
    """The message for a malformed URL shows the right form."""
    with pytest.raises(ValueError, match="s3://bucket/prefix"):
        open_blobs("s3:///prefix")
