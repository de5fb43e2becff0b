"""The threads of platforms that keep no messages themselves, read from the catalog."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.board import board_of
from bot.keys import reveal
from bot.messages import Reply, asks, dump_reply, load_reply
from bot.platforms.chronicle import Conversation, Cursor, Item, Page, Shown, TalkState
from bot.progress import as_now
from storage.catalog.catalog import Unit
from storage.catalog.records import Actor, Address, Json, OutboxRow, Post, Scope, Talk
from storage.errors import NotStored
from tools.base import Role
from tools.cards import shown
from tools.outcome import Text

if TYPE_CHECKING:
    from bot.front import Desk

AT_ONCE: Final = 50
"""Posts, and messages, of one page."""

_TITLE: Final = 80


class CatalogChronicle:
    """See `bot.platforms.chronicle.Chronicle`; every call is one transaction in a thread."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def keep_file(self, path: Path) -> str:
        """Keep the bytes of a file."""
        return await asyncio.to_thread(self._desk.blobs.put, path)

    async def note(
        self,
        address: Address,
        *,
        key: str,
        actor: Actor,
        text: str,
        files: Sequence[str] = (),
        pressed: bool = False,
    ) -> Post:
        """Keep what somebody said or pressed."""

        def keep() -> Post:
            now = self._desk.now()
            with self._desk.catalog.write() as unit:
                return unit.posts.add(
                    address,
                    post_id=key,
                    actor=actor,
                    text=text,
                    files=files,
                    pressed=pressed,
                    now=now,
                )

        return await asyncio.to_thread(keep)

    async def page(
        self, scope: Scope, threads: Sequence[str], *, viewer: str, after: Cursor
    ) -> Page:
        """What stands in some threads and came after a place."""

        def read() -> Page:
            with self._desk.catalog.read() as unit:
                posts = unit.posts.list(scope, threads=threads, after=after.post, limit=AT_ONCE)
                rows = unit.outbox.shown(scope, threads=threads, after=after.reply, limit=AT_ONCE)
                begun = unit.outbox.begun([row.slot for row in rows])
                waits = unit.outbox.first_pending(scope, threads=threads)
                replies = [self._shown(unit, row, begun[row.slot]) for row in rows]
            more = AT_ONCE in (len(posts), len(rows))
            return paged([*posts, *replies], viewer=viewer, after=after, waits=waits, more=more)

        return await asyncio.to_thread(read)

    async def posted(self, scope: Scope, reply_id: int, *, viewer: str) -> Shown | None:
        """A version of a reply."""

        def read() -> Shown | None:
            with self._desk.catalog.read() as unit:
                try:
                    row = unit.outbox.get(reply_id)
                except NotStored:
                    return None
                if row.address.scope != scope:
                    return None
                found = self._shown(unit, row, row.created_at)
            return found if _visible(found, viewer) else None

        return await asyncio.to_thread(read)

    async def talks(self, scope: Scope) -> list[Conversation]:
        """The threads of a channel."""

        def read() -> list[Conversation]:
            with self._desk.catalog.read() as unit:
                talks = unit.posts.talks(scope)
                threads = [talk.first.address.thread for talk in talks]
                last = unit.outbox.latest(scope, threads=threads)
            return [_conversation(talk, last.get(talk.first.address.thread)) for talk in talks]

        return await asyncio.to_thread(read)

    async def tell(self, address: Address, text: str, *, key: str, to: str) -> None:
        """Tell one person a sentence, once."""

        def write() -> None:
            reply = Reply((Text(text),), key, to=to)
            now = self._desk.now()
            with self._desk.catalog.write() as unit:
                unit.outbox.add(key, slot=key, address=address, body=dump_reply(reply), now=now)

        await asyncio.to_thread(write)
        self._desk.outbox.notify()

    async def board(self, scope: Scope) -> Json:
        """What is here."""
        desk = self._desk
        return await asyncio.to_thread(
            board_of, desk.catalog, scope, plan=desk.plan, now=desk.now()
        )

    async def role(self, actor: Actor, scope: Scope) -> Role:
        """What a person may do."""
        return await self._desk.roles.of(actor, scope)

    def _shown(self, unit: Unit, row: OutboxRow, at: datetime) -> Shown:
        reply = replace(load_reply(row.body), id=row.id, slot=row.slot)
        current = as_now(unit, reply) or reply
        return Shown(reveal(current, self._desk.secret), row.address, at, row.created_at)


def paged(
    items: Sequence[Item], *, viewer: str, after: Cursor, waits: int | None, more: bool
) -> Page:
    """Items by the time of writing, each with a place from which nothing is missed.

    Args:
        items: Posts and replies that come after the place `after`.
        viewer: Who reads; what is for another person alone is left out.
        after: Where to begin.
        waits: The id of a reply that is not shown yet: no place lies behind it.
        more: Whether there are more.
    """
    last = after
    kept: list[tuple[Item, Cursor]] = []
    for item in sorted(items, key=_written):
        if isinstance(item, Post):
            last = replace(last, post=max(last.post, item.seq))
        else:
            last = replace(last, reply=max(last.reply, item.reply.id))
        if isinstance(item, Post) or _visible(item, viewer):
            kept.append((item, _before(last, waits)))
    return Page(tuple(kept), last if more else _before(last, waits), more)


def _written(item: Item) -> tuple[datetime, bool]:
    if isinstance(item, Post):
        return item.created_at, False
    return item.edited_at, True


def _before(cursor: Cursor, waits: int | None) -> Cursor:
    return cursor if waits is None else replace(cursor, reply=min(cursor.reply, waits - 1))


def _visible(item: Shown, viewer: str) -> bool:
    return item.reply.to in ("", viewer)


def _conversation(talk: Talk, last: OutboxRow | None) -> Conversation:
    first = talk.first
    title = shown(first.text or ", ".join(first.files), _TITLE)
    return Conversation(
        first.address.thread, title, first.actor, first.created_at, talk.last_at, _state(last)
    )


def _state(last: OutboxRow | None) -> TalkState:
    if last is None:
        return "working"
    reply = load_reply(last.body)
    if asks(reply):
        return "asks"
    return "idle" if reply.done else "working"
