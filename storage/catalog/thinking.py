"""What language models were asked, for whom, and what that cost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from storage.catalog import tables
from storage.catalog.records import Actor, Address, ModelCall, Scope
from storage.catalog.repository import Repository, new_id


class ModelCalls(Repository[ModelCall]):
    """One row per request to a language model."""

    table = tables.model_calls
    kind = ModelCall
    noun = "model call"

    def add(
        self,
        address: Address,
        *,
        turn_id: str,
        actor: Actor,
        model: str,
        level: str,
        tokens_in: int,
        tokens_out: int,
        cost: float | None,
        sent: str,
        struck: Sequence[str],
        now: datetime,
    ) -> ModelCall:
        """Write a row."""
        return self._add(
            id=new_id(),
            address=address,
            turn_id=turn_id,
            actor=actor,
            model=model,
            level=level,
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            cost=cost,
            sent=sent,
            struck=tuple(struck),
            created_at=now,
        )

    def of_turn(self, turn_id: str) -> Sequence[ModelCall]:
        """The requests made for one turn, oldest first."""
        return self._all(self._select(self.table.c.turn_id == turn_id).order_by(self.table.c.seq))

    def list(
        self, scope: Scope, *, thread: str | None = None, since: datetime | None = None
    ) -> list[ModelCall]:
        """The requests made for a channel, or for one thread of it, newest first."""
        where = [self.table.c.scope == scope]
        if thread is not None:
            where.append(self.table.c.thread == thread)
        if since is not None:
            where.append(self.table.c.created_at >= since)
        return self._all(self._select(*where).order_by(self.table.c.seq.desc()))

    def tokens_of_channel(self, scope: Scope, *, since: datetime) -> int:
        """Tokens spent in a channel from then on, both ways."""
        return self._tokens(self.table.c.scope == scope, since)

    def tokens_of_person(self, actor: Actor, *, since: datetime) -> int:
        """Tokens spent for a person from then on, in every channel, both ways."""
        return self._tokens(self.table.c.actor_id == actor.id, since)

    def tokens_of_turn(self, turn_id: str) -> int:
        """Tokens spent on one turn so far, both ways."""
        return self._sum(self.table.c.turn_id == turn_id)

    def _tokens(self, whose: ColumnElement[bool], since: datetime) -> int:
        return self._sum(whose, self.table.c.created_at >= since)

    def _sum(self, *where: ColumnElement[bool]) -> int:
        both = func.sum(self.table.c.tokens_in + self.table.c.tokens_out)
        total = select(func.coalesce(both, 0)).where(*where)
        return int(self._connection.execute(total).scalar_one())
