"""One leader at a time, and a next one when it goes or dies."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scheduler.leader import Leadership
from storage.catalog.catalog import Catalog
from tests.scheduler.places import catalog_in


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = catalog_in(tmp_path)
    yield opened
    opened.close()


@dataclass
class Watch:
    """A clock set by hand."""

    at: datetime = field(default_factory=lambda: datetime(2026, 3, 2, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.at


class Process:
    """One of several processes on a database, and what happened to it."""

    def __init__(self, catalog: Catalog, name: str, clock: Watch) -> None:
        self.log: list[str] = []
        self.leadership = Leadership(
            catalog, name, now=clock, gained=self._gained, lost=self._lost, detail={"name": name}
        )

    async def _gained(self) -> None:
        self.log.append("gained")

    async def _lost(self) -> None:
        self.log.append("lost")


def test_the_second_process_waits_until_the_first_goes(catalog):
    """Two processes never lead at once; a clean end hands over without waiting for the lease."""
    clock = Watch()
    first, second = (Process(catalog, name, clock) for name in ("a", "b"))

    async def scene() -> None:
        async with first.leadership, second.leadership:
            await first.leadership.wait()
            assert (first.leadership.held, second.leadership.held) == (True, False)
            with catalog.read() as unit:
                lease = unit.leases.get("leader")
            assert lease is not None
            assert (lease.owner, lease.detail) == ("a", {"name": "a"})
            await first.leadership.__aexit__(None, None, None)
            await asyncio.wait_for(second.leadership.wait(), 5)
            assert (first.leadership.held, second.leadership.held) == (False, True)

    asyncio.run(scene())

    assert first.log == ["gained", "lost"]
    assert second.log == ["gained", "lost"]
    with catalog.read() as unit:
        assert unit.leases.get("leader") is None


def test_a_dead_leader_is_followed_after_ten_seconds(catalog):
    """A leader that stopped renewing is replaced, and learns it when it looks again."""
    clock = Watch()
    first, second = (Process(catalog, name, clock) for name in ("a", "b"))

    async def scene() -> None:
        assert await first.leadership.acquire()
        clock.at += timedelta(seconds=9)
        assert not await second.leadership.acquire()
        clock.at += timedelta(seconds=2)
        assert await second.leadership.acquire()
        assert not await first.leadership.acquire()

    asyncio.run(scene())

    assert first.log == ["gained", "lost"]
    assert second.log == ["gained"]


def test_a_leader_that_renews_stays(catalog):
    """Renewing in time keeps the lease however long, and tells nobody again."""
    clock = Watch()
    first, second = (Process(catalog, name, clock) for name in ("a", "b"))

    async def scene() -> None:
        for _ in range(5):
            assert await first.leadership.acquire()
            clock.at += timedelta(seconds=6)
            assert not await second.leadership.acquire()

    asyncio.run(scene())

    assert first.log == ["gained"]
    assert second.log == []
