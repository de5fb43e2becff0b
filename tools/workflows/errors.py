"""What a CI server says instead of an answer, in sentences for the person who asked.

ToolError
├── Missing (NotFound)        no such repository, workflow, branch or run, or not for this token
├── Denied (Refused)          the token is not accepted, or may not do this
├── Rejected (BadRequest)     the server understood and will not: a wrong input, a wrong state
└── Unanswered (BadRequest)   no sensible answer; the same request may work later
    └── Busy                  the server asks to wait
"""

from __future__ import annotations

from tools.errors import BadRequest, NotFound, Refused


class Missing(NotFound):
    """The server knows nothing of that, or does not show it to this token."""


class Denied(Refused):
    """The token is not accepted, or has not the right."""


class Rejected(BadRequest):
    """The request was understood and refused; repeating it does not help."""


class Unanswered(BadRequest):
    """No sensible answer came.

    Args:
        message: What happened.
        hint: What to do.
        arrived: Whether the request may have been carried out all the same.
    """

    def __init__(self, message: str, hint: str = "", *, arrived: bool = True) -> None:
        super().__init__(message, hint)
        self.arrived = arrived


class Busy(Unanswered):
    """The server did nothing, and asks to come back after `after_s` seconds."""

    def __init__(self, message: str, hint: str = "", *, after_s: float = 60.0) -> None:
        super().__init__(message, hint, arrived=False)
        self.after_s = after_s
