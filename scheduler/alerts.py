"""From findings to alerts: one episode of trouble per monitor, told once, edited in place.

A finding changes the episode and writes what people shall see in the same transaction. What is
loud makes a new message: a beginning, a change of kind, a snooze that ran out with the trouble
still there, each 24 h of it, and the end. All else edits the one card of the episode.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from scheduler.alert_cards import Finding, card, one_line
from storage.catalog.catalog import Unit
from storage.catalog.records import (
    Address,
    Alert,
    AlertState,
    DriftReport,
    Job,
    ModelVersion,
    Monitor,
)
from storage.errors import NotStored
from tools.outcome import Block, Headline, dump_blocks

Trouble: TypeAlias = Literal["firing", "no_data", "check_failed", "endpoint_down", "outside"]
Condition: TypeAlias = Literal["ok"] | Trouble

REPEAT: Final = timedelta(hours=24)
_TROUBLES: Final = ("firing", "no_data", "check_failed", "endpoint_down", "outside")


@dataclass(frozen=True, slots=True)
class Episode:
    """An alert as its next step depends on it; `about` is the trouble last seen."""

    state: AlertState
    about: Trouble
    opened_at: datetime
    updated_at: datetime
    snoozed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What a finding does: the next state, whether the card changes, whether people are told."""

    state: AlertState
    card: bool
    tell: bool


def step(episode: Episode | None, condition: Condition, now: datetime) -> Step | None:
    """The next step of an episode; None when there is neither an episode nor trouble."""
    if episode is None:
        return None if condition == "ok" else Step(condition, card=True, tell=False)
    asleep = _asleep(episode, now)
    if condition == "ok":
        return Step("resolved", card=True, tell=not asleep)
    if asleep:
        return Step("snoozed", card=False, tell=False)
    if episode.state == "acknowledged" and condition == episode.about:
        return Step("acknowledged", card=True, tell=False)
    changed = episode.state != condition
    return Step(condition, card=True, tell=changed or _repeats(episode, now))


def _asleep(episode: Episode, now: datetime) -> bool:
    """Whether people do not want to hear of it now."""
    until = episode.snoozed_until
    return episode.state == "snoozed" and until is not None and now < until


def _repeats(episode: Episode, now: datetime) -> bool:
    """Whether a full day of trouble has passed since people last heard of it."""
    days_before = (episode.updated_at - episode.opened_at) // REPEAT
    return (now - episode.opened_at) // REPEAT > days_before


def condition_of(report: DriftReport) -> Condition:
    """What a report says about a slot."""
    if report.status == "ok":
        return "ok"
    if report.status == "drift":
        return "firing"
    if report.status == "no_data":
        return "no_data"
    return "endpoint_down" if report.result.get("state") == "endpoint_down" else "check_failed"


def apply(
    unit: Unit, monitor: Monitor, model: ModelVersion, report: DriftReport, now: datetime
) -> None:
    """Let a report open, change or resolve the alert of its monitor; applied again: no effect."""
    alert = unit.alerts.current(monitor.id)
    if alert is not None and alert.report_id == report.id:
        return
    sentence = str(report.result.get("sentence", ""))
    finding = Finding(monitor, condition_of(report), report.id, sentence, model, report)
    _take(unit, alert, with_outside(unit, finding), now)


def failed(unit: Unit, monitor: Monitor, job: Job, now: datetime) -> None:
    """Let a check that did not come to an end be known."""
    error = job.error or {}
    message = str(error.get("message") or "The check was cancelled.")
    finding = Finding(monitor, "check_failed", job.id, message)
    _take(unit, unit.alerts.current(monitor.id), with_outside(unit, finding), now)


def outside(unit: Unit, monitor: Monitor, key: str, line: Headline, *, now: datetime) -> None:
    """Let what other monitoring began or ended to report change the monitor's alert.

    `key` names that beginning or end, once for ever; `line` is what is told of it where the alert
    goes on and is not snoozed.
    """
    alert = unit.alerts.current(monitor.id)
    finding = with_outside(unit, _last_finding(unit, monitor, alert, key))
    if alert is None or finding.condition in ("ok", "outside"):
        _take(unit, alert, finding, now)
        if alert is None or finding.condition == "ok":
            return
    else:
        _show(unit, alert, replace(finding, key=key), now)
    if not _asleep(_episode(unit, alert, finding), now):
        slot = f"alert:{alert.id}"
        post(unit, key, address=monitor.address, blocks=(line,), now=now, under=slot)


def with_outside(unit: Unit, finding: Finding) -> Finding:
    """A finding with what other monitoring reports about its slot; then nothing is `ok`."""
    monitor = finding.monitor
    name, environment = monitor.name, monitor.environment
    reported = tuple(unit.outside.firing(monitor.scope, name=name, environment=environment))
    condition: Condition = "outside" if finding.condition == "ok" else finding.condition
    return replace(finding, outside=reported, condition=condition) if reported else finding


def _last_finding(unit: Unit, monitor: Monitor, alert: Alert | None, key: str) -> Finding:
    """What the last check came to, as far as the alert knows."""
    if alert is None or alert.report_id is None:
        failed = alert is not None and alert.state == "check_failed"
        return Finding(monitor, "check_failed" if failed else "ok", key, "")
    report = unit.reports.get(alert.scope, alert.report_id)
    model = unit.models.get(alert.scope, report.model_id)
    sentence = str(report.result.get("sentence", ""))
    return Finding(monitor, condition_of(report), key, sentence, model, report)


def _take(unit: Unit, alert: Alert | None, finding: Finding, now: datetime) -> None:
    monitor = finding.monitor
    taken = step(_episode(unit, alert, finding) if alert else None, finding.condition, now)
    if taken is None:
        return
    report_id = finding.report.id if finding.report else None
    if alert is None:
        alert = unit.alerts.open(
            monitor.scope, monitor_id=monitor.id, state=taken.state, report_id=report_id, now=now
        )
    else:
        alert = unit.alerts.update(
            alert.id,
            state=taken.state,
            now=now,
            report_id=report_id,
            snoozed_until=alert.snoozed_until if taken.state == "snoozed" else None,
            resolved_at=now if taken.state == "resolved" else None,
        )
    key = f"alert:{alert.id}:{taken.state}:{finding.key}"
    if taken.card:
        _show(unit, alert, finding, now)
    if taken.tell:
        line = (one_line(finding, alert, now),)
        under = f"alert:{alert.id}"
        post(unit, f"{key}:told", address=monitor.address, blocks=line, now=now, under=under)


def _show(unit: Unit, alert: Alert, finding: Finding, now: datetime) -> None:
    """Post the card of an episode, or edit it."""
    key, slot = f"alert:{alert.id}:{alert.state}:{finding.key}", f"alert:{alert.id}"
    blocks = card(finding, alert, dataset=_dataset_of(unit, finding.model))
    post(unit, key, slot=slot, address=finding.monitor.address, blocks=blocks, now=now)


def say(unit: Unit, key: str, *, address: Address, line: Headline, now: datetime) -> None:
    """Post one line of its own, once."""
    post(unit, key, address=address, blocks=(line,), now=now)


def _episode(unit: Unit, alert: Alert, finding: Finding) -> Episode:
    about: Trouble = "outside" if finding.outside else "check_failed"
    if alert.state in _TROUBLES:
        about = alert.state
    elif alert.report_id is not None:
        seen = condition_of(unit.reports.get(alert.scope, alert.report_id))
        about = ("outside" if finding.outside else "firing") if seen == "ok" else seen
    return Episode(alert.state, about, alert.opened_at, alert.updated_at, alert.snoozed_until)


def _dataset_of(unit: Unit, model: ModelVersion | None) -> str | None:
    """The name of the data a model was trained on, unless it was deleted since."""
    if model is None:
        return None
    try:
        return unit.datasets.get(model.scope, model.dataset_id).name
    except NotStored:
        return None


def post(
    unit: Unit,
    key: str,
    *,
    address: Address,
    blocks: tuple[Block, ...],
    now: datetime,
    slot: str = "",
    under: str = "",
) -> None:
    """Post blocks once under a key; what has the slot of a message before edits it."""
    slot = slot or key
    shown = {"blocks": dump_blocks(blocks), "slot": slot, "under": under}
    body = {**shown, "id": 0, "done": True, "to": ""}
    unit.outbox.add(key, slot=slot, address=address, body=body, now=now)
