"""Small tools for tests of workers: each behaves well or badly in one way."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.base import Args, Tool
from tools.context import ToolContext
from tools.errors import NeedsChoice, NotFound, Option, Stopped
from tools.outcome import Headline, Outcome


class ToyArgs(Args):
    text: str = "hello"
    seconds: float = 0.0
    megabytes: int = 0
    path: str = ""


def echo(args: ToyArgs, context: ToolContext) -> Outcome:
    approver = context.approved_by.id if context.approved_by else None
    job = context.job
    assert job is not None
    return Outcome(
        args.text,
        (Headline(args.text),),
        data={
            "pid": os.getpid(),
            "refs": context.refs,
            "approved_by": approver,
            "actor": context.actor.id,
            "scope": str(context.scope),
            "thread": context.address.thread,
            "job": [job.id, job.attempt],
            "threads": os.environ["OMP_NUM_THREADS"],
            "secret": os.environ.get("SLACK_BOT_TOKEN"),
        },
    )


def chatty(args: ToyArgs, context: ToolContext) -> Outcome:
    print(args.text * 1000)  # noqa: T201
    os.write(1, b'{"say": "done"}\n')
    sys.stderr.write("noise\n")
    return Outcome("quiet")


def steps(args: ToyArgs, context: ToolContext) -> Outcome:
    """Works for `seconds`, looks whether to stop, and keeps what it has."""
    start, done = time.monotonic(), 0
    while time.monotonic() - start < args.seconds:
        if context.should_stop():
            return Outcome("stopped early", data={"done": done})
        done += 1
        context.progress(min((time.monotonic() - start) / args.seconds, 1), f"step {done}")
        time.sleep(0.02)
    return Outcome("all done", data={"done": done})


def gives_up(args: ToyArgs, context: ToolContext) -> Outcome:
    while not context.should_stop():
        time.sleep(0.02)
    raise Stopped("Nothing to keep.")


def deaf(args: ToyArgs, context: ToolContext) -> Outcome:
    """Works without ever looking whether to stop; notes that it began."""
    if args.path:
        with Path(args.path).open("a") as file:
            file.write(f"{os.getpid()}\n")
    time.sleep(args.seconds)
    return Outcome("woke up")


def hog(args: ToyArgs, context: ToolContext) -> Outcome:
    """Takes memory in pieces of 16 MB, and holds it for a while."""
    held = []
    for _ in range(args.megabytes // 16):
        held.append(b"x" * (16 * 2**20))
        time.sleep(0.01)
    time.sleep(args.seconds)
    return Outcome("held", data={"mb": len(held) * 16})


def greedy(args: ToyArgs, context: ToolContext) -> Outcome:
    """Asks for more memory in one go than there may be."""
    return Outcome("held", data={"bytes": len(bytearray(args.megabytes * 2**20))})


def busy(args: ToyArgs, context: ToolContext) -> Outcome:
    """Computes for `seconds` of processor time."""
    while time.process_time() < args.seconds:
        pass
    return Outcome("computed")


def aborts(args: ToyArgs, context: ToolContext) -> Outcome:
    """Ends as native code does that gets no memory."""
    os.abort()


def dies(args: ToyArgs, context: ToolContext) -> Outcome:
    os.kill(os.getpid(), signal.SIGSEGV)
    raise AssertionError


def breaks(args: ToyArgs, context: ToolContext) -> Outcome:
    raise ZeroDivisionError(f"secret {args.text}")


def asks(args: ToyArgs, context: ToolContext) -> Outcome:
    raise NeedsChoice("Which?", "text", (Option("A", "a"), Option("B", 2)))


def misses(args: ToyArgs, context: ToolContext) -> Outcome:
    raise NotFound("No such thing.", "Look elsewhere.")


def _toy(run: Callable[[ToyArgs, ToolContext], Outcome]) -> Tool[Any]:
    return Tool(
        name=run.__name__,
        summary="",
        args=ToyArgs,
        run=run,
        where="worker" if run is busy else "job",
        examples=("", ""),
    )


TOYS: dict[str, Tool[Any]] = {
    run.__name__: _toy(run)
    for run in (
        echo, chatty, steps, gives_up, deaf, hog, greedy, busy, aborts, dies, breaks, asks, misses,
    )
}  # fmt: skip


def find_tool(name: str) -> Tool[Any]:
    return TOYS[name]
