"""Durable jobs: submitted once, claimed by lease, finished by their current attempt only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import ColumnElement, and_, exists, literal, or_, select

from storage.catalog import tables
from storage.catalog.records import Actor, Job, JobState, Json, Scope
from storage.catalog.repository import UNSET, Repository, Unset, given, new_id

MAX_ATTEMPTS: Final = 3
_GAVE_UP: Final[Json] = {
    "code": "gave_up",
    "message": f"The job was interrupted {MAX_ATTEMPTS} times and was not started again.",
    "hint": "Ask for it once more, perhaps with less data or a smaller time budget.",
}
_FINAL: Final = ("succeeded", "failed", "cancelled")


class Jobs(Repository[Job]):
    """The queue and its history."""

    table = tables.jobs
    kind = Job
    noun = "job"

    def submit(
        self,
        scope: Scope,
        *,
        thread: str,
        key: str,
        tool: str,
        args: Json,
        actor: Actor,
        context: Json,
        now: datetime,
        stage: str = "",
    ) -> tuple[Job, bool]:
        """Queue a job; False with the first one when its key was used in this scope before.

        One with a `stage` is left to whoever carries that stage out.
        """
        job = self._add_new(
            ("scope", "key"),
            id=new_id(),
            number=self._next("number", self.table.c.scope == scope),
            scope=scope,
            thread=thread,
            key=key,
            tool=tool,
            args=args,
            actor=actor,
            state="queued",
            stage=stage,
            attempt=0,
            handed_over=0,
            cancel_requested=False,
            progress={},
            context=context,
            created_at=now,
        )
        if job is not None:
            return job, True
        return self._get(key, self.table.c.scope == scope, self.table.c.key == key), False

    def get(self, job_id: str) -> Job:
        """A job by its id, whatever its scope; raises NotStored."""
        return self._get(job_id, self.table.c.id == job_id)

    def by_number(self, scope: Scope, number: int) -> Job:
        """A job by its handle; raises NotStored."""
        return self._get(number, self.table.c.scope == scope, self.table.c.number == number)

    def find(self, scope: Scope, key: str) -> Job | None:
        """The job that was submitted under a key."""
        return self._first(self._select(self.table.c.scope == scope, self.table.c.key == key))

    def queued(self) -> int:
        """How many jobs wait for a worker, in all scopes."""
        return self._count(self.table.c.state == "queued", self.table.c.stage == "")

    def claim(
        self, owner: str, *, lease_until: datetime, now: datetime, stage: str = ""
    ) -> Job | None:
        """Take the oldest job that is queued, or whose lease or whose owner's process ran out.

        A process that keeps the lease `process:<owner>` need not be waited for once that is over.
        The attempt number grows with each claim and never comes back, so it fences off whoever
        held the job before. A job that lost its worker three times fails instead ("gave_up"),
        and one that was to be cancelled is cancelled; then the next one is tried. Jobs with a
        stage go on outside whoever dies here, so they are taken up again and again.
        """
        table = self.table
        over = or_(table.c.lease_until < now, self._owner_died(owner, now=now))
        lost = and_(table.c.state == "running", over)
        due = (table.c.stage == stage, or_(table.c.state == "queued", lost))
        for row in self._connection.execute(self._select(*due).order_by(table.c.seq)).all():
            job = self._record(row)
            mine = table.c.id == job.id
            if job.cancel_requested and not stage:
                self._change(mine, state="cancelled", finished_at=now, lease_until=None)
            elif job.attempt - row.handed_over >= MAX_ATTEMPTS and not stage:
                self._change(
                    mine, state="failed", error=_GAVE_UP, finished_at=now, lease_until=None
                )
            else:
                self._change(
                    mine,
                    state="running",
                    owner=owner,
                    lease_until=lease_until,
                    attempt=job.attempt + 1,
                    handed_over=table.c.handed_over + (1 if stage else 0),
                    started_at=job.started_at or now,
                )
                return self.get(job.id)
        return None

    def _owner_died(self, claimer: str, *, now: datetime) -> ColumnElement[bool]:
        """The job's process has shown no life for as long as it promised; never the claimer's."""
        lease, owner = tables.leases.c, self.table.c.owner
        silent = exists().where(lease.name == literal("process:").concat(owner), lease.until < now)
        return and_(owner != claimer, silent)

    def renew(self, job_id: str, *, attempt: int, lease_until: datetime) -> bool:
        """Hold on to a job; False when it is no longer this attempt's."""
        return bool(self._change(*self._held(job_id, attempt), lease_until=lease_until))

    def progress(
        self,
        job_id: str,
        *,
        attempt: int,
        progress: Json,
        stage: str | None = None,
        context: Json | Unset = UNSET,
    ) -> bool:
        """Note how far the work is; False when it is no longer this attempt's."""
        step = UNSET if stage is None else stage
        changes = given(progress=progress, stage=step, context=context)
        return bool(self._change(*self._held(job_id, attempt), **changes))

    def request_cancel(self, job_id: str, *, now: datetime | Unset = UNSET) -> bool:
        """Ask to stop: a queued job is cancelled at once, a running or staged one is told.

        False when there was nothing left to stop.
        """
        mine = self.table.c.id == job_id
        queued = self._change(
            mine,
            self.table.c.state == "queued",
            self.table.c.stage == "",
            state="cancelled",
            cancel_requested=True,
            **given(finished_at=now),
        )
        told = (mine, self.table.c.state.in_(("queued", "running")))
        return bool(queued or self._change(*told, cancel_requested=True))

    def finish(
        self,
        job_id: str,
        *,
        attempt: int,
        state: Literal["succeeded", "failed", "cancelled"],
        now: datetime,
        result: Json | None = None,
        error: Json | None = None,
    ) -> bool:
        """Register the end; False, and nothing changes, unless this attempt holds the job."""
        return bool(
            self._change(
                *self._held(job_id, attempt),
                state=state,
                result=result,
                error=error,
                lease_until=None,
                finished_at=now,
            )
        )

    def release(self, job_id: str, *, attempt: int, stage: str | Unset = UNSET) -> bool:
        """Hand a job over to whoever claims it next; it does not count as a lost attempt.

        With a `stage` it goes on to that one, and begins there.
        """
        return bool(
            self._change(
                *self._held(job_id, attempt),
                **({} if isinstance(stage, Unset) else {"stage": stage, "started_at": None}),
                state="queued",
                owner=None,
                lease_until=None,
                handed_over=self.table.c.handed_over + 1,
            )
        )

    def finished_unsettled(self) -> list[Job]:
        """Jobs that ended while a suspended call still waits for them, oldest first.

        A call that somebody has claimed is included, as its lease may run out: claim it first.
        """
        call = tables.waiting.c
        awaited = exists().where(
            call.subject == self.table.c.id,
            call.kind == "job",
            call.state.in_(("waiting", "claimed")),
        )
        ended = self.table.c.state.in_(_FINAL)
        return self._all(self._select(ended, awaited).order_by(self.table.c.seq))

    def _held(self, job_id: str, attempt: int) -> tuple[ColumnElement[bool], ...]:
        return (
            self.table.c.id == job_id,
            self.table.c.state == "running",
            self.table.c.attempt == attempt,
        )

    def seconds(
        self,
        since: datetime,
        *,
        now: datetime,
        actor: Actor | None = None,
        scope: Scope | None = None,
    ) -> float:
        """How long jobs that were begun since were at work, those still running up to now.

        Of one person in every channel, or of one channel.
        """
        table = self.table.c
        here = (table.started_at.is_not(None), table.stage == "")  # not what runs elsewhere
        where = [*here, table.created_at >= since]
        where += [table.actor_id == actor.id] if actor is not None else []
        where += [table.scope == scope] if scope is not None else []
        found = select(table.started_at, table.finished_at).where(*where)
        spans: list[timedelta] = [
            (finished or now) - started for started, finished in self._connection.execute(found)
        ]
        return sum(max(span.total_seconds(), 0.0) for span in spans)

    def list(
        self,
        scope: Scope,
        *,
        states: Sequence[JobState] | None = None,
        tool: str | None = None,
        limit: int = 20,
    ) -> list[Job]:
        """The newest jobs of a scope, newest first."""
        where = [self.table.c.scope == scope]
        if tool is not None:
            where.append(self.table.c.tool == tool)
        if states is not None:
            where.append(self.table.c.state.in_(states))
        newest = self._select(*where).order_by(self.table.c.seq.desc())
        return self._all(newest.limit(limit))
