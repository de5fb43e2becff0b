"""The chat API as the page asks it: one person's requests, and refusals as sentences."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from urllib.parse import quote

import httpx

Json: TypeAlias = dict[str, Any]
SILENT: Final = "The assistant does not answer just now. Nothing is lost; I keep trying."
_PATIENCE: Final = httpx.Timeout(30.0, connect=3.0)
_UPLOAD: Final = httpx.Timeout(600.0, connect=3.0)
_LISTEN: Final = httpx.Timeout(45.0, connect=3.0)  # the line is kept open every 15 s


class Silent(Exception):
    """The bot cannot be reached."""


class Refused(Exception):
    """The bot refused; `str` is the sentence for the person.

    Attributes:
        code: What kind of refusal.
        fields: A sentence per field of a form.
    """

    def __init__(self, code: str, message: str, fields: Mapping[str, str]) -> None:
        super().__init__(message)
        self.code = code
        self.fields = dict(fields)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message that is not sent yet."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A message on its way; its key makes sending it again safe."""

    text: str
    files: tuple[Attachment, ...] = ()
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16))


class Api:
    """The chat API for one person.

    Args:
        base: The bot's address.
        token: Gives a token that is good now.
        transport: How requests travel, if not over a network.
    """

    def __init__(
        self, base: str, token: Callable[[], str], *, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._token = token
        self._http = httpx.Client(
            base_url=f"{base.rstrip('/')}/api/v1", timeout=_PATIENCE, transport=transport
        )
        self._board: tuple[str, Json] = ("", {})

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def me(self) -> Json:
        """Who asks, with which role, and what may be sent."""
        return self._get("/me")

    def threads(self) -> list[Json]:
        """The conversations of the channel, the latest first."""
        found: list[Json] = self._get("/threads")["threads"]
        return found

    def board(self) -> Json:
        """What is here; asked again it costs nothing while nothing has changed."""
        etag, known = self._board
        answer = self._ask("GET", "/board", headers={"If-None-Match": etag} if etag else {})
        if answer.status_code != httpx.codes.NOT_MODIFIED:
            known = answer.json()
            self._board = (answer.headers.get("etag", ""), known)
        return known

    def say(self, draft: Draft, thread: str, *, timezone: str) -> Json:
        """Send a message; its thread is opened if it has none."""
        body = {"text": draft.text, "timezone": timezone} | ({"thread": thread} if thread else {})
        files = [("files", (f.name, f.content, f.media_type)) for f in draft.files]
        sent: Json = {"data": body, "files": files} if files else {"json": body}
        key = {"Idempotency-Key": draft.key}
        return self._ask("POST", "/messages", headers=key, timeout=_UPLOAD, **sent).json()  # type: ignore[no-any-return]

    def sample(self, thread: str) -> Json:
        """Begin with the sample dataset."""
        body = {"thread": thread} if thread else {}
        return self._ask("POST", "/sample", json=body).json()  # type: ignore[no-any-return]

    def form(self, reply: int, index: int) -> Json | None:
        """The form that a button opens."""
        params = {"reply": str(reply), "index": str(index)}
        found: Json | None = self._ask("GET", "/forms", params=params).json()["form"]
        return found

    def press(self, reply: int, index: int, values: Mapping[str, Any] | None = None) -> None:
        """Press a button, with what was filled in where it opened a form."""
        body: Json = {"reply": reply, "index": index}
        self._ask(
            "POST",
            "/presses",
            json=body | ({"values": dict(values)} if values is not None else {}),
            headers={"Idempotency-Key": secrets.token_urlsafe(16)},
        )

    def file(self, reply: int, block: int) -> bytes:
        """The bytes of a figure or a file."""
        return self._ask("GET", f"/replies/{reply}/files/{block}", timeout=_UPLOAD).content

    def events(self, threads: Iterable[str], *, after: str) -> Iterator[tuple[str, str, str]]:
        """Events of threads as (id, name, data), from a cursor on, until the line breaks."""
        query = "&".join(f"thread={quote(name)}" for name in threads)
        headers = self._headers({"Last-Event-ID": after} if after else {})
        try:
            with self._http.stream(
                "GET", f"/events?{query}", headers=headers, timeout=_LISTEN
            ) as answer:
                if answer.is_error:
                    answer.read()
                    raise _refusal(answer)
                yield from events_of(answer.iter_lines())
        except httpx.HTTPError as error:
            raise Silent(SILENT) from error

    def _get(self, path: str) -> Json:
        return self._ask("GET", path).json()  # type: ignore[no-any-return]

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = self._headers(options.pop("headers", {}))
        try:
            answer = self._http.request(method, path, headers=headers, **options)
        except httpx.HTTPError as error:
            raise Silent(SILENT) from error
        if answer.is_error:
            raise _refusal(answer)
        return answer

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token()}", **more}


def _refusal(answer: httpx.Response) -> Refused:
    try:
        error = answer.json()["error"]
        return Refused(error["code"], error["message"], error.get("fields") or {})
    except (ValueError, KeyError, TypeError):
        return Refused("unknown", f"The assistant refused this ({answer.status_code}).", {})


def events_of(lines: Iterator[str]) -> Iterator[tuple[str, str, str]]:
    """Server-sent events (HTML standard, 9.2.6), without retry times."""
    cursor, name, data = "", "message", list[str]()
    for line in lines:
        if not line:
            if data:
                yield cursor, name, "\n".join(data)
            cursor, name, data = "", "message", []
            continue
        key, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match key:
            case "id":
                cursor = value
            case "event":
                name = value
            case "data":
                data.append(value)
