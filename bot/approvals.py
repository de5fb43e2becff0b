"""The life of an approval: who may decide it, deciding it once, showing the decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from bot.errors import Gone, NotAllowed
from bot.messages import ApprovalPrompt, ReplyBlock
from bot.roles import Roles
from storage.catalog.catalog import Catalog
from storage.catalog.records import Actor, Approval, Scope, Turn, Waiting
from storage.errors import NotStored
from tools.outcome import Warnings

CLAIM = timedelta(seconds=60)


def find(catalog: Catalog, approval_id: str) -> tuple[Approval, Waiting, Turn]:
    """An approval, the call that waits for it, and the turn the call belongs to.

    Raises:
        Gone: It is not here, or nothing waits for it any more.
    """
    with catalog.read() as unit:
        try:
            approval = unit.approvals.get(approval_id)
        except NotStored:
            raise Gone("That approval is no longer here.") from None
        waiting = unit.waiting.by_subject(approval_id)
        if waiting is None:
            raise Gone(f"That was already {approval.state}.")
        return approval, waiting, unit.turns.get(waiting.turn_id)


def id_of(catalog: Catalog, scope: Scope, number: int) -> str:
    """The approval people call by its number.

    Raises:
        Gone: There is none of that number in the scope.
    """
    with catalog.read() as unit:
        try:
            return unit.approvals.by_number(scope, number).id
        except NotStored:
            raise Gone(f"There is nothing to decide under number {number}.") from None


async def check_decider(roles: Roles, approval: Approval, actor: Actor) -> None:
    """Let the person pass who may decide this now; the role is looked up at the click.

    Raises:
        Gone: It is decided already.
        NotAllowed: This person may not decide it.
    """
    if approval.state != "pending":
        raise Gone(f"That was already {approval.state}.")
    if approval.role == "requester":
        if actor.id != approval.requester.id:
            raise NotAllowed(f"Only {approval.requester.name} can decide this one.")
        return
    if await roles.of(actor, approval.address.scope) != "approver":
        raise NotAllowed("Only an approver of this channel can decide this one.")
    going_back = approval.tool == "rollback_deployment"
    if actor.id == approval.requester.id and not going_back and roles.needs_second(actor):
        raise NotAllowed(
            "You asked for it, so somebody else has to approve it "
            "(the setting MLOPS_TWO_PERSON decides this)."
        )


def claim(
    catalog: Catalog,
    approval: Approval,
    waiting: Waiting,
    *,
    actor: Actor,
    state: Literal["approved", "rejected"],
    now: datetime,
) -> None:
    """Decide once, and take the waiting call, in one transaction.

    Raises:
        Gone: Somebody else was first.
    """
    with catalog.write() as unit:
        decided = unit.approvals.decide(approval.id, state=state, actor=actor, now=now)
        if not decided or not unit.waiting.claim(waiting.id, until=now + CLAIM, now=now):
            raise Gone("Somebody else decided that a moment ago.")


def shown_as(
    blocks: tuple[ReplyBlock, ...],
    approval_id: str,
    *,
    state: Literal["approved", "rejected", "expired"],
    by: str,
) -> tuple[ReplyBlock, ...]:
    """A card's blocks with the decision in place of the question."""
    return tuple(
        replace(block, state=state, decided_by=by)
        if isinstance(block, ApprovalPrompt) and block.approval_id == approval_id
        else block
        for block in blocks
    )


def alone(roles: Roles, turn: Turn, role: Literal["approver", "requester"]) -> tuple[Warnings, ...]:
    """What to change where nobody could approve what this turn's person asks for."""
    if role == "requester" or not roles.needs_second(turn.actor):
        return ()
    named = roles.named(turn.address.scope)
    if not named:
        who = "Nobody here is an approver yet: the setting MLOPS_APPROVERS names them."
        return (Warnings((who,)),)
    if named == {turn.actor.id}:
        both = (
            "You are the only approver here, and the one who asked. Name another, or set "
            "MLOPS_TWO_PERSON=false to let one person do both."
        )
        return (Warnings((both,)),)
    return ()
