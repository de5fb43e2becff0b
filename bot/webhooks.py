"""What GitHub tells by itself: a run that ended is posted into the channels that follow it.

A delivery counts only with the signature of the secret that both sides know. What it leads to is
written in one transaction with its key, so that a repeated delivery, under its own id or under
another, says nothing twice.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qs

from pydantic import SecretStr
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.messages import Reply, dump_reply
from bot.settings import Settings
from storage.catalog.catalog import Catalog, Unit
from storage.catalog.records import Follow, Scope
from tools.workflows.allowed import web_of
from tools.workflows.heard import Heard, heard_card, heard_in
from tools.workflows.order import trail_of

PATH: Final = "/github/webhook"
PLATFORM: Final = "github"
"""Under this name deliveries are kept, so that each is dealt with once."""

_MOST: Final = 5 * 2**20
_PREFIX: Final = "sha256="
log = logging.getLogger(__name__)


class GitHubWebhook:
    """Takes deliveries.

    Args:
        secret: What deliveries are signed with.
        web: Where people look at repositories.
        notify: Told when there is something to say.
    """

    def __init__(
        self,
        catalog: Catalog,
        *,
        secret: SecretStr,
        web: str,
        zone: str,
        now: Callable[[], datetime],
        notify: Callable[[], None],
    ) -> None:
        self._catalog = catalog
        self._secret = secret.get_secret_value().encode()
        self._web = web
        self._zone = zone
        self._now = now
        self._notify = notify

    async def take(self, request: Request) -> Response:
        """Answer one delivery; nothing but the signature is looked at before it fits."""
        body = await _body(request)
        if body is None:
            return _say(413, "That is too large.")
        if not self._signed(body, request.headers.get("x-hub-signature-256", "")):
            return _say(401, "The signature does not fit: is GITHUB_WEBHOOK_SECRET the same there?")
        delivery = request.headers.get("x-github-delivery", "")
        if not delivery or len(delivery) > 200:
            return _say(400, "X-GitHub-Delivery is missing.")
        payload = _payload(body, request.headers.get("content-type", ""))
        if payload is None:
            return _say(400, "The body is no JSON object; let the webhook send application/json.")
        event = request.headers.get("x-github-event", "")
        said = await asyncio.to_thread(self._deal_with, delivery, event, payload)
        if said:
            self._notify()
        return JSONResponse({"posted": said})

    def _signed(self, body: bytes, signature: str) -> bool:
        expected = _PREFIX + hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))

    def _deal_with(self, delivery: str, event: str, payload: dict[str, Any]) -> int:
        """Keep the delivery and what it leads to; how many channels are told."""
        heard, now = heard_in(event, payload), self._now()
        with self._catalog.write() as unit:
            key = f"{PLATFORM}:{delivery}"
            kept = unit.inbox.add(key, platform=PLATFORM, payload={"event": event}, now=now)
            unit.inbox.done(key, now=now)
            if kept is None or heard is None:
                return 0
            told = unit.follows.of_run(heard.repo, heard.run.file)
            here: dict[Scope, Follow] = {one.address.scope: one for one in reversed(told)}
            return sum(self._post(unit, heard, follow, now) for follow in here.values())

    def _post(self, unit: Unit, heard: Heard, follow: Follow, now: datetime) -> bool:
        """Say it in one channel, unless a message there follows this very run already."""
        jobs = unit.jobs.list(follow.address.scope, limit=100)
        trails = [trail for job in jobs if (trail := trail_of(job.context)) is not None]
        repo = heard.repo.lower()
        if any((t.order.repo.lower(), t.run) == (repo, heard.run.id) for t in trails):
            return False
        key = f"{PLATFORM}:{repo}:{heard.key}:{follow.address.scope}"
        blocks = heard_card(heard, web=self._web, zone=self._zone)
        body = dump_reply(Reply(blocks, key))
        _, added = unit.outbox.add(key, slot=key, address=follow.address, body=body, now=now)
        return added


def github_routes(
    settings: Settings,
    catalog: Catalog,
    *,
    now: Callable[[], datetime],
    notify: Callable[[], None],
) -> list[Route]:
    """The route for GitHub's deliveries; none without a secret."""
    if settings.github_webhook_secret is None:
        return []
    hook = GitHubWebhook(
        catalog,
        secret=settings.github_webhook_secret,
        web=web_of(settings.github_api_url),
        zone=settings.timezone,
        now=now,
        notify=notify,
    )
    return [Route(PATH, hook.take, methods=["POST"])]


async def _body(request: Request) -> bytes | None:
    """The body, counted while it is read; None when it is too large or breaks off."""
    content = b""
    try:
        async for part in request.stream():
            content += part
            if len(content) > _MOST:
                return None
    except ClientDisconnect:
        return None
    return content


def _payload(body: bytes, kind: str) -> dict[str, Any] | None:
    try:
        text = body.decode("utf-8")
        if kind.startswith("application/x-www-form-urlencoded"):
            text = parse_qs(text).get("payload", [""])[0]
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _say(status: int, sentence: str) -> Response:
    return JSONResponse({"error": sentence}, status_code=status)
