"""Dying with the parent: a kernel signal where there is one, and a line that breaks elsewhere."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
import threading

_PR_SET_PDEATHSIG = 1
_GRACE_S = 5.0


def die_with(parent: int) -> None:
    """Ask the kernel to kill this process when `parent` ends; exit if it has ended already.

    The check comes second: a parent that died in between would never be noticed.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def hold(line: int) -> None:
    """Watch the socket `line` in a thread; when its other end closes, stop this process.

    SIGTERM first, so that requests are answered and the log is written; the end after 5 s.
    """
    threading.Thread(target=_watch, args=(line,), name="lifeline", daemon=True).start()


def _watch(line: int) -> None:
    with socket.socket(fileno=line) as end:
        while True:
            try:
                if not end.recv(64):
                    break
            except OSError:
                break
    timer = threading.Timer(_GRACE_S, os._exit, (1,))
    timer.daemon = True
    timer.start()
    os.kill(os.getpid(), signal.SIGTERM)
