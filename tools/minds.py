"""What a language model may see, what it saw, and what it cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field

from storage.catalog.records import ModelCall, Privacy, Turn
from tools.base import Args, Tool
from tools.cards import facts, plural, shown, table
from tools.durations import start_of_day
from tools.errors import BadRequest, Refused
from tools.outcome import File, Headline, NextStep, Outcome, Text
from tools.privacy import level_of
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
_FAR: Final = 40
"""Turns of a thread that are looked through for an answer."""

_OFFLINE: Final = "No language model is set up here: I think by myself, and nothing leaves."


class SetPrivacy(Args):
    """Arguments of `set_privacy`."""

    level: Privacy = Field(description="What a language model may see in this channel.")


class ShowModelView(Args):
    """Arguments of `show_model_view`."""

    back: int = Field(1, ge=1, le=20, description="Which answer: 1 is the last one.")


class ShowUsage(Args):
    """Arguments of `show_usage`."""

    since: datetime | None = Field(None, description="From this moment on; today if omitted.")
    of: Literal["channel", "answer"] = Field(
        "channel", description="answer: only what the last answer took."
    )


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
        before = level_of(channel, context.site.privacy)
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


def show_model_view(args: ShowModelView, context: ToolContext) -> Outcome:
    """What a language model was sent for an answer of this thread: the last one, or one before.

    Raises:
        BadRequest: There are not so many answers.
    """
    level = _level(context)
    asked = _answer(args.back, context)
    calls = _calls_of(asked, context)
    of = "the last answer" if args.back == 1 else f"the answer {args.back} back"
    if asked is None or not calls:
        headline = f"For {of} here a language model saw nothing"
        return Outcome(
            summary=f"{headline}.",
            blocks=(Headline(headline), Text(_rule(level, context))),
            data={"level": level, "requests": 0},
        )
    files = tuple(
        File(call.sent, f"sent-{place}.json", len(context.blobs.read(call.sent)), _JSON)
        for place, call in enumerate(calls, 1)
    )
    headline = f"For {of} here, {shown(calls[0].model)} was sent {plural(len(calls), 'request')}"
    struck = [number for call in calls for number in call.struck]
    silent = sum(not call.tokens_in and not call.tokens_out for call in calls)
    return Outcome(
        summary=f"{headline}, at the level {calls[0].level}.",
        blocks=(
            Headline(headline),
            facts(
                answer_to=f"“{shown(asked.text, 120)}”" if asked.text else "",
                level=f"{calls[0].level}: {_MEANS.get(calls[0].level, '')}",
                tokens=f"{sum(call.tokens_in for call in calls):,} read",
                left_out_of_its_answer=", ".join(shown(number, 20) for number in struck),
                not_answered=plural(silent, "request") if silent else "",
            ),
            *files,
        ),
        data={"level": calls[0].level, "requests": len(calls), "struck": struck},
    )


def _answer(back: int, context: ToolContext) -> Turn | None:
    """The turn of this thread that was answered so many before the one that asks."""
    with context.catalog.read() as unit:
        turns = unit.turns.list(context.address, limit=_FAR)
    before = [turn for turn in turns if turn.id != context.turn and turn.text]
    if back > max(len(before), 1):
        raise BadRequest(f"There are only {plural(len(before), 'answer')} in reach here.")
    return before[-back] if before else None


def _calls_of(turn: Turn | None, context: ToolContext) -> list[ModelCall]:
    """The requests for a turn, oldest first."""
    if turn is None:
        return []
    with context.catalog.read() as unit:
        return list(unit.model_calls.of_turn(turn.id))


def show_usage(args: ShowUsage, context: ToolContext) -> Outcome:
    """Tokens and money that language models took, for one answer or in this channel by person."""
    if args.of == "answer":
        return _of_answer(context)
    since = args.since or start_of_day(context.now())
    since = min(since, context.now() - timedelta(seconds=1))
    with context.catalog.read() as unit:
        calls = unit.model_calls.list(context.scope, since=since)
    when = "today" if args.since is None else f"since {since:%Y-%m-%d}"
    headline = f"{plural(_tokens(calls), 'token')} {when} in this channel{_price(calls)}"
    if not calls:
        headline = f"No language model was asked {when} in this channel"
    by_person: defaultdict[str, list[ModelCall]] = defaultdict(list)
    for call in calls:
        by_person[call.actor.name].append(call)
    rows = [(shown(name), *_sums(mine)) for name, mine in sorted(by_person.items())]
    columns = ("Who", "Requests", "Tokens read", "Tokens written", "Cost")
    return Outcome(
        summary=f"{headline}.",
        blocks=(
            Headline(headline),
            *((table(columns, rows),) if rows else (Text(_rule(_level(context), context)),)),
        ),
        data={"tokens": _tokens(calls), "cost": _cost(calls), "requests": len(calls)},
    )


def _of_answer(context: ToolContext) -> Outcome:
    """What the last answer of this thread took."""
    calls = _calls_of(_answer(1, context), context)
    headline = f"{plural(_tokens(calls), 'token')} for the last answer{_price(calls)}"
    if not calls:
        headline = "The last answer took no language model, so it cost nothing"
    rows = [(shown(call.model), *_sums([call])) for call in calls]
    columns = ("Model", "Requests", "Tokens read", "Tokens written", "Cost")
    return Outcome(
        summary=f"{headline}.",
        blocks=(
            Headline(headline),
            *((table(columns, rows),) if rows else (Text(_rule(_level(context), context)),)),
        ),
        data={"tokens": _tokens(calls), "cost": _cost(calls), "requests": len(calls)},
    )


def _sums(calls: Sequence[ModelCall]) -> tuple[int, int, int, float | None]:
    read = sum(call.tokens_in for call in calls)
    return len(calls), read, sum(call.tokens_out for call in calls), _cost(calls)


def _tokens(calls: Sequence[ModelCall]) -> int:
    return sum(call.tokens_in + call.tokens_out for call in calls)


def _level(context: ToolContext) -> Privacy:
    """The level that holds in this channel."""
    with context.catalog.read() as unit:
        return level_of(unit.channels.find(context.scope), context.site.privacy)


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
        slots={
            "since": Slot("moment"),
            "of": Slot(
                "choice",
                values={"answer": ("answer|reply", "that|this|it cost|take|took|use|used")},
            ),
        },
    ),
    examples=("show the token usage", "what did that answer cost?"),
)
