"""Watching endpoints: monitors, alerts and drift checks, on a real model and a real log."""

from __future__ import annotations

import csv
import io
import random
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from storage.catalog.records import Alert, DriftReport, Environment, ModelVersion, Monitor
from storage.prediction_log import PredictionLog, log_row
from tests.tools.conftest import Clock, Lab, block, kinds, open_context, text_of, tool_named
from tools.check import ScheduledCheck, scheduled_check
from tools.context import ToolContext
from tools.errors import BadRequest, NeedsChoice, NotFound, Refused
from tools.registry import INTERNAL_TOOLS, TOOLS, find_tool


def passengers(rows: int, *, seed: int = 7, shift: float = 0.0) -> bytes:
    """Passengers; with a shift they are older and pay more."""
    rng = random.Random(seed)
    lines = ["Survived,Pclass,Sex,Age,Fare"]
    for _ in range(rows):
        sex, pclass = rng.choice(["male", "female"]), rng.choice([1, 2, 3])
        age = "" if rng.random() < 0.1 else f"{rng.gauss(35 + 12 * shift, 12):.0f}"
        fare = 90 / pclass + rng.gauss(40 * shift, 6)
        survived = int(rng.random() < (0.8 if sex == "female" else 0.2))
        lines.append(f"{survived},{pclass},{sex},{age},{fare:.2f}")
    return "\n".join(lines).encode()


def asked(rows: int, *, seed: int = 11, shift: float = 0.0) -> list[dict[str, Any]]:
    """Rows as callers send them: JSON values."""
    text = passengers(rows, seed=seed, shift=shift).decode()
    return [
        {
            "Pclass": int(row["Pclass"]),
            "Sex": row["Sex"],
            "Age": float(row["Age"]) if row["Age"] else None,
            "Fare": float(row["Fare"]),
        }
        for row in csv.DictReader(io.StringIO(text))
    ]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the dataset `titanic` and the model `titanic-survived`; without MLflow."""
    folder = tmp_path_factory.mktemp("template")
    context = open_context(folder)
    lost = replace(context.site, tracking_uri="sqlite:////proc/nowhere/mlflow.db")
    lab = Lab(replace(context, site=lost))
    lab.load("titanic.csv", passengers(400))
    lab.call("train_model", target="Survived", algorithm="logistic_regression", time_budget_s=1)
    context.catalog.close()
    return folder


@pytest.fixture
def trained(template: Path, tmp_path: Path) -> Iterator[Lab]:
    """A channel of its own with that dataset and model, an hour later."""
    folder = tmp_path / "site"
    shutil.copytree(template, folder)
    clock = Clock()
    clock.at += timedelta(hours=1)
    lab = Lab(replace(open_context(folder), now=clock))
    yield lab
    lab.context.catalog.close()


@pytest.fixture
def serving_url() -> Iterator[str]:
    """A server that is healthy."""

    class Healthy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Silence."""

    server = HTTPServer(("127.0.0.1", 0), Healthy)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def deploy(lab: Lab, environment: Environment = "staging") -> ModelVersion:
    model = lab.context.model()
    with lab.context.catalog.write() as unit:
        unit.deployments.append(
            lab.context.scope, name=model.name, environment=environment, model_id=model.id,
            digest=model.digest, actor=lab.context.actor, approved_by=None, now=lab.context.now(),
        )  # fmt: skip
    return model


def serve(
    lab: Lab, model: ModelVersion, rows: list[dict[str, Any]], when: datetime, *, digest: str = ""
) -> None:
    """Note rows as answered by the staging endpoint, in several parts."""
    log = PredictionLog(lab.context.catalog, lab.context.blobs)
    size = max(len(rows) // 3, 1)
    for start in range(0, len(rows), size):
        log.append(
            lab.context.scope.id, model.name, "staging",
            [log_row(f"p{n}", time=when, digest=digest or model.digest, row=row, answer=n % 2)
             for n, row in enumerate(rows[start : start + size])],
        )  # fmt: skip


def monitors(lab: Lab) -> list[Monitor]:
    with lab.context.catalog.read() as unit:
        return unit.monitors.list(lab.context.scope)


def open_alert(lab: Lab, monitor: Monitor, report_id: str | None = None) -> Alert:
    with lab.context.catalog.write() as unit:
        return unit.alerts.open(
            lab.context.scope, monitor_id=monitor.id, state="firing", report_id=report_id,
            now=lab.context.now(),
        )  # fmt: skip


def undo(lab: Lab, outcome: Any) -> None:
    assert outcome.inverse is not None
    lab.call("undo")


def test_monitor_says_what_will_happen_and_can_be_undone(trained):
    """A monitor is confirmed in words with its first check, is one row, and undo stops it."""
    deploy(trained)
    outcome = trained.call("monitor_model", every="1h")

    (row,) = monitors(trained)
    assert (row.name, row.environment, row.every_s) == ("titanic-survived", "staging", 3600)
    assert row.timezone == "Europe/Berlin"
    assert row.address == trained.context.address
    assert block(outcome, "headline").text == (
        "Watching titanic-survived (staging) for drift every hour"
    )
    assert "Europe/Berlin" in block(outcome, "facts").items[0].value
    undo(trained, outcome)
    assert monitors(trained) == []


def test_a_new_schedule_replaces_the_old_and_undo_brings_it_back(trained):
    """One slot has one monitor; undo of a change goes back to the schedule before."""
    deploy(trained)
    trained.call("monitor_model", every="1h")
    outcome = trained.call("monitor_model", cron="0 8 * * 1-5")

    assert [row.cron for row in monitors(trained)] == ["0 8 * * 1-5"]
    assert "on weekdays at 08:00 Europe/Berlin" in outcome.summary
    undo(trained, outcome)
    assert [row.every_s for row in monitors(trained)] == [3600]


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"every": "soon"}, BadRequest),
        ({"every": "5s"}, BadRequest),
        ({"cron": "61 * * * *"}, BadRequest),
        ({"every": "1h", "cron": "0 * * * *"}, BadRequest),
        ({"environment": "production"}, BadRequest),
        ({"model": "nothing"}, NotFound),
        ({"channel": "slack/T1/C1"}, Refused),
    ],
)
def test_monitors_that_cannot_be_are_refused(trained, args, error):
    """A schedule, place, model or channel that does not work is refused before anything changes."""
    deploy(trained)

    with pytest.raises(error):
        trained.call("monitor_model", **args)
    assert monitors(trained) == []


def test_only_what_is_live_can_be_watched(trained):
    """A model that is not deployed is not watched; of two places production comes first."""
    with pytest.raises(BadRequest, match="not deployed"):
        trained.call("monitor_model", every="1h")
    deploy(trained, "staging")
    deploy(trained, "production")
    outcome = trained.call("monitor_model", channel="#ops")

    (row,) = monitors(trained)
    assert (row.environment, row.every_s) == ("production", 3600)
    assert str(row.address.scope) == "terminal/local/ops"
    assert outcome.data["schedule"] == "every hour"


def test_monitors_are_listed_with_their_last_result(trained, serving_url):
    """The list says what is watched, when, how it went last and when it goes on."""
    assert "Nothing" in trained.call("list_monitors").summary
    model = deploy(trained)
    trained.call("monitor_model", every="6h")
    check(trained, serving_url, asked(300), model)

    table = block(trained.call("list_monitors"), "table")
    (line,) = table.rows
    assert line[:3] == ("titanic-survived", "staging", "every 6 hours")
    assert line[4].startswith("No drift in")


def test_stop_ends_the_monitor_and_its_alert(trained):
    """Stopping closes the open alert too; undo takes the monitor up again."""
    deploy(trained)
    with pytest.raises(NotFound):
        trained.call("stop_monitor")
    trained.call("monitor_model", every="1h")
    (row,) = monitors(trained)
    open_alert(trained, row)
    outcome = trained.call("stop_monitor")

    assert monitors(trained) == []
    with trained.context.catalog.read() as unit:
        assert unit.alerts.current(row.id) is None
    undo(trained, outcome)
    assert [each.id for each in monitors(trained)] == [row.id]


def test_snooze_silences_for_a_while_and_can_be_undone(trained):
    """An open alert is snoozed until a time that is said; undo wakes it."""
    deploy(trained)
    trained.call("monitor_model", every="1h")
    with pytest.raises(NotFound):
        trained.call("snooze_alert")
    (row,) = monitors(trained)
    alert = open_alert(trained, row)
    outcome = trained.call("snooze_alert", model="titanic-survived", duration="6h")

    with trained.context.catalog.read() as unit:
        asleep = unit.alerts.get(trained.context.scope, alert.id)
    assert asleep.state == "snoozed"
    assert asleep.snoozed_until is not None
    assert timedelta(hours=5) < asleep.snoozed_until - alert.opened_at <= timedelta(hours=7)
    assert "silent until 2 Mar 2026, 17:00" in outcome.summary
    undo(trained, outcome)
    with trained.context.catalog.read() as unit:
        assert unit.alerts.get(trained.context.scope, alert.id).state == "firing"


def test_a_dataset_is_checked_against_training(trained):
    """A shifted file is drift with picture, columns and next steps; a twin of training is none."""
    trained.load("march.csv", passengers(300, seed=3, shift=1))
    outcome = trained.call("check_drift", model="m1", dataset="march")

    assert {"Age", "Fare"} <= set(outcome.data["flagged"])
    assert "Sex" not in outcome.data["flagged"]
    assert block(outcome, "headline").tone == "bad"
    assert kinds(outcome)[:4] == ["headline", "figure", "facts", "table"]
    assert block(outcome, "table").rows[0][1] == "drift"
    labels = [step.label for step in block(outcome, "next_steps").items]
    assert labels == ["Explain", "Retrain"]
    trained.load("twin.csv", passengers(300, seed=4))
    assert trained.call("check_drift", model="m1", dataset="twin").data["status"] == "ok"


def test_without_a_dataset_it_is_what_was_served(trained):
    """By default the check is about what the live version answered lately, and says so."""
    model = deploy(trained)
    serve(trained, model, asked(300, shift=1), trained.context.now())
    outcome = trained.call("check_drift")

    assert outcome.data["status"] == "drift"
    assert outcome.data["rows"] == 300
    assert "served in staging" in text_of(outcome.blocks)


def test_with_nothing_served_other_data_is_offered(trained):
    """With nothing to check people are told; one other dataset is taken, of several they choose."""
    deploy(trained)
    with pytest.raises(BadRequest, match="0 rows"):
        trained.call("check_drift")
    trained.load("march.csv", passengers(300, seed=3))
    outcome = trained.call("check_drift", model="m1")
    assert "march" in block(outcome, "warnings").items[0]
    trained.load("april.csv", passengers(300, seed=4))
    with pytest.raises(NeedsChoice) as choice:
        trained.call("check_drift", model="m1")
    assert [option.value for option in choice.value.options] == ["april", "march"]


def check(
    lab: Lab, url: str, rows: list[dict[str, Any]], model: ModelVersion, **more: Any
) -> DriftReport:
    """Serve rows, then run the scheduled check of the only monitor."""
    (row,) = monitors(lab)
    begin = lab.context.now()
    if rows:
        serve(lab, model, rows, begin + timedelta(minutes=1), **more)
    due = begin + timedelta(hours=1)
    context: ToolContext = replace(lab.context, site=replace(lab.context.site, serving_url=url))
    args = ScheduledCheck(monitor=row.id, due=due, since=begin)
    first, second = (scheduled_check(args, context) for _ in range(2))
    assert first.data == second.data
    with lab.context.catalog.read() as unit:
        return unit.reports.get(lab.context.scope, first.data["report"])


@pytest.fixture
def watched(trained: Lab) -> tuple[Lab, ModelVersion]:
    model = deploy(trained)
    trained.call("monitor_model", every="1h")
    return trained, model


def test_a_scheduled_check_finds_a_shift(watched, serving_url):
    """A shifted batch is a report of drift with its columns and picture; a repeat adds nothing."""
    lab, model = watched
    report = check(lab, serving_url, asked(300, shift=1), model)

    assert (report.status, report.rows) == ("drift", 300)
    assert {"Age", "Fare"} <= set(report.flagged)
    assert report.figure is not None
    assert lab.context.blobs.exists(report.figure)
    assert report.result["sentence"]


def test_a_scheduled_check_of_the_usual_is_fine(watched, serving_url):
    """Rows like those of training are no drift; the latest of the day fill a thin window up."""
    lab, model = watched
    serve(lab, model, asked(200, seed=5), lab.context.now() - timedelta(hours=3))
    report = check(lab, serving_url, asked(60), model)

    assert (report.status, report.rows, report.flagged) == ("ok", 260, ())


def test_rows_of_other_versions_do_not_count(watched, serving_url):
    """Only what the live version answered is judged; with too little there is no verdict."""
    lab, model = watched
    serve(lab, model, asked(300, shift=2), lab.context.now(), digest="0" * 64)
    report = check(lab, serving_url, asked(40), model)

    assert (report.status, report.rows) == ("no_data", 40)


def test_a_dead_endpoint_is_not_health(watched, serving_url):
    """A server that does not answer, or an emptied slot, is reported as down."""
    lab, model = watched
    report = check(lab, "http://127.0.0.1:9", [], model)
    assert (report.status, report.result["state"]) == ("failed", "endpoint_down")
    with lab.context.catalog.write() as unit:
        unit.deployments.append(
            lab.context.scope, name=model.name, environment="staging", model_id=None, digest=None,
            actor=lab.context.actor, approved_by=None, now=lab.context.now(),
        )  # fmt: skip
    report = check(lab, serving_url, [], model)
    assert "Nothing is deployed" in report.result["sentence"]


def test_what_only_the_scheduler_calls_is_not_offered():
    """The scheduled check is found by workers, and is no public tool."""
    assert find_tool("scheduled_check") is INTERNAL_TOOLS[0]
    assert find_tool("train_model") is tool_named("train_model")
    assert "scheduled_check" not in {tool.name for tool in TOOLS}
    with pytest.raises(NotFound):
        find_tool("rm_rf")
