"""`python -m tools.serving`: the prediction server on its own, or as the child of a supervisor."""

from __future__ import annotations

import argparse
import json
import logging
import os
import socket
import sys
from dataclasses import replace
from typing import Any

from tools.logs import log_to_stderr
from tools.serving.lifeline import die_with, hold
from tools.serving.settings import BadSettings, ServingSettings, from_environment, from_line


def main() -> int:
    """Parse arguments, announce readiness or the reason against it as one JSON line, serve."""
    arguments = _parse()
    # Before scikit-learn is imported: more threads per request slow a busy server down.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        settings, listener = _prepare(arguments)
        log_to_stderr(settings.log, level=logging.WARNING)
        _serve(settings, listener)
    except (BadSettings, OSError) as exc:
        _say({"error": str(exc)})
        return 1
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tools.serving",
        description="Serve the models that the catalog says are live. Settings come from "
        "MLOPS_DATABASE_URL, MLOPS_BLOBS_URL, MLOPS_S3_ENDPOINT_URL and MLOPS_SERVING, or files "
        "of these names in MLOPS_SECRETS; without the first two from MLOPS_HOME.",
    )
    parser.add_argument("--host", help="address to listen on, in place of MLOPS_SERVING's")
    parser.add_argument("--port", type=int, help="port to listen on; 0 picks a free one")
    parser.add_argument("--fd", type=int, help="a listening socket to inherit (supervised)")
    parser.add_argument("--lifeline", type=int, help="a socket that closes with the supervisor")
    arguments = parser.parse_args()
    if (arguments.fd is None) != (arguments.lifeline is None):
        parser.error("--fd and --lifeline belong together")
    return arguments


def _prepare(arguments: argparse.Namespace) -> tuple[ServingSettings, socket.socket]:
    if arguments.fd is not None:
        settings = from_line(sys.stdin.readline())
        if settings.parent is not None:
            die_with(settings.parent)
        hold(arguments.lifeline)
        return settings, socket.socket(fileno=arguments.fd)
    settings = from_environment(os.environ)
    if arguments.host is not None:
        settings = replace(settings, host=arguments.host)
    if arguments.port is not None:
        settings = replace(settings, port=arguments.port)
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    address = (settings.host, settings.port)
    return settings, socket.create_server(address, family=family, backlog=1024)


def _serve(settings: ServingSettings, listener: socket.socket) -> None:
    import asyncio

    from storage.errors import StorageError
    from tools.serving.server import serve

    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    ready = {"ready": True, "pid": os.getpid(), "url": f"http://{shown}:{port}"}
    try:
        asyncio.run(serve(settings, listener, on_ready=lambda: _say(ready)))
    except StorageError as exc:
        raise BadSettings(str(exc)) from exc


def _say(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
