"""Where tests of the scheduler happen: a site in a folder, people, an address, pieces of work."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scheduler.work import Work
from storage.catalog.catalog import Catalog, open_catalog
from storage.catalog.records import Actor, Address, Job, Scope
from tools.context import Site

SCOPE = Scope("terminal", "local", "main")
ADDRESS = Address(SCOPE, "t1")
ANN = Actor("terminal/local/ann", "Ann")
TOYS = "tests.scheduler.toys:find_tool"


def site_in(folder: Path) -> Site:
    return Site(
        home=str(folder),
        database_url=f"sqlite:///{folder / 'catalog.db'}",
        blobs_url=f"file://{folder / 'blobs'}",
        s3_endpoint_url=None,
        tracking_uri=f"sqlite:///{folder / 'mlflow.db'}",
        artifact_root=str(folder / "artifacts"),
        serving_url="http://127.0.0.1:9",
        public_url="http://127.0.0.1:9",
        timezone="Europe/Berlin",
        code_version="test",
        secret="of the tests",
    )


def catalog_in(folder: Path) -> Catalog:
    return open_catalog(site_in(folder).database_url)


def work(tool: str, job_id: str = "j1", **args: Any) -> Work:
    return Work(job_id, 1, tool, args, ADDRESS, ANN, {})


def now() -> datetime:
    return datetime.now(UTC)


async def until(holds: Callable[[], object], *, seconds: float = 30.0) -> None:
    """Wait until something holds; fails when it does not in time."""
    end = time.monotonic() + seconds
    for _ in range(int(seconds / 0.02) + 1):
        if holds():
            return
        await asyncio.sleep(0.02)
        if time.monotonic() > end:
            break
    raise AssertionError("it did not happen in time")


def submit(catalog: Catalog, tool: str, *, key: str = "", context: Any = None, **args: Any) -> Job:
    """Queue a job that calls a toy."""
    with catalog.write() as unit:
        job, _ = unit.jobs.submit(
            SCOPE,
            thread="t1",
            key=key or f"{tool}:{time.monotonic_ns()}",
            tool=tool,
            args=args,
            actor=ANN,
            context=context or {},
            now=now(),
        )
    return job


def job_now(catalog: Catalog, job: Job) -> Job:
    with catalog.read() as unit:
        return unit.jobs.get(job.id)
