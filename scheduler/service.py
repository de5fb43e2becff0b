"""Turns monitor rows into a ticking schedule; the rows are the truth, APScheduler only ticks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from scheduler import checks
from storage.catalog.catalog import Catalog
from storage.catalog.records import Job, Monitor
from storage.errors import StorageError
from tools.schedules import next_run

RECONCILE_S: Final = 3
_ENDED: Final = ("succeeded", "failed", "cancelled")
_log = logging.getLogger(__name__)


def _uncounted(_: Job) -> None:
    """Nobody counts."""


class _Due(BaseTrigger):  # type: ignore[misc]
    """The due times of a monitor."""

    def __init__(self, monitor: Monitor) -> None:
        self._monitor = monitor

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """The first due time after both."""
        return next_run(self._monitor, max(previous or now, now))


class SchedulerService:
    """Queues the checks of all active monitors when they are due; runs in the leader only.

    Args:
        now: The clock, aware UTC.
        notify: Called when a job was queued, from the event loop's thread.
        queued: Told of each such job.
    """

    def __init__(
        self,
        catalog: Catalog,
        *,
        now: Callable[[], datetime],
        notify: Callable[[], None],
        queued: Callable[[Job], None] = _uncounted,
    ) -> None:
        self._catalog = catalog
        self._now = now
        self._notify = notify
        self._queued = queued
        self._watched: dict[str, Monitor] = {}
        self._settled: dict[str, datetime] = {}
        self._ticker: Any = None

    async def start(self) -> None:
        """Catch up on what was missed, once, and begin to tick."""
        defaults = {"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        self._ticker = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        self._ticker.start()
        self._ticker.add_job(self._reconcile_safely, "interval", seconds=RECONCILE_S)
        await self._reconcile_safely()

    async def stop(self) -> None:
        """Tick no more."""
        if self._ticker is not None:
            self._ticker.shutdown(wait=False)
            self._ticker = None
            await asyncio.sleep(0)  # the shutdown takes effect in the loop

    async def reconcile(self) -> None:
        """Make the schedule what the rows say now."""
        monitors = {row.id: row for row in await asyncio.to_thread(self._active)}
        for gone in self._watched.keys() - monitors.keys():
            self._ticker.remove_job(gone)
            del self._watched[gone]
        for monitor in monitors.values():
            if monitor.id not in self._watched:
                self._ticker.add_job(
                    self._fire, _Due(monitor), args=(monitor,), id=monitor.id, replace_existing=True
                )
                self._watched[monitor.id] = monitor
                await self._fire(monitor)
        await asyncio.to_thread(self._settle, list(monitors.values()))

    async def _reconcile_safely(self) -> None:
        try:
            await self.reconcile()
        except StorageError:
            _log.exception("the monitors cannot be read")

    async def _fire(self, monitor: Monitor) -> None:
        job = await asyncio.to_thread(checks.submit_due, self._catalog, monitor, self._now())
        if job is not None:
            self._queued(job)
            self._notify()

    def _active(self) -> list[Monitor]:
        with self._catalog.read() as unit:
            return unit.monitors.active()

    def _settle(self, monitors: list[Monitor]) -> None:
        """See to checks that ended with nobody there to hear of it."""
        for monitor in monitors:
            due = monitor.last_due
            if due is None or self._settled.get(monitor.id) == due:
                continue
            job = self._last_job(monitor)
            if job is not None and job.state in _ENDED:
                checks.finished(self._catalog, job, self._now())
            if job is None or job.state in _ENDED:
                self._settled[monitor.id] = due

    def _last_job(self, monitor: Monitor) -> Job | None:
        with self._catalog.read() as unit:
            return checks.last_job(unit, monitor)
