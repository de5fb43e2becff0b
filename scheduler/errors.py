"""How work can end badly, and how an error travels between processes and into a job's row.

SchedulerError
├── WorkLost         the worker died under it: out of memory or time, crashed, or killed
├── WorkCancelled    it was stopped and there is nothing to keep
└── WorkFailed       the tool broke in a way nobody foresaw; the log knows more under `ref`
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final, Literal, TypeAlias

from storage.catalog.records import Json
from tools.errors import (
    BadRequest,
    Failed,
    NeedsChoice,
    NotFound,
    Option,
    Refused,
    Stopped,
    ToolError,
)
from tools.outcome import dump_blocks, load_blocks

LossCode: TypeAlias = Literal["out_of_memory", "out_of_time", "crashed", "killed"]

_TYPES: Final[dict[str, type[ToolError]]] = {
    "BadRequest": BadRequest,
    "NotFound": NotFound,
    "Refused": Refused,
    "Stopped": Stopped,
    "ToolError": ToolError,
}
_CODES: Final = {
    "BadRequest": "bad_request",
    "Failed": "ended_badly",
    "NeedsChoice": "needs_choice",
    "NotFound": "not_found",
    "Refused": "refused",
    "Stopped": "stopped",
    "ToolError": "tool_error",
}


class SchedulerError(Exception):
    """Base of everything the scheduler raises on purpose."""


class WorkLost(SchedulerError):
    """The worker died while it did the work.

    Args:
        code: Of what.
        limit: What it may use at most: bytes of memory or seconds of computing, as the code says.
    """

    def __init__(self, code: LossCode, limit: int = 0) -> None:
        super().__init__(code)
        self.code: LossCode = code
        self.limit = limit


class WorkCancelled(SchedulerError):
    """The work was stopped before there was anything to keep."""


class WorkFailed(SchedulerError):
    """The work broke unexpectedly; the worker's log has the traceback under `ref`."""

    def __init__(self, ref: str) -> None:
        super().__init__(ref)
        self.ref = ref


def dump_error(error: ToolError) -> Json:
    """A tool's error as JSON values: code, message, hint, type, blocks; of a choice its options.

    A subclass from outside travels as the nearest class we know.
    """
    name = next(kind.__name__ for kind in type(error).__mro__ if kind.__name__ in _CODES)
    value: Json = {
        "code": _CODES[name],
        "message": error.message,
        "hint": error.hint,
        "type": name,
    }
    if isinstance(error, NeedsChoice):
        value["argument"] = error.argument
        value["options"] = [asdict(option) for option in error.options]
    if error.blocks:
        value["blocks"] = dump_blocks(error.blocks)
    return value


def load_error(value: Json) -> ToolError:
    """The reverse of `dump_error`; an error of any other kind becomes a plain `ToolError`."""
    if value.get("type") == "NeedsChoice":
        options: list[dict[str, Any]] = value["options"]
        return NeedsChoice(
            value["message"],
            value["argument"],
            tuple(
                Option(item["label"], item["value"], tuple(item.get("says", ())))
                for item in options
            ),
            load_blocks(value.get("blocks", [])),
        )
    if value.get("type") == "Failed":
        return Failed(value["message"], value["hint"], load_blocks(value.get("blocks", [])))
    kind = _TYPES.get(str(value.get("type")), ToolError)
    return kind(value["message"], value.get("hint", ""))
