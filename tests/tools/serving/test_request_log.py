"""Answered rows reach the prediction log soon, once, and also after trouble."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from storage.catalog.records import Environment, PredictionPart
from storage.errors import Unavailable
from storage.prediction_log import PredictionLog, log_row
from tests.tools.serving.world import World
from tools.serving.limits import Limits
from tools.serving.names import SlotName
from tools.serving.request_log import RequestLog

SLOT = SlotName("0123456789", "survival", "staging")


def lines(*ids: str) -> list[dict[str, Any]]:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return [log_row(each, time=at, digest="d", row={"age": 1.0}, answer=1) for each in ids]


class Shaky(PredictionLog):
    """A store that is out of reach for a while."""

    down = True

    def append(
        self, scope_id: str, name: str, environment: Environment, rows: Sequence[dict[str, Any]]
    ) -> PredictionPart:
        if self.down:
            raise Unavailable("no")
        return super().append(scope_id, name, environment, rows)


def ids_in(store: PredictionLog) -> list[str]:
    table = store.read(SLOT.scope_id, SLOT.name, SLOT.environment)
    return [] if table.num_rows == 0 else table["prediction_id"].to_pylist()


def test_rows_are_written_in_time_without_being_many(world: World) -> None:
    """A single row is in the log after the flush time."""
    store = PredictionLog(world.catalog, world.blobs)
    log = RequestLog(store, limits=Limits(flush_s=0.05))

    async def play() -> None:
        task = asyncio.create_task(log.run())
        log.add(SLOT, lines("a"))
        while log.pending or not ids_in(store):
            await asyncio.sleep(0.02)
        task.cancel()

    asyncio.run(asyncio.wait_for(play(), 5))
    assert ids_in(store) == ["a"]


def test_many_rows_are_written_at_once(world: World) -> None:
    """Enough rows do not wait for the flush time."""
    store = PredictionLog(world.catalog, world.blobs)
    log = RequestLog(store, limits=Limits(flush_s=60, flush_rows=3))

    async def play() -> None:
        task = asyncio.create_task(log.run())
        await asyncio.sleep(0)
        log.add(SLOT, lines("a", "b", "c"))
        while not ids_in(store):
            await asyncio.sleep(0.02)
        task.cancel()

    asyncio.run(asyncio.wait_for(play(), 5))
    assert ids_in(store) == ["a", "b", "c"]


def test_what_cannot_be_written_now_is_written_later_in_order(world: World) -> None:
    """An unreachable store costs nothing but time; rows keep their order and come once."""
    store = Shaky(world.catalog, world.blobs)
    log = RequestLog(store, limits=Limits())
    log.add(SLOT, lines("a"))
    log.flush()
    log.add(SLOT, lines("b"))
    log.flush()
    assert (log.pending, log.lost) == (2, 0)
    store.down = False
    log.flush()
    log.flush()
    assert ids_in(store) == ["a", "b"]


def test_beyond_the_backlog_the_oldest_rows_go_and_are_counted(world: World) -> None:
    """Memory is bounded: with the store away for long, the loss is told."""
    store = Shaky(world.catalog, world.blobs)
    log = RequestLog(store, limits=Limits(backlog_rows=3))
    for each in "abcde":
        log.add(SLOT, lines(each))
        log.flush()
    assert (log.pending, log.lost) == (3, 2)
    store.down = False
    log.flush()
    assert ids_in(store) == ["c", "d", "e"]
