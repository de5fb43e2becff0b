"""What people said, and the messages that stand in a thread, on both databases."""

from __future__ import annotations

from storage.catalog.catalog import Catalog, Unit
from storage.catalog.records import Address, Post
from tests.contracts.rows import ADA, BOB, ELSEWHERE, HERE, later


def post(unit: Unit, post_id: str, *, thread: str = "t1", at: float = 0, text: str = "hi") -> Post:
    return unit.posts.add(
        Address(HERE, thread),
        post_id=post_id,
        actor=ADA,
        text=text,
        files=("a.csv",),
        pressed=False,
        now=later(at),
    )


def say(unit: Unit, key: str, *, slot: str, thread: str = "t1", sent: bool = True) -> int:
    row, _ = unit.outbox.add(
        key, slot=slot, address=Address(HERE, thread), body={"key": key}, now=later(int(key))
    )
    if sent:
        unit.outbox.mark_sending(row.id)
        unit.outbox.mark_sent(row.id, platform_ref="p", now=later(int(key)))
    return row.id


def test_a_post_is_kept_once(catalog: Catalog) -> None:
    """The same id again is the first post, whatever it says."""
    with catalog.write() as unit:
        first = post(unit, "p1")
        assert post(unit, "p1", text="something else") == first
        assert unit.posts.list(HERE, threads=["t1"]) == [first]


def test_posts_are_read_on_from_one(catalog: Catalog) -> None:
    """Posts of the threads that are asked for come in order, from the one after."""
    with catalog.write() as unit:
        first, _, third = post(unit, "1"), post(unit, "2", thread="t2"), post(unit, "3")
        assert unit.posts.list(HERE, threads=["t1"], after=first.seq) == [third]
        assert len(unit.posts.list(HERE, threads=["t1", "t2"], limit=2)) == 2
        assert unit.posts.list(ELSEWHERE, threads=["t1", "t2"]) == []


def test_threads_are_known_by_what_began_them(catalog: Catalog) -> None:
    """A thread has its first post and its latest time; the latest thread comes first."""
    with catalog.write() as unit:
        first, other = post(unit, "1"), post(unit, "2", thread="t2", at=1)
        post(unit, "3", at=2)
        talks = [(talk.first, talk.last_at) for talk in unit.posts.talks(HERE)]
        assert talks == [(first, later(2)), (other, later(1))]
        assert len(unit.posts.talks(HERE, limit=1)) == 1


def test_what_stands_in_a_thread(catalog: Catalog) -> None:
    """Of each message the newest version that went out, with the time of its first."""
    with catalog.write() as unit:
        say(unit, "1", slot="a")
        say(unit, "2", slot="b")
        newest = say(unit, "3", slot="a")
        say(unit, "4", slot="c", thread="t2")
        waits = say(unit, "5", slot="d", sent=False)
        assert [row.body["key"] for row in unit.outbox.shown(HERE, threads=["t1"])] == ["2", "3"]
        since = unit.outbox.shown(HERE, threads=["t1"], after=newest - 1)
        assert [row.id for row in since] == [newest]
        assert unit.outbox.begun(["a", "b"]) == {"a": later(1), "b": later(2)}
        assert unit.outbox.first_pending(HERE, threads=["t1"]) == waits
        assert unit.outbox.first_pending(HERE, threads=["t2"]) is None
        last = unit.outbox.latest(HERE, threads=["t1", "t2"])
        assert {thread: row.slot for thread, row in last.items()} == {"t1": "d", "t2": "c"}


def test_a_thread_of_several_people(catalog: Catalog) -> None:
    """A post names who said it."""
    with catalog.write() as unit:
        post(unit, "1")
        said = unit.posts.add(
            Address(HERE, "t1"),
            post_id="2",
            actor=BOB,
            text="Undo",
            files=(),
            pressed=True,
            now=later(1),
        )
        assert (said.actor, said.pressed, said.files) == (BOB, True, ())
