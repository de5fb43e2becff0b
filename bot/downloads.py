"""Links at which the bot itself hands files over: signed, for a few hours, for one file each."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import BinaryIO, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from storage.blobs.base import BlobStore
from storage.errors import StorageError
from tools.outcome import File

LIFE: Final = timedelta(hours=24)
_CHUNK: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class _Ticket:
    """What a link stands for; `until` in seconds since 1970."""

    blob: str
    name: str
    size: int
    until: int


class Downloads:
    """Makes the links, and answers them.

    Args:
        base: The address people reach the bot at, without a slash at its end.
        secret: Signs the links; who does not know it can make none.
    """

    def __init__(
        self, blobs: BlobStore, *, base: str, secret: str, now: Callable[[], datetime]
    ) -> None:
        self._blobs = blobs
        self._base = base
        self._key = secret.encode()
        self._now = now

    def link(self, file: File) -> str:
        """An address for one file, good for a day."""
        return f"{self._base}/files/{self.ticket(file)}"

    def ticket(self, file: File) -> str:
        """What stands for one file for a day, and for nothing else."""
        until = int((self._now() + LIFE).timestamp())
        ticket = _Ticket(file.blob, file.name, file.size, until)
        body = _encode(json.dumps(asdict(ticket), separators=(",", ":")).encode())
        return f"{body}.{self._sign(body)}"

    def file_of(self, ticket: str) -> File | None:
        """The file a ticket stands for; None where it is not ours, or its day is over."""
        known = self._read(ticket)
        if known is None or known.until < self._now().timestamp():
            return None
        return File(known.blob, known.name, known.size)

    @property
    def route(self) -> Route:
        """Where the links lead."""
        return Route("/files/{ticket}", self._answer)

    async def _answer(self, request: Request) -> Response:
        ticket = self._read(request.path_params["ticket"])
        if ticket is None:
            return PlainTextResponse("This link is not valid.", status_code=403)
        if ticket.until < self._now().timestamp():
            sentence = "This link has expired. Ask the assistant for the file again."
            return PlainTextResponse(sentence, status_code=410)
        try:
            content = self._chunks(self._blobs.open(ticket.blob))
        except StorageError:
            return PlainTextResponse("This file is no longer kept.", status_code=404)
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(ticket.name, safe='')}",
            "Content-Length": str(ticket.size),
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return StreamingResponse(content, media_type="application/octet-stream", headers=headers)

    def _read(self, text: str) -> _Ticket | None:
        body, _, signature = text.partition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(body).encode()):
            return None
        return _Ticket(**json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))

    def _sign(self, body: str) -> str:
        """HMAC-SHA256 (RFC 2104)."""
        return _encode(hmac.digest(self._key, b"download " + body.encode(), hashlib.sha256))

    def _chunks(self, file: BinaryIO) -> Iterator[bytes]:
        with file:
            while chunk := file.read(_CHUNK):
                yield chunk


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
