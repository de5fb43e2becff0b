"""A person in the local Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.app import App, build
from bot.messages import Button, Press
from storage.catalog.records import Actor, OutboxRow, Scope
from tests.bot.stage import settings_for
from tests.servers.slack import SlackServer, slack_server
from tests.surfaces.chat import Chat


class SlackChat(Chat):
    """Ada asks; Grace approves."""

    def __init__(self, app: App, server: SlackServer, name: str, *, ada: str, grace: str) -> None:
        self.server = server
        self.channel = server.add_channel(name, members=[ada, grace])
        self.ada, self.grace = ada, grace
        scope = Scope("slack", server.team, self.channel)
        super().__init__(app, scope, Actor(f"slack/{server.team}/{ada}", "Ada"))

    async def speak(self, text: str, files: Sequence[tuple[str, bytes]]) -> str:
        """With a mention in the channel, later in the thread."""
        if self.thread:
            await self.server.say(self.ada, self.channel, text, files=files, thread=self.thread)
            return self.thread
        return await self.server.say(self.ada, self.channel, text, files=files, mention=True)

    async def press(
        self, row: OutboxRow, press: Press, button: Button, *, as_approver: bool
    ) -> None:
        """On the message that shows the button, or the option."""
        person = self.grace if as_approver else self.ada
        for ts in _parts(row):
            seen = self.server.message(self.channel, ts)
            if button.label[:75] in seen.buttons:
                await self.server.click(person, ts, self.channel, label=button.label[:75])
                return
            if button.label[:75] in seen.menus:
                await self.server.select(person, ts, self.channel, label=button.label[:75])
                return
        raise AssertionError(f"{button.label!r} is not shown:\n{self.screen()}")

    async def send_form(self) -> None:
        """As it is filled in."""
        view = await self.server.until(lambda: self.server.views(self.ada), hint="a form")
        answer = await self.server.submit(self.ada, view[-1].id, {})
        assert answer.get("response_action") != "errors", answer

    def words(self, row: OutboxRow) -> str:
        """Of all messages of the row."""
        return "\n".join(self.server.message(self.channel, ts).words for ts in _parts(row))

    def screen(self) -> str:
        """The channel, the thread, and what was whispered."""
        seen = [*self.server.seen(self.channel), *self.server.whispers(self.ada)]
        if self.thread:
            seen += self.server.seen(self.channel, self.thread)
        return "\n---\n".join(each.words for each in seen)


def _parts(row: OutboxRow) -> list[str]:
    """Timestamps of the messages; other words of the reference name files."""
    return [word for word in (row.platform_ref or "").split() if word[0].isdigit()]


class SlackPlace:
    """One app in the local Slack; every conversation has a channel of its own."""

    def __init__(self, app: App, server: SlackServer) -> None:
        self.app = app
        self.server = server
        self.ada = server.add_person("Ada", id="UADA")
        self.grace = server.add_person("Grace", id="UGRACE")
        self._count = 0

    def chat(self) -> SlackChat:
        """A conversation in a new channel."""
        self._count += 1
        name = f"scene-{self._count}"
        return SlackChat(self.app, self.server, name, ada=self.ada, grace=self.grace)


@asynccontextmanager
async def slack_place(home: Path, **changes: Any) -> AsyncIterator[SlackPlace]:
    """A running app that talks to a local Slack by Socket Mode."""
    async with slack_server() as server:
        settings = settings_for(
            home,
            slack_bot_token=server.bot_token,
            slack_app_token=server.app_token,
            slack_api_url=server.api_url,
            approvers=f"slack/{server.team}/UGRACE",
            **changes,
        )
        app = build(settings, connect=True)
        await app.start()
        try:
            await server.connected()
            yield SlackPlace(app, server)
        finally:
            await app.stop()
        assert not server.refusals, server.refusals
