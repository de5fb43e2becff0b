"""A project becomes one pull request, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import yaml

from tests.servers.github.contents import files_of
from tests.servers.github.server import GitHub, github_server
from tests.servers.github.world import Repo
from tests.tools.conftest import Lab, open_context, running_job
from tests.tools.test_train import passengers, train
from tools.context import JobTicket
from tools.errors import BadRequest, ToolError
from tools.outcome import dump_outcome
from tools.workflows.access import Token
from tools.workflows.allowed import Ci, Projects, parse_projects
from tools.workflows.github import GitHubServer


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A channel with a model that was exported by a job, as it is in earnest."""
    lab = Lab(open_context(tmp_path_factory.mktemp("lab")))
    lab.load("titanic.csv", passengers())
    train(lab)
    job = running_job(lab, "export_project")
    outcome = Lab(replace(lab.context, job=JobTicket(job.id, job.attempt))).call("export_project")
    with lab.context.catalog.write() as unit:
        unit.jobs.finish(
            job.id,
            attempt=job.attempt,
            state="succeeded",
            result=dump_outcome(outcome),
            now=lab.context.now(),
        )
    yield lab
    lab.context.catalog.close()


@pytest.fixture
def hub() -> Iterator[GitHub]:
    with github_server() as running:
        running.world.repo("acme/models")
        yield running


@pytest.fixture
def shop(exported: Lab, hub: GitHub) -> Lab:
    """The channel, and a repository for projects."""
    server = GitHubServer(Token(hub.world.token), url=hub.url)
    ci = Ci((), lambda: server, projects=Projects("acme/models", "made"))
    return Lab(replace(exported.context, ci=ci))


def repo(hub: GitHub) -> Repo:
    return hub.world.repos["acme/models"]


def test_one_commit_on_a_branch_and_a_pull_request(shop: Lab, hub: GitHub) -> None:
    """Code, tests and papers are in it under the folder; the data are not."""
    outcome = shop.call("propose_project", model="m1")

    (pull,) = repo(hub).pulls
    files = files_of(repo(hub), pull["head"]["ref"])
    folder = "made/titanic-survived-v1"
    assert {f"{folder}/train.py", f"{folder}/model/pipeline.py", f"{folder}/MODEL_CARD.md"} <= (
        set(files)
    )
    assert not [path for path in files if path.endswith(".parquet")]
    workflow = yaml.safe_load(files[".github/workflows/titanic-survived-v1.yml"])
    assert workflow["defaults"] == {"run": {"working-directory": folder}}
    assert workflow[True] == {
        "pull_request": {"paths": [f"{folder}/**"]},
        "workflow_dispatch": None,
    }
    assert pull["base"]["ref"] == "main"
    assert outcome.data == {"repository": "acme/models", "number": 1, "made": True}


def test_asked_again_it_is_the_same(shop: Lab, hub: GitHub) -> None:
    """A second request finds the open pull request; nothing is made twice."""
    shop.call("propose_project", model="m1")

    again = shop.call("propose_project", model="m1")

    assert (again.data["number"], again.data["made"]) == (1, False)
    assert (hub.count("POST", "/git/commits$"), hub.count("POST", "/pulls$")) == (1, 1)


@pytest.mark.parametrize("path", ["/git/refs$", "/pulls$", "/git/trees$"])
def test_an_answer_that_is_lost_does_no_harm(shop: Lab, hub: GitHub, path: str) -> None:
    """After a fault in the middle the next request ends in one branch and one pull request."""
    hub.fail("POST", path, 502, late=True)
    with pytest.raises(ToolError):
        shop.call("propose_project", model="m1")

    shop.call("propose_project", model="m1")

    assert (len(repo(hub).pulls), len(repo(hub).tips)) == (1, 2)


def test_a_token_that_may_only_read_is_told(shop: Lab, hub: GitHub) -> None:
    """The refusal says what the token lacks; nothing is left behind."""
    repo(hub).permissions = {"pull": True, "push": False}

    with pytest.raises(ToolError) as refused:
        shop.call("propose_project", model="m1")

    assert "does not let this token" in refused.value.message
    assert repo(hub).pulls == []


def test_it_waits_for_the_project(shop: Lab) -> None:
    """Without an export it says what to say first; without a repository, which setting."""
    train(shop, name="another")
    with pytest.raises(BadRequest, match="has no project yet"):
        shop.call("propose_project", model="another")
    bare = Lab(replace(shop.context, ci=None))
    with pytest.raises(BadRequest, match="No repository is set up"):
        bare.call("propose_project", model="m1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("acme/models", Projects("acme/models")),
        ("acme/models: made/here/ @ main", Projects("acme/models", "made/here", "main")),
        ("acme/models: @ main", Projects("acme/models", "", "main")),
        ("models", None),
        ("acme/models: ../up", None),
        ("acme/models: a @", None),
    ],
)
def test_the_setting(text: str, expected: Any) -> None:
    """A repository, a folder and a branch; anything else is refused with an example."""
    if expected is None:
        with pytest.raises(ValueError, match="write acme/models"):
            parse_projects(text)
    else:
        assert expected == parse_projects(text)
