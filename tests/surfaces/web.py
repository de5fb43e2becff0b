"""People at the chat API: real HTTP over loopback, and what happens as server-sent events."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from bot.app import App, build
from bot.http import web_app
from bot.keys import secret_of
from bot.messages import Button, Press
from bot.platforms.web.tokens import Person, mint, person
from bot.settings import Settings
from storage.catalog.records import Actor, OutboxRow, Scope
from tests.bot.stage import settings_for
from tests.surfaces.chat import Chat

SHOWN_S = 30.0


def token_of(settings: Settings, who: Person, *, life: timedelta = timedelta(hours=2)) -> str:
    """A token as the page makes it."""
    return mint(who, secret=secret_of(settings), now=datetime.now(UTC), life=life)


@dataclass
class Client:
    """One person's program: asks, and reads along."""

    http: httpx.AsyncClient
    channel: str
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    cursor: str = ""
    ready: bool = False

    async def ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        """One request in the channel."""
        params = [("channel", self.channel), *request.pop("params", [])]
        return await self.http.request(method, f"/api/v1{path}", params=params, **request)

    async def get(self, path: str, **params: Any) -> Any:
        """The JSON behind a path."""
        response = await self.ask("GET", path, params=list(params.items()))
        assert response.status_code == 200, response.text
        return response.json()

    async def kept(self, path: str, **request: Any) -> dict[str, Any]:
        """The answer to something that is to be kept."""
        response = await self.ask("POST", path, **request)
        assert response.status_code == 202, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def thread(self, name: str) -> list[dict[str, Any]]:
        """All that stands in a thread."""
        items: list[dict[str, Any]] = (await self.get(f"/threads/{name}"))["items"]
        return items

    async def answered(self, name: str, *, replies: int = 1) -> list[dict[str, Any]]:
        """A thread once so many replies in it are done."""
        async with asyncio.timeout(60):
            while True:
                response = await self.ask("GET", f"/threads/{name}")
                items = response.json().get("items", [])
                done = [item for item in items if item["kind"] == "reply" and item["done"]]
                if len(done) >= replies:
                    return list(items)
                await asyncio.sleep(0.05)

    async def follow(self, *threads: str) -> None:
        """Read along for ever, going on where the last line was cut off."""
        params = [("channel", self.channel), *(("thread", name) for name in threads)]
        while True:
            headers = {"Last-Event-ID": self.cursor} if self.cursor else {}
            try:
                async with self.http.stream(
                    "GET", "/api/v1/events", params=params, headers=headers
                ) as stream:
                    if stream.status_code == 200:
                        await self._read(stream)
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)

    async def _read(self, stream: httpx.Response) -> None:
        place = ""
        async for line in stream.aiter_lines():
            name, _, value = line.partition(": ")
            if name == "id":
                place = value
            elif name == "data":
                self._take(json.loads(value))
                self.cursor, place = place or self.cursor, ""

    def _take(self, item: dict[str, Any]) -> None:
        if item["kind"] == "ready":
            self.ready = True
            return
        key = item["slot"] if item["kind"] == "reply" else f"said:{item['id']}"
        self.items[key] = item


class WebChat(Chat):
    """Ada asks; Grace approves."""

    def __init__(self, app: App, ada: Client, grace: Client) -> None:
        super().__init__(app, Scope("web", "local", ada.channel), Actor("web/local/ada", "Ada"))
        self.ada, self.grace = ada, grace
        self.following: asyncio.Task[None] | None = None
        self._form: tuple[OutboxRow, int, dict[str, Any]] | None = None

    async def speak(self, text: str, files: Sequence[tuple[str, bytes]]) -> str:
        """In the thread, or in one that it opens."""
        data = {"text": text, "thread": self.thread}
        sent = [("files", (name, content, "text/csv")) for name, content in files]
        request = {"data": data, "files": sent} if sent else {"json": data}
        answer = await self.ada.kept("/messages", **request)
        if self.following is None:
            self.following = asyncio.create_task(self.ada.follow(answer["thread"], "channel"))
        return str(answer["thread"])

    async def press(
        self, row: OutboxRow, press: Press, button: Button, *, as_approver: bool
    ) -> None:
        """The button as the newest version of the message shows it."""
        item = await asyncio.to_thread(self._item, row)
        offered = {each["label"]: each for each in item["buttons"]}
        assert button.label in offered, f"{button.label!r} is not shown:\n{self.screen()}"
        found = offered[button.label]
        if found["form"]:
            answer = await self.ada.get("/forms", reply=item["id"], index=found["index"])
            self._form = (row, found["index"], answer["form"])
            return
        who = self.grace if as_approver else self.ada
        await who.kept("/presses", json={"reply": item["id"], "index": found["index"]})

    async def send_form(self) -> None:
        """As it is filled in."""
        assert self._form is not None, "no form was opened"
        row, index, form = self._form
        values = {each["name"]: each["value"] for each in form["fields"]}
        await self.ada.kept("/presses", json={"reply": row.id, "index": index, "values": values})

    def words(self, row: OutboxRow) -> str:
        """Of the item that shows the row."""
        return json.dumps(self._item(row), ensure_ascii=False)

    def screen(self) -> str:
        """All items."""
        return json.dumps(list(self.ada.items.values()), ensure_ascii=False)

    def _item(self, row: OutboxRow) -> dict[str, Any]:
        """What the stream said of a message; called in a thread, while the stream goes on."""
        deadline = time.monotonic() + SHOWN_S
        while (item := self.ada.items.get(row.slot)) is None or item["id"] < row.id:
            assert time.monotonic() < deadline, f"{row.slot} is not shown:\n{self.screen()}"
            time.sleep(0.02)
        return item


class WebPlace:
    """One app with its API; every conversation has a channel of its own."""

    def __init__(self, app: App, base: str) -> None:
        self.app = app
        self.base = base
        self._count = 0
        self._last: WebChat | None = None
        self._opened: list[httpx.AsyncClient] = []

    def client(self, who: Person, *, channel: str = "main", **headers: str) -> Client:
        """A person's program."""
        token = token_of(self.app.settings, who)
        http = httpx.AsyncClient(
            base_url=self.base,
            headers={"Authorization": f"Bearer {token}", **headers},
            timeout=httpx.Timeout(60, read=None),
            verify=False,  # plain HTTP: no certificates to load
            limits=httpx.Limits(max_connections=None),
        )
        self._opened.append(http)
        return Client(http, channel)

    def chat(self) -> WebChat:
        """A conversation in a new channel; nobody reads the one before any more."""
        if self._last is not None and self._last.following is not None:
            self._last.following.cancel()
        self._count += 1
        channel = f"scene-{self._count}"
        ada, grace = (self.client(person(n, name=n.title()), channel=channel) for n in PEOPLE)
        self._last = WebChat(self.app, ada, grace)
        return self._last

    async def close(self) -> None:
        """Hang up."""
        if self._last is not None and self._last.following is not None:
            self._last.following.cancel()
            await asyncio.gather(self._last.following, return_exceptions=True)
        for http in self._opened:
            await http.aclose()


PEOPLE = ("ada", "grace")


class _Server(uvicorn.Server):
    """Leaves signals to the test."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def listening(app: App, *, port: int = 0) -> AsyncIterator[str]:
    """The app's own address, answered for the length of the block."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        site = web_app(app.catalog, app.metrics, troubles=app.troubles, routes=app.routes)
        server = _Server(uvicorn.Config(site, log_level="warning", timeout_graceful_shutdown=5))
        serving = asyncio.create_task(server.serve([listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


@asynccontextmanager
async def web_place(home: Path, **changes: Any) -> AsyncIterator[WebPlace]:
    """A running app, and people who reach it over HTTP."""
    named = {"approvers": "web/local/grace", **changes}
    app = build(settings_for(home, **named), connect=True)
    async with listening(app) as base:
        await app.start()
        place = WebPlace(app, base)
        try:
            await _answers(place)
            yield place
        finally:
            await place.close()
            await app.stop()


async def _answers(place: WebPlace) -> None:
    """Wait until this process talks to people."""
    client = place.client(person("ada"))
    async with asyncio.timeout(SHOWN_S):
        while (await client.ask("GET", "/me")).status_code != 200:
            await asyncio.sleep(0.05)
