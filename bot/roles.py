"""Who may do what: viewer < operator < approver, looked up at the moment it matters."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import get_args

from storage.catalog.records import Actor, Grant, Scope
from tools.base import Effect, Role

ROLES: tuple[Role, ...] = get_args(Role)
NEEDED: dict[Effect, Role] = {
    "read": "viewer",
    "write": "operator",
    "confirm": "operator",
    "deploy": "operator",
}
GROUP = "group:"
PAGE = "web/local"
"""The workspace of the web page that people open at the machine itself."""
LOOPBACK = ("127.0.0.1", "localhost", "::1", "")


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of the settings: a person or group, in every channel or in one."""

    subject: str
    channel: str = ""

    @classmethod
    def parse(cls, text: str) -> Rule:
        """`platform/workspace/person`, `platform/workspace/group:id`, either with `@channel`.

        A person may be an e-mail address: what follows its `@` has a dot, which no channel has.

        Raises:
            ValueError: It is neither.
        """
        subject, at, channel = text.rpartition("@")
        if not at or "." in channel:
            subject, channel = text, ""
        if "@" in subject:
            subject = subject.lower()  # an e-mail address
        parts = subject.split("/", 2)
        if len(parts) != 3 or not all(parts):
            raise ValueError(f"{text!r} is not platform/workspace/person or …/group:id")
        return cls(subject, channel)

    def applies(self, scope: Scope) -> bool:
        """Whether it is about this channel."""
        return self.channel in ("", scope.channel)

    def belongs(self, scope: Scope) -> bool:
        """Whether it names somebody of the channel's workspace."""
        return self.subject.startswith(f"{scope.platform}/{scope.workspace}/")


def own_surfaces(approvers: Iterable[str], address: str) -> frozenset[str]:
    """The surfaces whose users sit at this machine.

    The terminal; and the web page, where the bot's address is this machine's alone and the
    settings name no approver among the page's own users.

    Args:
        approvers: As the settings name them.
        address: The bot's own, `host:port`.
    """
    alone = address.rpartition(":")[0].strip("[]") in LOOPBACK
    named = any(Rule.parse(text).subject.startswith(f"{PAGE}/") for text in approvers)
    return frozenset({"terminal", PAGE} if alone and not named else {"terminal"})


def _no_grants(_: Scope) -> list[Grant]:
    """Nobody was given a role in chat."""
    return []


async def _no_groups(_: str, __: Scope) -> frozenset[str]:
    """A surface without groups."""
    return frozenset()


@dataclass(frozen=True)
class Roles:
    """The roles of an installation.

    Attributes:
        approvers: People and groups who may approve, as `Rule.parse` reads them.
        default: Role of everybody else.
        own_surfaces: Platforms, or workspaces of one, whose users sit at this machine and
            therefore are approvers.
        two_person: Whether approver and requester must differ; `None`: only on shared surfaces.
        grants: The roles given in chat in a channel; reads the catalog.
        groups: The ids of a person's groups at this moment; asks the platform.
    """

    approvers: Iterable[str] = ()
    default: Role = "operator"
    own_surfaces: frozenset[str] = field(default=frozenset({"terminal"}))
    two_person: bool | None = None
    grants: Callable[[Scope], list[Grant]] = _no_grants
    groups: Callable[[str, Scope], Awaitable[frozenset[str]]] = _no_groups

    async def of(self, actor: Actor, scope: Scope) -> Role:
        """The role of a person in a channel at this moment.

        The settings' approvers come first, then what was said of the person in chat, then what
        was said of their groups.
        """
        if self._own(actor):
            return "approver"
        rules = [Rule.parse(text) for text in self.approvers]
        named = {rule.subject for rule in rules if rule.applies(scope)}
        grants = {grant.subject: grant for grant in await asyncio.to_thread(self.grants, scope)}
        if actor.id in named:
            return "approver"
        home = actor.id.rpartition("/")[0]
        asks = any(subject.startswith(f"{home}/{GROUP}") for subject in (*named, *grants))
        groups = await self.groups(actor.id, scope) if asks else frozenset()
        if groups & named:
            return "approver"
        own = [grants[actor.id]] if actor.id in grants else []
        given = own or [grant for subject, grant in grants.items() if subject in groups]
        ranks = [ROLES.index(_role(grant.role)) for grant in given]
        return ROLES[max(ranks)] if ranks else self.default

    async def may(
        self, actor: Actor, scope: Scope, effect: Effect, *, role: Role = "viewer"
    ) -> bool:
        """Whether the person may ask for a call of this effect that also takes this role."""
        needed = max(ROLES.index(NEEDED[effect]), ROLES.index(role))
        return needed == 0 or ROLES.index(await self.of(actor, scope)) >= needed

    def needs_second(self, requester: Actor) -> bool:
        """Whether somebody else than the requester must approve."""
        return self.two_person if self.two_person is not None else not self._own(requester)

    def named(self, scope: Scope) -> frozenset[str]:
        """The people and groups who may approve in a channel."""
        rules = map(Rule.parse, self.approvers)
        settings = {r.subject for r in rules if r.applies(scope) and r.belongs(scope)}
        return frozenset(settings | {g.subject for g in self.grants(scope) if g.role == "approver"})

    def _own(self, actor: Actor) -> bool:
        return any(actor.id.startswith(f"{surface}/") for surface in self.own_surfaces)


def _role(text: str) -> Role:
    """A role as the catalog keeps it; one it cannot know is the least."""
    return next((role for role in ROLES if role == text), "viewer")
