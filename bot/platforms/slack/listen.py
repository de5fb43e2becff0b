"""Takes in what Slack delivers, through Bolt: verify, keep, acknowledge; nothing before that."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
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


def bolt_app(api: Api, take: Take, *, signing_secret: str = "") -> AsyncApp:
    """A Bolt app that gives all that is verified to `take`, and acknowledges after that.

    It has no listeners: Bolt acknowledges events before a listener runs.
    """

    async def keep(
        req: AsyncBoltRequest,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002
    ) -> BoltResponse:
        if req.body.get("type") == "url_verification":
            return await next()
        try:
            taken = await take(req.body)
        except NotYet:
            return BoltResponse(status=503, body="")
        return BoltResponse(status=200, body="" if taken is None else taken)

    quiet = logging.getLogger(f"{__name__}.bolt")
    quiet.setLevel(logging.WARNING)  # below that it writes down bodies of refused requests
    return AsyncApp(
        client=api.client,
        signing_secret=signing_secret or "unused",
        before_authorize=keep,
        logger=quiet,
    )


def events_route(bolt: AsyncApp) -> Route:
    """The address that Slack posts events, commands and interactions to."""

    async def receive(request: Request) -> Response:
        if not _well_formed(request):
            return _no(401, "invalid request")
        try:
            body = await asyncio.wait_for(_body(request), READ_S)
            wanted = to_async_bolt_request(request, body)
        except TimeoutError:
            return _no(408, "too slow")
        except OverflowError:
            return _no(413, "too large")
        except ValueError:  # neither text nor what its content type says
            return _no(401, "invalid request")
        return to_starlette_response(await bolt.async_dispatch(wanted))

    return Route(PATH, receive, methods=["POST"])


def _well_formed(request: Request) -> bool:
    """Whether the signature can be looked at at all; Bolt takes other ones for its own fault."""
    stamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    return bool(_STAMP.fullmatch(stamp) and _SIGNATURE.fullmatch(signature))


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise OverflowError
    return bytes(body)


def _no(status: int, why: str) -> Response:
    return JSONResponse({"error": why}, status_code=status)
