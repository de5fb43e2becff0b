"""CI as the settings have it: what doctor finds, and what is wrong before anything starts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SetupError
from bot.pipelines import check_ci, open_ci
from bot.settings import Settings
from tests.bot.stage import ADA, HERE, settings_for, still
from tests.servers.github import workflows as files
from tests.servers.github.server import GitHub, github_server
from tools.ci_runs import WorkflowStatus, workflow_status
from tools.context import ToolContext
from tools.errors import Refused


@pytest.fixture(name="hub")
def _hub() -> Iterator[GitHub]:
    """GitHub with one repository."""
    with github_server() as hub:
        repo = hub.world.repo()
        repo.put("nightly.yml", files.NIGHTLY)
        repo.put("release.yml", files.RELEASE)
        repo.put("lint.yml", files.PUSH_ONLY)
        yield hub


def _settings(hub: GitHub, home: Path, **changes: Any) -> Settings:
    given = {"ci": "acme/churn: nightly.yml!", "github_token": hub.world.token}
    return settings_for(home, **{**given, "github_api_url": hub.url, **changes})


def _found(settings: Settings) -> list[str]:
    findings = asyncio.run(check_ci(settings))
    return [f"{one.state} {one.what}: {one.sentence} {one.fix}".strip() for one in findings]


def test_doctor_looks_at_token_repositories_and_workflows(hub: GitHub, tmp_path: Path):
    """A good set-up is told part by part: whose token, what may be run, what releases wait for."""
    told = _found(_settings(hub, tmp_path, release="acme/churn: release.yml"))
    assert told[:3] == [
        "ok github: the token is octocat's (repo, workflow)",
        "ok github acme/churn/nightly.yml: can be run; deploys, so it waits for an approver",
        "ok github release: production waits for release.yml on main",
    ]
    assert "GITHUB_WEBHOOK_SECRET" in told[3]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ci": ""}, "note github: no CI workflows are set up"),
        ({"github_token": None}, "GITHUB_TOKEN is missing"),
        ({"github_token": "wrong" * 5}, "bad github: GitHub does not accept the token"),
        ({"github_app_id": "5"}, "A GitHub App needs GITHUB_APP_ID"),
        ({"ci": "acme/none: a.yml"}, "bad github acme/none: GitHub shows no repository acme/none"),
        ({"ci": "acme/churn: a.yml"}, "GitHub shows no workflow a.yml in acme/churn"),
        ({"ci": "acme/churn: lint.yml"}, "no `workflow_dispatch` trigger"),
        ({"release": "acme/churn: nightly.yml"}, "nightly.yml does not take model, version"),
        ({"github_api_url": "http://127.0.0.1:9"}, "GitHub cannot be reached"),
    ],
)
def test_doctor_says_what_to_change(
    hub: GitHub, tmp_path: Path, changes: dict[str, Any], told: str
):
    """Everything that is missing or wrong is named, with what to set."""
    assert told in "\n".join(_found(_settings(hub, tmp_path, **changes)))


def test_doctor_knows_rights_and_states(hub: GitHub, tmp_path: Path):
    """A token without the scope, or that may only read, and a disabled workflow are found."""
    hub.world.scopes = "gist"
    assert "has the scopes: gist" in _found(_settings(hub, tmp_path))[0]
    hub.world.scopes = None
    hub.world.repo().disabled.add("nightly.yml")
    assert "disabled manually" in _found(_settings(hub, tmp_path))[1]
    hub.world.repo().permissions = {"pull": True}
    assert "may only read it" in _found(_settings(hub, tmp_path))[1]
    hub.world.repo().archived = True
    assert "archived" in _found(_settings(hub, tmp_path))[1]


@pytest.mark.parametrize(
    "changes",
    [
        {"github_token": None},
        {"github_app_id": "5", "github_installation_id": 7},
        {"github_app_id": "5", "github_installation_id": 7, "github_app_key_file": "/no/such.pem"},
    ],
)
def test_half_a_set_up_does_not_start(hub: GitHub, tmp_path: Path, changes: dict[str, Any]):
    """Workflows without credentials, or half an App, are told before the bot starts."""
    with pytest.raises(SetupError, match="GITHUB"):
        open_ci(_settings(hub, tmp_path, **changes))


def test_a_log_is_for_people_and_for_minds_that_may_see_rows(hub: GitHub, tmp_path: Path):
    """What a model reads of a red run names job and step; the log is in the sample alone."""
    hub.world.start("acme/churn", "nightly.yml", behaviour="fail").looks = 5
    settings = _settings(hub, tmp_path)
    with still(tmp_path / "app") as app:
        kept = (app.site, app.catalog, app.blobs)
        context = ToolContext(*kept, HERE, ADA, app.now, ci=open_ci(settings))
        outcome = workflow_status(WorkflowStatus(), context)
    assert outcome.summary == "nightly.yml #1 on main failed in test: Run pytest."
    assert "AssertionError" in outcome.sample
    assert "AssertionError" not in outcome.summary


def test_without_ci_every_tool_says_what_to_set(tmp_path: Path):
    """Where no workflow is set up, people are told who can change that."""
    with still(tmp_path) as app:
        kept = (app.site, app.catalog, app.blobs)
        context = ToolContext(*kept, HERE, ADA, app.now)
        with pytest.raises(Refused, match="MLOPS_CI"):
            workflow_status(WorkflowStatus(), context)
