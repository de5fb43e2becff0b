"""A small bot on the real discord.py, to try the local Discord with."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import discord
from discord import app_commands, ui

from tests.servers.discord import DiscordServer, discord_server
from tests.servers.discord.library import discord_library

Hear = Callable[[discord.Message], Awaitable[None]]
Answer = Callable[[discord.Interaction], Awaitable[None]]
FILES = ["sales.csv", "people.csv"]


class ExampleBot(discord.Client):
    """Hands messages and component interactions to `hear` and `answer`, if they are set."""

    def __init__(self, **options: Any) -> None:
        intents = discord.Intents.default()
        intents.message_content = options.pop("message_content", True)
        super().__init__(intents=intents, guild_ready_timeout=0.05, **options)
        self.hear: Hear | None = None
        self.answer: Answer | None = None
        self.heard: list[discord.Message] = []
        self.tree = app_commands.CommandTree(self)
        add_commands(self.tree)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Do not wait before identifying again."""

    async def on_message(self, message: discord.Message) -> None:
        if message.author.id == self.user.id or message.is_system():
            return
        self.heard.append(message)
        if self.hear:
            await self.hear(message)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component and self.answer:
            await self.answer(interaction)


def add_commands(tree: app_commands.CommandTree) -> None:
    """A slash command with completion, and one on messages."""

    @tree.command(description="Say how large a file is")
    async def size(interaction: discord.Interaction, name: str) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.edit_original_response(content=f"{name} is small")
        await interaction.followup.send("anything else?", ephemeral=True)

    @size.autocomplete("name")
    async def names(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=n, value=n) for n in FILES if n.startswith(typed)]

    @tree.context_menu(name="use this file")
    async def use(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"using {message.attachments[0].filename}")


@dataclass(frozen=True)
class Stage:
    """A local Discord with a connected bot, a person and a channel."""

    discord: DiscordServer
    bot: ExampleBot
    ada: int
    guild: int
    channel: int


Scene = Callable[[Stage], Awaitable[None]]


def play(scene: Scene, *, message_content: bool = True, **options: Any) -> None:
    """Run a scene with a bot that is ready; the bot's client gets the options."""
    heartbeat_ms, granted = options.pop("heartbeat_ms", 41_250), options.pop("granted", True)

    async def run() -> None:
        allowed = message_content and granted
        opened = discord_server(message_content=allowed, heartbeat_ms=heartbeat_ms)
        async with opened as server:
            ada = server.add_person("ada")
            guild = server.add_guild("crew", members=[ada])
            channel = server.add_channel(guild, "models")
            bot = ExampleBot(message_content=message_content, **options)
            with discord_library(server):
                running = asyncio.create_task(bot.start(server.token))
                try:
                    await server.until(lambda: bot.is_ready() or running.done(), hint="READY")
                    if bot.is_ready():
                        await scene(Stage(server, bot, ada, guild, channel))
                finally:
                    await bot.close()
                    await running

    asyncio.run(run())


def csv(data: bytes = b"a,b\n1,2\n", name: str = "back.csv") -> discord.File:
    """A file to send."""
    return discord.File(io.BytesIO(data), name)


def panel(*labels: str) -> ui.View:
    """Buttons in a row; each has its label as its id."""
    view = ui.View(timeout=None)
    for label in labels:
        view.add_item(ui.Button(label=label, custom_id=label))
    return view
