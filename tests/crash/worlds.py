"""The platforms as the crash sweep sees them: people say things, and what came back is counted."""

from __future__ import annotations

import asyncio
import socket
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from bot.platforms.web.tokens import mint, person
from tests.servers.discord import DiscordServer, discord_server
from tests.servers.slack import SlackServer, slack_server
from tests.surfaces.web import Client


class World(ABC):
    """A workspace with Ada in it; everything she says has a channel of its own.

    `environment` is what the bot must be told to connect to it, and `heads` whether a message in
    a channel gets a headline there.
    """

    environment: dict[str, str]
    heads = True

    @abstractmethod
    def connected(self) -> bool:
        """Whether the bot listens."""

    @abstractmethod
    async def say(self, text: str, *, file: tuple[str, bytes] | None = None) -> str:
        """Mention the bot in a new channel; the channel."""

    @abstractmethod
    def in_channel(self, channel: str) -> list[str]:
        """What the bot said in the channel itself."""

    @abstractmethod
    def in_thread(self, channel: str) -> list[str]:
        """What the bot said in the thread of the message."""


class SlackWorld(World):
    """In the local Slack."""

    def __init__(self, server: SlackServer) -> None:
        self._server = server
        self._ada = server.add_person("Ada")
        self._said: dict[str, str] = {}
        self.environment = {
            "SLACK_BOT_TOKEN": server.bot_token,
            "SLACK_APP_TOKEN": server.app_token,
            "SLACK_API_URL": server.api_url,
        }

    def connected(self) -> bool:
        """Whether a socket is open."""
        return bool(self._server.socket.connections)

    async def say(self, text: str, *, file: tuple[str, bytes] | None = None) -> str:
        """In a new channel."""
        channel = self._server.add_channel(f"c{len(self._said)}", members=[self._ada])
        files = [file] if file else []
        self._said[channel] = await self._server.say(
            self._ada, channel, text, files=files, mention=True
        )
        return channel

    def in_channel(self, channel: str) -> list[str]:
        """Top-level messages of the bot."""
        return [seen.words for seen in self._server.seen(channel) if seen.bot]

    def in_thread(self, channel: str) -> list[str]:
        """Replies of the bot."""
        seen = self._server.seen(channel, self._said[channel])
        return [each.words for each in seen if each.bot]


class DiscordWorld(World):
    """In the local Discord."""

    def __init__(self, server: DiscordServer) -> None:
        self._server = server
        self._ada = server.add_person("Ada")
        self._guild = server.add_guild("Crew", members=[self._ada])
        self._said: dict[str, int] = {}
        self.environment = {
            "DISCORD_TOKEN": server.token,
            "DISCORD_API_URL": server.api_url,
            "DISCORD_GATEWAY_URL": server.gateway_url,
        }

    def connected(self) -> bool:
        """Whether a session has a socket."""
        return bool(self._server.gateway.connected)

    async def say(self, text: str, *, file: tuple[str, bytes] | None = None) -> str:
        """In a new channel."""
        channel = self._server.add_channel(self._guild, f"c{len(self._said)}")
        files = [file] if file else []
        said = await self._server.say(self._ada, channel, text, files=files, mention=True)
        self._said[str(channel)] = said
        return str(channel)

    def in_channel(self, channel: str) -> list[str]:
        """Messages of the bot outside of threads."""
        seen = self._server.seen(int(channel))
        return [each.words for each in seen if each.author == self._server.bot_user]

    def in_thread(self, channel: str) -> list[str]:
        """Messages of the bot in the thread of the message."""
        threads = self._server.threads(int(channel))
        seen = [each for thread in threads for each in self._server.seen(thread)]
        return [each.words for each in seen if each.author == self._server.bot_user]


class WebWorld(World):
    """At the chat API: every message is sent until it was taken, and every channel is followed."""

    heads = False

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}"
        self._clients: list[Client] = []
        self._tasks: list[asyncio.Task[None]] = []
        self.environment = {"MLOPS_HTTP": f"127.0.0.1:{port}", "MLOPS_SECRET": SECRET}

    def connected(self) -> bool:
        """Whether it answers."""
        headers = {"Authorization": f"Bearer {_token()}"}
        try:
            return httpx.get(f"{self._base}/api/v1/me", headers=headers).status_code == 200
        except httpx.TransportError:
            return False

    async def say(self, text: str, *, file: tuple[str, bytes] | None = None) -> str:
        """In a thread of a new channel."""
        channel = f"c{len(self._clients)}"
        headers = {"Authorization": f"Bearer {_token()}"}
        timeout = httpx.Timeout(5, read=None)
        http = httpx.AsyncClient(base_url=self._base, headers=headers, timeout=timeout)
        client = Client(http, channel)
        files = [("files", (*file, "text/csv"))] if file else []
        self._clients.append(client)
        self._tasks.append(asyncio.create_task(_insist(client, text, files)))
        self._tasks.append(asyncio.create_task(client.follow(THREAD, "channel")))
        return channel

    def in_channel(self, channel: str) -> list[str]:
        """The hello."""
        return self._words(channel, "channel")

    def in_thread(self, channel: str) -> list[str]:
        """Answers."""
        return self._words(channel, THREAD)

    def _words(self, channel: str, thread: str) -> list[str]:
        client = next(each for each in self._clients if each.channel == channel)
        items = [item for item in list(client.items.values()) if item["thread"] == thread]
        return [str(item["blocks"]) for item in items if item["kind"] == "reply"]

    async def close(self) -> None:
        """Hang up."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for client in self._clients:
            await client.http.aclose()


SECRET = "of-the-crash-sweep-alone"
THREAD = "t"


def _token() -> str:
    return mint(person("ada"), secret=SECRET, now=datetime.now(UTC), life=timedelta(hours=1))


async def _insist(client: Client, text: str, files: list[Any]) -> None:
    """Send it under one key until it was taken."""
    key = {"Idempotency-Key": client.channel}
    said = {"text": text, "thread": THREAD}
    request: dict[str, Any] = {"data": said, "files": files} if files else {"json": said}
    while True:
        try:
            answer = await client.ask("POST", "/messages", headers=key, **request)
            if answer.status_code == 202:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.1)


@asynccontextmanager
async def world(platform: str) -> AsyncIterator[World]:
    """A platform's world while the block runs."""
    if platform == "slack":
        async with slack_server() as slack:
            yield SlackWorld(slack)
    elif platform == "discord":
        async with discord_server() as discord:
            yield DiscordWorld(discord)
            discord.refusals.clear()
    else:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        web = WebWorld(port)
        try:
            yield web
        finally:
            await web.close()
