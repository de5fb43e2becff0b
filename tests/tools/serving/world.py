"""Small real models, a catalog to register them in, and a client that speaks plain HTTP."""

from __future__ import annotations

import asyncio
import hashlib
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from storage.blobs import open_blobs
from storage.blobs.base import BlobStore
from storage.catalog.catalog import Catalog, open_catalog
from storage.catalog.records import Actor, Environment, ModelVersion, Scope
from storage.prediction_log import PredictionLog
from tests.tools.ml.tables import Ticking, houses, never, passengers, quiet
from tools.ml.artifact import dump_pipeline
from tools.ml.contract import dump_contract
from tools.ml.preparation import TrainingRequest
from tools.ml.training import TrainedModel, train
from tools.model_cards import finite, score_json
from tools.serving.limits import Limits
from tools.serving.request_log import RequestLog
from tools.serving.server import DrainingServer, make_server
from tools.serving.slots import Slots

ADA = Actor("terminal/local/ada", "Ada")
SCOPE = Scope("terminal", "local", "lab")
KEY = "mlops_test-key"


@cache
def trained(algorithm: str = "logistic_regression") -> TrainedModel:
    """Who survived, by the algorithm named."""
    request = TrainingRequest("survived", algorithm=algorithm, time_budget_s=1.0)
    return train(passengers(), request, progress=quiet, should_stop=never, clock=Ticking(0.1))


@cache
def priced() -> TrainedModel:
    """A regression."""
    request = TrainingRequest("price", algorithm="ridge", time_budget_s=1.0)
    return train(houses(), request, progress=quiet, should_stop=never, clock=Ticking(0.1))


@dataclass
class World:
    """A site in a folder."""

    folder: Path
    catalog: Catalog
    blobs: BlobStore

    @classmethod
    def in_folder(cls, folder: Path) -> World:
        blobs = open_blobs((folder / "blobs").as_uri())
        return cls(folder, open_catalog(f"sqlite:///{folder / 'catalog.db'}"), blobs)

    @property
    def blobs_url(self) -> str:
        return (self.folder / "blobs").as_uri()

    def register(
        self,
        model: TrainedModel,
        *,
        name: str = "survival",
        data: bytes | None = None,
        scope: Scope = SCOPE,
    ) -> ModelVersion:
        """Register a trained model as the tools do; `data` in place of its file."""
        digest = self.blobs.put(data or dump_pipeline(model.pipeline))
        now = datetime.now(UTC)
        with self.catalog.write() as unit:
            dataset = unit.datasets.add(
                scope,
                name="passengers",
                blob="0" * 64,
                rows=240,
                columns=(),
                origin="made up",
                profile="0" * 64,
                actor=ADA,
                now=now,
            )
            return unit.models.add(
                scope,
                name=name,
                digest=digest,
                dataset_id=dataset.id,
                target=model.contract.target,
                task=model.task.value,
                algorithm=model.algorithm,
                score=score_json(model.score),
                contract=finite(dump_contract(model.contract)),
                reference="0" * 64,
                run_id="",
                receipt={
                    "dataset": "passengers v1",
                    "dataset_digest": "0" * 64,
                    "seed": 0,
                    "candidates": [],
                    "code_version": "test",
                },
                report={"warnings": [], "metrics": [score_json(one) for one in model.metrics]},
                job_id=None,
                actor=ADA,
                now=now,
            )

    def go_live(
        self,
        model: ModelVersion | None,
        *,
        name: str = "survival",
        environment: Environment = "staging",
        key: str | None = KEY,
    ) -> None:
        """Append to the deployment log, and set the slot's key."""
        now = datetime.now(UTC)
        with self.catalog.write() as unit:
            unit.deployments.append(
                SCOPE,
                name=name,
                environment=environment,
                model_id=model.id if model else None,
                digest=model.digest if model else None,
                actor=ADA,
                approved_by=None,
                now=now,
            )
            if key is not None:
                unit.keys.put(
                    SCOPE,
                    name=name,
                    environment=environment,
                    key_sha256=hashlib.sha256(key.encode()).hexdigest(),
                    now=now,
                )


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Client:
    """One request per connection to a server on this machine."""

    port: int

    def get(self, path: str, *, key: str | None = None) -> Reply:
        return self.send("GET", path, key=key)

    def post(self, path: str, value: Any, *, key: str | None = KEY) -> Reply:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return self.send("POST", path, body=body, key=key)

    def send(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        key: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        given = dict(headers or {})
        if key is not None:
            given["authorization"] = f"Bearer {key}"
        try:
            connection.request(method, path, body, given)
            answer = connection.getresponse()
            shown = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, answer.read(), shown)
        finally:
            connection.close()

    def raw(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)


@dataclass(frozen=True)
class Running(Client):
    """A server in this process, whose slots and log the test moves itself."""

    slots: Slots
    log: RequestLog
    world: World
    server: DrainingServer

    def predict(self, value: Any, **given: Any) -> Reply:
        path = f"/models/{SCOPE.id}/survival/staging/predict"
        return self.post(path, value, **given)


@contextmanager
def following(slots: Slots) -> Iterator[None]:
    """Refresh slots again and again, as the server process does."""
    done = threading.Event()

    def follow() -> None:
        while not done.wait(0.05):
            slots.refresh()

    thread = threading.Thread(target=follow)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(10)


@contextmanager
def running(world: World, limits: Limits | None = None) -> Iterator[Running]:
    """The real server on a free port, in a thread with a loop of its own."""
    limits = limits or Limits(drain_s=0.2)
    slots = Slots(world.catalog, world.blobs, retry_s=0.0)
    slots.refresh()
    log = RequestLog(PredictionLog(world.catalog, world.blobs), limits=limits)
    server = make_server(slots, log, limits)
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    thread = threading.Thread(target=asyncio.run, args=(server.serve([listener]),))
    thread.start()
    try:
        yield Running(port, slots, log, world, server)
    finally:
        server.stop()
        thread.join(10)
        assert not thread.is_alive()
