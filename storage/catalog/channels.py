"""Channels the assistant has met, and roles that were given in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete

from storage.catalog import tables
from storage.catalog.records import Actor, Channel, ChannelState, Grant, Scope
from storage.catalog.repository import UNSET, Repository, Unset, given


class Channels(Repository[Channel]):
    """Channels of chat platforms."""

    table = tables.channels
    kind = Channel
    noun = "channel"

    def meet(
        self, scope: Scope, *, now: datetime, name: str = "", owner: Actor | None = None
    ) -> tuple[Channel, bool]:
        """Keep a channel; False with what is known of it when it was met before."""
        row = self._add_new(
            ("scope",),
            scope=scope,
            platform=scope.platform,
            name=name,
            cursor="",
            state="open",
            owner=owner,
            greeted_at=None,
            privacy="",
            shared=False,
            updated_at=now,
        )
        return (row, True) if row is not None else (self._get(scope, self._is(scope)), False)

    def find(self, scope: Scope) -> Channel | None:
        """What is known of a channel; None when it was never met."""
        return self._first(self._select(self._is(scope)))

    def named(self, like: Scope, name: str) -> Channel | None:
        """A channel of the same workspace, by its name or id."""
        of_workspace = f"{like.platform}/{like.workspace}/"
        here = self.table.c.scope.startswith(of_workspace, autoescape=True)
        found = self._all(self._select(here, self.table.c.state != "gone"))
        return next((c for c in found if name in (c.scope.channel, c.name)), None)

    def set(
        self,
        scope: Scope,
        *,
        now: datetime,
        name: str | Unset = UNSET,
        state: ChannelState | Unset = UNSET,
        owner: Actor | Unset = UNSET,
        greeted_at: datetime | Unset = UNSET,
        privacy: str | Unset = UNSET,
        shared: bool | Unset = UNSET,
    ) -> None:
        """Change what is given."""
        changes = given(
            name=name,
            state=state,
            owner=owner,
            greeted_at=greeted_at,
            privacy=privacy,
            shared=shared,
        )
        self._change(self._is(scope), updated_at=now, **changes)

    def advance(self, scope: Scope, cursor: str, *, now: datetime) -> None:
        """Move the cursor on; a message that came late does not move it back.

        Ids of one platform compare by length, then by letter: they are numbers, or times.
        """
        channel, _ = self.meet(scope, now=now)
        if (len(cursor), cursor) > (len(channel.cursor), channel.cursor):
            self._change(self._is(scope), cursor=cursor, updated_at=now)

    def list(self, platform: str, *, states: Sequence[ChannelState] = ("open",)) -> list[Channel]:
        """The channels of a platform, in a fixed order."""
        where = (self.table.c.platform == platform, self.table.c.state.in_(states))
        return self._all(self._select(*where).order_by(self.table.c.scope))

    def _is(self, scope: Scope) -> ColumnElement[bool]:
        return self.table.c.scope == scope


class Grants(Repository[Grant]):
    """Roles given in chat, one per person or group and channel."""

    table = tables.grants
    kind = Grant
    noun = "role"

    def give(
        self, scope: Scope, *, subject: str, name: str, role: str, actor: Actor, now: datetime
    ) -> Grant:
        """Give a role in place of the one that was given before."""
        self.take(scope, subject=subject)
        return self._add(
            scope=scope, subject=subject, name=name, role=role, actor=actor, created_at=now
        )

    def take(self, scope: Scope, *, subject: str) -> bool:
        """Take a role back; False when none was given."""
        where = (self.table.c.scope == scope, self.table.c.subject == subject)
        return bool(self._connection.execute(delete(self.table).where(*where)).rowcount)

    def find(self, scope: Scope, subject: str) -> Grant | None:
        """The role given to a person or group in a channel."""
        where = (self.table.c.scope == scope, self.table.c.subject == subject)
        return self._first(self._select(*where))

    def list(self, scope: Scope) -> list[Grant]:
        """All roles given in a channel, oldest first."""
        newest = self._select(self.table.c.scope == scope).order_by(self.table.c.created_at)
        return self._all(newest)
