"""Jobs end exactly once, whatever dies; with real processes and a real catalog."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from scheduler.executor import LocalExecutor
from scheduler.jobs import JobRunner
from scheduler.worker import WARM
from storage.catalog.catalog import Catalog
from storage.catalog.records import Job
from tests.scheduler.places import (
    ADDRESS,
    ANN,
    TOYS,
    catalog_in,
    job_now,
    now,
    site_in,
    submit,
    until,
)
from tools.outcome import load_outcome

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = catalog_in(tmp_path)
    yield opened
    opened.close()


class Office:
    """A runner with one worker, and what it told."""

    def __init__(
        self, folder: Path, catalog: Catalog, *, owner: str = "me", time_limit_s: float = 60
    ) -> None:
        self.catalog = catalog
        self.told: list[Job] = []
        self.executor = LocalExecutor(site_in(folder), size=1, memory_limit_mb=600, tools=TOYS)
        self.runner = JobRunner(
            catalog,
            self.executor,
            owner=owner,
            now=now,
            on_finished=self._tell,
            time_limit_s=time_limit_s,
        )

    async def _tell(self, job: Job) -> None:
        self.told.append(job)

    async def ended(self, job: Job) -> Job:
        await until(lambda: any(each.id == job.id for each in self.told))
        return job_now(self.catalog, job)


def in_office(
    folder: Path, catalog: Catalog, what: Callable[[Office], Awaitable[None]], **options: Any
) -> Office:
    """Run a runner while something happens; the office, closed, with what it told."""

    async def main() -> Office:
        office = Office(folder, catalog, **options)
        await office.executor.start()
        await office.runner.start()
        try:
            await asyncio.wait_for(what(office), 60)
        finally:
            await office.runner.stop()
            await office.executor.close()
        return office

    return asyncio.run(main())


def test_a_job_succeeds_with_its_outcome_and_is_told_once(tmp_path, catalog):
    """A queued job runs with its references and approver, and its end is stored and told."""
    approver = {"id": "terminal/local/eve", "name": "Eve"}
    context = {"refs": {"model": "m"}, "approved_by": approver}

    async def scene(office: Office) -> None:
        job = submit(catalog, "echo", text="hi", context=context)
        office.runner.notify()
        ended = await office.ended(job)
        outcome = load_outcome(ended.result or {})
        assert (ended.state, ended.attempt, outcome.summary) == ("succeeded", 1, "hi")
        assert outcome.data["refs"] == {"model": "m"}
        assert outcome.data["approved_by"] == approver["id"]

    office = in_office(tmp_path, catalog, scene)

    assert [job.state for job in office.told] == ["succeeded"]


def test_errors_reach_the_row_in_words(tmp_path, catalog):
    """A failed job says what was wrong: the tool's own words, a choice, or a reference."""

    async def scene(office: Office) -> None:
        names = ("misses", "asks", "breaks", "hog")
        jobs = [submit(catalog, name, megabytes=4000, seconds=30) for name in names]
        misses, asks, breaks, hog = [(await office.ended(job)) for job in jobs]
        assert {misses.state, asks.state, breaks.state, hog.state} == {"failed"}
        assert misses.error == {
            "code": "not_found",
            "message": "No such thing.",
            "hint": "Look elsewhere.",
            "type": "NotFound",
        }
        assert asks.error is not None
        assert asks.error["code"] == "needs_choice"
        assert asks.error["argument"] == "text"
        labels = [(option["label"], option["value"]) for option in asks.error["options"]]
        assert labels == [("A", "a"), ("B", 2)]
        assert breaks.error is not None
        ref = breaks.error["ref"]
        assert breaks.error["message"] == f"Something went wrong (ref {ref})."
        log = (tmp_path / "logs" / "workers.log").read_text()
        assert f"ref {ref}" in log
        assert "ZeroDivisionError" in log
        assert hog.error is not None
        assert (hog.error["code"], hog.attempt) == ("out_of_memory", 1)

    in_office(tmp_path, catalog, scene)


def test_progress_and_time_left_are_stored(tmp_path, catalog):
    """While a job runs its row says how far it is, and how long it will take."""

    async def scene(office: Office) -> None:
        job = submit(catalog, "steps", seconds=1.5)
        await until(lambda: job_now(catalog, job).progress.get("share", 0) > 0.3)
        seen = job_now(catalog, job)
        assert seen.state == "running"
        assert seen.progress["text"].startswith("step")
        assert 0.1 < seen.progress["eta_s"] < 1.5
        await office.ended(job)

    in_office(tmp_path, catalog, scene)


def test_cancel_is_obeyed_within_two_seconds(tmp_path, catalog):
    """A job that listens keeps its best, a deaf one is killed, and a queued one never runs."""

    async def scene(office: Office) -> None:
        listens = submit(catalog, "steps", seconds=60)
        await until(lambda: job_now(catalog, listens).progress)
        waits = submit(catalog, "echo")
        took = []
        for job in (waits, listens):
            start = time.monotonic()
            with catalog.write() as unit:
                assert unit.jobs.request_cancel(job.id, now=now())
            office.runner.notify()
            await until(lambda job=job: job_now(catalog, job).state not in ("queued", "running"))
            took.append(time.monotonic() - start)
        deaf = submit(catalog, "deaf", seconds=60, path=str(tmp_path / "pid"))
        await until((tmp_path / "pid").exists)
        start = time.monotonic()
        with catalog.write() as unit:
            unit.jobs.request_cancel(deaf.id, now=now())
        await office.ended(deaf)
        took.append(time.monotonic() - start)
        states = [job_now(catalog, job).state for job in (waits, listens, deaf)]
        assert states == ["cancelled", "succeeded", "cancelled"]
        assert (job_now(catalog, listens).result or {})["summary"] == "stopped early"
        assert max(took[:2]) < 2
        assert took[2] < 3

    in_office(tmp_path, catalog, scene)


def test_a_job_that_takes_too_long_is_ended(tmp_path, catalog):
    """At the time limit a job that listens keeps its best, and a deaf one fails in words."""

    async def scene(office: Office) -> None:
        listens = await office.ended(submit(catalog, "steps", seconds=60))
        deaf = await office.ended(submit(catalog, "deaf", seconds=60))
        assert (listens.state, deaf.state) == ("succeeded", "failed")
        assert deaf.error is not None
        assert deaf.error["code"] == "time_limit"
        assert deaf.error["message"] == "This took longer than 1 second and was stopped."

    in_office(tmp_path, catalog, scene, time_limit_s=1)


def test_a_killed_worker_costs_an_attempt_and_three_are_the_most(tmp_path, catalog):
    """A job whose worker is killed is tried again, at most three times, then fails in words."""

    async def scene(office: Office) -> None:
        path = tmp_path / "pids"
        job = submit(catalog, "deaf", seconds=60, path=str(path))
        for attempt in (1, 2, 3):
            await until(lambda n=attempt: path.exists() and len(path.read_text().split()) == n)
            assert job_now(catalog, job).attempt == attempt
            os.kill(int(path.read_text().split()[-1]), signal.SIGKILL)
        ended = await office.ended(job)
        assert ended.state == "failed"
        assert ended.error is not None
        assert ended.error["code"] == "gave_up"

    in_office(tmp_path, catalog, scene)


def test_only_the_current_attempt_registers_a_result(tmp_path, catalog):
    """When somebody else holds the job meanwhile, the result of the first attempt is dropped."""

    async def scene(office: Office) -> None:
        job = submit(catalog, "deaf", seconds=1.0, path=str(tmp_path / "pid"))
        await until((tmp_path / "pid").exists)
        with catalog.write() as unit:
            past = now() - timedelta(seconds=1)
            unit.jobs.renew(job.id, attempt=1, lease_until=past)
            taken = unit.jobs.claim("other", lease_until=now() + timedelta(minutes=5), now=now())
        assert taken is not None
        await asyncio.sleep(1.5)
        seen = job_now(catalog, job)
        assert (seen.state, seen.attempt, seen.owner) == ("running", 2, "other")

    office = in_office(tmp_path, catalog, scene)

    assert office.told == []


def test_stop_hands_running_jobs_over(tmp_path, catalog):
    """A clean stop leaves a running job queued within two seconds, and the next process ends it."""
    jobs = []
    took = []

    async def first(office: Office) -> None:
        jobs.append(submit(catalog, "deaf", seconds=1.0, path=str(tmp_path / "pids")))
        await until((tmp_path / "pids").exists)
        start = time.monotonic()
        await office.runner.stop(hand_over=True)
        took.append(time.monotonic() - start)
        left = job_now(catalog, jobs[0])
        assert (left.state, left.owner, left.lease_until) == ("queued", None, None)

    async def second(office: Office) -> None:
        assert (await office.ended(jobs[0])).state == "succeeded"

    in_office(tmp_path, catalog, first)
    in_office(tmp_path, catalog, second, owner="next")

    assert took[0] < 2


def test_stop_may_wait_for_what_runs(tmp_path, catalog):
    """Without handing over, stop returns when the running job has ended and was told."""

    async def scene(office: Office) -> None:
        job = submit(catalog, "deaf", seconds=0.5, path=str(tmp_path / "pid"))
        await until((tmp_path / "pid").exists)
        await office.runner.stop(hand_over=False)
        assert job_now(catalog, job).state == "succeeded"

    office = in_office(tmp_path, catalog, scene)

    assert len(office.told) == 1


def test_ends_that_nobody_heard_of_are_told_at_the_start(tmp_path, catalog):
    """A job that ended just before the process died is told when the next one starts."""
    job = submit(catalog, "echo")
    with catalog.write() as unit:
        claimed = unit.jobs.claim("dead", lease_until=now() + timedelta(seconds=30), now=now())
        assert claimed is not None
        unit.jobs.finish(job.id, attempt=1, state="succeeded", result={"summary": ""}, now=now())
        turn, _ = unit.turns.open(
            "e1", address=ADDRESS, actor=ANN, text="echo", pending=(), owner="dead", now=now()
        )
        unit.waiting.add(
            turn.id,
            call_id="c1",
            model_call_id="c1",
            tool="echo",
            args={},
            requester=ANN,
            kind="job",
            subject=job.id,
            detail={},
            now=now(),
        )

    async def scene(office: Office) -> None:
        await office.ended(job)

    office = in_office(tmp_path, catalog, scene)

    assert office.told[0].id == job.id


def test_what_workers_warm_up_is_there():
    """Every module that a worker loads ahead exists, so warming up warms."""
    assert [name for name in WARM if find_spec(name) is None] == []


def _start_runner(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.scheduler.runner_process", str(folder)]
    return subprocess.Popen(command, cwd=ROOT)


def test_kill_dash_nine_of_everything_loses_nothing(tmp_path, catalog):
    """After `kill -9` of the process in the middle of a job, the next one ends it, once."""
    pids = tmp_path / "pids"
    told = tmp_path / "told"
    job = submit(catalog, "deaf", seconds=1.5, path=str(pids))
    first = _start_runner(tmp_path)
    asyncio.run(until(lambda: pids.exists() and pids.read_text().strip()))
    first.kill()
    first.wait()
    worker = int(pids.read_text().split()[0])
    asyncio.run(until(lambda: not _lives(worker), seconds=5))
    with catalog.write() as unit:  # its last sign of life, whose time is over
        owner, past = f"pid-{first.pid}", now() - timedelta(seconds=1)
        unit.leases.acquire(f"process:{owner}", owner=owner, until=past, now=now())
    assert (job_now(catalog, job).lease_until or past) > now()
    second = _start_runner(tmp_path)
    try:
        asyncio.run(until(lambda: told.exists() and told.read_text().strip()))
        time.sleep(0.6)
    finally:
        second.kill()
        second.wait()

    ended = job_now(catalog, job)
    assert (ended.state, ended.attempt) == ("succeeded", 2)
    assert told.read_text().split() == [job.id, "succeeded"]
    assert len(pids.read_text().split()) == 2


def _lives(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
