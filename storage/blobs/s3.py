"""Blobs as objects of an S3 bucket, or of any service that speaks its protocol."""

from __future__ import annotations

import base64
import secrets
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast
from urllib.parse import SplitResult

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from storage.blobs.base import CHUNK, BlobInfo, Source, checked, copy, reading, scratch_folder
from storage.blobs.local import LocalBlobs
from storage.errors import Corrupted, NotStored, StorageError, Unavailable

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_IN_MEMORY: Final = 8 * CHUNK
_CACHED: Final = 32
_CONFLICT_TRIES: Final = 5
_EXISTS: Final = "PreconditionFailed"


class S3Blobs:
    """A bucket and a prefix; blob `abcd…` is the object `prefix/ab/abcd…`.

    Objects are written only where there is none (`If-None-Match: *`), with their checksum, so
    that the service refuses bytes that were damaged on the way.
    """

    def __init__(self, client: S3Client, *, bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix
        self._cache: LocalBlobs | None = None
        self._cached: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def from_url(cls, url: SplitResult, *, endpoint_url: str | None = None) -> S3Blobs:
        """`s3://bucket/prefix`; credentials and region come from the usual places."""
        if not url.netloc:
            raise ValueError(f"write s3://bucket/prefix, not {url.geturl()!r}")
        prefix = url.path.strip("/")
        return cls(_client(endpoint_url), bucket=url.netloc, prefix=f"{prefix}/" if prefix else "")

    def put(self, source: Source) -> str:
        """See BlobStore; large sources are spooled to the disk, never held in memory."""
        with _spool() as spool, reading(source) as opened:
            digest = copy(opened, spool)
            for turn in range(_CONFLICT_TRIES):
                spool.seek(0)
                code = self._write(self._key(digest), spool, digest)
                if code is None:
                    return digest
                if code == _EXISTS:
                    self._confirm(digest, size=spool.seek(0, 2))
                    return digest
                time.sleep(0.05 * 2**turn)
        raise Unavailable(f"another writer is in the way of blob {digest}")

    def open(self, digest: str) -> BinaryIO:
        """See BlobStore."""
        spool = _spool()
        try:
            with _own_words(digest):
                answer = self._client.get_object(Bucket=self._bucket, Key=self._key(digest))
                found = copy(cast("BinaryIO", answer["Body"]), spool)
            if found != digest:
                raise Corrupted(f"blob {digest} was changed in the bucket")
        except BaseException:
            spool.close()
            raise
        spool.seek(0)
        return spool

    def read(self, digest: str) -> bytes:
        """See BlobStore."""
        with self.open(digest) as file:
            return file.read()

    def exists(self, digest: str) -> bool:
        """See BlobStore."""
        try:
            self._head(digest)
        except NotStored:
            return False
        return True

    def list(self) -> Iterator[BlobInfo]:
        """See BlobStore."""
        pages = self._client.get_paginator("list_objects_v2")
        with _own_words("listing"):
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for entry in page.get("Contents", ()):
                    digest = entry["Key"].rpartition("/")[2]
                    if entry["Key"] == f"{self._prefix}{digest[:2]}/{digest}":
                        yield BlobInfo(digest, entry["Size"], entry["LastModified"])

    def delete(self, digest: str) -> None:
        """See BlobStore."""
        with _own_words(digest):
            self._client.delete_object(Bucket=self._bucket, Key=self._key(digest))

    def local_path(self, digest: str) -> Path:
        """See BlobStore; the last few files are kept while the process lives."""
        with self._lock:
            cache = self._cache = self._cache or LocalBlobs(scratch_folder(self))
            self._cached[digest] = None
            self._cached.move_to_end(digest)
            while len(self._cached) > _CACHED:
                cache.delete(self._cached.popitem(last=False)[0])
        try:
            return cache.local_path(digest)
        except (NotStored, Corrupted):
            with self.open(digest) as file:
                cache.put(file)
            return cache.local_path(digest)

    def supports_conditional_writes(self) -> bool:
        """Whether the service refuses to overwrite; one that does not may lose a race."""
        key = f"{self._prefix}probe-{secrets.token_hex(8)}"
        digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # no bytes
        with _spool() as nothing, _own_words("probe"):
            self._write(key, nothing, digest)
            refused = self._write(key, nothing, digest) == _EXISTS
            self._client.delete_object(Bucket=self._bucket, Key=key)
        return refused

    def _write(self, key: str, body: BinaryIO, digest: str) -> str | None:
        """None when written, or the code of a refusal that the condition explains."""
        try:
            with _own_words(key):
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=body,
                    IfNoneMatch="*",
                    ChecksumSHA256=base64.b64encode(bytes.fromhex(digest)).decode(),
                )
        except _Refused as refusal:
            return str(refusal)
        return None

    def _confirm(self, digest: str, *, size: int) -> None:
        """The object was there before: raise Corrupted unless it holds the same bytes."""
        head = self._head(digest)
        checksum = head.get("ChecksumSHA256")
        if checksum is None:
            self.open(digest).close()
        elif base64.b64decode(checksum).hex() != digest or head["ContentLength"] != size:
            raise Corrupted(f"the bucket has other bytes under {digest}")

    def _head(self, digest: str) -> dict[str, Any]:
        with _own_words(digest):
            return dict(
                self._client.head_object(
                    Bucket=self._bucket, Key=self._key(digest), ChecksumMode="ENABLED"
                )
            )

    def _key(self, digest: str) -> str:
        return f"{self._prefix}{checked(digest)[:2]}/{digest}"


@contextmanager
def open_object(
    bucket: str, key: str, *, endpoint_url: str | None = None
) -> Iterator[tuple[Callable[[int], bytes], int]]:
    """Any object of any bucket, to be read once: what reads its next bytes, and how many it has.

    Raises NotStored or Unavailable, as does reading.
    """
    with _own_words(key):
        answer = _client(endpoint_url).get_object(Bucket=bucket, Key=key)
    body = answer["Body"]

    def read(count: int) -> bytes:
        with _own_words(key):
            return body.read(count)

    try:
        yield read, answer["ContentLength"]
    finally:
        body.close()


def _client(endpoint_url: str | None) -> S3Client:
    """Credentials and region come from the usual places."""
    session = boto3.session.Session()
    client: S3Client = session.client(
        "s3",
        endpoint_url=endpoint_url,
        region_name=session.region_name or "us-east-1",
        config=Config(
            connect_timeout=5,
            read_timeout=60,
            retries={"mode": "standard", "max_attempts": 4},
            s3={"addressing_style": "path" if endpoint_url else "auto"},
        ),
    )
    return client


class _Refused(StorageError):
    """The condition of a write did not hold; the message is the service's code."""


def _spool() -> BinaryIO:
    return cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))


@contextmanager
def _own_words(what: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if code in ("NoSuchKey", "404", "NotFound"):
            raise NotStored(f"no blob {what}") from error
        if status == 412:
            raise _Refused(_EXISTS) from error
        if status == 409:
            raise _Refused(code) from error
        if code == "BadDigest":
            raise Corrupted(f"blob {what} was damaged on its way to the bucket") from error
        raise Unavailable(f"the bucket refuses ({code})") from error
    except (BotoCoreError, OSError) as error:
        raise Unavailable("the bucket cannot be reached") from error
