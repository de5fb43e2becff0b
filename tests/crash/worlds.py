"""The platforms as the crash sweep sees them: people say things, and what came back is counted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.servers.discord import DiscordServer, discord_server
from tests.servers.slack import SlackServer, slack_server


class World(ABC):
    """A workspace with Ada in it; everything she says has a channel of its own.

    `environment` is what the bot must be told to connect to it.
    """

    environment: dict[str, str]

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


@asynccontextmanager
async def world(platform: str) -> AsyncIterator[World]:
    """A platform's world while the block runs."""
    if platform == "slack":
        async with slack_server() as slack:
            yield SlackWorld(slack)
    else:
        async with discord_server() as discord:
            yield DiscordWorld(discord)
            discord.refusals.clear()
