"""How fast the bot starts and how little it holds while idle, beside the bare imports it needs.

`python -m benchmarks.start [--repeats N]` starts every process anew and prints medians, each as a
ratio to importing both chat SDKs and a web framework, measured in the same run.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BARE = "import slack_bolt.async_app, discord, starlette.applications"
READY_S = 60.0
IDLE_S = 5.0


@dataclass(frozen=True, slots=True)
class Measured:
    """Medians of one thing: wall time in seconds, resident memory in MB; None: not measured."""

    what: str
    seconds: float | None
    megabytes: float | None


def main() -> int:
    """Measure and print; 0 when everything ran."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.start", description=__doc__)
    parser.add_argument(
        "--repeats", type=int, default=5, help="runs of each (default: %(default)s)"
    )
    repeats: int = parser.parse_args().repeats
    with tempfile.TemporaryDirectory(prefix="bench-start-") as folder:
        home = Path(folder)
        _finish(_command("ask", "help"), home)  # makes the database; a first start is not timed
        bare = _of_many("bare imports of both chat SDKs and a web framework", BARE, home, repeats)
        rows = [
            bare,
            Measured("python -m bot --help", _seconds(_command("--help"), home, repeats), None),
            Measured(
                'python -m bot ask "help"', _seconds(_command("ask", "help"), home, repeats), None
            ),
            _serve(home, repeats),
        ]
    print(f"medians of {repeats} runs\n")
    for row in rows:
        print(_line(row, bare))
    return 0


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "bot", *words]


def _environment(home: Path) -> dict[str, str]:
    ours = ("MLOPS_", "SLACK_", "DISCORD_", "OPENAI_", "MLFLOW_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, "MLOPS_HOME": str(home)}


def _finish(command: list[str], home: Path) -> float:
    """Run a process to its end; seconds it took."""
    started = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=_environment(home), check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def _seconds(command: list[str], home: Path, repeats: int) -> float:
    return statistics.median(_finish(command, home) for _ in range(repeats))


def _of_many(what: str, statement: str, home: Path, repeats: int) -> Measured:
    """Time and memory of a Python statement in a process of its own."""
    seconds = _seconds([sys.executable, "-c", statement], home, repeats)
    told = f"{statement}; print(open('/proc/self/statm').read().split()[1])"
    pages = subprocess.run(
        [sys.executable, "-c", told], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return Measured(what, seconds, int(pages.stdout) * os.sysconf("SC_PAGE_SIZE") / 2**20)


def _serve(home: Path, repeats: int) -> Measured:
    """Seconds until `serve` is ready, and what its process then holds without its workers."""
    seconds, megabytes = [], []
    for _ in range(repeats):
        with _served(home) as (pid, took):
            seconds.append(took)
            time.sleep(IDLE_S)
            megabytes.append(_resident_mb(pid))
    return Measured(
        "python -m bot serve, until /readyz",
        statistics.median(seconds),
        statistics.median(megabytes),
    )


@contextlib.contextmanager
def _served(home: Path) -> Iterator[tuple[int, float]]:
    """A ready service: its process id and the seconds it took; stopped afterwards."""
    http, serving = (f"127.0.0.1:{_free_port()}" for _ in range(2))
    environment = {**_environment(home), "MLOPS_HTTP": http, "MLOPS_SERVING": serving}
    started = time.perf_counter()
    process = subprocess.Popen(
        _command("serve"), cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        while not _ready(f"http://{http}/readyz"):
            if process.poll() is not None or time.perf_counter() - started > READY_S:
                raise SystemExit("serve did not become ready")
            time.sleep(0.01)
        yield process.pid, time.perf_counter() - started
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - loopback
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _resident_mb(pid: int) -> float:
    """Resident memory of one process, its children not counted, in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _line(row: Measured, bare: Measured) -> str:
    parts = [f"{row.what:<52}"]
    if row.seconds is not None and bare.seconds:
        parts.append(f"{row.seconds:6.2f} s ({row.seconds / bare.seconds:4.2f} ×)")
    if row.megabytes is not None and bare.megabytes:
        parts.append(f"{row.megabytes:5.0f} MB ({row.megabytes / bare.megabytes:4.2f} ×)")
    return "  ".join(parts)


if __name__ == "__main__":
    sys.exit(main())
