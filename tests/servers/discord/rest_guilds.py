"""The routes of guilds, their members, roles and channels, and of people."""

from __future__ import annotations

from typing import Any

from tests.servers.discord import errors
from tests.servers.discord.gateway import GUILD_MEMBERS, PRIVILEGED
from tests.servers.discord.payloads import Payloads
from tests.servers.discord.rest import Answer, Asked
from tests.servers.discord.world import THREAD, Guild, World

GUILD = "/guilds/{guild}"


class GuildRoutes:
    """Guilds as the bot may look them up."""

    def __init__(self, world: World, payloads: Payloads, *, flags: int) -> None:
        self._world = world
        self._payloads = payloads
        self._flags = flags
        self.table = [
            ("GET", GUILD, self.get),
            ("GET", GUILD + "/channels", self.channels),
            ("GET", GUILD + "/roles", self.roles),
            ("GET", GUILD + "/members", self.members),
            ("GET", GUILD + "/members/{user}", self.member),
            ("GET", "/users/{user}", self.user),
            ("GET", "/users/@me/guilds", self.mine),
            ("DELETE", "/users/@me/guilds/{guild}", self.leave),
        ]

    def _guild(self, asked: Asked) -> Guild:
        guild = self._world.guilds.get(asked.id("guild"))
        if guild is None:
            raise errors.unknown_guild()
        if not guild.has_bot:
            raise errors.missing_access()
        return guild

    async def get(self, asked: Asked) -> Answer:
        guild = self._guild(asked)
        counts = {"approximate_member_count": len(guild.members), "approximate_presence_count": 1}
        return Answer(200, self._payloads.guild(guild, whole=False) | counts)

    async def channels(self, asked: Asked) -> Answer:
        found = [one for one in self._world.in_guild(self._guild(asked).id) if one.type != THREAD]
        return Answer(200, [self._payloads.channel(one) for one in found])

    async def roles(self, asked: Asked) -> Answer:
        roles = self._guild(asked).roles.values()
        return Answer(200, [self._payloads.role(one) for one in roles])

    async def members(self, asked: Asked) -> Answer:
        guild = self._guild(asked)
        if not self._flags & PRIVILEGED[GUILD_MEMBERS]:
            raise errors.missing_access()
        after, limit = int(asked.query.get("after", "0")), int(asked.query.get("limit", "1"))
        chosen = [one for one in sorted(guild.members) if one > after][:limit]
        return Answer(200, [self._payloads.member(guild, self._world.people[i]) for i in chosen])

    async def member(self, asked: Asked) -> Answer:
        guild = self._guild(asked)
        if asked.id("user") not in self._world.people:
            raise errors.unknown("User", 10013)
        if asked.id("user") not in guild.members:
            raise errors.unknown("Member", 10007)
        return Answer(200, self._payloads.member(guild, self._world.people[asked.id("user")]))

    async def user(self, asked: Asked) -> Answer:
        me = asked.path["user"] == "@me"
        person = self._world.bot if me else self._world.people.get(asked.id("user"))
        if person is None:
            raise errors.unknown("User", 10013)
        own: dict[str, Any] = {"mfa_enabled": True, "verified": True, "email": None, "flags": 0}
        return Answer(200, self._payloads.user(person) | (own if me else {}))

    async def mine(self, asked: Asked) -> Answer:
        found = [one for one in self._world.guilds.values() if one.has_bot]
        return Answer(200, [self._payloads.guild(one, whole=False) for one in found])

    async def leave(self, asked: Asked) -> Answer:
        self._world.expel(self._guild(asked))
        return Answer(204)
