"""The requests of the chat API: each is let in, checked, kept, answered."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.platforms.web.errors import Refusal, bad_request
from bot.platforms.web.guard import Guard, Visitor

log = logging.getLogger(__name__)

VERSION: Final = 1
MAIN: Final = "main"
BODY_BYTES: Final = 64 << 10
BODY_S: Final = 300.0

_PLAIN: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

Handler: TypeAlias = Callable[[Request, Visitor], Awaitable[Response]]


class Endpoint:
    """One path; every refusal of it has the same form."""

    def __init__(self, guard: Guard, **methods: Handler) -> None:
        self._guard = guard
        self._methods = {name.upper(): handler for name, handler in methods.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        response = await self._answer(request)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            visitor = self._guard.admit(
                request.headers, request.query_params.get("channel") or MAIN
            )
            handler = self._methods.get(request.method)
            if handler is None:
                raise Refusal(405, "not_allowed", f"Ask this by {', '.join(self._methods)}.")
            return await handler(request, visitor)
        except Refusal as refusal:
            return answer(refusal.body, status=refusal.status, headers=refusal.headers)
        except ClientDisconnect:
            return answer(bad_request("The connection ended before the body.").body, status=400)
        except Exception:
            ref = secrets.token_hex(4)
            log.exception("a request of the chat API failed (ref %s)", ref)
            sentence = f"Something went wrong (ref {ref})."
            return answer(Refusal(500, "failed", sentence).body, status=500)


def answer(
    value: Mapping[str, Any],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An object as JSON; what no JSON can hold was left out before."""
    body = json.dumps({"version": VERSION, **value}, separators=(",", ":"), allow_nan=False)
    return Response(
        body, status, media_type="application/json", headers={**_PLAIN, **(headers or {})}
    )


def tagged(request: Request, value: Mapping[str, Any]) -> Response:
    """An object that is sent only where the asker has another one."""
    response = answer(value)
    tag = f'"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={**_PLAIN, "ETag": tag})
    response.headers["ETag"] = tag
    return response


async def object_of(request: Request) -> dict[str, Any]:
    """The JSON object of a body; an empty body is an empty object.

    Raises:
        Refusal: It is too long, too slow, or no object.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > BODY_BYTES:
                    raise Refusal(413, "too_large", f"A body has at most {BODY_BYTES:,} bytes.")
    except TimeoutError:
        raise bad_request("The body did not arrive in time.") from None
    if not body:
        return {}
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise bad_request("The body is no JSON.") from None
    if not isinstance(value, dict):
        raise bad_request("The body is no JSON object.")
    return value
