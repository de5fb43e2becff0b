"""A conversation as it is now: kept up to date by the bot's events, in a thread beside the page."""

from __future__ import annotations

import json
import threading
import time
from typing import Final

from bot.platforms.web.page.api import Api, Json, Refused, Silent

CHANNEL: Final = "channel"
IDLE_S: Final = 180.0
"""Browsers look once a minute only, when their tab is hidden."""
_PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 5.0)


class Follower:
    """Mirrors one conversation and the channel's own messages.

    It ends by itself when nobody has looked at it for a while, and begins again where it was
    when somebody does.
    """

    def __init__(self, api: Api, thread: str) -> None:
        self.thread = thread
        self.trouble = ""
        self._api = api
        self._items: dict[str, Json] = {}
        self._cursor = ""
        self._changed = threading.Condition()
        self._version = 0
        self._ready = threading.Event()
        self._seen = time.monotonic()
        self._worker: threading.Thread | None = None

    def look(self, *, wait_s: float = 0.0) -> list[Json]:
        """What stands in the conversation, in its order.

        Args:
            wait_s: How long to wait for all that was there before.
        """
        self._seen = time.monotonic()
        if self._worker is None or not self._worker.is_alive():
            self._worker = threading.Thread(target=self._follow, name="follower", daemon=True)
            self._worker.start()
        if wait_s:
            self._ready.wait(wait_s)
        with self._changed:
            return ordered(list(self._items.values()), self.thread)

    @property
    def version(self) -> int:
        """Grows with every change."""
        return self._version

    def wait_beyond(self, version: int, *, within: float) -> None:
        """Wait for news, for a moment: what one has just said should be there at once."""
        with self._changed:
            self._changed.wait_for(lambda: self._version > version, within)

    def find(self, slot: str) -> Json | None:
        """The message in a slot, as it is now."""
        with self._changed:
            return self._items.get(slot)

    def _follow(self) -> None:
        failures = 0
        while time.monotonic() - self._seen < IDLE_S:
            try:
                self._listen()
                failures = 0
            except (Silent, Refused) as error:
                self.trouble = str(error)
                time.sleep(_PAUSES[min(failures, len(_PAUSES) - 1)])
                failures += 1

    def _listen(self) -> None:
        names = dict.fromkeys((self.thread, CHANNEL))
        for cursor, name, data in self._api.events(names, after=self._cursor):
            self.trouble = ""
            self._cursor = cursor or self._cursor
            if name == "ready":
                self._ready.set()
            else:
                self._take(json.loads(data))
            if time.monotonic() - self._seen > IDLE_S:
                return

    def _take(self, item: Json) -> None:
        key = item["slot"] if item["kind"] == "reply" else f"said {item['id']}"
        with self._changed:
            self._items[key] = item
            self._version += 1
            self._changed.notify_all()


def ordered(items: list[Json], thread: str) -> list[Json]:
    """By time; of the channel's messages those since the conversation began, but no greeting."""
    own = [item for item in items if item["thread"] == thread]
    began = min((item["at"] for item in own), default="")
    others = [
        item
        for item in items
        if item["thread"] != thread and own and item["at"] >= began and not _greets(item)
    ]
    return sorted([*own, *others], key=lambda item: item["at"])


def _greets(item: Json) -> bool:
    return item["kind"] == "reply" and bool(item["slot"].startswith("hello:"))
