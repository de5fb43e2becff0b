"""What people told the assistant to remember, for a channel or for their whole team."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_

from storage.catalog import tables
from storage.catalog.records import Actor, Fact, FactReach, Scope
from storage.catalog.repository import Repository, new_id
from storage.catalog.talk_tables import channels


class Facts(Repository[Fact]):
    """Facts as a channel knows them: its own, and those of its team.

    A channel that is shared with another organisation knows its own alone. A forgotten fact can be
    recalled.
    """

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
        """Remember, under the next number that means nothing yet wherever it will be known."""
        table = self.table
        seen = or_(table.c.scope == scope, table.c.reach == "team")
        rivals = _of_team(scope) if reach == "team" else and_(_of_team(scope), seen)
        return self._add(
            id=new_id(),
            number=self._next("number", rivals),
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
        """What a channel knows and still holds; oldest first."""
        table = self.table
        holds = or_(table.c.expires_at.is_(None), table.c.expires_at > now)
        where = (_known_in(scope), table.c.forgotten_at.is_(None), holds)
        return self._all(self._select(*where).order_by(table.c.created_at, table.c.number))

    def get(self, scope: Scope, number: int) -> Fact:
        """A fact that a channel knows, by its handle, forgotten ones too; raises NotStored."""
        return self._get(number, _known_in(scope), self.table.c.number == number)

    def forget(self, scope: Scope, number: int, *, now: datetime) -> Fact:
        """Forget; raises NotStored."""
        return self._set_forgotten(scope, number, at=now)

    def recall(self, scope: Scope, number: int) -> Fact:
        """Remember again; raises NotStored."""
        return self._set_forgotten(scope, number, at=None)

    def _set_forgotten(self, scope: Scope, number: int, *, at: datetime | None) -> Fact:
        fact = self.get(scope, number)
        self._change(self.table.c.id == fact.id, forgotten_at=at)
        return self.get(scope, number)


def _of_team(scope: Scope) -> ColumnElement[bool]:
    team = f"{scope.platform}/{scope.workspace}/"
    return tables.facts.c.scope.startswith(team, autoescape=True)


def _known_in(scope: Scope) -> ColumnElement[bool]:
    """The channel's own facts; those of its team unless strangers are in the channel."""
    strangers = exists().where(channels.c.scope == scope, channels.c.shared.is_(True))
    of_team = and_(tables.facts.c.reach == "team", _of_team(scope), ~strangers)
    return or_(tables.facts.c.scope == scope, of_team)
