"""What is read from the catalog at a scrape: depths, ages, drift, and a catalog that is away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from bot.readings import Readings
from storage.catalog.catalog import Catalog
from storage.catalog.records import Address, Scope
from tests.scheduler.places import SCOPE, catalog_in
from tests.scheduler.test_alerts import START, World

SLACK = Address(Scope("slack", "T1", "C1"))
SLOT = f"environment=production,model={SCOPE.id}.titanic-survived"


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = catalog_in(tmp_path)
    yield opened
    opened.close()


def read(catalog: Catalog, *, minutes: float, readings: Readings | None = None) -> dict[str, float]:
    """All values by `name labels`, so many minutes after the start."""
    now = START + timedelta(minutes=minutes)
    page = generate_latest((readings or Readings(lambda: now)).of(catalog)).decode()
    return {
        " ".join(
            [s.name, ",".join(f"{k}={v}" for k, v in sorted(s.labels.items()))]
        ).strip(): s.value
        for family in text_string_to_metric_families(page)
        for s in family.samples
    }


def test_an_empty_catalog_has_no_work_and_no_leader(catalog: Catalog):
    """Every state is there with 0, so that an alert has something to compare."""
    values = read(catalog, minutes=0)
    assert values["mlops_catalog_up"] == 1
    assert values["mlops_leader_up"] == 0
    assert {name for name, value in values.items() if value} == {"mlops_catalog_up"}
    assert {"mlops_jobs state=queued", "mlops_approvals state=pending"} <= set(values)


def test_depths_and_ages(catalog: Catalog):
    """What waits is counted by platform, with the age of the oldest; then it is 0, not gone."""
    readings = Readings(lambda: START + timedelta(minutes=5))
    with catalog.write() as unit:
        first, _ = unit.outbox.add("a", slot="a", address=SLACK, body={}, now=START)
        unit.outbox.add("b", slot="b", address=SLACK, body={}, now=START + timedelta(minutes=4))
        unit.inbox.add("e", platform="slack", payload={}, now=START + timedelta(minutes=3))
    values = read(catalog, minutes=5, readings=readings)
    assert values["mlops_outbox_messages platform=slack"] == 2
    assert values["mlops_outbox_messages_age_seconds platform=slack"] == 300
    assert values["mlops_inbox_events platform=slack"] == 1
    assert values["mlops_inbox_events_age_seconds platform=slack"] == 120
    with catalog.write() as unit:
        unit.inbox.done("e", now=START)
        unit.outbox.dead(first.id)
    values = read(catalog, minutes=5, readings=readings)
    assert values["mlops_inbox_events platform=slack"] == 0
    assert values["mlops_outbox_messages_age_seconds platform=slack"] == 60


def test_drift_is_told_by_slot(catalog: Catalog):
    """The last check of a watched slot: how far, how wide, on how many rows, how long ago."""
    world = World(catalog)
    world.find("firing", START)
    values = read(catalog, minutes=10)
    assert values[f"mlops_drift_score {SLOT}"] == pytest.approx(0.3 / 0.05)
    assert values[f"mlops_drift_columns_ratio {SLOT}"] == pytest.approx(2 / 3)
    assert values[f"mlops_drift_rows {SLOT}"] == 500
    assert values[f"mlops_drift_check_age_seconds {SLOT}"] == 600
    assert values["mlops_alerts state=firing"] == 1


def test_without_a_verdict_there_is_no_score(catalog: Catalog):
    """Too few rows are not “no drift”: age and rows are told, score and share are not."""
    world = World(catalog)
    world.find("no_data", START)
    values = read(catalog, minutes=10)
    assert values[f"mlops_drift_check_age_seconds {SLOT}"] == 600
    assert f"mlops_drift_score {SLOT}" not in values
    assert f"mlops_drift_columns_ratio {SLOT}" not in values


def test_a_newer_check_replaces_the_older(catalog: Catalog):
    """What is remembered between two scrapes is let go when there is a newer report."""
    world = World(catalog)
    readings = Readings(lambda: START + timedelta(minutes=30))
    world.find("firing", START)
    before = read(catalog, minutes=30, readings=readings)
    world.find("no_data", START + timedelta(minutes=20))
    after = read(catalog, minutes=30, readings=readings)
    assert f"mlops_drift_score {SLOT}" in before
    assert f"mlops_drift_score {SLOT}" not in after


def test_a_check_that_does_not_come_is_overdue(catalog: Catalog):
    """An hourly check that nobody queued is overdue by the time since it was due."""
    World(catalog)
    name = f"mlops_check_overdue_seconds {SLOT}"
    assert read(catalog, minutes=59)[name] == 0
    assert read(catalog, minutes=70)[name] == 600


def test_a_catalog_that_is_away_is_told(tmp_path: Path):
    """The page is still there, and says that the catalog is not."""
    catalog = catalog_in(tmp_path)
    catalog.close()
    for path in tmp_path.glob("catalog.db*"):
        path.write_bytes(b"no database at all, and longer than a header of SQLite would be" * 20)
    assert read(catalog, minutes=0) == {"mlops_catalog_up": 0}
