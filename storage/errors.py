"""Errors of the storage layer.

StorageError
├── NotStored        no such blob or row (in this scope)
├── Corrupted        what was read is not what was written
└── Unavailable      the store cannot be reached or written now
"""

from __future__ import annotations


class StorageError(Exception):
    """Base of everything the storage layer raises on purpose."""


class NotStored(StorageError):
    """There is no such blob or row, or it belongs to another scope."""


class Corrupted(StorageError):
    """The bytes read do not have the digest they were stored under."""


class Unavailable(StorageError):
    """The store cannot be reached, or refuses writing, at the moment."""
