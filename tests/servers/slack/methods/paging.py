"""Cursor paging as all list methods do it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, TypeVar

from tests.servers.slack.arguments import Arguments
from tests.servers.slack.world import Refused

T = TypeVar("T")


def page(
    items: Sequence[T], arguments: Arguments, *, default: int, most: int
) -> tuple[list[T], dict[str, Any]]:
    """One page of the items, and the fields that lead to the next.

    Raises:
        Refused: `invalid_cursor`, `invalid_limit`.
    """
    limit = arguments.number("limit", default)
    if limit < 1 or limit > max(most, 1000):
        raise Refused("invalid_limit")
    start = _start(arguments.text("cursor"))
    end = start + min(limit, most)
    cursor = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return list(items[start:end]), {"response_metadata": {"next_cursor": cursor}}


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word == "next":
            return int(number)
    except ValueError:
        pass
    raise Refused("invalid_cursor")
