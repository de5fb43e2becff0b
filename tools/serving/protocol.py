"""HTTP/1.1 with the two bounds uvicorn lacks: time for a request's head, and open connections."""

from __future__ import annotations

import asyncio
import socket

from uvicorn.protocols.http.h11_impl import H11Protocol

from tools.serving.limits import Limits


class GuardedProtocol(H11Protocol):
    """Closes connections that keep the server waiting for a head, and those beyond the bound.

    uvicorn's keep-alive timer covers silence between two requests only: a client that sends half
    a head, or nothing at all, would hold its connection for ever.
    """

    limits = Limits()
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, or drop it where even a refusal would cost too much."""
        super().connection_made(transport)
        if len(self.connections) > 2 * self.limits.connections:
            transport.abort()
            return
        # asyncio does this only for sockets that name their protocol, which an inherited
        # listener does not; without it, head and body of an answer lie 40 ms apart.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._arm()

    def data_received(self, data: bytes) -> None:
        """Hand the data on and see whether a head is still awaited."""
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._arm()
        else:
            self._disarm()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timer with its connection."""
        self._disarm()
        super().connection_lost(exc)

    def _arm(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(self.limits.head_s, self._head_late)

    def _disarm(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_late(self) -> None:
        self._head_timer = None
        waiting = self.cycle is None or self.cycle.response_complete
        if waiting and not self.transport.is_closing():
            self.transport.close()


def guarded(limits: Limits) -> type[GuardedProtocol]:
    """The protocol class for these limits (uvicorn makes the instances itself)."""
    return type("Guarded", (GuardedProtocol,), {"limits": limits})
