"""Frozen records of uploads and dataset versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from storage.catalog.records.places import Actor, Json, Scope

ColumnKind: TypeAlias = Literal["integer", "number", "boolean", "datetime", "category", "text"]


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """One column of a dataset version, as aggregates only."""

    name: str
    kind: ColumnKind
    missing: int
    distinct: int
    low: float | str | None = None
    high: float | str | None = None
    top: tuple[tuple[str, int], ...] = ()
    constant: bool = False
    id_like: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """A file somebody handed over, kept as it came; `number` is its handle in the scope."""

    id: str
    scope: Scope
    thread: str
    number: int
    blob: str
    name: str
    size: int
    actor: Actor
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DatasetVersion:
    """One immutable table.

    Attributes:
        version: Counts from 1 within (scope, name).
        blob: Digest of the Parquet file.
        root_id: The version that was read from a file (itself for such a version).
        parent_id: The version this one was made from, if any.
        recipe: Transforms (`tools.ml.recipe`) from the root to this version, all of them.
        upload_id: The original upload a root version was read from.
        origin: What made it, in words: "read from titanic.csv", "dropped 3 columns".
        report: What the reader assumed and repaired (`notes`, `warnings`, …).
        targets: Suggested targets, likeliest first: `{"column", "task", "reason"}`.
        profile: Digest of the full profile as JSON.
    """

    id: str
    scope: Scope
    name: str
    version: int
    blob: str
    rows: int
    columns: tuple[ColumnInfo, ...]
    root_id: str
    parent_id: str | None
    recipe: tuple[Json, ...]
    upload_id: str | None
    origin: str
    report: Json
    targets: tuple[Json, ...]
    profile: str
    actor: Actor
    created_at: datetime
    deleted_at: datetime | None = None

    @property
    def label(self) -> str:
        """`name v3`."""
        return f"{self.name} v{self.version}"
