"""Checks a Discord token and the message content intent against the API."""

from __future__ import annotations

import aiohttp

from bot.platforms.findings import Finding
from bot.settings import Settings

PORTAL = "Discord developer portal, Bot"
MESSAGE_CONTENT = 1 << 18 | 1 << 19  # granted to a verified app, or to one in few servers


async def check_discord(settings: Settings) -> list[Finding]:
    """Whether the token works and the app may read message content."""
    token = settings.discord_token
    if token is None:
        return [Finding("note", "discord", "not configured", "set DISCORD_TOKEN to use it")]
    headers = {"Authorization": f"Bot {token.get_secret_value()}"}
    timeout = aiohttp.ClientTimeout(total=10)
    async with (
        aiohttp.ClientSession(headers=headers, timeout=timeout) as session,
        session.get(f"{settings.discord_api_url}/applications/@me") as response,
    ):
        if response.status == 401:
            fix = f"reset the token and copy it ({PORTAL})"
            return [Finding("bad", "discord", "the token is refused", fix)]
        response.raise_for_status()
        about = await response.json()
    if not int(about.get("flags", 0)) & MESSAGE_CONTENT:
        fix = f"turn on the message content intent ({PORTAL})"
        return [Finding("bad", "discord", "the app may not read message content", fix)]
    return [Finding("ok", "discord", f"the token works for {about.get('name')}, intent is on")]
