"""What people see of runs: how one ended and why, what runs now, how several stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias

from tools.cards import facts, moment, plural, shown, span, steps, table
from tools.outcome import Block, Code, Headline, NextStep
from tools.workflows.following import Ended, progress_of
from tools.workflows.server import Run, RunJob, run_url

Tone: TypeAlias = Literal["neutral", "good", "warning", "bad"]

_MOST_JOBS: Final = 12
_WORDS: Final = {
    "success": "passed",
    "failure": "failed",
    "cancelled": "was cancelled",
    "timed_out": "ran out of time",
    "skipped": "was skipped",
    "startup_failure": "could not start",
    "action_required": "waits for somebody on GitHub",
    "neutral": "ended without a verdict",
    "stale": "went stale",
}


def verdict(run: Run) -> str:
    """How a run ended, or that it has not: `passed`, `failed`, `is running`."""
    if run.done:
        return _WORDS.get(run.conclusion, f"ended ({shown(run.conclusion) or 'unknown'})")
    waiting = {"queued": "is queued", "waiting": "waits for a review on GitHub"}
    return waiting.get(run.status, "is running")


def tone_of(run: Run) -> Tone:
    """Good, bad, or neither."""
    if not run.done:
        return "neutral"
    if run.green:
        return "good"
    return "warning" if run.conclusion in {"cancelled", "skipped", "neutral", "stale"} else "bad"


def named(run: Run) -> str:
    """`nightly.yml #12`; in code marks, as the name is somebody's."""
    name = shown(run.file or run.name or "run")
    return f"{name} #{run.number}" if run.number else f"{name} {run.id}"


def run_card(
    ended: Ended, repo: str, *, web: str, zone: str, deploys: bool = False
) -> tuple[Block, ...]:
    """A run as it is: result, jobs, the step that failed with its last lines, what to do next."""
    run = ended.run
    where = f" on {shown(run.branch)}" if run.branch else ""
    blocks: list[Block] = [
        Headline(f"{named(run)}{where} {verdict(run)}", tone_of(run)),
        _facts(ended, repo, web=web, zone=zone),
    ]
    if ended.jobs:
        blocks.append(_jobs(ended.jobs))
    if ended.lines:
        title = f"Last lines of “{_where(ended)}”"
        blocks.append(Code("\n".join(ended.lines), "", title))
    blocks.append(steps(*_buttons(run, repo, deploys=deploys)))
    return tuple(blocks)


def sentence(ended: Ended) -> str:
    """A run in one sentence, for a headline or a model; without words of its log."""
    run = ended.run
    where = f" on {shown(run.branch)}" if run.branch else ""
    at = f" in {_where(ended)}" if ended.job is not None else ""
    now = f": {progress_of(run, ended.jobs)}" if not run.done and ended.jobs else ""
    return f"{named(run)}{where} {verdict(run)}{at}{now}."


def data_of(ended: Ended, repo: str, *, web: str) -> dict[str, Any]:
    """A run for scripts."""
    run = ended.run
    return {
        "repository": repo,
        "workflow": run.file,
        "run": run.id,
        "number": run.number,
        "attempt": run.attempt,
        "branch": run.branch,
        "sha": run.sha,
        "status": run.status,
        "conclusion": run.conclusion,
        "url": run_url(web, repo, run.id),
        "failed_job": ended.job.name if ended.job else None,
        "failed_step": ended.step.name if ended.step else None,
        "jobs": [
            {"name": job.name, "status": job.status, "conclusion": job.conclusion}
            for job in ended.jobs
        ],
    }


def runs_card(
    runs: Sequence[tuple[str, Run]], title: str, *, web: str, zone: str
) -> tuple[Block, ...]:
    """Several runs, each with its repository, in a table."""
    rows = [
        (
            f"{repo}: {named(run)}" if len({r for r, _ in runs}) > 1 else named(run),
            run.branch,
            verdict(run),
            run.actor,
            moment(run.created_at, zone) if run.created_at else "",
        )
        for repo, run in runs
    ]
    bad = [run for _, run in runs if tone_of(run) == "bad"]
    link = f"{web}/{runs[0][0]}/actions" if len({repo for repo, _ in runs}) == 1 else ""
    return (
        Headline(title, "bad" if bad else "good" if all(r.green for _, r in runs) else "neutral"),
        table(("Run", "Branch", "Result", "By", "Since"), rows),
        *((facts(link=link),) if link else ()),
    )


def _facts(ended: Ended, repo: str, *, web: str, zone: str) -> Block:
    run = ended.run
    begun = run.started_at or run.created_at
    took = ""
    if run.done and begun is not None and run.updated_at is not None:
        took = span((run.updated_at - begun).total_seconds())
    now = progress_of(run, ended.jobs) if not run.done else ""
    return facts(
        repository=repo,
        now=now,
        failed_in=_where(ended, marked=True) if ended.job else "",
        commit=f"`{shown(run.sha, 12).rstrip('…')[:10]}`" if run.sha else "",
        started_by=f"`{shown(run.actor)}`" if run.actor else "",
        begun=moment(begun, zone) if begun else "",
        took=took,
        attempt=str(run.attempt) if run.attempt > 1 else "",
        link=run_url(web, repo, run.id),
    )


def _jobs(jobs: Sequence[RunJob]) -> Block:
    rows = [(job.name, _result(job), _steps(job), _took(job)) for job in jobs[:_MOST_JOBS]]
    rest = len(jobs) - _MOST_JOBS
    caption = f"and {plural(rest, 'more job')}" if rest > 0 else ""
    return table(("Job", "Result", "Steps", "Took"), rows, caption=caption)


def _result(job: RunJob) -> str:
    if job.status != "completed":
        return job.status.replace("_", " ")
    return _WORDS.get(job.conclusion, job.conclusion).removeprefix("was ")


def _steps(job: RunJob) -> str:
    done = sum(step.status == "completed" for step in job.steps)
    return f"{done} of {len(job.steps)}" if job.steps else ""


def _took(job: RunJob) -> str:
    if job.started_at is None or job.completed_at is None:
        return ""
    return span((job.completed_at - job.started_at).total_seconds())


def _where(ended: Ended, *, marked: bool = False) -> str:
    names = [part.name for part in (ended.job, ended.step) if part is not None]
    plain = [shown(name) for name in names]
    return ": ".join(f"`{name}`" if marked else name for name in plain)


def _buttons(run: Run, repo: str, *, deploys: bool) -> list[NextStep]:
    about = {"repository": repo, "run": run.id}
    if not run.done:
        return [
            NextStep("Cancel it", "cancel_workflow", about),
            NextStep("Look again", "workflow_status", about),
        ]
    again = NextStep("Run again", "rerun_workflow", about)
    if run.green or deploys:
        return [again]
    return [
        NextStep("Run what failed again", "rerun_workflow", {**about, "failed_only": True}),
        again,
    ]
