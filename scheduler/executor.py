"""Where work is done: the Executor port, and a pool of warm child processes on this machine."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, Protocol, TypeAlias

from scheduler.child import Child
from scheduler.environment import child_environment
from scheduler.work import Work
from tools.context import Site
from tools.outcome import Outcome

Progress: TypeAlias = Callable[[float, str], None]

PUBLIC_TOOLS: Final = "tools.registry:find_tool"
CPU_LIMIT_S: Final = 180


class Executor(Protocol):
    """Does work somewhere else; nothing but the database and the blob store is shared with it."""

    @property
    def capacity(self) -> int:
        """How many pieces of work run at a time."""
        ...

    async def start(self) -> None:
        """Get ready; work may be given before it returns."""
        ...

    async def run(self, work: Work, *, progress: Progress) -> Outcome:
        """Do one piece of work; at most `capacity` at a time, further calls wait.

        Raises:
            ToolError: What the tool raised, with its class.
            WorkFailed: The tool broke in another way.
            WorkLost: The worker died.
            WorkCancelled: `stop_work` ended it with nothing to keep.
        """
        ...

    async def stop_work(self, job_id: str) -> None:
        """Ask running work to stop, and see to it that it does; returns at once, may be repeated.

        Work that does not look at `should_stop` within 2 s is killed. Work that does may take 30 s
        to wrap up, and its outcome counts.
        """
        ...

    async def close(self) -> None:
        """End everything at once; work that runs is lost."""
        ...


class LocalExecutor:
    """A pool of children that are started ahead, limited, and replaced when they die.

    Args:
        site: What a child needs to rebuild a tool's context.
        size: Number of children.
        memory_limit_mb: Of resident memory, for each child; more is `out_of_memory`.
        cpu_limit_s: Of computing, for each call of a tool that is no job; more is `out_of_time`.
        tools: `module:function` that finds a tool by its name, called in the child.
    """

    def __init__(
        self,
        site: Site,
        *,
        size: int = 2,
        memory_limit_mb: int = 4_096,
        cpu_limit_s: int = CPU_LIMIT_S,
        tools: str = PUBLIC_TOOLS,
    ) -> None:
        self._site = site
        self._size = size
        self._limit = memory_limit_mb * 2**20
        self._cpu_limit_s = cpu_limit_s
        self._tools = tools
        self._free = asyncio.Semaphore(size)
        self._idle: list[Child] = []
        self._busy: dict[str, Child] = {}
        self._spares: set[asyncio.Task[None]] = set()
        self._log: IO[bytes] | None = None
        self._closed = False

    @property
    def capacity(self) -> int:
        """The number of children."""
        return self._size

    async def start(self) -> None:
        """Start all children; they warm up by themselves."""
        for _ in range(self._size - len(self._idle) - len(self._busy)):
            self._idle.append(await self._spawn())

    async def run(self, work: Work, *, progress: Progress) -> Outcome:
        """Do one piece of work in a child of its own."""
        async with self._free:
            child = await self._take()
            self._busy[work.job_id] = child
            try:
                return await child.run(work, progress)
            finally:
                del self._busy[work.job_id]
                self._give_back(child)

    async def stop_work(self, job_id: str) -> None:
        """Ask the child with this work to stop; nothing happens when there is none."""
        if job_id in self._busy:
            self._busy[job_id].stop()

    async def close(self) -> None:
        """Kill all children and wait for their end."""
        self._closed = True
        busy = list(self._busy.values())  # now, as one that ends meanwhile is in no list any more
        await asyncio.gather(*(child.close() for child in busy))
        await asyncio.gather(*self._spares, return_exceptions=True)
        while self._idle:
            await self._idle.pop().close()
        if self._log is not None:
            self._log.close()

    async def _take(self) -> Child:
        while self._idle:
            child = self._idle.pop(0)
            if child.alive:
                return child
            await child.close()
        return await self._spawn()

    def _give_back(self, child: Child) -> None:
        if self._closed:
            return
        room = self._size > len(self._idle) + len(self._busy)  # work may come during the start
        if room and child.alive and not child.swollen:
            self._idle.append(child)
            return
        task = asyncio.create_task(self._replace(child) if room else child.close())
        self._spares.add(task)
        task.add_done_callback(self._spares.discard)

    async def _replace(self, child: Child) -> None:
        await child.close()
        with suppress(OSError):  # the next piece of work tries again, and says so
            if not self._closed:
                self._idle.append(await self._spawn())

    async def _spawn(self) -> Child:
        start = {
            "site": self._site.dump(),
            "tools": self._tools,
            "memory": self._limit,
            "cpu_s": self._cpu_limit_s,
        }
        return await Child.spawn(
            (sys.executable, "-m", "scheduler.worker"),
            start=start,
            memory_limit=self._limit,
            cpu_limit_s=self._cpu_limit_s,
            environment=child_environment(),
            log=self._open_log(),
        )

    def _open_log(self) -> IO[bytes]:
        if self._log is None:
            path = Path(self._site.home) / "logs" / "workers.log"
            path.parent.mkdir(parents=True, exist_ok=True)
            self._log = path.open("ab")
        return self._log
