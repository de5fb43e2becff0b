"""Whole processes, measured: wall time, peak memory, and peers in an environment of their own."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "bench"


@dataclass(frozen=True, slots=True)
class Run:
    """One whole process: its wall time, its peak memory, what it printed last."""

    seconds: float
    megabytes: float
    last_line: str


def run(command: Sequence[str | Path]) -> Run:
    """Run a process to its end, measured by the kernel."""
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101
        printed = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command[0]} failed")
    seconds = time.perf_counter() - started
    return Run(seconds, usage.ru_maxrss / 1024, (printed.splitlines() or [""])[-1])


def by_turns(commands: dict[str, Sequence[str | Path]], repeats: int) -> dict[str, list[Run]]:
    """Run each command cold `repeats` times, by turns, so that all meet the same machine."""
    found: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(repeats):
        for name, command in commands.items():
            found[name].append(run(command))
    return found


def median(runs: Sequence[Run]) -> float:
    """Seconds of the middle run."""
    return statistics.median(each.seconds for each in runs)


def line(name: str, runs: Sequence[Run], base: Sequence[Run]) -> str:
    """A row of the table: seconds, ratio to the base, peak memory."""
    peak = max(each.megabytes for each in runs)
    times = f"{median(runs):7.2f} s  {median(runs) / median(base):6.2f} ×  {peak:6.0f} MB"
    return f"{name:<34}{times}   (n = {len(runs)})"


def peers(name: str, wanted: Sequence[str]) -> Path:
    """The interpreter of an environment that holds what is compared with; made on first use."""
    python = FOLDER / name / "bin" / "python"
    ready = FOLDER / name / ".ready"
    if not ready.exists() or ready.read_text() != "\n".join(wanted):
        FOLDER.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", FOLDER / name], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--upgrade", "pip"], check=True)
        subprocess.run([*pip, *wanted], check=True)
        ready.write_text("\n".join(wanted))
    return python


def once(path: Path, write: Callable[[Path], None]) -> Path:
    """A file that is written in full or not at all, and only if it is not there."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        write(part)
        part.replace(path)
    return path
