"""Tells a client that goes away from one that takes a call back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio


@asynccontextmanager
async def noting_the_end(reads: Any, ended: asyncio.Event) -> AsyncIterator[Any]:
    """The same messages; `ended` is set before whoever reads them learns that there are no more.

    Who closes the connection has not asked for anything to be stopped: a job goes on.
    """
    send, receive = anyio.create_memory_object_stream[Any](0)

    async def pass_on() -> None:
        async with send:
            try:
                async for message in reads:
                    await send.send(message)
            finally:
                ended.set()

    passing = asyncio.create_task(pass_on())
    try:
        yield receive
    finally:
        passing.cancel()
        await asyncio.gather(passing, return_exceptions=True)
        receive.close()
