"""A toolbelt with tools made for one test: the real catalog, roles and rules."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage

from bot.agent.budgets import Allowance
from bot.agent.calls import Answered, Call, Suspended
from bot.agent.core import Agent
from bot.agent.minds import Minds
from bot.agent.toolbelt import Toolbelt
from bot.app import build
from bot.assistant import Assistant
from bot.hooks import Event
from bot.roles import Roles
from bot.turns import Services
from storage.catalog.catalog import Catalog
from storage.catalog.records import Action, Actor, Job, Turn
from tests.bot.agent.scripted import Scripted
from tests.bot.stage import ADA, HERE, settings_for
from tools.base import Args, Effect, Rehearsal, Tool
from tools.context import ToolContext
from tools.outcome import Outcome, Text, dump_outcome

GRACE = Actor("slack/T1/U2", "Grace")


class Number(Args):
    """What the toys take."""

    n: int = 1


@dataclass
class Clock:
    """Stands still unless moved."""

    at: datetime = field(default_factory=lambda: datetime(2026, 3, 2, 9, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Belt:
    """A toolbelt, and what happened."""

    belt: Toolbelt
    assistant: Assistant
    catalog: Catalog
    clock: Clock
    events: list[Event]
    notified: list[None]
    runs: list[int]

    def turn(self, actor: Actor = ADA) -> Turn:
        with self.catalog.write() as unit:
            turn, _ = unit.turns.open(
                secrets.token_hex(4),
                address=HERE,
                actor=actor,
                text="do it",
                owner="test",
                pending=(),
                now=self.clock(),
            )
        return turn

    def call(
        self,
        tool: str,
        *,
        turn: Turn | None = None,
        call_id: str = "c1",
        approved_by: Actor | None = None,
        **args: Any,
    ) -> Answered | Suspended:
        made = Call(call_id, f"m-{call_id}", tool, args, approved_by)
        return asyncio.run(self.belt.call(turn or self.turn(), made))

    def answer(self, tool: str, **more: Any) -> Answered:
        """A call that must end at once."""
        result = self.call(tool, **more)
        assert isinstance(result, Answered)
        return result

    def actions(self) -> list[Action]:
        with self.catalog.read() as unit:
            return unit.actions.list(HERE.scope)

    def jobs(self) -> list[Job]:
        with self.catalog.read() as unit:
            return unit.jobs.list(HERE.scope)

    def finish(self, *, result: Outcome | None = None, error: dict[str, Any] | None = None) -> Job:
        """End the oldest queued job as a worker would."""
        now = self.clock()
        with self.catalog.write() as unit:
            job = unit.jobs.claim("worker", lease_until=now + timedelta(seconds=30), now=now)
            assert job is not None
            unit.jobs.finish(
                job.id,
                attempt=job.attempt,
                state="failed" if error else "succeeded",
                result=dump_outcome(result) if result else None,
                error=error,
                now=now,
            )
            return unit.jobs.get(job.id)


Run = Callable[[Number, ToolContext], Outcome]


def toy(name: str, run: Run | None, **more: Any) -> Tool[Any]:
    """A tool of no use."""
    return Tool(name=name, summary=name, args=Number, run=run, examples=("a", "b"), **more)


def rehearsed(binding: Callable[[], str]) -> Callable[[Number, ToolContext], Rehearsal]:
    """A rehearsal that pins the number and is bound to what `binding` says now."""

    def rehearse(args: Number, context: ToolContext) -> Rehearsal:
        outcome = Outcome(f"would do {args.n}", (Text(f"would do {args.n}"),))
        return Rehearsal({"n": args.n}, binding(), outcome)

    return rehearse


@contextmanager
def open_belt(
    home: Path,
    *tools: Tool[Any],
    roles: Roles | None = None,
    inline_s: float = 0.2,
    allowance: Allowance | None = None,
    script: Sequence[AIMessage] = (),
) -> Iterator[Belt]:
    """A toolbelt with these toys and two that write down their runs; a brain that is scripted."""
    app = build(settings_for(home))
    belt_roles = roles or Roles()
    clock, events, notified, runs = Clock(), [], [], []

    def count(args: Number, context: ToolContext) -> Outcome:
        runs.append(args.n)
        return Outcome(f"counted {args.n}")

    effects: tuple[Effect, ...] = ("read", "write")
    counters = [toy(f"{effect}_it", count, effect=effect) for effect in effects]
    belt = Toolbelt(
        catalog=app.catalog,
        blobs=app.blobs,
        site=app.site,
        roles=belt_roles,
        tools={tool.name: tool for tool in (*counters, *tools)},
        now=clock,
        notify_jobs=lambda: notified.append(None),
        hooks=(events.append,),
        inline_s=inline_s,
        allowance=allowance,
    )
    model = Scripted(script=list(script), heard=[])
    agent = Agent(model, fallback=None, tools=belt.tools)
    services = Services(
        app.catalog,
        app.blobs,
        belt,
        lambda: agent,
        belt_roles,
        Minds(app.catalog, app.blobs, now=clock),
        clock,
        lambda: None,
        "test",
    )
    assistant = Assistant(services)
    try:
        yield Belt(belt, assistant, app.catalog, clock, events, notified, runs)
    finally:
        app.catalog.close()
