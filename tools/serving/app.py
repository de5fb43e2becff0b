"""The prediction server's HTTP surface: who may ask what, and what comes back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tools.serving.answering import Answered, answer
from tools.serving.body import read_body
from tools.serving.errors import RequestError
from tools.serving.inference_v2 import SERVER, model_metadata, parse_tensors, tensors_of
from tools.serving.limits import Limits
from tools.serving.metrics import Hook, Metrics, PredictionServed
from tools.serving.names import SlotName
from tools.serving.payload import Asked, parse_rows
from tools.serving.request_log import RequestLog
from tools.serving.responses import json_response, on_request_error, to_json
from tools.serving.slots import Served, Slot, Slots

Parse = Callable[[bytes, Limits], Asked]
Render = Callable[[SlotName, Served, Answered], dict[str, Any]]


def create_app(
    slots: Slots,
    log: RequestLog,
    *,
    limits: Limits | None = None,
    hooks: tuple[Hook, ...] = (),
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Starlette:
    """The ASGI application over these slots; somebody else refreshes them and flushes the log.

    Args:
        slots: What is live.
        log: Gets every answered row.
        limits: Bounds of one request and of all at once.
        hooks: Called with each `PredictionServed`, after the metrics.
        now: The time written into the prediction log.
    """
    surface = _Surface(slots, log, limits=limits or Limits(), hooks=hooks, now=now)
    return Starlette(
        routes=[
            Route("/models/{scope_id}/{name}/{environment}/predict", surface.predict,
                  methods=["POST"]),
            Route("/v2", surface.server_metadata),
            Route("/v2/health/live", surface.live),
            Route("/v2/health/ready", surface.ready),
            Route("/v2/models/{name}", surface.model_metadata),
            Route("/v2/models/{name}/ready", surface.model_ready),
            Route("/v2/models/{name}/infer", surface.infer, methods=["POST"]),
            Route("/healthz", surface.health),
            Route("/metrics", surface.metrics),
        ],
        exception_handlers={RequestError: on_request_error, HTTPException: _on_http_exception},
    )  # fmt: skip


class _Surface:
    """The handlers, and the bounded pool that predicts."""

    def __init__(
        self,
        slots: Slots,
        log: RequestLog,
        *,
        limits: Limits,
        hooks: tuple[Hook, ...],
        now: Callable[[], datetime],
    ) -> None:
        self._slots = slots
        self._log = log
        self._metrics = Metrics(slots, log)
        self._limits = limits
        self._hooks: tuple[Hook, ...] = (self._metrics, *hooks)
        self._now = now
        self._inside = 0
        self._pool = ThreadPoolExecutor(limits.threads, thread_name_prefix="predict")

    async def predict(self, request: Request) -> Response:
        """`POST /models/{scope_id}/{name}/{environment}/predict`: rows in, predictions out."""
        parts = request.path_params
        name = SlotName.of(parts["scope_id"], parts["name"], parts["environment"])
        return await self._answer(request, name, parse_rows, _predictions)

    async def infer(self, request: Request) -> Response:
        """`POST /v2/models/{name}/infer`: tensors in, tensors out."""
        name = SlotName.parse(request.path_params["name"])
        return await self._answer(request, name, parse_tensors, tensors_of)

    async def model_metadata(self, request: Request) -> Response:
        """`GET /v2/models/{name}`: inputs, outputs and schema, for those with the key."""
        slot, served = self._admit(request, SlotName.parse(request.path_params["name"]))
        return json_response(model_metadata(slot.name, served))

    async def model_ready(self, request: Request) -> Response:
        """`GET /v2/models/{name}/ready`: 200 once the slot has a model that answers."""
        name = SlotName.parse(request.path_params["name"])
        ready = name is not None and self._slots.find(name).served is not None
        shown = {"name": request.path_params["name"], "ready": ready}
        return json_response(shown, 200 if ready else 404)

    async def server_metadata(self, request: Request) -> Response:
        """`GET /v2`."""
        return json_response(SERVER)

    async def live(self, request: Request) -> Response:
        """`GET /v2/health/live`: the process answers."""
        return json_response({"live": True})

    async def ready(self, request: Request) -> Response:
        """`GET /v2/health/ready`: the deployment log has been read."""
        return json_response({"ready": self._slots.ready}, 200 if self._slots.ready else 503)

    async def health(self, request: Request) -> Response:
        """`GET /healthz`: what each slot serves, and why it is not what it should."""
        slots = self._slots.all()
        sound = not self._slots.problem and not any(slot.problem for slot in slots)
        return json_response(
            {
                "ok": sound,
                "problem": self._slots.problem,
                "slots": {str(slot.name): _health(slot) for slot in slots},
                "log": {"pending": self._log.pending, "lost": self._log.lost},
            }
        )

    async def metrics(self, request: Request) -> Response:
        """`GET /metrics`: Prometheus text."""
        return Response(self._metrics.text(), media_type="text/plain; version=0.0.4")

    async def _answer(
        self, request: Request, name: SlotName | None, parse: Parse, render: Render
    ) -> Response:
        started = time.perf_counter()
        slot = served = answered = None
        status, broken = 500, False
        try:
            slot, served = self._admit(request, name)
            with self._place():
                body = await read_body(request, self._limits)
                loop = asyncio.get_running_loop()
                answered, content = await loop.run_in_executor(
                    self._pool, self._work, slot.name, served, body, parse, render
                )
            self._log.add(slot.name, answered.log)
            status = 200
            return Response(content, media_type="application/json")
        except RequestError as exc:
            status, broken = exc.status, exc.broken
            raise
        finally:
            seconds = time.perf_counter() - started
            heard = _Heard(status, seconds, answered if status == 200 else None, broken)
            self._tell(_record(slot, served, heard))

    def _work(
        self, name: SlotName, served: Served, body: bytes, parse: Parse, render: Render
    ) -> tuple[Answered, bytes]:
        """All that takes time, in one of the few threads."""
        answered = answer(served, parse(body, self._limits), at=self._now())
        return answered, to_json(render(name, served, answered))

    def _admit(self, request: Request, name: SlotName | None) -> tuple[Slot, Served]:
        """The slot and its model; a wrong key and an unknown slot get the same answer."""
        slot = self._slots.find(name) if name else None
        key = _key_of(request)
        if slot is None or not key or not slot.opens_with(key):
            raise RequestError(
                401, "Unknown endpoint, or not its key. Send 'Authorization: Bearer <key>'."
            )
        if slot.wanted is None:
            raise RequestError(404, f"Nothing is deployed at {slot.name} at the moment.")
        if slot.served is None:
            raise RequestError(503, f"The model of {slot.name} could not be loaded yet.")
        return slot, slot.served

    @contextmanager
    def _place(self) -> Iterator[None]:
        """One of the bounded places of requests at work; taken before a body is held."""
        if self._inside >= self._limits.waiting:
            raise RequestError(503, "Too many requests at once; try again in a second.")
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1

    def _tell(self, record: PredictionServed) -> None:
        for hook in self._hooks:
            hook(record)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What came of one request."""

    status: int
    seconds: float
    answered: Answered | None
    broken: bool


def _record(slot: Slot | None, served: Served | None, heard: _Heard) -> PredictionServed:
    bare = PredictionServed(heard.status, heard.seconds, refused=heard.broken)
    if slot is None or served is None:
        return bare
    known = replace(
        bare,
        model=f"{slot.name.scope_id}.{slot.name.name}",
        environment=slot.name.environment,
        version=str(served.model.version),
    )
    if heard.answered is None:
        return known
    answers, unseen = heard.answered.values, heard.answered.unseen
    return replace(known, answers=answers, unseen=unseen, contract=served.contract)


def _key_of(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    return request.headers.get("x-api-key", "").strip()


def _predictions(name: SlotName, served: Served, answered: Answered) -> dict[str, Any]:  # noqa: ARG001
    """The answers row by row, and who gave them."""
    rows: list[dict[str, Any]] = [
        {"id": each, "prediction": value}
        for each, value in zip(answered.ids, answered.values, strict=True)
    ]
    if answered.probabilities is not None:
        classes = served.contract.classes
        for row, chances in zip(rows, answered.probabilities, strict=True):
            row["probabilities"] = dict(zip(classes, chances, strict=True))
    model = served.model
    about = {"name": model.name, "version": model.version, "digest": model.digest}
    return {"predictions": rows, "warnings": list(answered.warnings), "model": about}


def _health(slot: Slot) -> dict[str, Any]:
    model = slot.served.model if slot.served else None
    return {
        "wanted": slot.wanted,
        "model_id": model.id if model else None,
        "version": model.version if model else None,
        "digest": model.digest if model else None,
        "problem": slot.problem,
    }


async def _on_http_exception(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, HTTPException)  # noqa: S101 (registered for this class only)
    words = {404: f"There is nothing at {request.url.path}.", 405: "Not with this method."}
    headers = dict(exc.headers or {})
    return json_response(
        {"error": words.get(exc.status_code, exc.detail)}, exc.status_code, headers
    )
