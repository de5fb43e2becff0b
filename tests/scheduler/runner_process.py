"""A process that works off jobs until it is killed: `python -m tests.scheduler.runner_process DIR`.

Each job it tells of becomes a line in DIR/told.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from scheduler.executor import LocalExecutor
from scheduler.jobs import JobRunner
from storage.catalog.records import Job
from tests.scheduler.places import TOYS, catalog_in, now, site_in


async def main(folder: Path) -> None:
    catalog = catalog_in(folder)

    async def tell(job: Job) -> None:
        with (folder / "told").open("a") as file:
            file.write(f"{job.id} {job.state}\n")

    executor = LocalExecutor(site_in(folder), size=1, tools=TOYS)
    await executor.start()
    runner = JobRunner(catalog, executor, owner=f"pid-{os.getpid()}", now=now, on_finished=tell)
    await runner.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
