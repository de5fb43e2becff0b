"""Fences around what a language model reads but must not obey: results, files, other people."""

from __future__ import annotations

import re
from typing import Final

from langchain_core.messages import BaseMessage, HumanMessage, ToolMessage

BY: Final = "by"
"""Under this key a message has the name of its author, where that is not the person who asks."""

EARLIER: Final = "<earlier>"
"""The author of a message that sums up earlier turns; nobody is called so."""

MOST: Final = 12_000
"""Characters of one result or message; what is longer is cut, and says so."""

_TAG: Final = re.compile(r"<(?=\s*/?\s*(?:data|message|earlier)\b)", re.IGNORECASE)
_NAME: Final = 60


def fenced(messages: list[BaseMessage]) -> list[BaseMessage]:
    """The messages with the results of tools and the words of other people fenced and labelled."""
    return [_fenced(message) for message in messages]


def fence(tag: str, text: str, **labels: str) -> str:
    """A text between tags of ours, which nothing within it can close."""
    said = "".join(f' {name}="{_label(value)}"' for name, value in labels.items())
    return f"<{tag}{said}>\n{inert(text)}\n</{tag}>"


def inert(text: str) -> str:
    """A text in which nothing reads like a fence of ours."""
    return _TAG.sub("‹", text)


def _cut(text: str) -> str:
    return f"{text[:MOST]}\n(cut here)" if len(text) > MOST else text


def _fenced(message: BaseMessage) -> BaseMessage:
    if isinstance(message, ToolMessage):
        text = fence("data", _cut(message.text), of=str(message.name or "tool"))
        return message.model_copy(update={"content": text})
    if isinstance(message, HumanMessage) and BY in message.additional_kwargs:
        by = message.additional_kwargs[BY]
        earlier = by == EARLIER
        text = fence("earlier", message.text) if earlier else _quoted(message, by)
        return message.model_copy(update={"content": text})
    return message


def _quoted(message: BaseMessage, by: str) -> str:
    return fence("message", _cut(message.text), by=by)


def _label(value: str) -> str:
    """A name on one line that ends no label."""
    return " ".join(re.sub(r"[\"<>&]", " ", value).split())[:_NAME]
