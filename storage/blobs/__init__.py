"""Blobs: which storage a URL names; each adapter is imported on first use."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final
from urllib.parse import urlsplit

from storage.blobs.base import BlobStore
from storage.plugins import BLOB_STORES, Plugin, plugins

SCHEMES: Final = {
    "file": "storage.blobs.local:LocalBlobs",
    "s3": "storage.blobs.s3:S3Blobs",
    "memory": "storage.blobs.memory:MemoryBlobs",
}


def open_blobs(url: str, *, endpoint_url: str | None = None) -> BlobStore:
    """The store behind `file:///folder`, `s3://bucket/prefix` or `memory://name`.

    `endpoint_url` is for S3-compatible services. A scheme that is none of ours may be of another
    package, by the entry point group `mlops_assistant.blob_stores`. Raises ValueError for one that
    is nobody's.
    """
    parts = urlsplit(url)
    adapter = _ours(parts.scheme) if parts.scheme in SCHEMES else _of_others(parts.scheme)
    if adapter is None:
        raise ValueError(f"blobs are kept under one of {', '.join(SCHEMES)}, not {url!r}")
    store: BlobStore = adapter.from_url(parts, endpoint_url=endpoint_url)
    return store


def outside_stores() -> tuple[Plugin, ...]:
    """What other installed packages bring, by scheme."""
    return plugins(BLOB_STORES, taken=SCHEMES, check=_trouble)


def _ours(scheme: str) -> Any:
    module, name = SCHEMES[scheme].split(":")
    return getattr(import_module(module), name)


def _of_others(scheme: str) -> Any:
    found = (each for each in outside_stores() if each.name == scheme)
    return next((each.value for each in found if not each.trouble), None)


def _trouble(_: str, value: Any) -> str:
    return "" if callable(getattr(value, "from_url", None)) else "it has no from_url"
