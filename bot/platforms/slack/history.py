"""Reads back what was said in a channel or a thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

from bot.platforms.slack.api import Api
from storage.catalog.records import Json

PAGE: Final = 200
PAGES: Final = 5


class History:
    """What was said, oldest first.

    Args:
        pace_s: Seconds between two pages.
    """

    def __init__(self, api: Api, *, pace_s: float = 0.0) -> None:
        self._api = api
        self._pace_s = pace_s

    async def since(self, channel: str, thread: str = "", *, oldest: str) -> list[Json]:
        """The messages of a channel or of a thread after a moment, the newest 1,000 at most.

        Raises:
            Later: Slack asks to wait.
            SlackRefused: The channel cannot be read.
        """
        args: Json = {"channel": channel, "oldest": oldest, "include_all_metadata": True}
        found = [message async for message in self._pages(args, thread)]
        later = [message for message in found if float(message.get("ts") or 0) > float(oldest)]
        return sorted(later, key=lambda message: float(message["ts"]))

    async def one(self, channel: str, ts: str, *, thread: str = "") -> Json | None:
        """One message as it stands now, with its files; None where it is gone."""
        args: Json = {"channel": channel, "latest": ts, "oldest": ts, "inclusive": True}
        if thread:
            answer = await self._api.call("conversations.replies", ts=thread, limit=5, **args)
        else:
            answer = await self._api.call("conversations.history", limit=1, **args)
        messages: list[Json] = answer.get("messages") or []
        return next((message for message in messages if message.get("ts") == ts), None)

    async def _pages(self, args: Json, thread: str) -> AsyncIterator[Json]:
        cursor: dict[str, Any] = {}
        for page in range(PAGES):
            if page and self._pace_s:
                await asyncio.sleep(self._pace_s)
            if thread:
                answer = await self._api.call(
                    "conversations.replies", ts=thread, limit=PAGE, **args, **cursor
                )
            else:
                answer = await self._api.call("conversations.history", limit=PAGE, **args, **cursor)
            for message in answer.get("messages") or []:
                yield message
            following = (answer.get("response_metadata") or {}).get("next_cursor")
            if not following:
                return
            cursor = {"cursor": following}
