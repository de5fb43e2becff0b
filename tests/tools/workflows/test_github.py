"""The GitHub adapter against a local GitHub: requests, answers, and every kind of failure."""

from __future__ import annotations

import base64
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.servers.github.server import GitHub
from tests.tools.workflows.conftest import REPO
from tools.workflows.access import AppKey, Token
from tools.workflows.allowed import web_of
from tools.workflows.errors import Busy, Denied, Missing, Rejected, Unanswered
from tools.workflows.github import GitHubServer
from tools.workflows.server import Wanted

NIGHTLY_RUN = {"rows": "10"}


def test_every_request_has_the_documented_headers(hub: GitHub, server: GitHubServer):
    """Each request names the media type, the API version, the token and who asks."""
    server.repository(REPO)
    headers = hub.asked[-1].headers
    assert headers["accept"] == "application/vnd.github+json"
    assert headers["x-github-api-version"] == "2022-11-28"
    assert headers["authorization"].partition(" ")[2] == hub.world.token
    assert headers["user-agent"] == "mlops-assistant"


@pytest.mark.parametrize("details", ["asked", "always"])
def test_a_dispatch_tells_its_run(hub: GitHub, server: GitHubServer, details: str):
    """A server that answers a dispatch with the run's id is believed."""
    hub.world.details = details  # type: ignore[assignment]
    found = server.dispatch(REPO, "nightly.yml", ref="main", inputs=NIGHTLY_RUN)
    assert found == hub.world.runs[0].id


@pytest.mark.parametrize("details", ["never", "refused"])
def test_an_older_server_starts_one_run_and_names_none(
    hub: GitHub, server: GitHubServer, details: str
):
    """Servers that answer 204, or refuse the newer parameter, start exactly one run."""
    hub.world.details = details  # type: ignore[assignment]
    assert server.dispatch(REPO, "nightly.yml", ref="main", inputs=NIGHTLY_RUN) is None
    assert len(hub.world.runs) == 1


def test_runs_come_page_by_page(hub: GitHub, server: GitHubServer):
    """More runs than a page holds are fetched by the links of the server, newest first."""
    for _ in range(130):
        hub.world.start(REPO, "test.yml")
    found = server.runs(REPO, Wanted("test.yml", most=120))
    assert [run.id for run in found] == [run.id for run in reversed(hub.world.runs)][:120]
    assert hub.count("GET", r"/workflows/test\.yml/runs") == 2


def test_runs_are_narrowed_down_by_the_server(hub: GitHub, server: GitHubServer):
    """Branch and event go to the server as its documentation names them."""
    hub.world.start(REPO, "nightly.yml", branch="develop", event="push")
    mine = hub.world.start(REPO, "nightly.yml", branch="main")
    found = server.runs(REPO, Wanted("nightly.yml", branch="main", event="workflow_dispatch"))
    assert [run.id for run in found] == [mine.id]


def test_missing_fields_survive(hub: GitHub, server: GitHubServer):
    """An implementation that leaves optional fields out, or adds some, is understood."""
    hub.world.strip = frozenset(
        ("display_title", "actor", "triggering_actor", "run_attempt", "path", "created_at",
         "run_started_at", "head_sha", "permissions", "run_number")
    )  # fmt: skip
    run = server.run(REPO, hub.world.start(REPO, "test.yml").id)
    assert (run.title, run.attempt, run.actor, run.created_at) == ("", 1, "", None)
    assert server.repository(REPO).can_write is None


def test_a_log_comes_from_the_job_without_our_token(hub: GitHub, server: GitHubServer):
    """The redirect to a job's log is followed, and the token is not sent along."""
    run = server.run(REPO, hub.world.start(REPO, "test.yml", behaviour="fail").id)
    text = server.log(REPO, run, server.jobs(REPO, run.id)[1])
    assert "##[error]Process completed" in text
    fetched = next(one for one in hub.asked if one.path.startswith("/log/"))
    assert "authorization" not in fetched.headers


def test_a_log_comes_from_the_archive_of_the_run(hub: GitHub, server: GitHubServer):
    """Where a job's own log is not given out, it is read from the run's archive."""
    hub.fail("GET", r"/actions/jobs/\d+/logs", 404)
    run = server.run(REPO, hub.world.start(REPO, "test.yml", behaviour="fail").id)
    job = server.jobs(REPO, run.id)[1]
    assert f"job {job.id}" in server.log(REPO, run, job)


@pytest.mark.parametrize(
    ("status", "message", "kind", "says"),
    [
        (404, "Not Found", Missing, "shows no repository acme/churn"),
        (401, "Bad credentials", Denied, "does not accept the token"),
        (403, "Resource not accessible by personal access token", Denied, "Actions"),
        (422, "Validation Failed", Rejected, "Validation Failed"),
        (500, "oops", Unanswered, "trouble of its own"),
        (502, "bad gateway", Unanswered, "trouble of its own"),
    ],
)
def test_failures_are_sentences(
    hub: GitHub,
    *,
    server: GitHubServer,
    status: int,
    message: str,
    kind: type[Exception],
    says: str,
):
    """Every refusal is an error of ours, in a sentence that says what to change."""
    hub.fail("GET", "/repos/", status, body={"message": message})
    with pytest.raises(kind) as caught:
        server.repository(REPO)
    assert says in str(caught.value)
    assert hub.world.token not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "headers", "message", "after"),
    [
        (429, {"Retry-After": "7"}, "", 7),
        (403, {"Retry-After": "9"}, "You have exceeded a secondary rate limit", 9),
        (403, {}, "You have exceeded a secondary rate limit", 60),
        (429, {}, "", 60),
        (429, {"Retry-After": "soon"}, "", 60),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "+30"}, "API rate limit", 30),
    ],
)
def test_rate_limits_say_how_long_to_wait(
    hub: GitHub,
    *,
    server: GitHubServer,
    status: int,
    headers: dict[str, str],
    message: str,
    after: float,
):
    """Primary and secondary limits are told from refusals, with the wait the server asks for."""
    reset = str(int(time.time()) + 30)
    told = {k: reset if v == "+30" else v for k, v in headers.items()}
    hub.fail("GET", "/repos/", status, headers=told, body={"message": message})
    with pytest.raises(Busy) as caught:
        server.repository(REPO)
    assert after - 3 <= caught.value.after_s <= after
    assert not caught.value.arrived


def test_a_server_that_is_not_there_got_nothing():
    """A connection that never came about has carried out nothing, and the sentence says where."""
    server = GitHubServer(Token("t" * 20), url="http://127.0.0.1:9")
    with pytest.raises(Unanswered) as caught:
        server.dispatch(REPO, "nightly.yml", ref="main", inputs={})
    assert not caught.value.arrived
    assert "GITHUB_API_URL" in str(caught.value)


def test_what_is_no_github_is_told(hub: GitHub, server: GitHubServer):
    """An answer that is no JSON object is not taken for one."""
    hub.fail("GET", "/repos/", 200, body=["not", "an", "object"])
    with pytest.raises(Unanswered, match="GITHUB_API_URL"):
        server.repository(REPO)


def test_an_app_signs_in_by_its_key(hub: GitHub, tmp_path: Path):
    """A GitHub App asks with a token of its installation, which its private key gets it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    server = GitHubServer(AppKey("123456", pem, 77), url=hub.url)
    assert server.account().name == "the GitHub App"
    assert server.repository(REPO).default_branch == "main"
    assert hub.asked[0].path == "/app/installations/77/access_tokens"
    assert hub.asked[-1].headers["authorization"] == "token ghs_installation"


def test_a_key_that_is_none_is_told(hub: GitHub):
    """A private key that cannot be read is a sentence, not a trace."""
    server = GitHubServer(AppKey("123456", "no key at all", 78), url=hub.url)
    with pytest.raises(Denied, match="GITHUB_APP_KEY_FILE"):
        server.repository(REPO)


@pytest.mark.parametrize(
    ("api", "web"),
    [
        ("https://api.github.com", "https://github.com"),
        ("https://git.acme.example/api/v3", "https://git.acme.example"),
        ("https://api.acme.ghe.com/", "https://acme.ghe.com"),
    ],
)
def test_links_lead_to_the_pages_of_the_server(api: str, web: str):
    """Links are made from the configured address, for GitHub and for own servers."""
    assert web_of(api) == web


def test_a_server_without_the_runs_of_a_workflow_is_asked_for_all(
    hub: GitHub, server: GitHubServer
):
    """Where runs are not listed by workflow, those of the file are picked out of all."""
    mine = hub.world.start(REPO, "nightly.yml")
    hub.world.start(REPO, "test.yml")
    hub.fail("GET", r"/workflows/nightly\.yml/runs", 404)
    assert [run.id for run in server.runs(REPO, Wanted("nightly.yml"))] == [mine.id]


def test_a_file_wrapped_in_json_is_unwrapped(hub: GitHub, server: GitHubServer):
    """A server that does not know the raw media type gives the same text."""
    wrapped = {"encoding": "base64", "content": base64.b64encode(b"on: push").decode()}
    hub.fail("GET", "/contents/", 200, body=wrapped)
    assert server.source(REPO, "test.yml", "main") == "on: push"


def test_an_own_server_is_asked_below_its_path(hub: GitHub):
    """The path of the API's address comes before every request."""
    server = GitHubServer(Token(hub.world.token), url=f"{hub.url}/api/v3")
    with pytest.raises(Missing):
        server.repository(REPO)
    assert hub.asked[-1].path == f"/api/v3/repos/{REPO}"
