"""Scheduled checks: what is due becomes a job, and what a job found becomes an alert."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from scheduler import alerts
from storage.catalog.catalog import Catalog, Unit
from storage.catalog.records import Job, Monitor
from storage.errors import NotStored
from tools.cards import moment, plural
from tools.outcome import Headline
from tools.schedules import missed

TOOL: Final = "scheduled_check"


def submit_due(catalog: Catalog, monitor: Monitor, now: datetime) -> Job | None:
    """Queue the check for the latest due time that none was queued for; None when none is due.

    However many due times passed meanwhile, it is one check; the rest is counted as skipped.
    """
    with catalog.write() as unit:
        current = unit.monitors.get(monitor.scope, monitor.id)
        since = current.last_due or current.created_at
        found = missed(current, since=since, now=now)
        if current.stopped_at is not None or found is None:
            return None
        due, skipped = found
        here = current.address.scope == current.scope
        args = {
            "monitor": current.id,
            "due": due.isoformat(),
            "since": since.isoformat(),
            "skipped": skipped,
        }
        job, _ = unit.jobs.submit(
            current.scope,
            thread=current.address.thread if here else "",
            key=_key(current, due),
            tool=TOOL,
            args=args,
            actor=current.actor,
            context={},
            now=now,
        )
        unit.monitors.checked(current.id, due=due)
        return job


def last_job(unit: Unit, monitor: Monitor) -> Job | None:
    """The job of the last check that was queued, if it is among the newest of its channel."""
    if monitor.last_due is None:
        return None
    key = _key(monitor, monitor.last_due)
    jobs = unit.jobs.list(monitor.scope, limit=200)
    return next((job for job in jobs if job.key == key), None)


def verdict(job: Job) -> str:
    """What a check that ended came to: ok, drift, no_data or failed."""
    if job.state != "succeeded" or job.result is None:
        return "failed"
    return str(job.result["data"].get("status", "failed"))


def finished(catalog: Catalog, job: Job, now: datetime) -> None:
    """Let a check job that ended have its effect on the alert of its monitor, once."""
    with catalog.write() as unit:
        try:
            monitor = unit.monitors.get(job.scope, job.args["monitor"])
        except NotStored:
            return
        if monitor.stopped_at is not None:
            return
        due = datetime.fromisoformat(job.args["due"])
        if monitor.last_due is not None and due < monitor.last_due:
            last = unit.reports.last(monitor.scope, monitor.id)
            if last is not None and last.end > due:  # a later check has spoken already
                return
        if job.state == "succeeded" and job.result is not None:
            report = unit.reports.get(job.scope, job.result["data"]["report"])
            model = unit.models.get(job.scope, report.model_id)
            alerts.apply(unit, monitor, model, report, now)
        elif job.state in ("failed", "cancelled"):
            alerts.failed(unit, monitor, job, now)
        if job.args.get("skipped"):
            _name_skipped(unit, monitor, job, now)


def _name_skipped(unit: Unit, monitor: Monitor, job: Job, now: datetime) -> None:
    since, due = (datetime.fromisoformat(job.args[name]) for name in ("since", "due"))
    zone, count = monitor.timezone, job.args["skipped"]
    line = Headline(
        f"{plural(count, 'check')} of {monitor.name} ({monitor.environment}) did not run between "
        f"{moment(since, zone)} and {moment(due, zone)}; one check covered that time.",
        "warning",
    )
    alerts.say(unit, f"skipped:{job.key}", address=monitor.address, line=line, now=now)


def _key(monitor: Monitor, due: datetime) -> str:
    return f"check:{monitor.id}:{due.isoformat()}"
