"""What a job's end means for the call that waited for it: its outcome, or its own failure."""

from __future__ import annotations

from storage.catalog.records import Job
from tools.errors import (
    BadRequest,
    Failed,
    NeedsChoice,
    NotFound,
    Option,
    Refused,
    ToolError,
)
from tools.outcome import Outcome, load_blocks, load_outcome


def outcome_of(job: Job) -> Outcome:
    """The outcome of a job that succeeded.

    Raises:
        ToolError: It did not; of the class it failed with, where that is one of ours.
    """
    if job.state == "succeeded" and job.result is not None:
        return load_outcome(job.result)
    error = job.error or {}
    message, hint = str(error.get("message", "")), str(error.get("hint", ""))
    if job.state == "cancelled":
        raise Refused(message or "Stopped; there was nothing to keep yet.", hint)
    shown = load_blocks(error.get("blocks", []))
    if error.get("type") == "Failed":
        raise Failed(message, hint, shown)
    if error.get("type") == "NeedsChoice":
        options = tuple(
            Option(o["label"], o["value"], tuple(o.get("says", ()))) for o in error["options"]
        )
        raise NeedsChoice(message, str(error["argument"]), options, shown)
    if error.get("type") == Failed.__name__:
        raise Failed(message, hint, load_blocks(error.get("blocks", [])))
    kinds: dict[str, type[ToolError]] = {
        kind.__name__: kind for kind in (BadRequest, NotFound, Refused)
    }
    kind = kinds.get(str(error.get("type")), ToolError)
    raise kind(message or f"Job {job.number} failed.", hint)
