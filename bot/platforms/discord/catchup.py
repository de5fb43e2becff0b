"""Reads the history for what the gateway did not tell: after a start, or from a deaf socket."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import discord

from bot.platforms.base import Door
from bot.platforms.discord.api import Api
from bot.platforms.discord.hearing import Hearing
from bot.platforms.discord.incoming import HAS_THREAD
from bot.platforms.discord.places import DIRECT, Place, Places, place_of
from bot.platforms.discord.posting import MESSAGES
from storage.catalog.records import Channel, Json, Scope

log = logging.getLogger(__name__)

OVERLAP: Final = timedelta(minutes=5)
LIMIT: Final = timedelta(hours=24)
NEW: Final = timedelta(hours=1)
IN_FLIGHT: Final = timedelta(seconds=10)
PAGE, PAGES = 100, 10
EPOCH_MS: Final = 1420070400000


@dataclass(frozen=True, slots=True)
class _Gap:
    """A place where messages may have been missed; `last` is the id of its newest message."""

    place: Place
    since: datetime
    fresh: bool
    last: int | None


class CatchUp:
    """Keeps missed messages; what was kept before is kept once all the same."""

    def __init__(
        self,
        api: Api,
        door: Door,
        hearing: Hearing,
        places: Places,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._api = api
        self._door = door
        self._hearing = hearing
        self._places = places
        self._now = now

    async def run(self, *, all_: bool) -> int:
        """Look through every place; how many messages had been missed.

        Args:
            all_: False leaves out the messages of the last moments, which may yet be told.
        """
        until = self._now() - (timedelta(0) if all_ else IN_FLIGHT)
        known = {channel.scope: channel for channel in await self._door.channels()}
        found: list[tuple[Place, Json]] = []
        for gap in await self._gaps(known, all_=all_):
            found += [(gap.place, one) for one in await self._history(gap) if _counts(gap, one)]
        found = [one for one in found if int(one[1]["id"]) <= snowflake(until)]
        found.sort(key=lambda one: int(one[1]["id"]))  # so that a cursor leaves none behind
        kept = [await self._hearing.keep(data, place, whole=True) for place, data in found]
        return sum(kept)

    async def _gaps(self, known: dict[Scope, Channel], *, all_: bool) -> list[_Gap]:
        gaps: list[_Gap] = []
        for guild in self._places.guilds():
            gaps += list(self._gaps_in(guild, await self._listed(guild, known), known))
        for scope, channel in known.items():
            if scope.workspace == DIRECT and (all_ or channel.updated_at > self._now() - LIMIT):
                since = self._since(channel)
                gaps.append(_Gap(Place(scope.channel, "direct"), since, fresh=False, last=None))
        return [gap for gap in gaps if gap.last is None or gap.last > snowflake(gap.since)]

    def _gaps_in(
        self, guild: str, listed: list[Json], known: dict[Scope, Channel]
    ) -> Iterator[_Gap]:
        """Channels that are not known count too: the first words in one may have been missed."""
        for one in listed:
            place = place_of(one, guild)
            if place is None or ("last_message_id" in one and one["last_message_id"] is None):
                continue
            channel = known.get(place.scope)
            fresh = channel is None or not channel.cursor
            if fresh and place.kind == "thread":
                continue
            last = int(one["last_message_id"]) if "last_message_id" in one else None
            since = self._now() - NEW if channel is None or fresh else self._since(channel)
            yield _Gap(place, since, fresh, last)

    async def _listed(self, guild: str, known: dict[Scope, Channel]) -> list[Json]:
        """The channels and open threads of a server; those that are known where it tells none."""
        ids = {"guild_id": guild}
        try:
            channels = await self._api.get("/guilds/{guild_id}/channels", ids)
            active = await self._api.get("/guilds/{guild_id}/threads/active", ids)
        except discord.HTTPException as error:
            if error.status not in (403, 404):
                raise
            return await self._remembered(guild, known)
        return [*channels, *active.get("threads", [])]

    async def _remembered(self, guild: str, known: dict[Scope, Channel]) -> list[Json]:
        found: list[Json] = []
        for scope in known:
            if scope.workspace != guild:
                continue
            found.append({"id": scope.channel, "type": 0})
            threads = await self._door.threads(scope, since=self._now() - LIMIT)
            found += [{"id": one, "type": 11, "parent_id": scope.channel} for one in threads]
        return found

    def _since(self, channel: Channel) -> datetime:
        """From where on to read: a little before the last that was kept, within limits."""
        begin = moment(int(channel.cursor)) - OVERLAP if channel.cursor else self._now() - NEW
        return max(begin, self._now() - LIMIT)

    async def _history(self, gap: _Gap) -> list[Json]:
        found: list[Json] = []
        after = snowflake(gap.since)
        for _ in range(PAGES):
            query = {"limit": str(PAGE), "after": str(after)}
            try:
                page: list[Json] = await self._api.get(
                    MESSAGES, {"channel_id": gap.place.id}, query=query
                )
            except discord.HTTPException as error:
                if error.status not in (403, 404):
                    raise
                log.info("the history of %s cannot be read: %s", gap.place.id, error)
                return found
            found += page
            if len(page) < PAGE:
                return found
            after = max(int(one["id"]) for one in page)
        log.warning("more was missed in %s than is read again", gap.place.id)
        return found


def _counts(gap: _Gap, message: Json) -> bool:
    """In a channel that is new to us, what has a thread was answered by an earlier installation."""
    return not (gap.fresh and int(message.get("flags") or 0) & HAS_THREAD)


def snowflake(when: datetime) -> int:
    """The id that a message of this moment has at most."""
    return ((int(when.timestamp() * 1000) - EPOCH_MS) << 22) | 0x3FFFFF


def moment(number: int) -> datetime:
    """When the message with this id was written."""
    return datetime.fromtimestamp(((number >> 22) + EPOCH_MS) / 1000, UTC)
