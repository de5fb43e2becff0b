"""Schedules: each due time leads to one check, also over restarts and with two processes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduler import checks
from scheduler.leader import Leadership
from scheduler.service import SchedulerService
from storage.catalog.catalog import Catalog
from storage.catalog.records import Job, Monitor
from tests.scheduler.places import ADDRESS, ANN, SCOPE, catalog_in, now, until
from tests.scheduler.test_alerts import a_model, a_report
from tools.outcome import Headline, Outcome, dump_outcome, load_blocks

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = catalog_in(tmp_path)
    yield opened
    opened.close()


@dataclass
class Watch:
    """A clock set by hand."""

    at: datetime = field(default_factory=lambda: START)

    def __call__(self) -> datetime:
        return self.at


def watch(catalog: Catalog, *, created: datetime = START, **schedule: Any) -> Monitor:
    given = {"every_s": None, "cron": None} | schedule
    with catalog.write() as unit:
        return unit.monitors.add(
            SCOPE, name="fares", environment="staging", timezone="Europe/Berlin",
            address=ADDRESS, actor=ANN, now=created, **given,
        )  # fmt: skip


def jobs(catalog: Catalog) -> list[Job]:
    with catalog.read() as unit:
        return unit.jobs.list(SCOPE)[::-1]


def nobody() -> None:
    """Nobody is to be woken."""


def finish(catalog: Catalog, job: Job, **end: Any) -> Job:
    """End a check job as a runner would."""
    with catalog.write() as unit:
        taken = unit.jobs.claim("me", lease_until=now() + timedelta(minutes=1), now=now())
        assert taken is not None
        assert taken.id == job.id
        unit.jobs.finish(job.id, attempt=taken.attempt, now=now(), **end)
        return unit.jobs.get(job.id)


def posted(catalog: Catalog) -> list[str]:
    with catalog.read() as unit:
        rows = unit.outbox.list(ADDRESS)
    heads = [load_blocks(row.body["blocks"])[0] for row in rows]
    return [head.text for head in heads if isinstance(head, Headline)]


def test_a_due_time_becomes_one_job(catalog):
    """A check is queued when it is due, with its window, and not a second time."""
    row = watch(catalog, every_s=3600)

    assert checks.submit_due(catalog, row, START + timedelta(minutes=59)) is None
    job = checks.submit_due(catalog, row, START + timedelta(minutes=61))
    assert checks.submit_due(catalog, row, START + timedelta(minutes=119)) is None

    due = START + timedelta(hours=1)
    assert job is not None
    assert job.key == f"check:{row.id}:{due.isoformat()}"
    assert (job.tool, job.actor) == ("scheduled_check", ANN)
    assert job.args == {
        "monitor": row.id,
        "due": due.isoformat(),
        "since": START.isoformat(),
        "skipped": 0,
    }
    assert len(jobs(catalog)) == 1


def test_each_queued_check_is_told_once(catalog):
    """Whoever counts hears of the job with its due time and what was missed, and only once."""
    watch(catalog, cron="0 * * * *")
    clock = Watch(START + timedelta(hours=5, minutes=30))
    heard: list[Job] = []

    async def scene() -> None:
        service = SchedulerService(catalog, now=clock, notify=nobody, queued=heard.append)
        await service.start()
        await service.reconcile()
        await service.stop()

    asyncio.run(scene())
    due = (START + timedelta(hours=5)).isoformat()
    assert [(job.args["due"], job.args["skipped"]) for job in heard] == [(due, 4)]


def test_downtime_is_caught_up_once_and_named(catalog):
    """After five missed due times one check runs, for the latest, and the others are named."""
    row = watch(catalog, cron="0 * * * *")
    clock = Watch(START + timedelta(hours=5, minutes=30))

    async def scene() -> None:
        service = SchedulerService(catalog, now=clock, notify=nobody)
        await service.start()
        await service.reconcile()
        await service.stop()

    asyncio.run(scene())

    (job,) = jobs(catalog)
    assert job.args["due"] == (START + timedelta(hours=5)).isoformat()
    assert job.args["skipped"] == 4
    with catalog.write() as unit:
        report = a_report(unit, row, a_model(unit), "ok", START + timedelta(hours=5))
    result = dump_outcome(Outcome("fine", data={"report": report.id}))
    ended = finish(catalog, job, state="succeeded", result=result)
    checks.finished(catalog, ended, clock())
    checks.finished(catalog, ended, clock())
    assert posted(catalog) == [
        "4 checks of fares (staging) did not run between 2 Mar 2026, 10:00 and "
        "2 Mar 2026, 15:00; one check covered that time."
    ]


def test_a_failed_check_is_itself_reported(catalog):
    """A check that ended in an error opens an alert that says so, once."""
    row = watch(catalog, every_s=3600)
    job = checks.submit_due(catalog, row, START + timedelta(hours=1))
    assert job is not None
    error = {"code": "failed", "message": "Something went wrong (ref 1234abcd)."}
    ended = finish(catalog, job, state="failed", error=error)

    for _ in range(2):
        checks.finished(catalog, ended, START + timedelta(hours=1))

    assert posted(catalog) == ["The drift check of fares (staging) failed"]


def test_an_end_that_nobody_heard_of_is_seen_to(catalog):
    """When the process died between a check's end and its alert, the next one makes up for it."""
    row = watch(catalog, every_s=3600)
    clock = Watch(START + timedelta(hours=1, minutes=1))
    job = checks.submit_due(catalog, row, clock())
    assert job is not None
    with catalog.write() as unit:
        report = a_report(unit, row, a_model(unit), "firing", START + timedelta(hours=1))
    result = dump_outcome(Outcome("drift", data={"report": report.id}))
    finish(catalog, job, state="succeeded", result=result)

    async def scene() -> None:
        service = SchedulerService(catalog, now=clock, notify=nobody)
        await service.start()
        await service.reconcile()
        await service.stop()

    asyncio.run(scene())

    assert posted(catalog) == ["Drift in fares (staging): Age and Fare moved"]


def test_it_ticks_and_follows_the_rows(catalog):
    """Checks are queued as time passes; a stopped monitor ticks no more."""
    woken: list[int] = []

    async def scene() -> None:
        service = SchedulerService(catalog, now=now, notify=lambda: woken.append(1))
        await service.start()
        row = watch(catalog, created=now(), every_s=1)
        await service.reconcile()
        await until(lambda: len(jobs(catalog)) >= 2, seconds=10)
        with catalog.write() as unit:
            unit.monitors.stop(SCOPE, row.id, now=now())
        await service.reconcile()
        before = len(jobs(catalog))
        await asyncio.sleep(1.3)
        assert len(jobs(catalog)) == before
        await service.stop()

    asyncio.run(scene())

    dues = [job.args["due"] for job in jobs(catalog)]
    assert len(set(dues)) == len(dues) == len(woken)
    assert all(job.args["skipped"] == 0 for job in jobs(catalog))


def test_two_processes_on_one_database_fire_once(catalog):
    """Two services that lead in turn, or by mistake at once, queue every due time once."""
    watch(catalog, created=now() - timedelta(seconds=1), every_s=1)
    leading: list[str] = []

    async def process(name: str, seconds: float) -> None:
        service = SchedulerService(catalog, now=now, notify=nobody)

        async def gained() -> None:
            leading.append(name)
            await service.start()

        async with Leadership(catalog, name, now=now, gained=gained, lost=service.stop):
            await asyncio.sleep(seconds)

    async def at_once() -> None:
        services = [SchedulerService(catalog, now=now, notify=nobody) for _ in range(2)]
        for service in services:
            await service.start()
        await asyncio.sleep(2.2)
        for service in services:
            await service.stop()

    async def scene() -> None:
        await asyncio.gather(process("a", 1.5), process("b", 3.5))
        await at_once()

    asyncio.run(scene())

    dues = [job.args["due"] for job in jobs(catalog)]
    assert sorted(leading) == ["a", "b"]
    assert len(dues) >= 4
    assert len(set(dues)) == len(dues)
    assert sum(1 + job.args["skipped"] for job in jobs(catalog)) <= 8
