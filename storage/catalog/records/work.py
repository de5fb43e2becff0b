"""Frozen records of jobs and of who holds which role."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from storage.catalog.records.places import Actor, Json, Scope

JobState: TypeAlias = Literal["queued", "running", "succeeded", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Job:
    """A durable piece of work: one tool call, or a check (`tool` names it).

    Attributes:
        key: Idempotency key; a second submission under the same key is the first job.
        attempt: Fencing token; a result is registered only by the current attempt.
        progress: `{"share": 0.4, "text": "…", "eta_s": 12, "log": [[3.1, "…"]]}`; the log has
            seconds since the attempt began, and what the work said then.
        result: The outcome as JSON, once succeeded.
        error: `{"code", "message", "hint", …}`, once failed.
        context: What the worker needs besides the arguments (turn references …).
    """

    id: str
    number: int
    scope: Scope
    thread: str
    key: str
    tool: str
    args: Json
    actor: Actor
    state: JobState
    stage: str
    attempt: int
    owner: str | None
    lease_until: datetime | None
    cancel_requested: bool
    progress: Json
    result: Json | None
    error: Json | None
    context: Json
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds a role among several processes, and until when unless renewed."""

    name: str
    owner: str
    until: datetime
    detail: Json = field(default_factory=dict)
