"""Checks a Discord token, the message content intent, the gateway and the servers' permissions."""

from __future__ import annotations

from typing import Any, Final

import aiohttp

from bot.platforms.findings import Finding
from bot.settings import Settings

PORTAL: Final = "Discord developer portal, Bot"
MESSAGE_CONTENT: Final = 1 << 18 | 1 << 19  # granted to a verified app, or to one in few servers
HELLO: Final = 10
TIMEOUT: Final = aiohttp.ClientTimeout(total=10)
ADMINISTRATOR: Final = 1 << 3
NEEDED: Final = {
    "View Channels": 1 << 10,
    "Send Messages": 1 << 11,
    "Embed Links": 1 << 14,
    "Attach Files": 1 << 15,
    "Read Message History": 1 << 16,
    "Create Public Threads": 1 << 35,
    "Send Messages in Threads": 1 << 38,
}
"""What the assistant's role needs in a server, as Discord names and counts it."""


async def check_discord(settings: Settings) -> list[Finding]:
    """Whether the token works, messages may be read, and the gateway and all channels be used."""
    token = settings.discord_token
    if token is None:
        return [Finding("note", "discord", "not configured", "set DISCORD_TOKEN to use it")]
    headers = {"Authorization": f"Bot {token.get_secret_value()}"}
    base = settings.discord_api_url.rstrip("/")
    async with aiohttp.ClientSession(headers=headers, timeout=TIMEOUT) as session:
        about = await _get(session, f"{base}/applications/@me")
        if about is None:
            fix = f"reset the token, copy it and set DISCORD_TOKEN to it ({PORTAL})"
            return [Finding("bad", "discord", "the token is refused", fix)]
        return [
            _app(about),
            await _gateway(session, settings, base),
            *await _servers(session, base),
        ]


def _app(about: dict[str, Any]) -> Finding:
    if not int(about.get("flags") or 0) & MESSAGE_CONTENT:
        fix = f"turn on the message content intent ({PORTAL}, Privileged Gateway Intents)"
        return Finding("bad", "discord", "the app may not read message content", fix)
    if about.get("interactions_endpoint_url"):
        fix = "empty it (Discord developer portal, General Information)"
        return Finding("bad", "discord", "clicks go to an interactions endpoint URL", fix)
    return Finding("ok", "discord", f"the token works for {about.get('name')}, intent is on")


async def _gateway(session: aiohttp.ClientSession, settings: Settings, base: str) -> Finding:
    """Whether the gateway greets us; nothing is asked of it."""
    found = await _get(session, f"{base}/gateway/bot") or {}
    url = settings.discord_gateway_url or str(found.get("url") or "")
    try:
        async with session.ws_connect(f"{url.rstrip('/')}/?v=10&encoding=json") as socket:
            greeting = await socket.receive_json(timeout=TIMEOUT.total)
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError, TypeError) as error:
        fix = "let the bot open wss connections to gateway.discord.gg (DISCORD_GATEWAY_URL)"
        return Finding("bad", "discord gateway", f"cannot be reached: {error!r}", fix)
    if greeting.get("op") != HELLO:
        return Finding("bad", "discord gateway", "it does not answer as Discord's does")
    left = (found.get("session_start_limit") or {}).get("remaining", 1)
    if not left:
        fix = "wait; Discord allows so many connections a day"
        return Finding("bad", "discord gateway", "no new session may be begun today", fix)
    return Finding("ok", "discord gateway", "can be reached")


async def _servers(session: aiohttp.ClientSession, base: str) -> list[Finding]:
    """What the assistant's role lacks, server by server; single channels may differ."""
    guilds = await _get(session, f"{base}/users/@me/guilds")
    if not guilds:
        fix = "invite the bot to one with the scopes bot and applications.commands"
        return [Finding("note", "discord servers", "the bot is in no server", fix)]
    lacking = [finding for guild in guilds if (finding := check_server(guild)) is not None]
    return lacking or [Finding("ok", "discord servers", f"{len(guilds)}, permissions complete")]


def check_server(guild: dict[str, Any]) -> Finding | None:
    """What the role lacks in a server as `/users/@me/guilds` tells of it; None for nothing."""
    allowed = int(guild.get("permissions", ADMINISTRATOR))
    missing = [name for name, bit in NEEDED.items() if not allowed & bit]
    if not missing or allowed & ADMINISTRATOR:
        return None
    sentence = f"in {guild.get('name')} the bot lacks: {', '.join(missing)}"
    fix = "give its role these permissions (Server Settings, Roles)"
    return Finding("bad", "discord servers", sentence, fix)


async def _get(session: aiohttp.ClientSession, url: str) -> Any:
    """What the API answers; None where it refuses the token."""
    async with session.get(url) as response:
        if response.status == 401:
            return None
        response.raise_for_status()
        return await response.json()
