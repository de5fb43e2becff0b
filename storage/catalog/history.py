"""What was done, and what people told the assistant to remember."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from storage.catalog import tables
from storage.catalog.records import (
    Action,
    Actor,
    Address,
    Fact,
    FactReach,
    Json,
    Scope,
)
from storage.catalog.repository import Repository, new_id

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


class Facts(Repository[Fact]):
    """Facts of a scope; a forgotten one can be recalled."""

    table = tables.facts
    kind = Fact
    noun = "fact"

    def add(
        self,
        scope: Scope,
        *,
        text: str,
        actor: Actor,
        source: str,
        now: datetime,
        expires_at: datetime | None = None,
        reach: FactReach = "channel",
        link: str = "",
    ) -> Fact:
        """Remember."""
        return self._add(
            id=new_id(),
            number=self._next("number", self.table.c.scope == scope),
            scope=scope,
            text=text,
            actor=actor,
            source=source,
            created_at=now,
            expires_at=expires_at,
            reach=reach,
            link=link,
        )

    def list(self, scope: Scope, *, now: datetime) -> list[Fact]:
        """What is remembered for a channel, or for its whole team, and holds; oldest first."""
        table = self.table
        holds = or_(table.c.expires_at.is_(None), table.c.expires_at > now)
        of_team = f"{scope.platform}/{scope.workspace}/"
        ours = or_(
            table.c.scope == scope,
            and_(table.c.reach == "team", table.c.scope.startswith(of_team, autoescape=True)),
        )
        where = (ours, table.c.forgotten_at.is_(None), holds)
        return self._all(self._select(*where).order_by(table.c.created_at, table.c.number))

    def get(self, scope: Scope, number: int) -> Fact:
        """A fact by its handle, forgotten ones too; raises NotStored."""
        return self._get(number, self.table.c.scope == scope, self.table.c.number == number)

    def forget(self, scope: Scope, number: int, *, now: datetime) -> Fact:
        """Forget; raises NotStored."""
        return self._set_forgotten(scope, number, at=now)

    def recall(self, scope: Scope, number: int) -> Fact:
        """Remember again; raises NotStored."""
        return self._set_forgotten(scope, number, at=None)

    def _set_forgotten(self, scope: Scope, number: int, *, at: datetime | None) -> Fact:
        mine = (self.table.c.scope == scope, self.table.c.number == number)
        self._change(*mine, forgotten_at=at)
        return self.get(scope, number)


def _mentions(text: str, *columns: ColumnElement[str]) -> ColumnElement[bool]:
    return or_(*(column.icontains(text, autoescape=True) for column in columns))
