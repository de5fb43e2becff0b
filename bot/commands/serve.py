"""`serve`: the long-running service, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import signal
from collections.abc import Iterator

import uvicorn

from bot.app import build, code_version
from bot.errors import SetupError
from bot.http import web_app
from bot.settings import Settings, split_address
from tools.logs import log_to_stderr
from tools.serving.lifeline import die_with

log = logging.getLogger(__name__)

GRACE_S = 5


class _Server(uvicorn.Server):
    """Leaves signals to us, so that jobs are handed over before the process ends."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Serve until told to stop; 0 after a clean end."""
    if options.parent is not None:
        die_with(options.parent)
    if options.http is not None:
        settings = settings.model_copy(update={"http": options.http})
    log_to_stderr(settings.log)
    if not settings.traces:
        return asyncio.run(_serve(settings))
    from bot.tracing import start_tracing

    end_tracing = start_tracing(settings.traces, version=code_version())
    try:
        return asyncio.run(_serve(settings))
    finally:
        end_tracing()


async def _serve(settings: Settings) -> int:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    app = build(settings, connect=True)
    host, port = split_address(settings.http)
    config = uvicorn.Config(
        web_app(app.catalog, app.metrics, troubles=app.troubles, routes=app.routes),
        host=host,
        port=port,
        log_level="warning",
        timeout_graceful_shutdown=GRACE_S,
    )
    server = _Server(config)
    listening = asyncio.create_task(_listen(server, settings.http))
    await app.start()
    log.info("ready on http://%s", settings.http)
    ended, _ = await asyncio.wait(
        {listening, asyncio.create_task(stop.wait())}, return_when=asyncio.FIRST_COMPLETED
    )
    server.should_exit = True
    await app.stop()
    log.info("stopped; running jobs were handed over")
    if listening in ended:
        await listening
    await asyncio.gather(listening, return_exceptions=True)
    return 0


async def _listen(server: uvicorn.Server, address: str) -> None:
    try:
        await server.serve()
    except SystemExit as error:  # uvicorn's way to say that it cannot bind
        raise SetupError(
            f"{address} cannot be listened on; is it taken? MLOPS_HTTP chooses another."
        ) from error
