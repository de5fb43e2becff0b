"""Whether a message is said to the assistant, and of whom it speaks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from bot.agent.offline.lexicon import words
from bot.agent.offline.patterns import compiled
from bot.agent.offline.tokens import Token
from tools.base import Tool

_AND: Final = words(", and & plus")
_POLITE: Final = words(
    """
    , . ! hi hello hey hiya ok okay so well please thanks thank you good morning and
    """
)
_OURS: Final = re.compile(r"@(?:.*[-_.])?(?:\w*bot|assistant|mlops|ai|agent|helper)(?:[-_.].*)?")
_ASK: Final = words("tell ask let remind have want need wait get inform ping cc expect")
_MARKERS: Final = words("if when once unless until till after before because since as that by from")
_BESIDE: Final = words("for on to if whether that")
_WILL: Final = words(
    """
    will would can could should may might must shall to wants said says has had is was needs goes
    """
)


def to_us(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without mentions of the assistant itself."""
    return [token for token in tokens if not (token.kind == "person" and _OURS.match(token.word))]


def addressed(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without a mention that opens a sentence about somebody else.

    "@ops make @dana an approver" is said to the first and about the second; "@dana and @bob may
    approve" is about both.
    """
    start = _first(tokens)
    if start is None:
        return list(tokens)
    rest = tokens[start + 1 :]
    after = next((token for token in rest if token.word not in _AND), None)
    listed = after is not None and after is not rest[0] and after.kind == "person"
    if listed or not any(token.kind == "person" for token in rest):
        return list(tokens)
    return [*tokens[:start], *rest]


def called(tokens: Sequence[Token]) -> str:
    """Whom a message calls that begins with a name: "@alice can you deploy it?"."""
    start = _first(tokens)
    return tokens[start].raw if start is not None else ""


def without_errands(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without what others are to do, or do: "… and tell @bob to ship it"."""
    kept: list[Token] = []
    skipping = False
    for at, token in enumerate(tokens):
        skipping = skipping and token.raw not in {".", "!", "?", ";"}
        if token.kind == "person" and not skipping:
            if kept and kept[-1].word in _MARKERS:
                kept.append(replace(token, word="someone", kind="word"))
                continue
            sent = _sent(kept)
            acts = at + 1 < len(tokens) and tokens[at + 1].word in _WILL
            if sent is not None or acts:
                skipping, kept = True, kept[: len(kept) if sent is None else sent]
            continue
        if not skipping:
            kept.append(token)
    return kept


def about_people(tool: Tool[Any]) -> bool:
    """Whether a tool listens for mentions."""
    parts = (part for pattern in tool.words.phrases for part in compiled(pattern))
    return any("person" in part.entities for part in parts)


def _first(tokens: Sequence[Token]) -> int | None:
    """Where a message opens with a mention; `None` if it opens with anything else."""
    start = next((i for i, token in enumerate(tokens) if not _polite(token)), None)
    return start if start is not None and tokens[start].kind == "person" else None


def _sent(before: Sequence[Token]) -> int | None:
    """Where an errand begins whose bearer is named next: "tell", "ask", "wait for"."""
    for back in (1, 2):
        at = len(before) - back
        if at >= 0 and before[at].forms & _ASK:
            return at
        if at < 0 or before[at].word not in _BESIDE:
            return None
    return None


def _polite(token: Token) -> bool:
    return token.kind != "person" and token.word in _POLITE
