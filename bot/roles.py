"""Who may do what: viewer < operator < approver."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from storage.catalog.records import Actor
from tools.base import Effect

Role: TypeAlias = Literal["viewer", "operator", "approver"]
ROLES: tuple[Role, ...] = get_args(Role)
NEEDED: dict[Effect, Role] = {
    "read": "viewer",
    "write": "operator",
    "confirm": "operator",
    "deploy": "operator",
}


@dataclass(frozen=True, slots=True)
class Roles:
    """The roles of an installation.

    Attributes:
        approvers: Ids of people (`platform/workspace/user`) who may approve.
        default: Role of everybody else.
        own_surfaces: Platforms whose user sits at this machine and therefore is an approver.
        two_person: Whether approver and requester must differ; `None`: only on shared surfaces.
    """

    approvers: frozenset[str] = frozenset()
    default: Role = "operator"
    own_surfaces: frozenset[str] = field(default=frozenset({"terminal"}))
    two_person: bool | None = None

    def of(self, actor: Actor) -> Role:
        """The role of a person at this moment."""
        if actor.id in self.approvers or self._own(actor):
            return "approver"
        return self.default

    def may(self, actor: Actor, effect: Effect) -> bool:
        """Whether the person may ask for a call of this effect."""
        return ROLES.index(self.of(actor)) >= ROLES.index(NEEDED[effect])

    def needs_second(self, requester: Actor) -> bool:
        """Whether somebody else than the requester must approve."""
        return self.two_person if self.two_person is not None else not self._own(requester)

    def _own(self, actor: Actor) -> bool:
        return actor.id.split("/", 1)[0] in self.own_surfaces
