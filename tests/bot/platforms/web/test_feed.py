"""Followers: each is woken for what concerns it, and waiting costs no memory."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.messages import Reply
from bot.platforms.chronicle import Shown
from bot.platforms.web.errors import Busy
from bot.platforms.web.feed import Feed, Follower
from storage.catalog.records import Address, Scope
from tools.outcome import Text

NOW = datetime(2026, 5, 1, tzinfo=UTC)
HERE = Scope("web", "local", "main")
ADA, BOB = "web/local/ada", "web/local/bob"


def shown(slot: str = "a", number: int = 1, *, thread: str = "t", to: str = "") -> Shown:
    reply = Reply((Text(f"{slot} {number}"),), slot, number, to=to)
    return Shown(reply, Address(HERE, thread), NOW, NOW)


def follower(feed: Feed, *threads: str, person: str = ADA) -> Follower:
    feed.room(person)
    opened = feed.join(HERE, frozenset(threads or ("t",)), person)
    opened.take_stale()
    return opened


def test_news_wake_those_whom_they_concern() -> None:
    """Something new in a thread is looked at by its followers, in this channel only."""
    feed = Feed()
    mine, other = follower(feed), follower(feed, "u")
    elsewhere = feed.join(Scope("web", "local", "other"), frozenset({"t"}), ADA)
    elsewhere.take_stale()
    feed.changed(Address(HERE, "t"))
    assert [each.take_stale() for each in (mine, other, elsewhere)] == [True, False, False]
    assert mine.take_stale() is False


def test_a_slow_reader_costs_no_memory() -> None:
    """Of thousands of steps that were not read, only the newest of a few messages waits."""
    feed = Feed()
    slow = follower(feed)
    for number in range(1, 5000):
        feed.moved(shown(f"job {number % 50}", number))
    waiting = slow.take_moves()
    assert len(waiting) <= 32
    assert max(each.reply.id for each in waiting) == 4999
    assert slow.take_moves() == []


def test_what_is_older_than_what_was_read_is_no_news() -> None:
    """A step of a message that has been replaced meanwhile is forgotten."""
    reader = follower(Feed())
    reader.move(shown("a", 1))
    reader.move(shown("b", 7))
    reader.read(shown("a", 2))
    reader.read(shown("b", 7))
    assert [each.reply.slot for each in reader.take_moves()] == ["b"]


def test_steps_for_one_person_alone() -> None:
    """What one person alone may see moves for nobody else."""
    feed = Feed()
    mine, theirs = follower(feed), follower(feed, person=BOB)
    feed.moved(shown(to=BOB))
    assert [len(each.take_moves()) for each in (mine, theirs)] == [0, 1]


def test_a_person_follows_only_so_much() -> None:
    """One person's followers, and all together, are bounded; who leaves makes room."""
    feed = Feed(most=3, most_of_one=2)
    first = follower(feed)
    follower(feed)
    with pytest.raises(Busy) as mine:
        follower(feed)
    follower(feed, person=BOB)
    with pytest.raises(Busy) as all_:
        follower(feed, person=BOB)
    assert (mine.value.status, all_.value.status) == (429, 503)
    feed.leave(first)
    feed.leave(first)
    follower(feed)
    assert len(feed) == 3


def test_waiting_ends_with_news_or_with_time() -> None:
    """Who waits is woken by the next thing, also when it came before; else after a while."""

    async def scene() -> list[bool]:
        feed = Feed()
        reader = follower(feed)
        quiet = await reader.wait(0.01)
        feed.changed(Address(HERE, "t"))
        early = await reader.wait(30)
        waiting = asyncio.create_task(reader.wait(30))
        await asyncio.sleep(0)
        feed.close()
        return [quiet, early, await waiting, reader.closed]

    assert asyncio.run(scene()) == [False, True, True, True]
