"""The bot beside the page: the one that answers already, or one that is started and kept."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from os import getpid
from pathlib import Path
from typing import Final, Literal

import httpx

from bot.errors import SetupError
from bot.settings import split_address

START_S: Final = 120.0
STOP_S: Final = 20.0
_ASK_S: Final = 5.0
_LOOK_S: Final = 0.2
_PAUSE_S: Final = 2.0


class Companion:
    """A bot that is ours to end; it is started again when it ends by itself.

    Args:
        address: Where it is to answer.
        log: Where it writes what it has to tell.
    """

    def __init__(self, address: str, log: Path) -> None:
        self.address = address
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    async def start(self, token: Callable[[], str]) -> None:
        """Start it and wait until it answers.

        To be called in the thread that lives as long as it shall: on Linux it dies with the
        thread that started it.

        Raises:
            SetupError: It ended, or never answered.
        """
        process = await self._spawn()
        deadline = time.monotonic() + START_S
        while await asyncio.to_thread(who_answers, self.address, token()) != "bot":
            if process.returncode is not None or time.monotonic() > deadline:
                await self.stop()
                raise SetupError(f"The bot cannot be started; {self._log} says why.")
            await asyncio.sleep(_LOOK_S)
        self._keeper = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Let it hand over its jobs, and end it."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_S):
                await process.wait()
        if process.returncode is None:
            process.kill()
            await process.wait()

    async def _spawn(self) -> asyncio.subprocess.Process:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "serve"),
                *("--http", self.address, "--parent", str(getpid())),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is ours; it is told in its own time
            )
        return self._process

    async def _keep(self) -> None:
        while True:
            if self._process is not None:
                await self._process.wait()
            await asyncio.sleep(_PAUSE_S)
            await self._spawn()


def who_answers(
    address: str, token: str, *, patience_s: float = _ASK_S
) -> Literal["bot", "other", "nobody"]:
    """Whether at an address our bot answers, something else, or nobody."""
    headers = {"Authorization": f"Bearer {token}"}
    try:
        answer = httpx.get(f"http://{address}/api/v1/me", headers=headers, timeout=patience_s)
    except httpx.ConnectError:
        return "nobody"
    except httpx.HTTPError:
        return "other"
    ours = answer.is_success or answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
    return "bot" if ours and answer.headers.get("content-type") == "application/json" else "other"


def listen(address: tuple[str, int], *, tries: int = 1) -> socket.socket:
    """A listening socket at an address, or at one of the next ports where that is taken.

    Raises:
        SetupError: All of them are taken, or the address is not ours.
    """
    host, port = address
    for offset in range(tries):
        taken = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((host, port + offset if port else 0))
        except OSError:
            taken.close()
            continue
        taken.listen(128)
        taken.setblocking(False)
        return taken
    where = f"{host}:{port}" if tries == 1 else f"{host}:{port} and the {tries - 1} ports after it"
    raise SetupError(f"The page cannot listen at {where}. MLOPS_WEB chooses another address.")


def free_address(address: str) -> str:
    """The address, or one with a free port on the same host where it is taken."""
    host, port = split_address(address)
    with listen((host, port), tries=20) as probe:
        return f"{host}:{probe.getsockname()[1]}"
