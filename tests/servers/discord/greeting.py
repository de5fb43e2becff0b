"""What a session is told when it begins: READY, the guilds, and members on request."""

from __future__ import annotations

from typing import Any

from tests.servers.discord.gateway import GUILD_MEMBERS, Credentials, Session
from tests.servers.discord.payloads import Payloads
from tests.servers.discord.world import Guild, World


class Greeting:
    """Writes the first events of a session."""

    def __init__(
        self, world: World, payloads: Payloads, credentials: Credentials, gateway_url: str
    ) -> None:
        self._world = world
        self._payloads = payloads
        self._credentials = credentials
        self._gateway_url = gateway_url

    def _inside(self) -> list[Guild]:
        return [guild for guild in self._world.guilds.values() if guild.has_bot]

    def ready(self, session: Session) -> dict[str, Any]:
        """READY's body; all guilds are unavailable until their GUILD_CREATE."""
        flags = self._credentials.flags
        return {
            "v": 10,
            "user": self._payloads.user(self._world.bot),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in self._inside()],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self._gateway_url,
            "application": {"id": str(self._world.application), "flags": flags},
            "private_channels": [],
        }

    def guilds(self, intents: int) -> list[dict[str, Any]]:
        """The GUILD_CREATE bodies of all guilds that the bot is in.

        That they say `unavailable` tells them from those that the bot joins later.
        """
        return [self.guild(one, intents) | {"unavailable": False} for one in self._inside()]

    def guild(self, guild: Guild, intents: int) -> dict[str, Any]:
        """A guild with its members; without their intent, with the bot alone."""
        body = self._payloads.guild(guild, whole=True)
        if not intents & GUILD_MEMBERS:
            body["members"] = [self._payloads.member(guild, self._world.bot)]
        return body

    def members(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """The answer to a request for members."""
        guild = self._world.guilds[int(wanted["guild_id"])]
        people = [self._world.people[one] for one in sorted(guild.members)]
        asked = wanted.get("user_ids") or []
        if asked:
            listed = {str(one) for one in (asked if isinstance(asked, list) else [asked])}
            people = [one for one in people if str(one.id) in listed]
        elif wanted.get("query"):
            people = [one for one in people if one.name.startswith(wanted["query"])]
        return {
            "guild_id": str(guild.id),
            "members": [self._payloads.member(guild, one) for one in people],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [],
            "nonce": wanted.get("nonce"),
        }
