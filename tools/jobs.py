"""Jobs: what is running, and stopping it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from pydantic import Field

from storage.catalog.records import Job
from storage.errors import NotStored
from tools.base import Args, Tool
from tools.cards import moment, percent, plural, shown, span, table
from tools.errors import BadRequest, NeedsChoice, NotFound, Option
from tools.outcome import Headline, Outcome, Text
from tools.words import Slot, Words

if TYPE_CHECKING:
    from tools.context import ToolContext

_MOST: Final = 20
_QUICK_S: Final = 2.0


class ListJobs(Args):
    """Arguments of `list_jobs`."""


class CancelJob(Args):
    """Arguments of `cancel_job`."""

    job: str | None = Field(None, description="Job number; the running one if omitted.")


def list_jobs(args: ListJobs, context: ToolContext) -> Outcome:  # noqa: ARG001
    """The jobs of this channel, newest first, with how far they are.

    Quick looks at data run as jobs too; those that simply worked are left out.
    """
    with context.catalog.read() as unit:
        jobs = [job for job in unit.jobs.list(context.scope, limit=100) if _is_told(job)][:_MOST]
    if not jobs:
        return Outcome(
            summary="There are no jobs in this channel.",
            blocks=(Headline("No job has run in this channel yet."),),
            data={"jobs": []},
        )
    active = [job for job in jobs if job.state in {"queued", "running"}]
    now, zone = context.now(), context.site.timezone
    rows = [
        (job.number, _work(job), _state(job), job.actor.name,
         moment(job.created_at, zone), _took(job, now))
        for job in jobs
    ]  # fmt: skip
    lines = "; ".join(f"job {job.number} ({_work(job)}): {_state(job)}" for job in jobs)
    headline = (
        f"{plural(len(active), 'job')} running or waiting." if active else "No job is running now."
    )
    return Outcome(
        summary=f"{headline} {lines}",
        blocks=(
            Headline(headline),
            table(("Job", "Work", "State", "Asked by", "Since", "Took"), rows),
        ),
        data={"jobs": [{"job": job.number, "tool": job.tool, "state": job.state} for job in jobs]},
    )


def cancel_job(args: CancelJob, context: ToolContext) -> Outcome:
    """Ask a job to stop; one that trains keeps the best so far.

    Raises:
        NotFound: No such job, or none is running.
        NeedsChoice: Several are running and none was named.
        BadRequest: The job has ended already.
    """
    with context.catalog.write() as unit:
        active = unit.jobs.list(context.scope, states=("running", "queued"))
        if args.job:
            try:
                job = unit.jobs.by_number(context.scope, _number(args.job))
            except NotStored:
                raise _no_job(args.job, active) from None
        else:
            job = _running_here(active, context.address.thread)
        if not unit.jobs.request_cancel(job.id, now=context.now()):
            raise BadRequest(
                f"Job {job.number} ({_work(job)}) is not running any more: {_state(job)}."
            )
    queued = job.state == "queued"
    headline = (
        f"Job {job.number} ({_work(job)}) was cancelled before it began."
        if queued
        else f"Stopping job {job.number} ({_work(job)})."
    )
    more = () if queued else (Text("What it has found so far is kept where that is possible."),)
    return Outcome(summary=headline, blocks=(Headline(headline), *more), data={"job": job.number})


def _is_told(job: Job) -> bool:
    if job.state != "succeeded" or job.started_at is None or job.finished_at is None:
        return True
    return (job.finished_at - job.started_at).total_seconds() >= _QUICK_S


def _number(said: str) -> int:
    number = said.lower().removeprefix("job").strip(" #.")
    if not number.isdecimal():
        raise BadRequest(f"“{shown(said)}” is not a job number.", "Ask for the list of jobs.")
    return int(number)


def _running_here(active: list[Job], thread: str) -> Job:
    """The one job that people mean by "stop it": of this thread, else of the channel."""
    meant = [job for job in active if job.thread == thread] or active
    if not meant:
        raise NotFound("No job is running in this channel.")
    if len(meant) > 1:
        options = tuple(
            Option(f"Job {job.number}: {_work(job)}, {_state(job)}", str(job.number))
            for job in meant[:5]
        )
        raise NeedsChoice("Which job should I stop?", "job", options)
    return meant[0]


def _no_job(said: str, active: list[Job]) -> NotFound:
    running = ", ".join(str(job.number) for job in active)
    hint = f"Running or waiting: {running}." if running else "No job is running now."
    return NotFound(f"There is no job {shown(said)} in this channel.", hint)


def _work(job: Job) -> str:
    """What the job does, in words: `train model (target Fare)`."""
    named = [f"{key} {shown(job.args[key], 30)}" for key in ("target", "model", "dataset")
             if job.args.get(key)]  # fmt: skip
    return job.tool.replace("_", " ") + (f" ({', '.join(named)})" if named else "")


def _state(job: Job) -> str:
    if job.state == "running":
        if job.cancel_requested:
            return "stopping"
        share = job.progress.get("share")
        text = shown(job.progress.get("text", ""))
        return ", ".join(
            part for part in ("running", percent(share) if share else "", text) if part
        )
    if job.state == "failed" and job.error and job.error.get("type") == "NeedsChoice":
        return "asked a question"
    if job.state == "failed" and job.error:
        return f"failed: {shown(job.error.get('message', ''), 80)}"
    return {"queued": "waiting for a worker", "succeeded": "done"}.get(job.state, job.state)


def _took(job: Job, now: datetime) -> str | None:
    if job.started_at is None:
        return None
    return span(((job.finished_at or now) - job.started_at).total_seconds())


list_jobs_tool = Tool(
    name="list_jobs",
    summary="List running and recent jobs.",
    args=ListJobs,
    run=list_jobs,
    effect="read",
    where="bot",
    words=Words(
        verbs=("list|show|see|display|view|give|which|what|any|check",),
        nouns=("jobs|job|queue|tasks|runs",),
        phrases=(
            "which|what ~ jobs|tasks|runs",
            "how be ~ training|job|run ~ coming|along|progressing|advancing",
            "job|jobs|training|task|tasks status|progress|queue|list",
            "status of ~ training|job|jobs|run|it",
            "jobs",
            "what ~ running|going|cooking|progress|busy|queue",
            "is|be|are|has|have|did ~ training|job|jobs|run|it|model ~ "
            "done|finished|ready|running|complete|completed|finish|still|over|through|finishing",
            "how long ~ training|job|left|remain|remaining|take|longer",
            "how far ~ training|job|along|be|it",
            "when ~ done|finished|ready|finish",
            "anything|something running|going|busy",
            "what be|is you doing|running|working",
            "be you ~ done|busy|finished|ready|running|training",
            "progress",
            "done yet",
        ),
        unless=("stop|cancel|kill|abort|workflow|ci|drift|deployed|models|production|build",),
    ),
    examples=("which jobs are running?", "job status"),
)


cancel_job_tool = Tool(
    name="cancel_job",
    summary="Stop a job, keeping the best so far.",
    args=CancelJob,
    run=cancel_job,
    effect="write",
    where="bot",
    words=Words(
        verbs=("stop|cancel|abort|kill|terminate|interrupt|halt|end|quit|break",),
        nouns=(
            "training|job|jobs|run|task|fitting|search|computation|calculation|tuning|evaluation|learning",
        ),
        phrases=(
            "stop|cancel|abort|halt ~ it|that|this|now|everything|there|right",
            "stop|abort|halt|cancel $",
            "stop|abort|halt|cancel|quit train",
            "enough training|already",
            "that is enough",
        ),
        unless=(
            "monitor|monitoring|watching|alert|alerts|endpoint|serving|remembering|deployment|workflow",
            "drift|checking|if|when",
        ),
        slots={"job": Slot("name", says=("job|task|run #|number|no? <number>",))},
    ),
    examples=("stop the training", "cancel job 3"),
)
