"""`python -m bot` as processes of their own: started, watched, killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a command sees: nothing of this machine's settings; free ports."""
    ours = ("MLOPS_", "SLACK_", "DISCORD_", "OPENAI_", "MLFLOW_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {
        "MLOPS_HOME": str(home),
        "MLOPS_HTTP": "127.0.0.1:0",
        "MLOPS_SERVING": "127.0.0.1:0",
        "PYTHONPATH": str(ROOT),
        **more,
    }


def run(
    home: Path, *words: str, timeout: float = 90, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, from a folder that is not ours."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        env=environment(home, **more),
        cwd=home.parent,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def _hears_ctrl_c() -> None:
    """A shell's background jobs ignore SIGINT, and so would all that the tests start from one."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def started(home: Path, *words: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    """A command that runs while the block does; killed at its end if need be."""
    log = (home.parent / f"{home.name}-{words[0]}.log").open("a+")
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *words],
        env=environment(home, **more),
        cwd=home.parent,
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        text=True,
        start_new_session=True,
        preexec_fn=_hears_ctrl_c,  # noqa: PLW1509 - it sets a disposition and nothing else
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        assert process.stdin is not None
        process.stdin.close()
        log.close()


def children(pid: int) -> list[int]:
    """The workers and prediction servers that this process started and that live.

    Others are left out: libraries start helpers of their own for a moment at import, and a test
    runner has servers of other tests.
    """
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        ours = b"scheduler.worker" in command or b"tools.serving" in command
        if int(fields[1]) == pid and fields[0] != "Z" and ours:
            found.append(int(folder.name))
    return found


def alive(pids: list[int]) -> list[int]:
    """Those of the processes that still live."""
    return [pid for pid in pids if Path(f"/proc/{pid}/stat").exists() and not _dead(pid)]


def _dead(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def wait_until(what: Callable[[], bool], *, within: float, hint: str = "") -> None:
    """Look again and again; fails with the hint when the time is over."""
    deadline = time.monotonic() + within
    while not what():
        assert time.monotonic() < deadline, f"not within {within} s: {hint or what}"
        time.sleep(0.05)
