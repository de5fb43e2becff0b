"""Messages out: in order, edited in place, tried again, given up, and never lost by a crash."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.errors import BotError, Later, Undeliverable
from bot.messages import Draft, Progress, Reply, dump_reply
from bot.outbox import ATTEMPTS, Outbox
from bot.platforms.base import Capabilities
from storage.catalog.catalog import Catalog, open_catalog
from storage.catalog.records import Address, OutboxRow
from tests.bot.agent.belt import Clock
from tests.bot.stage import ADA, HERE
from tools.outcome import Headline

ELSEWHERE = replace(HERE, thread="another")


@dataclass
class Wall:
    """A platform that writes down what it is given; fails as often as it is told to."""

    name: str = "terminal"
    address: Address | None = None
    capabilities: Capabilities = field(default_factory=Capabilities)
    fails: int = 0
    posted: list[tuple[str, str]] = field(default_factory=list)
    refuses: list[BotError] = field(default_factory=list)
    arrived: dict[int, str] = field(default_factory=dict)

    async def send(self, address: Address, reply: Reply) -> str:
        self._note("sent", reply)
        return f"ref-{len(self.posted)}"

    async def update(self, address: Address, ref: str, reply: Reply) -> str:
        self._note(f"edited {ref}", reply)
        return ref

    async def find(self, address: Address, reply: Reply) -> str | None:
        return self.arrived.get(reply.id)

    def _note(self, how: str, reply: Reply) -> None:
        if self.refuses:
            raise self.refuses.pop(0)
        if self.fails:
            self.fails -= 1
            raise ConnectionError("the platform is down")
        first = reply.blocks[0]
        text = first.text if isinstance(first, Headline | Progress) else ""
        share = f" {first.share}" if isinstance(first, Progress) else ""
        self.posted.append((how, text + share))


@dataclass
class Post:
    """A catalog, a platform, and the outbox between them."""

    catalog: Catalog
    wall: Wall
    clock: Clock
    outbox: Outbox

    def write(self, text: str, *, slot: str, address: Address = HERE) -> OutboxRow:
        body = dump_reply(Reply((Headline(text),), slot))
        with self.catalog.write() as unit:
            row, _ = unit.outbox.add(
                f"{slot}:{text}", slot=slot, address=address, body=body, now=self.clock()
            )
        return row

    def deliver(self) -> int:
        return asyncio.run(self.outbox.deliver())

    def state(self, row: OutboxRow) -> str:
        with self.catalog.read() as unit:
            return unit.outbox.get(row.id).state

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.wall.posted]


def again(post: Post) -> Outbox:
    """The outbox of the next process."""
    return Outbox(post.catalog, {"terminal": post.wall}, now=post.clock, secret="s" * 16)


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    catalog = open_catalog(f"sqlite:///{tmp_path / 'catalog.db'}")
    wall, clock = Wall(), Clock()
    outbox = Outbox(catalog, {"terminal": wall}, now=clock, secret="s" * 16)
    yield Post(catalog, wall, clock, outbox)
    catalog.close()


def test_messages_go_out_in_order(post: Post) -> None:
    """What was written first is sent first, each once."""
    for number in range(5):
        post.write(f"message {number}", slot=f"s{number}")
    assert post.deliver() == 5
    assert post.deliver() == 0
    assert post.texts == [f"message {number}" for number in range(5)]


def test_one_slot_is_one_message(post: Post) -> None:
    """A slot's later rows edit the message of its first one."""
    post.write("working", slot="turn")
    post.write("other", slot="else")
    post.write("done", slot="turn")
    post.deliver()
    assert post.wall.posted == [("sent", "working"), ("sent", "other"), ("edited ref-1", "done")]


def test_without_editing_every_row_is_a_message(post: Post) -> None:
    """A platform that cannot edit gets new messages."""
    post.wall.capabilities = Capabilities(edit=False)
    post.write("working", slot="turn")
    post.write("done", slot="turn")
    post.deliver()
    assert [how for how, _ in post.wall.posted] == ["sent", "sent"]


def test_without_editing_words_do_not_grow(post: Post) -> None:
    """A platform that cannot edit gets the whole words only."""
    post.wall.capabilities = Capabilities(edit=False)
    body = dump_reply(Reply((Draft("Half of"),), "turn", done=False))
    with post.catalog.write() as unit:
        unit.outbox.add("d", slot="turn", address=HERE, body=body, now=post.clock())
    post.write("All of it.", slot="turn")
    post.deliver()
    assert post.wall.posted == [("sent", "All of it.")]


def test_a_failure_is_tried_again_later(post: Post) -> None:
    """A message that could not be sent is tried again after a pause that grows."""
    post.wall.fails = 2
    row = post.write("hello", slot="a")
    assert post.deliver() == 0
    assert post.deliver() == 0
    post.clock.forward(seconds=1)
    assert post.deliver() == 0
    post.clock.forward(seconds=1)
    assert post.deliver() == 0
    post.clock.forward(seconds=1)
    assert post.deliver() == 1
    assert (post.texts, post.state(row)) == (["hello"], "sent")


def test_a_failure_does_not_change_the_order(post: Post) -> None:
    """What follows in a thread waits for the message that failed; other threads do not."""
    post.wall.fails = 1
    post.write("first", slot="turn")
    post.write("second", slot="turn")
    post.write("third", slot="more")
    post.write("elsewhere", slot="other", address=ELSEWHERE)
    post.deliver()
    assert post.texts == ["elsewhere"]
    post.clock.forward(seconds=2)
    post.deliver()
    assert post.texts == ["elsewhere", "first", "second", "third"]


def test_a_message_that_never_goes_out_is_given_up(post: Post) -> None:
    """After the last attempt a message is dead, and the next one of the thread goes out."""
    post.wall.fails = ATTEMPTS
    dead = post.write("poison", slot="a")
    post.write("next", slot="b")
    for _ in range(ATTEMPTS + 1):
        post.deliver()
        post.clock.forward(seconds=61)
    assert (post.state(dead), post.texts) == ("dead", ["next"])


def test_a_crash_while_sending_loses_nothing(post: Post) -> None:
    """A message whose sending was cut short by a crash is sent by the next process."""
    row = post.write("important", slot="a")
    with post.catalog.write() as unit:
        unit.outbox.mark_sending(row.id)
    assert post.deliver() == 0

    async def start() -> None:
        running = asyncio.create_task(again(post).run())
        while post.state(row) != "sent":
            await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(asyncio.wait_for(start(), 10))
    assert post.texts == ["important"]


def test_a_held_thread_is_let_go_when_another_process_sends(post: Post) -> None:
    """A message that somebody else has sent meanwhile holds nothing back."""
    post.wall.fails = 1
    first = post.write("first", slot="a")
    post.write("second", slot="b")
    post.deliver()
    with post.catalog.write() as unit:
        unit.outbox.mark_sending(first.id)
        unit.outbox.mark_sent(first.id, platform_ref="there", now=post.clock())
    assert post.deliver() == 1
    assert post.texts == ["second"]


def test_a_terminal_shows_its_own_thread(post: Post) -> None:
    """What belongs to another thread waits for a terminal of its own."""
    post.wall.address = HERE
    other = post.write("elsewhere", slot="a", address=ELSEWHERE)
    post.write("here", slot="b")
    assert post.deliver() == 1
    assert (post.texts, post.state(other)) == (["here"], "pending")
    post.wall.address = ELSEWHERE
    assert post.deliver() == 1


def test_it_can_be_stopped_at_the_moment_it_is_woken(post: Post) -> None:
    """A cancelled outbox ends, even when a message was announced in the same turn of the loop."""

    async def scene() -> bool:
        running = asyncio.create_task(post.outbox.run())
        await asyncio.sleep(0.3)
        post.outbox.notify()
        await asyncio.sleep(0)
        running.cancel()
        done, _ = await asyncio.wait({running}, timeout=10)
        return running in done

    assert asyncio.run(scene())


def test_two_senders_send_once(post: Post) -> None:
    """Two processes at one queue send each message once."""
    for number in range(20):
        post.write(f"m{number}", slot=f"s{number}")

    async def both() -> None:
        await asyncio.gather(post.outbox.deliver(), again(post).deliver())

    asyncio.run(both())
    assert sorted(post.texts) == sorted(f"m{number}" for number in range(20))


def test_progress_moves_the_message(post: Post) -> None:
    """While a job runs its message is edited with the news, and no row is written for it."""
    with post.catalog.write() as unit:
        job, _ = unit.jobs.submit(
            HERE.scope,
            thread=HERE.thread,
            key="k",
            tool="train_model",
            args={},
            actor=ADA,
            context={},
            now=post.clock(),
        )
        body = dump_reply(Reply((Progress(job.id, 1, "begun"),), "turn", done=False))
        unit.outbox.add("d", slot="turn", address=HERE, body=body, now=post.clock())
        claimed = unit.jobs.claim("w", lease_until=post.clock(), now=post.clock())
        assert claimed is not None
        told = {"share": 0.5, "text": "half way"}
        unit.jobs.progress(job.id, attempt=claimed.attempt, progress=told)

    async def start() -> None:
        running = asyncio.create_task(post.outbox.run())
        while len(post.wall.posted) < 2:
            await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(asyncio.wait_for(start(), 10))
    assert post.wall.posted == [("sent", "begun 0.0"), ("edited ref-1", "half way 0.5")]
    with post.catalog.read() as unit:
        assert len(unit.outbox.list(HERE)) == 1


def test_a_channel_that_must_wait_holds_nobody_up(post: Post) -> None:
    """A platform that asks to wait is left alone in that channel; other channels go on."""
    elsewhere = replace(HERE, scope=replace(HERE.scope, channel="other"))
    post.wall.refuses = [Later("slow down", after_s=0.05)]
    first = post.write("one", slot="a")
    assert post.deliver() == 0
    post.write("two", slot="b", address=elsewhere)
    assert post.deliver() == 1
    assert (post.state(first), post.texts) == ("pending", ["two"])
    post.clock.forward(seconds=1)
    time.sleep(0.06)
    post.deliver()
    assert post.texts == ["two", "one"]


def test_a_wait_is_not_an_attempt_too_many(post: Post) -> None:
    """However often a platform asks to wait, the message is kept for a day."""
    row = post.write("patience", slot="a")
    post.wall.refuses = [Later("slow down", after_s=0) for _ in range(ATTEMPTS + 2)]
    for _ in range(ATTEMPTS + 3):
        post.clock.forward(seconds=1)
        post.deliver()
    assert (post.state(row), post.texts) == ("sent", ["patience"])


def test_what_can_never_be_posted_is_told(post: Post) -> None:
    """A message for a place that is gone is given up at once, and somebody hears of it."""
    told: list[tuple[int, str]] = []

    async def hear(row: OutboxRow, reply: Reply, error: Undeliverable) -> None:
        told.append((row.id, str(error)))

    post.outbox.lost = hear
    post.wall.refuses = [Undeliverable("the channel is gone", gone=True)]
    row = post.write("hello", slot="a")
    post.deliver()
    assert (post.state(row), told) == ("dead", [(row.id, "the channel is gone")])


def test_what_arrived_before_the_crash_is_not_sent_again(post: Post) -> None:
    """A message that was being sent is looked for in its channel first."""
    there, not_there = post.write("there", slot="a"), post.write("not there", slot="b")
    with post.catalog.write() as unit:
        unit.outbox.mark_sending(there.id)
        unit.outbox.mark_sending(not_there.id)
    post.wall.arrived = {there.id: "ref-9"}
    after = Outbox(post.catalog, {}, now=post.clock, secret="s" * 16)

    async def restart() -> int:
        await after.attach(post.wall)
        return await after.deliver()

    assert asyncio.run(restart()) == 1
    assert post.texts == ["not there"]
    with post.catalog.read() as unit:
        assert unit.outbox.get(there.id).platform_ref == "ref-9"


def test_only_the_last_version_of_a_message_is_sent_at_a_pace(post: Post) -> None:
    """Where a platform sets the pace, versions that are no longer wanted are left out."""
    post.wall.capabilities = Capabilities(pace_s=0.01)
    rows = [post.write(f"version {n}", slot="turn") for n in range(3)]
    assert post.deliver() == 1
    assert post.texts == ["version 2"]
    assert [post.state(row) for row in rows] == ["superseded", "superseded", "sent"]
