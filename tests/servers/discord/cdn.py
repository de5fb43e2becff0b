"""Where attachments are downloaded: links are signed, and end when they say so."""

from __future__ import annotations

import time

from aiohttp import web

from tests.servers.discord.faults import Faults
from tests.servers.discord.payloads import sign
from tests.servers.discord.world import World

GONE = "This content is no longer available."


def serve_files(app: web.Application, world: World, faults: Faults) -> None:
    """Serve uploads below /attachments and /ephemeral-attachments."""

    async def download(request: web.Request) -> web.StreamResponse:
        if faults.outage:
            return web.Response(status=503)
        file = world.files.get(int(request.match_info["file"]))
        expires, issued = request.query.get("ex", ""), request.query.get("is", "")
        signed = sign(request.path.lstrip("/"), expires, issued) == request.query.get("hm")
        if file is None or not signed or int(expires, 16) < time.time():
            return web.Response(status=404, text=GONE)
        return web.Response(body=file.data, content_type=file.content_type)

    for place in ("attachments", "ephemeral-attachments"):
        app.router.add_get(f"/{place}/{{channel:\\d+}}/{{file:\\d+}}/{{name}}", download)
