"""Alerts of other monitoring join the model's alert: once, in its place, until they are over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.outside import Raised, take, take_all
from storage.catalog.catalog import Catalog
from storage.catalog.records import OutboxRow
from tests.scheduler.places import ADDRESS, ANN, SCOPE, catalog_in
from tests.scheduler.test_alerts import DIGEST, START, World, a_model
from tools.outcome import Headline, Text, load_blocks

SLOW = Raised(
    fingerprint="5f4d",
    began="2026-03-02T08:59:00Z",
    firing=True,
    model=f"{SCOPE.id}.titanic-survived",
    environment="production",
    title="PredictionsSlow",
    summary="One request in a hundred takes more than half a second.",
)
OVER = replace(SLOW, firing=False)
LATER = START + timedelta(minutes=5)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = catalog_in(tmp_path)
    yield opened
    opened.close()


def rows(catalog: Catalog) -> list[OutboxRow]:
    with catalog.read() as unit:
        return unit.outbox.of_channel(SCOPE)


def words(row: OutboxRow) -> str:
    blocks = load_blocks(row.body["blocks"])
    return " | ".join(b.text for b in blocks if isinstance(b, Headline | Text))


def state(catalog: Catalog, world: World) -> str | None:
    with catalog.read() as unit:
        alert = unit.alerts.current(world.monitor.id)
    return alert.state if alert else None


def test_it_opens_the_models_alert_and_ends_it(catalog: Catalog):
    """Without an alert one is opened where the monitor posts, and it is resolved with its cause."""
    world = World(catalog)
    assert take(catalog, SLOW, START) == "told"
    assert state(catalog, world) == "outside"
    [card] = rows(catalog)
    assert card.address == ADDRESS
    assert "PredictionsSlow" in words(card)
    assert SLOW.summary in words(card)
    assert take(catalog, OVER, LATER) == "told"
    assert state(catalog, world) is None
    assert "Resolved after 5 min" in words(rows(catalog)[-1])


def test_it_counts_once(catalog: Catalog):
    """Told ten times, and by two bots, it is one row, one card and one end."""
    World(catalog)
    told = [take(catalog, SLOW, LATER) for _ in range(10)]
    assert told == ["told", *["known"] * 9]
    before = len(rows(catalog))
    ended = [take(catalog, OVER, LATER) for _ in range(10)]
    assert ended == ["told", *["known"] * 9]
    assert len(rows(catalog)) == before + 2
    assert take(catalog, SLOW, LATER) == "known"
    assert take(catalog, replace(SLOW, began="2026-03-02T10:00:00Z"), LATER) == "told"


def test_it_joins_a_drift_alert_that_is_open(catalog: Catalog):
    """The card of the drift gains a line, its thread a sentence, and its state stays."""
    world = World(catalog)
    world.find("firing", START)
    before = len(rows(catalog))
    take(catalog, SLOW, LATER)
    assert state(catalog, world) == "firing"
    card, line = rows(catalog)[before:]
    slot = rows(catalog)[0].slot
    assert card.slot == slot
    assert "Fare" in words(card)
    assert "PredictionsSlow" in words(card)
    assert line.body["under"] == slot
    take(catalog, OVER, LATER)
    assert state(catalog, world) == "firing"
    assert "reports the end of PredictionsSlow" in words(rows(catalog)[-1])


def test_a_check_does_not_end_what_it_knows_nothing_of(catalog: Catalog):
    """When the drift is over the alert stays open until the other monitoring is content too."""
    world = World(catalog)
    world.find("firing", START)
    take(catalog, SLOW, START)
    world.find("ok", LATER)
    assert state(catalog, world) == "outside"
    take(catalog, OVER, LATER)
    assert state(catalog, world) is None


def test_who_has_seen_it_is_not_told_again(catalog: Catalog):
    """An acknowledged alert stays so through the next sound checks."""
    world = World(catalog)
    take(catalog, SLOW, START)
    with catalog.write() as unit:
        alert = unit.alerts.current(world.monitor.id)
        assert alert is not None
        unit.alerts.update(alert.id, state="acknowledged", acknowledged_by=ANN, now=START)
    world.find("ok", LATER)
    assert state(catalog, world) == "acknowledged"


def test_a_snoozed_alert_stays_quiet(catalog: Catalog):
    """While people do not want to hear of it, the card is edited and nothing is posted."""
    world = World(catalog)
    world.find("firing", START)
    with catalog.write() as unit:
        alert = unit.alerts.current(world.monitor.id)
        assert alert is not None
        until = START + timedelta(hours=6)
        unit.alerts.update(alert.id, state="snoozed", snoozed_until=until, now=START)
    before = {row.id for row in rows(catalog)}
    take(catalog, SLOW, LATER)
    assert [row.body["under"] for row in rows(catalog) if row.id not in before] == [""]


def test_a_model_that_nobody_watches_gets_a_card_of_its_own(catalog: Catalog):
    """Without a monitor it appears in the model's channel, and is edited at its end."""
    with catalog.write() as unit:
        model = a_model(unit)
        unit.deployments.append(
            SCOPE, name=model.name, environment="production", model_id=model.id, digest=DIGEST,
            actor=ANN, approved_by=None, now=START,
        )  # fmt: skip
    assert take_all(catalog, [SLOW, SLOW, OVER], LATER) == {"told": 2, "known": 1, "unknown": 0}
    first, last = rows(catalog)
    assert (first.address.scope, first.address.thread) == (SCOPE, "")
    assert first.slot == last.slot
    assert "reports the end" in words(last)


def test_what_is_not_ours_is_left_alone(catalog: Catalog):
    """Other models, slots and alerts change nothing; nor does an end without a start."""
    World(catalog)
    strange = (
        replace(SLOW, model=""),
        replace(SLOW, model="0123456789.titanic-survived"),
        replace(SLOW, environment="moon"),
        replace(SLOW, model=f"{SCOPE.id}.other"),
    )
    assert {take(catalog, each, START) for each in strange} == {"unknown"}
    assert take(catalog, OVER, START) == "known"
    assert take(catalog, SLOW, START) == "known"
    assert rows(catalog) == []


def test_words_of_others_stay_words(catalog: Catalog):
    """Mentions, links and markup in labels are shown as code, on one line, cut at a length."""
    World(catalog)
    evil = "<!channel> [x](https://evil.example) `code` *bold*\n\x1b[31m" + "z" * 500
    take(catalog, replace(SLOW, title=evil, summary=evil), START)
    [card] = rows(catalog)
    texts = [b.text for b in load_blocks(card.body["blocks"]) if isinstance(b, Text)]
    [reported] = [text for text in texts if text.startswith("Your monitoring")]
    assert reported.count("`") == 4
    assert "\n" not in reported
    assert "\x1b" not in reported
    assert len(reported) < 400


def test_nothing_breaks_when_it_is_applied_after_a_failed_check(catalog: Catalog):
    """A check that failed keeps its place; its card gains the line."""
    world = World(catalog)
    world.find("check_failed", START)
    take(catalog, SLOW, LATER)
    assert state(catalog, world) == "check_failed"
