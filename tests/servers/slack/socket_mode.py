"""Socket Mode: tickets, connections, envelopes and their acknowledgements."""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from tests.servers.slack.envelopes import Answer, Envelope
from tests.servers.slack.records import Ack

if TYPE_CHECKING:
    from tests.servers.slack.workspace import Workspace


@dataclass
class Waiting:
    """An envelope that was sent: what is written down of it, and who waits for its answer."""

    ack: Ack
    answer: asyncio.Future[Answer] = field(default_factory=asyncio.Future)


class Socket:
    """The sockets that the app has opened; each envelope goes to one of them, in turn."""

    def __init__(self, server: Workspace) -> None:
        self._server = server
        self._tickets: set[str] = set()
        self._turn = itertools.count()
        self._waiting: dict[str, Waiting] = {}
        self._leaving: set[web.WebSocketResponse] = set()
        self.connections: dict[web.WebSocketResponse, web.Request] = {}

    def new_url(self) -> str:
        """Where the app may connect, once."""
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        host = self._server.base_url.removeprefix("http://")
        return f"ws://{host}/link/?ticket={ticket}&app_id={self._server.app_id}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from hello to the end."""
        ticket = request.query.get("ticket", "")
        if self._server.faults.outage or ticket not in self._tickets:
            return web.Response(status=403)
        self._tickets.discard(ticket)
        ws = web.WebSocketResponse(heartbeat=10.0)
        await ws.prepare(request)
        self.connections[ws] = request
        try:
            await ws.send_json(self._hello())
            async for message in ws:
                if message.type is WSMsgType.TEXT:
                    self._receive(message.data)
        finally:
            del self.connections[ws]
            self._leaving.discard(ws)
        return ws

    async def send(self, envelope: Envelope, ack: Ack) -> Answer | None:
        """Send the envelope to one connection; None when no answer came in time."""
        open_now = [ws for ws in self.connections if not ws.closed and ws not in self._leaving]
        if not open_now:
            return None
        identity = str(uuid.uuid4())
        waiting = self._waiting[identity] = Waiting(ack)
        ws = open_now[next(self._turn) % len(open_now)]
        try:
            await ws.send_json(_frame(identity, envelope))
            return await asyncio.wait_for(waiting.answer, self._server.ack_within)
        except (TimeoutError, ConnectionError):
            return None

    async def disconnect(self, reason: str) -> None:
        """Tell every connection to go: `warning`, `refresh_requested` or `link_disabled`."""
        frame = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink"}}
        leaving = list(self.connections)
        for ws in leaving:
            await ws.send_json(frame)
        if reason != "warning":
            self._leaving.update(leaving)

    def reset(self) -> None:
        """Cut every connection without a goodbye."""
        for request in self.connections.values():
            if request.transport is not None:
                request.transport.abort()

    async def close(self) -> None:
        """Close every connection properly."""
        for ws in list(self.connections):
            await ws.close()

    def _receive(self, data: str) -> None:
        frame: dict[str, Any] = json.loads(data)
        waiting = self._waiting.get(frame.get("envelope_id", ""))
        if waiting is None:
            return
        if waiting.ack.latency is None:
            waiting.ack.latency = time.monotonic() - waiting.ack.sent_at
        if not waiting.answer.done():
            waiting.answer.set_result(Answer(frame.get("payload")))

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "connection_info": {"app_id": self._server.app_id},
            "debug_info": {
                "host": "applink",
                "build_number": 1,
                "approximate_connection_time": 18060,
            },
        }


def _frame(identity: str, envelope: Envelope) -> dict[str, Any]:
    frame: dict[str, Any] = {
        "envelope_id": identity,
        "type": envelope.kind,
        "payload": envelope.payload,
        "accepts_response_payload": envelope.kind != "events_api",
    }
    if envelope.kind == "events_api":
        frame |= {"retry_attempt": envelope.attempt, "retry_reason": envelope.reason}
    return frame
