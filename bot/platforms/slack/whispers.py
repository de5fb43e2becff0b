"""What only one person sees: ephemeral messages, and the ways round where those cannot be."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from bot.errors import BotError
from bot.platforms.slack.api import Api
from bot.platforms.slack.errors import SlackRefused, undelivered
from bot.platforms.slack.texts import escape
from storage.catalog.records import Json

log = logging.getLogger(__name__)

URL_LIVES_S: Final = 29 * 60.0
MOST_URLS: Final = 2_000
ELSEWHERE: Final = frozenset({"channel_not_found", "not_in_channel", "user_not_in_channel"})


class Whispers:
    """Says things to one person alone.

    Where the assistant is not in a channel (commands work everywhere), the answer goes to the
    address that came with what they did there, or else to their direct messages.
    """

    def __init__(self, api: Api, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._clock = clock
        self._urls: dict[tuple[str, str], tuple[float, str]] = {}

    def may_answer_at(self, channel: str, user: str, url: object) -> None:
        """Remember where an interaction may be answered; kept in memory only, it is a secret."""
        if isinstance(url, str) and self._is_slacks(url):
            if len(self._urls) >= MOST_URLS:
                self._urls.clear()
            self._urls[channel, user] = (self._clock() + URL_LIVES_S, url)

    async def tell(self, channel: str, user: str, sentence: str, *, thread: str = "") -> None:
        """Say a sentence to somebody alone; what cannot be said is only logged."""
        try:
            await self.post(channel, user, escape(sentence), thread=thread)
        except BotError as error:
            log.warning("%s was not told in %s: %s", user, channel, error)

    async def post(
        self,
        channel: str,
        user: str,
        text: str,
        *,
        blocks: Sequence[Json] = (),
        thread: str = "",
    ) -> str:
        """Post to one person alone; returns a reference that nothing can be done with.

        Raises:
            Later: Slack asks to wait.
            Undeliverable: There is no way to them.
        """
        content: dict[str, Any] = {"text": text, "blocks": list(blocks) or None}
        where = {"thread_ts": thread} if thread else {}
        try:
            answer = await self._api.call(
                "chat.postEphemeral", channel=channel, user=user, **content, **where
            )
        except SlackRefused as refused:
            if refused.code not in ELSEWHERE:
                raise undelivered(refused) from refused
            if await self._answer_at(channel, user, content):
                return "answered"
            return await self._direct(user, content)
        return str(answer.get("message_ts") or "")

    async def _answer_at(self, channel: str, user: str, content: Json) -> bool:
        until, url = self._urls.get((channel, user), (0.0, ""))
        if self._clock() >= until:
            return False
        body = {"response_type": "ephemeral", "replace_original": False, **content}
        body = {name: value for name, value in body.items() if value is not None}
        try:
            async with self._api.session.post(url, json=body) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError) as error:
            log.info("an interaction could not be answered where it was made: %r", error)
            return False

    async def _direct(self, user: str, content: Json) -> str:
        try:
            opened = await self._api.call("conversations.open", users=user)
            channel = str(opened["channel"]["id"])
            await self._api.call("chat.postMessage", channel=channel, **content)
        except SlackRefused as refused:
            raise undelivered(refused) from refused
        return "direct"

    def _is_slacks(self, url: str) -> bool:
        return is_slacks(url, self._api.client.base_url)


def is_slacks(url: str, api: str) -> bool:
    """Whether an address is one of Slack's: on the API's own host, or one of its domains.

    Plain http is only for an API that is itself reached so, as in tests.
    """
    try:
        asked, base = urlsplit(url), urlsplit(api)
        host = asked.hostname or ""
    except ValueError:
        return False
    if asked.scheme != "https" and not (asked.scheme == "http" == base.scheme):
        return False
    known = ("slack.com", "slack-gov.com", "slack-files.com", "slack-edge.com")
    return host == base.hostname or any(host == d or host.endswith(f".{d}") for d in known)
