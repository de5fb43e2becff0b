"""Frozen records of model versions, deployments and what endpoints were asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from storage.catalog.records.places import Actor, Json, Scope

Environment: TypeAlias = Literal["staging", "production"]


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """One immutable trained model.

    Attributes:
        version: Counts from 1 within (scope, name).
        number: Counts from 1 within the scope; `m7` is its handle.
        digest: sha256 of the artifact; also its blob key.
        score: `{"metric", "name", "value", "low", "high", "baseline", "higher_is_better"}`.
        contract: What the endpoint takes and answers (`tools.ml.contract`), JSON.
        reference: Digest of the drift reference summary.
        run_id: The MLflow run.
        receipt: Dataset hash, seed, candidates, code version, split …
        report: Warnings, importance, reasons and figures (blob digests) of the training.
    """

    id: str
    scope: Scope
    name: str
    version: int
    number: int
    digest: str
    dataset_id: str
    target: str
    task: str
    algorithm: str
    score: Json
    contract: Json
    reference: str
    run_id: str
    receipt: Json
    report: Json
    job_id: str | None
    actor: Actor
    created_at: datetime
    deleted_at: datetime | None = None

    @property
    def handle(self) -> str:
        """`m7`."""
        return f"m{self.number}"

    @property
    def label(self) -> str:
        """`name v3 (m7)`."""
        return f"{self.name} v{self.version} ({self.handle})"


@dataclass(frozen=True, slots=True)
class Deployment:
    """One line of the append-only deployment log; the last line of a slot is what is live.

    `model_id` and `digest` are None when the slot was emptied.
    """

    id: int
    scope: Scope
    name: str
    environment: Environment
    model_id: str | None
    digest: str | None
    actor: Actor
    approved_by: Actor | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class EndpointKey:
    """The API key of a slot, as its sha256."""

    scope: Scope
    name: str
    environment: Environment
    key_sha256: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PredictionPart:
    """One Parquet part of the prediction log of a slot, covering `[start, end]`."""

    id: int
    scope_id: str
    name: str
    environment: Environment
    blob: str
    rows: int
    start: datetime
    end: datetime
