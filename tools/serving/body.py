"""Reading a request's body: counted, timed, and never kept beyond the bound."""

from __future__ import annotations

import asyncio

from starlette.requests import ClientDisconnect, Request

from tools.serving.errors import RequestError
from tools.serving.limits import Limits

_PATIENCE = 4
"""Too long a body is read and thrown away up to this many times the bound: a client that is cut
off while it sends would see a broken connection in place of the answer."""


async def read_body(request: Request, limits: Limits) -> bytes:
    """The whole body.

    Raises:
        RequestError: 413 when it is too long, 408 when it takes too long, 415 when it is
            compressed, 400 when the caller went away.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise RequestError(415, "Send the body as it is, without Content-Encoding.")
    too_long = RequestError(
        413, f"The body is longer than {limits.body_bytes:,} bytes; send the rows in parts."
    )
    declared = int(request.headers.get("content-length") or 0)
    if declared > limits.body_bytes and "expect" in request.headers:
        raise too_long  # the caller waits for a word before it sends
    try:
        async with asyncio.timeout(limits.body_s):
            body, size = await _read(request, limits)
    except TimeoutError:
        raise RequestError(
            408, f"The body did not arrive within {limits.body_s:g} seconds."
        ) from None
    except ClientDisconnect:
        raise RequestError(400, "The connection ended before the body did.") from None
    if size > limits.body_bytes:
        raise too_long
    return body


async def _read(request: Request, limits: Limits) -> tuple[bytes, int]:
    """The body, or nothing once it is too long; and how much was read."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size <= limits.body_bytes:
            parts.append(part)
            continue
        parts.clear()
        if size > _PATIENCE * limits.body_bytes:
            break
    return b"".join(parts), size
