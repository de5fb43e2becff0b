"""What goes on in some channels, as lines for a home page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.platforms.base import Overview
from storage.catalog.catalog import Catalog, Unit
from storage.catalog.records import Scope
from tools.cards import percent, span
from tools.schedules import words_of

HEADINGS = ("Live", "Watched", "Open alerts", "Under way")


def overview(catalog: Catalog, scopes: Sequence[Scope], *, now: datetime) -> Overview:
    """Deployments, monitors, open alerts and running jobs of the channels."""
    sections: dict[str, list[str]] = {heading: [] for heading in HEADINGS}
    with catalog.read() as unit:
        for scope in scopes:
            channel = unit.channels.find(scope)
            place = f" · {channel.name}" if channel and channel.name else ""
            for heading, lines in zip(HEADINGS, _lines(unit, scope, now), strict=True):
                sections[heading] += [f"{line}{place}" for line in lines]
    return Overview({heading: tuple(lines) for heading, lines in sections.items()})


def _lines(unit: Unit, scope: Scope, now: datetime) -> Iterator[list[str]]:
    models = {model.id: model for model in unit.models.list(scope)}
    yield [
        f"{models[row.model_id].label} in {row.environment}, "
        f"since {span((now - row.created_at).total_seconds())}"
        for row in unit.deployments.list(scope)
        if row.model_id in models
    ]
    monitors = {monitor.id: monitor for monitor in unit.monitors.list(scope)}
    yield [f"{m.name} ({m.environment}), {words_of(m)}" for m in monitors.values()]
    yield [
        f"{monitors[alert.monitor_id].name}: {alert.state.replace('_', ' ')}, "
        f"for {span((now - alert.opened_at).total_seconds())}"
        for alert in unit.alerts.list_open(scope)
        if alert.monitor_id in monitors
    ]
    yield [
        f"{job.tool.replace('_', ' ')} for {job.actor.name}, "
        f"{percent(float(job.progress.get('share') or 0.0))}"
        for job in unit.jobs.list(scope, states=("queued", "running"))
    ]
