"""GitHub's JSON as our records: unknown fields are ignored, missing ones have a plain meaning."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tools.workflows.server import Repository, Run, RunJob, Step, Workflow


def run_of(value: dict[str, Any]) -> Run:
    """A workflow run, from the API or a webhook."""
    path = _text(value, "path").partition("@")[0]
    who = value.get("triggering_actor") or value.get("actor")
    return Run(
        id=_number(value, "id"),
        file=path.rpartition("/")[2],
        name=_text(value, "name"),
        title=_text(value, "display_title"),
        event=_text(value, "event"),
        status=_text(value, "status") or "queued",
        conclusion=_text(value, "conclusion"),
        branch=_text(value, "head_branch"),
        sha=_text(value, "head_sha"),
        number=_number(value, "run_number"),
        attempt=_number(value, "run_attempt") or 1,
        actor=_text(who, "login") if isinstance(who, dict) else "",
        created_at=_time(value, "created_at"),
        updated_at=_time(value, "updated_at"),
        started_at=_time(value, "run_started_at"),
    )


def job_of(value: dict[str, Any]) -> RunJob:
    """A job of a run."""
    steps = value.get("steps")
    return RunJob(
        id=_number(value, "id"),
        name=_text(value, "name"),
        status=_text(value, "status") or "queued",
        conclusion=_text(value, "conclusion"),
        started_at=_time(value, "started_at"),
        completed_at=_time(value, "completed_at"),
        steps=tuple(_step_of(step) for step in steps if isinstance(step, dict))
        if isinstance(steps, list)
        else (),
    )


def workflow_of(value: dict[str, Any], file: str) -> Workflow:
    """A workflow file."""
    state = _text(value, "state") or "active"
    return Workflow(_number(value, "id"), _text(value, "name") or file, file, state)


def repository_of(value: dict[str, Any], name: str) -> Repository:
    """A repository."""
    rights = value.get("permissions")
    can_write = None
    if isinstance(rights, dict):
        can_write = any(bool(rights.get(right)) for right in ("push", "maintain", "admin"))
    branch = _text(value, "default_branch") or "main"
    return Repository(name, branch, can_write, bool(value.get("archived", False)))


def _step_of(value: dict[str, Any]) -> Step:
    return Step(
        number=_number(value, "number"),
        name=_text(value, "name"),
        status=_text(value, "status"),
        conclusion=_text(value, "conclusion"),
        started_at=_time(value, "started_at"),
        completed_at=_time(value, "completed_at"),
    )


def _text(value: dict[str, Any], name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""


def _number(value: dict[str, Any], name: str) -> int:
    found = value.get(name)
    return found if isinstance(found, int) else 0


def _time(value: dict[str, Any], name: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(_text(value, name))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
