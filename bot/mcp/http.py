"""The server at an address: a token, allowed hosts and origins, a bound on what is sent."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Any, Final

from mcp.server import Server
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

PATH: Final = "/mcp"
_LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
_SESSIONS: Final = 100


def http_app(
    server: Server[Any],
    *,
    token: str,
    hosts: Sequence[str],
    routes: Sequence[Route],
    max_body: int,
) -> ASGIApp:
    """The server at `/mcp` for whoever has the token, and routes that need none.

    Args:
        server: What answers.
        token: To be sent as `Authorization: Bearer …`.
        hosts: Names besides loopback's under which it is reached, for `Host` and `Origin`: a page
            that rebinds a name of its own to this address gets nothing.
        routes: Signed downloads.
        max_body: Bytes of the largest request.
    """
    names = [f"{name}:*" for name in _LOOPBACK]
    given = [form for host in hosts for form in (host, f"{host}:*")]
    origins = [f"{scheme}://{name}" for name in (*names, *given) for scheme in ("http", "https")]
    app = server.streamable_http_app(
        streamable_http_path=PATH,
        transport_security=TransportSecuritySettings(
            allowed_hosts=[*names, *given], allowed_origins=origins
        ),
        custom_starlette_routes=list(routes),
        max_request_body_size=max_body,
        max_sessions=_SESSIONS,
    )
    return _Guard(app, token)


class _Guard:
    """Lets nobody to the protocol's path who has not the token."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(PATH) and not self._knows(scope):
            refusal = JSONResponse(
                {"error": "invalid_token", "error_description": "A valid bearer token is needed."},
                status_code=401,
                headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
            )
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _knows(self, scope: Scope) -> bool:
        kind, _, given = Headers(scope=scope).get("authorization", "").partition(" ")
        same = hmac.compare_digest(given.strip().encode(), self._token)
        return same and kind.lower() == "bearer"
