"""Finds the attachments of a message, also where its event does not show them."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from bot.errors import Later
from bot.platforms.slack.api import Api
from bot.platforms.slack.errors import SlackRefused
from bot.platforms.slack.history import History
from bot.platforms.slack.incoming import described
from storage.catalog.records import Json

log = logging.getLogger(__name__)

REMEMBERED: Final = 1_000
AT_ONCE: Final = 20
PER_SECOND: Final = 0.7
"""Looks into the history; Slack allows some fifty a minute, and catching up needs some, too."""


class Attachments:
    """What was attached to messages.

    An event may come without the files of its message. Its twin (a mention is announced twice)
    may have them; otherwise the message is read again, unless too many were just now.
    """

    def __init__(self, api: Api, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._history = History(api)
        self._clock = clock
        self._twins: OrderedDict[str, list[Json]] = OrderedDict()
        self._left = float(AT_ONCE)
        self._counted_at = clock()

    def seen(self, event: Json) -> None:
        """Note the files of an event, kept or not."""
        if event.get("files"):
            self._twins[str(event["key"])] = event["files"]
            if len(self._twins) > REMEMBERED:
                self._twins.popitem(last=False)

    async def of(self, event: Json) -> list[Json]:
        """The files of a kept message."""
        known: list[Json] = event.get("files") or self._twins.get(str(event["key"])) or []
        if known or event.get("whole") or not self._may_look():
            return known
        try:
            message = await self._history.one(
                str(event["channel"]), str(event["ts"]), thread=str(event.get("thread") or "")
            )
        except (Later, SlackRefused) as error:
            log.info("a message was not looked at again for its files: %s", error)
            return []
        return described((message or {}).get("files"))

    def _may_look(self) -> bool:
        now = self._clock()
        self._left = min(AT_ONCE, self._left + (now - self._counted_at) * PER_SECOND)
        self._counted_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
