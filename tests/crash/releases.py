"""A release through CI with a death in the middle: it moves once, or says that it did not."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.crash import Point
from storage.catalog.catalog import Unit, open_catalog
from tests.bot.processes import run, started, wait_until
from tests.bot.stage import HERE, stage
from tests.servers.github import workflows as files
from tests.servers.github.server import GitHub, github_server
from tests.servers.github.world import World

TABLE = "a,b,y\n" + "".join(f"{n * 7 % 50},{n % 7},{'yes' if n % 3 else 'no'}\n" for n in range(90))
SENT = ("noted", 1)
"""Here the word "sent" is written and the request has not gone out: nobody can know."""

PATIENCE_S = 240.0


@dataclass(frozen=True)
class Death:
    """Where the process dies while it follows the checks of a release."""

    point: Point
    count: int


@dataclass(frozen=True)
class Ended:
    """What came of it."""

    death: Death
    died: bool
    asked: int
    moved: int
    told: bool
    fsck: int

    @property
    def good(self) -> bool:
        """Asked for at most once, moved exactly once unless nobody could know, and told."""
        wanted = 0 if (self.death.point, self.death.count) == SENT else 1
        counts = (self.asked, self.moved) == (wanted, wanted)
        return self.died and counts and self.told and self.fsck == 0


def deaths() -> list[Death]:
    """Every look at a release that takes six of them, before and after it is written down."""
    points: tuple[Point, ...] = ("asked", "noted")
    return [Death(point, count) for count in range(1, 7) for point in points]


def some(seed: int, count: int) -> Sequence[Death]:
    """A few of them, the same for the same seed."""
    return random.Random(seed).sample(deaths(), count)


def trained(home: Path) -> Path:
    """A home with a model, to be copied for each death."""
    table = home.parent / "table.csv"
    table.write_text(TABLE)

    async def train() -> None:
        async with stage(home) as session:
            text = "train a logistic regression to predict y"
            await session.say(text, files=[table])

    asyncio.run(train())
    return home


def play(death: Death, model: Path, home: Path) -> Ended:
    """Ship, die, start again, and look at what is there in the end."""
    shutil.copytree(model, home)
    with github_server(World()) as hub:
        hub.world.repo().put("release.yml", files.RELEASE)
        settings = _settings(hub)
        asked = run(home, "ask", "ship it to production", timeout=PATIENCE_S, **settings)
        assert asked.returncode == 2, asked.stdout + asked.stderr
        crash = f"{death.point}:{death.count}"
        died = run(home, "ask", "approve 1", timeout=PATIENCE_S, **settings, MLOPS_CRASH=crash)
        with started(home, "serve", **settings):
            wait_until(lambda: _told(home), within=PATIENCE_S, hint=f"the end after {crash}")
            told = _told(home)
        run(home, "ask", "what did we do?", timeout=PATIENCE_S, **settings)
        fsck = run(home, "fsck", timeout=PATIENCE_S, **settings).returncode
        killed, asked_for = died.returncode < 0, len(hub.world.dispatched)
        return Ended(death, killed, asked_for, _moved(home), told=told, fsck=fsck)


def _settings(hub: GitHub) -> dict[str, str]:
    return {
        "MLOPS_RELEASE": "acme/churn: release.yml",
        "GITHUB_TOKEN": hub.world.token,
        "GITHUB_API_URL": hub.url,
        "MLOPS_CI_POLL_S": "0.2",
        "MLOPS_DEFAULT_ROLE": "approver",
    }


def _moved(home: Path) -> int:
    """How often production was switched."""
    with _read(home) as unit:
        return len(unit.deployments.log(HERE.scope, environment="production"))


def _told(home: Path) -> bool:
    """Whether the turn is over and its last message says so."""
    with _read(home) as unit:
        turn = unit.turns.list(HERE, limit=1)[-1]
        last = unit.outbox.last_of(f"turn:{turn.id}")
        return turn.state == "done" and last is not None and bool(last.body["done"])


@contextmanager
def _read(home: Path) -> Iterator[Unit]:
    catalog = open_catalog(f"sqlite:///{home / 'catalog.db'}")
    try:
        with catalog.read() as unit:
            yield unit
    finally:
        catalog.close()
