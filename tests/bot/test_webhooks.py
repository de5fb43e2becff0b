"""GitHub's deliveries: signed, counted once, posted where somebody follows."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.app import App
from bot.messages import load_reply
from storage.catalog.records import Actor, Address, OutboxRow, Scope
from tests.bot.stage import ADA, HERE, message, still, words
from tools.workflows.order import KEY, Order, Trail, begun, dump_trail

SECRET = "a secret of the tests"
PATH = "/github/webhook"
OTHER = Address(Scope("terminal", "local", "other"), "main")


@pytest.fixture(name="app")
def _app(tmp_path: Path) -> Iterator[App]:
    """An app that GitHub may tell of runs; the channel follows one repository."""
    with still(
        tmp_path,
        ci="acme/churn: nightly.yml; acme/site: test.yml",
        github_token="t" * 20,
        github_webhook_secret=SECRET,
    ) as app:
        _follow(app, HERE, "")
        yield app


def _follow(app: App, address: Address, file: str) -> None:
    with app.catalog.write() as unit:
        unit.follows.add(address, repo="acme/churn", file=file, actor=ADA, now=app.now())


def _run(**changes: Any) -> dict[str, Any]:
    run = {
        "id": 77,
        "name": "Nightly",
        "path": ".github/workflows/nightly.yml",
        "run_number": 12,
        "run_attempt": 1,
        "status": "completed",
        "conclusion": "failure",
        "head_branch": "main",
        "head_sha": "ab" * 20,
        "event": "push",
        "actor": {"login": "grace"},
        "updated_at": "2026-03-02T09:00:00Z",
    }
    return {
        "action": "completed",
        "repository": {"full_name": "acme/churn"},
        "workflow_run": run | changes,
    }


def _send(
    app: App,
    payload: dict[str, Any] | bytes,
    *,
    delivery: str = "d1",
    event: str = "workflow_run",
    signature: str | None = None,
    **headers: str,
) -> httpx.Response:
    """One delivery, signed as GitHub signs it."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    fits = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    sent = {
        "X-Hub-Signature-256": fits if signature is None else signature,
        "X-GitHub-Delivery": delivery,
        "X-GitHub-Event": event,
        "Content-Type": "application/json",
        **headers,
    }

    async def post() -> httpx.Response:
        wire = httpx.ASGITransport(Starlette(routes=list(app.routes)))
        async with httpx.AsyncClient(transport=wire, base_url="http://bot") as client:
            return await client.post(PATH, content=body, headers=sent)

    return asyncio.run(post())


def _posted(app: App, address: Address = HERE) -> list[OutboxRow]:
    with app.catalog.read() as unit:
        return unit.outbox.list(address)


def test_a_finished_run_is_posted_where_it_is_followed(app: App):
    """A run that anybody started is told in the channel, with result, branch, commit and link."""
    assert _send(app, _run()).json() == {"posted": 1}
    [row] = _posted(app)
    told = words(load_reply(row.body))
    assert "nightly.yml #12 on main failed" in told
    assert "https://github.com/acme/churn/actions/runs/77" in told
    assert "`grace`" in told


def test_a_repeated_delivery_says_nothing_twice(app: App):
    """The same delivery again, or the same end under another delivery id, is silent."""
    _send(app, _run())
    assert _send(app, _run()).status_code == 200
    assert _send(app, _run(), delivery="d2").json() == {"posted": 0}
    assert len(_posted(app)) == 1
    assert _send(app, _run(run_attempt=2, conclusion="success"), delivery="d3").json() == {
        "posted": 1
    }


@pytest.mark.parametrize("signature", ["", "sha256=00", "sha1=abc", "sha256=" + "0" * 64])
def test_without_the_right_signature_nothing_is_believed(app: App, signature: str):
    """A delivery that is not signed with the secret is refused and leaves no trace."""
    answer = _send(app, _run(), signature=signature)
    assert answer.status_code == 401
    assert "GITHUB_WEBHOOK_SECRET" in answer.json()["error"]
    assert _posted(app) == []
    assert _send(app, _run()).json() == {"posted": 1}


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("ping", {"zen": "Keep it logically awesome."}),
        ("workflow_run", {**_run(), "action": "requested"}),
        ("workflow_run", _run(status="in_progress", conclusion=None)),
        ("workflow_run", {**_run(), "repository": {"full_name": "acme/other"}}),
        ("workflow_run", {"action": "completed"}),
        ("workflow_run", {**_run(), "repository": None}),
        ("push", _run()),
    ],
)
def test_other_events_are_taken_and_say_nothing(app: App, event: str, payload: dict[str, Any]):
    """What tells of no end that is followed is acknowledged and not posted."""
    assert _send(app, payload, event=event).json() == {"posted": 0}
    assert _posted(app) == []


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b"[1]", 400), (b"\xff", 400), (b"x" * 6_000_000, 413)]
)
def test_bodies_that_are_none_are_refused(app: App, body: bytes, status: int):
    """A body that is no JSON object, or too large, is refused with a reason."""
    assert _send(app, body).status_code == status


def test_checks_of_other_services_are_told_and_our_own_once(app: App):
    """A finished suite of another service is posted; one of GitHub Actions is not told twice."""
    suite = {"id": 5, "status": "completed", "conclusion": "failure", "head_branch": "main",
             "head_sha": "cd" * 20, "app": {"slug": "other-ci"}}  # fmt: skip
    about = {"action": "completed", "repository": {"full_name": "acme/churn"}}
    own = {**about, "check_suite": {**suite, "app": {"slug": "github-actions"}}}
    assert _send(app, own, event="check_suite").json() == {"posted": 0}
    told = {**about, "check_suite": suite}
    assert _send(app, told, event="check_suite", delivery="d2").json() == {"posted": 1}
    assert "Checks of other-ci on main failed" in words(load_reply(_posted(app)[0].body))


def test_a_channel_is_told_of_what_it_follows(app: App):
    """A channel that follows one workflow is not told of another."""
    _follow(app, OTHER, "release.yml")
    _send(app, _run())
    assert (len(_posted(app)), len(_posted(app, OTHER))) == (1, 0)
    _send(app, _run(id=78, path=".github/workflows/release.yml@main"), delivery="d2")
    assert (len(_posted(app)), len(_posted(app, OTHER))) == (2, 1)


def test_a_run_that_is_followed_in_a_message_is_not_told_again(app: App):
    """What this channel started is shown in its own message; a second one would be noise."""
    trail = Trail(Order("acme/churn", "nightly.yml", "main", {}, "m"), app.now(), run=77)
    with app.catalog.write() as unit:
        job, _ = unit.jobs.submit(
            HERE.scope, thread="main", key="k", tool="run_workflow", args={}, actor=ADA,
            context=begun(trail.order, app.now()), now=app.now(), stage="ci",
        )  # fmt: skip
        claimed = unit.jobs.claim("me", lease_until=app.now(), now=app.now(), stage="ci")
        assert claimed is not None

        unit.jobs.progress(
            job.id, attempt=claimed.attempt, progress={}, context={KEY: dump_trail(trail)}
        )
    assert _send(app, _run()).json() == {"posted": 0}


def test_hostile_names_stay_names(app: App):
    """Names from GitHub become neither links nor mentions nor markup."""
    name = "<!channel> [x](https://evil.example) `code` \u202e"
    _send(app, _run(head_branch=name, actor={"login": name}, name=name, html_url="https://evil"))
    reply = load_reply(_posted(app)[0].body)
    told = words(reply)
    assert "\u202e" not in told
    assert "https://evil" not in told.replace("(https://evil.example)", "")


def test_following_needs_the_secret(tmp_path: Path):
    """Without the webhook's secret there is no route, and following says what to set."""
    with still(tmp_path, ci="acme/churn: nightly.yml", github_token="t" * 20) as app:
        assert PATH not in {getattr(route, "path", "") for route in app.routes}
        asked = message("follow CI of acme/churn here", "E1", actor=Actor(ADA.id, ADA.name))
        reply = asyncio.run(app.assistant.answer(asked))
    assert "GITHUB_WEBHOOK_SECRET" in words(reply)
