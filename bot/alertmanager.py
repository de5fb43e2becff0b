"""`/alertmanager/webhook`: alerts of the team's own Prometheus about models deployed here."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.settings import Settings
from scheduler.outside import Raised, take_all
from storage.catalog.catalog import Catalog
from storage.errors import StorageError

log = logging.getLogger(__name__)

PATH: Final = "/alertmanager/webhook"
MOST_BYTES: Final = 2**20
MOST_ALERTS: Final = 500


class _Alert(BaseModel):
    """One alert of Alertmanager's webhook, version 4; more fields are left alone."""

    model_config = ConfigDict(extra="ignore")
    status: Literal["firing", "resolved"]
    labels: dict[str, str]
    annotations: dict[str, str] = {}
    starts_at: str = Field(alias="startsAt", max_length=64)
    fingerprint: str = Field(min_length=1, max_length=64)


class _Told(BaseModel):
    """The body of one webhook call."""

    model_config = ConfigDict(extra="ignore")
    alerts: list[_Alert] = Field(max_length=MOST_ALERTS)


def alert_routes(
    settings: Settings,
    catalog: Catalog,
    *,
    now: Callable[[], datetime],
    notify: Callable[[], None],
) -> list[Route]:
    """The route, where there is a token; Alertmanager sends it as `Authorization: Bearer …`.

    An alert with the labels `model` and `environment` of our metrics joins the alert of that
    model; any other alert is counted and left alone. Telling an alert again changes nothing, so
    Alertmanager may repeat itself, and is asked to where the catalog does not answer.
    """
    if settings.alerts_token is None:
        return []
    token = settings.alerts_token.get_secret_value()

    async def webhook(request: Request) -> Response:
        if not _signed_in(request, token):
            return _refused(401, "Send 'Authorization: Bearer <MLOPS_ALERTS_TOKEN>'.")
        body = await _body(request)
        if body is None:
            return _refused(413, f"The body is longer than {MOST_BYTES:,} bytes.")
        try:
            told = _Told.model_validate_json(body)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(map(str, first["loc"]))
            return _refused(400, f"Not what Alertmanager sends: {place}: {first['msg']}")
        try:
            raised = map(_raised, told.alerts)
            counts = await asyncio.to_thread(take_all, catalog, list(raised), now())
        except StorageError as error:
            log.warning("alerts cannot be taken: %s", error)
            return _refused(503, "The database does not answer; send it again.")
        if counts["told"]:
            notify()
        return JSONResponse(counts)

    return [Route(PATH, webhook, methods=["POST"])]


def _signed_in(request: Request, token: str) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    same = hmac.compare_digest(given.strip().encode(), token.encode())
    return scheme.lower() == "bearer" and same


async def _body(request: Request) -> bytes | None:
    """The body; None when it is longer than is taken."""
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > MOST_BYTES:
                return None
            parts.append(part)
    except ClientDisconnect:
        return b""
    return b"".join(parts)


def _raised(alert: _Alert) -> Raised:
    labels, notes = alert.labels, alert.annotations
    return Raised(
        fingerprint=alert.fingerprint,
        began=alert.starts_at,
        firing=alert.status == "firing",
        model=labels.get("model", ""),
        environment=labels.get("environment", "production"),
        title=labels.get("alertname", "an alert")[:200],
        summary=(notes.get("summary") or notes.get("description") or "")[:1000],
    )


def _refused(status: int, words: str) -> Response:
    return JSONResponse({"error": words}, status_code=status)
