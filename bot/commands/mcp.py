"""`mcp`: every tool for other agents, on standard input and output or at an address."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

import uvicorn
from rich.console import Console

from bot.app import App, build, code_version
from bot.downloads import Downloads
from bot.errors import SetupError
from bot.mcp.place import Place, place_of
from bot.offering import offered_tools
from bot.platforms.terminal.adapter import TerminalPlatform
from bot.settings import Settings, split_address
from storage.blobs import open_blobs

if TYPE_CHECKING:
    from mcp.server import Server

    from bot.mcp.calls import Calls

log = logging.getLogger(__name__)

_GRACE_S: Final = 5
_SHARE: Final = 4 / 3
"""By how much Base64 makes a file longer."""


class _Server(uvicorn.Server):
    """Leaves signals to us, so that what runs is handed over before the process ends."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Serve until the client goes away, or until told to stop."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.WARNING if not options.http else logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    for noisy in ("apscheduler", "httpx", "alembic", "mcp"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    place = place_of(options.channel, options.thread, user=settings.mcp_user)
    serve = _at_address if options.http else _on_stdio
    return asyncio.run(serve(settings, place))


async def _on_stdio(settings: Settings, place: Place) -> int:
    """Nothing but the protocol is written to standard output: all else goes to standard error."""
    from mcp.server.stdio import stdio_server

    from bot.mcp.ends import noting_the_end

    async with (
        stdio_server() as (reads, writes),
        _opened(settings, place, base=f"http://{settings.http}", nearby=place.local) as (
            server,
            calls,
        ),
        noting_the_end(reads, calls.ending) as noted,
    ):
        serving = asyncio.create_task(
            server.run(noted, writes, server.create_initialization_options())
        )
        _stop_on_signals(serving.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await serving
    return 0


async def _at_address(settings: Settings, place: Place) -> int:
    from bot.mcp.http import http_app

    if settings.mcp_token is None:
        raise SetupError("MLOPS_MCP_TOKEN must be set: 16 characters or more that agents send.")
    host, port = split_address(settings.mcp_http)
    base = settings.public_url or f"http://{settings.mcp_http}"
    async with _opened(settings, place, base=base.rstrip("/"), nearby=False) as (server, calls):
        downloads = _downloads(calls.app, base)
        asgi = http_app(
            server,
            token=settings.mcp_token.get_secret_value(),
            hosts=settings.mcp_hosts,
            routes=[downloads.route],
            max_body=int(settings.max_upload_mb * 2**20 * _SHARE) + 2**20,
        )
        config = uvicorn.Config(
            asgi, host=host, port=port, log_level="warning", timeout_graceful_shutdown=_GRACE_S
        )
        listening = _Server(config)

        def stop() -> None:
            calls.ending.set()
            listening.should_exit = True

        _stop_on_signals(stop)
        log.info("ready on http://%s/mcp, in the name of %s", settings.mcp_http, place.actor.id)
        try:
            await listening.serve()
        except SystemExit as error:  # uvicorn's way to say that it cannot bind
            raise SetupError(
                f"{settings.mcp_http} cannot be listened on; MLOPS_MCP_HTTP chooses another."
            ) from error
    return 0


@asynccontextmanager
async def _opened(
    settings: Settings, place: Place, *, base: str, nearby: bool
) -> AsyncIterator[tuple[Server[Any], Calls]]:
    """A running installation and the server over it.

    Args:
        settings: Of the installation.
        place: Where and in whose name agents work.
        base: Where downloads are handed over.
        nearby: Whether the agent reads this machine's files, so that they need no link.
    """
    from bot.mcp.calls import Calls
    from bot.mcp.files import Files
    from bot.mcp.results import Results
    from bot.mcp.server import Desk, server_for

    blobs = open_blobs(settings.blobs, endpoint_url=settings.s3_endpoint_url)
    silent = Console(quiet=True, stderr=True, force_terminal=False)
    shown = TerminalPlatform(
        blobs, folder=settings.home / "files", address=place.address, console=silent
    )
    app = build(settings, platforms=[shown] if place.local else [])
    calls = Calls(app, place, offered_tools(settings))
    files = Files(_downloads(app, base), app.blobs, keep=shown.keep if nearby else None)
    desk = Desk(
        calls,
        Results(app.blobs, files, channel=str(place.address.scope)),
        files,
        folder=settings.mcp_files,
        most=settings.max_upload_mb * 2**20,
    )
    await app.start()
    try:
        yield server_for(desk, version=code_version()), calls
    finally:
        await calls.close()
        await app.stop()


def _downloads(app: App, base: str) -> Downloads:
    return Downloads(app.blobs, base=base, secret=app.site.secret, now=app.now)


def _stop_on_signals(stop: Any) -> None:
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop)
