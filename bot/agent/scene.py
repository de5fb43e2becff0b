"""Reads the thread's state from the catalog: what is here, by name, type and aggregate."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from bot.agent.state import CallState, ColumnState, DatasetState, ModelState, ThreadState
from storage.catalog.catalog import Catalog, Unit
from storage.catalog.records import ColumnInfo, DatasetVersion, Deployment, ModelVersion, Turn

DATASETS, MODELS, CALLS = 40, 40, 10
T = TypeVar("T", DatasetVersion, ModelVersion)


def read_scene(catalog: Catalog, turn: Turn, *, now: datetime) -> ThreadState:
    """The state of the turn's thread at this moment."""
    scope, thread = turn.address.scope, turn.address.thread
    with catalog.read() as unit:
        datasets = _current_first(unit, turn, unit.datasets.list(scope)[:DATASETS], "dataset")
        models = _current_first(unit, turn, unit.models.list(scope)[:MODELS], "model")
        live = unit.deployments.list(scope)
        monitors = {monitor.id: monitor.name for monitor in unit.monitors.list(scope)}
        alerts = [monitors.get(alert.monitor_id, "") for alert in unit.alerts.list_open(scope)]
        jobs = unit.jobs.list(scope, states=("queued", "running"))
        facts = unit.facts.list(scope, now=now)
        actions = unit.actions.list(scope, thread=thread, limit=CALLS)
    return ThreadState(
        today=now.isoformat(),
        datasets=tuple(_dataset(version) for version in datasets),
        models=tuple(_model(version, live) for version in models),
        monitors=tuple(dict.fromkeys(monitors.values())),
        alerts=tuple(dict.fromkeys(filter(None, alerts))),
        jobs=tuple(f"{job.number} {job.tool}" for job in jobs),
        facts=tuple(fact.text for fact in facts),
        calls=tuple(CallState(action.tool, action.args) for action in actions),
    )


def _current_first(unit: Unit, turn: Turn, versions: list[T], kind: str) -> list[T]:
    wanted = turn.refs.get(kind) or unit.pointers.get(
        turn.address.scope,
        thread=turn.address.thread,
        kind=kind,  # type: ignore[arg-type]
    )
    return sorted(versions, key=lambda version: version.id != wanted)


def _dataset(version: DatasetVersion) -> DatasetState:
    return DatasetState(
        version.name,
        version.version,
        version.rows,
        tuple(_column(column) for column in version.columns),
        tuple(target["column"] for target in version.targets),
    )


def _column(column: ColumnInfo) -> ColumnState:
    return ColumnState(
        column.name,
        column.kind,
        column.missing,
        column.distinct,
        column.low,
        column.high,
        tuple(value for value, _ in column.top),
        column.id_like,
    )


def _model(version: ModelVersion, live: list[Deployment]) -> ModelState:
    return ModelState(
        version.name,
        version.version,
        version.handle,
        version.target,
        version.task,
        version.algorithm,
        tuple(_feature(feature) for feature in version.contract.get("features", ())),
        tuple(row.environment for row in live if row.model_id == version.id),
    )


def _feature(feature: dict[str, object]) -> ColumnState:
    categories = feature.get("categories") or {}
    names = categories if isinstance(categories, dict) else dict.fromkeys(map(_level, categories))  # type: ignore[call-overload]
    low, high = feature.get("low"), feature.get("high")
    return ColumnState(
        str(feature["name"]),
        str(feature["kind"]),
        low=low if isinstance(low, float | int | str) else None,
        high=high if isinstance(high, float | int | str) else None,
        top=tuple(map(str, names)),
    )


def _level(item: object) -> str:
    """A category stored bare or as a (value, count) pair."""
    return str(item[0]) if isinstance(item, list | tuple) else str(item)
