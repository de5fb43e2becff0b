"""The door of a platform: hello once, headlines in the channel, answers alone, owners told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bot.app import App, build
from bot.errors import Undeliverable
from bot.front import Front, FrontOffice
from bot.messages import IncomingMessage, Reply, buttons
from bot.platforms.base import Capabilities, Door
from storage.catalog.records import Actor, Address, Channel, Scope
from tests.bot.stage import settings_for, words
from tools.outcome import Headline

TEAM = Scope("paper", "T1", "C1")
ADA = Actor("paper/T1/ada", "Ada")
GRACE = Actor("paper/T1/grace", "Grace")


@dataclass
class Paper:
    """A chat platform on paper."""

    name: str = "paper"
    address: Address | None = None
    capabilities: Capabilities = field(default_factory=Capabilities)
    routes: tuple[Any, ...] = ()
    door: Door | None = None
    posted: list[tuple[Address, Reply]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)

    async def start(self, door: Door) -> None:
        self.door = door

    async def stop(self) -> None:
        self.door = None

    async def handle(self, event: dict[str, Any]) -> None:
        raise AssertionError("nothing is kept here")

    async def send(self, address: Address, reply: Reply) -> str:
        if address.scope.channel in self.gone:
            raise Undeliverable("the channel was deleted", gone=True)
        self.posted.append((address, reply))
        return f"p{len(self.posted)}"

    async def update(self, address: Address, ref: str, reply: Reply) -> str:
        self.posted.append((address, reply))
        return ref

    async def find(self, address: Address, reply: Reply) -> str | None:
        return None

    async def groups_of(self, person: str, scope: Scope) -> frozenset[str]:
        return frozenset()

    async def direct(self, person: str) -> Address:
        return Address(Scope("paper", "T1", f"DM-{person.rpartition('/')[2]}"))

    def troubles(self) -> list[str]:
        return []

    def texts(self, place: Address) -> list[str]:
        return [words(reply) for address, reply in self.posted if address == place]


@asynccontextmanager
async def office(home: Path, **changes: Any) -> AsyncIterator[tuple[App, Front, Paper]]:
    app, paper = build(settings_for(home, **changes)), Paper()
    desk = FrontOffice(app.office.desk, [paper])  # type: ignore[list-item]
    writer = asyncio.create_task(app.office.desk.inbox.run())
    await desk.begin()
    assert isinstance(paper.door, Front)
    try:
        yield app, paper.door, paper
    finally:
        await desk.end()
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)
        app.catalog.close()


def play(home: Path, scene: Callable[[App, Front, Paper], Any], **changes: Any) -> None:
    async def run() -> None:
        async with office(home, **changes) as (app, door, paper):
            await scene(app, door, paper)

    asyncio.run(asyncio.wait_for(run(), 30))


def asked(text: str, **given: Any) -> IncomingMessage:
    return IncomingMessage(given.pop("event", text), Address(TEAM, "17"), ADA, text, **given)


async def channel(door: Front) -> Channel:
    found = await door.channel(TEAM)
    assert found is not None
    return found


def test_hello_is_said_once(tmp_path: Path) -> None:
    """A new channel gets one hello with the sample; being there again says nothing."""

    async def scene(app: App, door: Front, paper: Paper) -> None:
        for _ in range(2):
            await door.meet(TEAM, name="crew", owner=ADA.id, owner_name="Ada")
        await app.outbox.deliver()
        [(address, reply)] = paper.posted
        assert address == Address(TEAM)
        assert [button.label for button in buttons(reply)] == ["Try it with sample data"]
        assert (await channel(door)).owner == ADA

    play(tmp_path, scene)


def test_a_shared_channel_is_quiet_until_it_is_allowed(tmp_path: Path) -> None:
    """In a channel of two organisations only an approver's click makes the assistant speak."""

    async def scene(app: App, door: Front, paper: Paper) -> None:
        await door.meet(TEAM, shared=True)
        await app.outbox.deliver()
        assert (await channel(door)).state == "quiet"
        [(_, reply)] = paper.posted
        [button] = buttons(reply)
        assert button.label == "Allow me here"

    play(tmp_path, scene)


def test_a_channel_that_was_left_and_joined_again_is_open(tmp_path: Path) -> None:
    """Coming back opens the channel again, without another hello."""

    async def scene(app: App, door: Front, paper: Paper) -> None:
        await door.meet(TEAM)
        await door.lost(TEAM)
        assert (await channel(door)).state == "gone"
        assert await door.channels() == []
        await door.meet(TEAM)
        assert (await channel(door)).state == "open"
        await app.outbox.deliver()
        assert len(paper.posted) == 1

    play(tmp_path, scene)


def test_the_channel_gets_a_headline_and_the_thread_the_work(tmp_path: Path) -> None:
    """A message that opened a thread is answered in it, and in one line where it was asked."""

    async def scene(app: App, door: Front, paper: Paper) -> None:
        await door.answer(asked("list datasets", opens=True))
        await app.outbox.deliver()
        [card] = paper.texts(Address(TEAM, "17"))
        [head] = paper.texts(Address(TEAM))
        assert head
        assert head.split()[0] in card

    play(tmp_path, scene)


def test_an_answer_in_a_thread_has_no_headline_elsewhere(tmp_path: Path) -> None:
    """What is asked in a thread stays there."""

    async def scene(app: App, door: Front, paper: Paper) -> None:
        await door.answer(asked("list datasets"))
        await app.outbox.deliver()
        assert [address.thread for address, _ in paper.posted] == ["17"]

    play(tmp_path, scene)


def test_a_private_answer_is_for_one_person(tmp_path: Path) -> None:
    """What was asked privately is shown to the asker alone."""

    async def scene(app: App, door: Front, paper: Paper) -> None:
        await door.answer(asked("list datasets", private=True))
        await app.outbox.deliver()
        assert [reply.to for _, reply in paper.posted] == [ADA.id]

    play(tmp_path, scene)


def test_who_takes_part(tmp_path: Path) -> None:
    """The assistant takes part in threads it was asked in, and under its own messages."""

    async def scene(app: App, door: Front, paper: Paper) -> None:
        await door.meet(TEAM)
        await door.answer(asked("list datasets"))
        await app.outbox.deliver()
        part = [
            await door.takes_part(Address(TEAM, thread)) for thread in ("17", "p1", "18", "p99", "")
        ]
        assert part == [True, True, False, False, False]

    play(tmp_path, scene)


@pytest.mark.parametrize(("owned", "to"), [(True, "DM-ada"), (False, "DM-grace")])
def test_what_cannot_be_posted_reaches_its_owner(tmp_path: Path, owned: bool, to: str) -> None:
    """A message for a deleted channel goes to who brought the assistant there, else an approver."""

    async def scene(app: App, door: Front, paper: Paper) -> None:
        await door.meet(TEAM, name="crew", **({"owner": ADA.id} if owned else {}))
        await app.outbox.deliver()
        paper.gone = {TEAM.channel}
        await door.answer(replace(asked("list datasets"), address=Address(TEAM)))
        await app.outbox.deliver()
        await app.outbox.deliver()
        address, reply = paper.posted[-1]
        assert address.scope.channel == to
        first = reply.blocks[0]
        assert isinstance(first, Headline)
        assert "crew" in first.text
        assert "the channel was deleted" in words(reply)
        assert (await channel(door)).state == "gone"

    play(tmp_path, scene, approvers=GRACE.id)


def test_an_opinion_is_a_line_of_history(tmp_path: Path) -> None:
    """What a person thinks of an answer is written down, and nothing else happens."""

    async def scene(app: App, door: Front, paper: Paper) -> None:
        await door.answer(asked("list datasets"))
        await app.outbox.deliver()
        [(address, reply)] = paper.posted
        await door.opinion(address, reply.id, person=GRACE.id, name="Grace", good=False)
        await door.opinion(
            Address(replace(TEAM, channel="C2")), reply.id, person="x", name="x", good=True
        )
        with app.catalog.read() as unit:
            noted = [a for a in unit.actions.list(TEAM, limit=9) if a.tool == "opinion"]
        assert [(a.actor, a.args["good"]) for a in noted] == [(GRACE, False)]

    play(tmp_path, scene)
