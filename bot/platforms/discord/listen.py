"""The connection to Discord's gateway: kept up, in the background, with a bounded back-off."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.errors import BotError
from bot.platforms.discord.api import Api
from bot.platforms.discord.errors import INTENT_OFF, NETWORK, REVOKED
from bot.platforms.discord.places import Places
from storage.catalog.records import Json

log = logging.getLogger(__name__)

API: Final = "https://discord.com/api/v10"
GATEWAY: Final = yarl.URL("wss://gateway.discord.gg/")
HEARD: Final = ("MESSAGE_CREATE", "INTERACTION_CREATE")
CLOSE_S: Final = 5.0
MESSAGE_CONTENT: Final = 1 << 18 | 1 << 19
"""The application flags that allow to read messages: in many servers, or in few."""


class Ears(Protocol):
    """What is told of what happens on the gateway."""

    async def message(self, data: Json) -> None:
        """Somebody wrote a message."""

    async def interaction(self, data: Json) -> None:
        """Somebody clicked, chose, typed or sent something."""

    async def connected(self) -> None:
        """A session has begun; what happened before it is not told."""

    async def resumed(self) -> None:
        """The session goes on; what happened meanwhile is told."""

    async def joined(self, guild: discord.Guild) -> None:
        """The assistant was added to a server."""

    async def available(self, guild: discord.Guild) -> None:
        """A server that the assistant is in is there, at the start or after an outage."""

    async def left(self, guild: discord.Guild) -> None:
        """The assistant was removed from a server, or it is gone."""

    async def channel_deleted(self, channel: discord.abc.GuildChannel) -> None:
        """A channel is gone."""

    async def thread_deleted(self, payload: discord.RawThreadDeleteEvent) -> None:
        """A thread is gone."""


@dataclass(frozen=True, slots=True)
class Waits:
    """How long to wait for what, in seconds.

    Attributes:
        first: Before connecting again after a failure; doubled up to `longest`.
        refused: Before trying a token again that was refused.
        patience: How long the library may try to get a connection back before a new one is made.
        ready: How long the servers may take to be told at the start.
        identify: Before a new session after one that was refused.
    """

    first: float = 1.0
    longest: float = 60.0
    refused: float = 300.0
    patience: float = 60.0
    ready: float = 1.0
    identify: float = 5.0


class Client(discord.Client):
    """The library's client: hands the gateway's own JSON on, and keeps no messages."""

    def __init__(self, ears: Ears, *, content: bool, waits: Waits) -> None:
        intents = discord.Intents(
            guilds=True, guild_messages=True, dm_messages=True, message_content=content
        )
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=30.0,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            guild_ready_timeout=waits.ready,
            enable_debug_events=True,  # the raw JSON is what is kept
        )
        self._ears = ears
        self._waits = waits
        self.busy: set[asyncio.Task[Any]] = set()
        self.up, self.down = asyncio.Event(), asyncio.Event()
        self.was_up = False

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Not every lost session may be begun anew at once."""
        if not initial:
            await asyncio.sleep(self._waits.identify)

    async def on_socket_raw_receive(self, text: str) -> None:
        """One frame of the gateway; those that nobody waits for are not even read."""
        if not any(name in text for name in HEARD):
            return
        if (task := asyncio.current_task()) is not None:
            self.busy.add(task)
            task.add_done_callback(self.busy.discard)
        frame = json.loads(text)
        if frame.get("t") == "MESSAGE_CREATE":
            await self._ears.message(frame["d"])
        elif frame.get("t") == "INTERACTION_CREATE":
            await self._ears.interaction(frame["d"])

    async def on_ready(self) -> None:
        """A session has begun."""
        self._is_up()
        await self._ears.connected()

    async def on_resumed(self) -> None:
        """A session goes on."""
        self._is_up()
        await self._ears.resumed()

    async def on_disconnect(self) -> None:
        """The connection is lost."""
        self.up.clear()
        self.down.set()

    def _is_up(self) -> None:
        self.was_up = True
        self.down.clear()
        self.up.set()

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Added to a server."""
        await self._ears.joined(guild)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """A server is there."""
        await self._ears.available(guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Removed from a server."""
        await self._ears.left(guild)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel is gone."""
        await self._ears.channel_deleted(channel)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """A thread is gone."""
        await self._ears.thread_deleted(payload)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """What failed is not lost: the history is read again now and then."""
        log.exception("dealing with %s failed", event_method)


@dataclass(frozen=True, slots=True)
class Way:
    """Where and as whom to connect; `gateway` "" asks the API, or takes Discord's own."""

    token: str
    api: str
    gateway: str


class Listener:
    """Keeps one client connected until it is stopped."""

    def __init__(self, way: Way, api: Api, places: Places, ears: Ears, *, waits: Waits) -> None:
        self._way = way
        self._api = api
        self._places = places
        self._ears = ears
        self._waits = waits
        self._task: asyncio.Task[None] | None = None
        self._client: Client | None = None
        self._content = True
        self.trouble = ""

    def start(self) -> None:
        """Connect in the background."""
        self._task = asyncio.create_task(self._run(), name="discord")

    async def stop(self) -> None:
        """Close the connection, within a bounded time."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def reconnect(self) -> None:
        """Leave a socket that tells nothing; the session is resumed on a new one."""
        if self._client is not None and self._client.ws is not None:
            await self._client.ws.close(4000)

    async def _run(self) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # we do not speak
        pause = self._waits.first
        while True:
            client = Client(self._ears, content=self._content, waits=self._waits)
            refused = False
            try:
                await self._live(client)
            except Exception as error:
                refused = self._note(error)
            finally:
                await self._close(client)
            if client.was_up:
                pause = self._waits.first
            await asyncio.sleep(self._waits.refused if refused else pause)
            pause = min(pause * 2, self._waits.longest)

    async def _live(self, client: Client) -> None:
        """Log in and listen until the connection is lost for good."""
        if self._way.api != Route.BASE:
            Route.BASE = self._way.api
        await client.login(self._way.token)
        user = str(client.user.id) if client.user else ""
        self._api.attach(client.http, application=str(client.application_id), user=user)
        self._places.client = self._client = client
        DiscordWebSocket.DEFAULT_GATEWAY = await self._gateway()
        parts = [asyncio.create_task(client.connect()), asyncio.create_task(self._watch(client))]
        try:
            done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            for part in done:
                part.result()
        finally:
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)

    async def _gateway(self) -> yarl.URL:
        """Discord's own gateway, unless another API or another gateway is set."""
        if self._way.gateway or self._way.api == API:
            return yarl.URL(self._way.gateway) if self._way.gateway else GATEWAY
        try:
            return yarl.URL(str((await self._api.get("/gateway/bot"))["url"]))
        except discord.NotFound:
            return GATEWAY

    async def _watch(self, client: Client) -> None:
        """End when the library does not get its connection back, or the intent was turned on."""
        began = False
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._waits.patience):
                    await client.up.wait()
            if not client.up.is_set():
                raise ConnectionError("the gateway does not answer")
            if not began:
                began, self.trouble = True, INTENT_OFF if not self._content else ""
                log.info("connected to Discord as %s", client.user)
            if self._way.gateway:  # a proxy is for resumed sessions too
                client.ws.gateway = yarl.URL(self._way.gateway)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._waits.refused):
                    await client.down.wait()
            if not self._content and await self._may_read():
                self._content, self.trouble = True, ""
                return

    async def _may_read(self) -> bool:
        """Whether the message content intent is on by now."""
        try:
            about = await self._api.get("/applications/@me")
        except (discord.HTTPException, BotError, *NETWORK):
            return False
        return bool(int(about.get("flags") or 0) & MESSAGE_CONTENT)

    async def _close(self, client: Client) -> None:
        self._api.detach()
        self._places.client = self._client = None
        try:
            async with asyncio.timeout(CLOSE_S):
                await client.close()
        except Exception:
            log.debug("the connection to Discord was cut", exc_info=True)
        await client.http.close()
        if client.busy:
            _, late = await asyncio.wait(client.busy, timeout=CLOSE_S)
            for task in late:
                task.cancel()

    def _note(self, error: Exception) -> bool:
        """Say what keeps us from Discord, once; whether it is for people to change."""
        refused, trouble = True, f"Discord cannot be reached ({error!r}); trying again"
        match error:
            case discord.LoginFailure():
                trouble = REVOKED
            case discord.ConnectionClosed(code=4004):
                trouble = REVOKED
            case discord.HTTPException(status=401):
                trouble = REVOKED
            case discord.PrivilegedIntentsRequired():
                self._content, refused, trouble = False, False, INTENT_OFF
            case discord.ConnectionClosed(code=code):
                trouble = f"Discord closed the connection for good ({code})"
            case _:
                refused = False
        if trouble != self.trouble:
            log.warning("%s", trouble)
        self.trouble = trouble
        return refused
