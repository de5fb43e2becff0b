"""The models that are live: follows the deployment log and swaps a model once it is loaded."""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from sklearn.pipeline import Pipeline

from storage.blobs.base import BlobStore
from storage.catalog.catalog import Catalog
from storage.catalog.records import EndpointKey, ModelVersion
from storage.errors import StorageError
from tools.errors import ToolError
from tools.ml.artifact import load_pipeline
from tools.ml.contract import Contract, example_row, load_contract
from tools.ml.predictions import predict_frame
from tools.ml.rows import check_rows
from tools.serving.names import SlotName, slot_of

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Served:
    """A loaded model."""

    model: ModelVersion
    contract: Contract
    pipeline: Pipeline


@dataclass(frozen=True, slots=True)
class Slot:
    """One place to predict.

    Attributes:
        name: Its address.
        key_sha256: Hash of its API key; None: nobody may ask.
        served: What answers; None while nothing is live, or nothing could be loaded yet.
        wanted: Id of the model that should be live; None for an emptied slot.
        problem: Why `served` is not the wanted one; empty when it is.
    """

    name: SlotName
    key_sha256: str | None = None
    served: Served | None = None
    wanted: str | None = None
    problem: str = ""

    def opens_with(self, key: str) -> bool:
        """Whether this is the slot's key; takes the same time for any wrong key."""
        given = hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
        return hmac.compare_digest(given, self.key_sha256 or "")


class Slots:
    """All slots of all channels; read from any thread, refreshed by one.

    Args:
        catalog: Whose deployment log is followed.
        blobs: Where the models are; they verify what they hand out.
        retry_s: Seconds before a model that could not be loaded is tried again.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        catalog: Catalog,
        blobs: BlobStore,
        *,
        retry_s: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._catalog = catalog
        self._blobs = blobs
        self._retry_s = retry_s
        self._clock = clock
        self._slots: dict[SlotName, Slot] = {}
        self._version = -1
        self._keys: list[EndpointKey] = []
        self._retry_at: float | None = None
        self.ready = False
        self.problem = ""

    def find(self, name: SlotName) -> Slot:
        """The slot of that name; an unknown one is like a slot without model and key."""
        return self._slots.get(name) or Slot(name)

    def all(self) -> list[Slot]:
        """The slots that serve, or should."""
        return [slot for slot in self._slots.values() if slot.wanted]

    def refresh(self) -> None:
        """Look at the log once; load what is new, then swap all at once.

        Never raises: a catalog that does not answer is told in `problem`, a model that cannot
        be loaded in its slot, and what was served goes on being served.
        """
        try:
            self._refresh()
        except StorageError as exc:
            _log.warning("the catalog cannot be followed: %s", exc)
            self.problem = "the catalog cannot be read"
        else:
            self.ready = True
            self.problem = ""

    def _refresh(self) -> None:
        with self._catalog.read() as unit:
            version, keys = unit.deployments.version(), unit.keys.all()
            due = self._retry_at is not None and self._clock() >= self._retry_at
            if version == self._version and keys == self._keys and not due:
                return
            live = unit.deployments.live_all()
            models = {line.id: unit.models.get(line.scope, line.model_id or "") for line in live}
        hashes = {slot_of(key): key.key_sha256 for key in keys}
        slots = {name: Slot(name, key) for name, key in hashes.items()}
        for line in live:
            name = slot_of(line)
            before = replace(self.find(name), key_sha256=hashes.get(name))
            slots[name] = self._follow(before, models[line.id])
        failed = any(slot.problem for slot in slots.values())
        self._retry_at = self._clock() + self._retry_s if failed else None
        self._slots, self._version, self._keys = slots, version, keys

    def _follow(self, slot: Slot, model: ModelVersion) -> Slot:
        if slot.served is not None and slot.served.model.id == model.id:
            return replace(slot, wanted=model.id, problem="")
        try:
            served = self._load(model)
        except Exception as exc:
            _log.exception("model %s cannot be loaded for %s", model.id, slot.name)
            why = exc.message if isinstance(exc, ToolError) else type(exc).__name__
            problem = f"{model.label} cannot be loaded: {why}"
            return replace(slot, wanted=model.id, problem=problem)
        return replace(slot, served=served, wanted=model.id, problem="")

    def _load(self, model: ModelVersion) -> Served:
        """A model whose bytes have the registered digest, and that answers its own example."""
        pipeline = load_pipeline(self._blobs.read(model.digest))
        contract = load_contract(model.contract)
        example = check_rows(contract, [example_row(contract)])
        if not example.errors:
            predict_frame(pipeline, contract, example.frame)
        return Served(model, contract, pipeline)
