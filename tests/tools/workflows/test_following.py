"""Following a run: asked for once, found again, watched to its end, given up with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.servers.github.server import GitHub
from tests.tools.workflows.conftest import REPO
from tools.workflows.access import Token
from tools.workflows.following import Called, Ended, Glance, Look, Lost, Rules, look
from tools.workflows.github import GitHubServer
from tools.workflows.order import Order, Trail, dump_trail, load_trail

BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RULES = Rules(poll=1.0, patience=600)
MARK = "mlops-0123456789ab"
ORDER = Order(REPO, "nightly.yml", "main", {"rows": "5", "mlops_run": MARK}, MARK)
PLAIN = Order(REPO, "test.yml", "main", {}, MARK)
RELEASE = Order(
    REPO, "release.yml", "main", {"model": "m", "version": "1", "digest": "d", "mlops_run": MARK},
    MARK, binding="b",
)  # fmt: skip
BARE = Order(
    REPO, "bare.yml", "main", {"model": "m", "version": "1", "digest": "d"}, MARK, binding="b"
)


class Walk:
    """Looks one after the other on a clock of its own, as the follower does."""

    def __init__(self, server: GitHubServer, order: Order, rules: Rules = RULES) -> None:
        self.server = server
        self.rules = rules
        self.trail = Trail(order, BEGAN)
        self.now = BEGAN
        self.fresh = False
        self.texts: list[str] = []

    def step(self, *, cancel: bool = False) -> Look:
        """One look; what it came to is kept as in a row."""
        seen = look(self.trail, self.server, self.rules, Glance(self.now, self.fresh, cancel))
        self.fresh = seen.trail.phase == "sent" and self.trail.phase == "asked"
        self.trail = load_trail(dump_trail(seen.trail))
        self.now += timedelta(seconds=seen.wait)
        self.texts.append(seen.text)
        return seen

    def to_end(self, most: int = 400) -> Look:
        """Look until it is over."""
        for _ in range(most):
            seen = self.step()
            if seen.end is not None:
                return seen
        raise AssertionError(f"no end after {most} looks: {self.trail}")

    def die(self) -> None:
        """The process is another one now: it knows the row and nothing else."""
        self.fresh = False


def test_a_run_is_followed_to_its_green_end(hub: GitHub, server: GitHubServer):
    """A run is dispatched once, shown as it goes on, and ends with its jobs."""
    walk = Walk(server, ORDER)
    end = walk.to_end().end
    assert isinstance(end, Ended)
    assert (end.run.green, [job.name for job in end.jobs]) == (True, ["prepare", "test"])
    assert walk.trail.phase == "green"
    assert hub.count("POST", "dispatches") == 1
    assert any("`test`: `Run pytest`, 1 of 2 jobs done" in text for text in walk.texts)


def test_a_red_end_names_the_step_and_its_last_words(hub: GitHub, server: GitHubServer):
    """A failed run tells job, step and the last lines of just that step."""
    hub.world.behaviour["nightly.yml"] = "fail"
    end = Walk(server, ORDER).to_end().end
    assert isinstance(end, Ended)
    assert (end.job and end.job.name, end.step and end.step.name) == ("test", "Run pytest")
    assert end.lines[0] == "pytest -q"
    assert end.lines[-1] == "error: Process completed with exit code 1."
    assert not any("upload" in line or "installed" in line for line in end.lines)


@pytest.mark.parametrize("details", ["asked", "never", "refused"])
@pytest.mark.parametrize("order", [ORDER, PLAIN, RELEASE, BARE], ids=lambda o: o.file)
def test_the_run_is_found_whatever_the_server_tells(
    hub: GitHub, server: GitHubServer, details: str, order: Order
):
    """With the run's id or without, and however late the run shows, it is ours that is followed."""
    hub.world.details = details  # type: ignore[assignment]
    hub.world.delay = 2
    hub.world.start(REPO, order.file, event="push")
    hub.world.start(REPO, order.file)
    walk = Walk(server, order)
    end = walk.to_end().end
    assert isinstance(end, Ended)
    assert end.run.id == hub.world.dispatched[0]["run"]
    assert len(hub.world.dispatched) == 1


def test_a_crash_after_the_request_asks_for_no_second_run(hub: GitHub, server: GitHubServer):
    """Whoever finds the word "sent" in the row looks for the run and does not start another."""
    walk = Walk(server, ORDER)
    walk.step()
    before = walk.trail
    walk.step()
    walk.trail = before  # the answer was never written down
    walk.die()
    end = walk.to_end().end
    assert isinstance(end, Ended)
    assert end.run.id == hub.world.dispatched[0]["run"]
    assert hub.count("POST", "dispatches") == 1


def test_a_crash_before_the_request_starts_nothing_by_itself(hub: GitHub, server: GitHubServer):
    """If nobody can tell whether it was started, that is said, and nothing is started."""
    walk = Walk(server, ORDER)
    walk.step()
    walk.die()
    end = walk.to_end().end
    assert isinstance(end, Lost)
    assert "cannot be told" in str(end.error)
    assert hub.world.dispatched == []


def test_a_lost_answer_is_no_lost_run(hub: GitHub, server: GitHubServer):
    """When the server started it and failed to say so, the run is found and followed."""
    hub.fail("POST", "dispatches", 502, late=True)
    end = Walk(server, ORDER).to_end().end
    assert isinstance(end, Ended)
    assert len(hub.world.dispatched) == 1


def test_a_release_takes_no_run_of_somebody_else(hub: GitHub, server: GitHubServer):
    """A release whose request may not have arrived does not adopt a run without our word."""
    walk = Walk(server, BARE)
    walk.step()
    walk.die()
    hub.world.start(REPO, "bare.yml", inputs={"model": "other"})
    assert isinstance(walk.to_end().end, Lost)


def test_two_runs_at_once_leave_a_release_undecided(hub: GitHub, server: GitHubServer):
    """Where two unmarked runs began together, a release is given up with what to change."""
    hub.world.details = "never"
    walk = Walk(server, BARE)
    walk.step()
    walk.step()
    hub.world.start(REPO, "bare.yml", inputs={"model": "other"})
    end = walk.to_end().end
    assert isinstance(end, Lost)
    assert "mlops_run" in str(end.error)


def test_a_run_that_vanishes_is_given_up(hub: GitHub, server: GitHubServer):
    """A deleted run is doubted for a while, and then said to be gone."""
    hub.world.behaviour["nightly.yml"] = "vanish"
    walk = Walk(server, ORDER)
    end = walk.to_end().end
    assert isinstance(end, Lost)
    assert "is gone" in str(end.error)
    assert walk.now - BEGAN > timedelta(seconds=RULES.search)


@pytest.mark.parametrize("behaviour", ["hang", "queue", "review"])
def test_a_run_without_an_end_times_out(hub: GitHub, server: GitHubServer, behaviour: str):
    """A run that hangs, stays queued or waits for a review counts as timed out, with its link."""
    hub.world.behaviour["nightly.yml"] = behaviour  # type: ignore[assignment]
    end = Walk(server, ORDER, Rules(poll=5.0, patience=60)).to_end().end
    assert isinstance(end, Lost)
    assert "did not end within 60 s" in str(end.error)
    assert f"/actions/runs/{hub.world.runs[0].id}" in str(end.error)


@pytest.mark.parametrize("status", [500, 503])
def test_an_outage_is_waited_out(hub: GitHub, server: GitHubServer, status: int):
    """Errors of the server while a run is followed lose nothing."""
    walk = Walk(server, ORDER)
    walk.step()
    walk.step()
    hub.fail("GET", r"/runs/\d+", status, times=5)
    assert isinstance(walk.to_end().end, Ended)


def test_a_rate_limit_is_waited_for(hub: GitHub, server: GitHubServer):
    """A dispatch that was limited is made again after the wait the server asked for, once."""
    hub.fail("POST", "dispatches", 403, headers={"Retry-After": "42"})
    walk = Walk(server, ORDER)
    walk.step()
    assert walk.step().wait == 42
    assert isinstance(walk.to_end().end, Ended)
    assert len(hub.world.dispatched) == 1


def test_a_refused_dispatch_says_what_github_said(hub: GitHub, server: GitHubServer):
    """A request that GitHub refuses ends at once, in GitHub's words."""
    end = Walk(server, replace(ORDER, ref="no-such-branch")).to_end().end
    assert isinstance(end, Lost)
    assert "No ref found for: no-such-branch" in str(end.error)


def test_a_token_that_ends_is_told(hub: GitHub):
    """A token that is no longer accepted is doubted for a while, and then named."""
    server = GitHubServer(Token(hub.world.token), url=hub.url)
    walk = Walk(server, ORDER)
    walk.step()
    walk.step()
    hub.world.token = "another"
    end = walk.to_end().end
    assert isinstance(end, Lost)
    assert "GITHUB_TOKEN" in str(end.error)


def test_stop_cancels_the_run_on_github(hub: GitHub, server: GitHubServer):
    """Stop asks GitHub to cancel, once, and waits for the run to end."""
    hub.world.behaviour["nightly.yml"] = "hang"
    walk = Walk(server, ORDER)
    for _ in range(4):
        walk.step()
    seen = walk.step(cancel=True)
    while seen.end is None:
        seen = walk.step(cancel=True)
    assert isinstance(seen.end, Called)
    assert hub.count("POST", "/cancel") == 1
    assert hub.world.runs[0].status == "completed"


def test_stop_before_the_start_starts_nothing(hub: GitHub, server: GitHubServer):
    """What was stopped before it was asked for is never asked for."""
    assert isinstance(Walk(server, ORDER).step(cancel=True).end, Called)
    assert hub.world.runs == []


def test_a_run_is_made_again_once(hub: GitHub, server: GitHubServer):
    """A re-run is asked for once and followed in its new attempt, also after a crash."""
    hub.world.behaviour["test.yml"] = "fail"
    run = hub.world.start(REPO, "test.yml")
    run.looks = 9
    hub.world.behaviour["test.yml"] = "pass"
    walk = Walk(server, Order(REPO, "test.yml", "main", {}, "", rerun=run.id, attempt=1))
    walk.step()
    before = walk.trail
    walk.step()
    walk.trail = before
    walk.die()
    end = walk.to_end().end
    assert isinstance(end, Ended)
    assert (end.run.green, end.run.attempt) == (True, 2)
    assert hub.count("POST", "/rerun") == 1
