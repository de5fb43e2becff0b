"""What people read: threads, what happens in them, files, and what is here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from typing import BinaryIO, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.platforms.base import Door
from bot.platforms.chronicle import Cursor, Item
from bot.platforms.web import stream
from bot.platforms.web.api import answer, tagged
from bot.platforms.web.errors import bad_request, not_found
from bot.platforms.web.feed import Feed
from bot.platforms.web.guard import CHANNEL, Visitor
from bot.platforms.web.incoming import LONGEST_TEXT
from bot.platforms.web.multipart import MOST_FILES
from bot.platforms.web.render import item_of, talk_of
from storage.errors import StorageError
from tools.outcome import Figure, File

MOST_THREADS: Final = 20
_CHUNK: Final = 1 << 16
_SAFE: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, max-age=3600",
}


class Reading:
    """The requests that change nothing; `door` gives the way in while there is one."""

    def __init__(
        self, door: Callable[[], Door], feed: Feed, *, now: Callable[[], datetime]
    ) -> None:
        self._door = door
        self._feed = feed
        self._now = now

    async def me(self, _: Request, visitor: Visitor) -> Response:
        """Who asks, and what they may do here."""
        door = self._door()
        role = await door.chronicle.role(visitor.actor, visitor.scope)
        limits = {"file_bytes": door.max_upload, "files": MOST_FILES, "text": LONGEST_TEXT}
        return answer(
            {
                "person": {"id": visitor.actor.id, "name": visitor.actor.name},
                "workspace": visitor.scope.workspace,
                "channel": visitor.scope.channel,
                "role": role,
                "limits": limits,
            }
        )

    async def threads(self, request: Request, visitor: Visitor) -> Response:
        """The threads of the channel."""
        talks = await self._door().chronicle.talks(visitor.scope)
        return tagged(request, {"threads": [talk_of(talk) for talk in talks]})

    async def thread(self, request: Request, visitor: Visitor) -> Response:
        """All that stands in a thread now."""
        name = str(request.path_params["thread"])
        address = visitor.address(name)
        cursor, items = Cursor(), list[Item]()
        more = True
        while more:
            page = await self._door().chronicle.page(
                visitor.scope, [address.thread], viewer=visitor.person.id, after=cursor
            )
            items += [item for item, _ in page.items]
            cursor, more = page.cursor, page.more
        if not items and name != CHANNEL:
            raise not_found("thread")
        shown = sorted((item_of(item) for item in items), key=lambda item: str(item["at"]))
        return tagged(request, {"thread": name, "items": shown, "cursor": str(cursor)})

    async def board(self, request: Request, visitor: Visitor) -> Response:
        """What is here."""
        return tagged(request, await self._door().chronicle.board(visitor.scope))

    async def events(self, request: Request, visitor: Visitor) -> Response:
        """What stands in some threads, and whatever happens in them."""
        names = request.query_params.getlist("thread") or [CHANNEL]
        if len(names) > MOST_THREADS:
            raise bad_request(f"At most {MOST_THREADS} threads are followed at once.")
        threads = frozenset(visitor.address(name).thread for name in names)
        after = request.headers.get("last-event-id") or request.query_params.get("after") or "0.0"
        try:
            cursor = Cursor.parse(after)
        except ValueError as error:
            raise bad_request(str(error)) from None
        told = self._followed(visitor, threads, cursor)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(told, media_type=stream.MEDIA, headers={**_SAFE, **headers})

    def _followed(
        self, visitor: Visitor, threads: frozenset[str], after: Cursor
    ) -> AsyncIterator[bytes]:
        chronicle = self._door().chronicle
        self._feed.room(visitor.person.id)

        async def told() -> AsyncIterator[bytes]:
            follower = self._feed.join(visitor.scope, threads, visitor.person.id)
            try:
                async for part in stream.events(
                    chronicle, follower, after=after, until=visitor.until, now=self._now
                ):
                    yield part
            finally:
                self._feed.leave(follower)

        return told()

    async def file(self, request: Request, visitor: Visitor) -> Response:
        """The bytes of a figure or file of a reply."""
        block = await self._block(request, visitor)
        if request.headers.get("if-none-match") == f'"{block.blob}"':
            return Response(status_code=304, headers=_SAFE)
        try:
            content = await asyncio.to_thread(self._door().open, block.blob)
        except StorageError:
            raise not_found("file") from None
        headers = {**_SAFE, "ETag": f'"{block.blob}"'}
        if isinstance(block, Figure):
            return StreamingResponse(_chunks(content), media_type="image/png", headers=headers)
        name = quote(block.name, safe="")
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
        headers["Content-Length"] = str(block.size)
        kind = "application/octet-stream"
        return StreamingResponse(_chunks(content), media_type=kind, headers=headers)

    async def link(self, request: Request, visitor: Visitor) -> Response:
        """An address for one file, good for a day without a token."""
        block = await self._block(request, visitor)
        if isinstance(block, Figure):
            raise not_found("file")
        return answer({"link": self._door().link(block)})

    async def _block(self, request: Request, visitor: Visitor) -> Figure | File:
        """The figure or file that a path names, in a reply that this person may see."""
        reply_id, index = (request.path_params[name] for name in ("reply", "index"))
        found = None
        if max(reply_id, index) < 2**63:
            found = await self._door().chronicle.posted(
                visitor.scope, reply_id, viewer=visitor.person.id
            )
        blocks = found.reply.blocks if found is not None else ()
        block = blocks[index] if index < len(blocks) else None
        if not isinstance(block, Figure | File):
            raise not_found("file")
        return block


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk
