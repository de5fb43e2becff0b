"""One running server: follows the catalog, answers, writes its log, and ends without a jolt."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator

import uvicorn
from uvicorn.protocols.http.flow_control import CLOSE_HEADER

from storage.blobs import open_blobs
from storage.catalog.catalog import open_catalog
from storage.prediction_log import PredictionLog
from tools.serving.app import create_app
from tools.serving.limits import Limits
from tools.serving.protocol import guarded
from tools.serving.request_log import RequestLog
from tools.serving.settings import ServingSettings
from tools.serving.slots import Slots


class DrainingServer(uvicorn.Server):
    """uvicorn that ends on a request of ours, and lets open connections end on their own first."""

    def __init__(self, config: uvicorn.Config, *, drain_s: float) -> None:
        super().__init__(config)
        self._drain_s = drain_s

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to us: uvicorn raises them again at the end, so the exit code is -15."""
        yield

    def stop(self) -> None:
        """Begin to end."""
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no new connections, close each after its next answer, cut what is left."""
        for server in self.servers:
            server.close()
        self.server_state.default_headers.append(CLOSE_HEADER)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._drain_s):
                while self.server_state.connections:  # noqa: ASYNC110 (uvicorn has no event)
                    await asyncio.sleep(0.02)
        await super().shutdown(sockets)


def make_server(slots: Slots, log: RequestLog, limits: Limits) -> DrainingServer:
    """A server over these slots, with every bound of `limits` in force."""
    config = uvicorn.Config(
        create_app(slots, log, limits=limits),
        http=guarded(limits),
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        limit_concurrency=limits.connections,
        timeout_graceful_shutdown=1,
    )
    return DrainingServer(config, drain_s=limits.drain_s)


async def serve(
    settings: ServingSettings, listener: socket.socket, *, on_ready: Callable[[], None]
) -> None:
    """Serve on a listening socket until SIGTERM or SIGINT.

    Args:
        settings: Where the catalog and the blobs are, and the limits.
        listener: Already bound; whoever made it may keep it open for the next server.
        on_ready: Called once the live models are loaded, before the first answer.

    Raises:
        StorageError: The catalog cannot be opened.
    """
    limits = settings.limits
    catalog = await asyncio.to_thread(
        open_catalog, settings.database_url, migrate=settings.parent is None
    )
    blobs = open_blobs(settings.blobs_url, endpoint_url=settings.s3_endpoint_url)
    slots = Slots(catalog, blobs, retry_s=limits.retry_s)
    log = RequestLog(PredictionLog(catalog, blobs), limits=limits)
    await asyncio.to_thread(slots.refresh)
    server = make_server(slots, log, limits)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.stop)
    beside = [asyncio.create_task(_follow(slots, limits.poll_s)), asyncio.create_task(log.run())]
    try:
        on_ready()
        await server.serve(sockets=[listener])
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await asyncio.to_thread(log.flush)
        catalog.close()


async def _follow(slots: Slots, every_s: float) -> None:
    while True:
        await asyncio.sleep(every_s)
        await asyncio.to_thread(slots.refresh)
