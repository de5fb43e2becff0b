"""`python -m tests.load`: 50 messages a second on a local Slack, and the figures."""

from __future__ import annotations

import argparse
import asyncio
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.bot.processes import started
from tests.servers.slack import SlackServer, slack_server
from tools.ml.sample import passengers_csv

CHANNELS = 30
UPLOADS = 10
TRAININGS = 2
DRAIN_S = 240.0
ACK_S, LAG_S = 0.3, 0.25


@dataclass
class Load:
    """What was said, and what was measured of the bot."""

    server: SlackServer
    people: list[str]
    places: list[str]
    directs: set[str]
    said: list[tuple[str, str]] = field(default_factory=list)
    lag: float = 0.0
    memory_mb: float = 0.0

    def counts(self) -> list[int]:
        """How many answers each message has: in its thread, or in the direct message."""
        found = []
        for place in self.places:
            mine = [ts for channel, ts in self.said if channel == place]
            if place in self.directs:
                said_by_bot = [seen.words for seen in self.server.seen(place) if seen.bot]
                answers = [words for words in said_by_bot if "Hello! I take" not in words]
                found += [1] * min(len(mine), len(answers))
                found += [0] * (len(mine) - len(answers)) + [2] * (len(answers) - len(mine))
            else:
                found += [sum(s.bot for s in self.server.seen(place, ts)) for ts in mine]
        return found


async def main(rate: int, seconds: int) -> int:
    """Run it and print the figures; 0 when nothing was lost or doubled and all was in time."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        async with slack_server() as server:
            address = f"127.0.0.1:{_free_port()}"
            environment = {
                "SLACK_BOT_TOKEN": server.bot_token,
                "SLACK_APP_TOKEN": server.app_token,
                "SLACK_API_URL": server.api_url,
                "MLOPS_HTTP": address,
            }
            with started(home, "serve", **environment) as bot:
                await server.connected(within=60)
                load = _crowd(server)
                await _warm(load)
                watch = asyncio.create_task(_watch(load, bot.pid, address))
                began = time.monotonic()
                await _talk(load, rate, seconds)
                sent = time.monotonic() - began
                drained = await _within(lambda: all(load.counts()), DRAIN_S)
                took = time.monotonic() - began
                await asyncio.sleep(2)  # time for an answer too many
                watch.cancel()
                good = _report(load, sent, took, drained=drained)
                await asyncio.to_thread(_end, bot)
    return 0 if good else 1


def _crowd(server: SlackServer) -> Load:
    people = [server.add_person(f"Person {n}") for n in range(CHANNELS)]
    directs = [server.add_direct(person) for person in people]
    channels = [server.add_channel(f"c{n}", members=people) for n in range(CHANNELS)]
    return Load(server, people, [*directs, *channels], set(directs))


async def _warm(load: Load) -> None:
    """Two trainings and ten uploads begin; they go on beside the messages."""
    table = ("passengers.csv", passengers_csv().encode())
    work = [load.server.add_channel(f"w{n}", members=load.people) for n in range(UPLOADS)]
    for place in work:
        await load.server.say(
            load.people[0], place, "what is in this?", files=[table], mention=True
        )
    for place in work[:TRAININGS]:
        text = "train a model to predict Survived for 30 seconds"
        await load.server.say(load.people[0], place, text, mention=True)


async def _talk(load: Load, rate: int, seconds: int) -> None:
    began = time.monotonic()
    for number in range(rate * seconds):
        place = load.places[number % len(load.places)]
        person = load.people[number % len(load.people)]
        direct = place in load.directs
        ts = await load.server.say(person, place, "list datasets", mention=not direct)
        load.said.append((place, ts))
        ahead = began + (number + 1) / rate - time.monotonic()
        if ahead > 0:
            await asyncio.sleep(ahead)


async def _watch(load: Load, pid: int, address: str) -> None:
    while True:
        await asyncio.sleep(2)
        page = await asyncio.to_thread(_metrics, address)
        found = re.search(r"^mlops_event_loop_lag_seconds (\S+)", page, re.MULTILINE)
        load.lag = max(load.lag, float(found[1]) if found else 0.0)
        load.memory_mb = await asyncio.to_thread(_peak_mb, pid)


def _peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(peak[1]) / 1024 if peak else 0.0


def _metrics(address: str) -> str:
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=30) as response:
        text: str = response.read().decode()
        return text


def _report(load: Load, sent: float, took: float, *, drained: bool) -> bool:
    counts = load.counts()
    lost, doubled = sum(c == 0 for c in counts), sum(c > 1 for c in counts)
    acks = sorted(ack.latency for ack in load.server.acks if ack.latency is not None)
    p50, p99 = statistics.median(acks), acks[int(len(acks) * 0.99)]
    print(f"N = {len(counts)} messages in {sent:.0f} s, answered after {took:.0f} s in all")
    print(f"lost {lost}, doubled {doubled}, drained {drained}")
    print(f"{len(acks)} events acknowledged: p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms")
    print(f"loop lag at most {load.lag * 1000:.0f} ms, memory at most {load.memory_mb:.0f} MB")
    return not lost and not doubled and p99 <= ACK_S and load.lag <= LAG_S


async def _within(what: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(1)
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.wait(timeout=60)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.load")
    parser.add_argument("--rate", type=int, default=50, help="messages a second")
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    sys.exit(asyncio.run(main(options.rate, options.seconds)))
