"""Who the assistant is in its workspace, asked once."""

from __future__ import annotations

import asyncio

from bot.errors import Later
from bot.platforms.slack.api import Api
from bot.platforms.slack.errors import LONG_S, SlackRefused
from bot.platforms.slack.incoming import Me


class Identity:
    """The bot user behind the token."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._asking = asyncio.Lock()
        self.known: Me | None = None

    async def me(self) -> Me:
        """Who the assistant is.

        Raises:
            Later: Slack cannot be asked now, or refuses the token.
        """
        async with self._asking:
            if self.known is None:
                self.known = await self._ask()
        return self.known

    async def _ask(self) -> Me:
        try:
            answer = await self._api.call("auth.test")
        except SlackRefused as refused:
            raise Later(str(refused), after_s=LONG_S) from refused
        return Me(
            str(answer["team_id"]),
            str(answer["user_id"]),
            str(answer.get("bot_id") or ""),
            str(answer.get("user") or ""),
            str(answer.get("team") or ""),
            str(answer.get("url") or ""),
        )
