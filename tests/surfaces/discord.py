"""A person in the local Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.app import App, build
from bot.messages import Button, Press
from storage.catalog.records import Actor, OutboxRow, Scope
from tests.bot.stage import settings_for
from tests.servers.discord import DiscordServer, Seen, discord_server
from tests.surfaces.chat import Chat


class DiscordChat(Chat):
    """Ada asks; Grace approves."""

    def __init__(
        self, app: App, server: DiscordServer, name: str, *, guild: int, ada: int, grace: int
    ) -> None:
        self.server = server
        self.channel = server.add_channel(guild, name)
        self.ada, self.grace = ada, grace
        scope = Scope("discord", str(guild), str(self.channel))
        super().__init__(app, scope, Actor(f"discord/{guild}/{ada}", "Ada"))

    async def speak(self, text: str, files: Sequence[tuple[str, bytes]]) -> str:
        """With a mention in the channel, later in the thread."""
        if self.thread:
            await self.server.say(self.ada, int(self.thread), text, files=files)
            return self.thread
        said = await self.server.say(self.ada, self.channel, text, files=files, mention=True)
        return str(said)

    async def press(
        self, row: OutboxRow, press: Press, button: Button, *, as_approver: bool
    ) -> None:
        """On the message that shows the button, or the option."""
        person = self.grace if as_approver else self.ada
        for seen in self._messages(row):
            if button.label[:80] in seen.buttons:
                await self.server.click(person, seen.channel, seen.id, label=button.label[:80])
                return
            if button.label[:100] in seen.options:
                await self.server.select(person, seen.channel, seen.id, label=button.label[:100])
                return
        raise AssertionError(f"{button.label!r} is not shown:\n{self.screen()}")

    async def send_form(self) -> None:
        """As it is filled in."""
        modal = await self.server.until(
            lambda: self.server.interactions and self.server.interactions[-1].modal, hint="a form"
        )
        await self.server.submit(self.ada, modal, {})

    def words(self, row: OutboxRow) -> str:
        """Of all messages of the row."""
        return "\n".join(seen.words for seen in self._messages(row))

    def screen(self) -> str:
        """The channel, its threads, and what was whispered."""
        places = [self.channel, *self.server.threads(self.channel)]
        seen = [each for place in places for each in self.server.seen(place)]
        return "\n---\n".join(each.words for each in [*seen, *self.server.whispers(self.ada)])

    def _messages(self, row: OutboxRow) -> list[Seen]:
        ids = {int(word) for word in (row.platform_ref or "").split() if word.isdigit()}
        places = [self.channel, *self.server.threads(self.channel)]
        return [each for place in places for each in self.server.seen(place) if each.id in ids]


class DiscordPlace:
    """One app in the local Discord; every conversation has a channel of its own."""

    def __init__(
        self, app: App, server: DiscordServer, guild: int, people: tuple[int, int]
    ) -> None:
        self.app = app
        self.server = server
        self.guild = guild
        self.ada, self.grace = people
        self._count = 0

    def chat(self) -> DiscordChat:
        """A conversation in a new channel."""
        self._count += 1
        name = f"scene-{self._count}"
        return DiscordChat(
            self.app, self.server, name, guild=self.guild, ada=self.ada, grace=self.grace
        )


@asynccontextmanager
async def discord_place(home: Path, **changes: Any) -> AsyncIterator[DiscordPlace]:
    """A running app that talks to a local Discord."""
    async with discord_server() as server:
        ada, grace = server.add_person("Ada"), server.add_person("Grace")
        guild = server.add_guild("Crew", members=[ada, grace])
        settings = settings_for(
            home,
            discord_token=server.token,
            discord_api_url=server.api_url,
            discord_gateway_url=server.gateway_url,
            approvers=f"discord/{guild}/{grace}",
            **changes,
        )
        app = build(settings, connect=True)
        await app.start()
        try:
            await server.until(lambda: not app.troubles(), hint="a connection")
            yield DiscordPlace(app, server, guild, (ada, grace))
        finally:
            await app.stop()
