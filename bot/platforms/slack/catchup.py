"""Reads what was said while nobody listened, and keeps it as if it had been delivered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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
RECENT: Final = timedelta(hours=1)
MOST_THREADS: Final = 20
MOST_STRANGE: Final = 50
LONGEST_PAUSE_S: Final = 60.0
TRIES: Final = 2

Keep = Callable[[Mapping[str, Any], Me], Awaitable[bool]]
"""Keeps a message of a channel's history; False when it was kept before or is not for us."""


@dataclass(frozen=True, slots=True)
class _Read:
    """Until when a channel was read, and until when its threads were."""

    top: datetime
    below: datetime


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
        self._since: dict[str, _Read] = {}

    async def prepare(self) -> None:
        """Note where every channel stands, before new events move their cursors."""
        for channel in await self._door.channels():
            self._stands(channel.scope.channel, _moment(channel.cursor))

    async def run(self, *, thorough: bool = True, strange: bool = False) -> int:
        """Go through all channels once; how many messages had been missed.

        Args:
            thorough: Read all threads of the last day, not only those of the last hour.
            strange: Look also into channels that were never met.
        """
        me = await self._identity.me()
        known = await self._door.channels()
        missed = 0
        for channel in known:
            missed += await self._channel(me, channel, thorough=thorough)
        if strange:
            missed += await self._strangers(me, {channel.scope.channel for channel in known})
        if missed:
            log.info("%d messages were caught up with", missed)
        return missed

    async def _strangers(self, me: Me, met: set[str]) -> int:
        missed = 0
        new = [channel for channel in await self._places.mine() if channel not in met]
        for name in new[:MOST_STRANGE]:
            if await self._door.channel(me.scope(name)) is None:
                missed += await self._read(me, name, [""], datetime.now(UTC) - FURTHEST) or 0
        return missed

    async def _channel(self, me: Me, channel: Channel, *, thorough: bool) -> int:
        """One channel and its threads; how far each were read is noted when all of them were."""
        begun, name = datetime.now(UTC), channel.scope.channel
        earliest = begun - FURTHEST
        since = self._stands(name, _moment(channel.cursor))
        top = await self._read(me, name, [""], max(earliest, since.top - BEFORE))
        if top is None:
            return 0
        self._since[name] = since = replace(since, top=begun)
        after = earliest if thorough else begun - RECENT
        threads = [t for t in await self._door.threads(channel.scope, since=after) if t]
        below = await self._read(
            me, name, threads[-MOST_THREADS:], max(earliest, since.below - BEFORE)
        )
        if thorough and below is not None:
            self._since[name] = replace(since, below=begun)
        return top + (below or 0)

    def _stands(self, name: str, moment: datetime) -> _Read:
        return self._since.setdefault(name, _Read(moment, moment))

    async def _read(
        self, me: Me, channel: str, threads: Sequence[str], since: datetime
    ) -> int | None:
        """How many were missed; None when not everything could be read."""
        missed = 0
        try:
            for thread in threads:
                missed += await self._look(me, channel, thread, since)
        except Later as later:
            log.warning("%s is not caught up with yet: %s", channel, later)
        except SlackRefused as refused:
            log.info("%s is not caught up with: %s", channel, refused)
            if refused.code in GONE:
                await self._door.lost(me.scope(channel))
        else:
            return missed
        return None

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
