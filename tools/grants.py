"""Roles given in chat: to whom, by whom, and how they are taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import Field

from storage.catalog.records import Grant
from tools.base import Args, Role
from tools.cards import facts, moment, plural, shown, steps, table
from tools.errors import BadRequest, NotFound, Refused
from tools.outcome import Headline, NextStep, Outcome, Text

if TYPE_CHECKING:
    from storage.catalog.catalog import Unit
    from tools.context import ToolContext

_ROLES: Final[dict[str, tuple[str, str]]] = {
    "approver": ("an approver", "approves what goes to production, and gives roles"),
    "operator": ("an operator", "asks for changes; production waits for an approver"),
    "viewer": ("a viewer", "looks at everything and changes nothing"),
}
_SETTINGS: Final = (
    "The settings come first: who is named in MLOPS_APPROVERS stays an approver, and only there "
    "can that be changed."
)
_OTHERS: Final = (
    "The settings may name further approvers (MLOPS_APPROVERS), and say what everybody else is "
    "(MLOPS_DEFAULT_ROLE)."
)


class GrantRole(Args):
    """Arguments of `grant_role`."""

    person: str | None = Field(None, description="Who, with the @ of the message.")
    role: Role = Field("approver", description="What they may do in this channel.")


class RevokeRole(Args):
    """Arguments of `revoke_role`."""

    person: str | None = Field(None, description="Who, with the @ of the message.")


class ListRoles(Args):
    """Arguments of `list_roles`."""


def grant_role(args: GrantRole, context: ToolContext) -> Outcome:
    """Give a person or a group a role in this channel, in place of an earlier one.

    Raises:
        BadRequest: Nobody was mentioned, so it is not sure who is meant.
        Refused: It would lower the asker's own role.
    """
    name, subject = _mentioned(args.person, context)
    words, may = _ROLES[args.role]
    with context.catalog.write() as unit:
        before = unit.grants.find(context.scope, subject)
        if before is not None and before.role == args.role:
            return Outcome(
                summary=f"{name} is {words} here already.",
                blocks=(Headline(f"{name} is {words} here already."),),
            )
        if args.role != "approver":
            need_somebody_else(subject, context)
        give(unit, context, subject=subject, name=name, role=args.role)
        channel = unit.channels.find(context.scope)
    headline = f"{name} is {words} here from now on"
    whole_group = f"everybody in {name}" if _is_group(subject) else name
    return Outcome(
        summary=f"{headline}.",
        blocks=(
            Headline(headline, "good"),
            facts(
                who=whole_group,
                role=f"{args.role}: {may}",
                where=shown(channel.name) if channel and channel.name else "this channel",
                instead_of=before.role if before else "",
            ),
            *((Text(_SETTINGS),) if args.role != "approver" else ()),
            steps(NextStep("Undo", "undo", {"made": subject})),
        ),
        inverse=_inverse(subject, name, before, now=args.role),
        data={"person": name, "id": subject, "role": args.role},
    )


def revoke_role(args: RevokeRole, context: ToolContext) -> Outcome:
    """Take back the role that a person or a group was given in this channel.

    Raises:
        BadRequest: Nobody was mentioned, so it is not sure who is meant.
        NotFound: No role was given to them here.
        Refused: It is the asker's own.
    """
    name, subject = _mentioned(args.person, context)
    with context.catalog.write() as unit:
        before = unit.grants.find(context.scope, subject)
        if before is None:
            raise NotFound(
                f"{name} was given no role in this channel.",
                "An approver whom the setting MLOPS_APPROVERS names can only be taken out there.",
            )
        if before.role == "approver":
            need_somebody_else(subject, context)
        unit.grants.take(context.scope, subject=subject)
    headline = f"{name} is no longer {_ROLES[before.role][0]} here"
    return Outcome(
        summary=f"{headline}.",
        blocks=(
            Headline(headline, "good"),
            Text(_OTHERS),
            steps(NextStep("Undo", "undo", {"made": subject})),
        ),
        inverse=_inverse(subject, name, before, now=None),
        data={"person": name, "id": subject, "role": None},
    )


def list_roles(args: ListRoles, context: ToolContext) -> Outcome:  # noqa: ARG001
    """Who was given which role in this channel, and where the other roles come from."""
    with context.catalog.read() as unit:
        grants = unit.grants.list(context.scope)
    rows = [
        (
            f"{grant.name} (group)" if _is_group(grant.subject) else grant.name,
            f"{grant.role}: {_ROLES[grant.role][1]}",
            grant.actor.name,
            moment(grant.created_at, context.timezone),
        )
        for grant in grants
    ]
    headline = (
        f"{plural(len(rows), 'role')} given in this channel" if rows
        else "No role was given in this channel"
    )  # fmt: skip
    said = "; ".join(f"{grant.name} is {_ROLES[grant.role][0]}" for grant in grants)
    columns = ("Who", "Role", "Given by", "When")
    return Outcome(
        summary=f"{headline}{f': {said}' if said else ''}. {_OTHERS}",
        blocks=(
            Headline(headline),
            *((table(columns, rows),) if rows else ()),
            Text(_OTHERS),
        ),
        data={"roles": [{"person": grant.name, "role": grant.role} for grant in grants]},
    )


def give(unit: Unit, context: ToolContext, *, subject: str, name: str, role: str) -> None:
    """Write a role down as given by the asker."""
    unit.grants.give(
        context.scope,
        subject=subject,
        name=name,
        role=role,
        actor=context.actor,
        now=context.now(),
    )


def need_somebody_else(subject: str, context: ToolContext) -> None:
    """Nobody gives up their own right to approve: the last one would lock the channel."""
    if subject == context.actor.id:
        raise Refused(
            "Nobody can give up their own right to approve.", "Another approver can take it back."
        )


def _inverse(subject: str, name: str, before: Grant | None, *, now: str | None) -> NextStep:
    """The operation that restores what was, unless it was changed again meanwhile."""
    was = before.role if before else None
    args = {"subject": subject, "name": name, "role": was, "instead_of": now}
    return NextStep("Undo", "set_grant", args)


def _mentioned(person: str | None, context: ToolContext) -> tuple[str, str]:
    """Name and id of the person or group that the message mentions under this name.

    A name of several words may have been cut at its first one.
    """
    said = f"@{(person or '').strip().lstrip('@')}".casefold()
    people = {name: id_ for name, id_ in context.refs.items() if name.startswith("@")}
    fits = [name for name in people if name.casefold() == said]
    fits = fits or [name for name in people if name.casefold().startswith(f"{said} ")]
    if len(fits) != 1 or said == "@":
        raise BadRequest(
            "Mention the person with @, so that I know exactly who.",
            "For example: make @dana an approver here.",
        )
    return shown(fits[0]), people[fits[0]]


def _is_group(subject: str) -> bool:
    return "/group:" in subject
