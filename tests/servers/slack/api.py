"""The Web API: faults, token, scopes, then the method; everything is written down."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.servers.slack.arguments import Arguments, read_arguments
from tests.servers.slack.faults import Planned
from tests.servers.slack.methods import METHODS
from tests.servers.slack.methods.base import Method
from tests.servers.slack.records import Call, Refusal
from tests.servers.slack.scopes import scopes_needed
from tests.servers.slack.world import Refused

if TYPE_CHECKING:
    from tests.servers.slack.workspace import Workspace


async def answer(server: Workspace, request: web.Request) -> web.StreamResponse:
    """Answer one request to `/api/<method>`."""
    name = request.match_info["method"]
    if server.faults.outage:
        return cut(request)
    try:
        arguments = await read_arguments(request)
    except Refused as refused:
        return _refusal(server, name, Arguments(), refused)
    token = arguments.pop("token", None) or _bearer(request)
    server.calls.append(Call(name, dict(arguments), time.monotonic()))
    plan = server.faults.take(name)
    if plan is not None and plan.kind in {"rate", "status"}:
        return _planned(plan)
    if plan is not None and plan.kind == "slow":
        await asyncio.sleep(plan.seconds)
    response = await _perform(server, name, token, arguments)
    return cut(request) if plan is not None and plan.kind == "lost" else response


def cut(request: web.Request) -> web.Response:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def _bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _planned(plan: Planned) -> web.Response:
    if plan.kind == "rate":
        return _too_many(plan.retry_after)
    return web.Response(status=plan.status, text="upstream connect error")


def _too_many(retry_after: int) -> web.Response:
    return web.json_response(
        {"ok": False, "error": "ratelimited"},
        status=429,
        headers={"Retry-After": str(retry_after)},
    )


def _too_fast(server: Workspace, name: str, arguments: Arguments) -> bool:
    if name != "chat.postMessage" or not server.faults.pace_s:
        return False
    channel, now = arguments.text("channel"), time.monotonic()
    early = now - server.last_posts.get(channel, 0.0) < server.faults.pace_s
    if not early:
        server.last_posts[channel] = now
    return early


async def _perform(server: Workspace, name: str, token: str, arguments: Arguments) -> web.Response:
    if (fault := _standing_fault(server, name)) is not None:
        return web.json_response({"ok": False, "error": fault})
    if _too_fast(server, name, arguments):
        return _too_many(1)
    try:
        method = METHODS.get(name)
        if method is None:
            raise Refused("unknown_method", req_method=name)
        _check_token(server, method, token)
        _check_scopes(server, name, arguments)
        result = await method.run(server, arguments)
    except Refused as refused:
        return _refusal(server, name, arguments, refused)
    return web.json_response({"ok": True, **result}, headers=_headers(server))


def _standing_fault(server: Workspace, name: str) -> str | None:
    faults = server.faults
    if name in faults.absent:
        return "unknown_method"
    if faults.token_revoked:
        return "token_revoked"
    if faults.account_inactive:
        return "account_inactive"
    return faults.errors.get(name)


def _check_token(server: Workspace, method: Method, token: str) -> None:
    if not token:
        raise Refused("not_authed")
    if token not in {server.bot_token, server.app_token}:
        raise Refused("invalid_auth")
    if token != (server.app_token if method.app_token else server.bot_token):
        raise Refused("not_allowed_token_type")


def _check_scopes(server: Workspace, name: str, arguments: Arguments) -> None:
    needed = scopes_needed(name, arguments, server.world)
    if needed and not needed & server.scopes:
        raise Refused(
            "missing_scope",
            needed=",".join(sorted(needed)),
            provided=",".join(sorted(server.scopes)),
        )


def _headers(server: Workspace) -> dict[str, str]:
    return {"x-oauth-scopes": ",".join(sorted(server.scopes))}


def _refusal(server: Workspace, name: str, arguments: Arguments, refused: Refused) -> web.Response:
    server.refusals.append(Refusal(name, refused.error, refused.messages, dict(arguments)))
    body: dict[str, Any] = {"ok": False, "error": refused.error, **refused.extra}
    if refused.messages:
        body["response_metadata"] = {"messages": list(refused.messages)}
        body["errors"] = [line.removeprefix("[ERROR] ") for line in refused.messages]
    return web.json_response(body, headers=_headers(server))
