"""The settings of CI, and which workflow people mean by what they say."""

from __future__ import annotations

import pytest

from tests.servers.github.server import GitHub
from tests.tools.workflows.conftest import REPO
from tools.ci_runs import RunWorkflow, spoken_of_run
from tools.errors import NeedsChoice, NotFound
from tools.workflows.allowed import Allowed, Ci, Release, is_ref, parse_release, parse_workflows
from tools.workflows.choosing import repo_of, workflow_of
from tools.workflows.github import GitHubServer


def test_workflows_are_read_by_repository():
    """Repositories, files and the mark of what deploys are read as written."""
    text = "acme/churn: nightly.yml, deploy.yml!; acme/site: test.yaml ;"
    assert parse_workflows(text) == (
        Allowed("acme/churn", "nightly.yml"),
        Allowed("acme/churn", "deploy.yml", deploys=True),
        Allowed("acme/site", "test.yaml"),
    )


@pytest.mark.parametrize(
    "text",
    ["acme/churn", "churn: a.yml", "acme/churn: a", "acme/churn: ../a.yml",
     "a/b: x.yml; A/b: x.yml", "acme/..: a.yml", "acme/churn: ",
     "acme/churn: .github/workflows/a.yml"],
)  # fmt: skip
def test_wrong_settings_say_how_to_write_them(text: str):
    """What is written otherwise is refused, with the entry that is wrong."""
    with pytest.raises(ValueError, match=r"write|file|twice"):
        parse_workflows(text)


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ("acme/churn: release.yml @ main", Release("acme/churn", "release.yml", "main")),
        ("acme/churn:release.yml@v1.2", Release("acme/churn", "release.yml", "v1.2")),
        ("acme/churn: release.yml", Release("acme/churn", "release.yml")),
    ],
)
def test_a_release_is_one_workflow_on_one_branch(text: str, release: Release):
    """The branch or tag may be named; without it the default branch is meant."""
    assert parse_release(text) == release


@pytest.mark.parametrize("text", ["acme/churn", "acme/churn: a", "acme/churn: a.yml @", "x"])
def test_a_wrong_release_is_refused(text: str):
    """What is no workflow is refused."""
    with pytest.raises(ValueError, match="write"):
        parse_release(text)


@pytest.mark.parametrize(
    ("name", "good"),
    [("main", True), ("feature/x-1", True), ("v1.2", True), ("a..b", False), ("-x", False),
     ("a b", False), ("x.lock", False), ("", False)],
)  # fmt: skip
def test_only_names_of_branches_are_refs(name: str, *, good: bool):
    """Nothing that git would not take, and nothing that begins like an option."""
    assert is_ref(name) is good


@pytest.fixture(name="ci")
def _ci(server: GitHubServer) -> Ci:
    """Three workflows of two repositories."""
    listed = parse_workflows(f"{REPO}: nightly.yml, deploy.yml!; acme/site: test.yml")
    return Ci(listed, lambda: server)


@pytest.mark.parametrize(
    ("said", "file"),
    [("nightly", "nightly.yml"), ("nightly.yml", "nightly.yml"), ("Nightly", "nightly.yml"),
     ("nightly retrain", "nightly.yml"), ("retrain", "nightly.yml"),
     ("the deploy workflow", "deploy.yml"), (f"{REPO}/deploy.yml", "deploy.yml"),
     ("test", "test.yml")],
)  # fmt: skip
def test_a_workflow_is_found_by_file_or_name(hub: GitHub, ci: Ci, said: str, file: str):
    """Its file, its label, or words of the name it gives itself mean a workflow."""
    assert hub.url
    assert workflow_of(ci, said).file == file


def test_several_are_asked_about_and_none_is_told(ci: Ci):
    """Where several fit there is a question with labels; where none fits, what is set up."""
    with pytest.raises(NeedsChoice) as asked:
        workflow_of(ci, None)
    assert [option.value for option in asked.value.options] == [
        f"{REPO}/nightly.yml", f"{REPO}/deploy.yml", "acme/site/test.yml",
    ]  # fmt: skip
    with pytest.raises(NotFound, match=r"nightly\.yml"):
        workflow_of(ci, "lint")
    with pytest.raises(NeedsChoice):
        repo_of(ci, None)
    assert repo_of(ci, "site") == "acme/site"
    with pytest.raises(NotFound):
        repo_of(ci, "evil/repo")


def test_what_is_not_listed_counts_as_deploying(ci: Ci):
    """A workflow that the settings do not name is treated with the greater care."""
    assert not ci.deploys(REPO, "nightly.yml")
    assert ci.deploys(REPO, "deploy.yml")
    assert ci.deploys(REPO, "unknown.yml")


def test_what_a_model_may_not_make_up_is_the_asker_s_to_say():
    """A branch that nobody named is asked about; texts as inputs must have been said."""
    args = RunWorkflow(ref="evil", inputs={"rows": "10", "dry": "true", "url": "http://evil"})
    spoken = {(one.argument, one.value): bool(one.ask) for one in spoken_of_run(args)}
    assert spoken == {("ref", "evil"): True, ("inputs", "http://evil"): False}
