"""Facts people asked the assistant to remember."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from storage.catalog.records import Fact
from tools.base import Args, Spoken
from tools.cards import moment, plural, shown
from tools.claims import disagreeing, same_said, speaking_of
from tools.errors import BadRequest, NeedsChoice, Option, Refused
from tools.expiries import expiry
from tools.outcome import Block, Cell, Headline, NextStep, Outcome, Table, Text
from tools.recalling import meant

if TYPE_CHECKING:
    from tools.context import ToolContext

_HERE = frozenset(
    {"this", "this data", "the data", "our data", "this dataset", "it", "us", "me", "here", "that"}
)
"""What a question is about when it means all that is known."""


class RememberFact(Args):
    """Arguments of `remember_fact`."""

    fact: str = Field(max_length=500, description="What to remember, as the person said it.")
    expires: str | None = Field(
        None, description="Forget it after: a duration such as 30d, or an ISO date."
    )
    reach: Literal["channel", "team"] = Field(
        "channel", description="team only if the person wants every channel to know it."
    )
    conflict: Literal["replace", "keep"] | None = Field(
        None, description="What becomes of a fact that says otherwise; picked by a click."
    )


class ForgetFact(Args):
    """Arguments of `forget_fact`."""

    fact: str = Field(
        "", max_length=500, description="Its number, words from it, or `that`, as the person said."
    )
    by: str | None = Field(None, description="Only what this person told.")


class ListFacts(Args):
    """Arguments of `list_facts`."""

    about: str | None = Field(None, description="Only what speaks of this.")


def remember_fact(args: RememberFact, context: ToolContext) -> Outcome:
    """Keep a fact for this channel, or for the whole team.

    Raises:
        BadRequest: `expires` is neither a duration nor a date to come.
        NeedsChoice: Another fact says something else of the same.
        Refused: It is for the team, and strangers are in this channel.
    """
    if not args.fact:
        return Outcome("Nothing was remembered.", (Text("Nothing was remembered."),))
    if args.fact.lower() in _HERE:
        raise BadRequest("What should I remember?", "Say it whole: “remember that …”.")
    until = expiry(args.expires, context) if args.expires else None
    with context.catalog.read() as unit:
        facts = unit.facts.list(context.scope, now=context.now())
        channel = unit.channels.find(context.scope)
    if args.reach == "team" and channel is not None and channel.shared:
        raise Refused(
            "This channel is shared with another organisation, so nothing said here is kept for "
            "the whole team.",
            "Say it in a channel of your own, or leave out the team.",
        )
    known = same_said(args.fact, facts)
    if known is not None and (until, args.reach) == (known.expires_at, known.reach):
        told = f"That is remembered already, as fact {known.number} ({_teller(known, context)})."
        return Outcome(told, (Headline(told), Text(_text(known))), data={"number": known.number})
    rivals = [known] if known is not None else disagreeing(args.fact, facts)
    if rivals and known is None and args.conflict is None:
        raise _disagreement(rivals, context)
    replaced = rivals if known is not None or args.conflict == "replace" else []
    with context.catalog.write() as unit:
        for rival in replaced:
            unit.facts.forget(context.scope, rival.number, now=context.now())
        fact = unit.facts.add(
            context.scope,
            text=args.fact,
            actor=context.actor,
            source="conversation",
            now=context.now(),
            expires_at=until,
            reach=args.reach,
            link=context.link,
        )
    return _remembered(fact, replaced, context)


def _remembered(fact: Fact, replaced: list[Fact], context: ToolContext) -> Outcome:
    numbers = [rival.number for rival in replaced]
    kept = f" until {moment(fact.expires_at, context.timezone)}" if fact.expires_at else ""
    whom = " for the whole team" if fact.reach == "team" else ""
    undone = {"number": fact.number, "back": numbers}
    instead = f" in place of fact {', '.join(map(str, numbers))}" if numbers else ""
    said = f"fact {fact.number}{whom}{kept}{instead}"
    return Outcome(
        summary=f"Remembered {said}: {fact.text}",
        blocks=(Headline(f"Remembered as {said}.", "good"), Text(_text(fact))),
        inverse=NextStep("Forget it again", "forget_fact", undone),
        data={"number": fact.number, "fact": fact.text, "replaced": numbers},
    )


def _disagreement(rivals: list[Fact], context: ToolContext) -> NeedsChoice:
    """The question what becomes of facts that say otherwise."""
    told = "; ".join(
        f"fact {rival.number} ({_teller(rival, context)}): “{shown(rival.text, 200)}”"
        for rival in rivals
    )
    return NeedsChoice(
        f"That disagrees with {told}. Which holds?",
        "conflict",
        (
            Option("Replace", "replace", ("the new one", "new", "replace it")),
            Option("Keep both", "keep", ("both", "keep")),
        ),
    )


def forget_fact(args: ForgetFact, context: ToolContext) -> Outcome:
    """Forget one fact, named by its number, by words from it, or by who told it.

    Raises:
        NotFound: Nothing like it is remembered here.
        NeedsChoice: Several facts fit.
    """
    with context.catalog.read() as unit:
        facts = unit.facts.list(context.scope, now=context.now())
    fact = meant(args.fact, args.by, facts, context)
    with context.catalog.write() as unit:
        unit.facts.forget(context.scope, fact.number, now=context.now())
    return Outcome(
        summary=f"Forgot fact {fact.number}: {fact.text}",
        blocks=(Headline(f"Forgot fact {fact.number}."), Text(_text(fact))),
        inverse=NextStep("Remember it again", "recall_fact", {"number": fact.number}),
        data={"number": fact.number},
    )


def list_facts(args: ListFacts, context: ToolContext) -> Outcome:
    """What is remembered here and still holds: all of it, or what speaks of something."""
    about = args.about if args.about and args.about.lower().strip(" ?.") not in _HERE else None
    with context.catalog.read() as unit:
        known = unit.facts.list(context.scope, now=context.now())
    facts = speaking_of(about, known) if about else known
    if not facts:
        return _nothing(about, len(known))
    of = f" about {shown(about)}" if about else ""
    told = "; ".join(f"{f.number}: {f.text} ({_teller(f, context)})" for f in facts)
    return Outcome(
        summary=f"Remembered{of}: {told}",
        blocks=(
            Headline(f"{plural(len(facts), 'fact')}{of} remembered in this channel."),
            _listed(facts, context),
        ),
        data={"facts": [_as_json(fact) for fact in facts]},
    )


def _nothing(about: str | None, known: int) -> Outcome:
    if about:
        others = plural(known, "other fact") + (" is" if known == 1 else " are")
        headline = f"Nothing is remembered about {shown(about)}."
        hint = f"{others} remembered here: “list the facts”." if known else ""
    else:
        headline = "Nothing is remembered in this channel yet."
        hint = "Say, for example, `remember: Survived 1 means yes`."
    blocks = (Headline(headline), *((Text(hint),) if hint else ()))
    return Outcome(summary=headline, blocks=blocks, data={"facts": []})


def _listed(facts: list[Fact], context: ToolContext) -> Block:
    """The facts as a table; what no fact has is no column."""
    zone = context.timezone
    columns: dict[str, list[Cell]] = {
        "No.": [fact.number for fact in facts],
        "Fact": [shown(fact.text, 500) for fact in facts],
        "Told by": [fact.actor.name for fact in facts],
        "When": [moment(fact.created_at, zone) for fact in facts],
        "Until": [moment(fact.expires_at, zone) if fact.expires_at else None for fact in facts],
        "Known to": ["the team" if fact.reach == "team" else None for fact in facts],
        "Said in": [fact.link if fact.scope == context.scope else None for fact in facts],
    }
    full = {name: values for name, values in columns.items() if any(values)}
    rows = list(zip(*full.values(), strict=True))
    return Table(tuple(full), tuple(tuple(row) for row in rows))


def _as_json(fact: Fact) -> dict[str, object]:
    return {
        "number": fact.number,
        "fact": fact.text,
        "by": fact.actor.name,
        "at": fact.created_at.isoformat(),
        "until": fact.expires_at.isoformat() if fact.expires_at else None,
        "reach": fact.reach,
    }


def _teller(fact: Fact, context: ToolContext) -> str:
    day = moment(fact.created_at, context.timezone).partition(",")[0]
    return f"{shown(fact.actor.name)}, {day}"


def _text(fact: Fact) -> str:
    return shown(fact.text, 500)


def told_by(args: RememberFact) -> tuple[Spoken, ...]:
    """The fact, whom it is for, and what it replaces: none of it may come from elsewhere."""
    spoken = [Spoken("fact", args.fact, f"Shall I remember this: {shown(args.fact, 200)}?")]
    if args.reach == "team":
        everybody = ("team", "everyone", "everybody", "all of us", "all channels", "every channel")
        ask = "Shall every channel of your team know this?"
        spoken.append(Spoken("reach", "team", ask, said=everybody, otherwise="channel"))
    if args.conflict == "replace":
        ask = "Shall it take the place of what was remembered before?"
        spoken.append(Spoken("conflict", "replace", ask, otherwise="keep"))
    return tuple(spoken)


def named_by(args: ForgetFact) -> tuple[Spoken, ...]:
    """What is forgotten is what the person who asks said."""
    if not args.fact:
        return ()
    return (Spoken("fact", args.fact, f"Shall I forget this: {shown(args.fact, 200)}?"),)
