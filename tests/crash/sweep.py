"""One case: kill the bot at a point, start it again, and count what people were told."""

from __future__ import annotations

import asyncio
import itertools
import random
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.crash import POINTS, Point
from storage.catalog.catalog import open_catalog
from tests.bot.processes import run, started
from tests.crash.worlds import World, world

PLATFORMS = ("slack", "discord", "web")
SAID = ("list datasets", "what models are there?", "what did we do?")
TABLE = ("crew.csv", b"name,age\n" + b"".join(b"p%d,%d\n" % (n, 20 + n) for n in range(40)))
PATIENCE_S = 60.0
APART_S = 0.15  # what comes together shares a commit, and then there is no second one to die at


@dataclass(frozen=True)
class Case:
    """Where the bot dies."""

    platform: str
    point: Point
    count: int


@dataclass(frozen=True)
class Result:
    """What came of a case: messages that were said, lost and answered twice; what fsck found."""

    case: Case
    said: int
    died: bool
    lost: int
    doubled: int
    fsck: int
    screen: str = ""

    @property
    def good(self) -> bool:
        """Whether everything promised held."""
        return self.died and not self.lost and not self.doubled and self.fsck == 0


def cases(*, upto: int) -> list[Case]:
    """Every point on every platform, at its first, second … passing."""
    return [Case(*each) for each in itertools.product(PLATFORMS, POINTS, range(1, upto + 1))]


def chosen(seed: int, count: int) -> Sequence[Case]:
    """A few of them, the same for the same seed."""
    return random.Random(seed).sample(cases(upto=3), count)


async def play(case: Case, home: Path) -> Result:
    """Say four things, let the bot die, start it again, and look at what is there in the end."""
    async with world(case.platform) as place:
        crash = f"{case.point}:{case.count}"
        with started(home, "serve", MLOPS_CRASH=crash, **place.environment) as first:
            await _within(place.connected, PATIENCE_S)
            channels = []
            for text in SAID:
                channels.append(await place.say(text))
                await asyncio.sleep(APART_S)
            channels.append(await place.say("what is in this?", file=TABLE))
            died = await _within(lambda: first.poll() is not None, 30.0)
        with started(home, "serve", **place.environment) as second:
            await _within(lambda: all(_answered(place, c) for c in channels), PATIENCE_S)
            await _within(lambda: _quiet(home), PATIENCE_S)
            await asyncio.sleep(1.0)  # time for an answer too many
            await asyncio.to_thread(_end, second)
        lost = sum(not _answered(place, channel) for channel in channels)
        doubled = sum(_too_many(place, channel) for channel in channels)
        checked = await asyncio.to_thread(run, home, "fsck")
        screen = "\n".join(f"{c}: {place.in_channel(c)} | {place.in_thread(c)}" for c in channels)
        return Result(case, len(channels), died, lost, doubled, checked.returncode, screen)


def _answered(place: World, channel: str) -> bool:
    """The headline in the channel where there is one, the card in the thread."""
    headed = not place.heads or bool(_headlines(place, channel))
    return headed and bool(place.in_thread(channel))


def _too_many(place: World, channel: str) -> bool:
    hellos = len(place.in_channel(channel)) - len(_headlines(place, channel))
    return max(hellos, len(_headlines(place, channel)), len(place.in_thread(channel))) > 1


def _headlines(place: World, channel: str) -> list[str]:
    """What the bot said in the channel besides its hello."""
    return [words for words in place.in_channel(channel) if "Hello! I take" not in words]


def _quiet(home: Path) -> bool:
    catalog = open_catalog(f"sqlite:///{home / 'catalog.db'}", migrate=False)
    try:
        with catalog.read() as unit:
            left = [event for platform in PLATFORMS for event in unit.inbox.open(platform)]
            return unit.outbox.depth() == 0 and not left
    finally:
        catalog.close()


async def _within(what: Callable[[], object], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(what):
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.05)
    return True


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.wait(timeout=30)
