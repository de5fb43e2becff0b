"""Who gets to the page at all: a link that works once, and the cookie it leaves behind."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OPEN: Final = "/open"
LIFE_S: Final = 30 * 86_400
_POLICY: Final = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{scripts}; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; frame-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
"""What the page may load: its own files. A script that got in anyway would reach nobody."""

_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1.05rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 18vh auto 0;
       padding: 0 1.5rem }}
h1 {{ font-size: 1.4rem; font-weight: 600 }}
code {{ font: .95em ui-monospace, monospace }}
</style></head>
<body><main><h1>{title}</h1><p>{text}</p></main></body></html>
"""


@dataclass
class Tickets:
    """The one-time link: its address for the terminal, and the cookie it is changed for.

    Cookies are signed, not stored, so that they outlive this process.

    Attributes:
        key: Signs the cookies.
        cookie: The name of the cookie; two pages on one machine need two.
        now: Seconds since 1970.
        renewed: Told when a link was used up and there is a new one.
    """

    key: bytes
    cookie: str
    now: Callable[[], float] = time.time
    renewed: Callable[[str], None] = lambda _: None
    _ticket: str = field(default_factory=lambda: secrets.token_urlsafe(24), init=False)

    @property
    def path(self) -> str:
        """The link that opens the page once, without host and port."""
        return f"{OPEN}?ticket={self._ticket}"

    def redeem(self, ticket: str) -> bool:
        """Whether this was the link; it is not any more."""
        if not hmac.compare_digest(ticket.encode(), self._ticket.encode()):
            return False
        self._ticket = secrets.token_urlsafe(24)
        self.renewed(self.path)
        return True

    def session(self) -> str:
        """The value of a new cookie."""
        body = f"{int(self.now()) + LIFE_S}.{secrets.token_urlsafe(12)}"
        return f"{body}.{self._sign(body)}"

    def knows(self, value: str) -> bool:
        """Whether a cookie was given here and is still good."""
        body, _, signature = value.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(body).encode()):
            return False
        return int(body.partition(".")[0]) > self.now()

    def _sign(self, body: str) -> str:
        """HMAC-SHA256 (RFC 2104)."""
        digest = hmac.digest(self.key, f"page {self.cookie} {body}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


class Gate:
    """Middleware around the page; asks for host, origin and cookie before anything else happens.

    Args:
        app: The page.
        hosts: What the `Host` header may say, with the port; a name that was bent to this
            machine is not among them.
        tickets: Who has no cookie of theirs is refused; None where people sign in instead.
        scripts: Hashes of the scripts that stand in the page itself; no other such script runs.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: frozenset[str],
        tickets: Tickets | None,
        scripts: Sequence[str] = (),
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._tickets = tickets
        self._policy = _POLICY.format(scripts="".join(f" {each}" for each in scripts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, answer it, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        answer = self._answer(scope, Headers(scope=scope))
        if answer is None:
            await self._app(scope, receive, self._guarded(send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await answer(scope, receive, self._guarded(send))

    def _answer(self, scope: Scope, headers: Headers) -> Response | None:
        """What is answered in place of the page; None: the page."""
        host = headers.get("host", "").lower()
        if host not in self._hosts or not _same_place(headers.get("origin"), host):
            return _refusal("Not from here", "This page is not reached by that address.")
        if self._tickets is None:
            return None
        if scope["type"] == "http" and scope["path"] == OPEN:
            return self._opened(self._tickets, scope)
        if self._tickets.knows(_cookie(headers, self._tickets.cookie)):
            return None
        return _refusal(
            "This page opens with its link",
            "The terminal that runs <code>python -m bot web</code> shows a link that opens it in "
            "this browser. Each link works once; a used one is followed by the next.",
        )

    def _opened(self, tickets: Tickets, scope: Scope) -> Response:
        given = parse_qs(scope["query_string"].decode("latin-1")).get("ticket", [""])[0]
        if tickets.redeem(given):
            response = RedirectResponse("/", status_code=303)
            response.set_cookie(
                tickets.cookie, tickets.session(), httponly=True, samesite="lax", path="/"
            )
            return response
        if tickets.knows(_cookie(Headers(scope=scope), tickets.cookie)):
            return RedirectResponse("/", status_code=303)
        return _refusal(
            "This link was used already",
            "Each link opens the page in one browser. The terminal that runs "
            "<code>python -m bot web</code> shows the next one.",
        )

    def _guarded(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = self._policy
                headers["X-Content-Type-Options"] = "nosniff"
                headers["X-Frame-Options"] = "DENY"
                headers["Referrer-Policy"] = "same-origin"
            await send(message)

        return sending


def _cookie(headers: Headers, name: str) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found is not None else ""


def _same_place(origin: str | None, host: str) -> bool:
    """Whether a browser asks on behalf of this very page; other programs name no origin."""
    return origin is None or urlsplit(origin).netloc.lower() == host


def _refusal(title: str, text: str) -> Response:
    return HTMLResponse(_PAGE.format(title=escape(title), text=text), status_code=403)
