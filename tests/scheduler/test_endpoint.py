"""The prediction server as a supervised child: same port for ever, gone with its parent."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from scheduler.endpoint import AddressTaken, Endpoint
from storage.prediction_log import PredictionLog
from tests.scheduler.places import site_in
from tests.tools.serving.test_app import ROW
from tests.tools.serving.world import SCOPE, Client, World, trained
from tools.serving.limits import Limits

PATH = f"/models/{SCOPE.id}/survival/staging/predict"
QUICK = Limits(poll_s=0.1, flush_s=0.1, drain_s=1.0)


async def until(true: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.02)


@asynccontextmanager
async def up(folder: Path) -> AsyncIterator[tuple[Endpoint, Client]]:
    """A running endpoint over the site in `folder`."""
    endpoint = Endpoint(site_in(folder), address=("127.0.0.1", 0), limits=QUICK)
    await endpoint.start()
    try:
        await until(lambda: endpoint.healthy)
        yield endpoint, Client(int(endpoint.url.rpartition(":")[2]))
    finally:
        await endpoint.stop()


def alive(pid: int) -> bool:
    """Whether the process runs (a zombie does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_it_serves_follows_and_comes_back_on_the_same_port(tmp_path: Path) -> None:
    """A deployment is followed without a restart; a killed child is replaced behind one port.

    While the child is away callers wait in the socket's queue: none is refused.
    """
    world = World.in_folder(tmp_path)
    world.go_live(world.register(trained()))

    async def play() -> None:
        async with up(tmp_path) as (endpoint, client):
            url, first = endpoint.url, endpoint.pid
            reply = await asyncio.to_thread(client.post, PATH, [ROW])
            assert (reply.status, reply.json["model"]["version"]) == (200, 1)
            world.go_live(world.register(trained("decision_tree")))
            await until(lambda: client.post(PATH, [ROW]).json["model"]["version"] == 2, 10)
            assert endpoint.pid == first
            assert first is not None
            os.kill(first, signal.SIGKILL)
            await until(lambda: endpoint.pid != first)
            reply = await asyncio.to_thread(client.post, PATH, [ROW])
            assert reply.status == 200
            assert endpoint.url == url
            await until(lambda: endpoint.healthy)
            second = endpoint.pid
        assert second is not None
        assert not alive(second)

    asyncio.run(play())
    log = PredictionLog(world.catalog, world.blobs).read(SCOPE.id, "survival", "staging")
    assert log.num_rows >= 2
    world.catalog.close()


def test_the_end_answers_what_it_has_and_keeps_the_log(tmp_path: Path) -> None:
    """At the end a request under way is answered, and its row is in the log."""
    world = World.in_folder(tmp_path)
    world.go_live(world.register(trained()))
    body = json.dumps([ROW]).encode()

    async def play() -> bytes:
        async with up(tmp_path) as (endpoint, client):
            connection = client.raw()
            lines = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nX-API-Key: mlops_test-key\r\n"
            connection.sendall(f"{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body[:5])
            await asyncio.sleep(0.2)
            stopping = asyncio.create_task(endpoint.stop())
            await asyncio.sleep(0.3)
            connection.sendall(body[5:])
            answer = await asyncio.to_thread(connection.recv, 65536)
            await stopping
            connection.close()
            return answer

    answer = asyncio.run(play())
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"connection: close" in answer.lower()
    log = PredictionLog(world.catalog, world.blobs).read(SCOPE.id, "survival", "staging")
    assert log.num_rows == 1
    world.catalog.close()


PARENT = """
import asyncio, sys
from pathlib import Path
from scheduler.endpoint import Endpoint
from tests.scheduler.places import site_in

async def main():
    endpoint = Endpoint(site_in(Path(sys.argv[1])), address=("127.0.0.1", 0))
    await endpoint.start()
    while not endpoint.healthy:
        await asyncio.sleep(0.02)
    print(endpoint.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def test_the_child_dies_with_its_parent(tmp_path: Path) -> None:
    """`kill -9` of the supervisor leaves no server behind."""
    World.in_folder(tmp_path).catalog.close()
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    with parent.stdout:
        child = int(parent.stdout.readline())
        assert alive(child)
        parent.kill()
        parent.wait()
    deadline = time.monotonic() + 5
    while alive(child):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_child_without_its_lifeline_ends_by_itself(tmp_path: Path) -> None:
    """Where the kernel sends no signal, the closed lifeline ends the child, exit code 0."""
    world = World.in_folder(tmp_path)
    world.catalog.close()
    settings = {
        "database_url": f"sqlite:///{tmp_path / 'catalog.db'}",
        "blobs_url": world.blobs_url,
    }
    ours, theirs = socket.socketpair()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        numbers = (listener.fileno(), theirs.fileno())
        child = subprocess.Popen(
            [sys.executable, "-m", "tools.serving",
             "--fd", str(numbers[0]), "--lifeline", str(numbers[1])],
            pass_fds=numbers, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        theirs.close()
        assert child.stdin is not None
        assert child.stdout is not None
        with child.stdin, child.stdout:
            child.stdin.write(json.dumps(settings) + "\n")
            child.stdin.flush()
            assert json.loads(child.stdout.readline())["ready"] is True
            ours.close()
            assert child.wait(10) == 0


def test_a_taken_port_is_told_with_what_to_do(tmp_path: Path) -> None:
    """Somebody else on the port is a clear error, not a loop of failures."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        endpoint = Endpoint(site_in(tmp_path), address=("127.0.0.1", port))
        with pytest.raises(AddressTaken, match=f"Port {port} of 127.0.0.1 is taken.*MLOPS_SERVING"):
            asyncio.run(endpoint.start())
        assert not endpoint.healthy
        asyncio.run(endpoint.stop())


def test_a_child_that_cannot_start_is_tried_again_and_said(tmp_path: Path) -> None:
    """A wrong catalog keeps the endpoint unhealthy, said in our log; stop still works."""
    site = replace(site_in(tmp_path), database_url="sqlite:////dev/null/catalog.db")

    async def play() -> None:
        endpoint = Endpoint(site, address=("127.0.0.1", 0))
        await endpoint.start()
        await until(lambda: endpoint.pid is not None)
        first = endpoint.pid
        await until(lambda: endpoint.pid not in (first, None))
        assert not endpoint.healthy
        await endpoint.stop()

    asyncio.run(play())
