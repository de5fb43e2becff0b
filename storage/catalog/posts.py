"""What people said and pressed on surfaces that keep nothing themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from storage.catalog import tables
from storage.catalog.records import Actor, Address, Post, Scope, Talk
from storage.catalog.repository import Repository


class Posts(Repository[Post]):
    """One row per message or click of a person, in the order of writing."""

    table = tables.posts
    kind = Post
    noun = "post"

    def add(
        self,
        address: Address,
        *,
        post_id: str,
        actor: Actor,
        text: str,
        files: Sequence[str],
        pressed: bool,
        now: datetime,
    ) -> Post:
        """Keep a post; the first one where its id was used before."""
        added = self._add_new(
            ("id",),
            id=post_id,
            address=address,
            actor=actor,
            text=text,
            files=files,
            pressed=pressed,
            created_at=now,
        )
        return added or self._get(post_id, self.table.c.id == post_id)

    def list(
        self, scope: Scope, *, threads: Sequence[str], after: int = 0, limit: int = 100
    ) -> list[Post]:
        """The posts of some threads that come after the one with this `seq`, in order."""
        table = self.table.c
        where = (table.scope == scope, table.thread.in_(threads), table.seq > after)
        return self._all(self._select(*where).order_by(table.seq).limit(limit))

    def talks(self, scope: Scope, *, limit: int = 50) -> Sequence[Talk]:
        """The threads of a channel with their first post, the latest first."""
        table = self.table.c
        ends = (
            select(func.min(table.seq).label("first"), func.max(table.seq).label("last"))
            .where(table.scope == scope)
            .group_by(table.thread)
            .order_by(func.max(table.seq).desc())
            .limit(limit)
        )
        found = self._connection.execute(ends).all()
        every = self._select(table.seq.in_({seq for row in found for seq in row}))
        posts = {post.seq: post for post in self._all(every)}
        return [Talk(posts[row.first], posts[row.last].created_at) for row in found]
