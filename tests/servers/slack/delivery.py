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
        acks: every attempt, from the moment on that something happened.
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
        for _ in range(1 + self._server.faults.duplicates):
            first = Envelope("events_api", payload)
            self._start(self._with_retries(first, self._note(first)))

    async def ask(self, kind: DeliveryKind, payload: dict[str, Any]) -> Answer | None:
        """Deliver an interaction and wait for its answer, which comes within 3 s or never."""
        envelope = Envelope(kind, payload)
        for _ in range(self._server.faults.duplicates):
            self._start(self._once(envelope, self._note(envelope)))
        return await self._once(envelope, self._note(envelope))

    @property
    def idle(self) -> bool:
        """Whether nothing is on its way, nor waits to be sent again."""
        return not self._tasks

    async def close(self) -> None:
        """Stop everything that is still on its way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _note(self, envelope: Envelope) -> Ack:
        payload = envelope.payload
        inner = payload.get("event") or payload
        ack = Ack(
            envelope.kind,
            str(payload.get("event_id") or payload.get("trigger_id", "")),
            str(inner.get("type") or inner.get("command", "")),
            envelope.attempt,
            time.monotonic(),
        )
        self.acks.append(ack)
        return ack

    async def _with_retries(self, first: Envelope, ack: Ack) -> None:
        answer = await self._once(first, ack)
        for attempt, pause in enumerate(self._server.retry_after, 1):
            if answer is not None and (answer.accepted or not answer.retry):
                return
            reason = "http_timeout" if answer is None else "http_error"
            if pause:
                await asyncio.sleep(pause)
            again = Envelope("events_api", first.payload, attempt, reason)
            answer = await self._once(again, self._note(again))
        if answer is None or not answer.accepted:
            self.given_up.append(first.payload)

    async def _once(self, envelope: Envelope, ack: Ack) -> Answer | None:
        faults = self._server.faults
        if (late := faults.lateness()) > 0:
            await asyncio.sleep(late)
        if faults.deaf:
            self.unheard.append(envelope.payload)
            return Answer()
        if faults.outage:
            return None
        ack.sent_at = time.monotonic()
        answer = await self._transport().send(envelope, ack)
        if answer is not None and faults.loses_ack():
            await asyncio.sleep(max(0.0, ack.sent_at + self._server.ack_within - time.monotonic()))
            return None
        return answer

    def _transport(self) -> Socket | HttpDelivery:
        server = self._server
        return server.socket if server.socket_mode else server.http
