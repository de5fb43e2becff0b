"""Channels that are told of CI runs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, or_

from storage.catalog import tables
from storage.catalog.records import Actor, Address, Follow, Scope
from storage.catalog.repository import Repository


class Follows(Repository[Follow]):
    """Wishes to be told of the runs of a repository, or of one workflow of it."""

    table = tables.follows
    kind = Follow
    noun = "followed repository"

    def add(
        self, address: Address, *, repo: str, file: str, actor: Actor, now: datetime
    ) -> Follow | None:
        """Follow a repository (`file` "": all its workflows); None when that is so already."""
        return self._add_new(
            ("scope", "repo", "file"),
            address=address,
            repo=repo,
            file=file,
            actor=actor,
            created_at=now,
        )

    def remove(self, scope: Scope, *, repo: str, file: str) -> bool:
        """Follow it no more; False when it was not followed."""
        where = (self.table.c.scope == scope, self.table.c.repo == repo, self.table.c.file == file)
        return bool(self._connection.execute(delete(self.table).where(*where)).rowcount)

    def of_run(self, repo: str, file: str) -> list[Follow]:
        """Who is to be told of a run of this workflow, in every scope; names in any case."""
        named = self.table.c.repo.ilike(repo.replace("_", r"\_").replace("%", r"\%"), escape="\\")
        every = or_(self.table.c.file == "", self.table.c.file == file)
        return self._all(self._select(named, every).order_by(self.table.c.created_at))

    def list(self, scope: Scope) -> list[Follow]:
        """What a channel follows, in a fixed order."""
        rows = self._select(self.table.c.scope == scope)
        return self._all(rows.order_by(self.table.c.repo, self.table.c.file))
