"""Server-sent events: what stands in some threads, and then what happens in them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any, Final

from bot.platforms.chronicle import Chronicle, Cursor, Shown
from bot.platforms.web.feed import Follower
from bot.platforms.web.render import item_of

MEDIA: Final = "text/event-stream"
BEAT_S: Final = 15.0
RETRY_MS: Final = 2000


async def events(
    chronicle: Chronicle,
    follower: Follower,
    *,
    after: Cursor,
    until: datetime,
    now: Callable[[], datetime],
    beat_s: float = BEAT_S,
) -> AsyncIterator[bytes]:
    """The stream of one follower, until their token ends or the bot does.

    Nothing is read ahead: the next page is fetched when the one before has been taken.
    """
    yield f"retry: {RETRY_MS}\n\n".encode()
    cursor, ready = after, False
    while not follower.closed and now() < until:
        more = follower.take_stale()
        while more:
            page = await chronicle.page(
                follower.scope, sorted(follower.threads), viewer=follower.person, after=cursor
            )
            for item, place in page.items:
                if isinstance(item, Shown):
                    follower.read(item)
                yield event(item_of(item), place)
            cursor, more = page.cursor, page.more
        if not ready:
            ready = True
            yield event({"kind": "ready"}, cursor)
        for moved in follower.take_moves():
            yield event(item_of(moved))
        left_s = (until - now()).total_seconds()
        if not await follower.wait(max(0.0, min(beat_s, left_s))):
            follower.look()
            yield b": \n\n"


def event(item: dict[str, Any], place: Cursor | None = None) -> bytes:
    """One event; without a place it does not count for going on."""
    head = "" if place is None else f"id: {place}\n"
    body = json.dumps(item, separators=(",", ":"), allow_nan=False)
    return f"{head}event: {item['kind']}\ndata: {body}\n\n".encode()
