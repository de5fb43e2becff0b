"""What a person and a channel may use in a day, and what is said at the limit."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.agent.budgets import Allowance
from bot.agent.calls import Answered, Suspended
from storage.catalog.records import Actor
from tests.bot.agent.belt import Belt, Number, open_belt, toy
from tests.bot.stage import HERE
from tests.contracts.rows import add_dataset
from tools.context import ToolContext
from tools.outcome import Outcome

BOB = Actor("slack/T1/U9", "Bob")


def done(args: Number, context: ToolContext) -> Outcome:
    return Outcome(f"did {args.n}")


def work(belt: Belt, minutes: float, *, actor: Actor, call_id: str) -> Answered | Suspended:
    """Ask for a job that takes so long; what the toolbelt said."""
    result = belt.call("dig", turn=belt.turn(actor), call_id=call_id)
    if isinstance(result, Suspended):
        now = belt.clock()
        with belt.catalog.write() as unit:
            job = unit.jobs.claim("worker", lease_until=now + timedelta(hours=9), now=now)
            assert job is not None
            belt.clock.forward(minutes=minutes)
            ended = {"state": "succeeded", "result": {"summary": "dug"}}
            unit.jobs.finish(job.id, attempt=job.attempt, now=belt.clock(), **ended)
    return result


def refusal(result: Answered | Suspended) -> str:
    assert isinstance(result, Answered)
    assert result.error["type"] == "Refused"
    return result.text


def test_a_persons_minutes_end(tmp_path: Path) -> None:
    """At a person's limit nothing long is begun, others go on, and the next day is a new one."""
    with open_belt(tmp_path, toy("dig", done, where="job"), allowance=Allowance(10)) as belt:
        assert isinstance(work(belt, 9, actor=BOB, call_id="a"), Suspended)
        assert isinstance(work(belt, 4, actor=BOB, call_id="b"), Suspended)
        told = refusal(work(belt, 1, actor=BOB, call_id="c"))
        assert "beyond your 10 minutes of work a day: 13 are used" in told
        assert "00:00 UTC" in told
        assert belt.answer("read_it", turn=belt.turn(BOB), n=1).ok
        ada = Actor("slack/T1/U1", "Ada")
        assert isinstance(work(belt, 1, actor=ada, call_id="d"), Suspended)
        belt.clock.forward(hours=15)
        assert isinstance(work(belt, 1, actor=BOB, call_id="e"), Suspended)


def test_a_channels_minutes_end(tmp_path: Path) -> None:
    """At a channel's limit nobody begins anything long there; what still runs is counted too."""
    with open_belt(tmp_path, toy("dig", done, where="job"), allowance=Allowance(0, 5)) as belt:
        assert isinstance(belt.call("dig", turn=belt.turn(BOB), call_id="a"), Suspended)
        with belt.catalog.write() as unit:
            now = belt.clock()
            unit.jobs.claim("worker", lease_until=now + timedelta(hours=1), now=now)
        belt.clock.forward(minutes=6)
        told = refusal(work(belt, 1, actor=Actor("slack/T1/U1", "Ada"), call_id="b"))
        assert "beyond this channel's 5 minutes" in told


def test_the_room_of_a_channel_ends(tmp_path: Path) -> None:
    """A channel that keeps as much as it may loads nothing more until something is deleted."""
    load = toy("load_dataset", done, effect="write")
    with open_belt(tmp_path, load, allowance=Allowance(storage_mb=1)) as belt:
        assert belt.answer("load_dataset").ok
        with belt.catalog.write() as unit:
            upload = unit.uploads.add(
                HERE.scope, thread="t1", blob="0" * 64, name="a.csv", size=2**21, actor=BOB,
                now=belt.clock(),
            )  # fmt: skip
            name = add_dataset(unit, HERE.scope, upload_id=upload.id).name
        told = refusal(belt.call("load_dataset", call_id="c2"))
        assert "keeps 2 MB of files, and 1 MB are the most" in told
        with belt.catalog.write() as unit:
            unit.datasets.delete(HERE.scope, name, now=belt.clock())
        assert belt.answer("load_dataset", call_id="c3").ok
