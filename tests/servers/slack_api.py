"""A local Slack Web API that knows one token, as far as a check of the set-up asks it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

TOKEN = "xoxb-good"


@asynccontextmanager
async def slack_api(scopes: frozenset[str]) -> AsyncIterator[str]:
    """The API's address; the token has these scopes."""

    async def auth_test(request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        return web.json_response(
            {"ok": True, "team": "Crew", "user": "assistant", "team_id": "T1", "bot_id": "B1"},
            headers={"x-oauth-scopes": ",".join(sorted(scopes))},
        )

    app = web.Application()
    app.router.add_post("/api/auth.test", auth_test)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    finally:
        await runner.cleanup()
