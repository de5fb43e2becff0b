"""What was done: one line per tool call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from storage.catalog import tables
from storage.catalog.records import (
    Action,
    Actor,
    Address,
    Json,
    Scope,
)
from storage.catalog.repository import Repository

_HANDLE = re.compile(r"m(\d{1,9})", re.IGNORECASE)


class Actions(Repository[Action]):
    """One line per tool call that ran."""

    table = tables.actions
    kind = Action
    noun = "action"

    def add(
        self,
        address: Address,
        *,
        actor: Actor,
        tool: str,
        args: Json,
        effect: str,
        sentence: str,
        summary: str,
        ok: bool,
        dataset_id: str | None,
        model_id: str | None,
        inverse: Json | None,
        approved_by: Actor | None,
        turn_id: str | None,
        now: datetime,
        seconds: float = 0.0,
        tokens: int = 0,
    ) -> Action:
        """Write a line."""
        return self._add(
            address=address,
            actor=actor,
            tool=tool,
            args=args,
            effect=effect,
            sentence=sentence,
            summary=summary,
            ok=ok,
            dataset_id=dataset_id,
            model_id=model_id,
            inverse=inverse,
            undone=False,
            approved_by=approved_by,
            turn_id=turn_id,
            seconds=seconds,
            tokens=tokens,
            created_at=now,
        )

    def list(
        self,
        scope: Scope,
        *,
        thread: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        who: str | None = None,
        about: str | None = None,
        limit: int = 50,
    ) -> list[Action]:
        """The newest lines, newest first.

        Args:
            scope: Whose.
            thread: Of one thread only.
            since: From then on, included.
            until: Up to then, included.
            who: Part of the name or id of the person who asked or approved.
            about: Part of the tool, the sentence or the summary; or the name, the handle or
                the id of a dataset or model.
            limit: At most so many.
        """
        table = self.table
        where = [table.c.scope == scope]
        if thread is not None:
            where.append(table.c.thread == thread)
        if since is not None:
            where.append(table.c.created_at >= since)
        if until is not None:
            where.append(table.c.created_at <= until)
        if who is not None:
            people = ("actor_id", "actor_name", "approved_by_id", "approved_by_name")
            where.append(_mentions(who, *(table.c[name] for name in people)))
        if about is not None:
            where.append(self._about(scope, about))
        newest = self._select(*where).order_by(table.c.id.desc())
        return self._all(newest.limit(limit))

    def tokens_of_turn(self, turn_id: str) -> int:
        """The tokens that the lines of a turn account for so far."""
        total = select(func.coalesce(func.sum(self.table.c.tokens), 0))
        found = self._connection.execute(total.where(self.table.c.turn_id == turn_id))
        return int(found.scalar_one())

    def decisions(
        self, scope: Scope, actor: Actor, tools: Sequence[str], *, limit: int
    ) -> Sequence[Action]:
        """The newest calls of some tools that worked for a person, newest first."""
        table = self.table.c
        mine = (table.scope == scope, table.actor_id == actor.id, table.ok.is_(True))
        newest = self._select(*mine, table.tool.in_(tools)).order_by(table.id.desc())
        return self._all(newest.limit(limit))

    def last_undoable(self, address: Address) -> Action | None:
        """The newest line of a thread that worked, can be taken back, and was not."""
        table = self.table
        where = (
            table.c.scope == address.scope,
            table.c.thread == address.thread,
            table.c.ok.is_(True),
            table.c.inverse.is_not(None),
            table.c.undone.is_(False),
        )
        return self._first(self._select(*where).order_by(table.c.id.desc()))

    def mark_undone(self, action_id: int) -> bool:
        """Note that a line was taken back; False when it was before."""
        where = (self.table.c.id == action_id, self.table.c.undone.is_(False))
        return bool(self._change(*where, undone=True))

    def _about(self, scope: Scope, about: str) -> ColumnElement[bool]:
        table, datasets, models = self.table.c, tables.datasets.c, tables.models.c
        named = func.lower(about)
        of_dataset = select(datasets.id).where(
            datasets.scope == scope, func.lower(datasets.name) == named
        )
        handle = _HANDLE.fullmatch(about)
        of_model = select(models.id).where(
            models.scope == scope,
            models.number == int(handle[1]) if handle else func.lower(models.name) == named,
        )
        return or_(
            _mentions(about, table.tool, table.sentence, table.summary),
            table.dataset_id == about,
            table.model_id == about,
            table.dataset_id.in_(of_dataset),
            table.model_id.in_(of_model),
        )


def _mentions(text: str, *columns: ColumnElement[str]) -> ColumnElement[bool]:
    return or_(*(column.icontains(text, autoescape=True) for column in columns))
