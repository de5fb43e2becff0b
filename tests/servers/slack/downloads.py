"""The bytes of files: the upload address and the private download."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aiohttp import web

from tests.servers.slack.api import cut

if TYPE_CHECKING:
    from tests.servers.slack.workspace import Workspace

LOGIN = "<!DOCTYPE html><html><head><title>Slack</title></head><body>Sign in</body></html>"


async def upload(server: Workspace, request: web.Request) -> web.StreamResponse:
    """Take the bytes of a file, as raw body or as a form's first file."""
    if server.faults.outage:
        return cut(request)
    plan = server.faults.take("upload")
    if plan is not None and plan.kind != "lost":
        return web.Response(status=plan.status)
    file, length = server.pending.get(request.match_info["file"], (None, 0))
    if file is None:
        return web.Response(status=404, text="not found")
    data = await _body(request)
    if len(data) != length:
        return web.Response(status=400, text=f"expected {length} bytes, got {len(data)}")
    server.pending[file.id] = (replace(file, data=data), length)
    return cut(request) if plan is not None else web.Response(text=f"OK - {len(data)}")


async def login_page(_request: web.Request) -> web.StreamResponse:
    """What a browser gets that is not signed in: a page, not the file."""
    return web.Response(text=LOGIN, content_type="text/html")


async def download(server: Workspace, request: web.Request) -> web.StreamResponse:
    """Give the bytes to who shows the bot token; others see the login page."""
    if server.faults.outage:
        return cut(request)
    plan = server.faults.take("download")
    if plan is not None:
        return cut(request) if plan.kind == "lost" else web.Response(status=plan.status)
    allowed = request.headers.get("Authorization") == f"Bearer {server.bot_token}"
    if not (allowed and "files:read" in server.scopes) or server.faults.token_revoked:
        return web.Response(status=302, headers={"Location": f"/login?redir={request.path}"})
    file = server.world.files.get(request.match_info["file"])
    if file is None or not file.ready:
        return web.Response(status=404, text="file not found")
    name = file.name.replace('"', "")
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=file.data, content_type=file.mimetype, headers=disposition)


async def _body(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    async for part in await request.multipart():
        return bytes(await part.read())  # type: ignore[union-attr]
    return b""
