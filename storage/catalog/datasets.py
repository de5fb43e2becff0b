"""Uploads and dataset versions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select

from storage.catalog import tables
from storage.catalog.records import Actor, ColumnInfo, DatasetVersion, Json, Scope, Upload
from storage.catalog.repository import Repository, new_id
from storage.errors import NotStored

_VERSIONED = re.compile(r"(?P<name>.+?)\s+v(?P<version>\d{1,9})", re.IGNORECASE)
_SUFFIX = re.compile(r"(\.(csv|tsv|txt|json|jsonl|ndjson|parquet|pq|xlsx))?(\.(gz|zip))?$", re.I)


class Uploads(Repository[Upload]):
    """Files as they came."""

    table = tables.uploads
    kind = Upload
    noun = "upload"

    def add(
        self,
        scope: Scope,
        *,
        thread: str,
        blob: str,
        name: str,
        size: int,
        actor: Actor,
        now: datetime,
    ) -> Upload:
        """Keep an upload; `blob` is the digest of its bytes, `size` their number."""
        return self._add(
            id=new_id(),
            scope=scope,
            thread=thread,
            number=self._next("number", self.table.c.scope == scope),
            blob=blob,
            name=name,
            size=size,
            actor=actor,
            created_at=now,
        )

    def kept_bytes(self, scope: Scope) -> int:
        """The size of the files whose datasets are still there."""
        of_upload = tables.datasets.c
        used = exists().where(
            of_upload.upload_id == self.table.c.id, of_upload.deleted_at.is_(None)
        )
        total = select(func.coalesce(func.sum(self.table.c.size), 0))
        found = self._connection.execute(total.where(self.table.c.scope == scope, used))
        return int(found.scalar_one())

    def get(self, scope: Scope, upload_id: str) -> Upload:
        """The upload; raises NotStored."""
        return self._get(upload_id, self.table.c.scope == scope, self.table.c.id == upload_id)

    def latest(self, scope: Scope, thread: str) -> Upload | None:
        """The last upload of a thread."""
        where = (self.table.c.scope == scope, self.table.c.thread == thread)
        return self._first(self._select(*where).order_by(self.table.c.number.desc()))


class Datasets(Repository[DatasetVersion]):
    """Immutable tables; only `deleted_at` ever changes."""

    table = tables.datasets
    kind = DatasetVersion
    noun = "dataset"

    def add(
        self,
        scope: Scope,
        *,
        name: str,
        blob: str,
        rows: int,
        columns: Sequence[ColumnInfo],
        origin: str,
        profile: str,
        actor: Actor,
        now: datetime,
        root_id: str | None = None,
        parent_id: str | None = None,
        recipe: Sequence[Json] = (),
        upload_id: str | None = None,
        report: Json | None = None,
        targets: Sequence[Json] = (),
    ) -> DatasetVersion:
        """Add the next version of `name`; without `root_id` it is its own root."""
        dataset_id = new_id()
        where = (self.table.c.scope == scope, self.table.c.name == name)
        return self._add(
            id=dataset_id,
            scope=scope,
            name=name,
            version=self._next("version", *where),
            blob=blob,
            rows=rows,
            columns=columns,
            root_id=root_id or dataset_id,
            parent_id=parent_id,
            recipe=recipe,
            upload_id=upload_id,
            origin=origin,
            report=report or {},
            targets=targets,
            profile=profile,
            actor=actor,
            created_at=now,
        )

    def get(self, scope: Scope, dataset_id: str) -> DatasetVersion:
        """A version by its id, deleted ones too (models refer to them); raises NotStored."""
        return self._get(dataset_id, self.table.c.scope == scope, self.table.c.id == dataset_id)

    def find(self, scope: Scope, text: str) -> DatasetVersion:
        """The live version meant by "titanic", "Titanic v2" or "titanic.csv"; raises NotStored.

        Without a version the latest one is meant. Case does not matter where it need not.
        """
        wanted = text.strip()
        names = self._names(scope)
        name, version = _match(wanted, names), None
        versioned = _VERSIONED.fullmatch(wanted)
        if name is None and versioned:
            name, version = _match(versioned["name"], names), int(versioned["version"])
        if name is None:
            raise NotStored(f"no {self.noun} {text!r}")
        where = [self._live(scope), self.table.c.name == name]
        if version is not None:
            where.append(self.table.c.version == version)
        found = self._first(self._select(*where).order_by(self.table.c.version.desc()))
        if found is None:
            raise NotStored(f"no {self.noun} {text!r}")
        return found

    def latest(self, scope: Scope) -> DatasetVersion | None:
        """The newest live version."""
        return self._first(self._select(self._live(scope)).order_by(self.table.c.seq.desc()))

    def versions(self, scope: Scope, name: str) -> list[DatasetVersion]:
        """The live versions of one name, newest first."""
        where = (self._live(scope), self.table.c.name == name)
        return self._all(self._select(*where).order_by(self.table.c.version.desc()))

    def delete(self, scope: Scope, name: str, *, now: datetime) -> int:
        """Mark all versions of a name as deleted; how many there were."""
        return self._change(self._live(scope), self.table.c.name == name, deleted_at=now)

    def restore(self, scope: Scope, name: str) -> int:
        """Bring the deleted versions of a name back; how many there were."""
        gone = self.table.c.deleted_at.is_not(None)
        where = (self.table.c.scope == scope, self.table.c.name == name, gone)
        return self._change(*where, deleted_at=None)

    def _live(self, scope: Scope) -> ColumnElement[bool]:
        return (self.table.c.scope == scope) & self.table.c.deleted_at.is_(None)

    def _names(self, scope: Scope) -> list[str]:
        statement = select(self.table.c.name).where(self._live(scope)).distinct()
        return list(self._connection.execute(statement).scalars())

    def list(self, scope: Scope) -> list[DatasetVersion]:
        """All live versions, newest first."""
        return self._all(self._select(self._live(scope)).order_by(self.table.c.seq.desc()))


def _match(wanted: str, names: Sequence[str]) -> str | None:
    """The name meant: exactly, else whatever the case, else without a file suffix."""
    if wanted in names:
        return wanted
    for text in (wanted, _SUFFIX.sub("", wanted)):
        for name in sorted(names):
            if name.casefold() == text.casefold():
                return name
    return None
