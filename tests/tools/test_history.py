"""The record says who did what on which data, approved by whom; undo takes back the last."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from storage.catalog.records import Alert, DatasetVersion, Monitor
from tests.tools.conftest import GRACE, HERE, Lab, block, text_of, tool_named
from tools.context import JobTicket
from tools.errors import BadRequest, NotFound
from tools.outcome import NextStep, Outcome
from tools.schedules import missed


def dataset(lab: Lab, name: str = "titanic") -> DatasetVersion:
    with lab.context.catalog.write() as unit:
        return unit.datasets.add(
            lab.context.scope,
            name=name,
            blob="0" * 64,
            rows=891,
            columns=(),
            origin="read from titanic.csv",
            profile="0" * 64,
            actor=lab.context.actor,
            now=lab.context.now(),
        )


def did(lab: Lab, tool: str, summary: str, **outcome: Any) -> None:
    lab.note(tool, Outcome(summary, **outcome), effect="write", args={})


def test_empty(lab: Lab) -> None:
    """Nothing happened: said so."""
    assert "Nothing has been changed" in lab.call("show_history").summary


def test_who_what_on_which_data_approved_by_whom(lab: Lab) -> None:
    """There is a sentence per step, oldest first: who, what, when, why, the data, the approver."""
    version = dataset(lab)
    lab.note(
        "load_dataset",
        Outcome("Loaded titanic v1: 891 rows. More.", dataset_id=version.id),
        effect="write",
        args={},
        sentence="load this",
    )
    lab.note(
        "deploy_model",
        Outcome("Deployed titanic-survived v1 (m1) to production.", dataset_id=version.id),
        effect="deploy",
        args={},
        context=replace(lab.context, approved_by=GRACE),
    )
    shown = lab.call("show_history")
    first, second = block(shown, "text").text.splitlines()
    assert first == "1. 2 Mar 2026, 10:00, Ada: Loaded titanic v1: 891 rows (asked: “load this”)."
    assert second.endswith("(data: titanic v1; approved by Grace).")
    assert block(shown, "headline").text == "2 changes in 2 steps by Ada; approved by Grace."
    assert "Ada: Deployed titanic-survived v1 (m1) to production" in shown.summary


def test_looks_are_counted_not_listed(lab: Lab) -> None:
    """Looking at lists changes nothing and is only counted."""
    lab.call("list_facts")
    did(lab, "clean_dataset", "Cleaned titanic v1.")
    assert "1 look" in text_of(lab.call("show_history").blocks)


def test_filters(lab: Lab) -> None:
    """Since, who (also "me") and about narrow it down."""
    did(lab, "clean_dataset", "Cleaned titanic v1.")
    later = lab.context.now() + timedelta(hours=1)
    lab.context.now.at = later
    lab.note(
        "train_model",
        Outcome("Trained m1."),
        effect="write",
        args={},
        context=replace(lab.context, actor=GRACE),
    )

    def steps(**args: Any) -> list[str]:
        return [line["what"] for line in lab.call("show_history", **args).data["actions"]]

    assert steps(since=later) == ["Trained m1"]
    assert steps(who="grace") == ["Trained m1"]
    assert steps(who="me") == ["Cleaned titanic v1"]
    assert steps(about="titanic") == ["Cleaned titanic v1"]
    assert "Nothing matches" in lab.call("show_history", about="diamonds").summary


def test_failures_and_undone_steps_are_marked(lab: Lab) -> None:
    """What failed or was taken back is not shown as if it held."""
    version = dataset(lab)
    did(lab, "use", "Cleaned titanic.", inverse=use_dataset(version))
    lab.note("train_model", Outcome("No column x."), effect="write", args={}, ok=False)
    lab.call("undo")
    text = text_of(lab.call("show_history").blocks)
    assert "Cleaned titanic (taken back later)" in text
    assert "Could not train model: No column x" in text


def use_dataset(version: DatasetVersion | None) -> NextStep:
    return NextStep("Back", "use_dataset", {"dataset_id": version.id if version else None})


def test_undo_moves_the_dataset_back(lab: Lab) -> None:
    """Undoing a cleaning makes the former version current, and says what was taken back."""
    first, second = dataset(lab), dataset(lab)
    assert second.id == lab.context.dataset().id
    did(lab, "clean_dataset", "Cleaned titanic v1 into v2.", inverse=use_dataset(first))
    outcome = lab.call("undo")
    assert block(outcome, "headline").text == "Taken back: Cleaned titanic v1 into v2."
    assert first.id == outcome.dataset_id == lab.context.dataset().id


def test_undo_of_the_first_load(lab: Lab) -> None:
    """After undoing the first load no dataset is current, though it can be named."""
    version = dataset(lab)
    did(lab, "load_dataset", "Loaded titanic v1.", inverse=use_dataset(None))
    lab.call("undo")
    with pytest.raises(NotFound, match="No dataset is current"):
        lab.context.dataset()
    assert version.id == lab.context.dataset("Titanic").id


def test_undo_is_of_this_thread(lab: Lab) -> None:
    """Another thread's change is not taken back from here."""
    did(lab, "load_dataset", "Loaded titanic v1.", inverse=use_dataset(None))
    other = replace(lab.context, address=replace(HERE, thread="t2"))
    with pytest.raises(NotFound):
        lab.call("undo", context=other)


def test_undo_of_what_is_gone(lab: Lab) -> None:
    """What cannot be taken back any more is told; the step stays as it was."""
    did(lab, "delete_dataset", "Deleted x.", inverse=NextStep("", "restore_dataset", {"name": "x"}))
    for _ in range(2):
        with pytest.raises(BadRequest, match="gone"):
            lab.call("undo")


def monitor(lab: Lab) -> Monitor:
    with lab.context.catalog.write() as unit:
        return unit.monitors.add(
            lab.context.scope,
            name="fares",
            environment="staging",
            every_s=60,
            cron=None,
            timezone="UTC",
            address=HERE,
            actor=lab.context.actor,
            now=lab.context.now(),
        )


def test_undo_of_monitors(lab: Lab) -> None:
    """A stopped monitor runs again, without making up for the pause; a new one stops."""
    row = monitor(lab)
    did(
        lab,
        "monitor_model",
        "Watching.",
        inverse=NextStep("", "stop_monitor_row", {"monitor": row.id}),
    )
    lab.call("undo")
    with lab.context.catalog.read() as unit:
        assert unit.monitors.list(lab.context.scope) == []
    did(
        lab,
        "stop_monitor",
        "Stopped.",
        inverse=NextStep("", "restart_monitor", {"monitor": row.id}),
    )
    lab.context.now.at += timedelta(days=2)
    assert "watched for drift again" in lab.call("undo").summary
    with lab.context.catalog.read() as unit:
        (again,) = unit.monitors.list(lab.context.scope)
    assert again.id == row.id
    assert missed(again, since=again.last_due or row.created_at, now=lab.context.now()) is None


def test_undo_of_a_snooze(lab: Lab) -> None:
    """A snoozed alert fires again."""
    row, now = monitor(lab), lab.context.now()
    with lab.context.catalog.write() as unit:
        alert: Alert = unit.alerts.open(
            lab.context.scope, monitor_id=row.id, state="firing", report_id=None, now=now
        )
        unit.alerts.update(
            alert.id, state="snoozed", now=now, snoozed_until=now + timedelta(hours=6)
        )
    did(lab, "snooze_alert", "Snoozed.", inverse=NextStep("", "wake_alert", {"alert": alert.id}))
    lab.call("undo")
    with lab.context.catalog.read() as unit:
        awake = unit.alerts.get(lab.context.scope, alert.id)
    assert (awake.state, awake.snoozed_until) == ("firing", None)


def slot_action(lab: Lab, environment: str, **changes: Any) -> None:
    slot = {"name": "fares", "environment": environment}
    inverse = slot | {"model_id": None, "instead_of": None} | changes
    did(lab, "deploy_model", "fares v1 (m1) is live.", inverse=NextStep("", "set_live", inverse))


def effect(lab: Lab) -> str:
    return tool_named("undo").effect_for(tool_named("undo").args(), lab.context)


def deploy_line(lab: Lab, environment: str) -> None:
    with lab.context.catalog.write() as unit:
        unit.deployments.append(
            lab.context.scope,
            name="fares",
            environment=environment,
            model_id=None,
            digest=None,
            actor=GRACE,
            approved_by=None,
            now=lab.context.now(),
        )


def test_undo_that_touches_production_needs_an_approver(lab: Lab) -> None:
    """Taking back a production deployment is a deployment: rehearsed, bound, approved."""
    assert effect(lab) == "write"
    slot_action(lab, "staging")
    assert effect(lab) == "write"
    slot_action(lab, "production")
    assert effect(lab) == "deploy"
    tool = tool_named("undo")
    assert tool.rehearse is not None
    rehearsal = tool.rehearse(tool.args(), lab.context)
    assert "serves nothing" in rehearsal.outcome.summary
    assert rehearsal.binding == tool.rehearse(tool.args(), lab.context).binding
    slot_action(lab, "production")
    assert rehearsal.binding != tool.rehearse(tool.args(), lab.context).binding


def test_undo_of_a_deployment(lab: Lab) -> None:
    """The slot is what it was before; what did not follow is told."""
    lost = replace(lab.context.site, tracking_uri="sqlite:////proc/nowhere/mlflow.db")
    deploy_line(lab, "staging")
    slot_action(lab, "staging")
    card = lab.call("undo", context=replace(lab.context, site=lost))
    assert "Staging of fares serves nothing again." in card.summary
    with lab.context.catalog.read() as unit:
        assert unit.deployments.live(lab.context.scope, "fares", "staging") is None


def test_undo_does_not_overrule_a_later_deployment(lab: Lab) -> None:
    """Somebody changed the endpoint since: told who, nothing is changed."""
    slot_action(lab, "staging", instead_of="m1")
    deploy_line(lab, "staging")
    with pytest.raises(BadRequest, match="changed again by Grace"):
        lab.call("undo")


def test_an_interrupted_undo_is_not_repeated(lab: Lab) -> None:
    """A second attempt of an undo could take back one thing too many: it says so instead."""
    did(lab, "load_dataset", "Loaded titanic v1.", inverse=use_dataset(None))
    again = replace(lab.context, job=JobTicket("j", 2))
    with pytest.raises(BadRequest, match="may have been done"):
        lab.call("undo", context=again)
