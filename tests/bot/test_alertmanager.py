"""`/alertmanager/webhook`: who may post, what is taken, and what is answered to anything else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.alertmanager import MOST_BYTES, PATH, alert_routes
from bot.app import App
from storage.catalog.records import Address
from tests.bot.stage import ADA, still
from tests.scheduler.test_outside import SCOPE, SLOW

TOKEN = "a token of the tests"


@contextmanager
def watching(folder: Path, **changes: Any) -> Iterator[App]:
    """An app with a monitor on the slot that the alerts are about."""
    with still(folder, **{"alerts_token": TOKEN, **changes}) as app:
        with app.catalog.write() as unit:
            unit.monitors.add(
                SCOPE, name="titanic-survived", environment="production", every_s=3600, cron=None,
                timezone="UTC", address=Address(SCOPE, "t1"), actor=ADA, now=app.now(),
            )  # fmt: skip
        yield app


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with watching(tmp_path) as opened:
        yield opened


async def post(app: App, body: bytes, *, token: str = TOKEN) -> httpx.Response:
    """What the webhook answers."""
    transport = httpx.ASGITransport(Starlette(routes=app.routes))
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        return await client.post(PATH, content=body, headers=headers)


def told(**changes: Any) -> bytes:
    """What Alertmanager sends for one alert."""
    alert = {
        "status": "firing",
        "labels": {
            "alertname": SLOW.title, "model": SLOW.model, "environment": "production",
            "severity": "ticket",
        },
        "annotations": {"summary": SLOW.summary, "runbook": "docs/runbooks/predictions-slow.md"},
        "startsAt": SLOW.began,
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus:9090/graph",
        "fingerprint": SLOW.fingerprint,
    }  # fmt: skip
    body = {
        "version": "4", "groupKey": "{}:{}", "truncatedAlerts": 0, "status": "firing",
        "receiver": "assistant", "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {},
        "externalURL": "http://alertmanager:9093", "alerts": [alert | changes],
    }  # fmt: skip
    return json.dumps(body).encode()


def posted(app: App) -> int:
    with app.catalog.read() as unit:
        return len(unit.outbox.of_channel(SCOPE))


async def play(app: App, *bodies: bytes) -> list[tuple[int, dict[str, Any]]]:
    answers = [await post(app, body) for body in bodies]
    return [(answer.status_code, answer.json()) for answer in answers]


def test_an_alert_is_taken_once(app: App):
    """The first call has its effect, a repetition none, the end again one."""
    firing, over = told(), told(status="resolved", endsAt="2026-03-02T09:30:00Z")
    answers = asyncio.run(play(app, firing, firing, over, over))
    assert answers == [
        (200, {"told": 1, "known": 0, "unknown": 0}),
        (200, {"told": 0, "known": 1, "unknown": 0}),
        (200, {"told": 1, "known": 0, "unknown": 0}),
        (200, {"told": 0, "known": 1, "unknown": 0}),
    ]
    assert posted(app) == 3


def test_an_alert_about_nothing_here_is_left_alone(app: App):
    """Alerts without our labels are counted, and Alertmanager need not send them again."""
    [answer] = asyncio.run(play(app, told(labels={"alertname": "DiskFull"})))
    assert answer == (200, {"told": 0, "known": 0, "unknown": 1})
    assert posted(app) == 0


@pytest.mark.parametrize("token", ["", "another", TOKEN + "x", TOKEN[:-1], "é"])
def test_nobody_else_may_post(app: App, token: str):
    """Without the token nothing is read and nothing is told of what there is."""
    given = token if token.isascii() else ""
    answer = asyncio.run(post(app, told(), token=given))
    assert answer.status_code == 401
    assert posted(app) == 0


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"{}", b'{"alerts": 3}', told(status="maybe"), told(fingerprint=""),
     told(labels={"model": 3}), b"\xff\xfe", told(startsAt="x" * 65)],
)  # fmt: skip
def test_what_alertmanager_does_not_send_is_refused(app: App, body: bytes):
    """Anything malformed is a 400 with its place, never a 500."""
    answer = asyncio.run(post(app, body))
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("Not what Alertmanager sends")
    assert posted(app) == 0


def test_a_body_without_end_is_cut(app: App):
    """More than a megabyte is not held in memory."""
    answer = asyncio.run(post(app, b" " * (MOST_BYTES + 1)))
    assert answer.status_code == 413


def test_without_a_token_there_is_no_such_address(tmp_path: Path):
    """An installation that did not ask for it has no webhook."""
    with watching(tmp_path, alerts_token=None) as app:
        found = alert_routes(app.settings, app.catalog, now=app.now, notify=app.outbox.notify)
        assert found == []
