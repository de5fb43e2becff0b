"""The paths of the chat API."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from bot.platforms.web.api import Endpoint
from bot.platforms.web.errors import not_found
from bot.platforms.web.guard import Guard, Visitor
from bot.platforms.web.reading import Reading
from bot.platforms.web.render import BASE
from bot.platforms.web.speaking import Speaking


async def _nothing(_: Request, __: Visitor) -> Response:
    raise not_found("path")


def routes_of(guard: Guard, speaking: Speaking, reading: Reading) -> list[BaseRoute]:
    """All of them, under one prefix; what is not among them is not found, in the same form."""
    a_file = "/replies/{reply:int}/files/{index:int}"
    paths = {
        "/me": Endpoint(guard, get=reading.me),
        "/messages": Endpoint(guard, post=speaking.say),
        "/sample": Endpoint(guard, post=speaking.sample),
        "/forms": Endpoint(guard, get=speaking.form),
        "/presses": Endpoint(guard, post=speaking.press),
        "/threads": Endpoint(guard, get=reading.threads),
        "/threads/{thread}": Endpoint(guard, get=reading.thread),
        "/events": Endpoint(guard, get=reading.events),
        "/board": Endpoint(guard, get=reading.board),
        a_file: Endpoint(guard, get=reading.file),
        f"{a_file}/link": Endpoint(guard, get=reading.link),
        "/{rest:path}": Endpoint(guard, get=_nothing, post=_nothing),
    }
    return [Mount(BASE, routes=[Route(path, endpoint) for path, endpoint in paths.items()])]
