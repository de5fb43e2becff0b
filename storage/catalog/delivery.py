"""Events that came in and messages that go out, each kept until it is dealt with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select

from storage.catalog import tables
from storage.catalog.records import Address, InboxRow, Json, OutboxRow, Scope
from storage.catalog.repository import Repository


class Inbox(Repository[InboxRow]):
    """Events as platforms sent them."""

    table = tables.inbox
    kind = InboxRow
    noun = "event"

    def add(
        self, key: str, *, platform: str, payload: Json, now: datetime, lane: str = ""
    ) -> InboxRow | None:
        """Keep an event before it is acknowledged; None when it was seen before."""
        return self._add_new(
            ("key",),
            key=key,
            platform=platform,
            lane=lane or key,
            payload=payload,
            attempts=0,
            received_at=now,
        )

    def take_up(self, platform: str) -> list[InboxRow]:
        """Events that were left open, oldest first; each counts one more attempt."""
        open_ = (self.table.c.platform == platform, self.table.c.done_at.is_(None))
        self._change(*open_, attempts=self.table.c.attempts + 1)
        return self.open(platform)

    def done(self, key: str, *, now: datetime) -> None:
        """Note that an event was dealt with."""
        self._change(self.table.c.key == key, done_at=now)

    def open(self, platform: str) -> list[InboxRow]:
        """Events not dealt with yet, oldest first."""
        where = (self.table.c.platform == platform, self.table.c.done_at.is_(None))
        order = (self.table.c.received_at, self.table.c.key)
        return self._all(self._select(*where).order_by(*order))

    def purge(self, before: datetime) -> int:
        """Drop events that were dealt with and came before then; how many."""
        old = (self.table.c.done_at.is_not(None), self.table.c.received_at < before)
        return self._connection.execute(delete(self.table).where(*old)).rowcount


class Outbox(Repository[OutboxRow]):
    """Messages to deliver: pending, sending, then sent, dead, or superseded by a later one."""

    table = tables.outbox
    kind = OutboxRow
    noun = "message"

    def add(
        self,
        dedupe_key: str,
        *,
        slot: str,
        address: Address,
        body: Json,
        now: datetime,
        not_before: datetime | None = None,
    ) -> tuple[OutboxRow, bool]:
        """Queue a message; False with the first one when its key was used before."""
        row = self._add_new(
            ("dedupe_key",),
            dedupe_key=dedupe_key,
            slot=slot,
            platform=address.scope.platform,
            address=address,
            body=body,
            state="pending",
            attempts=0,
            not_before=not_before or now,
            created_at=now,
        )
        if row is not None:
            return row, True
        return self._get(dedupe_key, self.table.c.dedupe_key == dedupe_key), False

    def get(self, row_id: int) -> OutboxRow:
        """A message by its id; raises NotStored."""
        return self._get(row_id, self.table.c.id == row_id)

    def due_in(
        self, platform: str, *, now: datetime, address: Address | None = None
    ) -> list[Scope]:
        """Channels with messages whose time has come, the longest waiting first."""
        waiting = (
            select(self.table.c.scope)
            .where(*self._due(platform, now), *self._to(address))
            .group_by(self.table.c.scope)
            .order_by(func.min(self.table.c.id))
        )
        return [row.scope for row in self._connection.execute(waiting)]

    def due(
        self,
        platform: str,
        *,
        now: datetime,
        limit: int = 20,
        address: Address | None = None,
        scope: Scope | None = None,
    ) -> list[OutboxRow]:
        """Pending messages whose time has come, oldest first; of a thread, a channel or all."""
        where = (*self._due(platform, now), *self._to(address))
        if scope is not None:
            where = (*where, self.table.c.scope == scope)
        return self._all(self._select(*where).order_by(self.table.c.id).limit(limit))

    def _due(self, platform: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
        return (
            self.table.c.platform == platform,
            self.table.c.state == "pending",
            self.table.c.not_before <= now,
        )

    def mark_sending(self, row_id: int) -> bool:
        """Take a pending message for sending; False when another sender did."""
        attempts = self.table.c.attempts + 1
        where = (self.table.c.id == row_id, self.table.c.state == "pending")
        return bool(self._change(*where, state="sending", attempts=attempts))

    def mark_sent(self, row_id: int, *, platform_ref: str, now: datetime) -> bool:
        """Note that the platform has it, under its own id."""
        where = (self.table.c.id == row_id, self.table.c.state == "sending")
        return bool(self._change(*where, state="sent", platform_ref=platform_ref, sent_at=now))

    def retry(self, row_id: int, *, not_before: datetime) -> bool:
        """Queue a message again that could not be sent."""
        where = (self.table.c.id == row_id, self.table.c.state == "sending")
        return bool(self._change(*where, state="pending", not_before=not_before))

    def dead(self, row_id: int) -> bool:
        """Give a message up that can never be sent."""
        unsent = self.table.c.state.in_(("pending", "sending"))
        return bool(self._change(self.table.c.id == row_id, unsent, state="dead"))

    def stuck(self, platform: str, *, address: Address | None = None) -> list[OutboxRow]:
        """Messages whose sending was cut short; look for them in the channel first."""
        sending = (self.table.c.platform == platform, self.table.c.state == "sending")
        return self._all(self._select(*sending, *self._to(address)).order_by(self.table.c.id))

    def _to(self, address: Address | None) -> tuple[ColumnElement[bool], ...]:
        if address is None:
            return ()
        return (self.table.c.scope == address.scope, self.table.c.thread == address.thread)

    def slot_ref(self, slot: str) -> str | None:
        """The platform's id of the message a slot stands for; None when none was sent."""
        newest = (
            select(self.table.c.platform_ref)
            .where(self.table.c.slot == slot, self.table.c.state == "sent")
            .order_by(self.table.c.id.desc())
            .limit(1)
        )
        return self._connection.execute(newest).scalar_one_or_none()

    def by_ref(self, scope: Scope, ref: str) -> OutboxRow | None:
        """The message that the platform knows under an id; its first one where it has several."""
        column = self.table.c.platform_ref
        ours = or_(column == ref, column.startswith(f"{ref} ", autoescape=True))
        newest = self._select(self.table.c.scope == scope, ours).order_by(self.table.c.id.desc())
        return self._first(newest)

    def last_of(self, slot: str) -> OutboxRow | None:
        """The newest message of a slot."""
        return self._first(self._select(self.table.c.slot == slot).order_by(self.table.c.id.desc()))

    def supersede(self, row: OutboxRow) -> bool:
        """Leave a pending message unsent if a later one of its slot waits too; whether so."""
        slot = (self.table.c.slot == row.slot, self.table.c.state == "pending")
        if not self._count(*slot, self.table.c.id > row.id):
            return False
        where = (self.table.c.id == row.id, self.table.c.state == "pending")
        return bool(self._change(*where, state="superseded"))

    def of_channel(self, scope: Scope) -> list[OutboxRow]:
        """The messages to a channel and all its threads, in order."""
        return self._all(self._select(self.table.c.scope == scope).order_by(self.table.c.id))

    def shown(
        self, scope: Scope, *, threads: Sequence[str], after: int = 0, limit: int = 100
    ) -> Sequence[OutboxRow]:
        """The newest version of each message of some threads, of those written after `after`.

        Messages that are on their way count as shown: for who reads them here, they are.
        """
        newest = (
            select(func.max(self.table.c.id))
            .where(*self._in(scope, threads), self.table.c.state.in_(("sending", "sent")))
            .where(self.table.c.id > after)
            .group_by(self.table.c.slot)
            .order_by(func.max(self.table.c.id))
            .limit(limit)
        )
        ids = list(self._connection.execute(newest).scalars())
        return self._all(self._select(self.table.c.id.in_(ids)).order_by(self.table.c.id))

    def begun(self, slots: Sequence[str]) -> dict[str, datetime]:
        """When the first version of each of these messages was written."""
        first = (
            select(self.table.c.slot, func.min(self.table.c.created_at).label("first"))
            .where(self.table.c.slot.in_(slots))
            .group_by(self.table.c.slot)
        )
        return {row.slot: row.first for row in self._connection.execute(first)}

    def latest(self, scope: Scope, *, threads: Sequence[str]) -> dict[str, OutboxRow]:
        """The last message to each of these threads."""
        newest = (
            select(func.max(self.table.c.id))
            .where(*self._in(scope, threads))
            .group_by(self.table.c.thread)
        )
        rows = self._all(self._select(self.table.c.id.in_(newest)))
        return {row.address.thread: row for row in rows}

    def first_pending(self, scope: Scope, *, threads: Sequence[str]) -> int | None:
        """The id of the oldest message to these threads that has not gone out yet."""
        pending = (*self._in(scope, threads), self.table.c.state == "pending")
        return self._connection.execute(select(func.min(self.table.c.id)).where(*pending)).scalar()

    def _in(self, scope: Scope, threads: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
        return (self.table.c.scope == scope, self.table.c.thread.in_(threads))

    def list(self, address: Address, *, after_id: int = 0) -> list[OutboxRow]:
        """The messages to a thread, in order, from the one after `after_id`."""
        where = (*self._to(address), self.table.c.id > after_id)
        return self._all(self._select(*where).order_by(self.table.c.id))

    def depth(self) -> int:
        """How many messages still have to go out."""
        return self._count(self.table.c.state.in_(("pending", "sending")))
