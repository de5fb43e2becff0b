"""Why a request is not answered with predictions.

RequestError
└── the HTTP status, one sentence, and the places (row, field) where there are any
"""

from __future__ import annotations

from typing import Any


class RequestError(Exception):
    """A request that cannot be answered as sent.

    Args:
        status: HTTP status.
        message: One sentence about the request.
        details: `{"row": 0, "field": "Age", "problem": "…"}` for each place, if known.
        broken: Whether the rows break the model's contract.
    """

    def __init__(
        self,
        status: int,
        message: str,
        details: tuple[dict[str, Any], ...] = (),
        *,
        broken: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = details
        self.broken = broken
