"""Questions to people with the right to decide."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from storage.catalog import tables
from storage.catalog.records import Actor, Address, Approval, Json, Scope
from storage.catalog.repository import Repository, new_id


class Approvals(Repository[Approval]):
    """Approvals; each is decided at most once."""

    table = tables.approvals
    kind = Approval
    noun = "approval"

    def add(
        self,
        address: Address,
        *,
        tool: str,
        args: Json,
        binding: str,
        requester: Actor,
        role: Literal["approver", "requester"],
        now: datetime,
        expires_at: datetime,
    ) -> Approval:
        """Ask."""
        return self._add(
            id=new_id(),
            number=self._next("number", self.table.c.scope == address.scope),
            address=address,
            tool=tool,
            args=args,
            binding=binding,
            requester=requester,
            role=role,
            state="pending",
            decided_by=None,
            created_at=now,
            expires_at=expires_at,
        )

    def get(self, approval_id: str) -> Approval:
        """An approval by its id (a button carries only that); raises NotStored."""
        return self._get(approval_id, self.table.c.id == approval_id)

    def by_number(self, scope: Scope, number: int) -> Approval:
        """An approval by its handle; raises NotStored."""
        return self._get(number, self.table.c.scope == scope, self.table.c.number == number)

    def pending(self, scope: Scope) -> list[Approval]:
        """The undecided ones of a scope, newest first."""
        where = (self.table.c.scope == scope, self.table.c.state == "pending")
        return self._all(self._select(*where).order_by(self.table.c.number.desc()))

    def decide(
        self,
        approval_id: str,
        *,
        state: Literal["approved", "rejected"],
        actor: Actor,
        now: datetime,
    ) -> bool:
        """Decide; False when it was decided before, or its time is over."""
        return bool(
            self._change(
                self.table.c.id == approval_id,
                self.table.c.state == "pending",
                self.table.c.expires_at > now,
                state=state,
                decided_by=actor,
                decided_at=now,
            )
        )

    def expire(self, now: datetime) -> list[Approval]:
        """Close those whose time is over; which ones."""
        late = (self.table.c.state == "pending", self.table.c.expires_at <= now)
        expired = self._all(self._select(*late).order_by(self.table.c.expires_at))
        self._change(*late, state="expired", decided_at=now)
        return [self.get(approval.id) for approval in expired]
