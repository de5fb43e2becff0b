"""How fast a channel may be written to: a few messages at once, then one per pace."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from storage.catalog.records import Scope

BURST: Final = 4
SLOWER_AFTER: Final = 10
SLOWER: Final = 3.0


class Pace:
    """Remembers when each channel and each moving message may be written to next.

    A channel takes a burst of messages and then one per pace (a leaky bucket). A message that is
    edited again and again is edited once per pace at first, and three times slower later on.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._full: dict[Scope, float] = {}
        self._paused: dict[Scope, float] = {}
        self._edit_at: dict[str, float] = {}
        self._edits: dict[str, int] = {}

    async def wait(self, scope: Scope, pace_s: float) -> None:
        """Return when the channel may get its next message."""
        now = self._clock()
        level = max(self._full.get(scope, now), now) + pace_s
        self._full[scope] = level
        if (early := level - BURST * pace_s - now) > 0:
            await asyncio.sleep(early)

    def open(self, scope: Scope) -> bool:
        """Whether the channel may be written to at all now."""
        return self._clock() >= self._paused.get(scope, 0.0)

    def pause(self, scope: Scope, seconds: float) -> None:
        """Leave a channel alone for a while."""
        self._paused[scope] = self._clock() + seconds

    def may_edit(self, slot: str, pace_s: float) -> bool:
        """Whether a moving message may be edited now; if so, this counts as an edit."""
        now = self._clock()
        if now < self._edit_at.get(slot, 0.0):
            return False
        self._edits[slot] = count = self._edits.get(slot, 0) + 1
        self._edit_at[slot] = now + pace_s * (SLOWER if count > SLOWER_AFTER else 1.0)
        return True

    def pause_edits(self, slot: str, seconds: float) -> None:
        """Leave a moving message alone for a while."""
        self._edit_at[slot] = self._clock() + seconds
