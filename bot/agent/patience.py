"""How long a language model is waited for: again after faults that pass, never beyond the limit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar

T = TypeVar("T")

TRIES: Final = 3
FIRST_PAUSE_S: Final = 0.5
QUOTA: Final = "insufficient_quota"


async def patiently(ask: Callable[[], Awaitable[T]], *, timeout_s: float) -> T:
    """Ask, and again after a fault that may pass, all within `timeout_s` seconds.

    A server says how long to wait (`Retry-After`). Where that is longer than there is time, nobody
    waits at all.

    Raises:
        TimeoutError: There was no answer in time.
        Exception: The fault that does not pass, or the last one.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + timeout_s
    async with asyncio.timeout_at(end):
        for attempt in range(TRIES):
            try:
                return await ask()
            except Exception as error:
                pause = max(FIRST_PAUSE_S * 2**attempt, retry_after(error))
                hopeless = attempt == TRIES - 1 or not _passes(error)
                if hopeless or loop.time() + pause >= end:
                    raise
            await asyncio.sleep(pause)
    raise AssertionError("unreachable: the last attempt returns or raises")


def retry_after(error: Exception) -> float:
    """The seconds that the server asks to wait; 0 where it says nothing that can be read."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    told = str(headers.get("retry-after", "")).strip()
    try:
        return max(0.0, float(told))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(told)
    except ValueError:
        return 0.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _passes(error: Exception) -> bool:
    """Whether the same request may work later; money that is used up does not come back."""
    return bool(getattr(error, "is_retryable", False)) and getattr(error, "code", None) != QUOTA
