"""What the leading process runs for all: workers, jobs, schedules and the prediction server."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeAlias

from bot.hooks import CheckFinished, CheckQueued, Hook, JobFinished, tell
from bot.settings import Settings, split_address
from scheduler import checks
from scheduler.endpoint import Endpoint
from scheduler.executor import LocalExecutor
from scheduler.following import Follower
from scheduler.jobs import JobRunner, OnFinished
from scheduler.service import SchedulerService
from storage.catalog.catalog import Catalog
from storage.catalog.records import Job
from tools.context import Site
from tools.trail import following, subject_of

log = logging.getLogger(__name__)

Follows: TypeAlias = Callable[[Catalog, OnFinished, Callable[[], None]], Follower]
"""Makes the follower of jobs that wait for CI."""

LOOK_S = 0.5
WARM_AFTER_S = 1.0  # a quick answer need not share the processor with workers that warm up


async def _nobody() -> int:
    """Set by the composition root before anything runs."""
    return 0


class Leading:
    """Begun when this process becomes the leader, ended when it no longer is."""

    def __init__(
        self,
        settings: Settings,
        site: Site,
        catalog: Catalog,
        *,
        owner: str,
        now: Callable[[], datetime],
        hooks: tuple[Hook, ...] = (),
    ) -> None:
        self._settings = settings
        self._site = site
        self._catalog = catalog
        self._owner = owner
        self._now = now
        self._hooks = hooks
        self._runner: JobRunner | None = None
        self._executor: LocalExecutor | None = None
        self._schedules: SchedulerService | None = None
        self._endpoint: Endpoint | None = None
        self._follower: Follower | None = None
        self._watch: asyncio.Task[None] | None = None
        self.follows: Follows | None = None
        self.resume: Callable[[], Awaitable[int]] = _nobody

    def notify_jobs(self) -> None:
        """A job was submitted; without leadership here, the leader finds it by itself."""
        if self._runner is not None:
            self._runner.notify()
        if self._follower is not None:
            self._follower.notify()

    def troubles(self) -> list[str]:
        """What does not run although it should."""
        down = self._endpoint is not None and not self._endpoint.healthy
        return ["the prediction server is not up"] if down else []

    async def begin(self) -> None:
        """Start everything; the prediction server only once something is deployed."""
        self._executor = LocalExecutor(
            self._site,
            size=self._settings.workers,
            memory_limit_mb=self._settings.worker_memory_mb,
        )
        self._runner = JobRunner(
            self._catalog,
            self._executor,
            owner=self._owner,
            now=self._now,
            on_finished=self._finished,
            ended=self._count_job,
        )
        self._schedules = SchedulerService(
            self._catalog, now=self._now, notify=self._runner.notify, queued=self._count_check
        )
        await self._runner.start()
        await self._schedules.start()
        if self.follows is not None:
            self._follower = self.follows(self._catalog, self._followed, self._runner.notify)
            await self._follower.start()
        self._watch = asyncio.create_task(self._keep_watch())

    async def end(self) -> None:
        """Stop everything; running jobs are handed over to whoever leads next."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        if self._schedules is not None:
            await self._schedules.stop()
        if self._follower is not None:
            await self._follower.stop()
        if self._runner is not None:
            await self._runner.stop(hand_over=True)
        if self._executor is not None:
            await self._executor.close()
        if self._endpoint is not None:
            await self._endpoint.stop()
        self._runner = self._executor = self._schedules = self._endpoint = self._watch = None
        self._follower = None

    def _count_job(self, job: Job) -> None:
        ended, began = job.finished_at or self._now(), job.started_at or job.created_at
        waited, took = began - job.created_at, ended - began
        record = JobFinished(job.tool, job.state, waited.total_seconds(), took.total_seconds())
        with following(subject_of(job.key, job.id)):
            tell(self._hooks, record)
            if job.tool == checks.TOOL:
                tell(self._hooks, CheckFinished(checks.verdict(job)))

    async def _followed(self, job: Job) -> None:
        """A job that waited for CI has ended without a worker."""
        self._count_job(job)
        await self._finished(job)

    def _count_check(self, job: Job) -> None:
        late = self._now() - datetime.fromisoformat(job.args["due"])
        with following(subject_of(job.key, job.id)):
            tell(self._hooks, CheckQueued(max(0.0, late.total_seconds()), job.args["skipped"]))

    async def _finished(self, job: Job) -> None:
        """A job ended: a check may raise an alert, a suspended call goes on."""
        if job.tool == checks.TOOL:
            await asyncio.to_thread(checks.finished, self._catalog, job, self._now())
            return
        await self.resume()

    async def _keep_watch(self) -> None:
        """Resume what waits for ended jobs, and serve once there is something to serve."""
        await asyncio.sleep(WARM_AFTER_S)
        if self._executor is not None:
            await self._executor.start()
        while True:
            try:
                await self.resume()
                await self._serve_if_deployed()
            except Exception:
                log.exception("looking after jobs and endpoints failed; trying again")
            await asyncio.sleep(LOOK_S)

    async def _serve_if_deployed(self) -> None:
        if self._endpoint is not None or self._settings.serving_url:
            return
        if await asyncio.to_thread(self._anything_live):
            self._endpoint = Endpoint(self._site, address=split_address(self._address()))
            await self._endpoint.start()

    def _anything_live(self) -> bool:
        with self._catalog.read() as unit:
            return bool(unit.deployments.live_all())

    def _address(self) -> str:
        return self._site.serving_url.removeprefix("http://")
