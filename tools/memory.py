"""Facts people asked the assistant to remember."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import Field

from storage.catalog.records import Fact
from tools.base import Args, Spoken, Tool
from tools.cards import moment, plural, shown, table
from tools.durations import seconds_of
from tools.errors import NeedsChoice, NotFound, Option
from tools.outcome import Headline, NextStep, Outcome, Text
from tools.words import Slot, Words

if TYPE_CHECKING:
    from tools.context import ToolContext


class RememberFact(Args):
    """Arguments of `remember_fact`."""

    fact: str = Field(max_length=500, description="What to remember, as the person said it.")
    expires: str | None = Field(None, description="Forget it after, such as 30d.")


class ForgetFact(Args):
    """Arguments of `forget_fact`."""

    fact: str = Field(description="The fact, its number, or words from it.")


class ListFacts(Args):
    """Arguments of `list_facts`."""


def remember_fact(args: RememberFact, context: ToolContext) -> Outcome:
    """Keep a fact for this channel.

    Raises:
        BadRequest: `expires` is not a duration.
    """
    if not args.fact:
        return Outcome("Nothing was remembered.", (Text("Nothing was remembered."),))
    now = context.now()
    until = now + timedelta(seconds=seconds_of(args.expires)) if args.expires else None
    with context.catalog.write() as unit:
        fact = unit.facts.add(
            context.scope,
            text=args.fact,
            actor=context.actor,
            source="conversation",
            now=now,
            expires_at=until,
        )
    kept = f" until {moment(until, context.site.timezone)}" if until else ""
    return Outcome(
        summary=f"Remembered fact {fact.number}{kept}: {fact.text}",
        blocks=(Headline(f"Remembered as fact {fact.number}{kept}.", "good"), Text(_text(fact))),
        inverse=NextStep("Forget it again", "forget_fact", {"number": fact.number}),
        data={"number": fact.number, "fact": fact.text},
    )


def forget_fact(args: ForgetFact, context: ToolContext) -> Outcome:
    """Forget one fact, named by its number or by words from it.

    Raises:
        NotFound: Nothing like it is remembered here.
        NeedsChoice: Several facts fit.
    """
    with context.catalog.read() as unit:
        facts = unit.facts.list(context.scope, now=context.now())
    fact = _meant(args.fact, facts)
    with context.catalog.write() as unit:
        unit.facts.forget(context.scope, fact.number, now=context.now())
    return Outcome(
        summary=f"Forgot fact {fact.number}: {fact.text}",
        blocks=(Headline(f"Forgot fact {fact.number}."), Text(_text(fact))),
        inverse=NextStep("Remember it again", "recall_fact", {"number": fact.number}),
        data={"number": fact.number},
    )


def list_facts(args: ListFacts, context: ToolContext) -> Outcome:  # noqa: ARG001
    """All that is remembered in this channel and still holds."""
    with context.catalog.read() as unit:
        facts = unit.facts.list(context.scope, now=context.now())
    if not facts:
        return Outcome(
            summary="Nothing is remembered in this channel.",
            blocks=(
                Headline("Nothing is remembered in this channel yet."),
                Text("Say, for example, `remember: Survived 1 means yes`."),
            ),
            data={"facts": []},
        )
    zone = context.site.timezone
    rows = [
        (
            fact.number,
            _text(fact),
            fact.actor.name,
            moment(fact.created_at, zone),
            moment(fact.expires_at, zone) if fact.expires_at else None,
        )
        for fact in facts
    ]
    known = "; ".join(f"{fact.number}: {fact.text}" for fact in facts)
    return Outcome(
        summary=f"Remembered in this channel: {known}",
        blocks=(
            Headline(f"{plural(len(facts), 'fact')} remembered in this channel."),
            table(("No.", "Fact", "Told by", "When", "Until"), rows),
        ),
        data={"facts": [{"number": fact.number, "fact": fact.text} for fact in facts]},
    )


def _meant(said: str, facts: list[Fact]) -> Fact:
    """The one fact meant by a number, or by words it contains."""
    number = said.strip().lower().removeprefix("fact").strip(" #.")
    if number.isdecimal():
        found = [fact for fact in facts if fact.number == int(number)]
    else:
        words = said.lower().split()
        found = [fact for fact in facts if said.lower() in fact.text.lower()]
        found = found or [fact for fact in facts if all(w in fact.text.lower() for w in words)]
    if not found:
        raise NotFound(
            f"Nothing like “{shown(said)}” is remembered in this channel.",
            "Ask for the list of facts and name one by its number.",
        )
    if len(found) > 1:
        options = tuple(
            Option(f"{fact.number}: {shown(fact.text)}", str(fact.number)) for fact in found[:5]
        )
        raise NeedsChoice("Which of these should I forget?", "fact", options)
    return found[0]


def _text(fact: Fact) -> str:
    return shown(fact.text, 500)


def _told(args: RememberFact) -> tuple[Spoken, ...]:
    return (Spoken("fact", args.fact, f"Shall I remember this: {shown(args.fact, 200)}?"),)


remember_fact_tool = Tool(
    name="remember_fact",
    summary="Remember something about the data or the work, for this channel.",
    args=RememberFact,
    run=remember_fact,
    spoken=_told,
    effect="write",
    where="bot",
    words=Words(
        phrases=(
            "remember",
            "keep|bear in mind",
            "note|memorise|memorize that|:|this|down",
            "make|take note",
            "do not forget that|:",
            "for|as record|note :|,|that",
            "save|store ~ fact|note",
            "learn that",
            "you should|must know that",
        ),
        unless=("what ~ remember", "do you|we remember", "remember to", "which|how|who remember"),
        slots={
            "fact": Slot(
                "text",
                says=(
                    "remember|note|memorise|memorize|know|fyi|forget|mind|record|learn|down "
                    "that|:|,|this|down? :|,|that? <>",
                ),
                ask="What should I remember?",
            ),
        },
    ),
    examples=("remember: Survived 1 means yes", "remember that our label is churned"),
)


forget_fact_tool = Tool(
    name="forget_fact",
    summary="Forget something remembered.",
    args=ForgetFact,
    run=forget_fact,
    effect="write",
    where="bot",
    words=Words(
        phrases=(
            "forget ~ fact|facts|what|about|that|<number>|note",
            "forget",
            "delete|remove|erase|drop ~ fact|facts|note|memory|notes",
            "stop remembering",
            "unlearn",
        ),
        unless=(
            "do not forget",
            "forget it",
            "forget what i|we said $",
            "train|last|exclude|without",
            "forget about? deploying|training|cleaning|monitoring|shipping|retraining",
        ),
        slots={
            "fact": Slot(
                "text",
                says=(
                    "forget|remembering|unlearn fact|facts|note|what|that|about? i|we|you? said|"
                    "know|told|"
                    "remember|remembered? about|that|you? <>",
                    "fact|facts|note|memory|notes <>",
                ),
                ask="What should I forget?",
            ),
        },
    ),
    examples=("forget fact 2", "forget what I said about prices"),
)


list_facts_tool = Tool(
    name="list_facts",
    summary="Tell what is remembered in this channel.",
    args=ListFacts,
    run=list_facts,
    effect="read",
    where="bot",
    words=Words(
        phrases=(
            "what do|does|did|have you|we|it|bot know|remember|learned|memorised|memorized|noted|"
            "learn",
            "what ~ you ~ know|remember ~ about",
            "list|show|see|give|display|tell|all ~ facts|notes|memory|memories|know|remembered",
            "facts|memories",
            "what be ~ remembered|facts|known",
            "do you remember|know ~ anything|something|what",
            "anything you remember|know",
            "what have|be you been|be? told|taught",
        ),
        unless=("forget fact|facts", "forget|delete|remove|remember that"),
    ),
    examples=("what do you know about this data?", "list the facts"),
)
