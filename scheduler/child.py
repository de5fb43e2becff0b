"""One worker process as its parent sees it: started, fed, watched, stopped and, if need be, killed.

Parent and child speak JSON lines over a socket of their own, so that a tool may print what it
likes. The child is the leader of its own process group and dies with its parent.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

from scheduler.errors import LossCode, WorkCancelled, WorkFailed, WorkLost, load_error
from scheduler.work import Work, dump_work
from tools.outcome import Outcome, load_outcome

NOTICE_S: Final = 2.0
WRAP_UP_S: Final = 30.0
_WATCH_S: Final = 0.1
_LONGEST_LINE: Final = 64 * 2**20
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


class Child:
    """A worker process; does one piece of work at a time."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        *,
        memory_limit: int,
        cpu_limit_s: int,
    ) -> None:
        self._process = process
        self._reader, self._writer = streams
        self._memory_limit = memory_limit
        self._cpu_limit_s = cpu_limit_s
        self._polls = asyncio.Event()
        self._stopping: asyncio.Task[None] | None = None
        self._cause: LossCode | None = None
        self._ooms = _kernel_ooms()

    @classmethod
    async def spawn(
        cls,
        command: Sequence[str],
        *,
        start: Mapping[str, Any],
        memory_limit: int,
        cpu_limit_s: int,
        environment: Mapping[str, str],
        log: IO[bytes],
    ) -> Child:
        """Start a process that gets its end of the socket as its last argument.

        To be called from a thread that lives as long as the child shall: on Linux the child dies
        with the thread that started it.
        """
        ours, theirs = socket.socketpair()
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                str(theirs.fileno()),
                pass_fds=(theirs.fileno(),),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(environment),
                start_new_session=True,
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        try:
            streams = await asyncio.open_connection(sock=ours, limit=_LONGEST_LINE)
        except BaseException:  # nobody would know of the process any more
            process.kill()
            await asyncio.shield(process.wait())
            raise
        child = cls(process, streams, memory_limit=memory_limit, cpu_limit_s=cpu_limit_s)
        child._send(start)
        return child

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether more work can be given to it."""
        return (
            self._process.returncode is None
            and self._cause is None
            and not self._reader.at_eof()
            and not self._writer.is_closing()
        )

    @property
    def swollen(self) -> bool:
        """Whether it kept so much memory that a fresh process is better."""
        return _resident(self.pid) > self._memory_limit / 2

    async def run(self, work: Work, progress: Callable[[float, str], None]) -> Outcome:
        """Do one piece of work; raises what `Executor.run` says."""
        self._polls.clear()
        watch = asyncio.create_task(self._watch_memory())
        try:
            self._send({"do": "run", "work": dump_work(work)})
            return await self._answer(progress)
        except asyncio.CancelledError:
            self.kill("killed")
            raise
        finally:
            watch.cancel()
            if self._stopping is not None:
                self._stopping.cancel()
                self._stopping = None

    def stop(self) -> None:
        """Ask the work to stop, then insist."""
        if self._stopping is None:
            self._stopping = asyncio.create_task(self._insist())

    def kill(self, cause: LossCode) -> None:
        """End the process and all it started, now."""
        if self._process.returncode is None:
            self._cause = self._cause or cause
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)

    async def close(self) -> None:
        """Kill it and wait for its end."""
        self.kill("killed")
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()
        await self._process.wait()

    def _send(self, message: Mapping[str, Any]) -> None:
        self._writer.write(json.dumps(message).encode() + b"\n")

    async def _answer(self, progress: Callable[[float, str], None]) -> Outcome:
        while line := await self._next_line():
            said: dict[str, Any] = json.loads(line)
            match said["say"]:
                case "progress":
                    progress(said["share"], said["text"])
                case "polls":
                    self._polls.set()
                case "done":
                    return load_outcome(said["outcome"])
                case "error":
                    raise load_error(said["error"])
                case "broken":
                    raise WorkFailed(said["ref"])
                case "stopped":
                    raise WorkCancelled
                case "no_memory":
                    self.kill("out_of_memory")
        raise await self._lost()

    async def _next_line(self) -> bytes:
        """The next line; empty once the child is gone."""
        try:
            return await self._reader.readline()
        except ConnectionError:
            return b""

    async def _lost(self) -> WorkLost | WorkCancelled:
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await self._process.wait()
        self.kill("crashed")  # it closed its socket, yet lives
        code = await self._process.wait()
        if self._stopping is not None and self._cause == "killed":
            return WorkCancelled()
        cause = self._cause or self._cause_of(code)
        limits = {"out_of_memory": self._memory_limit, "out_of_time": self._cpu_limit_s}
        return WorkLost(cause, limits.get(cause, 0))

    def _cause_of(self, code: int) -> LossCode:
        if code == -signal.SIGXCPU:
            return "out_of_time"
        if code == -signal.SIGABRT:  # so ends native code that asks for memory and gets none
            return "out_of_memory"
        if code not in (-signal.SIGKILL, -signal.SIGTERM):
            return "crashed"
        return "killed" if _kernel_ooms() == self._ooms else "out_of_memory"

    async def _insist(self) -> None:
        self._send({"do": "stop"})
        with suppress(TimeoutError):
            async with asyncio.timeout(NOTICE_S):
                await self._polls.wait()
            await asyncio.sleep(WRAP_UP_S)
        self.kill("killed")

    async def _watch_memory(self) -> None:
        while self._process.returncode is None:
            if _resident(self.pid) > self._memory_limit:
                self.kill("out_of_memory")
            await asyncio.sleep(_WATCH_S)


def _resident(pid: int) -> int:
    """Resident memory of a process in bytes; 0 where the system does not tell."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _kernel_ooms() -> int:
    """How many processes the kernel has killed for want of memory; 0 where it does not tell."""
    with suppress(OSError):
        for line in Path("/proc/vmstat").read_text(encoding="ascii").splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    return 0
