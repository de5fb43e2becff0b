"""Refusals of the chat API.

Refusal             a status, a code for programs and a sentence for people
└── Busy            too much at once; says when to come again
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

AGAIN_S: Final = 2


class Refusal(Exception):
    """A request that is not done; `str` is the sentence people see."""

    def __init__(
        self, status: int, code: str, message: str, *, fields: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.fields = dict(fields or {})

    @property
    def headers(self) -> dict[str, str]:
        """What the answer says besides its body."""
        return {"WWW-Authenticate": "Bearer"} if self.status == 401 else {}

    @property
    def body(self) -> dict[str, Any]:
        """The answer."""
        return {"error": {"code": self.code, "message": str(self), "fields": self.fields}}


class Busy(Refusal):
    """Too much at once, for one person (429) or for the bot (503)."""

    def __init__(self, status: int, message: str, *, code: str = "busy") -> None:
        super().__init__(status, code, message)

    @property
    def headers(self) -> dict[str, str]:
        """When to come again."""
        return {"Retry-After": str(AGAIN_S)}


def bad_request(message: str) -> Refusal:
    """A request that cannot be read."""
    return Refusal(400, "bad_request", message)


def not_found(what: str) -> Refusal:
    """What is not there, or is another channel's: both sound the same."""
    return Refusal(404, "not_found", f"There is no such {what}.")
