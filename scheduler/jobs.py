"""Runs the durable jobs of the catalog: claim, supervise, register the end, tell.

The rows are the truth. A lease that the supervisor renews says who works on a job; the attempt
number fences off everybody who held it before. So a job that was acknowledged ends, whatever dies.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from scheduler.endings import Ending, ending_of, succeeded, too_long
from scheduler.executor import Executor
from scheduler.holding import claim_safely, finish, release
from scheduler.work import Work
from storage.catalog.catalog import Catalog
from storage.catalog.records import Actor, Address, Job, Json
from storage.errors import StorageError
from tools.outcome import Outcome
from tools.trail import following, span, subject_of

OnFinished = Callable[[Job], Awaitable[None]]


def _uncounted(_: Job) -> None:
    """Nobody counts."""


LEASE: Final = timedelta(seconds=30)
TIME_LIMIT_S: Final = 3_600.0
_RENEW: Final = timedelta(seconds=10)
_POLL_S: Final = 0.2
_TICK_S: Final = 0.25
_SWEEP_S: Final = 5.0
_TELLING: Final = 0.03  # a smaller share done says nothing about the time left
_LINES: Final = 60  # of what a job told of itself, the last ones
_FINAL: Final = ("succeeded", "failed", "cancelled")
_log = logging.getLogger(__name__)


@dataclass
class _Meter:
    """How far a job is, as its worker says; read a few times a second."""

    started: float = field(default_factory=time.monotonic)
    first: tuple[float, float] | None = None
    share: float = 0.0
    text: str = ""
    news: bool = False
    log: deque[tuple[float, str]] = field(default_factory=lambda: deque(maxlen=_LINES))

    def note(self, share: float, text: str) -> None:
        if text != self.text:
            self.log.append((round(self.elapsed_s, 1), text))
        self.share, self.text, self.news = share, text, True
        if self.first is None:
            self.first = time.monotonic(), share

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self.started

    def take(self) -> Json | None:
        """The progress to store, unless that was done; the time left once it can be told."""
        if not self.news:
            return None
        self.news = False
        told: Json = {"share": round(self.share, 4), "text": self.text, "log": list(self.log)}
        since, before = self.first or (self.started, 0.0)
        if (done := self.share - before) >= _TELLING:
            told["eta_s"] = round((time.monotonic() - since) * (1 - self.share) / done, 1)
        return told


@dataclass(frozen=True, slots=True)
class _Watch:
    """What a look at a job's row showed; `held_until` is when its lease ends."""

    mine: bool
    cancel: bool
    held_until: datetime


class JobRunner:
    """Works off the queue with an executor; one per database at a time is enough.

    Args:
        owner: Names this process in the leases.
        now: The clock, aware UTC.
        on_finished: Told of every job that ended, after that was stored. It may hear of one job
            more than once (after a crash), so what it does must be idempotent.
        ended: Told once of every job that ended in this process.
        time_limit_s: Wall clock for one attempt; twice a job's own time budget comes on top.
    """

    def __init__(
        self,
        catalog: Catalog,
        executor: Executor,
        *,
        owner: str,
        now: Callable[[], datetime],
        on_finished: OnFinished,
        ended: Callable[[Job], None] = _uncounted,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> None:
        self._catalog = catalog
        self._executor = executor
        self._owner = owner
        self._now = now
        self._on_finished = on_finished
        self._ended = ended
        self._time_limit_s = time_limit_s
        self._wake = asyncio.Event()
        self._swept = float("-inf")
        self._running: dict[str, asyncio.Task[None]] = {}
        self._telling: dict[str, asyncio.Task[None]] = {}
        self._lost: set[str] = set()
        self._loop: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin; the executor must have been started."""
        self._loop = asyncio.create_task(self._work_off())

    def notify(self) -> None:
        """Look now: a job was submitted or is to be cancelled. From the event loop's thread."""
        self._swept = float("-inf")
        self._wake.set()

    async def stop(self, *, hand_over: bool = True) -> None:
        """Take no more jobs; give those that run to whoever comes next, or wait for their end."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        running = list(self._running.values())
        if hand_over:
            for task in running:
                task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        telling = list(self._telling.values())
        if telling:
            await asyncio.wait(telling, timeout=1 if hand_over else None)
        for task in telling:
            task.cancel()
        await asyncio.gather(*telling, return_exceptions=True)

    async def _work_off(self) -> None:
        while True:
            try:
                await self._look()
            except StorageError:
                _log.exception("the queue cannot be read")
                await asyncio.sleep(1)
            with suppress(TimeoutError):  # `wait_for` of Python 3.11 may swallow a cancellation
                async with asyncio.timeout(_POLL_S):
                    await self._wake.wait()
            self._wake.clear()

    async def _look(self) -> None:
        sweep = time.monotonic() - self._swept >= _SWEEP_S
        if sweep:
            self._swept = time.monotonic()
        while len(self._running) < self._executor.capacity:
            job = await claim_safely(
                self._catalog, partial(self._claim, lost_too=sweep or bool(self._lost))
            )
            if job is None:
                break
            self._lost.discard(job.id)
            self._running[job.id] = asyncio.create_task(self._carry_out(job))
        if sweep or self._lost:
            for job in await asyncio.to_thread(self._untold):
                self._tell(job)

    def _claim(self, *, lost_too: bool) -> Job | None:
        if not lost_too:
            with self._catalog.read() as unit:
                if unit.jobs.queued() == 0:
                    return None
        now = self._now()
        with self._catalog.write() as unit:
            return unit.jobs.claim(self._owner, lease_until=now + LEASE, now=now)

    def _untold(self) -> list[Job]:
        """Ended jobs that somebody waits for, and those that ended while nobody worked on them."""
        with self._catalog.read() as unit:
            gone = [job for job in map(unit.jobs.get, self._lost) if job.state in _FINAL]
            waited_for = unit.jobs.finished_unsettled()
        self._lost.difference_update(job.id for job in gone)
        return list({job.id: job for job in (*gone, *waited_for)}.values())

    def _tell(self, job: Job) -> None:
        if job.id not in self._telling:
            task = asyncio.create_task(self._tell_safely(job))
            self._telling[job.id] = task

    async def _tell_safely(self, job: Job) -> None:
        try:
            await self._on_finished(job)
        except Exception:
            _log.exception("job %s ended, and telling failed", job.id)
        finally:
            del self._telling[job.id]

    async def _carry_out(self, job: Job) -> None:
        with following(subject_of(job.key, job.id)), span("job", tool=job.tool):
            await self._attempt(job)

    async def _attempt(self, job: Job) -> None:
        try:
            meter = _Meter()
            work = asyncio.create_task(self._executor.run(_work(job), progress=meter.note))
            try:
                held = await self._supervise(job, work, meter)
            except BaseException:
                await _abandon(work)
                raise
            if held:
                await self._end(job, work, meter)
            else:
                await _abandon(work)
        except asyncio.CancelledError:
            await asyncio.to_thread(release, self._catalog, job)
            raise
        except Exception:
            _log.exception("job %s cannot be supervised; it will be taken up again", job.id)
        finally:
            del self._running[job.id]
            self._wake.set()

    async def _supervise(self, job: Job, work: asyncio.Task[Outcome], meter: _Meter) -> bool:
        """Stay with the work until it ends (True) or the job is no longer ours (False)."""
        held_until = job.lease_until or self._now()
        while True:
            done, _ = await asyncio.wait({work}, timeout=_TICK_S)
            if done:
                return True
            try:
                watch = await asyncio.to_thread(self._tick, job, meter, held_until)
            except StorageError:
                _log.exception("job %s cannot be renewed", job.id)
                if self._now() >= held_until:
                    return False
                continue
            if not watch.mine:
                return False
            held_until = watch.held_until
            if watch.cancel or meter.elapsed_s > self._limit_s(job):
                await self._executor.stop_work(job.id)

    def _tick(self, job: Job, meter: _Meter, held_until: datetime) -> _Watch:
        with self._catalog.read() as unit:
            row = unit.jobs.get(job.id)
        mine = row.state == "running" and row.attempt == job.attempt
        until = self._now() + LEASE
        renew, told = until - held_until >= _RENEW, meter.take()
        if mine and (renew or told is not None):
            with self._catalog.write() as unit:
                if told is not None:
                    mine = unit.jobs.progress(job.id, attempt=job.attempt, progress=told)
                if renew:
                    mine = unit.jobs.renew(job.id, attempt=job.attempt, lease_until=until)
        return _Watch(mine, row.cancel_requested, until if renew else held_until)

    async def _end(self, job: Job, work: asyncio.Task[Outcome], meter: _Meter) -> None:
        ending = _ending(work)
        limit_s = self._limit_s(job)
        if ending is not None and ending.state == "cancelled" and meter.elapsed_s > limit_s:
            ending = too_long(limit_s)
        if ending is None:
            self._lost.add(job.id)
            await asyncio.to_thread(self._give_up_lease, job)
        else:
            finished = await asyncio.to_thread(finish, self._catalog, job, ending, now=self._now())
            if finished is not None:
                self._ended(finished)
                self._tell(finished)

    def _give_up_lease(self, job: Job) -> None:
        """The next claim sees a job that lost its worker, and counts."""
        with self._catalog.write() as unit:
            before = self._now() - timedelta(seconds=1)
            unit.jobs.renew(job.id, attempt=job.attempt, lease_until=before)

    def _limit_s(self, job: Job) -> float:
        budget = job.args.get("time_budget_s")
        return self._time_limit_s + (2 * budget if isinstance(budget, int | float) else 0)


def _work(job: Job) -> Work:
    approver = job.context.get("approved_by")
    return Work(
        job_id=job.id,
        attempt=job.attempt,
        tool=job.tool,
        args=job.args,
        address=Address(job.scope, job.thread),
        actor=job.actor,
        refs=job.context.get("refs") or {},
        picked=tuple(job.context.get("picked") or ()),
        approved_by=Actor(**approver) if approver else None,
        subject=subject_of(job.key, job.id),
    )


def _ending(work: asyncio.Task[Outcome]) -> Ending | None:
    error = work.exception()
    return succeeded(work.result()) if error is None else ending_of(error)


async def _abandon(work: asyncio.Task[Outcome]) -> None:
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
