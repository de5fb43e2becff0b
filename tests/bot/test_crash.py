"""The bot is killed in the middle of work: after the next start it ends, once, and is told."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.messages import Reply, load_reply
from storage.catalog.catalog import Catalog, open_catalog
from storage.catalog.records import DatasetVersion, Job, ModelVersion, Turn
from tests.bot.processes import alive, children, started, wait_until
from tests.bot.stage import HERE, load, message, still
from tests.bot.test_assistant import CSV


@dataclass(frozen=True)
class After:
    """The world after the crash, the next start, and its clean end."""

    orphans: list[int]
    code: int
    handed_over: Job | None
    jobs: list[Job]
    turns: list[Turn]
    models: list[ModelVersion]
    datasets: list[DatasetVersion]
    replies: list[Reply]
    unsent: int


def look(home: Path) -> Catalog:
    wait_until((home / "catalog.db").exists, within=30)
    return open_catalog(f"sqlite:///{home / 'catalog.db'}")


def jobs(catalog: Catalog) -> list[Job]:
    with catalog.read() as unit:
        return unit.jobs.list(HERE.scope)


def turns(catalog: Catalog) -> list[Turn]:
    with catalog.read() as unit:
        return unit.turns.list(HERE, limit=9)


def is_under_way(catalog: Catalog, tool: str) -> bool:
    return any(job.tool == tool and job.state == "running" for job in jobs(catalog))


def is_learning(catalog: Catalog) -> bool:
    texts = [job.progress.get("text", "") for job in jobs(catalog)]
    return any("best so far" in text for text in texts)


def after(catalog: Catalog, orphans: list[int], code: int, handed_over: Job | None = None) -> After:
    with catalog.read() as unit:
        rows = unit.outbox.list(HERE)
        return After(
            alive(orphans),
            code,
            handed_over,
            unit.jobs.list(HERE.scope),
            unit.turns.list(HERE, limit=9),
            unit.models.list(HERE.scope),
            unit.datasets.list(HERE.scope),
            [load_reply(row.body) for row in rows],
            sum(row.state != "sent" for row in rows),
        )


def is_told(catalog: Catalog) -> bool:
    with catalog.read() as unit:
        rows = unit.outbox.list(HERE)
    ended = all(turn.state == "done" for turn in turns(catalog))
    return ended and all(row.state == "sent" for row in rows)


def lives(app: App) -> None:
    """Show for a minute that the process of the app lives, as a started one does."""
    now = app.now()
    with app.catalog.write() as unit:
        until = now + timedelta(seconds=60)
        unit.leases.acquire(f"process:{app.owner}", owner=app.owner, until=until, now=now)


def killed(home: Path, csv: Path, text: str, when: Callable[[Catalog], bool]) -> After:
    """Ask, kill the bot once `when` holds, start it again, and wait until the turn is told."""
    with started(home, "ask", "--file", str(csv), text) as first:
        catalog = look(home)
        wait_until(lambda: when(catalog), within=60, hint=f"{text}: {jobs(catalog)}")
        wait_until(lambda: bool(children(first.pid)), within=30, hint="no worker")
        workers = children(first.pid)
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        # One that is still starting notices once it has loaded its libraries.
        wait_until(lambda: not alive(workers), within=15, hint="workers live on")
    with started(home, "chat") as second:
        wait_until(lambda: is_told(catalog), within=120, hint=f"{jobs(catalog)}")
        assert second.stdin is not None
        second.stdin.close()
        code = second.wait(30)
    try:
        return after(catalog, workers, code)
    finally:
        catalog.close()


def terminated(home: Path) -> After:
    """SIGTERM the service while it trains; its next start finishes the job."""
    with still(home) as app, started(home, "serve") as first:
        load(app, CSV, name="loans.csv")
        lives(app)
        asked = message("predict paid for 12 seconds", "E1")
        asyncio.run(app.assistant.answer(asked))
        wait_until(lambda: is_learning(app.catalog), within=60, hint=f"{jobs(app.catalog)}")
        workers = children(first.pid)
        first.send_signal(signal.SIGTERM)
        code = first.wait(20)
        handed_over = jobs(app.catalog)[0]
        with started(home, "serve") as second:
            done: Callable[[], bool] = lambda: turns(app.catalog)[0].state == "done"  # noqa: E731
            wait_until(done, within=60, hint=f"{jobs(app.catalog)}")
            workers += children(second.pid)
            second.send_signal(signal.SIGTERM)
            code = code or second.wait(20)
        return after(app.catalog, workers, code, handed_over)


class Worlds:
    """The three stories, told at the same time: most of each is waiting for leases to run out."""

    def __init__(self, folder: Path) -> None:
        loans, wide = folder / "loans.csv", folder / "wide.csv"
        loans.write_text(CSV)
        header = ",".join(f"c{n}" for n in range(30))
        row = ",".join(str(n * 1.5) for n in range(30))
        wide.write_text("\n".join([header, *([row] * 60_000)]))
        with ThreadPoolExecutor(3) as pool:
            self.trained = pool.submit(
                killed, folder / "a", loans, "predict paid for 12 seconds", is_learning
            )
            self.loaded = pool.submit(
                killed,
                folder / "b",
                wide,
                "list the datasets",
                lambda catalog: is_under_way(catalog, "load_dataset"),
            )
            self.served: Future[After] = pool.submit(terminated, folder / "c")


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    return Worlds(tmp_path_factory.mktemp("worlds"))


def test_a_kill_in_training(worlds: Worlds) -> None:
    """After `kill -9` in training the job ends, one model exists, and one final reply is told."""
    world = worlds.trained.result()
    (train,) = [job for job in world.jobs if job.tool == "train_model"]
    assert (train.state, train.attempt) == ("succeeded", 2)
    assert [(model.name, model.version) for model in world.models] == [(world.models[0].name, 1)]
    assert [reply.done for reply in world.replies].count(True) == 1
    assert len(world.datasets) == 1
    assert (world.unsent, world.orphans, world.code) == (0, [], 0)


def test_a_kill_in_a_quick_call(worlds: Worlds) -> None:
    """After `kill -9` while a file is read, it is read once, and the rest of the turn is done."""
    world = worlds.loaded.result()
    assert [dataset.version for dataset in world.datasets] == [1]
    assert [job.state for job in world.jobs] == ["succeeded"]
    assert [turn.state for turn in world.turns] == ["done"]
    assert [reply.done for reply in world.replies].count(True) == 1
    assert "wide" in str(world.replies[-1])
    assert (world.unsent, world.orphans, world.code) == (0, [], 0)


def test_a_stop_of_the_service(worlds: Worlds) -> None:
    """SIGTERM hands a running job over at once; the next start finishes it, and nothing twice."""
    world = worlds.served.result()
    assert world.handed_over is not None
    assert (world.handed_over.state, world.handed_over.owner) == ("queued", None)
    assert [(job.state, job.attempt) for job in world.jobs] == [("succeeded", 2)]
    assert len(world.models) == 1
    assert [reply.done for reply in world.replies].count(True) == 1
    assert (world.orphans, world.code) == ([], 0)
