"""Monitors, the reports of their checks, and the alerts these led to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, select

from storage.catalog import tables
from storage.catalog.records import (
    Actor,
    Address,
    Alert,
    AlertState,
    DriftReport,
    Environment,
    Json,
    Monitor,
    Scope,
)
from storage.catalog.repository import UNSET, Repository, Unset, given, new_id


class Monitors(Repository[Monitor]):
    """Wishes to check a slot; at most one per slot is active."""

    table = tables.monitors
    kind = Monitor
    noun = "monitor"

    def add(
        self,
        scope: Scope,
        *,
        name: str,
        environment: Environment,
        every_s: int | None,
        cron: str | None,
        timezone: str,
        address: Address,
        actor: Actor,
        now: datetime,
    ) -> Monitor:
        """Start a monitor, in place of the active one of the slot."""
        slot = (self.table.c.name == name, self.table.c.environment == environment)
        self._change(self._active(scope), *slot, stopped_at=now)
        return self._add(
            id=new_id(),
            number=self._next("number", self.table.c.scope == scope),
            scope=scope,
            name=name,
            environment=environment,
            every_s=every_s,
            cron=cron,
            timezone=timezone,
            address=address,
            actor=actor,
            created_at=now,
        )

    def get(self, scope: Scope, monitor_id: str) -> Monitor:
        """A monitor by its id, stopped ones too; raises NotStored."""
        return self._get(monitor_id, self.table.c.scope == scope, self.table.c.id == monitor_id)

    def active(self) -> list[Monitor]:
        """The active monitors of every scope; for the scheduler."""
        running = self.table.c.stopped_at.is_(None)
        return self._all(self._select(running).order_by(self.table.c.created_at, self.table.c.id))

    def list(self, scope: Scope) -> list[Monitor]:
        """The active monitors of a scope, oldest first."""
        return self._all(self._select(self._active(scope)).order_by(self.table.c.number))

    def stop(self, scope: Scope, monitor_id: str, *, now: datetime) -> Monitor:
        """Stop a monitor; stopping it again changes nothing. Raises NotStored."""
        self._change(self._active(scope), self.table.c.id == monitor_id, stopped_at=now)
        return self.get(scope, monitor_id)

    def restart(self, scope: Scope, monitor_id: str, *, now: datetime) -> Monitor:
        """Go on with a stopped monitor, in place of the active one of the slot.

        What was due while it was stopped is not made up for: it counts as checked `now`.
        """
        monitor = self.get(scope, monitor_id)
        self._change(
            self._active(scope),
            self.table.c.name == monitor.name,
            self.table.c.environment == monitor.environment,
            self.table.c.id != monitor_id,
            stopped_at=now,
        )
        self._change(self.table.c.id == monitor_id, stopped_at=None, last_due=now)
        return self.get(scope, monitor_id)

    def checked(self, monitor_id: str, *, due: datetime) -> None:
        """Note the due time that the last check was for."""
        self._change(self.table.c.id == monitor_id, last_due=due)

    def _active(self, scope: Scope) -> ColumnElement[bool]:
        return (self.table.c.scope == scope) & self.table.c.stopped_at.is_(None)


class Reports(Repository[DriftReport]):
    """Results of checks."""

    table = tables.drift_reports
    kind = DriftReport
    noun = "drift report"

    def add(
        self,
        scope: Scope,
        *,
        monitor_id: str | None,
        model_id: str,
        start: datetime,
        end: datetime,
        rows: int,
        status: Literal["ok", "drift", "no_data", "failed"],
        flagged: Sequence[str],
        result: Json,
        figure: str | None,
        now: datetime,
    ) -> DriftReport:
        """Keep a result."""
        return self._add(
            id=new_id(),
            scope=scope,
            monitor_id=monitor_id,
            model_id=model_id,
            start=start,
            end=end,
            rows=rows,
            status=status,
            flagged=flagged,
            result=result,
            figure=figure,
            created_at=now,
        )

    def get(self, scope: Scope, report_id: str) -> DriftReport:
        """A report by its id; raises NotStored."""
        return self._get(report_id, self.table.c.scope == scope, self.table.c.id == report_id)

    def last(self, scope: Scope, monitor_id: str) -> DriftReport | None:
        """The newest report of a monitor."""
        where = (self.table.c.scope == scope, self.table.c.monitor_id == monitor_id)
        return self._first(self._select(*where).order_by(self.table.c.seq.desc()))

    def last_id(self, scope: Scope, monitor_id: str) -> str | None:
        """The id of the newest report of a monitor; much lighter than the report."""
        where = (self.table.c.scope == scope, self.table.c.monitor_id == monitor_id)
        newest = select(self.table.c.id).where(*where).order_by(self.table.c.seq.desc()).limit(1)
        return self._connection.execute(newest).scalar_one_or_none()

    def list(
        self, scope: Scope, *, model_id: str | None = None, limit: int = 20
    ) -> list[DriftReport]:
        """The newest reports of a scope, or of one of its models, newest first."""
        where = [self.table.c.scope == scope]
        if model_id is not None:
            where.append(self.table.c.model_id == model_id)
        newest = self._select(*where).order_by(self.table.c.seq.desc())
        return self._all(newest.limit(limit))


class Alerts(Repository[Alert]):
    """Episodes of trouble."""

    table = tables.alerts
    kind = Alert
    noun = "alert"

    def open(
        self,
        scope: Scope,
        *,
        monitor_id: str,
        state: AlertState,
        report_id: str | None,
        now: datetime,
    ) -> Alert:
        """Begin an episode."""
        return self._add(
            id=new_id(),
            number=self._next("number", self.table.c.scope == scope),
            scope=scope,
            monitor_id=monitor_id,
            state=state,
            report_id=report_id,
            acknowledged_by=None,
            opened_at=now,
            updated_at=now,
        )

    def current(self, monitor_id: str) -> Alert | None:
        """The newest episode of a monitor that is not resolved."""
        where = (self.table.c.monitor_id == monitor_id, self.table.c.state != "resolved")
        return self._first(self._select(*where).order_by(self.table.c.number.desc()))

    def get(self, scope: Scope, alert_id: str) -> Alert:
        """An alert by its id; raises NotStored."""
        return self._get(alert_id, self.table.c.scope == scope, self.table.c.id == alert_id)

    def list_open(self, scope: Scope) -> list[Alert]:
        """The episodes of a scope that are not resolved, newest first."""
        where = (self.table.c.scope == scope, self.table.c.state != "resolved")
        return self._all(self._select(*where).order_by(self.table.c.number.desc()))

    def update(
        self,
        alert_id: str,
        *,
        state: AlertState,
        now: datetime,
        report_id: str | Unset | None = UNSET,
        snoozed_until: datetime | Unset | None = UNSET,
        acknowledged_by: Actor | Unset | None = UNSET,
        resolved_at: datetime | Unset | None = UNSET,
    ) -> Alert:
        """Move an episode on; only what is given changes. Raises NotStored."""
        changes = given(
            report_id=report_id,
            snoozed_until=snoozed_until,
            acknowledged_by=acknowledged_by,
            resolved_at=resolved_at,
        )
        self._change(self.table.c.id == alert_id, state=state, updated_at=now, **changes)
        return self._get(alert_id, self.table.c.id == alert_id)
