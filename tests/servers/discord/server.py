"""A local Discord: the people in it, what they do and see, and the faults it can have."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.servers.discord.acting import Acting
from tests.servers.discord.cdn import serve_files
from tests.servers.discord.faults import Faults
from tests.servers.discord.gateway import Credentials, Gateway
from tests.servers.discord.greeting import Greeting
from tests.servers.discord.interactions import Interaction, Interactions, Modal
from tests.servers.discord.payloads import Payloads
from tests.servers.discord.places import Places
from tests.servers.discord.posting import Draft, Posting
from tests.servers.discord.rest import Call, Gate, Refusal, Upload
from tests.servers.discord.rest_application import ApplicationRoutes
from tests.servers.discord.rest_guilds import GuildRoutes
from tests.servers.discord.rest_interactions import InteractionRoutes
from tests.servers.discord.rest_messages import MessageRoutes
from tests.servers.discord.rest_threads import ThreadRoutes
from tests.servers.discord.seen import Seen, see
from tests.servers.discord.world import NOTES, World

TOKEN = "local.discord.token"
CONTENT_FLAG, CONTENT_FLAG_LIMITED = 1 << 18, 1 << 19
MOST_REQUEST = 600 << 20


class DiscordServer(Places):
    """A running local Discord.

    People, guilds and channels are made by the `add_` methods, before or after the bot connects;
    each gives the id of what it made. People act through `say`, `click`, `select`, `submit`,
    `slash`, `autocomplete` and `message_command`; what they see is `seen`, `whispers` and
    `threads`. `calls` holds every REST call, `refusals` those that were answered with 4xx,
    `commands` what is registered (None is everywhere), `typing` the channels in which the bot
    was typing, `faults` the knobs.
    """

    def __init__(self, base: str, *, flags: int, heartbeat_ms: int) -> None:
        self.token = TOKEN
        self.faults = Faults()
        self.world = World()
        self.bot_user = self.world.bot.id
        self.application_id = self.world.application
        self.api_url, self.gateway_url = f"{base}/api/v10", f"ws{base[4:]}/gateway"
        credentials = Credentials(TOKEN, flags)
        self._payloads = Payloads(self.world, base)
        self._greeting = Greeting(self.world, self._payloads, credentials, self.gateway_url)
        self.gateway = Gateway(credentials, self.faults, self._greeting, heartbeat_ms=heartbeat_ms)
        self._gate = Gate(credentials, self.faults)
        self._posting = Posting(self.world, self._payloads, self.gateway)
        self._interactions = Interactions()
        self._application = ApplicationRoutes(self.world, self._payloads, self.gateway_url, flags)
        self.commands = self._application.commands
        self._messages = MessageRoutes(
            self.world, self._payloads, self._posting, self.gateway, flags=flags
        )
        self.typing = self._messages.typing
        self._acting = Acting(
            self.world, self._payloads, self.gateway, self._interactions, self.commands
        )
        self.faults.connect(
            cut=self.gateway.cut,
            ask=self.gateway.ask_to_reconnect,
            abort=self.gateway.abort,
            expire=self._interactions.expire,
            forget=self.gateway.forget,
            forget_nonces=self._posting.nonces.clear,
        )

    def serve(self, app: web.Application) -> None:
        """Put all routes up."""
        families = (
            self._application,
            self._messages,
            ThreadRoutes(self.world, self._payloads, self._posting, self._messages),
            GuildRoutes(self.world, self._payloads, flags=self._messages.flags),
            InteractionRoutes(self.world, self._payloads, self._posting, self._interactions),
        )
        for family in families:
            for method, path, handler in family.table:
                self._gate.route(app, method, path, handler)
        self._gate.unknown(app)
        serve_files(app, self.world, self.faults)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/gateway/", self.gateway.serve)

    @property
    def calls(self) -> list[Call]:
        """Every REST call so far."""
        return self._gate.calls

    @property
    def refusals(self) -> list[Refusal]:
        """The calls that were refused; clear it after those that a test expects."""
        return self._gate.refusals

    @property
    def interactions(self) -> list[Interaction]:
        """Every click, choice, form and command so far."""
        return self._interactions.all

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
        body: dict[str, Any] = {"content": f"<@{self.bot_user}> {text}" if mention else text}
        if reply_to is not None:
            body["message_reference"] = {"message_id": str(reply_to)}
        kind = "application/octet-stream"
        uploads = {index: Upload(*one, kind) for index, one in enumerate(files)}
        draft = Draft(self.world.channels[channel], person, body, uploads)
        late = bool(uploads) and deliver and self.faults.late_files > 0
        message = self._posting.write(draft, deliver=deliver and not late)
        if late:
            self.faults.late_files -= 1
            self._posting.tell("MESSAGE_CREATE", message, without_files=True)
        return message.id

    async def edit_message(self, channel: int, message: int, text: str) -> None:
        """Let the author of a message change its text."""
        self._posting.edit(self.world.channels[channel].messages[message], {"content": text}, {})

    async def delete_message(self, channel: int, message: int) -> None:
        """Delete a message, as its author or a moderator does."""
        self._posting.delete(self.world.channels[channel].messages[message])

    async def react(self, person: int, channel: int, message: int, emoji: str) -> None:
        """Let a person put an emoji on a message."""
        self._messages.add_reaction(person, self.world.channels[channel], message, emoji)

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

    async def slash(self, person: int, channel: int, name: str, /, **options: Any) -> Interaction:
        """Use a slash command that the bot registered; waits for the answer.

        A subcommand follows its command after a space. A person, role or channel is given by its
        id, an attachment as (name, content).
        """
        return await self._acting.slash(person, channel, name, options)

    async def autocomplete(
        self, person: int, channel: int, name: str, option: str, typed: str, /, **others: Any
    ) -> list[str]:
        """What a slash command offers while an option is typed; `others` are filled already."""
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
        return [see(one) for one in place.messages.values() if one.type not in NOTES]

    def whispers(self, person: int) -> list[Seen]:
        """The ephemeral messages that only this person sees."""
        return [see(one) for one in self._posting.whispered(person)]

    def threads(self, channel: int) -> list[int]:
        """The threads of a channel, oldest first."""
        return [one.id for one in self.world.threads(channel)]

    async def until(self, what: Callable[[], Any], *, within: float = 20.0, hint: str = "") -> Any:
        """Wait until `what()` is true and give its value; else fail with all that is seen."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while not (found := what()):
            if loop.time() > deadline:
                raise AssertionError(f"{hint or 'it'} did not happen in {within:g} s\n{self}")
            await asyncio.sleep(0.01)
        return found

    def __str__(self) -> str:
        lines = []
        for channel in self.world.channels.values():
            lines.append(f"# {channel.name or 'direct'} {channel.id}")
            lines += [self._line(one) for one in self.seen(channel.id)]
        for person in self.world.people.values():
            lines += [f"{person.name} alone: {one.words}" for one in self.whispers(person.id)]
        return "\n".join([*lines, *(f"refused {one}" for one in self.refusals)])

    def _line(self, one: Seen) -> str:
        shown = [self.world.people[one.author].name + ":", one.words]
        shown += [f"[{label}]" for label in one.buttons]
        return "  " + " ".join([*shown, *(f"({name})" for name, _ in one.files)])


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
    listener = socket.create_server(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = DiscordServer(base, flags=flags, heartbeat_ms=heartbeat_ms)
    app = web.Application(client_max_size=MOST_REQUEST)
    server.serve(app)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    await web.SockSite(runner, listener, backlog=4096).start()
    try:
        yield server
        malformed = [str(one) for one in server.refusals if one.malformed]
        if malformed:
            raise AssertionError("Discord refused what it was sent:\n" + "\n".join(malformed))
    finally:
        server.gateway.abort()
        await runner.cleanup()
