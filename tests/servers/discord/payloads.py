"""The world as Discord's JSON objects."""

from __future__ import annotations

import copy
import hashlib
from datetime import UTC, datetime
from typing import Any

from tests.servers.discord import permissions
from tests.servers.discord.validate import linked_names
from tests.servers.discord.world import (
    DIRECT,
    EPOCH_MS,
    THREAD,
    Channel,
    File,
    Guild,
    Message,
    Person,
    Role,
    World,
)

JOINED = "2024-01-01T00:00:00.000000+00:00"
LINK_LIFE_S = 24 * 3600


class Payloads:
    """Writes JSON objects; `base` is the address where files are served."""

    def __init__(self, world: World, base: str) -> None:
        self._world = world
        self._base = base

    def user(self, person: Person) -> dict[str, Any]:
        found: dict[str, Any] = {
            "id": str(person.id),
            "username": person.name,
            "global_name": None if person.is_bot else person.name.title(),
            "discriminator": "0",
            "avatar": None,
            "public_flags": 0,
        }
        return found | ({"bot": True} if person.is_bot else {})

    def member(self, guild: Guild, person: Person, *, user: bool = True) -> dict[str, Any]:
        roles = [role for role in guild.roles.values() if role.id != guild.id]
        found: dict[str, Any] = {
            "nick": None,
            "avatar": None,
            "roles": [str(role.id) for role in roles if person.id in role.members],
            "joined_at": JOINED,
            "premium_since": None,
            "deaf": False,
            "mute": False,
            "flags": 0,
            "pending": False,
            "communication_disabled_until": None,
        }
        return found | ({"user": self.user(person)} if user else {})

    def role(self, role: Role) -> dict[str, Any]:
        found: dict[str, Any] = {
            "id": str(role.id),
            "name": role.name,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "position": 0 if role.id == role.guild else 1,
            "permissions": str(role.permissions),
            "managed": role.managed,
            "mentionable": False,
            "flags": 0,
        }
        return found | ({"tags": {"bot_id": str(self._world.bot.id)}} if role.managed else {})

    def channel(self, channel: Channel) -> dict[str, Any]:
        """A text channel, a direct conversation or a thread, by its type."""
        last = max(channel.messages, default=None)
        found: dict[str, Any] = {
            "id": str(channel.id),
            "type": channel.type,
            "last_message_id": None if last is None else str(last),
            "flags": 0,
        }
        if channel.type == DIRECT:
            person = self._world.people[channel.person or 0]
            return found | {"recipients": [self.user(person)]}
        found |= {"guild_id": str(channel.guild), "name": channel.name, "rate_limit_per_user": 0}
        if channel.type == THREAD:
            return found | self._thread(channel)
        denied = {"id": str(self._world.bot.id), "type": 1, "allow": "0"}
        return found | {
            "position": 0,
            "parent_id": None,
            "topic": None,
            "nsfw": False,
            "permission_overwrites": [denied | {"deny": str(channel.denied)}],
        }

    def _thread(self, thread: Channel) -> dict[str, Any]:
        count = sum(message.id != thread.id for message in thread.messages.values())
        found: dict[str, Any] = {
            "parent_id": str(thread.parent),
            "owner_id": str(thread.owner),
            "message_count": count,
            "total_message_sent": count,
            "member_count": len(thread.members),
            "thread_metadata": {
                "archived": thread.archived,
                "auto_archive_duration": thread.auto_archive,
                "archive_timestamp": stamp(created(thread.id)),
                "create_timestamp": stamp(created(thread.id)),
                "locked": thread.locked,
            },
        }
        if self._world.bot.id in thread.members:
            found["member"] = self.thread_member(thread, self._world.bot.id)
        return found

    def thread_member(self, thread: Channel, person: int) -> dict[str, Any]:
        joined = stamp(created(thread.id))
        return {"id": str(thread.id), "user_id": str(person), "join_timestamp": joined, "flags": 0}

    def guild(self, guild: Guild, *, whole: bool) -> dict[str, Any]:
        """A guild; whole as in GUILD_CREATE, with channels, threads and members."""
        found: dict[str, Any] = {
            "id": str(guild.id),
            "name": guild.name,
            "icon": None,
            "splash": None,
            "banner": None,
            "description": None,
            "owner_id": str(guild.owner),
            "afk_channel_id": None,
            "afk_timeout": 300,
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "roles": [self.role(role) for role in guild.roles.values()],
            "emojis": [],
            "stickers": [],
            "features": [],
            "mfa_level": 0,
            "system_channel_id": None,
            "system_channel_flags": 0,
            "rules_channel_id": None,
            "public_updates_channel_id": None,
            "premium_tier": guild.tier,
            "premium_subscription_count": 0,
            "preferred_locale": "en-US",
            "nsfw_level": 0,
        }
        return found | (self._contents(guild) if whole else {})

    def _contents(self, guild: Guild) -> dict[str, Any]:
        channels = list(self._world.in_guild(guild.id))
        people = [self._world.people[one] for one in sorted(guild.members)]
        seen = [one for one in channels if self._world.bot_may(one, "view_channel")]
        return {
            "joined_at": JOINED,
            "large": False,
            "member_count": len(people),
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
            "channels": [self.channel(one) for one in channels if one.type != THREAD],
            "threads": [
                self.channel(one) for one in seen if one.type == THREAD and not one.archived
            ],
            "members": [self.member(guild, person) for person in people],
        }

    def file(self, file: File) -> dict[str, Any]:
        """An attachment with its signed link."""
        url = self.link(file)
        found: dict[str, Any] = {
            "id": str(file.id),
            "filename": file.name,
            "size": len(file.data),
            "url": url,
            "proxy_url": url,
            "content_type": file.content_type,
        }
        if file.title:
            found["title"] = file.title
        if file.description:
            found["description"] = file.description
        return found | ({"ephemeral": True} if file.ephemeral else {})

    def link(self, file: File) -> str:
        """Where a file is downloaded, signed for a day as the real one is."""
        made = int(created(file.id))
        expires, issued = f"{made + LINK_LIFE_S:x}", f"{made:x}"
        place = "ephemeral-attachments" if file.ephemeral else "attachments"
        path = f"{place}/{file.channel}/{file.id}/{file.name}"
        return f"{self._base}/{path}?ex={expires}&is={issued}&hm={sign(path, expires, issued)}&"

    def message(self, message: Message, *, bare: bool = False) -> dict[str, Any]:
        """A message; `bare` is how it looks without the message content intent."""
        channel = self._world.channels[message.channel]
        body: dict[str, Any] = {
            "id": str(message.id),
            "channel_id": str(message.channel),
            "channel_type": channel.type,
            "author": self.user(self._world.people[message.author]),
            "content": "" if bare else message.content,
            "embeds": [] if bare else self._linked(message.embeds, message),
            "components": [] if bare else self._linked(message.components, message),
            "attachments": [] if bare else [self.file(one) for one in listed_files(message)],
            "timestamp": stamp(message.created_at),
            "edited_timestamp": stamp(message.edited_at) if message.edited_at else None,
            "tts": False,
            "pinned": False,
            "type": message.type,
            "flags": message.flags,
            "mentions": [self._mentioned(channel, one) for one in message.mentions],
            "mention_roles": [str(one) for one in message.mention_roles],
            "mention_everyone": message.mention_everyone,
        }
        return body | self._extras(message, channel, bare=bare)

    def _extras(self, message: Message, channel: Channel, *, bare: bool) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if message.nonce is not None:
            found["nonce"] = message.nonce
        if message.author == self._world.bot.id:
            found["application_id"] = str(self._world.application)
        if message.interaction:
            found["webhook_id"] = str(self._world.application)
            found["interaction_metadata"] = message.interaction
        if message.reactions:
            found["reactions"] = self._reactions(message)
        if message.thread in self._world.channels:
            found["thread"] = self.channel(self._world.channels[message.thread or 0])
        if message.reference:
            found["message_reference"] = message.reference
            found |= self._referenced(message.reference, bare=bare)
        return found

    def _referenced(self, reference: dict[str, Any], *, bare: bool) -> dict[str, Any]:
        if "message_id" not in reference:
            return {}
        place = self._world.channels.get(int(reference["channel_id"]))
        found = place.messages.get(int(reference["message_id"])) if place else None
        if found is None:
            return {"referenced_message": None}
        hidden = bare and found.author != self._world.bot.id
        body = self.message(found, bare=hidden)
        body.pop("referenced_message", None)
        return {"referenced_message": body}

    def _reactions(self, message: Message) -> list[dict[str, Any]]:
        return [
            {
                "emoji": {"id": None, "name": name},
                "count": len(people),
                "count_details": {"burst": 0, "normal": len(people)},
                "me": self._world.bot.id in people,
                "me_burst": False,
                "burst_colors": [],
            }
            for name, people in message.reactions.items()
        ]

    def _mentioned(self, channel: Channel, person: int) -> dict[str, Any]:
        found = self.user(self._world.people[person])
        if channel.guild is None or person not in self._world.guilds[channel.guild].members:
            return found
        guild = self._world.guilds[channel.guild]
        return found | {"member": self.member(guild, self._world.people[person], user=False)}

    def _linked(self, parts: list[dict[str, Any]], message: Message) -> list[dict[str, Any]]:
        """Embeds or components whose `attachment://` links lead to the files."""
        links = {f"attachment://{file.name}": file for file in message.files}

        def follow(node: Any) -> None:
            for value in node.values() if isinstance(node, dict) else node:
                if isinstance(value, dict | list):
                    follow(value)
            if isinstance(node, dict):
                for key in ("url", "icon_url"):
                    if node.get(key) in links:
                        node[key] = self.link(links[node[key]])

        copied = copy.deepcopy(parts)
        follow(copied)
        return copied

    def dispatched(self, message: Message, *, bare: bool) -> dict[str, Any]:
        """A message as MESSAGE_CREATE and MESSAGE_UPDATE carry it: with guild and member."""
        body = self.message(message, bare=bare)
        channel = self._world.channels[message.channel]
        if channel.guild is None:
            return body
        guild, author = self._world.guilds[channel.guild], self._world.people[message.author]
        body["guild_id"] = str(guild.id)
        if author.id in guild.members:
            body["member"] = self.member(guild, author, user=False)
        return body

    def is_bare(self, message: Message, *, content: bool) -> bool:
        """Whether the text is withheld; `content` is whether the intent is there."""
        if content or self._world.channels[message.channel].type == DIRECT:
            return False
        return message.author != self._world.bot.id and self._world.bot.id not in message.mentions

    def partial_channel(self, channel: Channel, allowed: int) -> dict[str, Any]:
        """A channel as interactions carry it."""
        return self.channel(channel) | {"permissions": str(allowed)}

    def acting(self, channel: Channel, person: Person) -> dict[str, Any]:
        """Who acts in an interaction: `member` in a guild, `user` in a direct conversation."""
        if channel.guild is None:
            return {"user": self.user(person)}
        guild = self._world.guilds[channel.guild]
        member = self.member(guild, person) | {"permissions": str(permissions.MEMBER)}
        return {"member": member}


def listed_files(message: Message) -> list[File]:
    """The attachments of a message; a file that an embed shows is not listed besides."""
    embedded = linked_names({"embeds": message.embeds})
    return [one for one in message.files if one.name not in embedded]


def created(snowflake: int) -> float:
    """Seconds since 1970 at which an id was made."""
    return ((snowflake >> 22) + EPOCH_MS) / 1000


def stamp(seconds: float) -> str:
    """An ISO 8601 time of Discord's form."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def sign(path: str, expires: str, issued: str) -> str:
    """The `hm` of a link."""
    return hashlib.sha256(f"local {path} {expires} {issued}".encode()).hexdigest()
