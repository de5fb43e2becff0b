"""A small door for tests of chat platforms: everything in memory, dealt with at once."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from bot.messages import IncomingMessage, Reply
from bot.platforms.base import ChatPlatform, Overview
from storage.catalog.records import Actor, Address, Channel, Json, Scope
from tools.forms import Form
from tools.outcome import File

Answer = Callable[[IncomingMessage], Reply | None]


@dataclass(frozen=True)
class Kept:
    """An event as it was kept."""

    key: str
    event: Json
    lane: str
    scope: Scope | None
    cursor: str


@dataclass
class FakeDoor:
    """Keeps events, hands each to the platform, and writes down what it is asked.

    Attributes:
        folder_: Where attachments go.
        reply: What to say to a message; the platform posts it at once. May raise.
        form_: The form behind a click.
        wrong: Raised for whatever is filled in.
        kept: Events by key, in order.
        messages: What was answered; `files` has the names and bytes that came along.
        faults: What dealing with events ended in, where it failed.
    """

    folder_: Path
    reply: Answer = lambda _: None
    form_: Form | None = None
    wrong: Exception | None = None
    max_upload: int = 1 << 20
    kept: dict[str, Kept] = field(default_factory=dict)
    messages: list[IncomingMessage] = field(default_factory=list)
    files: list[list[tuple[str, bytes]]] = field(default_factory=list)
    met: list[tuple[Scope, dict[str, Any]]] = field(default_factory=list)
    gone: list[Scope] = field(default_factory=list)
    opinions: list[tuple[int, str, bool]] = field(default_factory=list)
    known: dict[Scope, Channel] = field(default_factory=dict)
    parts: set[Address] = field(default_factory=set)
    active: dict[Scope, list[str]] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    sections: dict[str, tuple[str, ...]] = field(default_factory=dict)
    overviews: list[list[Scope]] = field(default_factory=list)
    refs: list[str] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)
    platform: ChatPlatform | None = None
    held: bool = False
    _lanes: dict[str, asyncio.Queue[Kept]] = field(default_factory=dict)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def keep(
        self, key: str, event: Json, *, lane: str = "", scope: Scope | None = None, cursor: str = ""
    ) -> bool:
        if key in self.kept:
            return False
        self.kept[key] = Kept(key, event, lane, scope, cursor)
        if scope is not None and scope in self.known and cursor > self.known[scope].cursor:
            self.known[scope] = replace(self.known[scope], cursor=cursor)
        if not self.held:
            self._queue(self.kept[key])
        return True

    def _queue(self, kept: Kept) -> None:
        lane = kept.lane or kept.key
        if lane not in self._lanes:
            self._lanes[lane] = asyncio.Queue()
            self._tasks.append(asyncio.create_task(self._work(self._lanes[lane])))
        self._lanes[lane].put_nowait(kept)

    async def _work(self, queue: asyncio.Queue[Kept]) -> None:
        while True:
            kept = await queue.get()
            try:
                assert self.platform is not None
                await self.platform.handle(kept.event)
            except Exception as error:
                self.faults.append(error)
            finally:
                queue.task_done()

    async def settled(self) -> None:
        """Wait until everything kept was dealt with."""
        await asyncio.gather(*(queue.join() for queue in list(self._lanes.values())))

    async def close(self) -> None:
        """Stop dealing with events."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def answer(self, message: IncomingMessage) -> Reply:
        if message.event_id in [known.event_id for known in self.messages]:
            return Reply(())
        self.messages.append(message)
        self.files.append([(file.name, file.path.read_bytes()) for file in message.files])
        reply = self.reply(message)
        if reply is None:
            return Reply(())
        if message.private:
            reply = replace(reply, to=message.actor.id)
        assert self.platform is not None
        self.parts.add(message.address)
        self.refs.append(await self.platform.send(message.address, reply))
        return reply

    async def form(self, message: IncomingMessage) -> Form | None:
        return self.form_

    async def check_form(self, message: IncomingMessage) -> None:
        if self.wrong is not None:
            raise self.wrong

    async def takes_part(self, address: Address) -> bool:
        return address in self.parts

    async def channel(self, scope: Scope) -> Channel | None:
        return self.known.get(scope)

    async def channels(self) -> list[Channel]:
        return [channel for channel in self.known.values() if channel.state != "gone"]

    async def threads(self, scope: Scope, *, since: datetime) -> list[str]:
        return self.active.get(scope, [])

    async def meet(
        self,
        scope: Scope,
        *,
        name: str = "",
        owner: str = "",
        owner_name: str = "",
        shared: bool = False,
        thread: str = "",
    ) -> None:
        about = {"name": name, "owner": owner, "shared": shared, "thread": thread}
        self.met.append((scope, about))
        self.know(scope, state="quiet" if shared else "open", name=name, owner=owner)

    def know(
        self,
        scope: Scope,
        *,
        state: Any = "open",
        name: str = "",
        owner: str = "",
        cursor: str = "",
        shared: bool = False,
    ) -> None:
        """A channel that was met before."""
        now = datetime.now(UTC)
        person = Actor(owner, "somebody") if owner else None
        met = Channel(scope, name, cursor, state, person, now, now)
        self.known[scope] = replace(met, shared=shared)

    async def lost(self, scope: Scope) -> None:
        self.gone.append(scope)
        if scope in self.known:
            self.known[scope] = replace(self.known[scope], state="gone")

    async def opinion(
        self, address: Address, reply_id: int, *, person: str, name: str, good: bool
    ) -> None:
        self.opinions.append((reply_id, person, good))

    async def overview(self, scopes: Sequence[Scope]) -> Overview:
        self.overviews.append(list(scopes))
        return Overview(self.sections)

    def open(self, blob: str) -> BinaryIO:
        return io.BytesIO(self.blobs[blob])

    def link(self, file: File) -> str:
        return f"https://bot.example.com/files/{file.blob}/{file.name}"

    def folder(self) -> Path:
        return self.folder_
