"""The contract of the catalog on every database: data, models, deployments and monitors."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.catalog.catalog import Catalog, open_catalog
from storage.catalog.records import Address, ColumnInfo, Scope
from storage.errors import NotStored, StorageError, Unavailable
from tests.contracts.rows import (
    ADA,
    BOB,
    DIGEST,
    ELSEWHERE,
    HERE,
    NOW,
    act,
    add_dataset,
    add_model,
    add_monitor,
    deploy,
    later,
    open_turn,
)

OTHER = "b" * 64


def test_a_dataset_comes_back_as_it_was(catalog: Catalog) -> None:
    """Every field of a record survives the database, times and nested values included."""
    with catalog.write() as unit:
        upload = unit.uploads.add(
            HERE, thread="t1", blob=DIGEST, name="titanic.csv", size=61194, actor=ADA, now=NOW
        )
        written = add_dataset(
            unit,
            upload_id=upload.id,
            recipe=({"kind": "drop_columns", "columns": ["Cabin"]},),
            report={"notes": ["two columns renamed"]},
            targets=({"column": "Survived", "task": "classification", "reason": "binary"},),
            columns=(ColumnInfo("Fare", "number", 0, 3, 1.5, 9.0, (("a", 1),), True, True),),
        )
    with catalog.read() as unit:
        read = unit.datasets.get(HERE, written.id)
        assert read == written
        assert read.created_at == NOW
        assert read.columns[0].top == (("a", 1),)
        assert read.root_id == read.id
        assert unit.uploads.latest(HERE, "t1") == upload
        assert unit.uploads.latest(HERE, "t2") is None


def test_versions_count_within_a_name_and_scope(catalog: Catalog) -> None:
    """The second dataset of a name is its version 2, in its channel only."""
    with catalog.write() as unit:
        labels = [
            add_dataset(unit, scope, name=name).label
            for scope, name in [(HERE, "a"), (HERE, "a"), (HERE, "b"), (ELSEWHERE, "a")]
        ]
    assert labels == ["a v1", "a v2", "b v1", "a v1"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("titanic", "titanic v2"),
        ("  Titanic ", "titanic v2"),
        ("TITANIC v1", "titanic v1"),
        ("titanic.csv", "titanic v2"),
        ("Titanic.CSV.gz", "titanic v2"),
        ("Straße", "straße v1"),
        ("sales v3", "sales v3 v1"),
    ],
)
def test_a_dataset_is_found_as_people_name_it(catalog: Catalog, said: str, meant: str) -> None:
    """A name matches whatever its case, with or without a version or a file suffix."""
    with catalog.write() as unit:
        for name in ("titanic", "titanic", "straße", "sales v3"):
            add_dataset(unit, name=name)
        assert unit.datasets.find(HERE, said).label == meant


@pytest.mark.parametrize("said", ["titanic v9", "titan", "", "titanic%", "v1"])
def test_an_unknown_dataset_is_not_stored(catalog: Catalog, said: str) -> None:
    """Nothing is found by a part of a name, a pattern or a version there is not."""
    with catalog.write() as unit:
        add_dataset(unit)
        with pytest.raises(NotStored):
            unit.datasets.find(HERE, said)


def test_a_deleted_dataset_can_be_restored(catalog: Catalog) -> None:
    """Deleting hides all versions of a name but keeps them, as models refer to them."""
    with catalog.write() as unit:
        first, second, other = (add_dataset(unit, name=name) for name in ("a", "a", "b"))
        assert unit.datasets.delete(HERE, "a", now=later(1)) == 2
        assert unit.datasets.list(HERE) == [other]
        assert unit.datasets.latest(HERE) == other
        assert unit.datasets.versions(HERE, "a") == []
        with pytest.raises(NotStored):
            unit.datasets.find(HERE, "a")
        assert unit.datasets.get(HERE, first.id).deleted_at == later(1)
        assert add_dataset(unit, name="a").version == 3
        assert unit.datasets.restore(HERE, "a") == 2
        assert [each.version for each in unit.datasets.versions(HERE, "a")] == [3, 2, 1]
        assert unit.datasets.get(HERE, second.id) == second


@pytest.mark.parametrize("said", ["m2", "M2", "churn", "Churn v2", "churn v2 (m2)"])
def test_a_model_is_found_as_people_name_it(catalog: Catalog, said: str) -> None:
    """A handle, a name and a label all mean the version they name, a bare name the latest."""
    with catalog.write() as unit:
        models = [add_model(unit, name=name) for name in ("churn", "churn", "price")]
        assert unit.models.find(HERE, said) == models[1]
        assert [each.handle for each in unit.models.list(HERE)] == ["m3", "m2", "m1"]
        assert unit.models.latest(HERE) == models[2]


@pytest.mark.parametrize("said", ["m9", "churn v9", "chur", "", "churn v1 (m2)x"])
def test_an_unknown_model_is_not_stored(catalog: Catalog, said: str) -> None:
    """A model is found exactly or not at all."""
    with catalog.write() as unit:
        add_model(unit)
        with pytest.raises(NotStored):
            unit.models.find(HERE, said)


def test_a_job_registers_one_model(catalog: Catalog) -> None:
    """A job that is done again after a crash finds the model it registered before."""
    with catalog.write() as unit:
        first = add_model(unit, job_id="j1")
        again = add_model(unit, job_id="j1", dataset_id=first.dataset_id)
        assert again == first
        assert unit.models.by_job("j1") == first
        assert unit.models.by_job("j2") is None
        unit.models.set_run(first.id, "run1")
        assert unit.models.get(HERE, first.id).run_id == "run1"


def test_the_last_line_of_a_slot_is_live(catalog: Catalog) -> None:
    """Deploying again replaces, an empty line takes down, and slots do not disturb one another."""
    with catalog.write() as unit:
        one, two = add_model(unit), add_model(unit, digest=OTHER)
        foreign = deploy(unit, add_model(unit, ELSEWHERE))
        deploy(unit, one)
        production = deploy(unit, one, "production", approved_by=BOB)
        staging = deploy(unit, two)
        assert unit.deployments.live(HERE, "churn", "staging") == staging
        assert production.approved_by == BOB
        assert staging.approved_by is None
        assert unit.deployments.list(HERE) == [production, staging]
        assert {line.id for line in unit.deployments.live_all()} == {
            foreign.id,
            production.id,
            staging.id,
        }
        before = unit.deployments.version()
        deploy(unit, two, model_id=None, digest=None)
        assert unit.deployments.version() > before
        assert unit.deployments.live(HERE, "churn", "staging") is None
        assert unit.deployments.list(HERE) == [production]
        assert unit.deployments.live(HERE, "never", "staging") is None


def test_what_was_live_at_a_moment_can_be_told(catalog: Catalog) -> None:
    """The log answers what served in the past, the moment itself included."""
    with catalog.write() as unit:
        model = add_model(unit)
        first = deploy(unit, model, now=later(10))
        second = deploy(unit, model, digest=OTHER, now=later(20))
        for at, expected in [(9, []), (10, [first]), (19, [first]), (20, [second])]:
            assert unit.deployments.list(HERE, at=later(at)) == expected


def test_the_deployment_log_is_newest_first(catalog: Catalog) -> None:
    """The log can be narrowed to a slot and to the last lines."""
    with catalog.write() as unit:
        model = add_model(unit)
        lines = [deploy(unit, model, env) for env in ("staging", "production", "staging")]
        ids = [line.id for line in lines]
        log = unit.deployments.log
        assert [line.id for line in log(HERE)] == ids[::-1]
        assert [line.id for line in log(HERE, environment="staging")] == [ids[2], ids[0]]
        assert [line.id for line in log(HERE, name="churn", limit=1)] == [ids[2]]
        assert log(HERE, name="price") == []


def test_a_slot_has_one_key(catalog: Catalog) -> None:
    """A new key replaces the old one, and a dropped key is gone."""
    with catalog.write() as unit:
        keys = unit.keys
        for digest in (DIGEST, OTHER):
            keys.put(HERE, name="churn", environment="staging", key_sha256=digest, now=NOW)
        kept = keys.get(HERE, "churn", "staging")
        assert kept is not None
        assert kept.key_sha256 == OTHER
        assert keys.all() == [kept]
        keys.drop(HERE, "churn", "staging")
        assert keys.get(HERE, "churn", "staging") is None


def test_parts_of_the_prediction_log_are_found_by_time(catalog: Catalog) -> None:
    """A window takes every part it touches, oldest first, of its own slot only."""
    with catalog.write() as unit:
        for name, start, end in [("a", 20, 30), ("a", 0, 10), ("a", 10, 20), ("b", 0, 10)]:
            unit.predictions.add_part(
                scope_id=HERE.id,
                name=name,
                environment="staging",
                blob=DIGEST,
                rows=5,
                start=later(start),
                end=later(end),
            )

        def starts(since: float | None, until: float | None) -> list[float]:
            parts = unit.predictions.parts(
                HERE.id,
                name="a",
                environment="staging",
                since=None if since is None else later(since),
                until=None if until is None else later(until),
            )
            return [(part.start - NOW).total_seconds() for part in parts]

        assert starts(None, None) == [0, 10, 20]
        assert starts(11, None) == [10, 20]
        assert starts(None, 9) == [0]
        assert starts(12, 15) == [10]


def test_a_slot_has_one_active_monitor(catalog: Catalog) -> None:
    """A new monitor stops the one before; stopping and restarting undo one another."""
    with catalog.write() as unit:
        first = add_monitor(unit)
        second = add_monitor(unit, every_s=None, cron="0 9 * * 1", now=later(5))
        other = add_monitor(unit, ELSEWHERE)
        assert (first.number, second.number) == (1, 2)
        assert unit.monitors.list(HERE) == [second]
        assert {each.id for each in unit.monitors.active()} == {second.id, other.id}
        assert unit.monitors.get(HERE, first.id).stopped_at == later(5)
        unit.monitors.checked(second.id, due=later(7))
        assert unit.monitors.get(HERE, second.id).last_due == later(7)
        assert unit.monitors.stop(HERE, second.id, now=later(9)).stopped_at == later(9)
        assert unit.monitors.stop(HERE, second.id, now=later(10)).stopped_at == later(9)
        again = unit.monitors.restart(HERE, second.id, now=later(20))
        assert (again.stopped_at, again.last_due) == (None, later(20))
        unit.monitors.restart(HERE, first.id, now=later(30))
        assert [each.id for each in unit.monitors.list(HERE)] == [first.id]
        assert unit.monitors.get(HERE, second.id).stopped_at == later(30)
        assert first.address == Address(HERE, "t1")


def test_a_monitor_has_one_schedule(catalog: Catalog) -> None:
    """A monitor without a schedule, or with two, would never or doubly run: it is refused."""
    for every_s, cron in ((None, None), (60, "* * * * *")):
        with pytest.raises(StorageError), catalog.write() as unit:
            add_monitor(unit, every_s=every_s, cron=cron)


def test_reports_and_alerts_follow_a_monitor(catalog: Catalog) -> None:
    """An episode moves from state to state, changing only what is given, until resolved."""
    with catalog.write() as unit:
        monitor, model = add_monitor(unit), add_model(unit)
        reports = [
            unit.reports.add(
                HERE,
                monitor_id=monitor.id,
                model_id=model.id,
                start=NOW,
                end=later(3600),
                rows=500,
                status=status,
                flagged=flagged,
                result={"share": 0.5},
                figure=None,
                now=NOW,
            )
            for status, flagged in (("ok", ()), ("drift", ("Age", "Fare")))
        ]
        assert unit.reports.last(HERE, monitor.id) == reports[1]
        assert unit.reports.list(HERE, model_id=model.id) == reports[::-1]
        assert unit.reports.get(HERE, reports[1].id).flagged == ("Age", "Fare")
        assert unit.alerts.current(monitor.id) is None
        alert = unit.alerts.open(
            HERE, monitor_id=monitor.id, state="firing", report_id=reports[1].id, now=NOW
        )
        snoozed = unit.alerts.update(
            alert.id,
            state="snoozed",
            now=later(1),
            snoozed_until=later(60),
            acknowledged_by=BOB,
        )
        assert unit.alerts.current(monitor.id) == snoozed
        assert (snoozed.report_id, snoozed.acknowledged_by) == (reports[1].id, BOB)
        assert unit.alerts.list_open(HERE) == [snoozed]
        gone = unit.alerts.update(alert.id, state="resolved", now=later(2), resolved_at=later(2))
        assert gone.snoozed_until == later(60)
        assert unit.alerts.current(monitor.id) is None
        assert unit.alerts.list_open(HERE) == []
        assert unit.alerts.get(HERE, alert.id) == gone


def test_history_is_filtered_as_people_ask(catalog: Catalog) -> None:
    """Lines are found by person, time, thread, words, and the dataset or model they concern."""
    with catalog.write() as unit:
        model = add_model(unit)
        cleaned = act(unit, dataset_id=model.dataset_id)
        trained = act(
            unit,
            thread="t2",
            actor=BOB,
            tool="train_model",
            sentence="predict 100% of churn_rate",
            summary="Trained.",
            model_id=model.id,
            approved_by=ADA,
            now=later(60),
        )
        act(unit, ELSEWHERE)

        def found(**filters: object) -> list[int]:
            return [line.id for line in unit.actions.list(HERE, **filters)]  # type: ignore[arg-type]

        assert found() == [trained.id, cleaned.id]
        assert found(thread="t1") == [cleaned.id]
        assert found(since=later(1)) == [trained.id]
        assert found(until=later(59)) == [cleaned.id]
        assert found(who="bob") == [trained.id]
        assert found(who="ada") == [trained.id, cleaned.id]
        assert found(about="TITANIC") == [cleaned.id]
        assert found(about="Churn") == [trained.id]
        assert found(about="m1") == [trained.id]
        assert found(about="100% of churn_") == [trained.id]
        assert found(about="%") == [trained.id]
        assert found(about="drop the cabin") == [cleaned.id]
        assert found(limit=1) == [trained.id]


def test_the_last_change_of_a_thread_is_undone_first(catalog: Catalog) -> None:
    """Only what worked, can be taken back and was not is offered, thread by thread."""
    with catalog.write() as unit:
        here = Address(HERE, "t1")
        first = act(unit, inverse={"tool": "point", "args": {}})
        second = act(unit, inverse={"tool": "point", "args": {}})
        act(unit, inverse={"tool": "point"}, ok=False)
        act(unit)
        act(unit, thread="t2", inverse={"tool": "point"})
        assert unit.actions.last_undoable(here) == second
        assert unit.actions.mark_undone(second.id)
        assert not unit.actions.mark_undone(second.id)
        assert unit.actions.last_undoable(here) == first
        unit.actions.mark_undone(first.id)
        assert unit.actions.last_undoable(here) is None


def test_facts_of_a_team_hold_in_all_of_its_channels(catalog: Catalog) -> None:
    """A fact of the team is known in every channel of the workspace, and nowhere else."""
    abroad = Scope(HERE.platform, f"{HERE.workspace}0", HERE.channel)
    with catalog.write() as unit:
        told = {"text": "Fare is in pounds", "actor": ADA, "source": "said", "now": NOW}
        fact = unit.facts.add(HERE, **told, reach="team", link="https://chat.example.org/m/1")
        unit.facts.add(HERE, **told)
        assert unit.facts.list(ELSEWHERE, now=NOW) == [fact]
        assert unit.facts.list(abroad, now=NOW) == []


def test_strangers_read_no_fact_of_the_team(catalog: Catalog) -> None:
    """In a channel shared with another organisation only its own facts are known."""
    told = {"text": "Fare is in pounds", "actor": ADA, "source": "said", "now": NOW}
    with catalog.write() as unit:
        fact = unit.facts.add(HERE, **told, reach="team")
        own = unit.facts.add(ELSEWHERE, **told)
        unit.channels.meet(ELSEWHERE, now=NOW)
        assert unit.facts.list(ELSEWHERE, now=NOW) == [fact, own]
        unit.channels.set(ELSEWHERE, now=NOW, shared=True)
        assert unit.facts.list(ELSEWHERE, now=NOW) == [own]
        with pytest.raises(NotStored):
            unit.facts.get(ELSEWHERE, fact.number)


def test_facts_known_in_one_channel_have_different_numbers(catalog: Catalog) -> None:
    """A number means one fact wherever facts of several channels are known together."""
    told = {"text": "x", "actor": ADA, "source": "said", "now": NOW}
    with catalog.write() as unit:
        for scope, reach in ((HERE, "channel"), (HERE, "channel"), (ELSEWHERE, "team")) * 2:
            unit.facts.add(scope, **told, reach=reach)
        for scope in (HERE, ELSEWHERE):
            numbers = [fact.number for fact in unit.facts.list(scope, now=NOW)]
            assert sorted(set(numbers)) == sorted(numbers)


def test_tokens_are_counted_by_channel_and_by_person(catalog: Catalog) -> None:
    """What a channel and a person spent since a moment, wherever the person spent it."""
    with catalog.write() as unit:
        for scope, actor, at in ((HERE, ADA, 0), (HERE, BOB, 9), (ELSEWHERE, ADA, 9)):
            turn = open_turn(unit, scope, event_id=f"{scope}{actor.id}")
            unit.model_calls.add(
                Address(scope, "t1"),
                turn_id=turn.id,
                actor=actor,
                model="m",
                level="schema",
                tokens_in=100,
                tokens_out=10,
                cost=0.5,
                sent=DIGEST,
                struck=(),
                now=later(at),
            )
        assert unit.model_calls.tokens_of_channel(HERE, since=NOW) == 220
        assert unit.model_calls.tokens_of_channel(HERE, since=later(1)) == 110
        assert unit.model_calls.tokens_of_person(ADA, since=NOW) == 220
        newest = unit.model_calls.list(HERE)[0]
        assert (newest.actor, newest.cost, newest.struck) == (BOB, 0.5, ())


def test_facts_are_forgotten_and_recalled(catalog: Catalog) -> None:
    """A fact holds until it expires or is forgotten, and forgetting can be undone."""
    with catalog.write() as unit:
        kept = unit.facts.add(HERE, text="Fare is in pounds", actor=ADA, source="said", now=NOW)
        unit.facts.add(HERE, text="freeze", actor=ADA, source="said", now=NOW, expires_at=later(10))
        assert [fact.number for fact in unit.facts.list(HERE, now=later(9))] == [1, 2]
        assert unit.facts.list(HERE, now=later(10)) == [kept]
        assert unit.facts.forget(HERE, 1, now=later(11)).forgotten_at == later(11)
        assert unit.facts.list(HERE, now=later(12)) == []
        assert unit.facts.recall(HERE, 1) == kept


def test_a_thread_points_at_what_it_talks_about(catalog: Catalog) -> None:
    """The current dataset and model are the thread's own and can be changed."""
    with catalog.write() as unit:
        pointers = unit.pointers
        for ref in ("d1", "d2"):
            pointers.set(HERE, thread="t1", kind="dataset", ref_id=ref, now=NOW)
        assert pointers.get(HERE, thread="t1", kind="dataset") == "d2"
        assert pointers.get(HERE, thread="t1", kind="model") is None
        assert pointers.get(HERE, thread="t2", kind="dataset") is None
        assert pointers.get(ELSEWHERE, thread="t1", kind="dataset") is None


def test_an_error_rolls_everything_back(catalog: Catalog) -> None:
    """A transaction is kept whole or not at all."""

    def fail() -> None:
        with catalog.write() as unit:
            add_dataset(unit)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with catalog.read() as unit:
        assert unit.datasets.list(HERE) == []


def test_reading_cannot_write(catalog: Catalog) -> None:
    """A transaction opened for reading refuses to change anything."""
    with pytest.raises(StorageError), catalog.read() as unit:
        add_dataset(unit)
    with catalog.write() as unit:
        assert add_dataset(unit).version == 1


def test_a_reader_sees_one_state(catalog: Catalog) -> None:
    """What is written meanwhile does not show up in the middle of a reading."""
    with catalog.read() as reader:
        assert reader.datasets.list(HERE) == []
        with catalog.write() as writer:
            add_dataset(writer)
        assert reader.datasets.list(HERE) == []


def test_rows_need_the_rows_they_refer_to(catalog: Catalog) -> None:
    """A model of a dataset that does not exist is refused in words of this layer."""
    with pytest.raises(StorageError), catalog.write() as unit:
        add_model(unit, dataset_id="nowhere")


def test_a_time_without_a_zone_is_refused(catalog: Catalog) -> None:
    """A naive time could mean anything; an aware one comes back as the same moment in UTC."""
    with pytest.raises(Exception, match="without a zone"), catalog.write() as unit:
        add_dataset(unit, now=NOW.replace(tzinfo=None))
    with catalog.write() as unit:
        from zoneinfo import ZoneInfo

        local = NOW.astimezone(ZoneInfo("Asia/Kathmandu"))
        read = unit.datasets.get(HERE, add_dataset(unit, now=local).id)
        assert read.created_at == NOW
        assert read.created_at.utcoffset() == timedelta(0)


@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(text=st.text(max_size=30), number=st.floats(allow_nan=False, allow_infinity=False))
def test_any_text_can_be_kept(catalog: Catalog, text: str, number: float) -> None:
    """Whatever people or files send can be stored; JSON values come back exactly."""
    report = {"said": text, "value": number, text: [text, None, True]}
    with catalog.write() as unit:
        written = add_dataset(unit, origin=text, report=report)
        read = unit.datasets.get(HERE, written.id)
    assert read.report == report
    if "\x00" not in text:
        assert read.origin == text


def test_text_that_no_database_holds_is_marked(catalog: Catalog) -> None:
    """NUL and half characters become the replacement character instead of an error."""
    with catalog.write() as unit:
        assert add_dataset(unit, origin="a\x00b\ud800c").origin == "a\ufffdb\ufffdc"


def test_numbers_that_json_lacks_are_refused(catalog: Catalog) -> None:
    """NaN is no JSON: it is refused at once, on every database."""
    with pytest.raises(Exception, match="JSON"), catalog.write() as unit:
        add_dataset(unit, report={"value": float("nan")})


def test_the_revision_is_the_newest(catalog: Catalog) -> None:
    """An opened catalog has the tables that the code needs, answers, and is sound."""
    current, head = catalog.revision()
    assert current == head
    catalog.ping()
    catalog.check()


def test_a_database_that_is_away_is_unavailable() -> None:
    """No vendor error gets out when the database cannot be reached."""
    with pytest.raises(Unavailable):
        open_catalog("postgresql://nobody@/none?host=/nowhere")


def test_a_scope_in_words_comes_back() -> None:
    """A scope is one text in the database."""
    assert Scope.parse(str(HERE)) == HERE
