"""Calls Slack's Web API, tells its errors apart, and remembers what a workspace lacks."""

from __future__ import annotations

import logging
import time
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Later
from bot.platforms.slack.errors import (
    LONG_S,
    SOON_S,
    TOKEN,
    UNABLE,
    SlackRefused,
    Unsure,
    advice,
    told_apart,
)
from storage.catalog.records import Json

log = logging.getLogger(__name__)

TIMEOUT_S = 20


class Api:
    """One workspace's Web API.

    Nothing is tried again here: the outbox and the inbox do that, and know how long to wait.
    """

    def __init__(self, token: str, base_url: str) -> None:
        # without the library's handlers: they would post again what may have been posted
        self.client = AsyncWebClient(token, base_url, timeout=TIMEOUT_S, retry_handlers=[])
        self._absent: set[str] = set()
        self._paused: dict[str, float] = {}
        self._troubles: dict[str, str] = {}

    async def close(self) -> None:
        """Close the connections."""
        if self.client.session is not None:
            await self.client.session.close()
            self.client.session = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The open connections, also for files, which are no method of the API."""
        if self.client.session is None:
            timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
            self.client.session = aiohttp.ClientSession(timeout=timeout)
        return self.client.session

    async def call(self, method: str, **args: Any) -> Json:
        """Call a method by its name, such as `chat.postMessage`.

        Raises:
            Later: Slack asks to wait, has trouble (then it is `Unsure`), or refuses the token.
            SlackRefused: It will not do that.
        """
        try:
            answer = await self._call(method, args)
        except SlackRefused as refused:
            if (sentence := advice(refused)) is not None:
                self.trouble(method, sentence)
            raise
        self._troubles.pop(method, None)
        return answer

    async def try_call(self, method: str, **args: Any) -> Json | None:
        """Call a method that not every workspace offers; None where it is not to be had.

        What a workspace lacks is not asked for twice, and is no trouble of ours; where Slack
        asks to slow down, it is left out for so long.
        """
        if method in self._absent or time.monotonic() < self._paused.get(method, 0.0):
            return None
        try:
            return await self._call(method, args)
        except SlackRefused as refused:
            if refused.code in UNABLE:
                self._absent.add(method)
                log.info("this workspace does without %s: %s", method, refused)
            else:
                log.info("%s", refused)
        except Later as later:
            log.info("%s was left out: %s", method, later)
            self._paused[method] = time.monotonic() + later.after_s
        return None

    async def _call(self, method: str, args: Json) -> Json:
        _ = self.session  # else the library would open a connection for each call
        try:
            answer = await getattr(self.client, method.replace(".", "_"))(**args)
        except SlackApiError as error:
            told = told_apart(error, method)
            if isinstance(told, SlackRefused) and told.code in TOKEN:
                self.trouble("token", advice(told) or str(told))
                raise Later(str(told), after_s=LONG_S) from error
            raise told from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unsure(f"Slack cannot be reached ({error!r})", after_s=SOON_S) from error
        except (AttributeError, ValueError) as error:  # the library, of a page that is no JSON
            raise Unsure(f"Slack answered {method} with no JSON", after_s=SOON_S) from error
        self._troubles.pop("token", None)
        return dict(answer.data)

    def troubles(self) -> list[str]:
        """What Slack refuses and somebody can change, in sentences."""
        return list(dict.fromkeys(self._troubles.values()))

    def trouble(self, about: str, sentence: str = "") -> None:
        """Note what is wrong about something, or (without a sentence) that it is over."""
        if not sentence:
            self._troubles.pop(about, None)
        elif self._troubles.get(about) != sentence:
            self._troubles[about] = sentence
            log.error("%s", sentence)
