"""Which process does the work of all: a lease row that is renewed while its holder lives."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Final

from storage.catalog.catalog import Catalog
from storage.catalog.records import Json
from storage.errors import StorageError

NAME: Final = "leader"
LEASE: Final = timedelta(seconds=10)
RENEW_S: Final = 3.0
_RETRY_S: Final = 1.0
_log = logging.getLogger(__name__)


async def _nothing() -> None:
    """Nobody wants to be told."""


class Leadership:
    """Tries to be the leader from `async with` on, and gives the lease back at its end.

    Args:
        owner: Names this process; unique among processes.
        now: The clock, aware UTC; clocks of processes may differ by a few seconds.
        gained: Called each time this process becomes the leader, before `wait` returns.
        lost: Called each time it no longer is, also at the end.
        detail: What others may know about the leader (a URL, a pid); kept with the lease.
        name: The lease; another name is another role that only one process has.
    """

    def __init__(
        self,
        catalog: Catalog,
        owner: str,
        *,
        now: Callable[[], datetime],
        gained: Callable[[], Awaitable[None]] = _nothing,
        lost: Callable[[], Awaitable[None]] = _nothing,
        detail: Json | None = None,
        name: str = NAME,
    ) -> None:
        self._name = name
        self._catalog = catalog
        self._owner = owner
        self._now = now
        self._gained = gained
        self._lost = lost
        self._detail = detail
        self._held = asyncio.Event()
        self._until: datetime | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def held(self) -> bool:
        """Whether this process is the leader now."""
        return self._held.is_set()

    async def wait(self) -> None:
        """Return once this process is the leader."""
        await self._held.wait()

    async def acquire(self) -> bool:
        """Try once, now: whether this process is the leader after it."""
        await self._renew()
        return self.held

    async def __aenter__(self) -> Leadership:
        """Try at once, then again and again in the background."""
        await self._renew()
        self._task = asyncio.create_task(self._keep())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop leading, so that the next process need not wait for the lease to run out."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self.held:
            await self._step_down()
        await asyncio.to_thread(self._release)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(RENEW_S if self.held else _RETRY_S)
            try:
                await self._renew()
            except Exception:
                _log.exception("taking or leaving the lead failed; it is tried again")

    async def _renew(self) -> None:
        until = self._now() + LEASE
        acquiring = asyncio.create_task(asyncio.to_thread(self._acquire, until))
        try:
            ours = await asyncio.shield(acquiring)
        except asyncio.CancelledError:
            await asyncio.wait({acquiring})  # else it might take the lease after its release
            raise
        except StorageError:
            _log.warning("the leader lease cannot be renewed", exc_info=True)
            ours = self._until is not None and self._now() < self._until
        else:
            self._until = until if ours else None
        if ours and not self.held:
            await self._gained()
            self._held.set()
        elif not ours and self.held:
            await self._step_down()

    async def _step_down(self) -> None:
        self._held.clear()
        self._until = None
        await self._lost()

    def _acquire(self, until: datetime) -> bool:
        with self._catalog.write() as unit:
            return unit.leases.acquire(
                self._name, owner=self._owner, until=until, now=self._now(), detail=self._detail
            )

    def _release(self) -> None:
        with self._catalog.write() as unit:
            unit.leases.release(self._name, owner=self._owner)
