"""What a local Discord holds: people, guilds, channels, threads and messages."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.servers.discord import permissions

EPOCH_MS = 1420070400000
TEXT, DIRECT, THREAD = 0, 1, 11
UPLOAD_LIMITS = {0: 10 << 20, 1: 10 << 20, 2: 50 << 20, 3: 100 << 20}

DEFAULT, CHANNEL_NAME_CHANGE, THREAD_CREATED, REPLY = 0, 4, 18, 19
COMMAND_ANSWER, THREAD_STARTER, MENU_ANSWER = 20, 21, 23
# What Discord itself puts between the messages.
NOTES = frozenset({CHANNEL_NAME_CHANGE, THREAD_CREATED, THREAD_STARTER})
SUPPRESS_EMBEDS, HAS_THREAD, EPHEMERAL, LOADING = 1 << 2, 1 << 5, 1 << 6, 1 << 7
SILENT, COMPONENTS_V2 = 1 << 12, 1 << 15


@dataclass
class Person:
    """An account; `accepts_direct` False refuses the bot's direct messages."""

    id: int
    name: str
    is_bot: bool = False
    accepts_direct: bool = True


@dataclass
class Role:
    """A role of a guild; the one with the guild's own id is @everyone."""

    id: int
    guild: int
    name: str
    members: set[int] = field(default_factory=set)
    permissions: int = permissions.MEMBER
    managed: bool = False


@dataclass
class Guild:
    """A server: its people, its roles, and whether the bot is in it."""

    id: int
    name: str
    owner: int
    members: set[int]
    tier: int = 0
    has_bot: bool = False
    roles: dict[int, Role] = field(default_factory=dict)


@dataclass
class Channel:
    """A text channel, a direct conversation or a thread, with its messages in order."""

    id: int
    type: int
    name: str = ""
    guild: int | None = None
    parent: int | None = None
    person: int | None = None
    owner: int | None = None
    denied: int = 0
    archived: bool = False
    locked: bool = False
    auto_archive: int = 1440
    members: set[int] = field(default_factory=set)
    messages: dict[int, Message] = field(default_factory=dict)


@dataclass
class File:
    """An uploaded file; `name` is what Discord makes of the name it was given."""

    id: int
    name: str
    data: bytes
    channel: int
    title: str | None = None
    description: str | None = None
    content_type: str = "application/octet-stream"
    ephemeral: bool = False


@dataclass
class Message:
    """One message; `whisper` is the one person who sees it when it is ephemeral."""

    id: int
    channel: int
    author: int
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    type: int = DEFAULT
    flags: int = 0
    nonce: str | int | None = None
    reference: dict[str, Any] | None = None
    interaction: dict[str, Any] | None = None
    whisper: int | None = None
    thread: int | None = None
    edits: int = 0
    edited_at: float | None = None
    created_at: float = field(default_factory=time.time)
    mentions: list[int] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    pinged: frozenset[int] = frozenset()
    reactions: dict[str, set[int]] = field(default_factory=dict)


class World:
    """All of it, found by id; ids are snowflakes that only grow."""

    def __init__(self) -> None:
        self._last = 0
        self.people: dict[int, Person] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.files: dict[int, File] = {}
        self.whispers: dict[int, Message] = {}
        self.bot = self.person("assistant", is_bot=True)
        self.application = self.new_id()
        self.owner = self.person("owner")

    def new_id(self) -> int:
        """A snowflake of now, above every earlier one."""
        self._last = max(self._last + 1, (int(time.time() * 1000) - EPOCH_MS) << 22)
        return self._last

    def person(self, name: str, *, is_bot: bool = False, accepts_direct: bool = True) -> Person:
        """A new account."""
        person = Person(self.new_id(), name, is_bot, accepts_direct)
        self.people[person.id] = person
        return person

    def guild(self, name: str, *, members: Iterable[int], bot: bool, tier: int) -> Guild:
        """A new guild with @everyone, and the bot's own role where the bot is in it."""
        people = set(members) | {self.owner.id}
        guild = Guild(self.new_id(), name, self.owner.id, people, tier)
        guild.roles[guild.id] = Role(guild.id, guild.id, "@everyone")
        self.guilds[guild.id] = guild
        if bot:
            self.admit(guild)
        return guild

    def admit(self, guild: Guild) -> None:
        """Let the bot into a guild."""
        guild.has_bot = True
        guild.members.add(self.bot.id)
        role = Role(
            self.new_id(), guild.id, self.bot.name, {self.bot.id}, permissions.BOT, managed=True
        )
        guild.roles[role.id] = role

    def expel(self, guild: Guild) -> None:
        """Put the bot out of a guild; its role goes with it."""
        guild.has_bot = False
        guild.members.discard(self.bot.id)
        for role in [role for role in guild.roles.values() if role.managed]:
            del guild.roles[role.id]

    def channel(self, channel_type: int, **given: Any) -> Channel:
        """A new channel of a type."""
        made = Channel(given.pop("id", None) or self.new_id(), channel_type, **given)
        self.channels[made.id] = made
        return made

    def direct(self, person: int) -> Channel:
        """The direct conversation of the bot with a person; made when there is none."""
        for channel in self.channels.values():
            if channel.person == person:
                return channel
        return self.channel(DIRECT, person=person)

    def threads(self, channel: int) -> list[Channel]:
        """The threads of a channel, oldest first."""
        return [one for one in self.channels.values() if one.parent == channel]

    def in_guild(self, guild: int) -> Iterator[Channel]:
        """The channels and threads of a guild."""
        return (one for one in self.channels.values() if one.guild == guild)

    def remove(self, channel: Channel) -> None:
        """Delete a channel with its threads."""
        for thread in self.threads(channel.id):
            del self.channels[thread.id]
        del self.channels[channel.id]

    def bot_permissions(self, channel: Channel) -> int:
        """What the bot may do there; a thread has what its parent has."""
        place = self.channels[channel.parent] if channel.parent else channel
        if place.guild is not None and not self.guilds[place.guild].has_bot:
            return 0
        return permissions.BOT & ~place.denied

    def bot_may(self, channel: Channel, permission: str) -> bool:
        """Whether the bot has a permission there."""
        return bool(self.bot_permissions(channel) & permissions.BITS[permission])

    def upload_limit(self, channel: Channel) -> int:
        """The largest upload in bytes."""
        tier = self.guilds[channel.guild].tier if channel.guild else 0
        return UPLOAD_LIMITS[tier]

    def find(self, channel: int, message: int) -> Message | None:
        """A message that is there, a whisper too."""
        place = self.channels.get(channel)
        found = place.messages.get(message) if place else None
        return found or self.whispers.get(message)

    def file(self, name: str, data: bytes, channel: int, **given: Any) -> File:
        """Keep an upload under the name that Discord gives it."""
        clean = clean_name(name)
        title = None if clean == name else name.rpartition(".")[0] or name
        kept = File(self.new_id(), clean, data, channel, given.pop("title", None) or title, **given)
        self.files[kept.id] = kept
        return kept


def clean_name(name: str) -> str:
    """An upload's name with spaces as underscores and only ASCII letters, digits, `-_.`."""
    kept = re.sub(r"[^A-Za-z0-9_.\-]", "", name.replace(" ", "_")).lstrip(".")
    return kept or "unknown"
