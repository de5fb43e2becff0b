"""Carries out jobs that wait for CI: asks for their run, follows it, and lets them go on or end.

The rows are the truth, as for all jobs: what was asked of the CI server and what came of it is the
trail in the job's context. Whoever leads takes it up from there, so a run is asked for once and
its end is told once, whatever dies in between.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, TypeAlias

from scheduler.endings import Ending, ending_of, succeeded
from scheduler.holding import claim_safely, finish, release
from scheduler.jobs import OnFinished
from storage.catalog.catalog import Catalog
from storage.catalog.records import Job
from storage.errors import StorageError
from tools.base import Tool
from tools.cards import steps
from tools.context import ToolContext
from tools.errors import Failed, Refused, ToolError
from tools.outcome import NextStep, Text
from tools.workflows.allowed import Ci
from tools.workflows.cards import run_card, sentence
from tools.workflows.following import Called, Ended, Glance, Look, Lost, Rules, look
from tools.workflows.order import KEY, STAGE, Trail, dump_trail, trail_of

ContextOf: TypeAlias = Callable[[Job], ToolContext]
FindTool: TypeAlias = Callable[[str], Tool[Any]]
Point: TypeAlias = Literal["asked", "noted"]
Reached: TypeAlias = Callable[[Point], None]

LEASE: Final = timedelta(seconds=60)
_RENEW: Final = timedelta(seconds=20)
_POLL_S: Final = 0.5
_STAYS: Final = "Nothing was moved: production is as it was."
_log = logging.getLogger(__name__)


def _nowhere(_: Point) -> None:
    """Nobody wants this process to die."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What following needs from the rest.

    Attributes:
        ci: The CI server; None where none is set up (any more).
        context: The surroundings in which a job's tool is called here.
        find_tool: The tool a job names.
        passed_on: Told when a job may go on in a worker.
        reached: Told at the points at which a test may have this process die.
    """

    ci: Ci | None
    context: ContextOf
    find_tool: FindTool
    passed_on: Callable[[], None]
    reached: Reached = _nowhere


class Follower:
    """Follows every job that waits for CI; one per database at a time is enough.

    Args:
        owner: Names this process in the leases.
        now: The clock, aware UTC.
        on_finished: Told of every job that ended here; more than once after a crash.
        rules: How patient to be.
    """

    def __init__(
        self,
        catalog: Catalog,
        around: Surroundings,
        *,
        owner: str,
        now: Callable[[], datetime],
        on_finished: OnFinished,
        rules: Rules,
    ) -> None:
        self._catalog = catalog
        self._around = around
        self._owner = owner
        self._now = now
        self._on_finished = on_finished
        self._rules = rules
        self._wake = asyncio.Event()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._loop: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin, with what an earlier process left."""
        self._loop = asyncio.create_task(self._take_up())

    def notify(self) -> None:
        """Look now: a job was submitted. From the event loop's thread."""
        self._wake.set()

    async def stop(self) -> None:
        """Leave the jobs to whoever comes next; their runs go on meanwhile."""
        tasks = [task for task in (self._loop, *self._running.values()) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _take_up(self) -> None:
        while True:
            try:
                while (job := await claim_safely(self._catalog, self._claim)) is not None:
                    self._running[job.id] = asyncio.create_task(self._carry(job))
            except StorageError:
                _log.exception("the queue cannot be read")
            with suppress(TimeoutError):
                async with asyncio.timeout(_POLL_S):
                    await self._wake.wait()
            self._wake.clear()

    async def _carry(self, job: Job) -> None:
        try:
            await self._follow(job)
        except asyncio.CancelledError:
            await asyncio.to_thread(release, self._catalog, job)
            raise
        except Exception:
            _log.exception("job %s cannot be followed; it will be taken up again", job.id)
        finally:
            self._running.pop(job.id, None)

    async def _follow(self, job: Job) -> None:
        """Look again and again until the job ends, goes on elsewhere, or is no longer ours."""
        trail, fresh, due = trail_of(job.context), False, 0.0
        if trail is None or self._around.ci is None:
            gone = Refused("CI is no longer set up here, so this cannot be followed.")
            await self._end(job, ending_of(gone))
            return
        server, stopping = self._around.ci.server, False
        while True:
            row = await asyncio.to_thread(self._renewed, job)
            if row is None:
                return
            if time.monotonic() < due and (stopping or not row.cancel_requested):
                await asyncio.sleep(min(_POLL_S, max(due - time.monotonic(), 0.01)))
                continue
            stopping = row.cancel_requested
            glance = Glance(self._now(), fresh, stopping)
            seen = await asyncio.to_thread(look, trail, server, self._rules, glance)
            self._around.reached("asked")
            if not await asyncio.to_thread(self._note, job, seen):
                return
            self._around.reached("noted")
            if seen.end is not None:
                await self._settle(job, seen)
                return
            fresh = seen.trail.phase == "sent" and trail.phase == "asked"
            trail, due = seen.trail, time.monotonic() + seen.wait

    async def _settle(self, job: Job, seen: Look) -> None:
        """The run is over: say so, or let the job do what had to wait for it."""
        match seen.end:
            case Ended() as ended if ended.run.green:
                await self._go_on(job, seen.trail)
            case Ended() as ended:
                await self._end(job, ending_of(self._red(job, seen.trail, ended)))
            case Called() as called:
                await self._end(job, Ending("cancelled", error=_told(called.sentence, job)))
            case Lost() as lost:
                await self._end(job, ending_of(_lost(lost.error, seen.trail)))
            case None:
                raise AssertionError("only what has ended is settled")

    async def _go_on(self, job: Job, trail: Trail) -> None:
        tool = self._around.find_tool(job.tool)
        try:
            if trail.order.binding:
                await asyncio.to_thread(self._need_unchanged, job, tool, trail)
            if tool.where != "bot":
                if await asyncio.to_thread(self._pass_on, job):
                    self._around.passed_on()
                return
            ending = await asyncio.to_thread(self._outcome, job, tool)
        except ToolError as error:
            ending = ending_of(error) or Ending("failed")
        await self._end(job, ending)

    def _need_unchanged(self, job: Job, tool: Tool[Any], trail: Trail) -> None:
        """What was approved is what would happen now, however long the checks took."""
        args = tool.args.model_validate(job.args)
        context = self._around.context(job)
        try:
            now = tool.rehearse(args, context).binding if tool.rehearse else ""
        except ToolError:
            now = ""
        if now != trail.order.binding:
            raise Refused(
                f"{trail.order.file} is green, but what it was approved for has changed meanwhile, "
                "so nothing was moved.",
                "Look what is live now, and ask for it again.",
            )

    def _outcome(self, job: Job, tool: Tool[Any]) -> Ending:
        assert tool.run is not None  # noqa: S101 - it was asked for
        return succeeded(tool.run(tool.args.model_validate(job.args), self._around.context(job)))

    def _red(self, job: Job, trail: Trail, ended: Ended) -> ToolError:
        ci, order = self._around.ci, trail.order
        assert ci is not None  # noqa: S101 - it was followed
        deploys = order.certain or ci.deploys(order.repo, order.file)
        zone = self._around.context(job).timezone
        blocks = run_card(ended, order.repo, web=ci.server.web, zone=zone, deploys=deploys)
        if not order.certain:
            return Failed(sentence(ended), "Ask “why did it fail?” for more.", blocks)
        again = NextStep("Ask for it again", job.tool, job.args)
        blocks = (blocks[0], Text(_STAYS), *blocks[1:-1], steps(again))
        return Failed(f"{sentence(ended)} {_STAYS}", "Ask “why did it fail?” for more.", blocks)

    async def _end(self, job: Job, ending: Ending | None) -> None:
        assert ending is not None  # noqa: S101 - ours are all final
        finished = await asyncio.to_thread(finish, self._catalog, job, ending, now=self._now())
        if finished is not None:
            await self._on_finished(finished)

    # -- rows ------------------------------------------------------------------------------------

    def _claim(self) -> Job | None:
        now = self._now()
        with self._catalog.write() as unit:
            return unit.jobs.claim(self._owner, lease_until=now + LEASE, now=now, stage=STAGE)

    def _renewed(self, job: Job) -> Job | None:
        """The row as it is now, its lease prolonged; None when it is no longer ours."""
        with self._catalog.read() as unit:
            row = unit.jobs.get(job.id)
        if row.state != "running" or row.attempt != job.attempt or row.stage != STAGE:
            return None
        now = self._now()
        if row.lease_until is not None and row.lease_until - now < LEASE - _RENEW:
            with self._catalog.write() as unit:
                unit.jobs.renew(job.id, attempt=job.attempt, lease_until=now + LEASE)
        return row

    def _note(self, job: Job, seen: Look) -> bool:
        context = {**job.context, KEY: dump_trail(seen.trail)}
        told = {"share": seen.share, "text": seen.text}
        with self._catalog.write() as unit:
            return unit.jobs.progress(job.id, attempt=job.attempt, progress=told, context=context)

    def _pass_on(self, job: Job) -> bool:
        with self._catalog.write() as unit:
            return unit.jobs.release(job.id, attempt=job.attempt, stage="")


def _told(text: str, job: Job) -> dict[str, str]:
    return {"code": "stopped", "message": text, "hint": "", "type": "Refused", "job": job.id}


def _lost(error: ToolError, trail: Trail) -> ToolError:
    """What went wrong; of a release, that nothing moved."""
    if not trail.order.certain:
        return error
    return Refused(f"{error.message} {_STAYS}", error.hint)
