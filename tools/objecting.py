"""What would have been done differently, on the card of what was done as asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tools.outcome import Block, Text

_MOST: Final = 3


def objections(sentences: Sequence[str]) -> tuple[Block, ...]:
    """A paragraph of at most three sentences, or nothing."""
    return (Text(objections_text(sentences)),) if sentences else ()


def objections_text(sentences: Sequence[str]) -> str:
    """The same for the language model; names in the sentences are safe already."""
    return " ".join(sentences[:_MOST])
