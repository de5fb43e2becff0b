"""Blocks are dealt out to as few messages as Slack's limits allow, whole and in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.platforms.slack.texts import Json

MOST_BLOCKS: Final = 50
MOST_TEXT: Final = 12_000
"""Characters of one message; what Slack refuses begins at about 13,000 and is not documented."""

BLOCK_COST: Final = 125
"""What a block adds to that count besides its text, as people have found out."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One block, and what it says to those who only hear or skim (escaped; may be empty)."""

    block: Json
    words: str = ""

    @property
    def size(self) -> int:
        """How much of a message's room it takes."""
        return BLOCK_COST + _characters(self.block)


def split(groups: Iterable[Sequence[Piece]]) -> list[list[Piece]]:
    """Messages, each within the limits; a group goes on in the next one only if it must."""
    messages: list[list[Piece]] = [[]]
    for group in groups:
        if not _fit([*messages[-1], *group]) and _fit(group):
            messages.append([])
        for piece in group:
            if not _fit([*messages[-1], piece]):
                messages.append([])
            messages[-1].append(piece)
    return [message for message in messages if message]


def _fit(pieces: Sequence[Piece]) -> bool:
    return len(pieces) <= MOST_BLOCKS and (
        len(pieces) == 1 or sum(piece.size for piece in pieces) <= MOST_TEXT
    )


def _characters(part: Any, name: str = "") -> int:
    if isinstance(part, dict):
        return sum(_characters(value, key) for key, value in part.items())
    if isinstance(part, list):
        return sum(_characters(value) for value in part)
    return len(part) + 1 if name in ("text", "alt_text") and isinstance(part, str) else 0
