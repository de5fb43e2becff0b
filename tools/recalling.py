"""Which fact is meant: by its number, by words from it, by who told it, or as "that"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from storage.catalog.records import Fact
from tools.cards import shown
from tools.claims import speaking_of
from tools.errors import NeedsChoice, NotFound, Option

if TYPE_CHECKING:
    from tools.context import ToolContext

_TOLD: Final = re.compile(
    r"(?:(?:what(?:ever)?|everything|all|the (?:things?|facts?)|anything)\s+(?:that\s+)?)?"
    r"(?P<who>@?[\w.\- ]+?)\s+(?:have |has |had )?(?:said|told|taught|says|wrote)"
    r"(?:\s+(?:to\s+)?(?:you|us|me|here))?(?:\s+(?:about|on|of)\s+(?P<about>.+))?",
    re.IGNORECASE,
)
_THAT: Final = frozenset(
    {"that", "it", "this", "that one", "this one", "the last one", "last one", "the last fact",
     "the last thing", "that fact", "this fact", "that again"}
)  # fmt: skip
_ME: Final = frozenset({"i", "me", "myself", "we", "you"})
_MOST: Final = 5
_BACK: Final = 20


def meant(said: str, by: str | None, facts: Sequence[Fact], context: ToolContext) -> Fact:
    """The one fact that somebody means.

    Args:
        said: Its number, words from it, "that", or "what Bob said about prices".
        by: Part of the name of who told it.
        facts: Those that are known here.
        context: Has what was remembered last in this thread, for "that".

    Raises:
        NotFound: Nothing fits.
        NeedsChoice: Several fit.
    """
    told = _TOLD.fullmatch(said.strip(" .!?"))
    if told is not None:
        by, said = by or told["who"], told["about"] or ""
    known = [fact for fact in facts if by is None or _by(fact, by, context)]
    found = _found(said.strip(), known, context)
    if not found:
        teller = f" by {shown(by)}" if by else ""
        raise NotFound(
            f"Nothing like “{shown(said)}” is remembered in this channel{teller}."
            if said
            else f"Nothing is remembered in this channel{teller}.",
            "Ask for the list of facts and name one by its number.",
        )
    if len(found) > 1:
        options = tuple(
            Option(f"{fact.number}: {shown(fact.text)}", str(fact.number))
            for fact in found[-_MOST:]
        )
        raise NeedsChoice("Which of these should I forget?", "fact", options)
    return found[0]


def _found(said: str, facts: Sequence[Fact], context: ToolContext) -> list[Fact]:
    if not said:
        return list(facts)
    number = said.lower().removeprefix("fact").strip(" #.")
    if number.isdecimal():
        return [fact for fact in facts if fact.number == int(number)]
    if said.lower() in _THAT:
        last = _last_spoken_of(facts, context)
        return [fact for fact in facts if fact.number == last] if last else list(facts)
    found = [fact for fact in facts if said.lower() in fact.text.lower()]
    return found or speaking_of(said, facts)


def _by(fact: Fact, who: str, context: ToolContext) -> bool:
    name = who.strip().lstrip("@").casefold()
    if name in _ME:
        return fact.actor.id == context.actor.id
    return name in (fact.actor.name.casefold(), fact.actor.id.casefold()) or (
        name in fact.actor.name.casefold().split()
    )


def _last_spoken_of(facts: Sequence[Fact], context: ToolContext) -> int | None:
    """The number of the fact that was remembered or shown by itself last in this thread."""
    with context.catalog.read() as unit:
        actions = unit.actions.list(context.scope, thread=context.address.thread, limit=_BACK)
    for action in actions:
        if not action.ok or action.undone:
            continue
        inverse = action.inverse or {}
        if inverse.get("tool") == "forget_fact":
            return int(inverse["args"]["number"])
        if action.tool == "list_facts":
            shown_then = speaking_of(str(action.args.get("about") or ""), facts)
            if len(shown_then) == 1:
                return shown_then[0].number
    return None
