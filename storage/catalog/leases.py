"""Who does the work of all, among several processes on one database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from storage.catalog import tables
from storage.catalog.records import Json, Lease
from storage.catalog.repository import Repository


class Leases(Repository[Lease]):
    """One row per role that only one process may have at a time."""

    table = tables.leases
    kind = Lease
    noun = "lease"

    def acquire(
        self,
        name: str,
        *,
        owner: str,
        until: datetime,
        now: datetime,
        detail: Json | None = None,
    ) -> bool:
        """Take or renew a lease; False while another owner holds it.

        `detail` tells others about the owner; a renewal without it keeps the one before.
        """
        held = self.get(name)
        if held is not None and held.owner != owner and held.until > now:
            return False
        if detail is None:
            detail = held.detail if held is not None and held.owner == owner else {}
        if held is None:
            self._add(name=name, owner=owner, until=until, detail=detail)
        else:
            self._change(self.table.c.name == name, owner=owner, until=until, detail=detail)
        return True

    def release(self, name: str, *, owner: str) -> None:
        """Give a lease back; nothing happens when another owner has it."""
        mine = (self.table.c.name == name, self.table.c.owner == owner)
        self._connection.execute(delete(self.table).where(*mine))

    def get(self, name: str) -> Lease | None:
        """The lease as it stands, even when its time is over."""
        return self._first(self._select(self.table.c.name == name))
