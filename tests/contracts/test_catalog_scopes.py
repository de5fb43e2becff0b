"""Nothing of one channel is visible from another, on every database."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.catalog.catalog import Catalog, Unit
from storage.catalog.records import Address, Scope
from storage.errors import NotStored
from tests.contracts.rows import (
    ADA,
    DIGEST,
    NOW,
    act,
    add_dataset,
    add_model,
    add_monitor,
    ask,
    deploy,
    later,
    open_turn,
    submit,
    suspend,
)

_fresh = itertools.count()
_part = st.text(
    alphabet=st.characters(exclude_characters="/\x00", exclude_categories=("Cs",)),
    min_size=1,
    max_size=6,
)


@st.composite
def _two_scopes(draw: st.DrawFn) -> tuple[Scope, Scope]:
    """Two different channels that nobody used before; often of one workspace or platform."""
    platform, workspace = f"{draw(_part)}{next(_fresh)}", draw(_part)
    one = Scope(platform, workspace, draw(_part))
    other = Scope(platform, draw(st.sampled_from([workspace, workspace + "x"])), draw(_part))
    return one, other if other != one else Scope(platform, workspace, one.channel + "x")


def _fill(unit: Unit, scope: Scope) -> dict[str, Any]:
    """One row of everything in a scope; what it is known by."""
    upload = unit.uploads.add(
        scope, thread="t1", blob=DIGEST, name="a.csv", size=1, actor=ADA, now=NOW
    )
    add_dataset(unit, scope, name="sent", upload_id=upload.id)
    model = add_model(unit, scope, job_id=str(scope))
    deploy(unit, model)
    unit.keys.put(scope, name="churn", environment="staging", key_sha256=DIGEST, now=NOW)
    monitor = add_monitor(unit, scope)
    report = unit.reports.add(
        scope,
        monitor_id=monitor.id,
        model_id=model.id,
        start=NOW,
        end=NOW,
        rows=1,
        status="ok",
        flagged=(),
        result={},
        figure=None,
        now=NOW,
    )
    alert = unit.alerts.open(
        scope, monitor_id=monitor.id, state="firing", report_id=report.id, now=NOW
    )
    unit.outside.add(
        scope,
        name="churn",
        environment="staging",
        fingerprint="f",
        began="b",
        title="Slow",
        summary="",
        resolved_at=None,
        now=NOW,
    )
    job = submit(unit, scope)
    turn = open_turn(unit, scope)
    suspend(unit, turn, call_id=str(scope))
    unit.model_calls.add(
        Address(scope, "t1"),
        turn_id=turn.id,
        actor=ADA,
        model="m",
        level="aggregates",
        tokens_in=3,
        tokens_out=4,
        cost=None,
        sent=DIGEST,
        struck=("0.99",),
        now=NOW,
    )
    ask(unit, scope)
    act(unit, scope, inverse={"tool": "x"})
    unit.facts.add(scope, text="a", actor=ADA, source="said", now=NOW)
    unit.pointers.set(scope, thread="t1", kind="model", ref_id=model.id, now=NOW)
    row, _ = unit.outbox.add(
        str(scope), slot=str(scope), address=Address(scope, "t1"), body={}, now=NOW
    )
    unit.outbox.mark_sending(row.id)
    unit.outbox.mark_sent(row.id, platform_ref="p1", now=NOW)
    unit.outbox.add(f"{scope} 2", slot=f"{scope} 2", address=Address(scope, "t2"), body={}, now=NOW)
    unit.posts.add(
        Address(scope, "t1"),
        post_id=str(scope),
        actor=ADA,
        text="hello",
        files=(),
        pressed=False,
        now=NOW,
    )
    unit.channels.meet(scope, now=NOW)
    unit.follows.add(Address(scope, "t1"), repo="acme/churn", file="", actor=ADA, now=NOW)
    unit.grants.give(scope, subject="ada", name="Ada", role="approver", actor=ADA, now=NOW)
    return {
        "upload": upload.id,
        "dataset": model.dataset_id,
        "model": model.id,
        "monitor": monitor.id,
        "report": report.id,
        "alert": alert.id,
        "job": job.id,
        "job_key": job.key,
    }


_LOOKS: dict[str, Callable[[Unit, Scope, dict[str, Any]], Any]] = {
    "uploads.get": lambda u, s, k: u.uploads.get(s, k["upload"]),
    "uploads.latest": lambda u, s, k: u.uploads.latest(s, "t1"),
    "uploads.kept_bytes": lambda u, s, k: u.uploads.kept_bytes(s),
    "datasets.get": lambda u, s, k: u.datasets.get(s, k["dataset"]),
    "datasets.find": lambda u, s, k: u.datasets.find(s, "titanic"),
    "datasets.list": lambda u, s, k: u.datasets.list(s),
    "datasets.latest": lambda u, s, k: u.datasets.latest(s),
    "datasets.versions": lambda u, s, k: u.datasets.versions(s, "titanic"),
    "datasets.delete": lambda u, s, k: u.datasets.delete(s, "titanic", now=NOW),
    "datasets.restore": lambda u, s, k: u.datasets.restore(s, "titanic"),
    "models.get": lambda u, s, k: u.models.get(s, k["model"]),
    "models.find": lambda u, s, k: u.models.find(s, "m1"),
    "models.list": lambda u, s, k: u.models.list(s),
    "models.latest": lambda u, s, k: u.models.latest(s),
    "deployments.live": lambda u, s, k: u.deployments.live(s, "churn", "staging"),
    "deployments.list": lambda u, s, k: u.deployments.list(s, at=later(99)),
    "deployments.log": lambda u, s, k: u.deployments.log(s),
    "follows.list": lambda u, s, k: u.follows.list(s),
    "follows.remove": lambda u, s, k: u.follows.remove(s, repo="acme/churn", file=""),
    "keys.get": lambda u, s, k: u.keys.get(s, "churn", "staging"),
    "keys.drop": lambda u, s, k: u.keys.drop(s, "churn", "staging"),
    "monitors.get": lambda u, s, k: u.monitors.get(s, k["monitor"]),
    "monitors.list": lambda u, s, k: u.monitors.list(s),
    "monitors.stop": lambda u, s, k: u.monitors.stop(s, k["monitor"], now=NOW),
    "monitors.restart": lambda u, s, k: u.monitors.restart(s, k["monitor"], now=NOW),
    "reports.get": lambda u, s, k: u.reports.get(s, k["report"]),
    "reports.last": lambda u, s, k: u.reports.last(s, k["monitor"]),
    "reports.last_id": lambda u, s, k: u.reports.last_id(s, k["monitor"]),
    "reports.list": lambda u, s, k: u.reports.list(s, model_id=k["model"]),
    "alerts.get": lambda u, s, k: u.alerts.get(s, k["alert"]),
    "alerts.list_open": lambda u, s, k: u.alerts.list_open(s),
    "outside.firing": lambda u, s, k: u.outside.firing(s, name="churn", environment="staging"),
    "outside.resolve": lambda u, s, k: u.outside.resolve(s, fingerprint="f", began="b", now=NOW),
    "jobs.by_number": lambda u, s, k: u.jobs.by_number(s, 1),
    "jobs.find": lambda u, s, k: u.jobs.find(s, k["job_key"]),
    "jobs.list": lambda u, s, k: u.jobs.list(s),
    "turns.list": lambda u, s, k: u.turns.list(Address(s, "t1"), limit=9),
    "turns.messages": lambda u, s, k: u.turns.messages(Address(s, "t1"), turns=9),
    "waiting.by_number": lambda u, s, k: u.waiting.by_number(s, 1),
    "waiting.of_thread": lambda u, s, k: u.waiting.of_thread(Address(s, "t1")),
    "pointers.get": lambda u, s, k: u.pointers.get(s, thread="t1", kind="model"),
    "approvals.by_number": lambda u, s, k: u.approvals.by_number(s, 1),
    "approvals.pending": lambda u, s, k: u.approvals.pending(s),
    "actions.list": lambda u, s, k: u.actions.list(s),
    "actions.decisions": lambda u, s, k: u.actions.decisions(s, ADA, ["clean_dataset"], limit=9),
    "actions.last_undoable": lambda u, s, k: u.actions.last_undoable(Address(s, "t1")),
    "facts.list": lambda u, s, k: u.facts.list(s, now=NOW),
    "facts.get": lambda u, s, k: u.facts.get(s, 1),
    "facts.forget": lambda u, s, k: u.facts.forget(s, 1, now=NOW),
    "facts.recall": lambda u, s, k: u.facts.recall(s, 1),
    "model_calls.list": lambda u, s, k: u.model_calls.list(s),
    "model_calls.tokens_of_channel": lambda u, s, k: u.model_calls.tokens_of_channel(s, since=NOW),
    "turns.any": lambda u, s, k: u.turns.any(Address(s, "t1")),
    "turns.threads": lambda u, s, k: u.turns.threads(s, since=NOW),
    "outbox.list": lambda u, s, k: u.outbox.list(Address(s, "t1")),
    "outbox.of_channel": lambda u, s, k: u.outbox.of_channel(s),
    "outbox.by_ref": lambda u, s, k: u.outbox.by_ref(s, "p1"),
    "outbox.shown": lambda u, s, k: u.outbox.shown(s, threads=["t1"]),
    "outbox.latest": lambda u, s, k: u.outbox.latest(s, threads=["t1"]),
    "outbox.first_pending": lambda u, s, k: u.outbox.first_pending(s, threads=["t2"]),
    "posts.list": lambda u, s, k: u.posts.list(s, threads=["t1"]),
    "posts.talks": lambda u, s, k: u.posts.talks(s),
    "channels.find": lambda u, s, k: u.channels.find(s),
    "grants.list": lambda u, s, k: u.grants.list(s),
    "grants.find": lambda u, s, k: u.grants.find(s, "ada"),
    "grants.take": lambda u, s, k: u.grants.take(s, subject="ada"),
}
_ADDING = {"add", "append", "submit", "put", "open", "set", "meet", "advance", "give"}


def _seen(look: Callable[[], Any]) -> Any:
    """What a look-up answers, or its refusal as text."""
    try:
        return look()
    except NotStored as refusal:
        return str(refusal)


@settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(scopes=_two_scopes())
def test_another_channel_sees_nothing(catalog: Catalog, scopes: tuple[Scope, Scope]) -> None:
    """Every scoped look-up and change from elsewhere finds nothing, by id, name or number."""
    mine, theirs = scopes
    with catalog.write() as unit:
        known = _fill(unit, mine)
        before = {name: _seen(lambda look=look: look(unit, mine, known)) for name, look in _READS}
        for look in _LOOKS.values():
            answer = _seen(lambda look=look: look(unit, theirs, known))
            assert not answer or str(answer).startswith("no ")
        after = {name: _seen(lambda look=look: look(unit, mine, known)) for name, look in _READS}
    assert before == after
    assert all(before[name] for name in before if name != "turns.messages")


_CHANGES = (
    "take",
    "remove",
    "delete",
    "restore",
    "drop",
    "stop",
    "restart",
    "forget",
    "recall",
    "resolve",
)
_READS = [(name, look) for name, look in _LOOKS.items() if not name.endswith(_CHANGES)]


def test_absent_and_not_yours_sound_the_same(catalog: Catalog) -> None:
    """Nobody can tell from the answer whether an id exists in another channel."""
    mine, theirs, nobody = (Scope("slack", "T1", name) for name in ("C1", "C2", "C3"))
    with catalog.write() as unit:
        known = _fill(unit, mine)
        for name, look in _LOOKS.items():
            foreign = _seen(lambda look=look: look(unit, theirs, known))
            absent = _seen(lambda look=look: look(unit, nobody, known))
            assert foreign == absent, name


def test_no_scoped_method_is_forgotten(catalog: Catalog) -> None:
    """Every method that takes a scope or an address is among those looked at above."""
    scoped = set()
    with catalog.read() as unit:
        for name, repository in vars(unit).items():
            for verb, method in inspect.getmembers(repository, inspect.ismethod):
                first = next(iter(inspect.signature(method).parameters), "")
                if first in ("scope", "address") and not verb.startswith("_"):
                    scoped.add(f"{name}.{verb}")
    assert {each for each in scoped if each.split(".")[1] not in _ADDING} == set(_LOOKS)


@pytest.mark.parametrize("name", ["a/b/c/d", "a/b/c d"])
def test_channels_may_have_any_name(catalog: Catalog, name: str) -> None:
    """A slash in the last part of a scope stays in that part."""
    scope = Scope.parse(name)
    with catalog.write() as unit:
        written = add_dataset(unit, scope)
        assert unit.datasets.get(scope, written.id).scope == scope
