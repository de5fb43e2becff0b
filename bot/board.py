"""What is here, as JSON for a side bar: everything of a channel that can be looked up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from storage.catalog.catalog import Catalog, Unit
from storage.catalog.records import (
    Alert,
    DatasetVersion,
    Deployment,
    Job,
    Json,
    ModelVersion,
    Monitor,
    Scope,
)
from storage.errors import NotStored
from tools.schedules import words_of
from tools.serving.names import SlotName

MOST: Final = 50
"""Entries of each list."""

_RUNS: Final = 20
_TRAINING: Final = "train_model"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the settings say about a channel.

    Attributes:
        endpoints: The address that programs ask for predictions, without a slash at its end.
        tokens: That a channel may spend a day; 0 for any number.
    """

    endpoints: str
    tokens: int = 0


def board_of(catalog: Catalog, scope: Scope, *, plan: Plan, now: datetime) -> Json:
    """All lists of the board, newest first."""
    with catalog.read() as unit:
        datasets = unit.datasets.list(scope)
        models = unit.models.list(scope)
        monitors = unit.monitors.list(scope)
        return {
            "datasets": [_dataset(each) for each in datasets[:MOST]],
            "models": [_model(unit, each) for each in models[:MOST]],
            "runs": _runs(unit, scope),
            "jobs": [_job(each) for each in unit.jobs.list(scope, limit=MOST)],
            "deployments": _deployments(unit, scope, models, plan),
            "monitors": [_monitor(unit, each) for each in monitors[::-1]],
            "alerts": _alerts(unit, scope, monitors),
            "tokens": _tokens(unit, scope, plan, now),
        }


def _dataset(version: DatasetVersion) -> Json:
    return {
        "id": version.id,
        "name": version.name,
        "version": version.version,
        "label": version.label,
        "rows": version.rows,
        "columns": len(version.columns),
        "origin": version.origin,
        "by": version.actor.name,
        "at": _time(version.created_at),
    }


def _model(unit: Unit, model: ModelVersion) -> Json:
    names = ("metric", "value", "low", "high", "baseline")
    return {
        "id": model.id,
        "handle": model.handle,
        "label": model.label,
        "name": model.name,
        "version": model.version,
        "target": model.target,
        "task": model.task,
        "algorithm": model.algorithm,
        "dataset": unit.datasets.get(model.scope, model.dataset_id).label,
        "score": {name: model.score.get(name) for name in names},
        "by": model.actor.name,
        "at": _time(model.created_at),
    }


def _runs(unit: Unit, scope: Scope) -> list[Json]:
    jobs = unit.jobs.list(scope, tool=_TRAINING, limit=_RUNS)
    return [_run(job, unit.models.by_job(job.id)) for job in jobs]


def _run(job: Job, model: ModelVersion | None) -> Json:
    metrics = model.report.get("metrics") or [model.score] if model is not None else []
    return {
        "job": job.number,
        "state": job.state,
        "parameters": _parameters(job, model),
        "metrics": [
            {"name": str(each.get("name") or each.get("metric")), "value": each.get("value")}
            for each in metrics
        ],
        "model": model.label if model is not None else None,
        "log": _log(job),
        "by": job.actor.name,
        "at": _time(job.created_at),
        "finished_at": _time(job.finished_at),
    }


def _parameters(job: Job, model: ModelVersion | None) -> Json:
    """What was asked, and what the search settled on once it is known."""
    asked = {name: value for name, value in job.args.items() if value not in (None, "", [], {})}
    if model is None:
        return asked
    return asked | {"algorithm": model.algorithm, "seed": model.receipt.get("seed")}


def _log(job: Job) -> list[Json]:
    """What the job told of itself; its lines are seconds after it was begun."""
    began = job.started_at or job.created_at
    return [
        {"at": _time(began + timedelta(seconds=float(seconds))), "text": str(text)}
        for seconds, text in job.progress.get("log") or ()
    ]


def _job(job: Job) -> Json:
    return {
        "number": job.number,
        "tool": job.tool,
        "state": job.state,
        "share": 1.0 if job.state == "succeeded" else float(job.progress.get("share") or 0.0),
        "text": str(job.progress.get("text") or ""),
        "eta_s": job.progress.get("eta_s") if job.state == "running" else None,
        "error": str(job.error.get("message") or "") if job.error else None,
        "by": job.actor.name,
        "at": _time(job.created_at),
        "finished_at": _time(job.finished_at),
    }


def _deployments(
    unit: Unit, scope: Scope, models: Sequence[ModelVersion], plan: Plan
) -> list[Json]:
    by_id = {model.id: model.label for model in models}
    live = sorted(unit.deployments.list(scope), key=lambda each: each.created_at, reverse=True)
    return [_deployment(each, by_id.get(each.model_id or "", each.name), plan) for each in live]


def _deployment(line: Deployment, label: str, plan: Plan) -> Json:
    slot = SlotName(line.scope.id, line.name, line.environment)
    return {
        "name": line.name,
        "environment": line.environment,
        "model": label,
        "url": f"{plan.endpoints}{slot.path}",
        "by": line.actor.name,
        "approved_by": line.approved_by.name if line.approved_by else None,
        "at": _time(line.created_at),
    }


def _monitor(unit: Unit, monitor: Monitor) -> Json:
    report = unit.reports.last(monitor.scope, monitor.id)
    last = None
    if report is not None:
        last = {
            "status": report.status,
            "rows": report.rows,
            "flagged": list(report.flagged),
            "sentence": str(report.result.get("sentence") or ""),
            "at": _time(report.created_at),
        }
    return {
        "number": monitor.number,
        "name": monitor.name,
        "environment": monitor.environment,
        "schedule": words_of(monitor),
        "last": last,
    }


def _alerts(unit: Unit, scope: Scope, monitors: Sequence[Monitor]) -> list[Json]:
    by_id = {monitor.id: monitor for monitor in monitors}
    opened = (alert for alert in unit.alerts.list_open(scope) if alert.monitor_id in by_id)
    return [_alert(unit, alert, by_id[alert.monitor_id]) for alert in opened]


def _alert(unit: Unit, alert: Alert, monitor: Monitor) -> Json:
    return {
        "number": alert.number,
        "name": monitor.name,
        "environment": monitor.environment,
        "state": alert.state,
        "opened_at": _time(alert.opened_at),
        "snoozed_until": _time(alert.snoozed_until),
        "sentence": _sentence(unit, alert),
    }


def _sentence(unit: Unit, alert: Alert) -> str:
    """What the last check said, where the alert rests on one."""
    if alert.report_id is None:
        return ""
    try:
        report = unit.reports.get(alert.scope, alert.report_id)
    except NotStored:
        return ""
    return str(report.result.get("sentence") or "")


def _tokens(unit: Unit, scope: Scope, plan: Plan, now: datetime) -> Json:
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    calls = unit.model_calls.list(scope, since=today)
    costs = [call.cost for call in calls if call.cost is not None]
    spent: dict[str, Any] = {"today": unit.model_calls.tokens_of_channel(scope, since=today)}
    return spent | {"limit": plan.tokens, "cost": sum(costs) if costs else None}


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
