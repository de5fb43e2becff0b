"""The web as a platform: other programs show what is kept here, and bring what people say."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, TypeVar

from bot.errors import BotError, Later, Undeliverable
from bot.keys import secret_of
from bot.messages import IncomingFile, Reply
from bot.platforms.base import Capabilities, Door, Routes
from bot.platforms.web.errors import AGAIN_S, Busy
from bot.platforms.web.feed import Feed
from bot.platforms.web.guard import Doors, Guard, doors_of
from bot.platforms.web.incoming import Said, load_said, message_of, person_of
from bot.platforms.web.reading import Reading
from bot.platforms.web.routes import routes_of
from bot.platforms.web.speaking import Speaking, note
from bot.platforms.web.tokens import NAME, Person
from bot.settings import Settings
from storage.catalog.records import Address, Json, Scope
from tools.errors import ToolError

log = logging.getLogger(__name__)

V = TypeVar("V")

_MOST_KNOWN: Final = 10_000


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


class WebPlatform:
    """Talks with whoever has a token, at the bot's own address.

    A message is in the catalog before it is delivered, and those who follow read it there; to
    deliver it is only to wake them.
    """

    name = NAME
    address: Address | None = None
    capabilities = Capabilities(forms=True, pace_s=0.05)

    def __init__(self, doors: Doors, *, secret: str, now: Callable[[], datetime] = utc_now) -> None:
        self.feed = Feed()
        self._door: Door | None = None
        self._groups: OrderedDict[str, frozenset[str]] = OrderedDict()
        self._newest: OrderedDict[str, int] = OrderedDict()
        speaking = Speaking(self._open_door, self.feed)
        reading = Reading(self._open_door, self.feed, now=now)
        guard = Guard(doors, secret=secret, now=now, admitted=self._admitted)
        self._routes = routes_of(guard, speaking, reading)

    @property
    def routes(self) -> Routes:
        """The chat API."""
        return self._routes

    # -- its life --------------------------------------------------------------------------------

    async def start(self, door: Door) -> None:
        """Answer from now on."""
        self._door = door

    async def stop(self) -> None:
        """Let go of all who follow; they come again, here or where the next bot is."""
        self._door = None
        self.feed.close()

    def troubles(self) -> list[str]:
        """Nothing outside keeps it from hearing or speaking."""
        return []

    # -- in --------------------------------------------------------------------------------------

    async def handle(self, event: Json) -> None:
        """Deal with an event that was kept; again after a crash, to the same end."""
        door = self._there
        said = load_said(event)
        if said.actor.id not in self._groups:  # what they bring later is newer
            self._admitted(person_of(said))
        await note(door, said)
        await self._greet(door, said)
        files = await asyncio.to_thread(_fetched, door, said)
        try:
            await door.answer(message_of(said, files))
        except (BotError, ToolError) as error:
            key = f"alone:{said.id}"
            await door.chronicle.tell(said.address, str(error), key=key, to=said.actor.id)
        finally:
            await asyncio.to_thread(_remove, files)

    async def groups_of(self, person: str, scope: Scope) -> frozenset[str]:
        """What their last sign-in said, as they brought it with what they did."""
        return self._groups.get(person, frozenset())

    async def direct(self, person: str) -> Address:
        """Nobody is talked to alone here, beyond what a thread shows to one person."""
        raise Undeliverable("On the web nobody can be talked to alone.")

    async def _greet(self, door: Door, said: Said) -> None:
        scope = said.address.scope
        channel = await door.channel(scope)
        if channel is None or channel.greeted_at is None:
            await door.meet(
                scope, name=scope.channel, owner=said.actor.id, owner_name=said.actor.name
            )

    def _admitted(self, person: Person) -> None:
        _put(self._groups, person.id, person.group_ids)

    # -- out -------------------------------------------------------------------------------------

    async def send(self, address: Address, reply: Reply) -> str:
        """Wake those who follow: the message is there already."""
        self._news(address, reply)
        return _ref(reply)

    async def update(self, address: Address, ref: str, reply: Reply) -> str:
        """Wake those who follow; what only moved is handed to them as it is now."""
        newest = self._newest.get(reply.slot, 0)
        if reply.id != newest:
            if reply.id > newest:
                self._news(address, reply)
            return ref
        moved = await self._there.chronicle.posted(address.scope, reply.id, viewer=reply.to)
        if moved is not None:
            self.feed.moved(moved)
        return ref

    async def find(self, address: Address, reply: Reply) -> str | None:
        """What is in the catalog is posted."""
        return _ref(reply)

    def _news(self, address: Address, reply: Reply) -> None:
        _put(self._newest, reply.slot, reply.id)
        self.feed.changed(address)

    @property
    def _there(self) -> Door:
        if self._door is None:
            raise Later("nobody is let in from the web", after_s=AGAIN_S)
        return self._door

    def _open_door(self) -> Door:
        """The way into the bot, for those who ask.

        Raises:
            Busy: Another process talks to people now.
        """
        if self._door is None:
            raise Busy(503, "Another bot talks to people now, or none does yet.", code="elsewhere")
        return self._door


def open_web(settings: Settings) -> WebPlatform:
    """The platform that the settings describe.

    Raises:
        SetupError: The installation's secret cannot be had.
    """
    return WebPlatform(doors_of(settings), secret=secret_of(settings))


def _ref(reply: Reply) -> str:
    return f"w{reply.id}"


def _put(known: OrderedDict[str, V], key: str, value: V) -> None:
    known[key] = value
    known.move_to_end(key)
    while len(known) > _MOST_KNOWN:
        known.popitem(last=False)


def _fetched(door: Door, said: Said) -> list[IncomingFile]:
    """The files of a message, out of the store into the folder for incoming ones."""
    files = []
    for number, file in enumerate(said.files):
        path = door.folder() / f"web-{said.id}-{number}"
        with door.open(file.blob) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)
        files.append(IncomingFile(file.name, path))
    return files


def _remove(files: list[IncomingFile]) -> None:
    for file in files:
        file.path.unlink(missing_ok=True)
