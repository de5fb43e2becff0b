"""How fast a channel is written to."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise

from bot.pacing import BURST, SLOWER_AFTER, Pace
from storage.catalog.records import Scope

ONE, TWO = Scope("slack", "T1", "C1"), Scope("slack", "T1", "C2")


class Watch:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def test_a_burst_and_then_a_pace() -> None:
    """A few messages go out at once; those after them one per pace; other channels are free."""

    async def send(scope: Scope, count: int, pace: Pace) -> float:
        started = time.monotonic()
        for _ in range(count):
            await pace.wait(scope, 0.05)
        return time.monotonic() - started

    pace = Pace()
    assert asyncio.run(send(ONE, BURST, pace)) < 0.04
    assert asyncio.run(send(ONE, 2, pace)) >= 0.05
    assert asyncio.run(send(TWO, 1, pace)) < 0.04


def test_a_pause() -> None:
    """A channel that asked for a pause is left alone for that long."""
    watch = Watch()
    pace = Pace(watch)
    pace.pause(ONE, 5.0)
    assert (pace.open(ONE), pace.open(TWO)) == (False, True)
    watch.at += 5.0
    assert pace.open(ONE)


def test_a_moving_message_slows_down() -> None:
    """A message is edited once per pace at first, and less often when it goes on for long."""
    watch = Watch()
    pace = Pace(watch)
    edits = []
    for _ in range(200):
        if pace.may_edit("slot", 1.0):
            edits.append(watch.at)
        watch.at += 0.25
    gaps = [round(b - a, 2) for a, b in pairwise(edits)]
    assert gaps[:SLOWER_AFTER] == [1.0] * SLOWER_AFTER
    assert set(gaps[SLOWER_AFTER:]) == {3.0}
