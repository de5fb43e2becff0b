"""The line of history of a tool call: who, what, when, why, what came of it, what it cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.agent.calls import Call
from storage.catalog.catalog import Catalog
from storage.catalog.records import Job, Turn
from tools.base import Effect
from tools.outcome import Outcome, dump_outcome


class Record:
    """Writes the history."""

    def __init__(self, catalog: Catalog, now: Callable[[], datetime]) -> None:
        self._catalog = catalog
        self._now = now

    def write(
        self,
        turn: Turn,
        call: Call,
        effect: Effect,
        *,
        summary: str,
        ok: bool,
        outcome: Outcome | None = None,
        seconds: float = 0.0,
    ) -> None:
        """Write a line; a language model's tokens are those since the turn's line before."""
        inverse = dump_outcome(outcome)["inverse"] if outcome else None
        with self._catalog.write() as unit:
            told = unit.actions.tokens_of_turn(turn.id)
            unit.actions.add(
                turn.address,
                actor=turn.actor,
                tool=call.tool,
                args=call.args,
                effect=effect,
                sentence=turn.text,
                summary=summary,
                ok=ok,
                dataset_id=outcome.dataset_id if outcome else None,
                model_id=outcome.model_id if outcome else None,
                inverse=inverse,
                approved_by=call.approved_by,
                turn_id=turn.id,
                now=self._now(),
                seconds=seconds,
                tokens=max(unit.model_calls.tokens_of_turn(turn.id) - told, 0),
            )


def seconds_of(job: Job) -> float:
    """How long a job was at work; waiting in the queue is not counted."""
    if job.started_at is None or job.finished_at is None:
        return 0.0
    return (job.finished_at - job.started_at).total_seconds()
