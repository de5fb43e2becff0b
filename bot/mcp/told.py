"""What has become of a call: the frozen facts that results are made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bot.messages import ApprovalPrompt, Progress, ReplyBlock
from bot.results import Result, results_of
from bot.turns import blocks_of
from storage.catalog.catalog import Catalog
from storage.catalog.records import Address, Job, Privacy, Turn, Waiting
from tools.privacy import level_of

Status: TypeAlias = Literal["done", "failed", "refused", "pending", "question", "running"]


@dataclass(frozen=True, slots=True)
class Told:
    """A call at one moment.

    Attributes:
        call: Handle by which it can be asked about later.
        status: pending waits for an approval, question for an answer, running for a job.
        results: What has ended of it.
        blocks: What people see of it.
        level: What a language model may see in this channel.
        job: The job it waits for.
        waiting: The question it asks.
    """

    call: str
    status: Status
    results: tuple[Result, ...]
    blocks: tuple[ReplyBlock, ...]
    level: Privacy
    job: Job | None = None
    waiting: Waiting | None = None

    @property
    def approval(self) -> ApprovalPrompt | None:
        """The approval it waits for."""
        prompts = [block for block in self.blocks if isinstance(block, ApprovalPrompt)]
        return next((prompt for prompt in prompts if prompt.state == "pending"), None)


def look(catalog: Catalog, turn_id: str, *, level: Privacy) -> Told:
    """How a call is now; `level` where the channel has none of its own."""
    with catalog.read() as unit:
        turn = unit.turns.get(turn_id)
        waitings = unit.waiting.of_turn(turn_id)
        channel = unit.channels.find(turn.address.scope)
        waiting = waitings[0] if waitings else None
        job = unit.jobs.get(waiting.subject) if waiting and waiting.kind == "job" else None
    results = tuple(results_of(catalog, turn_id))
    blocks = tuple(b for b in blocks_of(turn) if not isinstance(b, Progress))
    status = _status(turn, waiting, results)
    return Told(turn_id, status, results, blocks, level_of(channel, level), job, waiting)


def stop_job(catalog: Catalog, turn: Turn, *, now: Callable[[], datetime]) -> bool:
    """Press Stop on the job that works for a turn, waited for or not yet; False without one."""
    with catalog.write() as unit:
        waited = {row.subject for row in unit.waiting.of_turn(turn.id) if row.kind == "job"}
        active = unit.jobs.list(turn.address.scope, states=("queued", "running"), limit=100)
        ours = (j for j in active if j.id in waited or j.key.startswith(f"{turn.id}:"))
        return sum(unit.jobs.request_cancel(job.id, now=now()) for job in ours) > 0


def turn_of(catalog: Catalog, address: Address, event_id: str) -> Turn | None:
    """The turn an event has begun of late, if it has."""
    with catalog.read() as unit:
        turns = unit.turns.list(address, limit=50)
    return next((turn for turn in turns if turn.event_id == event_id), None)


def _status(turn: Turn, waiting: Waiting | None, results: tuple[Result, ...]) -> Status:
    if turn.state != "done":
        if waiting is None or waiting.kind == "job" or waiting.state == "claimed":
            return "running"
        return "pending" if waiting.kind == "approval" else "question"
    if not results:
        return "failed"
    if all(result.ok for result in results):
        return "done"
    bad = next(result for result in results if not result.ok)
    return "refused" if bad.error.get("type") == "Refused" else "failed"
