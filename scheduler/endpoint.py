"""Keeps the one prediction server alive: owns its listening socket, and starts it again."""

from __future__ import annotations

import asyncio
import errno
import json
import logging
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from scheduler.environment import child_environment
from tools.context import Site
from tools.serving.limits import Limits
from tools.serving.settings import ServingSettings

_FIRST_PAUSE_S: Final = 0.1
_LONGEST_PAUSE_S: Final = 10.0
_STEADY_S: Final = 30.0
_START_S: Final = 60.0
_BEYOND_DRAIN_S: Final = 3.0

_log = logging.getLogger(__name__)


class AddressTaken(OSError):
    """Something else listens where the prediction server should; the message says what to do."""


class Endpoint:
    """The prediction server as a supervised child.

    The socket is ours for ever: while a child is replaced, callers wait in the queue of the
    socket and see no refusal, and the port never changes.

    Args:
        site: Where the child finds the catalog and the blobs; its log is under `home`.
        address: Host and port to listen on; port 0 picks a free one.
        limits: Of the server.
    """

    def __init__(
        self, site: Site, *, address: tuple[str, int], limits: Limits | None = None
    ) -> None:
        self._site = site
        self._address = address
        self._limits = limits or Limits()
        self._listener: socket.socket | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._ready = False

    @property
    def url(self) -> str:
        """Where the server listens; known once started."""
        host, port = self._listener.getsockname()[:2] if self._listener else self._address
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    @property
    def healthy(self) -> bool:
        """Whether a child is up and has the live models loaded."""
        return self._ready and self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        """The child's process id, while there is one."""
        return self._process.pid if self._process is not None else None

    async def start(self) -> None:
        """Listen at once; the child is started and kept from then on.

        To be called in the thread that lives as long as the server shall: on Linux the child dies
        with the thread that started it.

        Raises:
            AddressTaken: Somebody else listens there.
        """
        if self._listener is None:
            self._listener = _listen(self._address)
            self._keeper = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Let the child answer what it has, end it, and free the port."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        if self._listener is not None:
            self._listener.close()
        self._keeper = self._listener = None

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        pause = _FIRST_PAUSE_S
        while True:
            began = loop.time()
            try:
                await self._run()
            except (OSError, ValueError) as exc:
                _log.error("the prediction server cannot be started: %s", exc)
            if loop.time() - began > _STEADY_S:
                pause = _FIRST_PAUSE_S
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    async def _run(self) -> None:
        """One child from start to end."""
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                process = await self._spawn(theirs)
            self._process = process
            try:
                await self._await_ready(process)
                code = await process.wait()
                _log.warning("the prediction server ended with %s; starting it again", code)
            finally:
                self._ready = False
                await self._end(process)
                self._process = None

    async def _spawn(self, lifeline: socket.socket) -> asyncio.subprocess.Process:
        assert self._listener is not None  # noqa: S101 (set before the keeper starts)
        numbers = (self._listener.fileno(), lifeline.fileno())
        folder = Path(self._site.home) / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "serving.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "tools.serving", "--fd", str(numbers[0]), "--lifeline", str(numbers[1])),
                pass_fds=numbers,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env=child_environment(),
                start_new_session=True,
            )

    async def _await_ready(self, process: asyncio.subprocess.Process) -> None:
        """Tell the child its settings and wait for its one line.

        Raises:
            OSError: It said why it cannot serve, said nothing in time, or ended.
        """
        assert process.stdin is not None  # noqa: S101 (both are pipes)
        assert process.stdout is not None  # noqa: S101
        settings = ServingSettings(
            database_url=self._site.database_url,
            blobs_url=self._site.blobs_url,
            s3_endpoint_url=self._site.s3_endpoint_url,
            parent=os.getpid(),
            log=self._site.log,
            limits=self._limits,
        )
        process.stdin.write(settings.dump().encode() + b"\n")
        process.stdin.close()
        async with asyncio.timeout(_START_S):
            line = await process.stdout.readline()
        said: dict[str, Any] = json.loads(line) if line else {"error": "it ended at once"}
        if "error" in said:
            raise OSError(said["error"])
        self._ready = True

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        """SIGTERM, time to drain, SIGKILL; also when this very task is being cancelled."""
        if process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(self._limits.drain_s + _BEYOND_DRAIN_S):
                await process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _listen(address: tuple[str, int]) -> socket.socket:
    host, port = address
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server(address, family=family, backlog=1024)
    except OSError as exc:
        if exc.errno != errno.EADDRINUSE:
            raise
        raise AddressTaken(
            exc.errno,
            f"Port {port} of {host} is taken, so the prediction server cannot listen there. "
            "Stop what listens on it, or set MLOPS_SERVING to another address.",
        ) from exc
