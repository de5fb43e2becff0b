"""Channels, threads and direct messages: which kind a place is, and what may be done there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import discord

from bot.platforms.discord.api import Api
from bot.platforms.discord.errors import RIGHTS
from storage.catalog.records import Address, Scope

NAME: Final = "discord"
DIRECT: Final = "dm"
DEFAULT_LIMIT: Final = 10 << 20
KNOWN: Final = 2000

Kind: TypeAlias = Literal["channel", "thread", "direct", "flat"]
"""`flat` is a channel without threads: the text of a voice channel."""

_KINDS: Final[dict[int, Kind]] = {
    0: "channel",
    1: "direct",
    2: "flat",
    5: "channel",
    10: "thread",
    11: "thread",
    12: "thread",
    13: "flat",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was said.

    Attributes:
        id: Of the channel, thread or direct message.
        guild: Its server; "" for a direct message.
        parent: The channel that a thread belongs to.
    """

    id: str
    kind: Kind
    guild: str = ""
    parent: str = ""

    @property
    def scope(self) -> Scope:
        """The channel that owns what is made there."""
        return Scope(NAME, self.guild or DIRECT, self.parent or self.id)

    def address(self, message: str) -> Address:
        """Where the answer to a message goes: in a channel, to a thread that it opens."""
        if self.kind == "direct":
            return Address(self.scope)
        return Address(self.scope, self.id if self.kind == "thread" else message)


def place_of(channel: dict[str, Any], guild: str) -> Place | None:
    """The place that a channel object stands for; None where it does not tell enough."""
    kind = _KINDS.get(int(channel.get("type", -1)))
    parent = str(channel.get("parent_id") or "") if kind == "thread" else ""
    if kind is None or (kind == "thread" and not parent):
        return None
    guild = str(channel.get("guild_id") or guild)
    return Place(str(channel["id"]), kind, "" if kind == "direct" else guild, parent)


class Places:
    """What the gateway has told of places; what it has not is asked for."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._asked: dict[str, Place] = {}
        self.client: discord.Client | None = None

    @property
    def user(self) -> str:
        """Id of the assistant's own account."""
        return self._api.user

    @property
    def known(self) -> bool:
        """Whether the gateway has told of the servers that the assistant is in."""
        return self.client is not None and self.client.is_ready()

    @property
    def may_read(self) -> bool:
        """Whether Discord granted the message content intent to this connection."""
        return self.client is not None and self.client.intents.message_content

    async def find(self, channel: str, guild: str) -> Place | None:
        """The place with this id; None for a kind where the assistant does not talk."""
        if not guild:
            return Place(channel, "direct")
        if (known := self._known(channel, guild)) is not None:
            return known
        if channel not in self._asked:
            about = await self._api.get("/channels/{channel_id}", {"channel_id": channel})
            found = place_of(about, guild)
            if found is None:
                return None
            if len(self._asked) >= KNOWN:
                self._asked.clear()
            self._asked[channel] = found
        return self._asked[channel]

    def _known(self, channel: str, guild: str) -> Place | None:
        place = self._guild(guild)
        found = place.get_channel_or_thread(int(channel)) if place is not None else None
        if found is None:
            return None
        about: dict[str, Any] = {"id": channel, "type": found.type.value}
        if isinstance(found, discord.Thread):
            about["parent_id"] = found.parent_id
        return place_of(about, guild)

    def has_thread(self, scope: Scope, thread: str) -> bool:
        """Whether the gateway has told of a thread, and not that it is gone."""
        guild = self._guild(scope.workspace)
        return guild is not None and guild.get_thread(int(thread)) is not None

    def guilds(self) -> list[str]:
        """Ids of the servers that the assistant is in."""
        return [str(one.id) for one in self.client.guilds] if self.client is not None else []

    def lacking(self, scope: Scope) -> list[str]:
        """The permissions that the assistant needs in a channel and does not have there."""
        guild = self._guild(scope.workspace)
        channel = guild.get_channel(int(scope.channel)) if guild is not None else None
        if guild is None or channel is None or guild.me is None:
            return []
        allowed = channel.permissions_for(guild.me)
        return [shown for shown, name in RIGHTS.items() if not getattr(allowed, name)]

    def upload_limit(self, scope: Scope) -> int:
        """Bytes of the largest file that may be attached there."""
        guild = self._guild(scope.workspace)
        return guild.filesize_limit if guild is not None else DEFAULT_LIMIT

    def own_role(self, guild: str) -> str:
        """Id of the role that the server gave the assistant itself; "" where there is none."""
        place = self._guild(guild)
        role = place.self_role if place is not None else None
        return str(role.id) if role is not None else ""

    def role_name(self, guild: str, role: str) -> str:
        """What a role is called; "" where that is not known."""
        place = self._guild(guild)
        found = place.get_role(int(role)) if place is not None else None
        return found.name if found is not None else ""

    def channel_name(self, guild: str, channel: str) -> str:
        """What a channel is called; "" where that is not known."""
        place = self._guild(guild)
        found = place.get_channel_or_thread(int(channel)) if place is not None else None
        return found.name if found is not None else ""

    def _guild(self, guild: str) -> discord.Guild | None:
        if self.client is None or not guild.isdecimal():
            return None
        return self.client.get_guild(int(guild))
