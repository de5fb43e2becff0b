"""Errors a tool raises on purpose; each is written for the person who asked.

ToolError
├── BadRequest       what was asked cannot be done as said; saying it differently may work
│   └── NeedsChoice  one argument is open; the person picks one of the options
├── NotFound         no such dataset, model, monitor … in this channel
├── Refused          will not be done: unreadable file, leaking target, missing right
├── Failed           was done and came to a bad end, which its blocks show
└── Stopped          the person pressed Stop and there is nothing worth keeping
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tools.outcome import Block


class ToolError(Exception):
    """A failure explained to the person: what was wrong, and what to do next.

    Args:
        message: One sentence about *their* input: what, and where (file, row, column).
        hint: One sentence that says what to do next; empty if the message says it.

    Attributes:
        blocks: What to see with it, where there is more than the sentence.
    """

    blocks: tuple[Block, ...] = ()

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Message and hint as one paragraph."""
        return f"{self.message} {self.hint}".strip()

    def __reduce__(self) -> tuple[type[ToolError], tuple[object, ...]]:
        """Survive the way from a worker process."""
        return type(self), (self.message, self.hint)


class BadRequest(ToolError):
    """The request cannot be carried out as said; the agent may try again differently."""


class NotFound(ToolError):
    """There is no such thing in this channel (the same answer as for another channel's)."""


class Refused(ToolError):
    """The request is understood and will not be carried out."""


class Failed(ToolError):
    """What was started came to a bad end.

    Args:
        message: How, in one sentence.
        hint: What to do next.
        blocks: The card that shows it, in place of the sentence.
    """

    def __init__(self, message: str, hint: str = "", blocks: tuple[Block, ...] = ()) -> None:
        super().__init__(message, hint)
        self.blocks = blocks

    def __reduce__(self) -> tuple[type[ToolError], tuple[object, ...]]:
        """Survive the way from a worker process."""
        return type(self), (self.message, self.hint, self.blocks)


class Stopped(ToolError):
    """The person stopped the work before there was anything to keep."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to an open question.

    Attributes:
        label: What people see.
        value: What the argument gets.
        says: Other words by which people give this answer, in lower case.
    """

    label: str
    value: object
    says: tuple[str, ...] = ()


class NeedsChoice(BadRequest):
    """One argument is open; the call goes on as soon as the person picks an option.

    Args:
        message: The question.
        argument: Name of the argument that the picked option's value fills.
        options: Two to five answers, the likeliest first.
        blocks: What to see before answering.
        consent: Whether the person who asked alone can answer, as it speaks in their name.
    """

    def __init__(
        self,
        message: str,
        argument: str,
        options: tuple[Option, ...],
        blocks: tuple[Block, ...] = (),
        *,
        consent: bool = False,
    ) -> None:
        super().__init__(message)
        self.argument = argument
        self.options = options
        self.blocks = blocks
        self.consent = consent

    def __reduce__(self) -> tuple[type[ToolError], tuple[object, ...]]:
        """Survive the way from a worker process."""
        return type(self), (self.message, self.argument, self.options, self.blocks)
