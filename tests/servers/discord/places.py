"""Making and changing people, guilds, roles and channels, and telling the bot of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from tests.servers.discord import permissions
from tests.servers.discord.gateway import GUILD_MEMBERS, GUILDS, Build, Gateway
from tests.servers.discord.greeting import Greeting
from tests.servers.discord.payloads import Payloads
from tests.servers.discord.posting import Posting
from tests.servers.discord.world import TEXT, Channel, Guild, Role, World


class Places:
    """The part of the server that shapes the world; every `add_` gives an id."""

    world: World
    gateway: Gateway
    _payloads: Payloads
    _posting: Posting
    _greeting: Greeting

    def add_person(self, name: str, *, is_bot: bool = False, accepts_direct: bool = True) -> int:
        """An account; one with `accepts_direct=False` refuses direct messages of the bot."""
        return self.world.person(name, is_bot=is_bot, accepts_direct=accepts_direct).id

    def add_guild(
        self, name: str, *, members: Sequence[int] = (), bot: bool = True, tier: int = 0
    ) -> int:
        """A guild; its boost tier sets the upload limit (10, 10, 50 and 100 MiB)."""
        guild = self.world.guild(name, members=members, bot=bot, tier=tier)
        self._tell_guild(guild)
        return guild.id

    def add_member(self, guild: int, person: int) -> None:
        """Let a person into a guild."""
        place = self.world.guilds[guild]
        place.members.add(person)
        self._tell_member("GUILD_MEMBER_ADD", place, person)

    def add_role(self, guild: int, name: str, members: Sequence[int] = ()) -> int:
        """A role that these people have."""
        place = self.world.guilds[guild]
        role = Role(self.world.new_id(), guild, name)
        place.roles[role.id] = role
        body = {"guild_id": str(guild), "role": self._payloads.role(role)}
        self._tell(place, "GUILD_ROLE_CREATE", lambda intents: body)
        for person in members:
            self.give_role(guild, role.id, person)
        return role.id

    def give_role(self, guild: int, role: int, person: int) -> None:
        """Give a person a role."""
        place = self.world.guilds[guild]
        place.roles[role].members.add(person)
        self._tell_member("GUILD_MEMBER_UPDATE", place, person)

    def take_role(self, guild: int, role: int, person: int) -> None:
        """Take a role from a person."""
        place = self.world.guilds[guild]
        place.roles[role].members.discard(person)
        self._tell_member("GUILD_MEMBER_UPDATE", place, person)

    def add_channel(self, guild: int, name: str, *, forbid: Collection[str] = ()) -> int:
        """A text channel; `forbid` are permissions that the bot lacks in it and its threads.

        They are named as discord.py names them, for instance `attach_files`.
        """
        denied = permissions.mask(forbid)
        channel = self.world.channel(TEXT, name=name, guild=guild, denied=denied)
        self._tell_channel("CHANNEL_CREATE", channel)
        return channel.id

    def forbid(self, channel: int, names: Collection[str]) -> None:
        """Change what the bot may not do in a channel; nothing is all allowed."""
        place = self.world.channels[channel]
        place.denied = permissions.mask(names)
        self._tell_channel("CHANNEL_UPDATE", place)

    def add_direct(self, person: int) -> int:
        """The direct conversation of a person with the bot."""
        return self.world.direct(person).id

    async def invite(self, guild: int) -> None:
        """Let the bot into a guild."""
        place = self.world.guilds[guild]
        self.world.admit(place)
        self._tell_guild(place)

    async def kick(self, guild: int) -> None:
        """Put the bot out of a guild."""
        self.world.expel(self.world.guilds[guild])
        body = {"id": str(guild)}
        self.gateway.emit("GUILD_DELETE", lambda intents: body if intents & GUILDS else None)

    async def delete_channel(self, channel: int) -> None:
        """Delete a channel with its threads, or one thread."""
        place = self.world.channels[channel]
        body = self._payloads.channel(place)
        self.world.remove(place)
        name = "THREAD_DELETE" if place.parent else "CHANNEL_DELETE"
        self.gateway.emit(name, lambda intents: body if intents & GUILDS else None)

    async def archive(self, thread: int, *, locked: bool = False) -> None:
        """Archive a thread, as Discord does when nobody writes in it."""
        place = self.world.channels[thread]
        place.archived, place.locked = True, locked
        self._posting.tell_thread("THREAD_UPDATE", place)

    def _tell_guild(self, guild: Guild) -> None:
        self._tell(guild, "GUILD_CREATE", lambda intents: self._greeting.guild(guild, intents))

    def _tell_channel(self, name: str, channel: Channel) -> None:
        body = self._payloads.channel(channel)
        self._tell(self.world.guilds[channel.guild or 0], name, lambda intents: body)

    def _tell_member(self, name: str, place: Guild, person: int) -> None:
        member = self._payloads.member(place, self.world.people[person])
        body = member | {"guild_id": str(place.id)}
        # Changes to oneself arrive without the intent.
        needed = GUILDS if person == self.world.bot.id else GUILD_MEMBERS
        self._tell(place, name, lambda intents: body if intents & needed else None)

    def _tell(self, guild: Guild, name: str, build: Build) -> None:
        def for_guilds(intents: int) -> dict[str, Any] | None:
            return build(intents) if intents & GUILDS else None

        if guild.has_bot:
            self.gateway.emit(name, for_guilds)
