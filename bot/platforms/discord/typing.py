"""Shows that the assistant is at work, where it takes a moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import discord

from bot.errors import BotError
from bot.platforms.discord.api import Api
from bot.platforms.discord.errors import NETWORK

AFTER_S: Final = 0.7
AGAIN_S: Final = 8.0


@asynccontextmanager
async def typing_in(api: Api, channel: str) -> AsyncIterator[None]:
    """While the block takes its time, people see that somebody types; "" shows nobody."""
    if not channel:
        yield
        return
    task = asyncio.create_task(_type(api, channel))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _type(api: Api, channel: str) -> None:
    pause = AFTER_S
    try:
        while True:
            await asyncio.sleep(pause)
            await api.call("POST", "/channels/{channel_id}/typing", {"channel_id": channel})
            pause = AGAIN_S
    except (discord.HTTPException, discord.RateLimited, BotError, *NETWORK):
        return
