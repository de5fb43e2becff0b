"""Prometheus metrics read from the catalog when they are asked for: depths, ages, drift."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from storage.catalog.catalog import Catalog, Unit
from storage.catalog.records import DriftReport, Monitor
from storage.catalog.standing import Pile
from storage.errors import StorageError
from tools.schedules import missed

log = logging.getLogger(__name__)

JOB_STATES = ("queued", "running", "succeeded", "failed", "cancelled")
APPROVAL_STATES = ("pending", "approved", "rejected", "expired")
ALERT_STATES = (
    "firing",
    "acknowledged",
    "snoozed",
    "no_data",
    "check_failed",
    "endpoint_down",
    "outside",
)


@dataclass(frozen=True, slots=True)
class Drift:
    """The numbers of the last check of a slot; `score` and `share` where there was a verdict."""

    report: str
    at: datetime
    score: float | None
    share: float | None
    rows: int


class Readings:
    """Reads the catalog; every process on one catalog gives the same numbers.

    Args:
        now: The clock, aware UTC.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._drift: dict[str, Drift] = {}
        self._platforms: set[str] = set()

    def of(self, catalog: Catalog) -> CollectorRegistry:
        """The readings at this moment; only `mlops_catalog_up` where the catalog is not there."""
        up = GaugeMetricFamily("mlops_catalog_up", "1 when the catalog can be read.")
        families: list[Metric] = [up]
        try:
            with catalog.read() as unit:
                families += self._read(unit)
            up.add_metric([], 1.0)
        except StorageError as error:
            log.warning("the catalog cannot be measured: %s", error)
            families = [up]
            up.add_metric([], 0.0)
        registry = CollectorRegistry()
        registry.register(_Read(families))
        return registry

    def _read(self, unit: Unit) -> list[Metric]:
        standing = unit.standing
        self._platforms.update(standing.platforms())
        jobs, approvals = standing.jobs(), standing.approvals()
        queued = [pile for pile in jobs if pile.kind == "queued"]
        pending = [pile for pile in approvals if pile.kind == "pending"]
        leader = unit.leases.get("leader")
        leads = leader is not None and leader.until > self._now()
        return [
            _by("mlops_jobs", "Jobs by state.", "state", jobs, JOB_STATES),
            self._age("mlops_jobs_queued_age_seconds", "Age of the oldest waiting job.", queued),
            _by("mlops_approvals", "Approvals by state.", "state", approvals, APPROVAL_STATES),
            self._age(
                "mlops_approvals_pending_age_seconds", "Age of the oldest open approval.", pending
            ),
            _by("mlops_alerts", "Open alerts by state.", "state", standing.alerts(), ALERT_STATES),
            *self._pile("inbox_events", "Events not dealt with", standing.inbox()),
            *self._pile("outbox_messages", "Messages not delivered", standing.outbox()),
            _one("mlops_leader_up", "1 when a process leads.", float(leads)),
            *self._watched(unit),
        ]

    def _pile(self, what: str, text: str, piles: list[Pile]) -> Iterator[Metric]:
        depth = GaugeMetricFamily(f"mlops_{what}", f"{text}.", labels=["platform"])
        age = GaugeMetricFamily(
            f"mlops_{what}_age_seconds", f"{text}: age of the oldest.", labels=["platform"]
        )
        here = {pile.kind: pile for pile in piles}
        self._platforms |= here.keys()
        for name in sorted(self._platforms):
            depth.add_metric([name], here[name].count if name in here else 0)
            age.add_metric([name], self._seconds(here[name].oldest) if name in here else 0.0)
        yield depth
        yield age

    def _age(self, name: str, text: str, piles: list[Pile]) -> Metric:
        return _one(name, text, max((self._seconds(pile.oldest) for pile in piles), default=0.0))

    def _seconds(self, since: datetime) -> float:
        return max(0.0, (self._now() - since).total_seconds())

    def _watched(self, unit: Unit) -> Iterator[Metric]:
        labels = ["model", "environment"]
        score = GaugeMetricFamily(
            "mlops_drift_score",
            "Effect over threshold of the column that moved most; from 1 on it is drift.",
            labels=labels,
        )
        share = GaugeMetricFamily(
            "mlops_drift_columns_ratio", "Share of the checked columns that drifted.", labels=labels
        )
        rows = GaugeMetricFamily("mlops_drift_rows", "Rows of the last check.", labels=labels)
        age = GaugeMetricFamily(
            "mlops_drift_check_age_seconds", "Age of the last check.", labels=labels
        )
        overdue = GaugeMetricFamily(
            "mlops_check_overdue_seconds", "How long a check is due and not queued.", labels=labels
        )
        monitors = unit.monitors.active()
        for monitor in monitors:
            slot = [f"{monitor.scope.id}.{monitor.name}", monitor.environment]
            overdue.add_metric(slot, self._overdue(monitor))
            drift = self._last(unit, monitor)
            if drift is None:
                continue
            age.add_metric(slot, self._seconds(drift.at))
            rows.add_metric(slot, drift.rows)
            if drift.score is not None and drift.share is not None:
                score.add_metric(slot, drift.score)
                share.add_metric(slot, drift.share)
        known = {monitor.id for monitor in monitors}
        self._drift = {each: last for each, last in self._drift.items() if each in known}
        yield from (score, share, rows, age, overdue)

    def _overdue(self, monitor: Monitor) -> float:
        now = self._now()
        found = missed(monitor, since=monitor.last_due or monitor.created_at, now=now)
        return 0.0 if found is None else (now - found[0]).total_seconds()

    def _last(self, unit: Unit, monitor: Monitor) -> Drift | None:
        newest = unit.reports.last_id(monitor.scope, monitor.id)
        if newest is None:
            return None
        known = self._drift.get(monitor.id)
        if known is None or known.report != newest:
            known = _drift_of(unit.reports.get(monitor.scope, newest))
            self._drift[monitor.id] = known
        return known


class _Read(Collector):
    """Families that were read already."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterator[Metric]:
        yield from self._families


def _drift_of(report: DriftReport) -> Drift:
    columns = report.result.get("columns", ())
    if report.status not in ("ok", "drift") or not columns:
        return Drift(report.id, report.created_at, None, None, report.rows)
    score = max(float(c["effect"] or 0.0) / float(c["threshold"] or 1.0) for c in columns)
    share = len(report.flagged) / len(columns)
    return Drift(report.id, report.created_at, score, share, report.rows)


def _by(name: str, text: str, label: str, piles: list[Pile], kinds: Iterable[str]) -> Metric:
    """A gauge with every kind, also those of which there is nothing."""
    family = GaugeMetricFamily(name, text, labels=[label])
    counts = {pile.kind: pile.count for pile in piles}
    for kind in kinds:
        family.add_metric([kind], counts.get(kind, 0))
    return family


def _one(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)
