"""What people see of an alert: its card, edited while it lasts, and the line when it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from storage.catalog.records import (
    Alert,
    DriftReport,
    Json,
    ModelVersion,
    Monitor,
    OutsideAlert,
)
from tools.cards import facts, listed, moment, plural, shown, span, steps
from tools.outcome import Block, Figure, Headline, NextStep, Text
from tools.schedules import words_of

Tone: TypeAlias = Literal["neutral", "good", "warning", "bad"]

SNOOZE: Final = "6h"
_TOLD_COLUMNS: Final = 3
_TOLD_ALERTS: Final = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check came to.

    Attributes:
        condition: ok, firing, no_data, check_failed or endpoint_down; outside: only other
            monitoring reports trouble.
        key: Id of the report, or of the job that left none.
        sentence: It in one sentence.
        outside: What other monitoring reports about the slot.
    """

    monitor: Monitor
    condition: Literal["ok", "firing", "no_data", "check_failed", "endpoint_down", "outside"]
    key: str
    sentence: str
    model: ModelVersion | None = None
    report: DriftReport | None = None
    outside: tuple[OutsideAlert, ...] = ()

    @property
    def slot(self) -> str:
        """`titanic-survived (production)`."""
        return f"{self.monitor.name} ({self.monitor.environment})"


def card(finding: Finding, alert: Alert, *, dataset: str | None) -> tuple[Block, ...]:
    """The card of an episode as the latest finding shows it.

    `dataset` is the name of the data to retrain on.
    """
    report = finding.report
    blocks: list[Block] = [_headline(finding, alert)]
    if report is not None and report.figure:
        alt = f"Distributions in training and now: {finding.sentence}"
        blocks.append(Figure(report.figure, alt))
    blocks.append(_facts(finding, alert))
    if finding.condition == "firing" and report is not None:
        blocks.extend(Text(line) for line in _worst(report.result))
    elif finding.condition not in ("ok", "outside"):
        blocks.append(Text(shown(finding.sentence, 300)))
    blocks.extend(Text(_reported(each)) for each in finding.outside[:_TOLD_ALERTS])
    if finding.condition != "ok":
        blocks.append(steps(*_buttons(finding, dataset)))
    return tuple(blocks)


def _reported(alert: OutsideAlert) -> str:
    """`HighLatency`: its summary; what came from elsewhere is shown and never read as markup."""
    said = f": {_bare(alert.summary, 200)}" if alert.summary else ""
    return f"Your monitoring reports {_bare(alert.title, 80)}{said}"


def _bare(text: str, limit: int) -> str:
    """Words of others as code, in which no platform looks for links, names or markup."""
    return f"`{shown(text, limit)}`"


def told_outside(alert: OutsideAlert, slot: str) -> Headline:
    """What is told when other monitoring begins or ends to report something."""
    title = shown(alert.title, 80)
    if alert.resolved_at is not None:
        return Headline(f"{slot}: your monitoring reports the end of {title}.", "good")
    return Headline(f"{slot}: your monitoring reports {title}.", "bad")


def lone_card(alert: OutsideAlert) -> tuple[Block, ...]:
    """The card of a report about a slot that nobody watches here."""
    slot = f"{shown(alert.name)} ({alert.environment})"
    return (told_outside(alert, slot), Text(_reported(alert)))


def one_line(finding: Finding, alert: Alert, now: datetime) -> Headline:
    """What is told in the thread when an episode changes, lasts another day, or ends."""
    lasted = span((now - alert.opened_at).total_seconds())
    if finding.condition == "ok":
        return Headline(f"Resolved after {lasted}: {_well(finding)}.", "good")
    text, tone = _what(finding)
    return Headline(f"{text} (alert {alert.number}, for {lasted} now).", tone)


def _headline(finding: Finding, alert: Alert) -> Headline:
    if finding.condition == "ok":
        return Headline(f"Resolved: {_well(finding)}", "good")
    text, tone = _what(finding)
    if alert.state == "acknowledged" and alert.acknowledged_by is not None:
        text = f"{text} (seen by {shown(alert.acknowledged_by.name)})"
    return Headline(text, tone)


def _well(finding: Finding) -> str:
    """How a slot is when there is no trouble; without a check nothing is said of its data."""
    again = "is as in training again" if finding.report is not None else "is well again"
    return f"{finding.slot} {again}"


def _what(finding: Finding) -> tuple[str, Tone]:
    if finding.condition == "firing":
        flagged = finding.report.flagged if finding.report else ()
        names = listed(_by_effect(finding.report.result if finding.report else {}, flagged), most=3)
        return f"Drift in {finding.slot}: {names.replace('`', '')} moved", "bad"
    if finding.condition == "no_data":
        return f"No verdict on {finding.slot}: too little was served", "warning"
    if finding.condition == "endpoint_down":
        return f"{finding.slot} is down", "bad"
    if finding.condition == "outside":
        titles = listed((each.title for each in finding.outside), most=3).replace("`", "")
        return f"{finding.slot}: your monitoring reports {titles}", "bad"
    return f"The drift check of {finding.slot} failed", "warning"


def _facts(finding: Finding, alert: Alert) -> Block:
    report, zone = finding.report, finding.monitor.timezone
    checked = len(report.result.get("checked", ())) if report else 0
    window = drifted = rows = ""
    if report is not None:
        start = datetime.fromisoformat(report.result.get("start") or report.start.isoformat())
        window = f"{moment(start, zone)} – {moment(report.end, zone)}"
    if report is not None and checked:
        drifted = f"{len(report.flagged)} of {checked}"
        rows = plural(report.rows, "row")
    return facts(
        columns_drifted=drifted,
        checked=rows,
        window=window,
        schedule=f"{words_of(finding.monitor)}, since {moment(alert.opened_at, zone)}"
        if finding.condition != "ok"
        else "",
    )


def _worst(result: Json) -> list[str]:
    """What happened to the columns that drifted most, one line each."""
    flagged = [column for column in result.get("columns", ()) if column["flagged"]]
    flagged.sort(key=_excess, reverse=True)
    return [
        f"`{shown(column['name'])}`: {shown(column['reason'], 200)}"
        for column in flagged[:_TOLD_COLUMNS]
    ]


def _by_effect(result: Json, flagged: Sequence[str]) -> list[str]:
    order = {column["name"]: _excess(column) for column in result.get("columns", ())}
    return sorted(flagged, key=lambda name: order.get(name, 0.0), reverse=True)


def _excess(column: Json) -> float:
    """How far beyond its threshold a column's effect is."""
    return float(column["effect"] or 0.0) / float(column["threshold"] or 1.0)


def _buttons(finding: Finding, dataset: str | None) -> list[NextStep]:
    monitor, model = finding.monitor, finding.model
    snooze = NextStep("Snooze", "snooze_alert", {"model": monitor.name, "duration": SNOOZE})
    if finding.condition == "no_data":
        return [snooze, NextStep("Stop watching", "stop_monitor", {"model": monitor.name})]
    if finding.condition != "firing" or model is None:
        return [snooze]
    back = {"model": monitor.name, "environment": monitor.environment}
    retrain = {"dataset": dataset, "target": model.target, "name": model.name}
    return [
        NextStep("Explain", "explain_model", {"model": model.handle}),
        *([NextStep("Retrain", "train_model", retrain)] if dataset else []),
        snooze,
        NextStep("Roll back", "rollback_deployment", back),
    ]
