"""Pointing the real discord.py at a local Discord."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import discord.gateway
import discord.http
import yarl

from tests.servers.discord.server import DiscordServer


@contextmanager
def discord_library(server: DiscordServer) -> Iterator[None]:
    """Let discord.py talk to this server while the block runs.

    A client is ready in a tenth of a second with `guild_ready_timeout=0.05` (its default waits
    two seconds for more guilds); a `before_identify_hook` that does nothing saves the five
    seconds that it waits before it identifies anew.
    """
    route, socket = discord.http.Route, discord.gateway.DiscordWebSocket
    before = route.BASE, socket.DEFAULT_GATEWAY
    route.BASE, socket.DEFAULT_GATEWAY = server.api_url, yarl.URL(server.gateway_url)
    try:
        yield
    finally:
        route.BASE, socket.DEFAULT_GATEWAY = before
