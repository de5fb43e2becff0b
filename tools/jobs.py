"""Jobs: what is running, and stopping it."""

from __future__ import annotations

from pydantic import Field

from tools.base import Args, Tool
from tools.words import Words


class ListJobs(Args):
    """Arguments of `list_jobs`."""


class CancelJob(Args):
    """Arguments of `cancel_job`."""

    job: str | None = Field(None, description="Job number; the running one if omitted.")


list_jobs_tool = Tool(
    name="list_jobs",
    summary="List running and recent jobs.",
    args=ListJobs,
    run=None,
    effect="read",
    where="bot",
    words=Words(),
    examples=("which jobs are running?", "job status"),
)


cancel_job_tool = Tool(
    name="cancel_job",
    summary="Stop a job, keeping the best so far.",
    args=CancelJob,
    run=None,
    effect="write",
    where="bot",
    words=Words(),
    examples=("stop the training", "cancel job 3"),
)
