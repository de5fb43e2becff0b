"""The sample data leads to a working endpoint by its buttons, and can be made to drift."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from storage.catalog.records import ModelVersion
from tests.contracts.rows import add_dataset, add_model, deploy
from tests.tools.conftest import HERE, Clock, Lab, block, text_of
from tests.tools.serving.world import Running, World, following, running
from tools.errors import NotFound, Refused
from tools.outcome import NextStep, Outcome, dump_outcome
from tools.sample_data import ORIGIN, learnt_from_sample


@dataclass
class Site:
    """A channel, and the prediction server that follows it."""

    lab: Lab
    server: Running

    def call(self, tool: str, **args: Any) -> Outcome:
        return self.lab.call(tool, **args)


@pytest.fixture
def site(lab: Lab) -> Iterator[Site]:
    """Without MLflow, which takes most of the time; at the time of the server's own clock."""
    context = lab.context
    world = World(Path(context.site.home), context.catalog, context.blobs)
    with ExitStack() as stack:
        server = stack.enter_context(running(world))
        stack.enter_context(following(server.slots))
        url = f"http://127.0.0.1:{server.port}"
        lost = "sqlite:////proc/nowhere/mlflow.db"
        there = replace(context.site, serving_url=url, public_url=url, tracking_uri=lost)
        clock = Clock(datetime.now(UTC))
        yield Site(Lab(replace(context, site=there, now=clock)), server)


def button(card: Outcome, tool: str) -> NextStep:
    """The button of a card that calls a tool."""
    return next(step for step in block(card, "next_steps").items if step.tool == tool)


def press(site: Site, card: Outcome, tool: str, **more: Any) -> Outcome:
    """Press the button of a card that calls a tool."""
    return site.call(tool, **{**button(card, tool).args, **more})


def keep(lab: Lab, card: Outcome) -> None:
    """Keep a deployment's result, as a worker does."""
    now = lab.context.now()
    with lab.context.catalog.write() as unit:
        unit.jobs.submit(
            HERE.scope, thread="", key="deploy", tool="deploy_model", args={},
            actor=lab.context.actor, context={}, now=now,
        )  # fmt: skip
        job = unit.jobs.claim("worker", lease_until=now + timedelta(minutes=1), now=now)
        assert job is not None
        unit.jobs.finish(
            job.id, attempt=job.attempt, state="succeeded", now=now, result=dump_outcome(card)
        )


def test_the_sample_is_a_dataset_like_any_other(lab: Lab) -> None:
    """It is read as a file would be, says that it is invented, offers to train, can be undone."""
    card = lab.call("load_dataset", source="sample")
    version = lab.context.dataset()
    assert (version.label, version.rows, len(version.columns)) == ("passengers v1", 900, 12)
    assert block(card, "headline").text == (
        "Loaded the sample data as passengers v1: 900 rows × 12 columns."
    )
    assert "Every row is invented" in text_of(card.blocks)
    step = button(card, "train_model")
    assert step.args == {"dataset": "passengers v1", "target": "Survived"}
    assert step.form
    lab.call("undo")
    with pytest.raises(NotFound, match="No dataset is current"):
        lab.context.dataset()


def test_the_sample_under_another_name(lab: Lab) -> None:
    """It may be called as people like; a file of theirs is no sample, whatever its name."""
    lab.call("load_dataset", source="Sample", name="Titanic")
    assert lab.context.dataset("titanic").origin == ORIGIN
    lab.load("sample.csv", b"a,b\n1,2\n3,4\n5,6\n")
    assert lab.context.dataset("sample").origin == "read from sample.csv"


def test_buttons_lead_from_the_sample_to_drift(site: Site) -> None:
    """Load, train, deploy, monitor, shift: each is a button of the card before; drift is found."""
    loaded = site.call("load_dataset", source="sample")
    quick = {"algorithm": "logistic_regression", "time_budget_s": 1}
    trained = press(site, loaded, "train_model", **quick)
    deployed = press(site, trained, "deploy_model")
    keep(site.lab, deployed)
    watched = press(site, deployed, "monitor_model")
    sent = press(site, watched, "send_shifted_batch")
    assert block(sent, "headline").text == (
        "Sent a shifted batch to passengers-survived (staging): 300 predictions served"
    )
    assert sent.data["served"] == 300
    often = button(sent, "monitor_model")
    assert (often.label, often.args["every"]) == ("Check every minute", "1m")
    press(site, sent, "monitor_model")
    again = press(site, watched, "send_shifted_batch")
    assert [step.tool for step in block(again, "next_steps").items] == ["check_drift"]
    site.server.log.flush()
    found = press(site, sent, "check_drift")
    assert found.data["status"] == "drift"
    assert {"Age", "Fare", "Embarked"} <= set(found.data["flagged"])
    assert "Sent a shifted batch to passengers-survived" in site.call("show_history").summary


def add_sample_model(lab: Lab, *, origin: str = ORIGIN) -> ModelVersion:
    """A model in staging whose data, cleaned once, began with a root of this origin."""
    with lab.context.catalog.write() as unit:
        root = add_dataset(unit, HERE.scope, name="passengers", origin=origin)
        cleaned = add_dataset(
            unit, HERE.scope, name="passengers", root_id=root.id, parent_id=root.id,
            origin="dropped 3 columns",
        )  # fmt: skip
        model = add_model(
            unit, HERE.scope, name="survival", dataset_id=cleaned.id, contract={"features": []}
        )
        deploy(unit, model)
    return model


@pytest.mark.parametrize(
    ("origin", "sample"),
    [(ORIGIN, True), ("read from passengers.csv", False), (f"read from {ORIGIN}", False)],
)
def test_only_the_sample_is_the_sample(lab: Lab, origin: str, sample: bool) -> None:
    """The root of a model's data tells, cleaned or not; a file cannot pass for the sample."""
    model = add_sample_model(lab, origin=origin)
    assert learnt_from_sample(model, lab.context) is sample
    steps = block(lab.call("monitor_model", every="1h"), "next_steps").items
    assert ("send_shifted_batch" in {step.tool for step in steps}) is sample


def test_other_models_are_sent_nothing(lab: Lab) -> None:
    """A model of people's own data is never sent made-up rows."""
    add_sample_model(lab, origin="read from claims.csv")
    with pytest.raises(Refused, match="was not trained on the sample data"):
        lab.call("send_shifted_batch", model="survival")


def test_an_endpoint_whose_key_is_unknown_is_sent_nothing(lab: Lab) -> None:
    """The key comes from the deployment's own record and this installation's secret, or not."""
    add_sample_model(lab)
    with pytest.raises(Refused, match="key of survival in staging"):
        lab.call("send_shifted_batch")
