"""How much a message takes of what a language model can read, estimated."""

from __future__ import annotations

import json
from typing import Final

from langchain_core.messages import AIMessage, BaseMessage

from bot.agent.privacy import SAMPLE

CHARACTERS: Final = 4
"""Of one token, roughly, in the languages of Europe."""

_FRAME: Final = 4


def tokens_in(text: str) -> int:
    """The tokens of a text, rounded up."""
    return -(-len(text) // CHARACTERS)


def tokens_of(message: BaseMessage) -> int:
    """The tokens of a message with its calls, its rows, and what frames it."""
    calls = message.tool_calls if isinstance(message, AIMessage) else []
    rows = str(message.additional_kwargs.get(SAMPLE, ""))
    texts = [message.text, rows, *(json.dumps(call["args"]) for call in calls)]
    return _FRAME + sum(map(tokens_in, texts))
