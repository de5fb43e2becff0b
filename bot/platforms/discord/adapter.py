"""Discord as a platform: connected in the background, written to through its REST API."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import discord
import yarl

from bot.errors import Later, SetupError
from bot.messages import Reply
from bot.platforms.base import Capabilities, Door, Routes
from bot.platforms.discord import commands
from bot.platforms.discord.answering import Answering
from bot.platforms.discord.api import Api
from bot.platforms.discord.catchup import CatchUp
from bot.platforms.discord.errors import INTENT_OFF, REVOKED, translated
from bot.platforms.discord.files import Files
from bot.platforms.discord.hearing import Hearing
from bot.platforms.discord.listen import API, Listener, Waits, Way
from bot.platforms.discord.places import DIRECT, NAME, Places
from bot.platforms.discord.posting import Poster
from bot.platforms.discord.threads import Threads
from bot.platforms.discord.uploads import Ready, Store, posts_of
from bot.platforms.discord.whispers import Whispers
from bot.settings import Settings
from storage.catalog.records import Address, Json, Scope

log = logging.getLogger(__name__)

POLL_S: Final = 120.0
AGAIN_S: Final = 2.0
WAITS: Final = Waits()


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Desk:
    """What works while there is a door."""

    hearing: Hearing
    answering: Answering
    poster: Poster
    catchup: CatchUp
    store: Store
    listener: Listener


class DiscordPlatform:
    """Talks on Discord; `poll_s` is how often the history is read for what was not told."""

    name = NAME
    address: Address | None = None
    capabilities = Capabilities(tables=False, forms=True, max_text=2000, pace_s=1.0)
    routes: Routes = ()

    def __init__(
        self,
        way: Way,
        *,
        waits: Waits = WAITS,
        poll_s: float = POLL_S,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._way = way
        self._waits = waits
        self._poll_s = poll_s
        self._now = now
        self._api = Api()
        self._places = Places(self._api)
        self._threads = Threads(self._api, self._places)
        self._whispers = Whispers(self._api)
        self._desk: _Desk | None = None
        self._tending: asyncio.Task[None] | None = None

    # -- its life --------------------------------------------------------------------------------

    async def start(self, door: Door) -> None:
        """Connect in the background."""
        store = Store(door.open, door.link)
        poster = Poster(self._api, self._places, self._threads, store)
        hearing = Hearing(door, places=self._places, threads=self._threads, whispers=self._whispers)
        own = None if self._way.api == API else yarl.URL(self._way.api).origin()
        answering = Answering(
            self._api,
            door,
            threads=self._threads,
            files=Files(self._api, own=own),
            poster=poster,
            whispers=self._whispers,
            direct=self.direct,
        )
        catchup = CatchUp(self._api, door, hearing, self._places, now=self._now)
        listener = Listener(self._way, self._api, self._places, hearing, waits=self._waits)
        self._desk = _Desk(hearing, answering, poster, catchup, store, listener)
        listener.start()
        self._tending = asyncio.create_task(self._tend(self._desk, door), name="discord-tend")

    async def stop(self) -> None:
        """Disconnect."""
        desk, self._desk = self._desk, None
        if self._tending is not None:
            self._tending.cancel()
            await asyncio.gather(self._tending, return_exceptions=True)
        if desk is not None:
            await desk.listener.stop()

    def troubles(self) -> list[str]:
        """What keeps it from hearing or speaking now."""
        if self._desk is None:
            return []
        found = [self._desk.listener.trouble]
        found += [REVOKED] if self._api.refused else []
        found += [INTENT_OFF] if self._desk.hearing.withheld else []
        return list(dict.fromkeys(line for line in found if line))

    async def _tend(self, desk: _Desk, door: Door) -> None:
        """Catch up with each new session, and look for deafness now and then."""
        registered = False
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll_s):
                    await desk.hearing.session.wait()
            if not self._places.known:
                desk.hearing.session.clear()
                continue
            try:
                await self._look(desk, door)
                registered = registered or await self._register()
            except Exception as error:
                log.warning("what was missed on Discord cannot be looked for yet: %r", error)
                desk.hearing.session.set()
                await asyncio.sleep(AGAIN_S)

    async def _look(self, desk: _Desk, door: Door) -> None:
        """Find what was not told: all of it in a new session, else the sign of a deaf socket."""
        fresh = desk.hearing.session.is_set() or not desk.hearing.settled
        if not fresh:
            await self._check_ears(desk)
            return
        desk.hearing.session.clear()
        await self._part(door)
        missed = await desk.catchup.run(all_=True)
        desk.hearing.settled = not desk.hearing.session.is_set()
        if missed:
            log.info("caught up with %d messages on Discord", missed)

    async def _part(self, door: Door) -> None:
        """Note the servers that the assistant was removed from while it was away."""
        here = {*self._places.guilds(), DIRECT}
        for channel in await door.channels():
            if channel.scope.workspace not in here:
                await door.lost(channel.scope)

    async def _check_ears(self, desk: _Desk) -> None:
        missed = await desk.catchup.run(all_=False)
        if missed:
            log.warning("Discord's gateway did not tell of %d messages; connecting again", missed)
            await desk.listener.reconnect()

    async def _register(self) -> bool:
        """Tell Discord the commands; those that it had before are replaced."""
        ids = {"application_id": self._api.application}
        path = "/applications/{application_id}/commands"
        try:
            await self._api.call("PUT", path, ids, body=commands.definitions())
        except discord.HTTPException as error:
            log.warning("the commands could not be registered: %s", error)
            return error.status in (403, 404)  # an app without commands: no use in trying again
        return True

    # -- in --------------------------------------------------------------------------------------

    async def handle(self, event: Json) -> None:
        """Deal with an event that was kept."""
        await self._there.answering.handle(event)

    async def groups_of(self, person: str, scope: Scope) -> frozenset[str]:
        """The roles that a person has at this moment."""
        if scope.workspace == DIRECT:
            return frozenset()
        ids = {"guild_id": scope.workspace, "user_id": person.rpartition("/")[2]}
        with translated():
            try:
                member = await self._api.get("/guilds/{guild_id}/members/{user_id}", ids)
            except discord.NotFound:
                return frozenset()
        return frozenset(f"{NAME}/{scope.workspace}/group:{role}" for role in member["roles"])

    async def direct(self, person: str) -> Address:
        """Where a person is talked to alone."""
        body = {"recipient_id": person.rpartition("/")[2]}
        with translated():
            channel = await self._api.call("POST", "/users/@me/channels", body=body)
        return Address(Scope(NAME, DIRECT, str(channel["id"])))

    # -- out -------------------------------------------------------------------------------------

    async def send(self, address: Address, reply: Reply) -> str:
        """Post a reply; for one person's eyes through what they did last, else directly."""
        desk = self._there
        if reply.to and (ref := await self._whisper(desk, address, reply)):
            return ref
        if reply.to and address.scope.workspace != DIRECT:
            there = await self.direct(reply.to)
            return f"@{there.scope.channel} {await desk.poster.send(there, reply)}"
        return await desk.poster.send(address, reply)

    async def update(self, address: Address, ref: str, reply: Reply) -> str:
        """Edit a reply where it is; one that can no longer be edited is posted anew."""
        desk = self._there
        if ref.startswith("@"):
            channel, _, rest = ref[1:].partition(" ")
            there = Address(Scope(NAME, DIRECT, channel))
            return f"@{channel} {await desk.poster.update(there, rest, reply)}"
        if "/" not in ref:
            return await desk.poster.update(address, ref, reply)
        with translated():
            posts = await self._posts(desk, address, reply)
            if await self._whispers.update(ref, posts):
                return ref
        return await self.send(address, reply)

    async def find(self, address: Address, reply: Reply) -> str | None:
        """Look for a reply in the channel; what one person alone sees cannot be looked for."""
        return None if reply.to else await self._there.poster.find(address, reply)

    async def _whisper(self, desk: _Desk, address: Address, reply: Reply) -> str:
        with translated():
            if not self._whispers.reaches(address, reply.to):
                return ""
            posts = await self._posts(desk, address, reply)
            return await self._whispers.send(address, reply.to, posts)

    async def _posts(self, desk: _Desk, address: Address, reply: Reply) -> list[Ready]:
        limit = self._places.upload_limit(address.scope)
        return await posts_of(reply, desk.store, limit=limit)

    @property
    def _there(self) -> _Desk:
        if self._desk is None:
            raise Later("Discord is not connected", after_s=AGAIN_S)
        return self._desk


def open_discord(settings: Settings) -> DiscordPlatform:
    """The platform that the settings describe; nothing connects yet.

    Raises:
        SetupError: There is no token.
    """
    if settings.discord_token is None:
        raise SetupError("DISCORD_TOKEN is not set.")
    token = settings.discord_token.get_secret_value()
    api = settings.discord_api_url.rstrip("/")
    return DiscordPlatform(Way(token, api, settings.discord_gateway_url))
