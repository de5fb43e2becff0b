"""Jobs against a small model of their life: any order of events, any number of workers."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from storage.catalog.catalog import open_catalog
from storage.catalog.jobs import MAX_ATTEMPTS
from tests.contracts.rows import HERE, later, submit

LEASE = 30


@dataclass
class Life:
    """What must be true of one job."""

    state: str = "queued"
    attempt: int = 0
    lost: int = 0
    lease: float = 0
    told_to_stop: bool = False


class JobLives(RuleBasedStateMachine):
    """Events in any order; the catalog and the model must agree after each."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.mkdtemp(prefix="jobs-")
        self.catalog = open_catalog(f"sqlite:///{Path(self.folder) / 'catalog.db'}")
        self.lives: dict[str, Life] = {}
        self.clock = 0.0

    def teardown(self) -> None:
        self.catalog.close()
        shutil.rmtree(self.folder)

    @property
    def now(self) -> datetime:
        return later(self.clock)

    @rule()
    def somebody_asks(self) -> None:
        with self.catalog.write() as unit:
            job = submit(unit, key=str(len(self.lives)), now=self.now)
        self.lives[job.id] = Life()

    @rule(seconds=st.sampled_from([1, LEASE - 1, LEASE + 1]))
    def time_passes(self, seconds: int) -> None:
        self.clock += seconds

    @rule()
    def a_worker_claims(self) -> None:
        until = later(self.clock + LEASE)
        with self.catalog.write() as unit:
            job = unit.jobs.claim("w", lease_until=until, now=self.now)
        expected = self._next_to_run()
        assert (job.id if job else None) == expected
        if job is not None and expected is not None:
            life = self.lives[expected]
            life.state, life.attempt, life.lease = "running", life.attempt + 1, self.clock + LEASE
            life.lost += 1
            assert job.attempt == life.attempt

    def _next_to_run(self) -> str | None:
        for job_id, life in self.lives.items():
            lost = life.state == "running" and life.lease < self.clock
            if life.state != "queued" and not lost:
                continue
            if life.told_to_stop:
                life.state = "cancelled"
            elif life.lost >= MAX_ATTEMPTS:
                life.state = "failed"
            else:
                return job_id
        return None

    @precondition(lambda self: self.lives)
    @rule(data=st.data(), state=st.sampled_from(["succeeded", "failed", "cancelled"]))
    def an_attempt_ends(self, data: st.DataObject, state: Any) -> None:
        job_id, life, attempt = self._pick(data)
        with self.catalog.write() as unit:
            done = unit.jobs.finish(job_id, attempt=attempt, state=state, now=self.now)
        assert done == (life.state == "running" and life.attempt == attempt)
        if done:
            life.state = state

    @precondition(lambda self: self.lives)
    @rule(data=st.data())
    def an_attempt_renews(self, data: st.DataObject) -> None:
        job_id, life, attempt = self._pick(data)
        until = later(self.clock + LEASE)
        with self.catalog.write() as unit:
            renewed = unit.jobs.renew(job_id, attempt=attempt, lease_until=until)
        assert renewed == (life.state == "running" and life.attempt == attempt)
        if renewed:
            life.lease = self.clock + LEASE

    @precondition(lambda self: self.lives)
    @rule(data=st.data())
    def an_attempt_hands_over(self, data: st.DataObject) -> None:
        job_id, life, attempt = self._pick(data)
        with self.catalog.write() as unit:
            released = unit.jobs.release(job_id, attempt=attempt)
        assert released == (life.state == "running" and life.attempt == attempt)
        if released:
            life.state, life.lost = "queued", life.lost - 1

    @precondition(lambda self: self.lives)
    @rule(data=st.data())
    def somebody_stops_it(self, data: st.DataObject) -> None:
        job_id, life, _ = self._pick(data)
        with self.catalog.write() as unit:
            told = unit.jobs.request_cancel(job_id, now=self.now)
        assert told == (life.state in ("queued", "running"))
        if told:
            life.told_to_stop = True
            life.state = "cancelled" if life.state == "queued" else life.state

    def _pick(self, data: st.DataObject) -> tuple[str, Life, int]:
        """A job, and its current attempt or one that was fenced off."""
        job_id = data.draw(st.sampled_from(list(self.lives)))
        life = self.lives[job_id]
        return job_id, life, data.draw(st.sampled_from([life.attempt, max(0, life.attempt - 1)]))

    @invariant()
    def the_catalog_agrees(self) -> None:
        with self.catalog.read() as unit:
            found = {job.id: job for job in unit.jobs.list(HERE, limit=1000)}
            queued = unit.jobs.queued()
        told = {job_id: (job.state, job.attempt) for job_id, job in found.items()}
        assert told == {job_id: (life.state, life.attempt) for job_id, life in self.lives.items()}
        assert queued == sum(life.state == "queued" for life in self.lives.values())


JobLives.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestJobLives = JobLives.TestCase
TestJobLives.__doc__ = "Whatever happens in whatever order, a job's state is what its events imply."
