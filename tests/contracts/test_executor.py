"""What every executor must do, shown on each adapter with real processes."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from scheduler.errors import WorkCancelled, WorkFailed, WorkLost
from scheduler.executor import Executor, LocalExecutor
from storage.catalog.records import Actor
from tests.scheduler.places import TOYS, catalog_in, site_in, until, work
from tools.errors import BadRequest, NeedsChoice, NotFound, Option
from tools.outcome import Headline, Outcome

Result = TypeVar("Result")
LIMIT_MB = 700
CPU_LIMIT_S = 1


def local(folder: Path, size: int) -> Executor:
    site = site_in(folder)
    limits = {"memory_limit_mb": LIMIT_MB, "cpu_limit_s": CPU_LIMIT_S}
    return LocalExecutor(site, size=size, tools=TOYS, **limits)


ADAPTERS = {"local": local}


@pytest.fixture(params=ADAPTERS)
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[int], Executor]:
    catalog_in(tmp_path).close()
    return lambda size=1: ADAPTERS[request.param](tmp_path, size)


@asynccontextmanager
async def running(executor: Executor) -> AsyncIterator[Executor]:
    await executor.start()
    try:
        yield executor
    finally:
        await executor.close()


def on(executor: Executor, what: Callable[[Executor], Awaitable[Result]]) -> Result:
    async def main() -> Result:
        async with running(executor) as started:
            return await asyncio.wait_for(what(started), 60)

    return asyncio.run(main())


def silent(share: float, text: str) -> None:
    """Nobody watches."""


def test_work_arrives_whole_and_its_outcome_comes_back(make, monkeypatch):
    """A worker gets arguments, people, place, references and job; not the keys of platforms."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    given = replace(
        work("echo", text="hi"),
        refs={"dataset": "d1"},
        approved_by=Actor("terminal/local/eve", "Eve"),
        attempt=2,
    )

    outcome = on(make(), lambda ex: ex.run(given, progress=silent))

    assert Outcome(outcome.summary, outcome.blocks) == Outcome("hi", (Headline("hi"),))
    pid = outcome.data.pop("pid")
    assert pid != os.getpid()
    assert outcome.data == {
        "refs": {"dataset": "d1"},
        "approved_by": "terminal/local/eve",
        "actor": "terminal/local/ann",
        "scope": "terminal/local/main",
        "thread": "t1",
        "job": ["j1", 2],
        "threads": "1",
        "secret": None,
    }


def test_errors_of_tools_keep_their_class(make):
    """What a tool raises on purpose arrives as it was; anything else only as a reference."""

    async def errors(ex: Executor) -> list[BaseException]:
        names = ("asks", "misses", "breaks", "chatty")
        found = [
            await asyncio.gather(ex.run(work(name), progress=silent), return_exceptions=True)
            for name in names
        ]
        bad = ex.run(work("echo", text=["no", "text"]), progress=silent)
        return [error for (error,) in found] + [
            *(await asyncio.gather(bad, return_exceptions=True))
        ]

    asks, misses, breaks, chatty, bad = on(make(), errors)

    assert isinstance(asks, NeedsChoice)
    assert (asks.argument, asks.options) == ("text", (Option("A", "a"), Option("B", 2)))
    assert isinstance(misses, NotFound)
    assert (misses.message, misses.hint) == ("No such thing.", "Look elsewhere.")
    assert isinstance(breaks, WorkFailed)
    assert "secret" not in str(breaks)
    assert isinstance(chatty, Outcome)
    assert type(bad) is BadRequest


def test_progress_is_reported_in_order(make):
    """Whoever runs work hears how far it is, with shares that grow."""
    heard: list[tuple[float, str]] = []

    def note(share: float, text: str) -> None:
        heard.append((share, text))

    on(make(), lambda ex: ex.run(work("steps", seconds=0.6), progress=note))

    assert len(heard) >= 3
    assert heard == sorted(heard)
    assert heard[0][1].startswith("step")


def test_stop_keeps_what_there_is(make):
    """Work that looks whether to stop ends soon, and its outcome counts."""

    async def stopped(ex: Executor) -> tuple[Outcome, float]:
        begun = asyncio.Event()
        task = asyncio.create_task(
            ex.run(work("steps", seconds=60), progress=lambda *_: begun.set())
        )
        await begun.wait()
        start = time.monotonic()
        await ex.stop_work("j1")
        await ex.stop_work("j1")
        return await task, time.monotonic() - start

    outcome, took = on(make(), stopped)

    assert outcome.summary == "stopped early"
    assert took < 1.5


def test_stop_with_nothing_to_keep_is_a_cancellation(make):
    """A tool that gives up when asked to stop leaves cancelled work, and a worker that goes on."""

    async def stopped(ex: Executor) -> Outcome:
        task = asyncio.create_task(ex.run(work("gives_up"), progress=silent))
        await asyncio.sleep(0.2)
        await ex.stop_work("j1")
        with pytest.raises(WorkCancelled):
            await task
        return await ex.run(work("echo"), progress=silent)

    assert on(make(), stopped).summary == "hello"


def test_work_that_does_not_listen_is_killed(make, tmp_path):
    """Work that never looks whether to stop is gone two seconds later, with its process."""
    path = tmp_path / "pid"

    async def stopped(ex: Executor) -> float:
        task = asyncio.create_task(
            ex.run(work("deaf", seconds=60, path=str(path)), progress=silent)
        )
        await until(lambda: path.exists() and path.read_text())
        start = time.monotonic()
        await ex.stop_work("j1")
        with pytest.raises(WorkCancelled):
            await task
        return time.monotonic() - start

    assert on(make(), stopped) < 3.0
    with pytest.raises(ProcessLookupError):
        os.kill(int(path.read_text()), 0)


def test_lost_workers_are_replaced(make, tmp_path):
    """A crash and a kill from outside are told apart, and the next work is done all the same."""
    path = tmp_path / "pid"

    async def lost(ex: Executor) -> list[object]:
        crash = ex.run(work("dies"), progress=silent)
        found: list[object] = [*(await asyncio.gather(crash, return_exceptions=True))]
        task = asyncio.create_task(
            ex.run(work("deaf", seconds=60, path=str(path)), progress=silent)
        )
        await until(lambda: path.exists() and path.read_text())
        os.kill(int(path.read_text()), signal.SIGKILL)
        found += await asyncio.gather(task, return_exceptions=True)
        return [*found, await ex.run(work("echo"), progress=silent)]

    crash, kill, outcome = on(make(), lost)

    assert isinstance(crash, WorkLost)
    assert crash.code == "crashed"
    assert isinstance(kill, WorkLost)
    assert kill.code == "killed"
    assert isinstance(outcome, Outcome)


@pytest.mark.parametrize("tool", ["hog", "greedy", "aborts"])
def test_memory_is_limited(make, tool):
    """Work that takes more memory than a worker may is ended as out of memory."""

    async def hungry(ex: Executor) -> Outcome:
        with pytest.raises(WorkLost) as lost:
            await ex.run(work(tool, megabytes=8 * LIMIT_MB, seconds=30), progress=silent)
        assert (lost.value.code, lost.value.limit) == ("out_of_memory", LIMIT_MB * 2**20)
        return await ex.run(work("echo"), progress=silent)

    assert on(make(), hungry).summary == "hello"


def test_computing_is_limited(make):
    """A call that computes for longer than it may, in code that listens to nobody, is ended."""

    async def endless(ex: Executor) -> Outcome:
        with pytest.raises(WorkLost) as lost:
            await ex.run(work("busy", seconds=1_000), progress=silent)
        assert (lost.value.code, lost.value.limit) == ("out_of_time", CPU_LIMIT_S)
        return await ex.run(work("echo"), progress=silent)

    assert on(make(), endless).summary == "hello"


def test_computing_is_counted_from_the_start_of_a_call(make):
    """What a worker computed before does not count against the next call."""

    async def often(ex: Executor) -> list[str]:
        calls = [ex.run(work("busy", f"j{n}", seconds=0.1), progress=silent) for n in range(3)]
        return [(await call).summary for call in calls]

    assert on(make(), often) == ["computed"] * 3


def test_as_many_run_at_a_time_as_it_says(make):
    """Two pieces of work run side by side in two workers, a third waits."""

    async def three(ex: Executor) -> tuple[int, int]:
        assert ex.capacity == 2
        await asyncio.gather(*(ex.run(work("echo", f"w{n}"), progress=silent) for n in range(2)))
        outcomes = await asyncio.gather(
            *(ex.run(work("deaf", f"j{n}", seconds=0.3), progress=silent) for n in range(3)),
            *(ex.run(work("echo", f"e{n}"), progress=silent) for n in range(3)),
        )
        return len(outcomes), len({outcome.data.get("pid") for outcome in outcomes[3:]})

    count, workers = on(make(2), three)

    assert count == 6
    assert workers <= 2


def test_close_ends_work(make, tmp_path):
    """After close no process is left, also none that was at work."""
    path = tmp_path / "pid"

    async def closed(ex: Executor) -> object:
        task = asyncio.create_task(
            ex.run(work("deaf", seconds=60, path=str(path)), progress=silent)
        )
        await until(lambda: path.exists() and path.read_text())
        await ex.close()
        (error,) = await asyncio.gather(task, return_exceptions=True)
        return error

    assert isinstance(on(make(), closed), WorkLost)
    with pytest.raises(ProcessLookupError):
        os.kill(int(path.read_text()), 0)
