"""Follows an order to its end, a look at a time; what was seen so far is the order's trail.

A request is made at most once: the trail says "sent" before it goes out. Who finds that word there
and did not write it a moment ago looks for the run and never asks for a second one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeAlias

from tools.cards import plural, shown, span
from tools.errors import NotFound, Refused, ToolError
from tools.workflows.errors import Busy, Denied, Missing, Rejected, Unanswered
from tools.workflows.logs import failed_job, failed_step, last_lines
from tools.workflows.order import Trail
from tools.workflows.server import CiServer, Run, RunJob, Step, Wanted, run_url

_LISTED: Final = 30
_BY_HAND: Final = "workflow_dispatch"


@dataclass(frozen=True, slots=True)
class Rules:
    """How patient to be; all in seconds.

    Attributes:
        poll: Between two looks at first; later they are further apart.
        patience: Until an order that has not ended counts as timed out.
    """

    poll: float = 5.0
    patience: float = 7_200.0

    @property
    def search(self) -> float:
        """How long a run is looked for, or its denial doubted."""
        return 18 * self.poll

    @property
    def settle(self) -> float:
        """How long runs of others may take to show, so that one alone is ours."""
        return 2 * self.poll


@dataclass(frozen=True, slots=True)
class Ended:
    """The run has ended; `lines` are the last ones of the step that failed."""

    run: Run
    jobs: tuple[RunJob, ...]
    job: RunJob | None = None
    step: Step | None = None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lost:
    """Nobody can say any more how it ends, or it was never begun; the error says why."""

    error: ToolError


@dataclass(frozen=True, slots=True)
class Called:
    """It was called off; the sentence says what that came to."""

    sentence: str


End: TypeAlias = Ended | Lost | Called


@dataclass(frozen=True, slots=True)
class Look:
    """What a look came to: the trail now, when to look again, what to show, whether it is over."""

    trail: Trail
    wait: float
    text: str = ""
    share: float = 0.0
    end: End | None = None


@dataclass(frozen=True, slots=True)
class Glance:
    """What a look needs to know besides the trail.

    Attributes:
        fresh: Whether the caller itself wrote the trail as it is, just now.
        cancel: Whether somebody asked to stop.
    """

    now: datetime
    fresh: bool
    cancel: bool


def look(trail: Trail, server: CiServer, rules: Rules, glance: Glance) -> Look:
    """Do the next thing for an order; repeated from the same trail, nothing happens twice."""
    try:
        if trail.phase == "asked":
            seen = _prepare(trail, server, glance)
        elif trail.phase == "sent":
            seen = _send(trail, server, rules, glance)
        else:
            seen = _watch(trail, server, rules, glance)
    except Busy as error:
        seen = Look(trail, error.after_s, error.message)
    except Unanswered as error:
        seen = Look(trail, 2 * rules.poll, error.message)
    except (Missing, Denied) as error:
        seen = _doubt(trail, rules, glance, error)
    except ToolError as error:
        seen = Look(trail, 0, end=Lost(error))
    late = (glance.now - trail.since).total_seconds() > rules.patience
    return (
        replace(seen, end=Lost(_timed_out(trail, server, rules))) if late and not seen.end else seen
    )


def _prepare(trail: Trail, server: CiServer, glance: Glance) -> Look:
    """Note what is there before the request, so that what comes after it can be told apart."""
    order = trail.order
    if glance.cancel:
        return Look(trail, 0, end=Called("Stopped before it was started."))
    before = 0
    if not order.rerun:
        found = server.runs(order.repo, Wanted(order.file, event=_BY_HAND, most=_LISTED))
        before = max((run.id for run in found), default=0)
    sent = replace(trail, phase="sent", sent_at=glance.now, before=before, doubt=None)
    return Look(sent, 0, f"Starting `{order.file}`")


def _send(trail: Trail, server: CiServer, rules: Rules, glance: Glance) -> Look:
    if not glance.fresh:
        return _search(trail, server, rules, glance)
    waits = Look(trail, min(rules.poll, 1.0), f"Waiting for `{trail.order.file}` to begin")
    try:
        sent = _request(trail, server)
    except Unanswered as error:
        if error.arrived:
            return replace(waits, text=error.message)
        after = error.after_s if isinstance(error, Busy) else 2 * rules.poll
        return Look(replace(trail, phase="asked"), after, error.message)
    except (Missing, Denied) as error:
        return Look(trail, 0, end=Lost(error))
    return replace(waits, trail=sent)


def _request(trail: Trail, server: CiServer) -> Trail:
    """Make the request; the trail with what the answer tells."""
    order = trail.order
    if order.rerun:
        server.rerun(order.repo, order.rerun, failed_only=order.failed_only)
        return trail
    run_id = server.dispatch(order.repo, order.file, ref=order.ref, inputs=order.inputs)
    if run_id is None:
        return replace(trail, taken=True)
    return replace(trail, phase="following", run=run_id)


def _search(trail: Trail, server: CiServer, rules: Rules, glance: Glance) -> Look:
    """Look for the run of a request whose answer did not say it, or was lost."""
    order = trail.order
    waited = (glance.now - (trail.sent_at or glance.now)).total_seconds()
    found = (
        _again(trail, server)
        if order.rerun
        else _ours(trail, server, settled=waited > rules.settle)
    )
    if found is not None:
        return Look(replace(trail, phase="following", run=found.id), 0, _begun(trail))
    if waited > rules.search:
        return Look(trail, 0, end=Lost(_never_seen(trail, server)))
    return Look(trail, min(rules.poll, 2.0), f"Waiting for `{order.file}` to begin")


def _again(trail: Trail, server: CiServer) -> Run | None:
    run = server.run(trail.order.repo, trail.order.rerun)
    return run if run.attempt > trail.order.attempt else None


def _ours(trail: Trail, server: CiServer, *, settled: bool) -> Run | None:
    """The run that our request made, if that can be told.

    Our word in its title tells for certain. Without it, a run that came after the request, alone
    on this branch, is taken for ours; for a release only if the server said that it made one.
    """
    order = trail.order
    found = server.runs(order.repo, Wanted(order.file, event=_BY_HAND, most=_LISTED))
    later = [run for run in found if run.id > trail.before]
    marked = [run for run in later if order.mark in run.title]
    if len(marked) == 1:
        return marked[0]
    fits = [run for run in later if run.branch in {"", order.ref}]
    if order.certain:
        return fits[0] if settled and trail.taken and len(fits) == 1 else None
    return min(fits, key=lambda run: run.id, default=None)


def _watch(trail: Trail, server: CiServer, rules: Rules, glance: Glance) -> Look:
    order = trail.order
    run = server.run(order.repo, trail.run)
    if order.certain and run.file and run.file != order.file:
        return Look(trail, 0, end=Lost(_not_it(trail, run)))
    trail = replace(trail, doubt=None)
    again = order.rerun and run.attempt <= order.attempt
    jobs = tuple(server.jobs(order.repo, run.id)) if not again else ()
    if run.done and not again:
        stopped = trail.stopped_at is not None and not run.green
        end: End = Called("It was stopped.") if stopped else ended(server, order.repo, run, jobs)
        trail = replace(trail, url=run_url(server.web, order.repo, run.id))
        return Look(replace(trail, phase="green") if run.green else trail, 0, end=end)
    if glance.cancel and trail.stopped_at is None:
        return _stop(trail, server, glance)
    if trail.stopped_at and (glance.now - trail.stopped_at).total_seconds() > rules.search:
        where = run_url(server.web, order.repo, run.id)
        return Look(trail, 0, end=Called(f"GitHub was asked to stop it, and has not yet: {where}"))
    return Look(trail, _pause(trail, rules, glance), progress_of(run, jobs), share_of(jobs))


def ended(server: CiServer, repo: str, run: Run, jobs: tuple[RunJob, ...]) -> Ended:
    """How a run ended; of one that is red, where and with which last words."""
    job = None if run.green else failed_job(jobs)
    if job is None:
        return Ended(run, jobs)
    step = failed_step(job)
    try:
        lines = last_lines(server.log(repo, run, job), step)
    except ToolError as error:
        lines = (f"({error.message})",)
    return Ended(run, jobs, job, step, lines)


def _stop(trail: Trail, server: CiServer, glance: Glance) -> Look:
    try:
        server.cancel(trail.order.repo, trail.run)
    except Rejected:  # it has just ended
        return Look(replace(trail, stopped_at=glance.now), 0, "Stopping")
    stopping = replace(trail, phase="stopping", stopped_at=glance.now)
    return Look(stopping, 1.0, "Stopping")


def _doubt(trail: Trail, rules: Rules, glance: Glance, error: ToolError) -> Look:
    """A run that was there and is not, or a token that no longer counts: perhaps a hiccup."""
    since = trail.doubt or glance.now
    if (glance.now - since).total_seconds() <= rules.search:
        return Look(replace(trail, doubt=since), rules.poll, error.message)
    if isinstance(error, Denied) or not trail.run:
        return Look(trail, 0, end=Lost(error))
    gone = NotFound(
        f"The run of {trail.order.file} is gone: GitHub does not know it any more.",
        "It was deleted, or the repository was; ask for it again.",
    )
    return Look(trail, 0, end=Lost(gone))


def progress_of(run: Run, jobs: tuple[RunJob, ...]) -> str:
    """Where a run is: `test`: `Run pytest`, 1 of 3 jobs done."""
    working = [job for job in jobs if job.status == "in_progress"]
    done = sum(job.status == "completed" for job in jobs)
    parts = []
    for job in working[:2]:
        step = next((step for step in job.steps if step.status == "in_progress"), None)
        parts.append(f"`{shown(job.name)}`" + (f": `{shown(step.name)}`" if step else ""))
    if not working:
        parts.append(
            {"queued": "queued", "waiting": "waits for a review on GitHub"}.get(
                run.status, shown(run.status.replace("_", " "))
            )
        )
    if jobs:
        parts.append(f"{done} of {plural(len(jobs), 'job')} done")
    return ", ".join(parts)


def share_of(jobs: tuple[RunJob, ...]) -> float:
    """The share of steps that are done; steps of jobs that wait are not known yet."""
    steps = [step for job in jobs for step in (job.steps or (None,))]
    done = sum(step is not None and step.status == "completed" for step in steps)
    return round(done / len(steps), 4) if steps else 0.0


def _pause(trail: Trail, rules: Rules, glance: Glance) -> float:
    """Looks come further apart, so that an hour costs no more than some hundred requests."""
    lasted = (glance.now - trail.since).total_seconds()
    return rules.poll * (1 if lasted < 120 else 2 if lasted < 900 else 4)


def _begun(trail: Trail) -> str:
    return f"`{trail.order.file}` has begun"


def _timed_out(trail: Trail, server: CiServer, rules: Rules) -> ToolError:
    where = (
        f" It goes on there: {run_url(server.web, trail.order.repo, trail.run)}"
        if trail.run
        else ""
    )
    return Refused(
        f"{trail.order.file} did not end within {span(rules.patience)}.{where}",
        "Look what holds it up, or let whoever runs me raise MLOPS_CI_PATIENCE_MIN.",
    )


def _never_seen(trail: Trail, server: CiServer) -> ToolError:
    order = trail.order
    where = f"{server.web}/{order.repo}/actions/workflows/{order.file}"
    if trail.taken and order.certain:
        return Refused(
            f"GitHub has taken the order for {order.file}, and which run is ours cannot be told.",
            f"Let {order.file} take an input mlops_run and show it in its run-name.",
        )
    return Refused(
        f"Whether {order.file} was started cannot be told: no run of it has appeared.",
        f"Look at {where}, and ask again if there is none.",
    )


def _not_it(trail: Trail, run: Run) -> ToolError:
    return Refused(f"Run {run.id} is one of {shown(run.file)}, not of {trail.order.file}.")
