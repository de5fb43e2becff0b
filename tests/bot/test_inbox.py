"""Events in: committed before they count, dealt with in order, once, also after a crash."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.crash import Fuse
from bot.errors import Later
from bot.inbox import TRIES, Inbox
from storage.catalog.catalog import Catalog, open_catalog
from storage.catalog.records import Scope
from tests.bot.agent.belt import Clock

CHANNEL = Scope("slack", "T1", "C1")


@dataclass
class Ear:
    """A platform that writes down what it is given; slow or failing where told."""

    name: str = "slack"
    heard: list[Any] = field(default_factory=list)
    fails: int = 0
    waits: int = 0
    gate: asyncio.Event | None = None

    async def handle(self, event: dict[str, Any]) -> None:
        if self.gate is not None and event.get("slow"):
            await self.gate.wait()
        if self.waits:
            self.waits -= 1
            raise Later("not now", after_s=0)
        if self.fails:
            self.fails -= 1
            raise RuntimeError("not now")
        self.heard.append(event["n"])


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = open_catalog(f"sqlite:///{tmp_path / 'catalog.db'}")
    yield opened
    opened.close()


@asynccontextmanager
async def running(catalog: Catalog, ear: Ear) -> Any:
    inbox = Inbox(catalog, now=Clock(), fuse=Fuse())
    task = asyncio.create_task(inbox.run())
    await inbox.attach(ear)  # type: ignore[arg-type]
    try:
        yield inbox
    finally:
        await inbox.detach(ear.name)
        await inbox.flush()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(what: Callable[[], bool]) -> None:
    for _ in range(400):
        if what():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen")


def play(scene: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(scene(), 20))  # type: ignore[arg-type]


def test_an_event_is_kept_once(catalog: Catalog) -> None:
    """The same key again is no new event, at the same moment or later."""

    async def scene() -> None:
        ear = Ear()
        async with running(catalog, ear) as inbox:
            kept = await asyncio.gather(*(inbox.keep("slack", "k", {"n": 1}) for _ in range(4)))
            assert sorted(kept) == [False, False, False, True]
            assert not await inbox.keep("slack", "k", {"n": 1})
            await until(lambda: ear.heard == [1])

    play(scene)


def test_a_lane_keeps_its_order(catalog: Catalog) -> None:
    """Events of one lane wait for one another; other lanes do not wait for them."""

    async def scene() -> None:
        ear = Ear(gate=asyncio.Event())
        async with running(catalog, ear) as inbox:
            await inbox.keep("slack", "a", {"n": 1, "slow": True}, lane="one")
            await inbox.keep("slack", "b", {"n": 2}, lane="one")
            await inbox.keep("slack", "c", {"n": 3}, lane="two")
            await until(lambda: ear.heard == [3])
            assert ear.gate is not None
            ear.gate.set()
            await until(lambda: ear.heard == [3, 1, 2])

    play(scene)


def test_what_was_open_is_dealt_with_after_a_restart(catalog: Catalog) -> None:
    """An event whose process died is handed over again; one that was dealt with is not."""

    async def scene() -> None:
        first = Ear(gate=asyncio.Event())
        async with running(catalog, first) as inbox:
            await inbox.keep("slack", "done", {"n": 1})
            await inbox.keep("slack", "cut short", {"n": 2, "slow": True})
            await until(lambda: first.heard == [1])
            await asyncio.sleep(0.05)
        second = Ear()
        async with running(catalog, second):
            await until(lambda: second.heard == [2])

    play(scene)


def test_a_fault_is_tried_again(catalog: Catalog) -> None:
    """Dealing with an event that failed is tried again; later events come after it."""

    async def scene() -> None:
        ear = Ear(fails=1)
        async with running(catalog, ear) as inbox:
            await inbox.keep("slack", "a", {"n": 1}, lane="one")
            await inbox.keep("slack", "b", {"n": 2}, lane="one")
            await until(lambda: ear.heard == [1, 2])

    play(scene)


def test_an_outage_does_not_give_an_event_up(catalog: Catalog) -> None:
    """However often a platform asks to wait, the event is dealt with in the end."""

    async def scene() -> None:
        ear = Ear(waits=TRIES + 3)
        async with running(catalog, ear) as inbox:
            await inbox.keep("slack", "a", {"n": 1})
            await until(lambda: ear.heard == [1])

    play(scene)


def test_an_event_that_ends_every_process_is_given_up(catalog: Catalog) -> None:
    """An event taken up too often is not dealt with again."""

    async def scene() -> None:
        with catalog.write() as unit:
            unit.inbox.add("bad", platform="slack", payload={"n": 1}, now=Clock()())
            for _ in range(TRIES):
                unit.inbox.take_up("slack")
        ear = Ear()
        async with running(catalog, ear):
            await until(lambda: is_done(catalog))
        assert ear.heard == []

    play(scene)


def is_done(catalog: Catalog) -> bool:
    with catalog.read() as unit:
        return not unit.inbox.open("slack")


def test_the_cursor_moves_with_the_event(catalog: Catalog) -> None:
    """Where to catch up from is known as soon as the event is, and never moves back."""

    async def scene() -> None:
        async with running(catalog, Ear()) as inbox:
            for key, cursor in (("a", "9.5"), ("b", "10.1"), ("c", "9.7")):
                await inbox.keep("slack", key, {"n": 1}, scope=CHANNEL, cursor=cursor)

    play(scene)
    with catalog.read() as unit:
        channel = unit.channels.find(CHANNEL)
    assert channel is not None
    assert channel.cursor == "10.1"
