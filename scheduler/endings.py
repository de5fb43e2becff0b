"""How a job ends: what its work came to, as the state, result and error of its row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scheduler.errors import WorkCancelled, WorkFailed, WorkLost, dump_error
from storage.catalog.records import Json
from tools.durations import in_words
from tools.errors import ToolError
from tools.outcome import Outcome, dump_outcome


@dataclass(frozen=True, slots=True)
class Ending:
    """The last state of a job, with its result or its error."""

    state: Literal["succeeded", "failed", "cancelled"]
    result: Json | None = None
    error: Json | None = None


def succeeded(outcome: Outcome) -> Ending:
    """The work gave an outcome."""
    return Ending("succeeded", result=dump_outcome(outcome))


def too_long(limit_s: float) -> Ending:
    """The work was stopped at the time limit and kept nothing."""
    error = {
        "code": "time_limit",
        "message": f"This took longer than {in_words(round(limit_s))} and was stopped.",
        "hint": "Try it with fewer rows or a smaller time budget.",
        "type": "WorkLost",
    }
    return Ending("failed", error=error)


def ending_of(error: BaseException) -> Ending | None:
    """The ending that an error of `Executor.run` means; None: the job is worth another attempt."""
    match error:
        case WorkCancelled():
            return Ending("cancelled")
        case ToolError():
            return Ending("failed", error=dump_error(error))
        case WorkLost(code="out_of_memory"):
            return Ending("failed", error=_no_memory(error.limit))
        case WorkLost(code="out_of_time"):
            return Ending("failed", error=_no_time(error.limit))
        case WorkLost():
            return None
        case WorkFailed():
            return Ending("failed", error=_unforeseen(error.ref))
    raise error


def _no_memory(limit: int) -> Json:
    return {
        "code": "out_of_memory",
        "message": f"This needs more memory than a worker may use ({limit / 2**20:,.0f} MB).",
        "hint": "Try it with fewer rows or columns, or with a simpler algorithm.",
        "type": "WorkLost",
    }


def _no_time(limit_s: int) -> Json:
    return {
        "code": "time_limit",
        "message": f"This took more than {in_words(limit_s)} of computing and was stopped.",
        "hint": "Try it with fewer rows or columns.",
        "type": "WorkLost",
    }


def _unforeseen(ref: str) -> Json:
    return {
        "code": "failed",
        "message": f"Something went wrong (ref {ref}).",
        "hint": "If it happens again, give this reference to whoever runs the assistant.",
        "type": "WorkFailed",
        "ref": ref,
    }
