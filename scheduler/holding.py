"""The row of a job as the process that holds it changes it: claimed, given back, ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from scheduler.endings import Ending
from storage.catalog.catalog import Catalog
from storage.catalog.records import Job


async def claim_safely(catalog: Catalog, claim: Callable[[], Job | None]) -> Job | None:
    """Claim a job in a thread; one that was claimed while the caller was stopped is given back."""
    claiming = asyncio.create_task(asyncio.to_thread(claim))
    try:
        return await asyncio.shield(claiming)
    except asyncio.CancelledError:
        job = await claiming
        if job is not None:
            await asyncio.to_thread(release, catalog, job)
        raise


def release(catalog: Catalog, job: Job) -> None:
    """Leave a job to whoever claims it next."""
    with catalog.write() as unit:
        unit.jobs.release(job.id, attempt=job.attempt)


def finish(catalog: Catalog, job: Job, ending: Ending, *, now: datetime) -> Job | None:
    """Register the end; None when another attempt has the job by now."""
    with catalog.write() as unit:
        registered = unit.jobs.finish(
            job.id,
            attempt=job.attempt,
            state=ending.state,
            result=ending.result,
            error=ending.error,
            now=now,
        )
        return unit.jobs.get(job.id) if registered else None
