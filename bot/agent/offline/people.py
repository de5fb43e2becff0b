"""Mentions of people: who is addressed, and which tools are about people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from bot.agent.offline.lexicon import words
from bot.agent.offline.patterns import compiled
from bot.agent.offline.tokens import Token
from tools.base import Tool

_AND: Final = words(", and & plus")
_POLITE: Final = words(
    """
    , . ! hi hello hey hiya ok okay so well please thanks thank you good morning
    """
)


def addressed(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without a mention that opens a sentence about somebody else.

    "@bot make @dana an approver" is said to the first and about the second; "@dana and @bob may
    approve" is about both.
    """
    start = next((i for i, t in enumerate(tokens) if not _polite(t)), len(tokens))
    if start == len(tokens) or tokens[start].kind != "person":
        return list(tokens)
    rest = tokens[start + 1 :]
    after = next((token for token in rest if token.word not in _AND), None)
    listed = after is not None and after is not rest[0] and after.kind == "person"
    if listed or not any(token.kind == "person" for token in rest):
        return list(tokens)
    return [*tokens[:start], *rest]


def about_people(tool: Tool[Any]) -> bool:
    """Whether a tool listens for mentions."""
    parts = (part for pattern in tool.words.phrases for part in compiled(pattern))
    return any("person" in part.entities for part in parts)


def _polite(token: Token) -> bool:
    return token.kind != "person" and token.word in _POLITE
