"""Rows with everything a test does not care about filled in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from storage.catalog.catalog import Unit
from storage.catalog.records import (
    Actor,
    Address,
    Approval,
    ColumnInfo,
    DatasetVersion,
    Deployment,
    Job,
    ModelVersion,
    Monitor,
    Scope,
    Turn,
    Waiting,
)

HERE = Scope("slack", "T1", "C1")
ELSEWHERE = Scope("slack", "T1", "C2")
ADA = Actor("slack/T1/U1", "Ada")
BOB = Actor("slack/T1/U2", "Bob")
NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
DIGEST = "a" * 64


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def add_dataset(
    unit: Unit, scope: Scope = HERE, *, name: str = "titanic", **given: Any
) -> DatasetVersion:
    values: dict[str, Any] = {
        "blob": DIGEST,
        "rows": 891,
        "columns": (ColumnInfo("Age", "number", 177, 88, 0.42, 80.0, (("24", 30), ("22", 27))),),
        "origin": "read from titanic.csv",
        "profile": DIGEST,
        "actor": ADA,
        "now": NOW,
    }
    return unit.datasets.add(scope, name=name, **(values | given))


def add_model(
    unit: Unit, scope: Scope = HERE, *, name: str = "churn", **given: Any
) -> ModelVersion:
    values: dict[str, Any] = {
        "digest": DIGEST,
        "target": "Survived",
        "task": "classification",
        "algorithm": "gradient_boosting",
        "score": {"metric": "roc_auc", "value": 0.87},
        "contract": {},
        "reference": DIGEST,
        "run_id": "",
        "receipt": {"seed": 7},
        "report": {},
        "job_id": None,
        "actor": ADA,
        "now": NOW,
    }
    if "dataset_id" not in given:
        values["dataset_id"] = add_dataset(unit, scope).id
    return unit.models.add(scope, name=name, **(values | given))


def deploy(
    unit: Unit, model: ModelVersion, environment: Any = "staging", **given: Any
) -> Deployment:
    values: dict[str, Any] = {
        "name": model.name,
        "environment": environment,
        "model_id": model.id,
        "digest": model.digest,
        "actor": ADA,
        "approved_by": None,
        "now": NOW,
    }
    return unit.deployments.append(model.scope, **(values | given))


def add_monitor(unit: Unit, scope: Scope = HERE, *, name: str = "churn", **given: Any) -> Monitor:
    values: dict[str, Any] = {
        "environment": "staging",
        "every_s": 3600,
        "cron": None,
        "timezone": "UTC",
        "address": Address(scope, "t1"),
        "actor": ADA,
        "now": NOW,
    }
    return unit.monitors.add(scope, name=name, **(values | given))


def submit(unit: Unit, scope: Scope = HERE, *, key: str = "k1", **given: Any) -> Job:
    values: dict[str, Any] = {
        "thread": "t1",
        "tool": "train_model",
        "args": {"target": "Fare"},
        "actor": ADA,
        "context": {},
        "now": NOW,
    }
    return unit.jobs.submit(scope, key=key, **(values | given))[0]


def open_turn(unit: Unit, scope: Scope = HERE, *, event_id: str = "e1", **given: Any) -> Turn:
    values: dict[str, Any] = {
        "address": Address(scope, "t1"),
        "actor": ADA,
        "text": "train a model",
        "owner": "here",
        "pending": (),
        "now": NOW,
    }
    return unit.turns.open(event_id, **(values | given))[0]


def suspend(unit: Unit, turn: Turn, *, call_id: str = "c1", **given: Any) -> Waiting:
    values: dict[str, Any] = {
        "model_call_id": "call_1",
        "tool": "train_model",
        "args": {},
        "requester": ADA,
        "kind": "job",
        "subject": "",
        "detail": {},
        "now": NOW,
    }
    return unit.waiting.add(turn.id, call_id=call_id, **(values | given))


def ask(unit: Unit, scope: Scope = HERE, **given: Any) -> Approval:
    values: dict[str, Any] = {
        "tool": "deploy_model",
        "args": {"environment": "production"},
        "binding": DIGEST,
        "requester": ADA,
        "role": "approver",
        "now": NOW,
        "expires_at": later(3600),
    }
    return unit.approvals.add(Address(scope, "t1"), **(values | given))


def act(unit: Unit, scope: Scope = HERE, *, thread: str = "t1", **given: Any) -> Any:
    values: dict[str, Any] = {
        "actor": ADA,
        "tool": "clean_dataset",
        "args": {},
        "effect": "write",
        "sentence": "drop the cabin",
        "summary": "Dropped 1 column.",
        "ok": True,
        "dataset_id": None,
        "model_id": None,
        "inverse": None,
        "approved_by": None,
        "turn_id": None,
        "now": NOW,
    }
    return unit.actions.add(Address(scope, thread), **(values | given))
