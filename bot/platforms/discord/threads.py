"""Where a message really goes: into a thread, opened for it if need be, or next to it."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

import discord

from bot.errors import Undeliverable
from bot.platforms.discord.api import Api
from bot.platforms.discord.errors import (
    NO_PERMISSION,
    THREAD_EXISTS,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    code_of,
)
from bot.platforms.discord.places import DIRECT, Places
from storage.catalog.records import Address
from tools.cards import shown

_MARKS: Final = re.compile(r"<@[!&]?\d+>|[*`\\~]")
FALLBACK: Final = "MLOps"
LONGEST_NAME: Final = 100
REMEMBERED: Final = 2000
ARCHIVE_AFTER_MIN: Final = 4320
# A thread cannot be opened there: forbidden, not for this kind of channel, no such message, too
# many threads, or a message that is not an ordinary one.
_NO_THREAD: Final = frozenset(
    {50001, NO_PERMISSION, 50019, 50024, 50035, 50068, UNKNOWN_MESSAGE, 160002, 160005, 160006}
)


@dataclass(frozen=True, slots=True)
class Target:
    """A channel to write to; `reply_to` is the message to answer where there is no thread."""

    channel: str
    reply_to: str = ""


class Threads:
    """Remembers which threads are to be opened, and where none can be."""

    def __init__(self, api: Api, places: Places) -> None:
        self._api = api
        self._places = places
        self._names: OrderedDict[str, str] = OrderedDict()
        self._flat: OrderedDict[str, None] = OrderedDict()
        self._deleted: OrderedDict[str, None] = OrderedDict()

    def begins(self, thread: str, title: str) -> None:
        """A message is to get a thread of this name once there is something to say in it."""
        if thread not in self._flat and thread not in self._deleted:
            _remember(self._names, thread, title)

    def is_flat(self, thread: str) -> None:
        """A message can have no thread: answers reply to it in the channel."""
        _remember(self._flat, thread, None)

    def deleted(self, thread: str) -> None:
        """A thread was deleted; it is not opened again."""
        _remember(self._deleted, thread, None)

    async def target(self, address: Address) -> Target:
        """Where to write for an address; a thread that is to be opened is opened now."""
        channel, thread = address.scope.channel, address.thread
        if not thread or address.scope.workspace == DIRECT:
            return Target(channel)
        if thread in self._deleted:
            raise Undeliverable("The thread was deleted.")
        if thread in self._names and not self._places.has_thread(address.scope, thread):
            await self.open(address)
        return Target(channel, thread) if thread in self._flat else Target(thread)

    def candidates(self, address: Address) -> list[str]:
        """The channels in which a message of an address may be, the likeliest first."""
        channel, thread = address.scope.channel, address.thread
        if not thread or address.scope.workspace == DIRECT:
            return [channel]
        return [channel, thread] if thread in self._flat else [thread, channel]

    async def open(self, address: Address) -> None:
        """Open the thread of a message; where that cannot be, answers go to the channel."""
        channel, thread = address.scope.channel, address.thread
        expected = thread in self._names
        name = self._names.get(thread) or await self._title(channel, thread)
        body = {"name": thread_name(name), "auto_archive_duration": ARCHIVE_AFTER_MIN}
        path = "/channels/{channel_id}/messages/{message_id}/threads"
        ids = {"channel_id": channel, "message_id": thread}
        try:
            await self._api.call("POST", path, ids, body=body)
        except discord.HTTPException as error:
            if code_of(error) == UNKNOWN_MESSAGE and not expected:
                raise Undeliverable("The thread was deleted.") from error
            if code_of(error) in _NO_THREAD:
                self.is_flat(thread)
            elif code_of(error) != THREAD_EXISTS:
                raise
        self._names.pop(thread, None)

    async def _title(self, channel: str, message: str) -> str:
        """What to call the thread of a message that nothing is remembered of."""
        path = "/channels/{channel_id}/messages/{message_id}"
        try:
            found = await self._api.get(path, {"channel_id": channel, "message_id": message})
        except discord.HTTPException as error:
            if code_of(error) == UNKNOWN_CHANNEL:
                raise
            return ""
        return _heading(found)


def thread_name(text: str) -> str:
    """A name that a thread may have, from what somebody wrote."""
    return shown(text, LONGEST_NAME) or FALLBACK


def _heading(message: dict[str, Any]) -> str:
    """What a message is about, without marks: its first words, or the title of its card."""
    embeds = message.get("embeds") or [{}]
    words = _MARKS.sub("", str(message.get("content") or embeds[0].get("title") or "")).split()
    return " ".join(words)


def _remember(known: OrderedDict[str, Any], key: str, value: Any) -> None:
    known[key] = value
    known.move_to_end(key)
    if len(known) > REMEMBERED:
        known.popitem(last=False)
