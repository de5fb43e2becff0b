"""Ways to a server that end: bounded in what it may send, and without a process left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import anyio
import httpx2
from anyio.abc import Process
from mcp.shared.message import SessionMessage
from mcp_types import jsonrpc_message_adapter

MOST: Final = 4 * 2**20
"""Bytes a server may send in one exchange."""

LINES: Final = 2_000
"""Messages it may send in one."""


class Flooded(Exception):
    """A server sent more than it may."""


@asynccontextmanager
async def bounded_process(
    command: Sequence[str], environment: Mapping[str, str]
) -> AsyncIterator[Any]:
    """Streams to a server of our own starting; its whole process group is gone at the end."""
    process = await anyio.open_process(
        list(command),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=dict(environment),
        start_new_session=True,
    )
    heard, hears = anyio.create_memory_object_stream[Any](0)
    says, said = anyio.create_memory_object_stream[SessionMessage](0)
    try:
        async with anyio.create_task_group() as group:
            group.start_soon(_listen, process, heard)
            group.start_soon(_speak, process, said)
            yield hears, says
            group.cancel_scope.cancel()
    finally:
        for stream in (heard, hears, says, said):
            stream.close()
        with anyio.CancelScope(shield=True):
            await _end(process)


async def _listen(process: Process, heard: Any) -> None:
    """Pass on what the server says, line by line; more than it may is nothing any more."""
    assert process.stdout is not None  # noqa: S101 - it was opened with a pipe
    buffer, taken, told = b"", 0, 0
    async with heard:
        with contextlib.suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
            async for chunk in process.stdout:
                *lines, buffer = (buffer + chunk).split(b"\n")
                taken, told = taken + len(chunk), told + len(lines)
                if taken > MOST or told > LINES:
                    raise Flooded
                for line in lines:
                    await heard.send(_message(line))


def _message(line: bytes) -> SessionMessage | Exception:
    try:
        return SessionMessage(jsonrpc_message_adapter.validate_json(line, by_name=False))
    except ValueError as error:
        return error


async def _speak(process: Process, said: Any) -> None:
    assert process.stdin is not None  # noqa: S101 - it was opened with a pipe
    async with said:
        with contextlib.suppress(anyio.BrokenResourceError, anyio.ClosedResourceError, OSError):
            async for message in said:
                line = message.message.model_dump_json(by_alias=True, exclude_unset=True)
                await process.stdin.send(line.encode() + b"\n")


async def _end(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
    await process.aclose()


class BoundedHttp(httpx2.AsyncBaseTransport):
    """Requests whose answers together may have `MOST` bytes, packed by nobody."""

    def __init__(self) -> None:
        self._inner = httpx2.AsyncHTTPTransport()
        self._taken = 0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; its answer is counted while it is read."""
        request.headers["Accept-Encoding"] = "identity"
        response = await self._inner.handle_async_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise Flooded
        stream = response.stream
        assert isinstance(stream, httpx2.AsyncByteStream)  # noqa: S101 - of an async transport
        response.stream = _Counted(stream, self)
        return response

    def take(self, count: int) -> None:
        """Count bytes; raises Flooded beyond what may be sent."""
        self._taken += count
        if self._taken > MOST:
            raise Flooded

    async def aclose(self) -> None:
        """Close what is open."""
        await self._inner.aclose()


class _Counted(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream, counter: BoundedHttp) -> None:
        self._inner = inner
        self._counter = counter

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._inner:
            self._counter.take(len(chunk))
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()
