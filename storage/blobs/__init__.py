"""Blobs: which storage a URL names; each adapter is imported on first use."""

from __future__ import annotations

from importlib import import_module
from typing import Final
from urllib.parse import urlsplit

from storage.blobs.base import BlobStore

SCHEMES: Final = {
    "file": "storage.blobs.local:LocalBlobs",
    "s3": "storage.blobs.s3:S3Blobs",
    "memory": "storage.blobs.memory:MemoryBlobs",
}


def open_blobs(url: str, *, endpoint_url: str | None = None) -> BlobStore:
    """The store behind `file:///folder`, `s3://bucket/prefix` or `memory://name`.

    `endpoint_url` is for S3-compatible services. Raises ValueError for another scheme.
    """
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise ValueError(f"blobs are kept under one of {', '.join(SCHEMES)}, not {url!r}")
    module, name = SCHEMES[parts.scheme].split(":")
    adapter = getattr(import_module(module), name)
    store: BlobStore = adapter.from_url(parts, endpoint_url=endpoint_url)
    return store
