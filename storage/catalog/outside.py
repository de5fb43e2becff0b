"""Alerts that the team's own monitoring has raised about deployed models."""

from __future__ import annotations

from datetime import datetime

from storage.catalog import tables
from storage.catalog.records import Environment, OutsideAlert, Scope
from storage.catalog.repository import Repository, new_id


class OutsideAlerts(Repository[OutsideAlert]):
    """One row per firing of an alert: its fingerprint, and when it began there."""

    table = tables.outside_alerts
    kind = OutsideAlert
    noun = "outside alert"

    def add(
        self,
        scope: Scope,
        *,
        name: str,
        environment: Environment,
        fingerprint: str,
        began: str,
        title: str,
        summary: str,
        resolved_at: datetime | None,
        now: datetime,
    ) -> OutsideAlert | None:
        """Keep a firing; None when it is known."""
        return self._add_new(
            ("scope", "fingerprint", "began"),
            id=new_id(),
            scope=scope,
            name=name,
            environment=environment,
            fingerprint=fingerprint,
            began=began,
            title=title,
            summary=summary,
            created_at=now,
            resolved_at=resolved_at,
        )

    def resolve(
        self, scope: Scope, *, fingerprint: str, began: str, now: datetime
    ) -> OutsideAlert | None:
        """End a firing; None when it is over already, or nobody heard of it."""
        where = (
            self.table.c.scope == scope,
            self.table.c.fingerprint == fingerprint,
            self.table.c.began == began,
        )
        if not self._change(*where, self.table.c.resolved_at.is_(None), resolved_at=now):
            return None
        return self._get(fingerprint, *where)

    def firing(self, scope: Scope, *, name: str, environment: Environment) -> list[OutsideAlert]:
        """What is raised about a slot and not over, oldest first."""
        where = (
            self.table.c.scope == scope,
            self.table.c.name == name,
            self.table.c.environment == environment,
            self.table.c.resolved_at.is_(None),
        )
        return self._all(self._select(*where).order_by(self.table.c.created_at, self.table.c.id))
