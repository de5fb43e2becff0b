"""The REST API of the local Discord without a library, for what no library would send."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.servers.discord import DiscordServer, discord_server


class Api:
    """The REST API with the bot's token, without any library's care."""

    def __init__(self, server: DiscordServer, session: aiohttp.ClientSession) -> None:
        self.server = server
        self._session = session
        self.ada = server.add_person("ada")
        self.guild = server.add_guild("crew", members=[self.ada])
        self.channel = server.add_channel(self.guild, "models")

    async def call(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        """The status and the JSON of a call."""
        headers = {"Authorization": f"Bot {self.server.token}"} | more.pop("headers", {})
        if body is not None:
            more |= {"data": json.dumps(body)}
            headers = {"Content-Type": "application/json"} | headers
        url = self.server.api_url + path
        async with self._session.request(method, url, headers=headers, **more) as response:
            kind = response.headers.get("Content-Type")
            return response.status, await response.json() if kind == "application/json" else None

    async def send(self, body: Any, channel: int = 0) -> tuple[int, Any]:
        """Post a message."""
        return await self.call("POST", f"/channels/{channel or self.channel}/messages", body)

    async def upload(self, body: Any, *sizes: int) -> tuple[int, Any]:
        """Post a message with files of these sizes, named 0.csv and so on."""
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("payload_json", json.dumps(body))
        for index, size in enumerate(sizes):
            form.add_field(f"files[{index}]", io.BytesIO(b"x" * size), filename=f"{index}.csv")
        return await self.call("POST", f"/channels/{self.channel}/messages", data=form)


@asynccontextmanager
async def api(**options: Any) -> AsyncIterator[Api]:
    """A local Discord and its REST API; what is refused is meant to be."""
    async with discord_server(**options) as server, aiohttp.ClientSession() as session:
        yield Api(server, session)
        server.refusals.clear()


def play(scene: Callable[[Api], Awaitable[None]], **options: Any) -> None:
    """Run a scene against the REST API."""

    async def run() -> None:
        async with api(**options) as opened:
            await scene(opened)

    asyncio.run(run())


def where(tree: Any, path: str = "") -> list[str]:
    """The places that `errors` names, with their codes: "embeds.0.title BASE_TYPE_MAX_LENGTH"."""
    found = [f"{path} {one['code']}" for one in tree.get("_errors", [])]
    for key, value in tree.items():
        if key != "_errors":
            found += where(value, f"{path}.{key}".lstrip("."))
    return found


def row(*parts: dict[str, Any]) -> dict[str, Any]:
    """A row of components."""
    return {"type": 1, "components": list(parts)}


def button(**given: Any) -> dict[str, Any]:
    """A button, right unless told otherwise."""
    return {"type": 2, "style": 1, "label": "Go", "custom_id": "go"} | given


def menu(*labels: str, **given: Any) -> dict[str, Any]:
    """A menu of these options."""
    options = [{"label": label, "value": label} for label in labels]
    return {"type": 3, "custom_id": "menu", "options": options} | given
