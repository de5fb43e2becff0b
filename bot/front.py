"""What chat platforms ask of the bot, and the process that talks to them for all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from bot.assistant import Assistant
from bot.board import Plan
from bot.chronicle import CatalogChronicle
from bot.downloads import Downloads
from bot.errors import BotError, Undeliverable
from bot.greetings import hello, quiet_hello, undelivered
from bot.inbox import Inbox
from bot.messages import IncomingMessage, Reply, dump_reply
from bot.outbox import Outbox
from bot.overview import overview
from bot.platforms.base import ChatPlatform, Overview, Routes
from bot.roles import GROUP, Roles, Rule
from storage.blobs.base import BlobStore
from storage.catalog.catalog import Catalog
from storage.catalog.records import (
    Actor,
    Address,
    Channel,
    ChannelState,
    Json,
    OutboxRow,
    Scope,
)
from tools.forms import Form
from tools.outcome import File

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Desk:
    """What all platforms of a process share behind their doors.

    Attributes:
        uploads: Folder for attachments while they are fetched.
        max_upload: Bytes of the largest one that is taken.
        approvers: The settings' approvers; the first person among them is told of trouble.
        roles: Who may do what.
        plan: What the settings say about channels, to be shown.
        secret: Makes the keys that messages only refer to.
    """

    catalog: Catalog
    blobs: BlobStore
    assistant: Assistant
    inbox: Inbox
    outbox: Outbox
    downloads: Downloads
    now: Callable[[], datetime]
    uploads: Path
    max_upload: int
    approvers: Sequence[str]
    roles: Roles
    plan: Plan
    secret: str


class Front:
    """The door of one platform; see `bot.platforms.base.Door`."""

    def __init__(self, desk: Desk, platform: ChatPlatform) -> None:
        self._desk = desk
        self._platform = platform

    @property
    def max_upload(self) -> int:
        """Bytes of the largest attachment that is taken."""
        return self._desk.max_upload

    def folder(self) -> Path:
        """Where attachments are put while they are fetched."""
        self._desk.uploads.mkdir(parents=True, exist_ok=True)
        return self._desk.uploads

    def open(self, blob: str) -> BinaryIO:
        """The content behind a digest."""
        return self._desk.blobs.open(blob)

    def link(self, file: File) -> str:
        """An address at which the bot itself hands a file over."""
        return self._desk.downloads.link(file)

    @property
    def chronicle(self) -> CatalogChronicle:
        """What a platform that keeps no messages itself may ask for."""
        return CatalogChronicle(self._desk)

    async def keep(
        self, key: str, event: Json, *, lane: str = "", scope: Scope | None = None, cursor: str = ""
    ) -> bool:
        """Keep an event before it is acknowledged; False when it was kept before."""
        name = self._platform.name
        kept = f"{name}:{key}"
        return await self._desk.inbox.keep(name, kept, event, lane=lane, scope=scope, cursor=cursor)

    async def answer(self, message: IncomingMessage) -> Reply:
        """Answer a message or a click; the answer is posted through the outbox."""
        return await self._desk.assistant.answer(message)

    async def form(self, message: IncomingMessage) -> Form | None:
        """The form that a click opens."""
        return await self._desk.assistant.clicks.form(message)

    async def check_form(self, message: IncomingMessage) -> None:
        """Raise WrongFields unless what was filled in fits."""
        await self._desk.assistant.clicks.check_form(message)

    async def takes_part(self, address: Address) -> bool:
        """Whether the assistant has been talking in a thread, or started it."""

        def look() -> bool:
            with self._desk.catalog.read() as unit:
                started = unit.outbox.by_ref(address.scope, address.thread)
                return started is not None or unit.turns.any(address)

        return bool(address.thread) and await asyncio.to_thread(look)

    async def channel(self, scope: Scope) -> Channel | None:
        """What is known of a channel."""

        def look() -> Channel | None:
            with self._desk.catalog.read() as unit:
                return unit.channels.find(scope)

        return await asyncio.to_thread(look)

    async def channels(self) -> list[Channel]:
        """The open channels of the platform."""

        def look() -> list[Channel]:
            with self._desk.catalog.read() as unit:
                return unit.channels.list(self._platform.name)

        return await asyncio.to_thread(look)

    async def threads(self, scope: Scope, *, since: datetime) -> list[str]:
        """Threads of a channel in which something was asked since then."""

        def look() -> list[str]:
            with self._desk.catalog.read() as unit:
                return list(unit.turns.threads(scope, since=since))

        return await asyncio.to_thread(look)

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
        """Be in a channel for the first time: say hello there, once."""
        person = Actor(owner, owner_name or "somebody") if owner else None

        def greet() -> None:
            now = self._desk.now()
            with self._desk.catalog.write() as unit:
                channel, _ = unit.channels.meet(scope, now=now, name=name, owner=person)
                if channel.state == "gone":
                    unit.channels.set(scope, now=now, state="open")
                if shared and not channel.shared:
                    unit.channels.set(scope, now=now, shared=True)
                if channel.greeted_at is not None:
                    return
                state: ChannelState = "quiet" if shared else "open"
                unit.channels.set(scope, now=now, greeted_at=now, state=state, shared=shared)
                slot = f"hello:{scope}"
                reply = Reply(quiet_hello() if shared else hello(), slot)
                address = Address(scope, thread)
                body = dump_reply(reply)
                unit.outbox.add(slot, slot=slot, address=address, body=body, now=now)

        await asyncio.to_thread(greet)
        self._desk.outbox.notify()

    async def lost(self, scope: Scope) -> None:
        """A channel is gone, or the assistant was removed from it."""

        def forget() -> None:
            now = self._desk.now()
            with self._desk.catalog.write() as unit:
                unit.channels.set(scope, now=now, state="gone")

        await asyncio.to_thread(forget)

    async def opinion(
        self, address: Address, reply_id: int, *, person: str, name: str, good: bool
    ) -> None:
        """Note in the history what a person thinks of an answer; nothing is learnt from it."""
        await asyncio.to_thread(
            self._desk.assistant.clicks.opinion, address, reply_id, Actor(person, name), good=good
        )

    async def overview(self, scopes: Sequence[Scope]) -> Overview:
        """What is live, watched, alarming and under way in these channels."""
        desk = self._desk
        return await asyncio.to_thread(overview, desk.catalog, scopes, now=desk.now())


class FrontOffice:
    """Connects the chat platforms while this process is the one that talks to them."""

    def __init__(self, desk: Desk, platforms: Sequence[ChatPlatform]) -> None:
        self.desk = desk
        self.platforms = {platform.name: platform for platform in platforms}
        self._open = False
        desk.outbox.lost = self.undeliverable

    async def begin(self) -> None:
        """Connect all; what waits goes out, and what came in and was left is dealt with."""
        self._open = True
        for name, platform in self.platforms.items():
            try:
                await platform.start(Front(self.desk, platform))
            except BotError:
                log.exception("%s cannot be connected", name)
                continue
            await self.desk.outbox.attach(platform)
            await self.desk.inbox.attach(platform)

    async def end(self) -> None:
        """Disconnect all; what is open is left to the process that comes next."""
        self._open = False
        for name, platform in self.platforms.items():
            await self.desk.inbox.detach(name)
            await self.desk.outbox.detach(name)
            try:
                await platform.stop()
            except Exception:
                log.exception("%s was not disconnected cleanly", name)

    @property
    def routes(self) -> Routes:
        """Downloads, and what platforms want to be asked at the bot's own address."""
        platforms = self.platforms.values()
        asked = (route for platform in platforms for route in platform.routes)
        return [self.desk.downloads.route, *asked]

    def troubles(self) -> list[str]:
        """What keeps the platforms from hearing or speaking."""
        if not self._open:
            return []
        return [line for platform in self.platforms.values() for line in platform.troubles()]

    async def undeliverable(self, row: OutboxRow, reply: Reply, error: Undeliverable) -> None:
        """Tell the owner, alone, what cannot be said where it belongs."""
        platform = self.platforms.get(row.address.scope.platform)
        owner = await asyncio.to_thread(self._owner, row, gone=error.gone)
        if platform is None or not owner or row.dedupe_key.startswith("undelivered:"):
            return
        try:
            address = await platform.direct(owner)
        except BotError as refusal:
            log.warning("nobody could be told that row %s is lost: %s", row.id, refusal)
            return
        await asyncio.to_thread(self._tell, row, reply, error, address)
        self.desk.outbox.notify()

    def _owner(self, row: OutboxRow, *, gone: bool) -> str:
        scope = row.address.scope
        with self.desk.catalog.write() as unit:
            if gone:
                unit.channels.set(scope, now=self.desk.now(), state="gone")
            channel = unit.channels.find(scope)
            asked = row.slot.partition(":")[2]
            turn = unit.turns.find(asked) if row.slot.startswith("turn:") else None
        if channel is not None and channel.owner is not None:
            return channel.owner.id
        rules = [Rule.parse(text) for text in self.desk.approvers]
        ours = [rule.subject for rule in rules if rule.applies(scope) and rule.belongs(scope)]
        people = (subject for subject in ours if GROUP not in subject)
        return next(people, turn.actor.id if turn is not None else "")

    def _tell(self, row: OutboxRow, reply: Reply, error: Undeliverable, address: Address) -> None:
        now = self.desk.now()
        key = f"undelivered:{row.id}"
        with self.desk.catalog.write() as unit:
            channel = unit.channels.find(row.address.scope)
            name = channel.name if channel is not None else ""
            body = dump_reply(Reply(undelivered(reply, name or row.address.scope.channel, error)))
            unit.outbox.add(key, slot=key, address=address, body=body, now=now)
