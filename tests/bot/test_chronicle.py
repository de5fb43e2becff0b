"""Threads read page by page: in order, to one's own eyes, and nothing is ever skipped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chronicle import paged
from bot.messages import Reply
from bot.platforms.chronicle import Cursor, Item, Shown
from storage.catalog.records import Actor, Address, Post, Scope
from tools.outcome import Text

NOW = datetime(2026, 5, 1, tzinfo=UTC)
PLACE = Address(Scope("web", "local", "main"), "t")
ADA = Actor("web/local/ada", "Ada")


def post(seq: int) -> Post:
    at = NOW + timedelta(seconds=seq)
    return Post(seq, f"p{seq}", PLACE, ADA, "hi", (), False, at)


def reply(number: int, *, to: str = "") -> Shown:
    at = NOW + timedelta(seconds=number)
    return Shown(Reply((Text("x"),), f"s{number}", number, to=to), PLACE, at, at)


def number_of(item: Item) -> tuple[str, int]:
    return ("post", item.seq) if isinstance(item, Post) else ("reply", item.reply.id)


@given(
    posts=st.sets(st.integers(1, 30), max_size=8),
    replies=st.sets(st.integers(1, 30), max_size=8),
    waits=st.none() | st.integers(1, 31),
    stop=st.integers(0, 20),
)
def test_going_on_from_any_place_misses_nothing(
    posts: set[int], replies: set[int], waits: int | None, stop: int
) -> None:
    """Whoever stops after any item and goes on from its place gets all that is missing."""
    sent = {number for number in replies if number != waits}
    items = [*map(post, sorted(posts)), *map(reply, sorted(sent))]
    page = paged(items, viewer=ADA.id, after=Cursor(), waits=waits, more=False)
    read = page.items[:stop]
    place = read[-1][1] if read else Cursor()
    later = [*items, reply(waits)] if waits is not None else items
    rest = [
        item
        for item in later
        if (item.seq > place.post if isinstance(item, Post) else item.reply.id > place.reply)
    ]
    seen = {number_of(item) for item, _ in read} | {number_of(item) for item in rest}
    assert seen == {number_of(item) for item in later}


def test_items_come_in_the_order_of_writing() -> None:
    """Posts and replies are told as they happened, each with the place after it."""
    page = paged(
        [post(1), post(4), reply(2), reply(3)],
        viewer=ADA.id,
        after=Cursor(),
        waits=None,
        more=False,
    )
    assert [(number_of(item)[0], str(place)) for item, place in page.items] == [
        ("post", "1.0"),
        ("reply", "1.2"),
        ("reply", "1.3"),
        ("post", "4.3"),
    ]
    assert str(page.cursor) == "4.3"


def test_what_is_for_another_person_is_passed_over() -> None:
    """It is not shown, and it is not asked for again."""
    page = paged(
        [reply(1), reply(2, to="web/local/bob"), reply(3, to=ADA.id)],
        viewer=ADA.id,
        after=Cursor(),
        waits=None,
        more=False,
    )
    assert [number_of(item)[1] for item, _ in page.items] == [1, 3]
    assert page.cursor == Cursor(0, 3)


@given(post=st.integers(0, 10**12), reply=st.integers(0, 10**12))
def test_a_place_reads_back(post: int, reply: int) -> None:
    """A place is a short text that says the same again."""
    assert Cursor.parse(str(Cursor(post, reply))) == Cursor(post, reply)


@pytest.mark.parametrize("text", ["", ".", "1", "1.", ".1", "1.2.3", "-1.2", "a.b", "1" * 60, "²."])
def test_what_is_no_place(text: str) -> None:
    """Anything else is refused."""
    with pytest.raises(ValueError, match="no place"):
        Cursor.parse(text)
