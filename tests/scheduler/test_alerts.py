"""Alerts: the state machine against a small reference, and what the outbox gets of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from scheduler import alerts
from scheduler.alerts import Episode, step
from storage.catalog.catalog import Catalog, Unit
from storage.catalog.records import DriftReport, ModelVersion, Monitor, OutboxRow
from tests.scheduler.places import ADDRESS, ANN, SCOPE, catalog_in
from tools.outcome import Figure, Headline, NextSteps, Text, load_blocks

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DIGEST = "a" * 64
CONDITIONS = ("ok", "firing", "no_data", "check_failed", "endpoint_down")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = catalog_in(tmp_path)
    yield opened
    opened.close()


def a_model(unit: Unit) -> ModelVersion:
    data = unit.datasets.add(
        SCOPE, name="titanic", blob=DIGEST, rows=891, columns=(), origin="read from titanic.csv",
        profile=DIGEST, actor=ANN, now=START,
    )  # fmt: skip
    return unit.models.add(
        SCOPE, name="titanic-survived", digest=DIGEST, dataset_id=data.id, target="Survived",
        task="classification", algorithm="ridge", score={}, contract={}, reference=DIGEST,
        run_id="", receipt={}, report={}, job_id=None, actor=ANN, now=START,
    )  # fmt: skip


def a_monitor(unit: Unit) -> Monitor:
    return unit.monitors.add(
        SCOPE, name="titanic-survived", environment="production", every_s=3600, cron=None,
        timezone="UTC", address=ADDRESS, actor=ANN, now=START,
    )  # fmt: skip


def a_report(
    unit: Unit, monitor: Monitor, model: ModelVersion, condition: str, when: datetime
) -> DriftReport:
    status: Any = {"ok": "ok", "firing": "drift", "no_data": "no_data"}.get(condition, "failed")
    columns = [
        {"name": "Fare", "flagged": True, "effect": 0.1, "threshold": 0.05, "reason": "Higher."},
        {"name": "Age", "flagged": True, "effect": 0.3, "threshold": 0.05, "reason": "Older."},
        {"name": "Sex", "flagged": False, "effect": 0.0, "threshold": 0.04, "reason": "As is."},
    ]
    drift = {"columns": columns, "checked": ["Fare", "Age", "Sex"], "sentence": "2 of 3 drifted."}
    down = {"state": "endpoint_down", "sentence": "The prediction server does not answer."}
    return unit.reports.add(
        SCOPE, monitor_id=monitor.id, model_id=model.id, start=when - timedelta(hours=1), end=when,
        rows=500, status=status, flagged=("Fare", "Age") if condition == "firing" else (),
        result=drift if condition == "firing" else down if condition == "endpoint_down" else {},
        figure=DIGEST if condition == "firing" else None, now=when,
    )  # fmt: skip


@dataclass
class World:
    """One monitor on one catalog, checked again and again."""

    catalog: Catalog
    monitor: Monitor = field(init=False)
    model: ModelVersion = field(init=False)

    def __post_init__(self) -> None:
        with self.catalog.write() as unit:
            self.model, self.monitor = a_model(unit), a_monitor(unit)

    def find(self, condition: str, when: datetime, *, times: int = 1) -> DriftReport:
        with self.catalog.write() as unit:
            report = a_report(unit, self.monitor, self.model, condition, when)
        for _ in range(times):
            with self.catalog.write() as unit:
                alerts.apply(unit, self.monitor, self.model, report, when)
        return report

    def rows(self) -> list[OutboxRow]:
        with self.catalog.read() as unit:
            return unit.outbox.list(ADDRESS)

    def state(self) -> str:
        with self.catalog.read() as unit:
            alert = unit.alerts.current(self.monitor.id)
        return alert.state if alert else "ok"


@pytest.fixture
def world(catalog: Catalog) -> World:
    return World(catalog)


def hours(count: float) -> datetime:
    return START + timedelta(hours=count)


def headline(row: OutboxRow) -> str:
    block = load_blocks(row.body["blocks"])[0]
    assert isinstance(block, Headline)
    return block.text


def test_a_first_drift_is_one_card_with_four_buttons(world):
    """Drift posts one message: what moved, a picture, facts, the worst columns, four buttons."""
    world.find("firing", hours(1), times=2)

    (row,) = world.rows()
    blocks = load_blocks(row.body["blocks"])
    assert row.slot == row.body["slot"]
    assert headline(row) == "Drift in titanic-survived (production): Age and Fare moved"
    assert [block.kind for block in blocks] == [
        "headline", "figure", "facts", "text", "text", "next_steps",
    ]  # fmt: skip
    assert isinstance(blocks[1], Figure)
    assert [block.text for block in blocks if isinstance(block, Text)] == [
        "`Age`: Older.",
        "`Fare`: Higher.",
    ]
    assert isinstance(blocks[-1], NextSteps)
    buttons = [(item.label, item.tool, item.args) for item in blocks[-1].items]
    name = "titanic-survived"
    assert buttons == [
        ("Explain", "explain_model", {"model": "m1"}),
        ("Retrain", "train_model", {"dataset": "titanic", "target": "Survived", "name": name}),
        ("Snooze", "snooze_alert", {"model": name, "duration": "6h"}),
        ("Roll back", "rollback_deployment", {"model": name, "environment": "production"}),
    ]


def test_while_it_lasts_the_card_is_edited_and_resolved_once(world):
    """Later checks edit the same message; the end edits it and says so once."""
    for hour in (1, 2, 3):
        world.find("firing", hours(hour))
    world.find("ok", hours(4), times=2)
    world.find("ok", hours(5))

    rows = world.rows()
    assert [row.slot == rows[0].slot for row in rows] == [True, True, True, True, False]
    assert headline(rows[3]) == "Resolved: titanic-survived (production) is as in training again"
    assert headline(rows[4]).startswith("Resolved after 3 h")
    assert len(load_blocks(rows[4].body["blocks"])) == 1
    assert world.state() == "ok"


def test_a_lasting_drift_is_repeated_once_a_day(world):
    """While it fires nothing new is posted for 24 hours; then one line reminds of it."""
    for hour in range(0, 60, 5):
        world.find("firing", hours(hour))

    told = [row for row in world.rows() if row.slot != world.rows()[0].slot]
    assert len(told) == 2
    assert "for 25 h now" in headline(told[0])


def test_snoozed_is_silent_until_it_is_over(world):
    """No message and no edit while an alert is snoozed; then it is told if it still lasts."""
    world.find("firing", hours(1))
    with world.catalog.write() as unit:
        alert = unit.alerts.current(world.monitor.id)
        unit.alerts.update(alert.id, state="snoozed", now=hours(1), snoozed_until=hours(5))
    for hour in (2, 3, 4):
        world.find("firing", hours(hour))
    assert len(world.rows()) == 1
    world.find("firing", hours(6))

    assert [row.slot == world.rows()[0].slot for row in world.rows()] == [True, True, False]
    assert world.state() == "firing"


def test_silence_and_failure_are_never_health(world):
    """No data, a dead endpoint and a failed check are told as such and change the alert."""
    world.find("no_data", hours(1))
    world.find("endpoint_down", hours(2))
    world.find("check_failed", hours(3))

    texts = [headline(row) for row in world.rows()]
    assert texts[0] == "No verdict on titanic-survived (production): too little was served"
    assert "titanic-survived (production) is down" in texts
    assert "The drift check of titanic-survived (production) failed" in texts
    assert world.state() == "check_failed"


REFERENCE = st.sampled_from(CONDITIONS)


@given(
    state=st.sampled_from(["firing", "acknowledged", "snoozed", "no_data", "endpoint_down"]),
    about=st.sampled_from(["firing", "no_data", "endpoint_down"]),
    condition=REFERENCE,
    age_h=st.integers(0, 100),
    quiet_h=st.integers(0, 30),
    snooze_h=st.integers(-20, 20),
)
@settings(max_examples=200)
def test_no_step_is_wrong(  # noqa: PLR0917
    state, about, condition, age_h, quiet_h, snooze_h
):
    """Health always resolves, a snooze is always silent, and news is always told."""
    now = hours(age_h)
    about = state if state in CONDITIONS else about
    until = now + timedelta(hours=snooze_h) if state == "snoozed" else None
    heard = max(now - timedelta(hours=quiet_h), START)
    taken = step(Episode(state, about, START, heard, until), condition, now)

    assert taken is not None
    asleep = state == "snoozed" and snooze_h > 0
    if condition == "ok":
        assert (taken.state, taken.card, taken.tell) == ("resolved", True, not asleep)
    elif asleep:
        assert (taken.state, taken.card, taken.tell) == ("snoozed", False, False)
    elif state == "acknowledged" and condition == about:
        assert (taken.state, taken.tell) == ("acknowledged", False)
    else:
        assert taken.state == condition
        assert taken.tell or condition == state
        assert not taken.tell or condition != state or quiet_h >= 1


class AlertMachine(RuleBasedStateMachine):
    """Checks, snoozes and acknowledgements in any order, beside a model in a few variables."""

    folder: Path

    def __init__(self) -> None:
        super().__init__()
        AlertMachine.count = getattr(AlertMachine, "count", 0) + 1
        place = self.folder / str(AlertMachine.count)
        place.mkdir()
        self.catalog = catalog_in(place)
        self.world = World(self.catalog)
        self.now = START
        self.state = "ok"
        self.until = START
        self.loud = 0
        self.days = 0
        self.opened = START
        self.about = "ok"

    def teardown(self) -> None:
        self.catalog.close()

    @rule(condition=REFERENCE, minutes=st.integers(1, 900))
    def check(self, condition: str, minutes: int) -> None:
        """A check comes to something; the model says what must be heard of it."""
        self.now += timedelta(minutes=minutes)
        self.world.find(condition, self.now, times=2)
        asleep = self.state == "snoozed" and self.now < self.until
        days = (self.now - self.opened).days
        if condition == "ok":
            self.loud += self.state != "ok" and not asleep
            self.state = "ok"
        elif self.state == "ok":
            self.state, self.opened, days = condition, self.now, 0
            self.loud += 1
        elif not asleep and not (self.state == "acknowledged" and condition == self.about):
            self.loud += self.state != condition or days > self.days
            self.state = condition
        self.days = days
        self.about = condition

    @rule(hours=st.integers(1, 20))
    def snooze(self, hours: int) -> None:
        """A person wants silence."""
        if self.state != "ok":
            self.until = self.now + timedelta(hours=hours)
            self._set("snoozed", snoozed_until=self.until)

    @rule()
    def acknowledge(self) -> None:
        """A person has seen it."""
        if self.state in CONDITIONS and self.state != "ok":
            self._set("acknowledged", acknowledged_by=ANN)

    def _set(self, state: Any, **changes: Any) -> None:
        with self.catalog.write() as unit:
            alert = unit.alerts.current(self.world.monitor.id)
            assert alert is not None
            unit.alerts.update(alert.id, state=state, now=self.now, **changes)
        self.state = state

    @invariant()
    def as_the_model_says(self) -> None:
        """The row's state, and the number of new messages, are the model's."""
        assert self.world.state() == self.state
        slots = [row.slot for row in self.world.rows()]
        assert len(set(slots)) == self.loud


def test_any_history_is_told_as_the_model_says(tmp_path):
    """Whatever happens in whatever order, exactly the news is told, each piece once."""
    AlertMachine.folder = tmp_path
    run_state_machine_as_test(
        AlertMachine, settings=settings(max_examples=25, stateful_step_count=20, deadline=None)
    )
