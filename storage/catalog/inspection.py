"""Questions about the whole catalog, whatever the scope, that only its own check asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Table, and_, func, or_, select

from storage.catalog import tables
from storage.catalog.columns import Value, Values

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_BLOBS: Final = (
    (tables.uploads, "blob", "size"),
    (tables.datasets, "blob", None),
    (tables.datasets, "profile", None),
    (tables.models, "digest", None),
    (tables.models, "reference", None),
    (tables.prediction_parts, "blob", None),
    (tables.drift_reports, "figure", None),
)


@dataclass(frozen=True, slots=True)
class BlobReference:
    """A row that needs a blob: `what` names the row, `size` is in bytes where it is known."""

    what: str
    digest: str
    size: int | None


class Inspection:
    """Reads across scopes and tables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def references(self) -> Iterator[BlobReference]:
        """Every row that cannot be used without its blob."""
        for table, column, size in _BLOBS:
            wanted = (table.c.id, table.c[column], *([table.c[size]] if size else []))
            where = table.c[column].is_not(None) & (table.c[column] != "")
            for row in self._connection.execute(select(*wanted).where(where)):
                what = f"{table.name}.{column} {row[0]}"
                yield BlobReference(what, row[1], row[2] if size else None)

    def mentions(self) -> set[str]:
        """Digests anywhere in JSON values: pictures and files that a row speaks of."""
        found: set[str] = set()
        for table in tables.metadata.sorted_tables:
            columns = [each for each in table.c if isinstance(each.type, Value | Values)]
            if columns:
                for row in self._connection.execute(select(*columns)):
                    for value in row:
                        found.update(_digests(value))
        return found

    def wrong_deployments(self) -> list[str]:
        """Live lines of the deployment log whose model is another one than they say."""
        log, models = tables.deployments, tables.models
        slot = (log.c.scope, log.c.name, log.c.environment)
        last = select(func.max(log.c.id)).group_by(*slot)
        same = and_(
            models.c.scope == log.c.scope,
            models.c.digest == log.c.digest,
            models.c.name == log.c.name,
        )
        statement = (
            select(log.c.id)
            .join(models, models.c.id == log.c.model_id)
            .where(log.c.id.in_(last), ~same)
        )
        return self._ids(log, statement)

    def jobs_without_result(self) -> list[str]:
        """Jobs that succeeded with nothing to show."""
        jobs = tables.jobs.c
        where = (jobs.state == "succeeded", jobs.result.is_(None))
        return self._ids(tables.jobs, select(jobs.id).where(*where))

    def undelivered(self, *, sending_before: datetime, pending_before: datetime) -> list[str]:
        """Messages that were being sent, or could have been sent, that long ago."""
        outbox = tables.outbox.c
        stuck = and_(outbox.state == "sending", outbox.not_before < sending_before)
        late = and_(outbox.state == "pending", outbox.not_before < pending_before)
        return self._ids(tables.outbox, select(outbox.id).where(or_(stuck, late)))

    def _ids(self, table: Table, statement: Any) -> list[str]:
        return [f"{table.name} {row[0]}" for row in self._connection.execute(statement)]


def _digests(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if _DIGEST.fullmatch(value):
            yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _digests(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _digests(each)
