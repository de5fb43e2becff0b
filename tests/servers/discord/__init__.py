"""A local Discord that the real discord.py talks to over loopback."""

from tests.servers.discord.faults import Faults
from tests.servers.discord.interactions import Field, Interaction, Modal
from tests.servers.discord.rest import Call, Refusal
from tests.servers.discord.seen import Seen
from tests.servers.discord.server import (
    CONTENT_FLAG,
    CONTENT_FLAG_LIMITED,
    DiscordServer,
    discord_server,
)

__all__ = [
    "CONTENT_FLAG",
    "CONTENT_FLAG_LIMITED",
    "Call",
    "DiscordServer",
    "Faults",
    "Field",
    "Interaction",
    "Modal",
    "Refusal",
    "Seen",
    "discord_server",
]
