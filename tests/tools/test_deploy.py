"""Going live, back and down from the conversation, against a real prediction server."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.keys import reveal, reveal_data
from bot.messages import Reply
from storage.catalog.records import Deployment, ModelVersion
from tests.tools.conftest import ELSEWHERE, GRACE, SECRET, Lab, block, kinds, text_of
from tests.tools.serving.world import SCOPE, Client, World, following, running, trained
from tests.tools.serving.world import Reply as Answer
from tests.tools.test_train import passengers
from tools.context import JobTicket, ToolContext
from tools.deploy import (
    DeployModel,
    RollbackDeployment,
    UndeployModel,
    deploy_model,
    deploy_model_tool,
    rollback_deployment_tool,
    undeploy_model_tool,
)
from tools.errors import NeedsChoice, NotFound, Refused
from tools.outcome import NextStep, Outcome
from tools.serving.live import await_served, set_live
from tools.serving.names import SlotName


@dataclass
class Site:
    """A lab with a prediction server that follows it."""

    lab: Lab
    world: World
    client: Client

    @property
    def context(self) -> ToolContext:
        return self.lab.context

    def model(self, algorithm: str = "logistic_regression", *, name: str = "survival") -> str:
        """Register a model; its handle."""
        return self.world.register(trained(algorithm), name=name).handle

    def live(self, environment: str = "staging", name: str = "survival") -> int | None:
        """The version that the server says is live."""
        told = self.client.get("/healthz").json["slots"]
        slot = told.get(f"{SCOPE.id}.{name}.{environment}")
        return slot["version"] if slot else None

    def log(self) -> list[Deployment]:
        with self.context.catalog.read() as unit:
            return unit.deployments.log(SCOPE)

    def ask(self, outcome: Outcome, key: str) -> Answer:
        """Send the card's own `curl` line, by other means."""
        words = shlex.split(block(outcome, "code").text.replace("\\\n", " "))
        words = words[words.index("curl") :]
        url = next(word for word in words if word.startswith("http"))
        path = re.sub(r"^https?://[^/]+", "", url)
        headers = dict(
            words[at + 1].replace("$MLOPS_KEY", key).split(": ", 1)
            for at, word in enumerate(words)
            if word == "-H"
        )
        body = words[words.index("-d") + 1].encode()
        return self.client.send("POST", path, body=body, headers=headers)


def key_of_card(card: Outcome) -> str:
    """The key that a surface would show on the card."""
    shown = reveal(Reply(card.blocks), SECRET)
    key = re.search(r"MLOPS_KEY=(mlops_[a-z2-7]{32})\n", block(shown, "code").text)
    assert key is not None
    return key[1]


@pytest.fixture(scope="module")
def tracking(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One tracking database for all tests: making one takes seconds."""
    return f"sqlite:///{tmp_path_factory.mktemp('mlflow') / 'mlflow.db'}"


@pytest.fixture
def site(lab: Lab, tracking: str) -> Iterator[Site]:
    context = lab.context
    world = World(Path(context.site.home), context.catalog, context.blobs)
    with ExitStack() as stack:
        server = stack.enter_context(running(world))
        stack.enter_context(following(server.slots))
        places = replace(
            context.site,
            serving_url=f"http://127.0.0.1:{server.port}",
            public_url="https://predict.example",
            tracking_uri=tracking,
        )
        yield Site(Lab(replace(context, site=places)), world, server)


def test_deploying_to_staging_is_live_when_the_card_says_so(site: Site) -> None:
    """The card comes when the server serves; its `curl` line works, and so does its key."""
    site.model()
    card = site.lab.call("deploy_model")
    assert site.live() == 1
    assert block(card, "headline").text == "survival v1 (m1) is live in staging"
    assert "https://predict.example/models/" in block(card, "facts").items[0].value
    reply = site.ask(card, key_of_card(card))
    assert reply.status == 200
    assert reply.json["model"]["version"] == 1
    assert reply.json["warnings"] == []
    fields = [row[0] for row in block(card, "table").rows]
    assert fields == ["sex", "age", "deck", "crew", "fare"]
    steps = block(card, "next_steps").items
    assert [step.tool for step in steps] == ["monitor_model", "deploy_model"]
    assert steps[1].args == {"model": "m1", "environment": "production"}
    assert card.inverse == NextStep(
        "Undo",
        "set_live",
        {
            "name": "survival",
            "environment": "staging",
            "model_id": None,
            "instead_of": card.model_id,
        },
    )


def test_a_deployment_that_must_beat_what_is_live(site: Site) -> None:
    """One that scores no better than it had to is refused; where nothing is live it goes ahead."""
    site.model()
    site.model()
    site.lab.call("deploy_model", model="m1", better_than="production")
    assert site.live() == 1
    with pytest.raises(Refused, match="was not deployed"):
        site.lab.call("deploy_model", model="m2", better_than="staging")
    assert site.live() == 1


def test_the_key_is_shown_once_and_kept_as_a_hash(site: Site) -> None:
    """The first card of an endpoint refers to its key, which only the secret's holder can make."""
    site.model()
    site.model("decision_tree")
    first = site.lab.call("deploy_model", model="m1")
    second = site.lab.call("deploy_model", model="m2")
    key = key_of_card(first)
    assert reveal_data(first.data, SECRET)["key"] == key
    assert key not in str(first)
    assert not block(second, "code").secret
    assert "key_ref" not in second.data
    assert site.ask(second, key).json["model"]["version"] == 2
    with site.context.catalog.read() as unit:
        stored = unit.keys.get(SCOPE, "survival", "staging")
    assert stored is not None
    assert stored.key_sha256 == hashlib.sha256(key.encode()).hexdigest()


def test_deploying_what_is_live_changes_nothing(site: Site) -> None:
    """A repeated deployment writes no second line and offers nothing to undo."""
    site.model()
    site.lab.call("deploy_model")
    again = site.lab.call("deploy_model")
    assert "already live" in block(again, "headline").text
    assert again.inverse is None
    assert len(site.log()) == 1


def test_rolling_back_serves_what_was_served_before(site: Site) -> None:
    """Back means the version last served there, not the one before it in number."""
    for algorithm in ("logistic_regression", "decision_tree", "extra_trees"):
        site.model(algorithm)
    site.lab.call("deploy_model", model="m1")
    site.lab.call("deploy_model", model="m3")
    card = site.lab.call("rollback_deployment", environment="staging")
    assert site.live() == 1
    assert block(card, "headline").text == "Staging serves survival v1 (m1) again"
    assert card.inverse is not None
    assert card.inverse.args["model_id"] == site.log()[1].model_id


def test_an_endpoint_taken_down_answers_no_more(site: Site) -> None:
    """After an undeploy the slot is empty; deploying again makes a new key."""
    site.model()
    first = site.lab.call("deploy_model")
    card = site.lab.call("undeploy_model")
    assert site.live() is None
    assert site.ask(first, key_of_card(first)).status == 404
    assert block(card, "next_steps").items[0].tool == "deploy_model"
    again = site.lab.call("deploy_model")
    assert key_of_card(again) != key_of_card(first)
    assert site.ask(first, key_of_card(first)).status == 401


def test_going_back_after_taking_down_serves_the_last_one(site: Site) -> None:
    """An emptied slot rolls back to what it served last, under its old key."""
    site.model()
    first = site.lab.call("deploy_model")
    site.lab.call("undeploy_model")
    site.lab.call("rollback_deployment", environment="staging")
    assert site.ask(first, key_of_card(first)).status == 200


def test_undo_restores_what_was_live(site: Site) -> None:
    """`undo` brings back the version before: of a deployment, and of taking an endpoint down."""
    site.model()
    site.model("decision_tree")
    site.lab.call("deploy_model", model="m1")
    first = site.lab.call("deploy_model", model="m2")
    assert site.live() == 2
    site.lab.call("undo")
    assert site.live() == 1
    assert first.inverse is not None
    site.lab.call("undeploy_model")
    assert site.live() is None
    site.lab.call("undo")
    assert site.live() == 1


def test_deployments_are_taken_back_one_after_the_other(site: Site) -> None:
    """After two deployments two undos end where it began; a third has nothing to take back."""
    site.model()
    site.model("decision_tree")
    site.lab.call("deploy_model", model="m1")
    site.lab.call("deploy_model", model="m2")
    assert "serves survival v1 (m1) again" in site.lab.call("undo").summary
    assert "serves nothing again" in site.lab.call("undo").summary
    assert site.live() is None
    with pytest.raises(NotFound):
        site.lab.call("undo")


def test_the_first_version_in_production_is_asked_next(site: Site) -> None:
    """With nothing to roll back to, the second step is a prediction by form."""
    site.model()
    first = site.lab.call("deploy_model", environment="production")
    steps = block(first, "next_steps").items
    assert [(step.tool, step.form) for step in steps] == [
        ("monitor_model", False),
        ("predict", True),
    ]
    site.model("decision_tree")
    second = site.lab.call("deploy_model", environment="production")
    assert [step.tool for step in block(second, "next_steps").items] == [
        "monitor_model",
        "rollback_deployment",
    ]


def test_production_is_shipped_by_approval_staging_at_once() -> None:
    """The effect is that of the environment, also without a catalog."""
    calls: list[tuple[Any, Any]] = [
        (deploy_model_tool, DeployModel),
        (rollback_deployment_tool, RollbackDeployment),
        (undeploy_model_tool, UndeployModel),
    ]
    for tool, kind in calls:
        assert tool.effect_for(kind(environment="staging"), None) == "write"
        assert tool.effect_for(kind(environment="production"), None) == "deploy"
        assert tool.rehearse is not None


def rehearsed(tool: Any, args: Any, context: ToolContext) -> Any:
    return tool.rehearse(args, context)


def test_the_ship_card_shows_what_an_approver_decides_on(site: Site) -> None:
    """It pins the version and shows its score beside that of what it replaces."""
    site.model()
    site.model("decision_tree")
    args = DeployModel(model="survival", environment="production")
    first = rehearsed(deploy_model_tool, args, site.context)
    assert first.args == {"model": "m2", "environment": "production"}
    assert "never live in staging" in first.outcome.summary
    shown = text_of(first.outcome.blocks)
    assert "Ship survival v2 (m2) to production?" in shown
    assert "nothing" in shown
    site.lab.call("deploy_model", model="m1", environment="production")
    second = rehearsed(deploy_model_tool, args, site.context)
    facts = {each.label: each.value for each in block(second.outcome, "facts").items}
    assert "survival v1 (m1)" in facts["In production now"]
    assert trained().score.label in facts["In production now"]
    assert facts["Trained by"].startswith("Ada")
    assert facts["Trained on"] == "passengers v1"


def test_a_click_counts_only_for_what_was_shown(site: Site) -> None:
    """The binding is stable until the model meant or what is live there changes."""
    site.model()
    site.model("decision_tree")
    args = DeployModel(model="m2", environment="production")
    binding = rehearsed(deploy_model_tool, args, site.context).binding
    pinned = DeployModel(**rehearsed(deploy_model_tool, args, site.context).args)
    assert rehearsed(deploy_model_tool, pinned, site.context).binding == binding
    other = DeployModel(model="m1", environment="production")
    assert rehearsed(deploy_model_tool, other, site.context).binding != binding
    site.lab.call("deploy_model", model="m1", environment="production")
    assert rehearsed(deploy_model_tool, args, site.context).binding != binding
    back = RollbackDeployment(environment="production")
    down = UndeployModel(environment="production")
    assert rehearsed(undeploy_model_tool, down, site.context).args["model"] == "survival"
    with pytest.raises(NotFound, match="nothing to go back to"):
        rehearsed(rollback_deployment_tool, back, site.context)
    site.lab.call("deploy_model", model="m2", environment="production")
    card = rehearsed(rollback_deployment_tool, back, site.context)
    assert "back to survival v1 (m1)?" in card.outcome.summary


def test_the_log_says_who_asked_and_who_approved(site: Site) -> None:
    """A production line names both people, and `list_deployments` shows them."""
    site.model()
    context = replace(site.context, approved_by=GRACE)
    site.lab.call("deploy_model", context=context, environment="production")
    line = site.log()[0]
    assert (line.actor.name, line.approved_by) == ("Ada", GRACE)
    listed = site.lab.call("list_deployments")
    assert "Grace" in text_of(listed.blocks)
    assert listed.data["deployments"][0]["endpoint"] in text_of(listed.blocks)


def test_what_was_live_at_a_moment(site: Site) -> None:
    """`list_deployments` answers for any moment; a moment without zone is the site's time."""
    site.model()
    assert site.lab.call("list_deployments").data == {"deployments": []}
    early = site.context.now()
    site.lab.call("deploy_model")
    between = site.context.now()
    site.lab.call("undeploy_model")
    assert site.lab.call("list_deployments").data == {"deployments": []}
    then = site.lab.call("list_deployments", at=between)
    assert [each["model"] for each in then.data["deployments"]] == ["m1"]
    local = (between + timedelta(hours=1)).replace(tzinfo=None)  # Berlin in winter
    assert site.lab.call("list_deployments", at=local).data == then.data
    assert site.lab.call("list_deployments", at=early).data == {"deployments": []}


def test_nothing_there_is_said_with_the_next_step(site: Site) -> None:
    """Looking for what is not there is a NotFound that says what to do."""
    with pytest.raises(NotFound, match="train a model"):
        site.lab.call("deploy_model")
    site.model()
    with pytest.raises(NotFound, match="deploy survival to production"):
        site.lab.call("rollback_deployment")
    with pytest.raises(NotFound, match="what is deployed"):
        site.lab.call("undeploy_model")


def test_other_channels_see_and_touch_nothing(site: Site) -> None:
    """An endpoint of one channel does not exist for another."""
    site.model()
    site.lab.call("deploy_model")
    other = replace(site.context, address=ELSEWHERE)
    assert site.lab.call("list_deployments", context=other).data == {"deployments": []}
    for tool in ("deploy_model", "rollback_deployment", "undeploy_model"):
        with pytest.raises(NotFound):
            site.lab.call(tool, context=other, model="m1")
    assert site.live() == 1


def test_several_endpoints_make_a_question(site: Site) -> None:
    """With the current model not live and two others that are, the person picks."""
    for name in ("one", "two", "three"):
        site.model(name=name)
    site.lab.call("deploy_model", model="one")
    site.lab.call("deploy_model", model="two")
    with pytest.raises(NeedsChoice) as asked:
        site.lab.call("undeploy_model")
    assert {option.value for option in asked.value.options} == {"one", "two"}


def test_a_model_without_its_file_is_refused(site: Site) -> None:
    """A deployment that could not be served is not written."""
    handle = site.model()
    with site.context.catalog.read() as unit:
        model = unit.models.find(SCOPE, handle)
    site.context.blobs.delete(model.digest)
    with pytest.raises(Refused, match="is gone"):
        site.lab.call("deploy_model")
    assert site.log() == []


def test_a_server_that_cannot_load_it_is_told(site: Site) -> None:
    """A broken model is live in the log only; the card says what still answers."""
    site.model()
    site.lab.call("deploy_model")
    site.world.register(trained(), data=b"not a model")
    card = site.lab.call("deploy_model", model="m2")
    assert site.live() == 1
    assert block(card, "headline").tone == "warning"
    assert "goes on with the earlier version" in text_of(card.blocks)
    assert card.data["served"] is False


def test_a_server_that_is_away_is_told() -> None:
    """Without a server the wait is bounded, and an empty slot needs no server."""
    slot = SlotName(SCOPE.id, "survival", "staging")
    nowhere = "http://127.0.0.1:9"
    assert "does not run" in await_served(nowhere, slot, "some-id", wait_s=0.3)
    assert await_served(nowhere, slot, None, wait_s=0.3) == ""


def running_again(site: Site, tool: str) -> ToolContext:
    """The context of the second attempt of a job whose first attempt died."""
    with site.context.catalog.write() as unit:
        job, _ = unit.jobs.submit(
            SCOPE,
            thread="t1",
            key=tool,
            tool=tool,
            args={},
            actor=site.context.actor,
            context={},
            now=site.context.now(),
        )
    return replace(site.context, job=JobTicket(job.id, 2))


def test_a_repeated_rollback_does_not_roll_forward(site: Site) -> None:
    """A job that died after its log line and runs again ends where the first try meant to."""
    site.model()
    site.model("decision_tree")
    site.lab.call("deploy_model", model="m1")
    site.lab.call("deploy_model", model="m2")
    again = running_again(site, "rollback_deployment")
    first = site.lab.call("rollback_deployment", environment="staging")
    lines = len(site.log())
    second = site.lab.call("rollback_deployment", context=again, environment="staging")
    assert site.live() == 1
    assert len(site.log()) == lines
    assert second.inverse == first.inverse


def test_a_repeated_first_deployment_shows_a_key_that_works(site: Site) -> None:
    """A key nobody saw, because the job died before its card, is replaced by one that is shown."""
    site.model()
    again = running_again(site, "deploy_model")
    site.lab.call("deploy_model")
    card = site.lab.call("deploy_model", context=again)
    assert site.ask(card, key_of_card(card)).status == 200
    assert len(site.log()) == 1


def test_a_trained_model_gets_its_alias(site: Site) -> None:
    """From file to endpoint: MLflow's alias follows the deployment log, to and fro."""
    from mlflow import MlflowClient

    site.lab.load("titanic.csv", passengers(120))
    site.lab.call(
        "train_model", target="Survived", algorithm="logistic_regression", time_budget_s=2
    )
    card = site.lab.call("deploy_model")
    assert "warnings" not in kinds(card)
    assert site.ask(card, key_of_card(card)).status == 200
    client = MlflowClient(site.context.site.tracking_uri, site.context.site.tracking_uri)
    registered = f"{SCOPE.id}.{card.data['name']}"
    version = client.get_model_version_by_alias(registered, "staging")
    assert version.tags["mlops.model_id"] == card.model_id
    site.lab.call("undeploy_model")
    assert client.get_registered_model(registered).aliases == {}


def test_a_registry_that_fails_is_a_warning_only(site: Site) -> None:
    """A model that MLflow does not know is served all the same, and the card says so."""
    site.model()
    card = deploy_model(DeployModel(), site.context)
    assert "alias" in block(card, "warnings").items[0]
    assert block(card, "headline").tone == "good"


def test_switching_is_open_to_undo_in_other_modules(site: Site) -> None:
    """`set_live` reports what was before, and that an equal state is no change."""
    handle = site.model()
    with site.context.catalog.read() as unit:
        model: ModelVersion = unit.models.find(SCOPE, handle)
    first = set_live(site.context, name="survival", environment="staging", model=model)
    second = set_live(site.context, name="survival", environment="staging", model=model)
    assert (first.previous, first.changed, first.served) == (None, True, True)
    assert second.previous is not None
    assert (second.changed, second.key_ref) == (False, None)
