"""Signed HTTP delivery: events, commands and interactivity to one address."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp

from tests.servers.slack.envelopes import Answer, Envelope
from tests.servers.slack.records import Ack

if TYPE_CHECKING:
    from tests.servers.slack.workspace import Workspace

JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class SignedRequest:
    """A request as it was sent; a test may send it again as an eavesdropper would."""

    url: str
    body: bytes
    headers: dict[str, str]


def signed(secret: str, body: bytes, at: int | None = None) -> dict[str, str]:
    """The headers that sign a body, as of now or of another time (Unix seconds)."""
    stamp = str(int(time.time()) if at is None else at)
    base = b"v0:" + stamp.encode() + b":" + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


class HttpDelivery:
    """Posts envelopes to the app's address; remembers all that it sent."""

    def __init__(self, server: Workspace) -> None:
        self._server = server
        self._session: aiohttp.ClientSession | None = None
        self.sent: list[SignedRequest] = []

    async def send(self, envelope: Envelope, ack: Ack) -> Answer | None:
        """Post the envelope; None when no answer came in time."""
        kind, body = _body(envelope)
        headers = {"Content-Type": kind, "User-Agent": "Slackbot 1.0"}
        headers |= signed(self._server.signing_secret, body)
        if envelope.attempt:
            headers["X-Slack-Retry-Num"] = str(envelope.attempt)
            headers["X-Slack-Retry-Reason"] = envelope.reason
        request = SignedRequest(self._server.events_url, body, headers)
        self.sent.append(request)
        try:
            status, text, no_retry = await self._post(request)
        except (TimeoutError, aiohttp.ClientError):
            return None
        if not 200 <= status < 300:
            return Answer(accepted=False, retry=not no_retry)
        ack.latency = time.monotonic() - ack.sent_at
        return Answer(_payload(text))

    async def resend(self, request: SignedRequest) -> int:
        """Send a request again, byte by byte, as an eavesdropper would; gives the status."""
        status, _, _ = await self._post(request)
        return status

    async def verify_url(self) -> bool:
        """Whether the address answers Slack's challenge, as it must when it is set up."""
        challenge = {"token": "verification", "challenge": "3eZbrw1aB", "type": "url_verification"}
        body = json.dumps(challenge).encode()
        headers = {"Content-Type": JSON} | signed(self._server.signing_secret, body)
        status, text, _ = await self._post(SignedRequest(self._server.events_url, body, headers))
        return status == 200 and challenge["challenge"] in text

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def _post(self, request: SignedRequest) -> tuple[int, str, bool]:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        async with (
            asyncio.timeout(self._server.ack_within),
            self._session.post(request.url, data=request.body, headers=request.headers) as answer,
        ):
            text = await answer.text()
            return answer.status, text, answer.headers.get("X-Slack-No-Retry") == "1"


def _body(envelope: Envelope) -> tuple[str, bytes]:
    match envelope.kind:
        case "events_api":
            return JSON, json.dumps(envelope.payload).encode()
        case "interactive":
            return FORM, urlencode({"payload": json.dumps(envelope.payload)}).encode()
        case "slash_commands":
            return FORM, urlencode(envelope.payload).encode()


def _payload(text: str) -> Any:
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError:
        return {"text": text}
