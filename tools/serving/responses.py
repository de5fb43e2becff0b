"""What goes back over HTTP: JSON that any reader takes, also for refusals."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tools.serving.errors import RequestError

_CLOSING = frozenset({408, 413})  # the body was not read to its end


def to_json(value: Any) -> bytes:
    """UTF-8 JSON; half surrogate pairs are escaped, NaN is an error."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def json_response(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A value as a JSON response."""
    return Response(to_json(value), status, headers, media_type="application/json")


def refusal(error: RequestError) -> Response:
    """`{"error": "…", "details": [{"row", "field", "problem"}]}` with the fitting headers."""
    headers: dict[str, str] = {}
    if error.status in _CLOSING:
        headers["connection"] = "close"
    if error.status == 401:
        headers["www-authenticate"] = "Bearer"
    if error.status == 503:
        headers["retry-after"] = "1"
    body: dict[str, Any] = {"error": error.message}
    if error.details:
        body["details"] = list(error.details)
    return json_response(body, error.status, headers)


async def on_request_error(request: Request, exc: Exception) -> Response:  # noqa: ARG001
    """Starlette's handler for `RequestError`."""
    assert isinstance(exc, RequestError)  # noqa: S101 (registered for this class only)
    return refusal(exc)
