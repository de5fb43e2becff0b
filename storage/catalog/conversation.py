"""Turns and their messages, suspended calls, and what a thread is talking about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
)

from storage.catalog import tables
from storage.catalog.records import (
    Actor,
    Address,
    Json,
    Scope,
    StoredMessage,
    Turn,
    TurnState,
    Waiting,
    WaitingKind,
)
from storage.catalog.repository import UNSET, Repository, Unset, given, new_id


class Turns(Repository[Turn]):
    """Messages of people, and the chat messages that answered them."""

    table = tables.turns
    kind = Turn
    noun = "turn"

    def open(
        self,
        event_id: str,
        *,
        address: Address,
        actor: Actor,
        text: str,
        owner: str,
        pending: Sequence[Json],
        now: datetime,
        refs: Json | None = None,
        opens: bool = False,
        private: bool = False,
    ) -> tuple[Turn, bool]:
        """Begin a turn; False with the first one when the event was seen in this scope before."""
        turn = self._add_new(
            ("scope", "event_id"),
            id=new_id(),
            event_id=event_id,
            address=address,
            actor=actor,
            text=text,
            opens=opens,
            private=private,
            owner=owner,
            state="running",
            pending=pending,
            refs=refs or {},
            blocks=(),
            created_at=now,
        )
        if turn is not None:
            return turn, True
        where = (self.table.c.scope == address.scope, self.table.c.event_id == event_id)
        return self._get(event_id, *where), False

    def get(self, turn_id: str) -> Turn:
        """A turn by its id; raises NotStored."""
        return self._get(turn_id, self.table.c.id == turn_id)

    def find(self, turn_id: str) -> Turn | None:
        """A turn by its id, if there is one."""
        return self._first(self._select(self.table.c.id == turn_id))

    def set(
        self,
        turn_id: str,
        *,
        state: TurnState | Unset = UNSET,
        pending: Sequence[Json] | Unset = UNSET,
        refs: Json | Unset = UNSET,
        blocks: Sequence[Json] | Unset = UNSET,
    ) -> Turn:
        """Change what is given; raises NotStored."""
        changes = given(state=state, pending=pending, refs=refs, blocks=blocks)
        if changes:
            self._change(self.table.c.id == turn_id, **changes)
        return self.get(turn_id)

    def any(self, address: Address) -> bool:
        """Whether anything was ever asked in a thread."""
        return bool(self._count(*self._thread(address)))

    def threads(self, scope: Scope, *, since: datetime, limit: int = 50) -> Sequence[str]:
        """Threads of a channel in which something was asked since then, the latest first."""
        thread = self.table.c.thread
        latest = (
            select(thread)
            .where(self.table.c.scope == scope, self.table.c.created_at >= since, thread != "")
            .group_by(thread)
            .order_by(func.max(self.table.c.seq).desc())
            .limit(limit)
        )
        return list(self._connection.execute(latest).scalars())

    def take(self, turn: Turn, *, owner: str) -> bool:
        """Go to work on a turn as it was read; False when somebody else did so before."""
        where = (
            self.table.c.id == turn.id,
            self.table.c.state == turn.state,
            self.table.c.owner == turn.owner,
        )
        return bool(self._change(*where, state="running", owner=owner))

    def interrupted(self, *, now: datetime) -> list[Turn]:
        """Turns nobody carries on, oldest first.

        They are at work in a process that died, or suspended although nothing is open any more.
        """
        lease, call = tables.leases.c, tables.waiting.c
        alive = exists().where(
            lease.name == literal("process:").concat(self.table.c.owner), lease.until > now
        )
        waits = exists().where(
            call.turn_id == self.table.c.id, call.state.in_(("waiting", "claimed"))
        )
        state = self.table.c.state
        left = or_(and_(state == "running", ~alive), and_(state == "suspended", ~waits))
        return self._all(self._select(left).order_by(self.table.c.seq))

    def add_message(self, turn_id: str, payload: Json) -> StoredMessage:
        """Keep the next chat message of a turn."""
        table = tables.messages
        count = select(func.count()).select_from(table).where(table.c.turn_id == turn_id)
        position = int(self._connection.execute(count).scalar_one())
        values = {"turn_id": turn_id, "position": position, "payload": payload}
        self._connection.execute(insert(table).values(values))
        return StoredMessage(turn_id, position, payload)

    def messages(self, address: Address, *, turns: int) -> list[StoredMessage]:
        """The chat messages of the last `turns` turns of a thread, in order."""
        table = tables.messages
        last = (
            select(self.table.c.id, self.table.c.seq)
            .where(*self._thread(address))
            .order_by(self.table.c.seq.desc())
            .limit(turns)
            .subquery()
        )
        statement = (
            select(table)
            .join(last, table.c.turn_id == last.c.id)
            .order_by(last.c.seq, table.c.position)
        )
        return [StoredMessage(*row) for row in self._connection.execute(statement)]

    def messages_of(self, turn_id: str) -> list[StoredMessage]:
        """The chat messages of one turn, in order."""
        table = tables.messages
        statement = select(table).where(table.c.turn_id == turn_id).order_by(table.c.position)
        return [StoredMessage(*row) for row in self._connection.execute(statement)]

    def _thread(self, address: Address) -> tuple[ColumnElement[bool], ...]:
        return (self.table.c.scope == address.scope, self.table.c.thread == address.thread)

    def list(self, address: Address, *, limit: int) -> list[Turn]:
        """The last turns of a thread, newest last."""
        newest = self._select(*self._thread(address)).order_by(self.table.c.seq.desc())
        return self._all(newest.limit(limit))[::-1]


class WaitingCalls(Repository[Waiting]):
    """Tool calls that wait for a job, an approval or a choice."""

    table = tables.waiting
    kind = Waiting
    noun = "waiting call"

    def add(
        self,
        turn_id: str,
        *,
        call_id: str,
        model_call_id: str,
        tool: str,
        args: Json,
        requester: Actor,
        kind: WaitingKind,
        subject: str,
        detail: Json,
        now: datetime,
    ) -> Waiting:
        """Suspend a call of a turn; raises NotStored for an unknown turn."""
        address = Turns(self._connection).get(turn_id).address
        return self._add(
            id=new_id(),
            address=address,
            number=self._next("number", self.table.c.scope == address.scope),
            turn_id=turn_id,
            call_id=call_id,
            model_call_id=model_call_id,
            tool=tool,
            args=args,
            requester=requester,
            kind=kind,
            subject=subject,
            detail=detail,
            state="waiting",
            created_at=now,
        )

    def get(self, waiting_id: str) -> Waiting:
        """A suspended call by its id; raises NotStored."""
        return self._get(waiting_id, self.table.c.id == waiting_id)

    def by_number(self, scope: Scope, number: int) -> Waiting:
        """A suspended call by its handle; raises NotStored."""
        return self._get(number, self.table.c.scope == scope, self.table.c.number == number)

    def of_turn(self, turn_id: str) -> list[Waiting]:
        """The calls of a turn that are still open, newest first."""
        where = (self.table.c.turn_id == turn_id, self._open())
        return self._all(self._select(*where).order_by(self.table.c.number.desc()))

    def of_thread(self, address: Address) -> list[Waiting]:
        """The calls of a thread that are still open, newest first."""
        mine = (self.table.c.scope == address.scope, self.table.c.thread == address.thread)
        return self._all(self._select(*mine, self._open()).order_by(self.table.c.number.desc()))

    def open(self, kind: WaitingKind, *, platform: str) -> list[Waiting]:
        """All open calls of a platform that wait for this kind of thing, oldest first."""
        here = self.table.c.scope.startswith(f"{platform}/", autoescape=True)
        where = (self.table.c.kind == kind, here, self._open())
        return self._all(self._select(*where).order_by(self.table.c.created_at))

    def by_subject(self, subject: str) -> Waiting | None:
        """The call that waits, or waited, for this job or approval."""
        where = self.table.c.subject == subject
        return self._first(self._select(where).order_by(self.table.c.created_at.desc()))

    def claim(self, waiting_id: str, *, until: datetime, now: datetime) -> bool:
        """Take a call up again; False when it is settled, or another holds it until later."""
        table = self.table
        lost = and_(table.c.state == "claimed", table.c.claimed_until < now)
        free = or_(table.c.state == "waiting", lost)
        where = (table.c.id == waiting_id, free)
        return bool(self._change(*where, state="claimed", claimed_until=until))

    def lost(self, kind: WaitingKind, *, now: datetime) -> list[Waiting]:
        """Calls of a kind that somebody took up and let lie, oldest first."""
        table = self.table.c
        left = (table.kind == kind, table.state == "claimed", table.claimed_until < now)
        return self._all(self._select(*left).order_by(table.created_at))

    def settle(self, waiting_id: str, *, state: Literal["settled", "dropped"] = "settled") -> bool:
        """Close a call; False when it was closed before."""
        where = (self.table.c.id == waiting_id, self._open())
        return bool(self._change(*where, state=state, claimed_until=None))

    def note(self, waiting_id: str, *, detail: Json) -> None:
        """Keep what else is known of a call by now."""
        self._change(self.table.c.id == waiting_id, detail=detail)

    def _open(self) -> ColumnElement[bool]:
        return self.table.c.state.in_(("waiting", "claimed"))


class Pointers:
    """The dataset and the model that a thread talks about."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, scope: Scope, *, thread: str, kind: Literal["dataset", "model"]) -> str | None:
        """The id of the thread's current one."""
        table = tables.pointers
        statement = select(table.c.ref_id).where(
            table.c.scope == scope, table.c.thread == thread, table.c.kind == kind
        )
        return self._connection.execute(statement).scalar_one_or_none()

    def set(
        self,
        scope: Scope,
        *,
        thread: str,
        kind: Literal["dataset", "model"],
        ref_id: str,
        now: datetime,
    ) -> None:
        """Make another one current."""
        table = tables.pointers
        self._connection.execute(
            delete(table).where(
                table.c.scope == scope, table.c.thread == thread, table.c.kind == kind
            )
        )
        values = {"scope": scope, "thread": thread, "kind": kind, "ref_id": ref_id, "set_at": now}
        self._connection.execute(insert(table).values(values))
