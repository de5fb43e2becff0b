"""The gate of the REST API: faults, token, body, rate limit headers, and the record of calls."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from tests.servers.discord.errors import MALFORMED, Refused, form, unauthorized
from tests.servers.discord.faults import Faults, RestFault
from tests.servers.discord.gateway import Credentials

ROOT = "/api/v10"
OPEN = ("/webhooks/", "/interactions/")


@dataclass(frozen=True)
class Upload:
    """A file of a multipart body."""

    name: str
    data: bytes
    content_type: str


@dataclass
class Call:
    """One REST call: what was asked, when (seconds since 1970), and the status it got."""

    method: str
    path: str
    json: Any
    files: list[tuple[str, bytes]]
    at: float
    status: int = 0


@dataclass(frozen=True)
class Refusal:
    """A call answered with 4xx: why, in Discord's words; `malformed` is the bot's own mistake."""

    call: Call
    status: int
    code: int
    message: str
    errors: dict[str, Any] = field(default_factory=dict)

    @property
    def malformed(self) -> bool:
        """Whether the body was one that Discord takes nowhere and never."""
        return self.status == 400 and self.code in MALFORMED

    def __str__(self) -> str:
        why = f"{self.code} {self.message} {json.dumps(self.errors) if self.errors else ''}"
        return f"{self.call.method} {self.call.path}: {self.status} {why}".rstrip()


@dataclass(frozen=True)
class Asked:
    """A call that passed the gate, as a route gets it."""

    path: dict[str, str]
    query: dict[str, str]
    json: Any
    uploads: dict[int, Upload]

    def id(self, name: str) -> int:
        """An id of the path."""
        value = self.path[name]
        return int(value) if value.isdecimal() else 0


@dataclass(frozen=True)
class Answer:
    """A status with a body."""

    status: int
    body: Any = None


Handler = Callable[[Asked], Awaitable[Answer]]


class Buckets:
    """Counts calls per route and channel; they only run out when the faults set a bucket."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._used: dict[str, tuple[int, float]] = {}

    def use(self, route: str, place: str) -> tuple[dict[str, str], float]:
        """The headers, and how long to wait when the bucket is empty."""
        limit, period = self._faults.bucket or (1000, 1.0)
        now, key = time.time(), f"{route} {place}"
        used, reset = self._used.get(key, (0, 0.0))
        if reset <= now:
            used, reset = 0, now + period
        empty = used >= limit
        self._used[key] = (used + (not empty), reset)
        return {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(0, limit - used - 1)),
            "X-RateLimit-Reset": f"{reset:.3f}",
            "X-RateLimit-Reset-After": f"{reset - now:.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(route.encode()).hexdigest()[:32],
        }, (reset - now if empty else 0.0)


class Gate:
    """Every route goes through here."""

    def __init__(self, credentials: Credentials, faults: Faults) -> None:
        self._credentials = credentials
        self._faults = faults
        self._buckets = Buckets(faults)
        self.calls: list[Call] = []
        self.refusals: list[Refusal] = []

    def route(self, app: web.Application, method: str, path: str, handler: Handler) -> None:
        """Serve a path of the API."""

        async def serve(request: web.Request) -> web.StreamResponse:
            return await self._serve(request, path, handler)

        app.router.add_route(method, ROOT + path, serve)

    def unknown(self, app: web.Application) -> None:
        """Answer what no route takes with Discord's 404."""

        async def refuse(asked: Asked) -> Answer:
            raise Refused(404, 0, "404: Not Found")

        self.route(app, "*", "/{tail:.*}", refuse)

    async def _serve(self, request: web.Request, path: str, handler: Handler) -> web.StreamResponse:
        short = request.path.removeprefix(ROOT)
        call = Call(request.method, short, None, [], time.time())
        self.calls.append(call)
        headers, wait = self._buckets.use(f"{request.method} {path}", _place(request))
        fault = self._faults.take(f"{request.method} {short}")
        if self._faults.outage or (fault and fault.kind == "error"):
            await request.read()
            call.status = fault.status if fault else 503
            return web.Response(status=call.status, text="upstream connect error")
        if wait or (fault and fault.kind == "limit"):
            await request.read()
            call.status = 429
            return _limited(headers, wait, fault)
        response = await self._answer(request, call, path, handler)
        response.headers.update(headers)
        if fault and fault.kind == "lose":
            _cut(request)
        return response

    async def _answer(
        self, request: web.Request, call: Call, path: str, handler: Handler
    ) -> web.Response:
        try:
            answer = await self._handle(request, call, path, handler)
        except Refused as refused:
            answer = self._refuse(call, refused)
        except (AttributeError, KeyError, TypeError, ValueError) as wrong:
            # A body of another shape than any rule expects.
            about = {"code": "MODEL_TYPE_CONVERT", "message": repr(wrong)}
            answer = self._refuse(call, form({"_errors": [about]}))
        call.status = answer.status
        if answer.body is None:
            return web.Response(status=answer.status)
        return _json(answer.status, answer.body)

    async def _handle(
        self, request: web.Request, call: Call, path: str, handler: Handler
    ) -> Answer:
        self._check_token(request, path)
        body, uploads = await _read(request)
        call.json, call.files = body, [(one.name, one.data) for one in uploads.values()]
        return await handler(Asked(dict(request.match_info), dict(request.query), body, uploads))

    def _refuse(self, call: Call, refused: Refused) -> Answer:
        why = refused.code, refused.message, refused.errors
        self.refusals.append(Refusal(call, refused.status, *why))
        return Answer(refused.status, refused.body)

    def _check_token(self, request: web.Request, path: str) -> None:
        # A webhook or interaction token is in the path; there the bot's token is not asked for.
        if path.startswith(OPEN):
            return
        expected = f"Bot {self._credentials.token}"
        if self._faults.revoked or request.headers.get("Authorization") != expected:
            raise unauthorized()


def _json(status: int, body: Any, headers: dict[str, str] | None = None) -> web.Response:
    # The type must be exactly this, without a charset.
    found = {"Content-Type": "application/json"} | (headers or {})
    return web.Response(status=status, body=json.dumps(body).encode(), headers=found)


def _place(request: web.Request) -> str:
    """What a rate limit counts apart: the channel, guild or webhook of the path."""
    keys = ("channel", "guild", "token")
    return next((request.match_info[key] for key in keys if key in request.match_info), "")


def _limited(headers: dict[str, str], wait: float, fault: RestFault | None) -> web.Response:
    everywhere = bool(fault and fault.everywhere)
    wait = wait or (fault.retry_after if fault else 0.0)
    body = {
        "message": "You are being rate limited.",
        "retry_after": round(wait, 3),
        "global": everywhere,
    }
    scope = "global" if everywhere else "user"
    extra = {
        "Via": "1.1 google",
        "Retry-After": str(max(1, round(wait))),
        "X-RateLimit-Scope": scope,
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset-After": f"{wait:.3f}",
    }
    if everywhere:
        return _json(429, body, extra | {"X-RateLimit-Global": "true"})
    return _json(429, body, headers | extra)


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
    raise asyncio.CancelledError


async def _read(request: web.Request) -> tuple[Any, dict[int, Upload]]:
    if request.content_type == "multipart/form-data":
        return await _read_parts(request)
    raw = await request.read()
    if not raw:
        return None, {}
    if request.content_type != "application/json":
        message = 'Expected "Content-Type" header to be one of {application/json}.'
        raise form({"_errors": [{"code": "CONTENT_TYPE_INVALID", "message": message}]})
    return _parsed(raw), {}


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise Refused(400, 50109, "The request body contains invalid JSON.") from None


async def _read_parts(request: web.Request) -> tuple[Any, dict[int, Upload]]:
    body: Any = {}
    uploads: dict[int, Upload] = {}
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader):
            continue
        raw = bytes(await part.read(decode=False))
        found = re.fullmatch(r"files\[(\d+)\]", part.name or "")
        if part.name == "payload_json":
            body = _parsed(raw)
        elif found:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            uploads[int(found[1])] = Upload(part.filename or "unknown", raw, kind)
    return body, uploads
