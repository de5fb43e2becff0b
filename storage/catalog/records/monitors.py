"""Frozen records of monitors, their reports and their alerts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from storage.catalog.records.models import Environment
from storage.catalog.records.places import Actor, Address, Json, Scope

AlertState: TypeAlias = Literal[
    "ok",
    "firing",
    "acknowledged",
    "snoozed",
    "resolved",
    "no_data",
    "check_failed",
    "endpoint_down",
    "outside",
]


@dataclass(frozen=True, slots=True)
class Monitor:
    """A wish to check a slot for drift on a schedule: `every_s` seconds, or `cron` in `timezone`.

    `number` is its handle in the scope. `address` is where alerts go.
    """

    id: str
    number: int
    scope: Scope
    name: str
    environment: Environment
    every_s: int | None
    cron: str | None
    timezone: str
    address: Address
    actor: Actor
    created_at: datetime
    stopped_at: datetime | None = None
    last_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class DriftReport:
    """The result of one check over the window `[start, end]`.

    `status`: ok, drift, no_data (fewer rows than the minimum), or failed.
    `result`: the `tools.drift` result as JSON; `figure`: digest of its picture.
    """

    id: str
    scope: Scope
    monitor_id: str | None
    model_id: str
    start: datetime
    end: datetime
    rows: int
    status: Literal["ok", "drift", "no_data", "failed"]
    flagged: tuple[str, ...]
    result: Json
    figure: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """One episode of trouble of a monitor; `number` is its handle in the scope."""

    id: str
    number: int
    scope: Scope
    monitor_id: str
    state: AlertState
    report_id: str | None
    snoozed_until: datetime | None
    acknowledged_by: Actor | None
    opened_at: datetime
    updated_at: datetime
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OutsideAlert:
    """One firing of an alert of the team's own monitoring about a slot.

    `fingerprint` names the alert there and `began` the firing; `title` and `summary` are as they
    came, and data.
    """

    id: str
    scope: Scope
    name: str
    environment: Environment
    fingerprint: str
    began: str
    title: str
    summary: str
    created_at: datetime
    resolved_at: datetime | None = None
