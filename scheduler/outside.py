"""Alerts that the team's own monitoring raises about a deployed model join the model's alert."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from scheduler import alerts
from scheduler.alert_cards import lone_card, told_outside
from storage.catalog.catalog import Catalog, Unit
from storage.catalog.records import Address, Environment, Monitor, OutsideAlert, Scope

Taken = Literal["told", "known", "unknown"]


@dataclass(frozen=True, slots=True)
class Raised:
    """One alert as other monitoring tells it; words in it are data.

    Attributes:
        fingerprint: Names the alert there.
        began: When this firing began there, as it writes times.
        firing: False once it is over.
        model: `{scope id}.{name}`, the label of our metrics.
        environment: staging or production.
        title, summary: What people wrote.
    """

    fingerprint: str
    began: str
    firing: bool
    model: str
    environment: str
    title: str
    summary: str


@dataclass(frozen=True, slots=True)
class _Slot:
    scope: Scope
    name: str
    environment: Environment
    monitor: Monitor | None


def take(catalog: Catalog, raised: Raised, now: datetime) -> Taken:
    """Let one alert have its effect, once, however often it is told.

    Returns:
        told: People see it. known: It was told before, or is over without anybody having heard
        of it. unknown: It is about nothing that is deployed or watched here.
    """
    with catalog.write() as unit:
        slot = _find(unit, raised)
        if slot is None:
            return "unknown"
        alert = _keep(unit, slot, raised, now)
        if alert is None:
            return "known"
        key = f"outside:{alert.id}:{'firing' if raised.firing else 'resolved'}"
        if slot.monitor is None:
            _show_alone(unit, alert, key, now)
        else:
            line = told_outside(alert, f"{slot.name} ({slot.environment})")
            alerts.outside(unit, slot.monitor, key, line, now=now)
        return "told"


def _keep(unit: Unit, slot: _Slot, raised: Raised, now: datetime) -> OutsideAlert | None:
    """The row, where this is news."""
    named = {"fingerprint": raised.fingerprint, "began": raised.began}
    if not raised.firing:
        ended = unit.outside.resolve(slot.scope, **named, now=now)
        if ended is not None:
            return ended
    added = unit.outside.add(
        slot.scope,
        name=slot.name,
        environment=slot.environment,
        **named,
        title=raised.title,
        summary=raised.summary,
        resolved_at=None if raised.firing else now,
        now=now,
    )
    return added if raised.firing else None


def _find(unit: Unit, raised: Raised) -> _Slot | None:
    scope_id, _, name = raised.model.partition(".")
    wanted = (scope_id, name, raised.environment)
    for monitor in unit.monitors.active():
        if (monitor.scope.id, monitor.name, monitor.environment) == wanted:
            return _Slot(monitor.scope, monitor.name, monitor.environment, monitor)
    for line in unit.deployments.live_all():
        if (line.scope.id, line.name, line.environment) == wanted:
            return _Slot(line.scope, line.name, line.environment, None)
    return None


def _show_alone(unit: Unit, alert: OutsideAlert, key: str, now: datetime) -> None:
    """A card of its own in the model's channel, edited when it is over."""
    address, slot = Address(alert.scope), f"outside:{alert.id}"
    alerts.post(unit, key, address=address, blocks=lone_card(alert), now=now, slot=slot)


def take_all(catalog: Catalog, raised: Iterable[Raised], now: datetime) -> dict[Taken, int]:
    """Take several, in order; how many had which effect."""
    counts: dict[Taken, int] = {"told": 0, "known": 0, "unknown": 0}
    for each in raised:
        counts[take(catalog, each, now)] += 1
    return counts
