"""Reads the history for what the gateway did not tell: after a start, or from a deaf socket."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import discord

from bot.platforms.base import Door
from bot.platforms.discord.api import Api
from bot.platforms.discord.hearing import Hearing
from bot.platforms.discord.places import DIRECT, Place
from bot.platforms.discord.posting import MESSAGES
from storage.catalog.records import Channel, Json

log = logging.getLogger(__name__)

OVERLAP: Final = timedelta(minutes=5)
LIMIT: Final = timedelta(hours=24)
THREADS: Final = timedelta(days=3)
IN_FLIGHT: Final = timedelta(seconds=10)
PAGE, PAGES = 100, 10
EPOCH_MS: Final = 1420070400000


class CatchUp:
    """Keeps missed messages; what was kept before is kept once all the same."""

    def __init__(
        self, api: Api, door: Door, hearing: Hearing, *, now: Callable[[], datetime]
    ) -> None:
        self._api = api
        self._door = door
        self._hearing = hearing
        self._now = now

    async def all(self) -> int:
        """Look through every open channel; how many messages had been missed."""
        missed = 0
        for channel in await self._door.channels():
            try:
                missed += await self._channel(channel, until=self._now())
            except discord.HTTPException as error:
                if error.status not in (403, 404):
                    raise
                log.info("the history of %s cannot be read: %s", channel.scope, error)
        return missed

    async def unheard(self) -> int:
        """The same, without the messages of the last moments: those the socket may yet tell."""
        missed = 0
        for channel in await self._door.channels():
            try:
                missed += await self._channel(channel, until=self._now() - IN_FLIGHT)
            except discord.HTTPException as error:
                if error.status not in (403, 404):
                    raise
        return missed

    async def _channel(self, channel: Channel, *, until: datetime) -> int:
        since = self._since(channel)
        found = await self._read(channel, since=since, until=until)
        found.sort(key=lambda one: int(one[1]["id"]))  # so that the cursor never leaves one behind
        kept = [await self._hearing.keep(data, place, whole=True) for place, data in found]
        return sum(kept)

    def _since(self, channel: Channel) -> datetime:
        """From where on to read: a little before the last that was kept, within limits."""
        if channel.cursor:
            begin = moment(int(channel.cursor)) - OVERLAP
        else:
            begin = channel.greeted_at or channel.updated_at
        return max(begin, self._now() - LIMIT)

    async def _read(
        self, channel: Channel, *, since: datetime, until: datetime
    ) -> list[tuple[Place, Json]]:
        scope = channel.scope
        direct = scope.workspace == DIRECT
        guild = "" if direct else scope.workspace
        places = [Place(scope.channel, "direct" if direct else "channel", guild)]
        if not direct:
            threads = await self._door.threads(scope, since=self._now() - THREADS)
            places += [Place(one, "thread", guild, scope.channel) for one in threads]
        found: list[tuple[Place, Json]] = []
        for place in places:
            found += [(place, data) for data in await self._history(place, since=since)]
        return [one for one in found if int(one[1]["id"]) <= snowflake(until)]

    async def _history(self, place: Place, *, since: datetime) -> list[Json]:
        found: list[Json] = []
        after = snowflake(since)
        for _ in range(PAGES):
            query = {"limit": str(PAGE), "after": str(after)}
            try:
                page: list[Json] = await self._api.get(
                    MESSAGES, {"channel_id": place.id}, query=query
                )
            except discord.HTTPException as error:
                if place.kind == "thread" and error.status in (403, 404):
                    break  # never opened, or deleted
                raise
            found += page
            if len(page) < PAGE:
                break
            after = max(int(one["id"]) for one in page)
        else:
            log.warning("more was missed in %s than is read again", place.id)
        return found


def snowflake(when: datetime) -> int:
    """The id that a message of this moment has at most."""
    return ((int(when.timestamp() * 1000) - EPOCH_MS) << 22) | 0x3FFFFF


def moment(number: int) -> datetime:
    """When the message with this id was written."""
    return datetime.fromtimestamp(((number >> 22) + EPOCH_MS) / 1000, UTC)
