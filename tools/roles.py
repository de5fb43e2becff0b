"""Who may do what in a channel, and whether the assistant may speak there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.base import Args, Tool
from tools.grants import GrantRole, ListRoles, RevokeRole, grant_role, list_roles, revoke_role
from tools.outcome import Headline, Outcome, Text
from tools.words import Slot, Words

if TYPE_CHECKING:
    from tools.context import ToolContext


class AllowChannel(Args):
    """Arguments of `allow_channel`."""


def allow_channel(args: AllowChannel, context: ToolContext) -> Outcome:  # noqa: ARG001
    """Let the assistant answer in a channel in which it kept quiet."""
    with context.catalog.write() as unit:
        channel = unit.channels.find(context.scope)
        quiet = channel is not None and channel.state == "quiet"
        if quiet:
            unit.channels.set(context.scope, now=context.now(), state="open")
    if not quiet:
        return Outcome("I answer here already.", (Headline("I answer here already."),))
    headline = "I will answer here from now on"
    return Outcome(
        summary=f"{headline}; {context.actor.name} allowed it.",
        blocks=(
            Headline(headline, "good"),
            Text("Mention me with a file, and say what you want."),
        ),
        data={"state": "open"},
    )


_WHO = "<person>|<any>"
_RIGHT = "approver|approvers|operator|operators|viewer|viewers"
_ROLE = Slot(
    "choice",
    values={
        "viewer": ("viewer|viewers", "read only"),
        "operator": (
            "operator|operators",
            "let|allow|permit|may|can ~ deploy|ship|promote|release|train|operate|publish",
        ),
        "approver": ("approver|approvers|approve|approval|approvals|approving",),
    },
)

grant_role_tool = Tool(
    name="grant_role",
    summary="Make somebody an approver, an operator or a viewer in this channel.",
    args=GrantRole,
    run=grant_role,
    effect="write",
    where="bot",
    role="approver",
    words=Words(
        phrases=(
            f"make|appoint|name|declare|set|nominate {_WHO} ~ {_RIGHT}",
            f"make|appoint|name|declare|set|nominate <person> ,|and|& ~~ {_RIGHT}",
            f"add|promote|demote {_WHO} ~ as|to|into ~ {_RIGHT}",
            f"give|grant {_WHO} ~ approver|approval|operator|viewer role|right|rights|permission|"
            "status|permissions",
            f"give|grant ~ approver|approval|operator|viewer role|right|rights|permission|status|"
            f"permissions ~ to {_WHO}",
            f"give|grant {_WHO} right|permission|rights to approve",
            f"change|set|switch|turn ~ role|right ~ <person> ~ {_RIGHT}",
            f"change|set|switch|turn <person> ~ {_RIGHT}",
            f"let|allow {_WHO} to? approve",
            "let|allow|permit <person> to? deploy|ship|promote|release|train|operate|publish",
            "<person> may|can deploy|ship|promote|release|train|operate here|models|things|too|"
            "also",
            "let|allow <person> ,|and|& ~~ approve",
            "<person> may|can|should approve $",
            "<person> may|can|should approve here|deployments|everything|things|production|"
            "releases|models|too|also|in|for|from",
            f"<person> is|are only|also|just|now? {_RIGHT}",
            f"<person> should|shall|must|can|may be ~ {_RIGHT}",
            "<person> should|shall|must be able|allowed to approve",
        ),
        unless=(
            "no longer|more",
            "not|never|anymore",
            "approve it|this|that|<model>|<number>|my|our|your",
            "who|which|why|when|how",
            "was|were|been|used|ask|asked|wants",
            "maybe|perhaps|think|guess|hope|wonder|says|said|if|until|once|unless",
            "approver|approvers of|for ~ release|deployment|model|<model>|it|version|change",
            f"{_RIGHT} , ~ <person> ~ {_RIGHT}",
            f"{_RIGHT} and|but|& ~ <person> ~ {_RIGHT}",
        ),
        slots={
            "person": Slot(
                "person",
                says=(
                    "make|appoint|name|declare|set|nominate|add|promote|demote|give|grant|let|"
                    "allow <>",
                    "<> may|can|should|is|are|be|to",
                    "right|rights|role|permission|permissions|status ~ to|of <>",
                    "change|switch|turn <>",
                ),
            ),
            "role": _ROLE,
        },
    ),
    examples=("make @dana an approver here", "let @ml-leads approve"),
)


revoke_role_tool = Tool(
    name="revoke_role",
    summary="Take back a role that somebody was given in this channel.",
    args=RevokeRole,
    run=revoke_role,
    effect="write",
    where="bot",
    role="approver",
    words=Words(
        phrases=(
            "take|remove|revoke|withdraw|strip|cancel|drop|end <person> ~ approver|approval|"
            "operator|viewer|right|rights|role|permission|permissions|status",
            "take|remove|revoke|withdraw|strip ~ approver|approval|operator|viewer|right|rights|"
            "role|permission|permissions ~ from|of <person>",
            "take|remove|revoke|withdraw|drop <person> ~ as|from|of ~ approver|approvers|operators|"
            "viewers|operator|viewer",
            f"<person> is|are no longer|more ~ {_RIGHT}",
            f"<person> is|are not ~ {_RIGHT} ~ anymore|more|longer",
            "<person> may|can|should no longer|more approve",
            "<person> may|can|should not approve anymore|more|longer|any",
            "revoke|withdraw ~ role|rights|permission|permissions",
        ),
        unless=("who|which|why|when|how", "was|were"),
        slots={
            "person": Slot(
                "person",
                says=(
                    "take|remove|revoke|withdraw|strip|cancel|drop|end <>",
                    "from|of <>",
                    "<> is|are|may|can|should",
                ),
            ),
        },
    ),
    examples=("take @dana's approver right away", "@bob is no longer an operator here"),
)


list_roles_tool = Tool(
    name="list_roles",
    summary="Tell who was given which role in this channel.",
    args=ListRoles,
    run=list_roles,
    effect="read",
    where="bot",
    words=Words(
        verbs=("list|show|see|give|tell|display|view",),
        nouns=("approvers|approver|roles|role|operators|viewers|permissions",),
        phrases=(
            "who may|can|could|should|must|be ~ approve|approver|approvers|operator|operators|"
            "viewer|viewers",
            "who be allowed ~ approve",
            "which|what roles|permissions|rights",
            "which|what people|persons ~ approve|approvers",
            f"is|are|be|may|can|could|should <person> ~ approve|{_RIGHT}",
            f"<person> is|are|may|can ~ approve|{_RIGHT}",
            f"be i ~ {_RIGHT}",
            "may|can i approve",
            "what|which be ~ role|rights|permissions $",
            "approvers|roles $",
        ),
        unless=("make|give|let|grant|take|remove|revoke", "approved|approve it|this|that|<number>"),
    ),
    examples=("who may approve here?", "who are the approvers?"),
)


allow_channel_tool = Tool(
    name="allow_channel",
    summary="Let the assistant answer in a channel in which it kept quiet.",
    args=AllowChannel,
    run=allow_channel,
    effect="write",
    where="bot",
    role="approver",
    examples=("allow me here", "let the assistant answer here"),
)
