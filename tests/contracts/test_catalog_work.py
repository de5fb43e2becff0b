"""The contract of the catalog on every database: jobs, conversations, approvals and delivery."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from storage.catalog.catalog import Catalog
from storage.catalog.jobs import MAX_ATTEMPTS
from storage.catalog.records import Address, Job
from storage.errors import NotStored
from tests.contracts.rows import (
    ADA,
    BOB,
    ELSEWHERE,
    HERE,
    NOW,
    ask,
    later,
    open_turn,
    submit,
    suspend,
)

HERE_T1 = Address(HERE, "t1")


def _claim(catalog: Catalog, owner: str = "w", *, at: float = 0) -> Job | None:
    with catalog.write() as unit:
        return unit.jobs.claim(owner, lease_until=later(at + 30), now=later(at))


def _together(count: int, work: Callable[[int], Any]) -> list[Any]:
    """What `work(0)` … return when they run at the same moment."""
    results: list[Any] = [None] * count
    start = threading.Barrier(count)

    def run(index: int) -> None:
        start.wait()
        results[index] = work(index)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_a_job_is_submitted_once(catalog: Catalog) -> None:
    """The same key is the same job in its scope, and another one elsewhere."""
    with catalog.write() as unit:
        first = submit(unit)
        again, created = unit.jobs.submit(
            HERE, thread="t2", key="k1", tool="other", args={}, actor=BOB, context={}, now=NOW
        )
        assert (again, created) == (first, False)
        assert submit(unit, ELSEWHERE).id != first.id
        assert submit(unit, key="k2").number == 2
        assert unit.jobs.queued() == 3
        assert unit.jobs.by_number(HERE, 1) == first
        assert unit.jobs.get(first.id) == first


def test_jobs_are_listed_by_state(catalog: Catalog) -> None:
    """The newest come first, narrowed to states when asked."""
    with catalog.write() as unit:
        first, second = submit(unit), submit(unit, key="k2")
        unit.jobs.request_cancel(first.id)
        assert [job.id for job in unit.jobs.list(HERE)] == [second.id, first.id]
        assert [job.id for job in unit.jobs.list(HERE, states=["queued"])] == [second.id]
        assert [job.id for job in unit.jobs.list(HERE, limit=1)] == [second.id]


def test_the_oldest_job_is_claimed_first(catalog: Catalog) -> None:
    """Jobs are taken in the order they came; one that is held is not taken twice."""
    with catalog.write() as unit:
        expected = [submit(unit, key=key).id for key in ("a", "b")]
    claimed = [_claim(catalog), _claim(catalog)]
    assert [job.id for job in claimed if job] == expected
    assert [(job.state, job.attempt, job.owner) for job in claimed if job] == [
        ("running", 1, "w")
    ] * 2
    assert _claim(catalog) is None


def test_only_the_current_attempt_registers_a_result(catalog: Catalog) -> None:
    """A worker that lost its lease cannot renew, report or finish any more."""
    with catalog.write() as unit:
        submit(unit)
    old = _claim(catalog, "first")
    new = _claim(catalog, "second", at=31)
    assert old is not None
    assert new is not None
    assert (new.id, new.attempt, new.owner) == (old.id, 2, "second")
    with catalog.write() as unit:
        jobs = unit.jobs
        assert not jobs.renew(old.id, attempt=1, lease_until=later(90))
        assert not jobs.progress(old.id, attempt=1, progress={"share": 0.9})
        assert not jobs.finish(old.id, attempt=1, state="succeeded", result={"n": 1}, now=NOW)
        assert not jobs.release(old.id, attempt=1)
        assert jobs.renew(new.id, attempt=2, lease_until=later(90))
        assert jobs.progress(new.id, attempt=2, progress={"share": 0.5}, stage="fit")
        assert jobs.finish(new.id, attempt=2, state="succeeded", result={"n": 2}, now=later(40))
        assert not jobs.finish(new.id, attempt=2, state="failed", error={}, now=later(41))
        done = jobs.get(new.id)
    assert (done.state, done.result, done.stage, done.progress) == (
        "succeeded",
        {"n": 2},
        "fit",
        {"share": 0.5},
    )
    assert (done.started_at, done.finished_at, done.lease_until) == (NOW, later(40), None)


def test_a_job_of_a_dead_process_is_taken_before_its_lease_is_over(catalog: Catalog) -> None:
    """Once a process has missed its sign of life others take its jobs, itself never twice."""
    with catalog.write() as unit:
        submit(unit)
        unit.leases.acquire("process:died", owner="died", until=later(12), now=NOW)
        unit.leases.acquire("process:lives", owner="lives", until=later(90), now=NOW)
    first = _claim(catalog, "died")
    assert _claim(catalog, "lives", at=11) is None
    assert _claim(catalog, "died", at=13) is None
    second = _claim(catalog, "lives", at=13)
    assert first is not None
    assert second is not None
    assert (second.id, second.attempt, second.owner) == (first.id, 2, "lives")
    assert _claim(catalog, "other", at=40) is None


def test_a_job_that_kills_its_workers_is_given_up(catalog: Catalog) -> None:
    """After three lost attempts the job fails with a reason, and the next one is taken."""
    with catalog.write() as unit:
        bad, good = submit(unit, key="bad"), submit(unit, key="good")
    for attempt in range(MAX_ATTEMPTS):
        claimed = _claim(catalog, at=attempt * 100)
        assert claimed is not None
        assert claimed.id == bad.id
    claimed = _claim(catalog, at=MAX_ATTEMPTS * 100)
    assert claimed is not None
    assert claimed.id == good.id
    with catalog.read() as unit:
        failed = unit.jobs.get(bad.id)
    assert failed.state == "failed"
    assert failed.error is not None
    assert failed.error["code"] == "gave_up"
    assert failed.finished_at == later(MAX_ATTEMPTS * 100)


def test_handing_over_does_not_count(catalog: Catalog) -> None:
    """A clean stop may happen any number of times; yet an old attempt stays fenced off."""
    with catalog.write() as unit:
        submit(unit)
    for turn in range(1, MAX_ATTEMPTS + 3):
        claimed = _claim(catalog)
        assert claimed is not None
        assert claimed.attempt == turn
        with catalog.write() as unit:
            assert unit.jobs.release(claimed.id, attempt=turn)
            released = unit.jobs.get(claimed.id)
            assert (released.state, released.owner, released.lease_until) == ("queued", None, None)
            assert not unit.jobs.finish(claimed.id, attempt=turn, state="succeeded", now=NOW)


def test_cancelling(catalog: Catalog) -> None:
    """A queued job is cancelled at once, a running one is told, a finished one is left alone."""
    with catalog.write() as unit:
        queued, running = submit(unit, key="q"), submit(unit, key="r")
        assert unit.jobs.request_cancel(queued.id, now=later(1))
        assert unit.jobs.get(queued.id).state == "cancelled"
        assert unit.jobs.get(queued.id).finished_at == later(1)
        assert not unit.jobs.request_cancel(queued.id)
    assert _claim(catalog) is not None
    with catalog.write() as unit:
        assert unit.jobs.request_cancel(running.id)
        told = unit.jobs.get(running.id)
        assert (told.state, told.cancel_requested) == ("running", True)
    assert _claim(catalog, at=31) is None
    with catalog.write() as unit:
        assert unit.jobs.get(running.id).state == "cancelled"
        assert not unit.jobs.request_cancel("nowhere")


def test_two_workers_never_hold_one_job(catalog: Catalog) -> None:
    """Workers that claim at the same moment get different jobs, and all are handed out."""
    with catalog.write() as unit:
        ids = {submit(unit, key=str(number)).id for number in range(6)}
    claimed = _together(8, lambda index: _claim(catalog, f"w{index}"))
    taken = [job.id for job in claimed if job is not None]
    assert len(taken) == 6
    assert set(taken) == ids


def test_numbers_are_given_once(catalog: Catalog) -> None:
    """Rows that are added at the same moment get different numbers, without a gap."""

    def add(index: int) -> int:
        with catalog.write() as unit:
            return submit(unit, key=str(index)).number

    assert sorted(_together(8, add)) == list(range(1, 9))


def test_a_submission_that_races_itself_is_one_job(catalog: Catalog) -> None:
    """The same event, handled twice at the same moment, makes one job."""

    def add(_: int) -> str:
        with catalog.write() as unit:
            return submit(unit, key="same").id

    assert len(set(_together(6, add))) == 1


def test_a_repeated_event_is_one_turn(catalog: Catalog) -> None:
    """A platform that sends an event again gets the turn it began."""
    with catalog.write() as unit:
        turn = open_turn(unit, pending=({"tool": "load_dataset"},))
        again, created = unit.turns.open(
            "e1",
            address=HERE_T1,
            actor=BOB,
            text="other",
            owner="p2",
            pending=(),
            now=later(1),
        )
        assert (again, created) == (turn, False)
        assert open_turn(unit, ELSEWHERE).id != turn.id


def test_a_turn_changes_only_where_told(catalog: Catalog) -> None:
    """What is not given stays as it was."""
    with catalog.write() as unit:
        turn = open_turn(unit, pending=({"a": 1},))
        changed = unit.turns.set(turn.id, refs={"model": "m"}, state="suspended")
        assert (changed.refs, changed.state, changed.pending) == (
            {"model": "m"},
            "suspended",
            ({"a": 1},),
        )
        assert unit.turns.set(turn.id) == changed
        assert unit.turns.set(turn.id, blocks=[{"b": 1}], pending=()).blocks == ({"b": 1},)
        with pytest.raises(NotStored):
            unit.turns.set("nowhere", refs={})


def test_a_turn_is_taken_by_one(catalog: Catalog) -> None:
    """Of several who want to go on with a turn, one does."""
    with catalog.write() as unit:
        turn = unit.turns.set(open_turn(unit).id, state="suspended")

    def take(index: int) -> bool:
        with catalog.write() as unit:
            return unit.turns.take(turn, owner=f"new{index}")

    taken = _together(5, take)
    assert sorted(taken) == [False] * 4 + [True]
    with catalog.read() as unit:
        now = unit.turns.get(turn.id)
    assert (now.state, now.owner) == ("running", f"new{taken.index(True)}")


def test_turns_that_nobody_carries_on_are_found(catalog: Catalog) -> None:
    """A turn is left behind when its process has no lease, or when nothing is open any more."""
    with catalog.write() as unit:
        lives, died, waits, stuck, done = (
            open_turn(unit, event_id=name, owner=name)
            for name in ("lives", "died", "waits", "stuck", "done")
        )
        for owner, until in ((lives.owner, later(30)), (died.owner, later(10))):
            unit.leases.acquire(f"process:{owner}", owner=owner, until=until, now=NOW)
        for turn in (waits, stuck):
            unit.turns.set(turn.id, state="suspended")
        suspend(unit, waits)
        unit.waiting.settle(suspend(unit, stuck, call_id="c2").id)
        unit.turns.set(done.id, state="done")

        def left(at: float) -> list[str]:
            return [turn.event_id for turn in unit.turns.interrupted(now=later(at))]

        assert left(5) == ["stuck"]
        assert left(20) == ["died", "stuck"]
        assert left(40) == ["lives", "died", "stuck"]


def test_messages_of_a_thread_are_in_order(catalog: Catalog) -> None:
    """The last turns of a thread are told with their messages in the order they were said."""
    with catalog.write() as unit:
        turns = [open_turn(unit, event_id=f"e{number}") for number in range(3)]
        other = open_turn(unit, event_id="x", address=Address(HERE, "t2"))
        for turn in (turns[1], turns[0], other, turns[1], turns[2]):
            count = len(unit.turns.messages(HERE_T1, turns=9))
            unit.turns.add_message(turn.id, {"n": count})
        told = unit.turns.messages(HERE_T1, turns=2)
        assert [(each.turn_id, each.position) for each in told] == [
            (turns[1].id, 0),
            (turns[1].id, 1),
            (turns[2].id, 0),
        ]
        assert [turn.id for turn in unit.turns.list(HERE_T1, limit=2)] == [
            turns[1].id,
            turns[2].id,
        ]


def test_a_suspended_call_goes_on_once(catalog: Catalog) -> None:
    """Clicks at the same moment resume a call once; a claim that ran out can be taken over."""
    with catalog.write() as unit:
        call = suspend(unit, open_turn(unit), subject="job1")
        assert unit.waiting.by_subject("job1") == call
        assert unit.waiting.by_subject("job2") is None

    def claim(_: int) -> bool:
        with catalog.write() as unit:
            return unit.waiting.claim(call.id, until=later(30), now=NOW)

    assert sorted(_together(5, claim)) == [False] * 4 + [True]
    with catalog.write() as unit:
        waiting = unit.waiting
        assert not waiting.claim(call.id, until=later(60), now=later(29))
        assert waiting.claim(call.id, until=later(61), now=later(31))
        assert [each.id for each in waiting.of_thread(HERE_T1)] == [call.id]
        assert waiting.settle(call.id)
        assert not waiting.settle(call.id)
        assert not waiting.claim(call.id, until=later(999), now=later(900))
        assert waiting.get(call.id).state == "settled"
        assert waiting.of_thread(HERE_T1) == []


def test_open_calls_are_found_by_turn_thread_and_number(catalog: Catalog) -> None:
    """Open calls come newest first; their number is their handle in the channel."""
    with catalog.write() as unit:
        turn = open_turn(unit)
        calls = [suspend(unit, turn, call_id=f"c{number}") for number in range(3)]
        unit.waiting.settle(calls[1].id, state="dropped")
        assert [each.number for each in unit.waiting.of_turn(turn.id)] == [3, 1]
        assert [each.number for each in unit.waiting.of_thread(HERE_T1)] == [3, 1]
        assert unit.waiting.by_number(HERE, 3) == calls[2]
        unit.waiting.note(calls[2].id, detail={"picked": 1})
        assert unit.waiting.get(calls[2].id).detail == {"picked": 1}


def test_finished_jobs_that_somebody_waits_for(catalog: Catalog) -> None:
    """After a crash the ended jobs whose calls were not resumed are found again."""
    with catalog.write() as unit:
        turn = open_turn(unit)
        jobs = [submit(unit, key=str(number)) for number in range(4)]
        calls = [
            suspend(unit, turn, call_id=f"c{number}", subject=job.id)
            for number, job in enumerate(jobs[:3])
        ]
        for job in jobs[1:]:
            unit.jobs.request_cancel(job.id)
        assert [job.id for job in unit.jobs.finished_unsettled()] == [jobs[1].id, jobs[2].id]
        unit.waiting.claim(calls[1].id, until=later(30), now=NOW)
        unit.waiting.settle(calls[2].id)
        assert [job.id for job in unit.jobs.finished_unsettled()] == [jobs[1].id]


def test_an_approval_is_decided_once(catalog: Catalog) -> None:
    """Of several clicks at the same moment one decides, and it is known whose."""
    with catalog.write() as unit:
        approval = ask(unit)
        assert unit.approvals.pending(HERE) == [approval]

    def click(index: int) -> bool:
        actor = (ADA, BOB)[index % 2]
        with catalog.write() as unit:
            return unit.approvals.decide(approval.id, state="approved", actor=actor, now=NOW)

    clicks = _together(4, click)
    assert sorted(clicks) == [False] * 3 + [True]
    with catalog.read() as unit:
        decided = unit.approvals.get(approval.id)
        assert decided == unit.approvals.by_number(HERE, 1)
        assert unit.approvals.pending(HERE) == []
    assert (decided.state, decided.decided_at) == ("approved", NOW)
    assert decided.decided_by == (ADA, BOB)[clicks.index(True) % 2]


def test_an_approval_ends_with_its_time(catalog: Catalog) -> None:
    """A late click decides nothing, also before anybody noticed that the time is over."""
    with catalog.write() as unit:
        late, open_still = ask(unit), ask(unit, expires_at=later(9999))
        decide = unit.approvals.decide
        assert not decide(late.id, state="approved", actor=BOB, now=later(3600))
        expired = unit.approvals.expire(later(3600))
        assert [(each.id, each.state) for each in expired] == [(late.id, "expired")]
        assert unit.approvals.expire(later(3601)) == []
        assert unit.approvals.pending(HERE) == [open_still]
        assert not decide(late.id, state="approved", actor=BOB, now=NOW)


def test_an_event_is_kept_once(catalog: Catalog) -> None:
    """A repeated event is recognised, and what was not dealt with is found after a crash."""
    with catalog.write() as unit:
        add = unit.inbox.add
        assert add("T1/e1", platform="slack", payload={"n": 1}, now=NOW)
        assert not add("T1/e1", platform="slack", payload={"n": 2}, now=later(1))
        assert add("T1/e2", platform="slack", payload={}, now=later(2))
        assert add("m1", platform="discord", payload={}, now=NOW)
        assert [row.key for row in unit.inbox.open("slack")] == ["T1/e1", "T1/e2"]
        assert unit.inbox.open("slack")[0].payload == {"n": 1}
        unit.inbox.done("T1/e1", now=later(3))
        assert [row.key for row in unit.inbox.open("slack")] == ["T1/e2"]
        assert unit.inbox.purge(later(100)) == 1
        assert not add("T1/e2", platform="slack", payload={}, now=later(4))
        assert add("T1/e1", platform="slack", payload={}, now=later(5))


def _message(unit: Any, key: str = "d1", **given: Any) -> Any:
    values = {"slot": "s1", "address": HERE_T1, "body": {"blocks": []}, "now": NOW}
    return unit.outbox.add(key, **(values | given))


def test_a_message_is_queued_once(catalog: Catalog) -> None:
    """The same fact announced twice, even at the same moment, is one message."""

    def add(_: int) -> bool:
        with catalog.write() as unit:
            created: bool = _message(unit)[1]
            return created

    assert sorted(_together(5, add)) == [False] * 4 + [True]
    with catalog.read() as unit:
        assert unit.outbox.depth() == 1


def test_a_message_goes_out_once(catalog: Catalog) -> None:
    """One sender takes it; it is due, then sending, then sent under the platform's id."""
    with catalog.write() as unit:
        row = _message(unit)[0]
        assert unit.outbox.due("slack", now=NOW) == [row]
        assert unit.outbox.due("discord", now=NOW) == []

    def take(_: int) -> bool:
        with catalog.write() as unit:
            return unit.outbox.mark_sending(row.id)

    assert sorted(_together(5, take)) == [False] * 4 + [True]
    with catalog.write() as unit:
        outbox = unit.outbox
        assert outbox.due("slack", now=later(99)) == []
        assert [each.id for each in outbox.stuck("slack")] == [row.id]
        assert outbox.slot_ref("s1") is None
        assert outbox.mark_sent(row.id, platform_ref="C1/17.5", now=later(1))
        assert outbox.stuck("slack") == []
        assert outbox.slot_ref("s1") == "C1/17.5"
        assert outbox.depth() == 0
        sent = outbox.get(row.id)
        assert (sent.state, sent.attempts, sent.sent_at) == ("sent", 1, later(1))


def test_messages_wait_their_time_and_turn(catalog: Catalog) -> None:
    """Due messages come oldest first; one to be retried comes back later; a dead one never."""
    with catalog.write() as unit:
        outbox = unit.outbox
        first, second = _message(unit, "a")[0], _message(unit, "b", not_before=later(10))[0]
        third = _message(unit, "c")[0]
        assert [row.id for row in outbox.due("slack", now=NOW)] == [first.id, third.id]
        assert [row.id for row in outbox.due("slack", now=later(10), limit=2)] == [
            first.id,
            second.id,
        ]
        outbox.mark_sending(first.id)
        assert outbox.retry(first.id, not_before=later(20))
        assert not outbox.retry(first.id, not_before=later(30))
        assert outbox.dead(third.id)
        assert [row.id for row in outbox.due("slack", now=later(15))] == [second.id]
        assert [row.id for row in outbox.due("slack", now=later(20))] == [first.id, second.id]
        assert outbox.depth() == 2
        assert [row.id for row in outbox.list(HERE_T1, after_id=first.id)] == [
            second.id,
            third.id,
        ]
        assert outbox.list(Address(HERE, "t2")) == []


def test_a_lease_has_one_owner(catalog: Catalog) -> None:
    """Of several processes one leads, until it gives up or its time is over."""

    def acquire(index: int) -> bool:
        with catalog.write() as unit:
            return unit.leases.acquire("leader", owner=f"p{index}", until=later(30), now=NOW)

    won = _together(5, acquire)
    assert sorted(won) == [False] * 4 + [True]
    owner = f"p{won.index(True)}"
    with catalog.write() as unit:
        leases = unit.leases
        held = leases.get("leader")
        assert held is not None
        assert held.owner == owner
        take = leases.acquire
        assert take("leader", owner=owner, until=later(60), now=later(20), detail={"pid": 7})
        assert take("leader", owner=owner, until=later(60), now=later(25))
        assert not take("leader", owner="new", until=later(90), now=later(59))
        leases.release("leader", owner="new")
        held = leases.get("leader")
        assert held is not None
        assert (held.owner, held.until, held.detail) == (owner, later(60), {"pid": 7})
        assert take("leader", owner="new", until=later(99), now=later(60))
        held = leases.get("leader")
        assert held is not None
        assert (held.owner, held.detail) == ("new", {})
        leases.release("leader", owner="new")
        assert leases.get("leader") is None
