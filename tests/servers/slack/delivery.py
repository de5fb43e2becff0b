"""Delivery: events with retries, interactions with their answer, and the faults on the way."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from tests.servers.slack.envelopes import Answer, DeliveryKind, Envelope
from tests.servers.slack.records import Ack
from tests.servers.slack.signing import HttpDelivery
from tests.servers.slack.socket_mode import Socket

if TYPE_CHECKING:
    from tests.servers.slack.workspace import Workspace


class Delivery:
    """Carries what happens to the app, over Socket Mode or signed HTTP.

    Attributes:
        acks: every attempt, in order of sending.
        unheard: what was swallowed by a deaf socket.
        given_up: events that were not acknowledged at any attempt.
    """

    def __init__(self, server: Workspace) -> None:
        self._server = server
        self._tasks: set[asyncio.Task[Any]] = set()
        self.acks: list[Ack] = []
        self.unheard: list[dict[str, Any]] = []
        self.given_up: list[dict[str, Any]] = []

    def event(self, payload: dict[str, Any]) -> None:
        """Deliver an event in the background; what is not acknowledged comes again."""
        if self._server.faults.deaf:
            self.unheard.append(payload)
            return
        self._start(self._with_retries(payload))
        for _ in range(self._server.faults.duplicates):
            self._start(self._with_retries(payload))

    async def ask(self, kind: DeliveryKind, payload: dict[str, Any]) -> Answer | None:
        """Deliver an interaction and wait for its answer, which comes within 3 s or never."""
        for _ in range(self._server.faults.duplicates):
            self._start(self._once(Envelope(kind, payload)))
        return await self._once(Envelope(kind, payload))

    async def close(self) -> None:
        """Stop everything that is still on its way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _with_retries(self, payload: dict[str, Any]) -> None:
        reason = ""
        for attempt, pause in enumerate((0.0, *self._server.retry_after)):
            if pause:
                await asyncio.sleep(pause)
            answer = await self._once(Envelope("events_api", payload, attempt, reason))
            if answer is not None and (answer.accepted or not answer.retry):
                return
            reason = "http_timeout" if answer is None else "http_error"
        self.given_up.append(payload)

    async def _once(self, envelope: Envelope) -> Answer | None:
        faults = self._server.faults
        if (late := faults.lateness()) > 0:
            await asyncio.sleep(late)
        if faults.deaf:
            self.unheard.append(envelope.payload)
            return Answer()
        if faults.outage:
            return None
        ack = _ack(envelope)
        self.acks.append(ack)
        answer = await self._transport().send(envelope, ack)
        if answer is not None and faults.loses_ack():
            await asyncio.sleep(max(0.0, ack.sent_at + self._server.ack_within - time.monotonic()))
            return None
        return answer

    def _transport(self) -> Socket | HttpDelivery:
        server = self._server
        return server.socket if server.socket_mode else server.http


def _ack(envelope: Envelope) -> Ack:
    payload = envelope.payload
    inner = payload.get("event") or payload
    return Ack(
        envelope.kind,
        str(payload.get("event_id") or payload.get("trigger_id", "")),
        str(inner.get("type") or inner.get("command", "")),
        envelope.attempt,
        time.monotonic(),
    )
