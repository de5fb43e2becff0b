"""What `doctor` finds about Discord, and what it says to change."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from bot.platforms.discord.check import NEEDED, check_discord, check_server
from bot.platforms.findings import Finding
from tests.bot.stage import settings_for
from tests.servers.discord import DiscordServer, discord_server


def found(home: Path, *, guild: bool = True, gateway: str = "", **server: Any) -> list[Finding]:
    async def check() -> list[Finding]:
        async with discord_server(**server) as local:
            if guild:
                local.add_guild("crew")
            return await check_discord(settings(home, local, gateway))

    return asyncio.run(check())


def settings(home: Path, local: DiscordServer, gateway: str) -> Any:
    return settings_for(
        home,
        discord_token=local.token,
        discord_api_url=local.api_url,
        discord_gateway_url=gateway or local.gateway_url,
    )


def test_all_is_well(tmp_path: Path) -> None:
    """A token, an intent, a gateway and a server with every permission."""
    assert [(one.state, one.what) for one in found(tmp_path)] == [
        ("ok", "discord"),
        ("ok", "discord gateway"),
        ("ok", "discord servers"),
    ]


def test_the_intent_is_off(tmp_path: Path) -> None:
    """Without the message content intent the switch to turn on is named."""
    app, *_ = found(tmp_path, message_content=False)
    assert (app.state, "Privileged Gateway Intents" in app.fix) == ("bad", True)


def test_the_gateway_is_out_of_reach(tmp_path: Path) -> None:
    """A gateway that cannot be reached is found, with what to open."""
    _, gateway, _ = found(tmp_path, gateway="ws://127.0.0.1:9/gateway")
    assert (gateway.state, "DISCORD_GATEWAY_URL" in gateway.fix) == ("bad", True)


def test_in_no_server(tmp_path: Path) -> None:
    """A bot that nobody has invited is told how to be."""
    servers = found(tmp_path, guild=False)[2]
    assert (servers.state, "applications.commands" in servers.fix) == ("note", True)


def test_permissions_that_are_missing() -> None:
    """What the bot's role lacks in a server is named; an administrator lacks nothing."""
    every = sum(NEEDED.values())
    assert check_server({"name": "crew", "permissions": str(every)}) is None
    assert check_server({"name": "crew", "permissions": "8"}) is None
    lacking = check_server({"name": "crew", "permissions": str(every - (1 << 35))})
    assert lacking is not None
    assert lacking.sentence == "in crew the bot lacks: Create Public Threads"
