"""A worker process: `python -m scheduler.worker FD` does the work its parent sends over a socket.

It knows nothing but what it is told: the site, and one tool call after the other. Between calls
it loads what calls will need, so that the next one starts in milliseconds.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import logging
import os
import queue
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import ValidationError

from scheduler.errors import dump_error
from scheduler.work import Work, load_work
from storage.blobs import open_blobs
from storage.catalog.catalog import open_catalog
from tools.base import Tool
from tools.context import JobTicket, Site, ToolContext
from tools.errors import BadRequest, Stopped, ToolError
from tools.logs import log_to_stderr
from tools.outcome import Outcome, dump_outcome
from tools.trail import following, reference

FindTool = Callable[[str], Tool[Any]]

WARM: Final = (
    "pandas",
    "tools.ml.reading",
    "tools.ml.profiling.tables",
    "tools.ml.overview",
    "tools.ml.cleaning",
    "tools.ml.training",
    "tools.ml.plots",
    "tools.drift.detect",
    "tools.drift.plot",
    "skops.io",
    "mlflow",
)
"""Modules loaded while there is nothing to do, the most needed first."""

_PROGRESS_S: Final = 0.1
_SLACK: Final = 3 * 2**29
_PR_SET_PDEATHSIG: Final = 1
_log = logging.getLogger("worker")


class Link:
    """The child's end of the socket: sends lines, and receives them on a thread of its own."""

    def __init__(self, fd: int) -> None:
        os.set_inheritable(fd, False)
        self._socket = socket.socket(fileno=fd)
        self._lines = self._socket.makefile("rb")
        self._sending = threading.Lock()
        self.work: queue.SimpleQueue[Work] = queue.SimpleQueue()
        self.stop = threading.Event()

    def first(self) -> dict[str, Any]:
        """What to start with."""
        line = self._lines.readline()
        if not line:
            sys.exit(0)
        value: dict[str, Any] = json.loads(line)
        return value

    def listen(self) -> None:
        """Take orders until the parent is gone, then end with everything this process started."""
        for line in self._lines:
            order = json.loads(line)
            if order["do"] == "stop":
                self.stop.set()
            else:
                self.stop.clear()
                self.work.put(load_work(order["work"]))
        os.killpg(0, signal.SIGKILL)

    def say(self, what: str, **more: Any) -> None:
        """Tell the parent; raises ValueError when a value is no JSON."""
        line = json.dumps({"say": what, **more}, allow_nan=False).encode() + b"\n"
        with self._sending:
            self._socket.sendall(line)


class Worker:
    """Does one tool call at a time, on the main thread."""

    def __init__(self, link: Link, site: Site, find_tool: FindTool, *, cpu_limit_s: int) -> None:
        self._link = link
        self._cpu_limit_s = cpu_limit_s
        self._site = site
        self._find_tool = find_tool
        self._catalog = open_catalog(site.database_url, migrate=False)
        self._blobs = open_blobs(site.blobs_url, endpoint_url=site.s3_endpoint_url)

    def serve(self) -> None:
        """Work for ever; what is to be warmed up waits for work and not the other way round."""
        threading.Thread(target=self._link.listen, daemon=True).start()
        for module in WARM:
            self._work_waiting()
            try:
                importlib.import_module(module)
            except ImportError:
                _log.exception("cannot load %s", module)
        while True:
            self._do(self._link.work.get())

    def _work_waiting(self) -> None:
        while not self._link.work.empty():
            self._do(self._link.work.get())

    def _do(self, work: Work) -> None:
        with following(work.subject or work.job_id):
            self._try(work)

    def _try(self, work: Work) -> None:
        try:
            self._link.say("done", outcome=dump_outcome(self._run(work)))
        except Stopped:
            self._link.say("stopped")
        except ToolError as error:
            self._link.say("error", error=dump_error(error))
        except MemoryError:
            self._link.say("no_memory")
        except BaseException:
            ref = reference()
            _log.exception("ref %s: %s in job %s", ref, work.tool, work.job_id)
            self._link.say("broken", ref=ref)

    def _run(self, work: Work) -> Outcome:
        tool = self._find_tool(work.tool)
        if tool.run is None:
            raise BadRequest(f"`{tool.name}` is not available yet.")
        try:
            args = tool.args.model_validate(work.args)
        except ValidationError as error:
            fields = ", ".join(".".join(map(str, item["loc"])) for item in error.errors())
            raise BadRequest(f"`{tool.name}` cannot be called with this {fields}.") from error
        if tool.where == "worker":
            _limit_time(self._cpu_limit_s)
        try:
            return tool.run(args, self._context(work))
        finally:
            _limit_time(None)

    def _context(self, work: Work) -> ToolContext:
        return ToolContext(
            site=self._site,
            catalog=self._catalog,
            blobs=self._blobs,
            address=work.address,
            actor=work.actor,
            now=lambda: datetime.now(UTC),
            refs=work.refs,
            picked=work.picked,
            progress=self._progress(),
            should_stop=self._should_stop(),
            job=JobTicket(work.job_id, work.attempt),
            approved_by=work.approved_by,
        )

    def _progress(self) -> Callable[[float, str], None]:
        last = 0.0

        def progress(share: float, text: str) -> None:
            nonlocal last
            if share >= 1 or time.monotonic() - last >= _PROGRESS_S:
                last = time.monotonic()
                self._link.say("progress", share=min(max(float(share), 0.0), 1.0), text=text)

        return progress

    def _should_stop(self) -> Callable[[], bool]:
        told = False

        def should_stop() -> bool:
            nonlocal told
            if not told:
                told = True
                self._link.say("polls")
            return self._link.stop.is_set()

        return should_stop


def _live_with_parent() -> None:
    """Let the kernel end this process when its parent ends (Linux); be polite to others."""
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before we asked
        sys.exit(0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to interpret
    os.nice(5)


def _limit_memory(limit: int) -> None:
    """A ceiling for what the parent's watch is too slow to see; libraries reserve more than use."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (limit + _SLACK, limit + _SLACK))


def _limit_time(seconds: int | None) -> None:
    """The kernel ends this process after so many more seconds of computing; None: it does not.

    Files that people send may keep a parser busy for ever, in native code that listens to nobody.
    """
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = most if seconds is None else int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, most))


def _found(path: str) -> FindTool:
    module, _, name = path.partition(":")
    find: FindTool = getattr(importlib.import_module(module), name)
    return find


def main(start: Mapping[str, Any], link: Link) -> None:
    """Do what the parent's first message says, for ever."""
    _limit_memory(start["memory"])
    site, find_tool = Site.load(start["site"]), _found(start["tools"])
    log_to_stderr(site.log)
    Worker(link, site, find_tool, cpu_limit_s=start["cpu_s"]).serve()


if __name__ == "__main__":
    _live_with_parent()
    _link = Link(int(sys.argv[1]))
    main(_link.first(), _link)
