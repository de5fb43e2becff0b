"""What is served where, the keys to it, and what it was asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select

from storage.catalog import tables
from storage.catalog.records import (
    Actor,
    Deployment,
    EndpointKey,
    Environment,
    PredictionPart,
    Scope,
)
from storage.catalog.repository import Repository


class Deployments(Repository[Deployment]):
    """An append-only log; the last line of a slot (scope, name, environment) is live."""

    table = tables.deployments
    kind = Deployment
    noun = "deployment"

    def append(
        self,
        scope: Scope,
        *,
        name: str,
        environment: Environment,
        model_id: str | None,
        digest: str | None,
        actor: Actor,
        approved_by: Actor | None,
        now: datetime,
    ) -> Deployment:
        """Make a model live in a slot, or empty the slot (`model_id` and `digest` None)."""
        return self._add(
            scope=scope,
            name=name,
            environment=environment,
            model_id=model_id,
            digest=digest,
            actor=actor,
            approved_by=approved_by,
            created_at=now,
        )

    def live(self, scope: Scope, name: str, environment: Environment) -> Deployment | None:
        """What a slot serves; None when it never served or was emptied."""
        where = (
            self.table.c.scope == scope,
            self.table.c.name == name,
            self.table.c.environment == environment,
        )
        last = self._first(self._select(*where).order_by(self.table.c.id.desc()))
        return last if last is not None and last.model_id is not None else None

    def live_all(self) -> list[Deployment]:
        """What every slot of every scope serves; for the prediction server."""
        return self._live_where()

    def log(
        self,
        scope: Scope,
        *,
        name: str | None = None,
        environment: Environment | None = None,
        limit: int = 50,
    ) -> list[Deployment]:
        """The lines of the log, newest first."""
        where = [self.table.c.scope == scope]
        if name is not None:
            where.append(self.table.c.name == name)
        if environment is not None:
            where.append(self.table.c.environment == environment)
        newest = self._select(*where).order_by(self.table.c.id.desc())
        return self._all(newest.limit(limit))

    def version(self) -> int:
        """Grows with every line; a cheap way to see that something changed."""
        highest = select(func.coalesce(func.max(self.table.c.id), 0))
        return int(self._connection.execute(highest).scalar_one())

    def _live_where(self, *where: ColumnElement[bool]) -> list[Deployment]:
        slot = (self.table.c.scope, self.table.c.name, self.table.c.environment)
        last = select(func.max(self.table.c.id)).where(*where).group_by(*slot)
        serving = self.table.c.model_id.is_not(None)
        return self._all(self._select(self.table.c.id.in_(last), serving).order_by(*slot))

    def list(self, scope: Scope, *, at: datetime | None = None) -> list[Deployment]:
        """What the slots of a scope serve, or served at a moment in the past."""
        where = [self.table.c.scope == scope]
        if at is not None:
            where.append(self.table.c.created_at <= at)
        return self._live_where(*where)


class Keys(Repository[EndpointKey]):
    """One API key per slot, as its hash."""

    table = tables.endpoint_keys
    kind = EndpointKey
    noun = "endpoint key"

    def get(self, scope: Scope, name: str, environment: Environment) -> EndpointKey | None:
        """The key of a slot."""
        return self._first(self._select(*self._slot(scope, name, environment)))

    def put(
        self,
        scope: Scope,
        *,
        name: str,
        environment: Environment,
        key_sha256: str,
        now: datetime,
    ) -> EndpointKey:
        """Set the key of a slot in place of an earlier one."""
        self.drop(scope, name, environment)
        return self._add(
            scope=scope,
            name=name,
            environment=environment,
            key_sha256=key_sha256,
            created_at=now,
        )

    def drop(self, scope: Scope, name: str, environment: Environment) -> None:
        """Forget the key of a slot, if it has one."""
        where = self._slot(scope, name, environment)
        self._connection.execute(delete(self.table).where(*where))

    def all(self) -> list[EndpointKey]:
        """The keys of every scope; for the prediction server."""
        return self._all(self._select())

    def _slot(
        self, scope: Scope, name: str, environment: Environment
    ) -> tuple[ColumnElement[bool], ...]:
        return (
            self.table.c.scope == scope,
            self.table.c.name == name,
            self.table.c.environment == environment,
        )


class Predictions(Repository[PredictionPart]):
    """The parts of the prediction log."""

    table = tables.prediction_parts
    kind = PredictionPart
    noun = "prediction part"

    def add_part(
        self,
        *,
        scope_id: str,
        name: str,
        environment: Environment,
        blob: str,
        rows: int,
        start: datetime,
        end: datetime,
    ) -> PredictionPart:
        """Note a part whose rows were answered from `start` to `end`, both included."""
        return self._add(
            scope_id=scope_id,
            name=name,
            environment=environment,
            blob=blob,
            rows=rows,
            start=start,
            end=end,
        )

    def parts(
        self,
        scope_id: str,
        *,
        name: str,
        environment: Environment,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[PredictionPart]:
        """The parts that touch `[since, until]`, oldest first."""
        where = [
            self.table.c.scope_id == scope_id,
            self.table.c.name == name,
            self.table.c.environment == environment,
        ]
        if since is not None:
            where.append(self.table.c.end >= since)
        if until is not None:
            where.append(self.table.c.start <= until)
        return self._all(self._select(*where).order_by(self.table.c.start, self.table.c.id))
