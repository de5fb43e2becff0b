"""The routes of channels, messages, reactions and direct conversations."""

from __future__ import annotations

from typing import Any

from tests.servers.discord import errors
from tests.servers.discord.errors import Problems, Refused
from tests.servers.discord.gateway import (
    DIRECT_REACTIONS,
    GUILD_REACTIONS,
    MESSAGE_CONTENT,
    PRIVILEGED,
    Gateway,
)
from tests.servers.discord.payloads import Payloads
from tests.servers.discord.posting import Draft, Posting
from tests.servers.discord.rest import Answer, Asked
from tests.servers.discord.world import (
    CHANNEL_NAME_CHANGE,
    DIRECT,
    THREAD,
    Channel,
    Message,
    World,
)

CHANNEL = "/channels/{channel}"
MESSAGES = CHANNEL + "/messages"
MESSAGE = MESSAGES + "/{message}"
REACTION = MESSAGE + "/reactions/{emoji}/@me"


class MessageRoutes:
    """Messages as the bot reads and writes them."""

    def __init__(
        self, world: World, payloads: Payloads, posting: Posting, gateway: Gateway, *, flags: int
    ) -> None:
        self._world = world
        self._payloads = payloads
        self._posting = posting
        self._gateway = gateway
        self.flags = flags
        self.typing: list[int] = []
        self.table = [
            ("GET", CHANNEL, self.get_channel),
            ("PATCH", CHANNEL, self.edit_channel),
            ("POST", MESSAGES, self.create),
            ("GET", MESSAGES, self.history),
            ("GET", MESSAGE, self.get),
            ("PATCH", MESSAGE, self.edit),
            ("DELETE", MESSAGE, self.delete),
            ("PUT", REACTION, self.react),
            ("DELETE", REACTION, self.unreact),
            ("POST", CHANNEL + "/typing", self.type),
            ("POST", "/users/@me/channels", self.open_direct),
        ]

    def place(self, asked: Asked) -> Channel:
        """The channel of the path, if the bot may see it."""
        channel = self._world.channels.get(asked.id("channel"))
        if channel is None:
            raise errors.unknown_channel()
        if not self._world.bot_may(channel, "view_channel"):
            raise errors.missing_access()
        return channel

    def message(self, asked: Asked) -> tuple[Channel, Message]:
        """The message of the path."""
        channel = self.place(asked)
        message = channel.messages.get(asked.id("message"))
        if message is None:
            raise errors.unknown_message()
        return channel, message

    def shown(self, message: Message) -> dict[str, Any]:
        """A message as REST gives it, without its text where the application may not read."""
        bare = self._payloads.is_bare(
            message, content=bool(self.flags & PRIVILEGED[MESSAGE_CONTENT])
        )
        body = self._payloads.message(message, bare=bare)
        # Nonces are not kept; they come with the event and the answer to the call only.
        body.pop("nonce", None)
        return body

    async def get_channel(self, asked: Asked) -> Answer:
        return Answer(200, self._payloads.channel(self.place(asked)))

    async def edit_channel(self, asked: Asked) -> Answer:
        """A thread's name, archive state and the like; the bot may change its own threads."""
        channel = self.place(asked)
        body = asked.json or {}
        own = channel.type == THREAD and channel.owner == self._world.bot.id
        if not own or "locked" in body or "rate_limit_per_user" in body:
            raise errors.missing_permissions()
        if channel.archived and body.get("archived", True):
            raise Refused(400, 50083, "Thread is archived")
        problems = Problems()
        if "name" in body:
            problems.text(("name",), body["name"], lowest=1, highest=100)
        problems.refuse()
        if body.get("name", channel.name) != channel.name:
            channel.name = body["name"]
            self._posting.note(channel, CHANNEL_NAME_CHANGE, channel.name)
        channel.archived = body.get("archived", channel.archived)
        channel.auto_archive = body.get("auto_archive_duration", channel.auto_archive)
        self._posting.tell_thread("THREAD_UPDATE", channel)
        return Answer(200, self._payloads.channel(channel))

    async def create(self, asked: Asked) -> Answer:
        channel = self.place(asked)
        self._check_may_write(channel, asked)
        draft = Draft(channel, self._world.bot.id, asked.json or {}, asked.uploads)
        return Answer(200, self._payloads.message(self._posting.write(draft)))

    def _check_may_write(self, channel: Channel, asked: Asked) -> None:
        needed = {"send_messages_in_threads" if channel.type == THREAD else "send_messages"}
        if asked.uploads:
            needed.add("attach_files")
        if isinstance(asked.json, dict) and asked.json.get("embeds"):
            needed.add("embed_links")
        if not all(self._world.bot_may(channel, one) for one in needed):
            raise errors.missing_permissions()
        if isinstance(asked.json, dict) and asked.json.get("message_reference"):
            self._check_may_read(channel, 160002)
        if channel.locked:
            raise Refused(400, 50083, "Thread is archived")
        if channel.type == DIRECT and not self._world.people[channel.person or 0].accepts_direct:
            raise Refused(403, 50007, "Cannot send messages to this user")

    def _check_may_read(self, channel: Channel, code: int) -> None:
        if not self._world.bot_may(channel, "read_message_history"):
            message = {160002: "Cannot reply without permission to read message history"}
            raise Refused(403, code, message.get(code, "Missing Access"))

    async def history(self, asked: Asked) -> Answer:
        """Newest first; `after` gives those that follow it most closely."""
        channel = self.place(asked)
        if not self._world.bot_may(channel, "read_message_history"):
            return Answer(200, [])
        limit = int(asked.query.get("limit", "50"))
        problems = Problems()
        problems.number(("limit",), limit, lowest=1, highest=100)
        problems.refuse()
        chosen = _window(sorted(channel.messages), asked.query, limit)
        return Answer(200, [self.shown(channel.messages[one]) for one in reversed(chosen)])

    async def get(self, asked: Asked) -> Answer:
        channel, message = self.message(asked)
        self._check_may_read(channel, 50001)
        return Answer(200, self.shown(message))

    async def edit(self, asked: Asked) -> Answer:
        channel, message = self.message(asked)
        if message.author != self._world.bot.id:
            raise Refused(403, 50005, "Cannot edit a message authored by another user")
        if channel.archived:
            raise Refused(400, 50083, "Thread is archived")
        if asked.uploads and not self._world.bot_may(channel, "attach_files"):
            raise errors.missing_permissions()
        self._posting.edit(message, asked.json or {}, asked.uploads)
        return Answer(200, self._payloads.message(message))

    async def delete(self, asked: Asked) -> Answer:
        channel, message = self.message(asked)
        if message.author != self._world.bot.id and (
            channel.type == DIRECT or not self._world.bot_may(channel, "manage_messages")
        ):
            raise errors.missing_permissions()
        self._posting.delete(message)
        return Answer(204)

    async def react(self, asked: Asked) -> Answer:
        channel, message = self.message(asked)
        self._check_may_read(channel, 50013)
        emoji = asked.path["emoji"]
        if emoji not in message.reactions and not self._world.bot_may(channel, "add_reactions"):
            raise errors.missing_permissions()
        if channel.archived:
            raise Refused(400, 50083, "Thread is archived")
        self.add_reaction(self._world.bot.id, channel, message.id, emoji)
        return Answer(204)

    def add_reaction(self, person: int, channel: Channel, message: int, emoji: str) -> None:
        """Put a person's emoji on a message; a second time changes nothing."""
        people = channel.messages[message].reactions.setdefault(emoji, set())
        if person not in people:
            people.add(person)
            self._tell_reaction("MESSAGE_REACTION_ADD", person, channel.messages[message], emoji)

    async def unreact(self, asked: Asked) -> Answer:
        message, emoji, bot = self.message(asked)[1], asked.path["emoji"], self._world.bot.id
        people = message.reactions.get(emoji, set())
        if bot in people:
            people.discard(bot)
            self._tell_reaction("MESSAGE_REACTION_REMOVE", bot, message, emoji)
        if not people:
            message.reactions.pop(emoji, None)
        return Answer(204)

    def _tell_reaction(self, name: str, person: int, message: Message, emoji: str) -> None:
        channel = self._world.channels[message.channel]
        body: dict[str, Any] = {
            "user_id": str(person),
            "channel_id": str(channel.id),
            "message_id": str(message.id),
            "message_author_id": str(message.author),
            "emoji": {"id": None, "name": emoji},
            "burst": False,
            "type": 0,
        }
        if channel.guild:
            guild = self._world.guilds[channel.guild]
            body["guild_id"] = str(guild.id)
            body["member"] = self._payloads.member(guild, self._world.people[person])
        needed = GUILD_REACTIONS if channel.guild else DIRECT_REACTIONS
        self._gateway.emit(name, lambda intents: body if intents & needed else None)

    async def type(self, asked: Asked) -> Answer:
        self.typing.append(self.place(asked).id)
        return Answer(204)

    async def open_direct(self, asked: Asked) -> Answer:
        wanted = str((asked.json or {}).get("recipient_id", ""))
        person = self._world.people.get(int(wanted)) if wanted.isdecimal() else None
        if person is None or person.is_bot:
            raise Refused(400, 50033, "Invalid Recipient(s)")
        return Answer(200, self._payloads.channel(self._world.direct(person.id)))


def _window(ids: list[int], query: dict[str, str], limit: int) -> list[int]:
    """The ids that a page of history holds, oldest first."""
    if "after" in query:
        return [one for one in ids if one > int(query["after"])][:limit]
    if "before" in query:
        return [one for one in ids if one < int(query["before"])][-limit:]
    if "around" in query:
        middle = int(query["around"])
        near = sorted(ids, key=lambda one: abs(one - middle))[:limit]
        return sorted(near)
    return ids[-limit:]
