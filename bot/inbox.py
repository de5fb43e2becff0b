"""Events from platforms: kept before they are acknowledged, then dealt with, each once."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.crash import Fuse
from bot.errors import Later
from bot.platforms.base import ChatPlatform
from storage.catalog.catalog import Catalog, Unit
from storage.catalog.records import InboxRow, Json, Scope

log = logging.getLogger(__name__)

AT_ONCE: Final = 32
BATCH: Final = 100
TRIES: Final = 5
RETRY_S: Final = 2.0
KEPT: Final = timedelta(hours=48)
PURGE_S: Final = 3600.0


@dataclass(frozen=True, slots=True)
class _Event:
    """An event on its way into the catalog."""

    platform: str
    key: str
    event: Json
    lane: str
    scope: Scope | None
    cursor: str
    kept: asyncio.Future[bool]


@dataclass
class _Lane:
    """Events that are dealt with one after the other."""

    rows: deque[InboxRow] = field(default_factory=deque)
    task: asyncio.Task[None] | None = None


class Inbox:
    """Keeps events in batches, one commit for all that came together, and hands them over.

    An event is handed over again when dealing with it failed, and after a restart; dealing with
    it must have one effect however often it is begun.
    """

    def __init__(self, catalog: Catalog, *, now: Callable[[], datetime], fuse: Fuse) -> None:
        self._catalog = catalog
        self._now = now
        self._fuse = fuse
        self._coming: list[_Event] = []
        self._done: list[str] = []
        self._wake = asyncio.Event()
        self._writer = ThreadPoolExecutor(1, "inbox")
        self._platforms: dict[str, ChatPlatform] = {}
        self._lanes: dict[tuple[str, str], _Lane] = {}
        self._free = asyncio.Semaphore(AT_ONCE)

    async def keep(
        self,
        platform: str,
        key: str,
        event: Json,
        *,
        lane: str = "",
        scope: Scope | None = None,
        cursor: str = "",
    ) -> bool:
        """Return once the event is committed; False when it was kept before."""
        self._fuse("verify")
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._coming.append(_Event(platform, key, event, lane, scope, cursor, kept))
        self._wake.set()
        return await kept

    async def attach(self, platform: ChatPlatform) -> None:
        """Deal with a platform's events from now on, first those that were left over."""
        self._platforms[platform.name] = platform
        for row in await asyncio.to_thread(self._left_over, platform.name):
            self._queue(row)

    async def detach(self, name: str) -> None:
        """Leave a platform's open events to whoever takes them next."""
        self._platforms.pop(name, None)
        mine = [key for key in self._lanes if key[0] == name]
        tasks = [lane.task for key in mine if (lane := self._lanes.pop(key)).task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def run(self) -> None:
        """Write what comes in and what is done, until cancelled."""
        loop = asyncio.get_running_loop()
        purge_at = loop.time()
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self.flush()
            if loop.time() >= purge_at:
                purge_at = loop.time() + PURGE_S
                await loop.run_in_executor(self._writer, self._purge)

    async def flush(self) -> None:
        """Write all that waits to be written."""
        while self._coming or self._done:
            coming, self._coming = self._coming[:BATCH], self._coming[BATCH:]
            done, self._done = self._done, []
            await self._write(coming, done)

    async def _write(self, coming: list[_Event], done: list[str]) -> None:
        loop = asyncio.get_running_loop()
        try:
            rows = await loop.run_in_executor(self._writer, self._commit, coming, done)
        except Exception as error:
            self._done = [*done, *self._done]
            for event in coming:
                event.kept.set_exception(error)
            raise
        if coming:
            self._fuse("commit")
        for event, row in zip(coming, rows, strict=True):
            if not event.kept.done():
                event.kept.set_result(row is not None)
            if row is not None:
                self._queue(row)

    def _commit(self, coming: list[_Event], done: list[str]) -> list[InboxRow | None]:
        now = self._now()
        with self._catalog.write() as unit:
            for key in done:
                unit.inbox.done(key, now=now)
            return [self._add(unit, event, now) for event in coming]

    def _add(self, unit: Unit, event: _Event, now: datetime) -> InboxRow | None:
        if event.scope is not None and event.cursor:
            unit.channels.advance(event.scope, event.cursor, now=now)
        return unit.inbox.add(
            event.key, platform=event.platform, payload=event.event, lane=event.lane, now=now
        )

    def _left_over(self, platform: str) -> list[InboxRow]:
        """Open events of earlier runs; an event that ends the process must not do so for ever."""
        with self._catalog.write() as unit:
            return unit.inbox.take_up(platform)

    def _purge(self) -> None:
        with self._catalog.write() as unit:
            unit.inbox.purge(self._now() - KEPT)

    # -- dealing with them -----------------------------------------------------------------------

    def _queue(self, row: InboxRow) -> None:
        if row.platform not in self._platforms:
            return
        key = (row.platform, row.lane)
        lane = self._lanes.setdefault(key, _Lane())
        lane.rows.append(row)
        if lane.task is None:
            lane.task = asyncio.create_task(self._work(key, lane))

    async def _work(self, key: tuple[str, str], lane: _Lane) -> None:
        while lane.rows:
            row = lane.rows.popleft()
            async with self._free:
                await self._handle(self._platforms[key[0]], row)
        if self._lanes.get(key) is lane:
            del self._lanes[key]

    async def _handle(self, platform: ChatPlatform, row: InboxRow) -> None:
        """Deal with one event; a fault is tried again, a bounded number of times."""
        self._fuse("ack")
        attempt = row.attempts
        while attempt < TRIES:
            try:
                await platform.handle(row.payload)
                break
            except Later as error:  # an outage is no fault of the event
                log.warning("event %s waits %.0f s: %s", row.key, error.after_s, error)
                await asyncio.sleep(error.after_s)
            except Exception:
                attempt += 1
                log.exception("event %s failed (%d of %d tries)", row.key, attempt, TRIES)
                await asyncio.sleep(RETRY_S * (attempt - 1))
        else:
            log.error("event %s is given up", row.key)
        self._fuse("handle")
        self._done.append(row.key)
        self._wake.set()
