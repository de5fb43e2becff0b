"""How much of everything there is and how long it waits, over all scopes; for operators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, func, select

from storage.catalog import tables


@dataclass(frozen=True, slots=True)
class Pile:
    """Rows of one kind: how many, and the oldest one's time."""

    kind: str
    count: int
    oldest: datetime


class Standing:
    """Counts across scopes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def jobs(self) -> list[Pile]:
        """Jobs by state."""
        return self._piles(tables.jobs, "state", "created_at")

    def approvals(self) -> list[Pile]:
        """Approvals by state."""
        return self._piles(tables.approvals, "state", "created_at")

    def alerts(self) -> list[Pile]:
        """Alerts that are not resolved, by state."""
        return self._piles(tables.alerts, "state", "opened_at", tables.alerts.c.state != "resolved")

    def inbox(self) -> list[Pile]:
        """Events not dealt with, by platform."""
        return self._piles(
            tables.inbox, "platform", "received_at", tables.inbox.c.done_at.is_(None)
        )

    def outbox(self) -> list[Pile]:
        """Messages not delivered, by platform."""
        unsent = tables.outbox.c.state.in_(("pending", "sending"))
        return self._piles(tables.outbox, "platform", "created_at", unsent)

    def platforms(self) -> list[str]:
        """The chat platforms on which the assistant has met a channel."""
        met = select(tables.channels.c.platform).distinct().order_by(tables.channels.c.platform)
        return [str(row.platform) for row in self._connection.execute(met)]

    def _piles(self, table: Table, kind: str, time: str, *where: ColumnElement[bool]) -> list[Pile]:
        column = table.c[kind]
        wanted = select(column, func.count(), func.min(table.c[time])).where(*where)
        rows = self._connection.execute(wanted.group_by(column).order_by(column))
        return [Pile(*row) for row in rows]
