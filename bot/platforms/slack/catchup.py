"""Reads what was said while nobody listened, and keeps it as if it had been delivered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.errors import Later
from bot.platforms.base import Door
from bot.platforms.slack.api import Api
from bot.platforms.slack.connection import Pulse
from bot.platforms.slack.errors import GONE, SlackRefused
from bot.platforms.slack.history import History
from bot.platforms.slack.identity import Identity
from bot.platforms.slack.incoming import Me
from bot.platforms.slack.places import Places
from storage.catalog.records import Channel, Json

log = logging.getLogger(__name__)

BEFORE: Final = timedelta(minutes=5)
FURTHEST: Final = timedelta(hours=23)  # keys of what was kept are remembered for longer
MOST_THREADS: Final = 20
MOST_STRANGE: Final = 50
LONGEST_PAUSE_S: Final = 60.0
TRIES: Final = 2

Keep = Callable[[Mapping[str, Any], Me], Awaitable[bool]]
"""Keeps a message of a channel's history; False when it was kept before or is not for us."""


class CatchUp:
    """Goes through the channels; what is found is told apart by its key, so nothing comes twice."""

    def __init__(
        self, api: Api, identity: Identity, door: Door, places: Places, *, keep: Keep, pulse: Pulse
    ) -> None:
        self._identity = identity
        self._door = door
        self._places = places
        self._keep = keep
        self._pulse = pulse
        self._history = History(api, pace_s=pulse.pace)
        self._since: dict[str, datetime] = {}

    async def prepare(self) -> None:
        """Note where every channel stands, before new events move their cursors."""
        for channel in await self._door.channels():
            self._since[channel.scope.channel] = _moment(channel.cursor)

    async def run(self, *, strange: bool = False) -> int:
        """Go through all channels once; how many messages had been missed.

        Args:
            strange: Look also into channels that were never met.
        """
        me = await self._identity.me()
        known = await self._door.channels()
        missed = 0
        for channel in known:
            missed += await self._channel(me, channel.scope.channel, channel)
        if strange:
            met = {channel.scope.channel for channel in known}
            new = [channel for channel in await self._places.mine() if channel not in met]
            for name in new[:MOST_STRANGE]:
                if await self._door.channel(me.scope(name)) is None:
                    missed += await self._channel(me, name, None)
        if missed:
            log.info("%d messages were caught up with", missed)
        return missed

    async def _channel(self, me: Me, name: str, channel: Channel | None) -> int:
        """One channel and its threads; how far it was read is noted only when all were."""
        begun = datetime.now(UTC)
        earliest = begun - FURTHEST
        stands = _moment(channel.cursor) if channel is not None else earliest
        since = max(earliest, self._since.setdefault(name, stands) - BEFORE)
        missed = 0
        try:
            missed += await self._look(me, name, "", since)
            threads = await self._threads(channel, earliest)
            for thread in threads:
                missed += await self._look(me, name, thread, since)
        except Later as later:
            log.warning("%s is not caught up with yet: %s", name, later)
        except SlackRefused as refused:
            log.info("%s is not caught up with: %s", name, refused)
            if refused.code in GONE:
                await self._door.lost(me.scope(name))
        else:
            self._since[name] = begun
        return missed

    async def _threads(self, channel: Channel | None, since: datetime) -> list[str]:
        if channel is None:
            return []
        threads = await self._door.threads(channel.scope, since=since)
        return [thread for thread in threads if thread][-MOST_THREADS:]

    async def _look(self, me: Me, channel: str, thread: str, since: datetime) -> int:
        said = await self._said(channel, thread, since)
        late = datetime.now(UTC) - timedelta(seconds=self._pulse.on_its_way)
        missed = 0
        for message in said:
            event = {**message, "channel": channel, "from_history": True}
            if await self._keep(event, me) and _moment(str(message["ts"])) < late:
                missed += 1
        return missed

    async def _said(self, channel: str, thread: str, since: datetime) -> list[Json]:
        for _ in range(TRIES):
            await asyncio.sleep(self._pulse.pace)
            try:
                return await self._history.since(channel, thread, oldest=_stamp(since))
            except Later as later:
                log.info("catching up waits: %s", later)
                await asyncio.sleep(min(later.after_s, LONGEST_PAUSE_S))
            except SlackRefused as refused:
                if not thread or refused.code in GONE:
                    raise
                log.info("the thread %s is not caught up with: %s", thread, refused)
                return []
        raise Later("it asked to wait again and again", after_s=LONGEST_PAUSE_S)


def _moment(ts: str) -> datetime:
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (OverflowError, OSError, ValueError):
        return datetime.fromtimestamp(0, UTC)


def _stamp(moment: datetime) -> str:
    return f"{moment.timestamp():.6f}"
