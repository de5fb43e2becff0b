"""What a language model may see, what it saw, and what it cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from pydantic import Field

from storage.catalog.records import ModelCall, Privacy
from tools.base import Args, Tool
from tools.cards import facts, plural, shown, table
from tools.errors import Refused
from tools.outcome import File, Headline, NextStep, Outcome, Text
from tools.words import Slot, Words

if TYPE_CHECKING:
    from tools.context import ToolContext

_MEANS: Final[dict[str, str]] = {
    "none": "no language model is asked; I think by myself",
    "schema": "names and types of columns, and that a step worked; no numbers, no values",
    "aggregates": "names, types and the numbers on the cards; no rows",
    "samples": "names, types, numbers, and the rows of a preview",
}
_JSON: Final = "application/json"
_OFFLINE: Final = "No language model is set up here: I think by myself, and nothing leaves."


class SetPrivacy(Args):
    """Arguments of `set_privacy`."""

    level: Privacy = Field(description="What a language model may see in this channel.")


class ShowModelView(Args):
    """Arguments of `show_model_view`."""


class ShowUsage(Args):
    """Arguments of `show_usage`."""

    since: datetime | None = Field(None, description="From this moment on; today if omitted.")


def set_privacy(args: SetPrivacy, context: ToolContext) -> Outcome:
    """Set how much of this channel's data a language model may see.

    Raises:
        Refused: Rows would be shown in a channel that other organisations share.
    """
    with context.catalog.write() as unit:
        channel, _ = unit.channels.meet(context.scope, now=context.now())
        if args.level == "samples" and channel.shared:
            raise Refused(
                "This channel is shared with another organisation, so no rows may be shown.",
                "The level `aggregates` is the most that is possible here.",
            )
        before = channel.privacy or context.site.privacy
        unit.channels.set(context.scope, now=context.now(), privacy=args.level)
    headline = f"Privacy of this channel: {args.level}"
    return Outcome(
        summary=f"{headline} ({_MEANS[args.level]}); before: {before}.",
        blocks=(
            Headline(headline, "good"),
            facts(a_language_model_sees=_MEANS[args.level], before=before),
        ),
        inverse=NextStep("Undo", "restore_privacy", {"level": channel.privacy}),
        data={"level": args.level, "before": before},
    )


def show_model_view(args: ShowModelView, context: ToolContext) -> Outcome:  # noqa: ARG001
    """What a language model was sent for the newest answer of this thread that it gave."""
    with context.catalog.read() as unit:
        channel = unit.channels.find(context.scope)
        calls = unit.model_calls.list(context.scope, thread=context.address.thread)
    level = (channel.privacy if channel else "") or context.site.privacy
    last = [call for call in calls if call.turn_id == calls[0].turn_id] if calls else []
    if not last:
        headline = "A language model saw nothing of this thread"
        return Outcome(
            summary=f"{headline}.",
            blocks=(Headline(headline), Text(_rule(level, context))),
            data={"level": level, "requests": 0},
        )
    files = tuple(
        File(call.sent, f"sent-{place}.json", len(context.blobs.read(call.sent)), _JSON)
        for place, call in enumerate(reversed(last), 1)
    )
    requests = plural(len(last), "request")
    headline = f"For its last answer here, {shown(last[0].model)} was sent {requests}"
    struck = [number for call in last for number in call.struck]
    return Outcome(
        summary=f"{headline}, at the level {last[0].level}.",
        blocks=(
            Headline(headline),
            facts(
                level=f"{last[0].level}: {_MEANS.get(last[0].level, '')}",
                tokens=f"{sum(call.tokens_in for call in last):,} read",
                left_out_of_its_answer=", ".join(shown(number, 20) for number in struck),
            ),
            *files,
        ),
        data={"level": last[0].level, "requests": len(last), "struck": struck},
    )


def show_usage(args: ShowUsage, context: ToolContext) -> Outcome:
    """Tokens and money that language models took in this channel, by person."""
    now = context.now()
    since = args.since or now.replace(hour=0, minute=0, second=0, microsecond=0)
    since = min(since, now - timedelta(seconds=1))
    with context.catalog.read() as unit:
        calls = unit.model_calls.list(context.scope, since=since)
    tokens = sum(call.tokens_in + call.tokens_out for call in calls)
    when = "today" if args.since is None else f"since {since:%Y-%m-%d}"
    headline = f"{plural(tokens, 'token')} {when} in this channel{_price(calls)}"
    if not calls:
        headline = f"No language model was asked {when} in this channel"
    by_person: defaultdict[str, list[ModelCall]] = defaultdict(list)
    for call in calls:
        by_person[call.actor.name].append(call)
    rows = [
        (
            shown(name),
            len(mine),
            sum(call.tokens_in for call in mine),
            sum(call.tokens_out for call in mine),
            _cost(mine),
        )
        for name, mine in sorted(by_person.items())
    ]
    columns = ("Who", "Requests", "Tokens read", "Tokens written", "Cost")
    return Outcome(
        summary=f"{headline}.",
        blocks=(
            Headline(headline),
            *((table(columns, rows),) if rows else (Text(_rule(context.site.privacy, context)),)),
        ),
        data={"tokens": tokens, "cost": _cost(calls), "requests": len(calls)},
    )


def _rule(level: str, context: ToolContext) -> str:
    if not context.site.model:
        return _OFFLINE
    return f"The level of this channel is `{level}`: {_MEANS.get(level, '')}."


def _cost(calls: Sequence[ModelCall]) -> float | None:
    """The sum, or nothing where any request has no price."""
    costs = [call.cost for call in calls]
    known = [cost for cost in costs if cost is not None]
    return round(sum(known), 6) if costs and len(known) == len(costs) else None


def _price(calls: Sequence[ModelCall]) -> str:
    cost = _cost(calls)
    return "" if cost is None else f", {cost:,.4f} at the configured price"


_DATA: Final = (
    "data|rows|values|numbers|cells|samples|schema|aggregates|everything|nothing|anything"
)
_MODEL: Final = "model|llm|ai|gpt|openai|brain|provider"

set_privacy_tool = Tool(
    name="set_privacy",
    summary="Set what a language model may see of this channel's data.",
    args=SetPrivacy,
    run=set_privacy,
    effect="write",
    where="bot",
    role="approver",
    words=Words(
        phrases=(
            "privacy|confidentiality level? to|=|:|is? none|schema|aggregates|aggregate|samples",
            "privacy none|schema|aggregates|aggregate|samples",
            "set|change|make|switch|turn ~ privacy ~ none|schema|aggregates|aggregate|samples",
        ),
        unless=("what|which|how|why|who is|be|was|does|do", "not|never"),
        slots={
            "level": Slot(
                "choice",
                values={
                    "none": ("none|nothing|off",),
                    "schema": ("schema|names",),
                    "aggregates": ("aggregates|aggregate",),
                    "samples": ("samples|sample|rows",),
                },
            ),
        },
    ),
    examples=("privacy schema", "set the privacy to none"),
)

show_model_view_tool = Tool(
    name="show_model_view",
    summary="Show what the language model was sent for its last answer.",
    args=ShowModelView,
    run=show_model_view,
    effect="read",
    where="bot",
    words=Words(
        phrases=(
            f"what do|did|does|can|may ~ {_MODEL} see|saw|get|got|read|receive|know",
            f"what was|were|be|is sent|shown|given|told ~ to ~ {_MODEL}",
            f"what have|has|do|did ~ send|sent|show|shown|share|shared ~ {_MODEL}",
            f"{_DATA} ~ leave|leaves|left|sent|send ~ to|with ~ {_MODEL}",
            "what|which privacy level?",
            "how private",
        ),
        unless=("predict|prediction|train|feature|features|column|columns",),
    ),
    examples=("what did the model see?", "what was sent to the llm?"),
)

show_usage_tool = Tool(
    name="show_usage",
    summary="Show the tokens and the money language models took in this channel.",
    args=ShowUsage,
    run=show_usage,
    effect="read",
    where="bot",
    words=Words(
        phrases=(
            "how many|much tokens",
            "token|tokens usage|use|used|count|spent|consumption|budget",
            f"what|how ~ {_MODEL} ~ cost|costs",
            "what did|do|does ~ that|this|it|answer|reply cost",
            "cost of|for ~ answer|answers|reply|replies|conversation|chat|talk",
            "how much ~ spent|spend|cost ~ today|week|month|llm|tokens|answers|chat",
        ),
        slots={"since": Slot("moment")},
    ),
    examples=("show the token usage", "what did that answer cost?"),
)
