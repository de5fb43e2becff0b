"""A local Discord: the people in it, what they do and see, and the faults it can have."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.servers.discord import gateway as gw
from tests.servers.discord import permissions, seen
from tests.servers.discord.acting import Acting
from tests.servers.discord.cdn import serve_files
from tests.servers.discord.faults import Faults
from tests.servers.discord.interactions import Interaction, Interactions, Modal
from tests.servers.discord.payloads import Payloads
from tests.servers.discord.posting import Draft, Posting
from tests.servers.discord.rest import Call, Gate, Refusal, Upload
from tests.servers.discord.rest_application import ApplicationRoutes
from tests.servers.discord.rest_guilds import GuildRoutes
from tests.servers.discord.rest_interactions import InteractionRoutes
from tests.servers.discord.rest_messages import MessageRoutes
from tests.servers.discord.rest_threads import ThreadRoutes
from tests.servers.discord.seen import Seen
from tests.servers.discord.world import TEXT, Channel, Guild, Role, World

TOKEN = "local.discord.token"
CONTENT_FLAG, CONTENT_FLAG_LIMITED = 1 << 18, 1 << 19
MOST_REQUEST = 200 << 20


class DiscordServer:
    """A running local Discord.

    People, guilds and channels are made by the `add_` methods, before or after the bot connects;
    each gives the id of what it made. People act through `say`, `click`, `select`, `submit`,
    `slash`, `autocomplete` and `message_command`; what they see is `seen`, `whispers` and
    `threads`. `calls` holds every REST call, `refusals` those that were answered with 4xx,
    `faults` the knobs.
    """

    def __init__(self, *, flags: int, heartbeat_ms: int) -> None:
        self.faults = Faults()
        self.token = TOKEN
        self.world = World()
        self.bot_user = self.world.bot.id
        self.application_id = self.world.application
        self.api_url = self.gateway_url = ""
        self._credentials = gw.Credentials(TOKEN, flags)
        self._heartbeat_ms = heartbeat_ms
        self.gateway = gw.Gateway(self._credentials, self.faults, heartbeat_ms=heartbeat_ms)
        self.interactions = Interactions()
        self._gate = Gate(self._credentials, self.faults)

    def open(self, base: str, app: web.Application) -> None:
        """Put the routes up, now that the address is known."""
        self.api_url, self.gateway_url = f"{base}/api/v10", f"ws{base[4:]}/gateway"
        self._payloads = Payloads(self.world, base)
        self._posting = Posting(self.world, self._payloads, self.gateway)
        can_read = bool(self._credentials.flags & (CONTENT_FLAG | CONTENT_FLAG_LIMITED))
        application = ApplicationRoutes(
            self.world, self._payloads, self.gateway_url, self._credentials.flags
        )
        messages = MessageRoutes(
            self.world, self._payloads, self._posting, self.gateway, content=can_read
        )
        families = (
            application,
            messages,
            ThreadRoutes(self.world, self._payloads, self._posting, messages),
            GuildRoutes(self.world, self._payloads),
            InteractionRoutes(self.world, self._payloads, self._posting, self.interactions),
        )
        for family in families:
            for method, path, handler in family.table:
                self._gate.route(app, method, path, handler)
        self._gate.unknown(app)
        serve_files(app, self.world, self.faults)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/gateway/", self.gateway.serve)
        self._acting = Acting(
            self.world, self._payloads, self.gateway, self.interactions, application.commands
        )
        self.commands = application.commands
        self.gateway.greet, self.gateway.guilds = self._ready, self._guilds
        self.gateway.members = self._members
        self.faults.connect(
            cut=self.gateway.cut,
            ask=self.gateway.ask_to_reconnect,
            abort=self.gateway.abort,
            expire=self.interactions.expire,
            forget=self.gateway.forget,
        )

    @property
    def calls(self) -> list[Call]:
        """Every REST call so far."""
        return self._gate.calls

    @property
    def refusals(self) -> list[Refusal]:
        """The calls that were refused; clear it after those that a test expects."""
        return self._gate.refusals

    def _ready(self, session: gw.Session) -> dict[str, Any]:
        away = [g for g in self.world.guilds.values() if g.has_bot]
        return {
            "v": 10,
            "user": self._payloads.user(self.world.bot),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in away],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.gateway_url,
            "application": {"id": str(self.application_id), "flags": self._credentials.flags},
            "private_channels": [],
        }

    def _guilds(self) -> list[dict[str, Any]]:
        inside = [guild for guild in self.world.guilds.values() if guild.has_bot]
        return [self._payloads.guild(guild, whole=True) for guild in inside]

    def _members(self, wanted: dict[str, Any]) -> dict[str, Any]:
        guild = self.world.guilds[int(wanted["guild_id"])]
        people = [self.world.people[one] for one in sorted(guild.members)]
        if wanted.get("user_ids"):
            listed = {str(one) for one in wanted["user_ids"]}
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

    def add_person(self, name: str, *, is_bot: bool = False, accepts_direct: bool = True) -> int:
        """An account; one with `accepts_direct=False` refuses direct messages of the bot."""
        return self.world.person(name, is_bot=is_bot, accepts_direct=accepts_direct).id

    def add_guild(
        self, name: str, *, members: Sequence[int] = (), bot: bool = True, tier: int = 0
    ) -> int:
        """A guild; its boost tier sets the upload limit (10, 10, 50 and 100 MiB)."""
        guild = self.world.guild(name, members=members, bot=bot, tier=tier)
        if bot:
            self._tell_guild(guild)
        return guild.id

    def add_member(self, guild: int, person: int) -> None:
        """Let a person into a guild."""
        place = self.world.guilds[guild]
        place.members.add(person)
        body = self._payloads.member(place, self.world.people[person]) | {"guild_id": str(guild)}
        self._tell(place, "GUILD_MEMBER_ADD", body, gw.GUILD_MEMBERS)

    def add_role(self, guild: int, name: str, members: Sequence[int] = ()) -> int:
        """A role that these people have."""
        place = self.world.guilds[guild]
        role = Role(self.world.new_id(), guild, name, set(members))
        place.roles[role.id] = role
        body = {"guild_id": str(guild), "role": self._payloads.role(role)}
        self._tell(place, "GUILD_ROLE_CREATE", body, gw.GUILDS)
        for person in members:
            self._tell_member(place, person)
        return role.id

    def give_role(self, guild: int, role: int, person: int) -> None:
        """Give a person a role."""
        place = self.world.guilds[guild]
        place.roles[role].members.add(person)
        self._tell_member(place, person)

    def take_role(self, guild: int, role: int, person: int) -> None:
        """Take a role from a person."""
        place = self.world.guilds[guild]
        place.roles[role].members.discard(person)
        self._tell_member(place, person)

    def _tell_member(self, place: Guild, person: int) -> None:
        member = self._payloads.member(place, self.world.people[person])
        body = member | {"guild_id": str(place.id)}
        needed = gw.GUILDS if person == self.bot_user else gw.GUILD_MEMBERS
        self._tell(place, "GUILD_MEMBER_UPDATE", body, needed)

    def add_channel(self, guild: int, name: str, *, forbid: frozenset[str] = frozenset()) -> int:
        """A text channel; `forbid` are permissions that the bot lacks in it and its threads."""
        denied = permissions.mask(forbid)
        channel = self.world.channel(TEXT, name=name, guild=guild, denied=denied)
        self._tell_channel("CHANNEL_CREATE", channel)
        return channel.id

    def forbid(self, channel: int, permissions_: frozenset[str]) -> None:
        """Change what the bot may not do in a channel."""
        place = self.world.channels[channel]
        place.denied = permissions.mask(permissions_)
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
        place = self.world.guilds[guild]
        self.world.expel(place)
        body = {"id": str(guild)}
        self.gateway.emit("GUILD_DELETE", lambda intents: body if intents & gw.GUILDS else None)

    async def delete_channel(self, channel: int) -> None:
        """Delete a channel or a thread."""
        place = self.world.channels[channel]
        body = self._payloads.channel(place)
        self.world.remove(place)
        name = "THREAD_DELETE" if place.parent else "CHANNEL_DELETE"
        self.gateway.emit(name, lambda intents: body if intents & gw.GUILDS else None)

    async def archive(self, thread: int, *, locked: bool = False) -> None:
        """Archive a thread, as Discord does when nobody writes in it."""
        place = self.world.channels[thread]
        place.archived, place.locked = True, locked
        self._posting.tell_thread("THREAD_UPDATE", place)

    async def delete_message(self, channel: int, message: int) -> None:
        """Delete a message, as its author or a moderator does."""
        self._posting.delete(self.world.channels[channel].messages[message])

    def _tell_guild(self, guild: Guild) -> None:
        self._tell(guild, "GUILD_CREATE", self._payloads.guild(guild, whole=True), gw.GUILDS)

    def _tell_channel(self, name: str, channel: Channel) -> None:
        guild = self.world.guilds[channel.guild or 0]
        self._tell(guild, name, self._payloads.channel(channel), gw.GUILDS)

    def _tell(self, guild: Guild, name: str, body: dict[str, Any], needed: int) -> None:
        if guild.has_bot:
            self.gateway.emit(name, lambda intents: body if intents & needed else None)

    async def say(
        self,
        person: int,
        channel: int,
        text: str,
        *,
        files: Sequence[tuple[str, bytes]] = (),
        mention: bool = False,
        reply_to: int | None = None,
        deliver: bool = True,
    ) -> int:
        """Let a person write in a channel, thread or direct conversation.

        Args:
            person: Who writes.
            channel: Where; a thread's id is a channel's too.
            text: What.
            files: Names and contents of attachments.
            mention: Whether the text begins with a mention of the bot.
            reply_to: The message that it replies to.
            deliver: False lets the event be lost; the message is there all the same.

        Returns:
            The message's id.
        """
        place = self.world.channels[channel]
        content = f"<@{self.bot_user}> {text}" if mention else text
        body: dict[str, Any] = {"content": content}
        if reply_to is not None:
            body["message_reference"] = {"message_id": str(reply_to)}
        kind = "application/octet-stream"
        uploads = {i: Upload(name, data, kind) for i, (name, data) in enumerate(files)}
        late = bool(files) and self.faults.late_files > 0
        message = self._posting.write(
            Draft(place, person, body, uploads), deliver=not late and deliver
        )
        if late and deliver:
            self.faults.late_files -= 1
            self._posting.hidden_files.add(message.id)
            self._posting.tell("MESSAGE_CREATE", message)
            self._posting.hidden_files.discard(message.id)
        return message.id

    async def click(
        self,
        person: int,
        channel: int,
        message: int,
        *,
        label: str | None = None,
        custom_id: str | None = None,
    ) -> Interaction:
        """Press an enabled button, found by what is on it or by its id; waits for the answer."""
        return await self._acting.click(person, channel, message, label=label, custom_id=custom_id)

    async def select(
        self, person: int, channel: int, message: int, *, label: str | Sequence[str]
    ) -> Interaction:
        """Choose in a menu by label (several where it takes them); waits for the answer."""
        labels = [label] if isinstance(label, str) else list(label)
        return await self._acting.select(person, channel, message, labels=labels)

    async def submit(
        self, person: int, modal: Modal, values: Mapping[str, str | list[str]]
    ) -> Interaction:
        """Fill a form in and send it, fields by label or custom id; waits for the answer."""
        return await self._acting.submit(person, modal, values)

    async def slash(self, person: int, channel: int, name: str, **options: Any) -> Interaction:
        """Use a slash command that the bot registered; waits for the answer."""
        return await self._acting.slash(person, channel, name, options)

    async def autocomplete(
        self, person: int, channel: int, name: str, option: str, typed: str, **others: Any
    ) -> list[str]:
        """What a slash command offers while an option is typed."""
        return await self._acting.autocomplete(
            person, channel, name, option=option, typed=typed, others=others
        )

    async def message_command(
        self, person: int, channel: int, message: int, name: str
    ) -> Interaction:
        """Use a command of a message's menu; waits for the answer."""
        return await self._acting.message_command(person, channel, message, name)

    def seen(self, channel: int) -> list[Seen]:
        """The messages of a channel or thread that anyone sees, in order, as they stand now."""
        place = self.world.channels[channel]
        shown = [one for one in place.messages.values() if one.type not in seen.NOTES]
        return [seen.see(one) for one in shown]

    def whispers(self, person: int) -> list[Seen]:
        """The ephemeral messages that only this person sees."""
        return [seen.see(one) for one in self._posting.whispered(person)]

    def threads(self, channel: int) -> list[int]:
        """The threads of a channel, oldest first."""
        return [one.id for one in self.world.threads(channel)]

    async def until(self, what: Callable[[], Any], *, within: float = 20.0, hint: str = "") -> Any:
        """Wait until `what()` is true and give its value; else fail with all that is seen."""
        deadline = asyncio.get_running_loop().time() + within
        while not (found := what()):
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(f"{hint or 'it'} did not happen in {within:g} s\n{self}")
            await asyncio.sleep(0.01)
        return found

    def __str__(self) -> str:
        lines = []
        for channel in self.world.channels.values():
            lines.append(f"# {channel.name or 'direct'} {channel.id}")
            for one in self.seen(channel.id):
                who = self.world.people[one.author].name
                lines.append(f"  {who}: {one.words} {one.buttons or ''}")
        lines += [f"whisper: {one.content}" for one in self.world.whispers.values()]
        return "\n".join([*lines, *(f"refused {one}" for one in self.refusals)])


@asynccontextmanager
async def discord_server(
    *,
    message_content: bool = True,
    application_flags: int | None = None,
    heartbeat_ms: int = 41_250,
) -> AsyncIterator[DiscordServer]:
    """A local Discord while the block runs.

    A payload that the real one would refuse as malformed fails the test at the end of the block;
    a test that means to send one clears `refusals` afterwards.

    Args:
        message_content: Whether the application has the message content intent.
        application_flags: The application's flags, instead of what `message_content` makes them.
        heartbeat_ms: How often clients are to send a heartbeat.
    """
    flags = CONTENT_FLAG_LIMITED if message_content else 0
    if application_flags is not None:
        flags = application_flags
    server = DiscordServer(flags=flags, heartbeat_ms=heartbeat_ms)
    app = web.Application(client_max_size=MOST_REQUEST)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    listener = socket.create_server(("127.0.0.1", 0))
    server.open(f"http://127.0.0.1:{listener.getsockname()[1]}", app)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    try:
        yield server
        malformed = [str(one) for one in server.refusals if one.malformed]
        if malformed:
            raise AssertionError("Discord refused what it was sent:\n" + "\n".join(malformed))
    finally:
        server.gateway.abort()
        await runner.cleanup()
