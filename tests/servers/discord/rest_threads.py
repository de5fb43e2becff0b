"""The routes of threads."""

from __future__ import annotations

from typing import Any

from tests.servers.discord import errors
from tests.servers.discord.errors import Problems, Refused
from tests.servers.discord.gateway import GUILDS
from tests.servers.discord.payloads import Payloads
from tests.servers.discord.posting import Posting
from tests.servers.discord.rest import Answer, Asked
from tests.servers.discord.rest_messages import CHANNEL, MESSAGE, MessageRoutes
from tests.servers.discord.world import (
    DIRECT,
    HAS_THREAD,
    THREAD,
    THREAD_CREATED,
    THREAD_STARTER,
    Channel,
    Message,
    World,
)

ARCHIVE_MINUTES = (60, 1440, 4320, 10080)
MEMBERS = CHANNEL + "/thread-members"


class ThreadRoutes:
    """Threads as the bot starts, joins and lists them."""

    def __init__(
        self, world: World, payloads: Payloads, posting: Posting, messages: MessageRoutes
    ) -> None:
        self._gateway = posting.gateway
        self._world = world
        self._payloads = payloads
        self._posting = posting
        self._messages = messages
        self.table = [
            ("POST", MESSAGE + "/threads", self.start_from_message),
            ("POST", CHANNEL + "/threads", self.start),
            ("GET", CHANNEL + "/threads/archived/public", self.archived),
            ("GET", "/guilds/{guild}/threads/active", self.active),
            ("PUT", MEMBERS + "/@me", self.join),
            ("DELETE", MEMBERS + "/@me", self.leave),
            ("GET", MEMBERS, self.members),
        ]

    async def start_from_message(self, asked: Asked) -> Answer:
        """A thread from a message takes the message's id."""
        channel, message = self._messages.message(asked)
        self._check(channel, asked.json or {})
        if message.thread is not None or message.id in self._world.channels:
            raise Refused(400, 160004, "A thread has already been created for this message")
        thread = self._open(channel, asked.json, id=message.id)
        message.thread = thread.id
        message.flags |= HAS_THREAD
        self._posting.tell("MESSAGE_UPDATE", message)
        self._first(thread, message)
        return Answer(201, self._payloads.channel(thread))

    async def start(self, asked: Asked) -> Answer:
        """A thread of its own; the channel says that it was started."""
        channel = self._messages.place(asked)
        body = asked.json or {}
        if body.get("type", THREAD) != THREAD:
            raise errors.missing_permissions()
        self._check(channel, body)
        thread = self._open(channel, body)
        reference = {"channel_id": str(thread.id), "guild_id": str(thread.guild)}
        self._posting.note(channel, THREAD_CREATED, thread.name, reference=reference)
        return Answer(201, self._payloads.channel(thread))

    def _check(self, channel: Channel, body: dict[str, Any]) -> None:
        if channel.type in (DIRECT, THREAD):
            raise Refused(400, 50024, "Cannot execute action on this channel type")
        if not self._world.bot_may(channel, "create_public_threads"):
            raise errors.missing_permissions()
        problems = Problems()
        problems.text(("name",), body.get("name"), lowest=1, highest=100)
        minutes = body.get("auto_archive_duration")
        if minutes is not None and minutes not in ARCHIVE_MINUTES:
            problems.choice(("auto_archive_duration",), minutes, ARCHIVE_MINUTES)
        problems.refuse()

    def _open(self, channel: Channel, body: dict[str, Any], **given: Any) -> Channel:
        thread = self._world.channel(
            THREAD,
            name=body["name"],
            guild=channel.guild,
            parent=channel.id,
            owner=self._world.bot.id,
            auto_archive=body.get("auto_archive_duration") or 1440,
            members={self._world.bot.id},
            **given,
        )
        self._posting.tell_thread("THREAD_CREATE", thread, newly_created=True)
        self._tell_joined(thread)
        return thread

    def _tell_joined(self, thread: Channel) -> None:
        member = self._payloads.thread_member(thread, self._world.bot.id)
        body = {
            "id": str(thread.id),
            "guild_id": str(thread.guild),
            "member_count": len(thread.members),
            "added_members": [member],
        }
        self._gateway.emit(
            "THREAD_MEMBERS_UPDATE", lambda intents: body if intents & GUILDS else None
        )

    def _first(self, thread: Channel, message: Message) -> None:
        """The first entry of a thread points to the message that it hangs on."""
        reference = {
            "type": 0,
            "message_id": str(message.id),
            "channel_id": str(message.channel),
            "guild_id": str(thread.guild),
        }
        self._posting.note(thread, THREAD_STARTER, author=message.author, reference=reference)

    async def archived(self, asked: Asked) -> Answer:
        channel = self._messages.place(asked)
        found = [one for one in self._world.threads(channel.id) if one.archived]
        return Answer(200, self._listed(found) | {"has_more": False})

    async def active(self, asked: Asked) -> Answer:
        guild = self._world.guilds.get(asked.id("guild"))
        if guild is None or not guild.has_bot:
            raise errors.missing_access()
        threads = [one for one in self._world.in_guild(guild.id) if one.type == THREAD]
        return Answer(200, self._listed([one for one in threads if not one.archived]))

    def _listed(self, threads: list[Channel]) -> dict[str, Any]:
        bot = self._world.bot.id
        joined = [one for one in threads if bot in one.members]
        return {
            "threads": [self._payloads.channel(one) for one in reversed(threads)],
            "members": [self._payloads.thread_member(one, bot) for one in joined],
        }

    async def join(self, asked: Asked) -> Answer:
        thread = self._thread(asked)
        if thread.archived:
            raise Refused(400, 50083, "Thread is archived")
        thread.members.add(self._world.bot.id)
        self._tell_joined(thread)
        return Answer(204)

    async def leave(self, asked: Asked) -> Answer:
        self._thread(asked).members.discard(self._world.bot.id)
        return Answer(204)

    async def members(self, asked: Asked) -> Answer:
        thread = self._thread(asked)
        people = sorted(thread.members)
        return Answer(200, [self._payloads.thread_member(thread, one) for one in people])

    def _thread(self, asked: Asked) -> Channel:
        channel = self._messages.place(asked)
        if channel.type != THREAD:
            raise Refused(400, 50024, "Cannot execute action on this channel type")
        return channel
