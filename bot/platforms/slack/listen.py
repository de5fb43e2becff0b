"""Takes in what Slack delivers, through Bolt: verify, keep, acknowledge; nothing before that."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.platforms.slack.api import Api

log = logging.getLogger(__name__)

PATH: Final = "/slack/events"
LARGEST: Final = 4 * 1024 * 1024
READ_S: Final = 10.0
_STAMP: Final = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNATURE: Final = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)

Take: TypeAlias = Callable[[Mapping[str, Any]], Awaitable[dict[str, Any] | None]]
"""Takes a body in; what it returns goes along with the acknowledgement."""


class NotYet(Exception):
    """The assistant is not ready to take anything in; Slack delivers it again."""


class _Keeping(AsyncMiddleware):
    """Takes in all that is verified, before anything else of Bolt sees it."""

    def __init__(self, take: Take) -> None:
        self._take = take

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt's name
    ) -> BoltResponse:
        """Keep it, then acknowledge; without that Slack delivers it again."""
        if req.body.get("type") == "url_verification":
            return await next()
        try:
            taken = await self._take(req.body)
        except NotYet:
            return BoltResponse(status=503, body="")
        return BoltResponse(status=200, body="" if taken is None else taken)


def bolt_app(api: Api, take: Take, *, signing_secret: str = "") -> AsyncApp:
    """A Bolt app that gives all that is verified to `take`, and acknowledges after that.

    It has no listeners: Bolt acknowledges events before a listener runs.
    """
    quiet = logging.getLogger(f"{__name__}.bolt")
    quiet.setLevel(logging.WARNING)  # below that it writes down bodies of refused requests
    return AsyncApp(
        client=api.client,
        signing_secret=signing_secret or "unused",
        before_authorize=_Keeping(take),
        logger=quiet,
    )


def events_route(bolt: AsyncApp, signing_secret: str) -> Route:
    """The address that Slack posts events, commands and interactions to.

    Bolt verifies signatures, too, but trips over some that are malformed, and reads a body
    before it knows who sent it.
    """
    verifier = SignatureVerifier(signing_secret)

    async def receive(request: Request) -> Response:
        try:
            async with asyncio.timeout(READ_S):
                body = await _body(request)
        except TimeoutError:
            return _no(408, "too slow")
        except OverflowError:
            return _no(413, "too large")
        if not _is_slacks(request, body, verifier):
            return _no(401, "invalid request")
        try:
            wanted = to_async_bolt_request(request, body)
        except Exception as error:
            log.warning("a signed request makes no sense: %r", error)
            return _no(400, "not understood")
        return to_starlette_response(await bolt.async_dispatch(wanted))

    return Route(PATH, receive, methods=["POST"])


def _is_slacks(request: Request, body: bytes, verifier: SignatureVerifier) -> bool:
    """Whether Slack signed the body, and just now."""
    stamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    if not (_STAMP.fullmatch(stamp) and _SIGNATURE.fullmatch(signature)):
        return False
    try:
        return verifier.is_valid(body, stamp, signature)
    except UnicodeDecodeError:
        return False


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise OverflowError
    return bytes(body)


def _no(status: int, why: str) -> Response:
    return JSONResponse({"error": why}, status_code=status)
