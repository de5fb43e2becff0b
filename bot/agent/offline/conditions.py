"""Requests that hang on a condition: which words are the request, and which the condition."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.agent.offline.choices import choices_in
from bot.agent.offline.clauses import Clause
from bot.agent.offline.lexicon import words
from bot.agent.offline.patterns import find
from bot.agent.offline.tokens import Token
from tools.base import Tool

_MARKERS: Final = words(
    "if unless provided providing assuming supposing whenever when once except until"
)
_SOON: Final = words("soon long")
_ONCE_MORE: Final = words("a an per every each more again and")
_SAYING: Final = words(
    """
    predict tell say guess decide know see check classify estimate detect forecast alert notify
    warn ping inform learn flag find remind whether wonder ask
    """
)
_HAVING: Final = words("have has are is did had")
_US: Final = words("you we i u")
_POLITE: Final = (
    "if you can|could|like|want|please|may|wish|will|would",
    "if possible|necessary|needed|okay|ok|so",
    "if that|it be|is ok|okay|fine|possible|alright|right",
    "if you have time|a",
    "if you do not mind",
    "if i|we may",
    "when|once you can|could",
    "when|once you have|find|get ~ time|minute|moment|chance|second",
    "when|once you be|are ready|free|back",
    "whenever you like|want|can|please",
    "when possible",
)
_DONE: Final = (
    "once|when|if|as it|that|this|those|training|cleaning|model|everything|job|deployment? "
    "be|is|are|has|have? <any>? "
    "done|finished|ready|complete|completed|trained|over|through|cleaned",
)
_BARRED: Final = words("is are be was to the a an of will can could would should must no not")
_GLUE: Final = words(", then please and - :")
_POSITIVE: Final = words("if when provided providing assuming once as")


@dataclass(frozen=True, slots=True)
class Parted:
    """The words of a request, and those of the condition it hangs on."""

    request: tuple[Token, ...]
    condition: tuple[Token, ...]


def condition_at(tokens: Sequence[Token], *, asked: bool) -> int | None:
    """Where a condition begins; `None` if there is none.

    "Tell me if" asks whether, "once more" counts, and "when was it?" asks for a time.
    """
    for at, token in enumerate(tokens):
        following = tokens[at + 1].word if at + 1 < len(tokens) else ""
        if not _is_marker(tokens, at) or following == "only":
            continue
        before = tokens[max(0, at - 6) : at]
        if any(t.forms & _SAYING for t in before) or (asked and at < 2 and token.word == "when"):
            continue
        if token.word in {"once", "when"} and _is_order(tokens, at):
            continue
        return at
    return None


def _is_marker(tokens: Sequence[Token], at: int) -> bool:
    word = tokens[at].word
    following = tokens[at + 1].word if at + 1 < len(tokens) else ""
    if word == "once":
        return following not in _ONCE_MORE and bool(following) and tokens[at - 1].word != "at"
    if word in {"except", "until"}:
        return word == "except" and following in {"if", "when"}
    if word == "as":
        return following in _SOON
    if word == "when" and following.endswith("ing"):
        return False
    return (word in _MARKERS and bool(following)) or (word == "in" and following == "case")


def _is_order(tokens: Sequence[Token], at: int) -> bool:
    """Whether only an order of steps is meant: "once you have cleaned it"."""
    said = [token.word for token in tokens[at + 1 : at + 3]]
    return len(said) == 2 and said[0] in _US and said[1] in _HAVING


def parted(clause: Clause, heads: Collection[str]) -> Parted:
    """A clause in the mood "if" as request and condition."""
    tokens = clause.tokens
    at = condition_at(tokens, asked=False) or 0
    if any(token.word not in _GLUE for token in tokens[:at]) and not _is_lead(tokens[:at]):
        return Parted(_stripped(tokens[:at]), tokens[at:])
    for place in range(at + 2, len(tokens)):
        comma = tokens[place].word in {",", "then"}
        token = tokens[place]
        verb = token.word in heads and tokens[place - 1].word not in _BARRED and place > at + 2
        if comma or verb:
            return Parted(_stripped(tokens[place:]), tokens[at:place])
    return Parted((), tokens[at:])


def _is_lead(tokens: Sequence[Token]) -> bool:
    return all(token.word in _LEADING for token in tokens)


_LEADING: Final = words("ok okay so and but please hey hi hello well now only then")


def _stripped(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens without what joins them to the condition."""
    found = list(tokens)
    while found and found[0].word in _GLUE:
        del found[0]
    while found and found[-1].word in _GLUE | {"only", "but"}:
        del found[-1]
    return tuple(found)


def is_order(clause: Clause) -> bool:
    """Whether a condition only waits for the step before: "once that is done"."""
    return any(find(pattern, clause.view) for pattern in _DONE)


def checked(tool: Tool[Any], condition: Clause) -> dict[str, str]:
    """The arguments by which a tool checks a condition itself; empty if it cannot."""
    measured = any(token.token.kind == "number" for token in condition.view)
    if condition.view[0].word not in _POSITIVE or measured:
        return {}
    found: dict[str, str] = {}
    for name, slot in tool.words.slots.items():
        if not slot.condition or any(find(p, condition.view) for p in slot.unless):
            continue
        said = choices_in(slot, condition)
        if said:
            found[name] = said[0]
    return found


def without_courtesies(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without conditions that are mere politeness: "if you can", "when possible"."""
    found = list(tokens)
    for at in range(len(found)):
        if found[at].word in {"if", "when", "once", "whenever"}:
            size = _courtesy(found[at:])
            if size:
                return [*found[:at], *found[at + size :]]
    return found


def _courtesy(tokens: Sequence[Token]) -> int:
    """How many tokens a courtesy takes that ends its sentence or stands before a comma."""
    end = next((i for i, t in enumerate(tokens) if t.kind == "punct"), len(tokens))
    said = [t.word for t in tokens[:end]]
    fits = any(_says(pattern.split(), said) for pattern in _POLITE)
    return end if fits and len(said) <= 6 else 0


def _says(pattern: Sequence[str], said: Sequence[str]) -> bool:
    """Whether words begin as a plain pattern says; `~` is up to two words."""
    if not pattern:
        return True
    if pattern[0] == "~":
        return any(_says(pattern[1:], said[skip:]) for skip in range(3))
    return bool(said) and said[0] in pattern[0].split("|") and _says(pattern[1:], said[1:])
