"""What the gateway tells: kept first, acknowledged at once, dealt with later."""

from __future__ import annotations

import asyncio
import logging
from typing import Final
from weakref import WeakValueDictionary

import discord

from bot.errors import BotError
from bot.messages import IncomingMessage
from bot.platforms.base import Door
from bot.platforms.discord import commands, incoming, texts
from bot.platforms.discord.errors import INTENT_OFF, translated
from bot.platforms.discord.incoming import Said
from bot.platforms.discord.modals import modal
from bot.platforms.discord.names import press_id
from bot.platforms.discord.places import NAME, Place, Places
from bot.platforms.discord.threads import Threads
from bot.platforms.discord.whispers import Whispers
from bot.platforms.discord.words import Us
from storage.catalog.records import Json, Scope
from tools.errors import ToolError

log = logging.getLogger(__name__)

AT_ONCE_S: Final = 2.0
NOT_OURS: Final = "I do not know that command any more."


class Hearing:
    """Keeps what concerns the assistant; see `listen.Ears`.

    Attributes:
        session: Set when a session begins, of which nothing before it is told.
        settled: Whether all that was missed is kept, so that cursors may move on.
        withheld: Whether messages come without their content.
    """

    def __init__(self, door: Door, *, places: Places, threads: Threads, whispers: Whispers) -> None:
        self._door = door
        self._places = places
        self._threads = threads
        self._whispers = whispers
        self._lanes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.session = asyncio.Event()
        self.settled = False
        self.withheld = False

    # -- messages --------------------------------------------------------------------------------

    async def message(self, data: Json) -> None:
        """Keep a message that concerns us; those of one place in their order."""
        channel = str(data["channel_id"])
        lane = self._lanes.setdefault(channel, asyncio.Lock())
        async with lane:
            with translated():
                place = await self._places.find(channel, str(data.get("guild_id") or ""))
            if place is not None:
                await self.keep(data, place, whole=False)

    async def keep(self, data: Json, place: Place, *, whole: bool) -> bool:
        """Keep a message if it concerns us; whether it was new.

        Args:
            data: As the gateway or the history gives it.
            place: Where it was said.
            whole: It is from the history, and so complete.
        """
        us = Us(self._places.user, self._places.own_role(place.guild))
        self._note_withheld(incoming.is_withheld(data, place))
        whom = incoming.concerns(data, place, us)
        if whom == "nobody":
            return False
        number = str(data["id"])
        address = place.address(number)
        if whom == "perhaps" and not await self._door.takes_part(address):
            return False
        event = incoming.keep_message(data, place, us, names=self._names(data, place), whole=whole)
        return await self._door.keep(
            number,
            event,
            lane=address.thread or place.id,
            scope=place.scope,
            cursor=number if whole or self.settled else "",
        )

    def _names(self, data: Json, place: Place) -> dict[str, str]:
        roles, channels = incoming.named_ids(data)
        called = {f"&{one}": self._places.role_name(place.guild, one) for one in roles}
        return called | {f"#{one}": self._places.channel_name(place.guild, one) for one in channels}

    def _note_withheld(self, now: bool) -> None:
        if now and not self.withheld and self._places.may_read:  # else it was said before
            log.warning("%s", INTENT_OFF)
        self.withheld = self.withheld or now

    # -- interactions ----------------------------------------------------------------------------

    async def interaction(self, data: Json) -> None:
        """Keep what somebody did and tell Discord so; forms and suggestions are given at once."""
        if data["type"] == incoming.COMPLETE:
            await self._suggest(data)
            return
        if data["type"] not in (incoming.COMMAND, incoming.COMPONENT, incoming.FORM):
            return
        place = incoming.place_in(data) or await self._places.find(
            str(data["channel_id"]), str(data.get("guild_id") or "")
        )
        if place is None:
            return
        event = incoming.with_place(incoming.keep_interaction(data), place)
        said = incoming.asked(event)
        if said is None:
            await self._say(data, NOT_OURS)
            return
        if said.source == "press" and await self._opened(data, said):
            return
        line = self._whispers.note(said, waits=incoming.waits(data), acknowledged=False)
        if await self._door.keep(said.key, event):
            await self._whispers.acknowledge(line, incoming.acknowledgement(data))

    async def _opened(self, data: Json, said: Said) -> bool:
        """Open the form of a button that has one; whether that answers the click."""
        message = IncomingMessage(
            f"discord:{said.key}", said.address, said.actor, press=said.press, private=said.private
        )
        try:
            async with asyncio.timeout(AT_ONCE_S):
                form = await self._door.form(message)
        except (BotError, ToolError) as error:
            await self._say(data, str(error))
            return True
        except Exception:
            log.exception("the form of a button could not be made in time")
            return False
        if form is None or said.press is None:
            return False
        shown = modal(form, custom_id=press_id(said.press.reply_id, said.press.index))
        response = {"type": incoming.OPEN_FORM, "data": shown}
        await self._whispers.respond(said.key, said.token, response)
        return True

    async def _say(self, data: Json, text: str) -> None:
        """Answer an interaction at once with a sentence for the one who acted."""
        body = {
            "content": texts.escape(text),
            "flags": incoming.EPHEMERAL,
            "allowed_mentions": {"parse": []},
        }
        response = {"type": incoming.SAY, "data": body}
        await self._whispers.respond(str(data["id"]), str(data["token"]), response)

    async def _suggest(self, data: Json) -> None:
        command, text = commands.typed(data.get("data") or {})
        offered = commands.SUGGESTIONS if command == "ask" else await self._models(data)
        response = {
            "type": incoming.OFFER,
            "data": {"choices": commands.choices(offered, text)},
        }
        await self._whispers.respond(str(data["id"]), str(data["token"]), response)

    async def _models(self, data: Json) -> tuple[str, ...]:
        """The models that are live where somebody types."""
        place = incoming.place_in(data)
        if place is None:
            return ()
        try:
            async with asyncio.timeout(AT_ONCE_S):
                view = await self._door.overview([place.scope])
        except Exception:
            log.exception("no models could be suggested")
            return ()
        return tuple(line.partition(" in ")[0] for line in view.sections.get("Live", ()))

    # -- places ----------------------------------------------------------------------------------

    async def connected(self) -> None:
        """A session has begun: what was missed is to be looked for."""
        self.settled = False
        self.session.set()

    async def resumed(self) -> None:
        """The session goes on, and tells what was missed."""
        log.info("the connection to Discord goes on where it was lost")

    async def joined(self, guild: discord.Guild) -> None:
        """Say hello in a server that the assistant was added to."""
        channel = first_channel(guild)
        if channel is None:
            log.warning("there is no channel in %s where the assistant may write", guild.name)
            return
        owner = f"{NAME}/{guild.id}/{guild.owner_id}" if guild.owner_id else ""
        scope = Scope(NAME, str(guild.id), str(channel.id))
        name = guild.owner.display_name if guild.owner else "the server's owner"
        await self._door.meet(scope, name=f"#{channel.name}", owner=owner, owner_name=name)

    async def available(self, guild: discord.Guild) -> None:
        """Say hello in a server that the assistant was added to while it was away."""
        known = {channel.scope.workspace for channel in await self._door.channels()}
        if str(guild.id) not in known:
            await self.joined(guild)

    async def left(self, guild: discord.Guild) -> None:
        """All channels of a server are out of reach."""
        for channel in await self._door.channels():
            if channel.scope.workspace == str(guild.id):
                await self._door.lost(channel.scope)

    async def channel_deleted(self, channel: discord.abc.GuildChannel) -> None:
        """A channel is gone."""
        await self._door.lost(Scope(NAME, str(channel.guild.id), str(channel.id)))

    async def thread_deleted(self, payload: discord.RawThreadDeleteEvent) -> None:
        """A thread is gone."""
        self._threads.deleted(str(payload.thread_id))


def first_channel(guild: discord.Guild) -> discord.TextChannel | None:
    """Where to say hello in a server: where it greets people, else the first one to write in."""
    channels = [guild.system_channel] if guild.system_channel else []
    channels += sorted(guild.text_channels, key=lambda one: (one.position, one.id))
    return next((one for one in channels if _may_write(guild, one)), None)


def _may_write(guild: discord.Guild, channel: discord.TextChannel) -> bool:
    if guild.me is None:
        return True
    allowed = channel.permissions_for(guild.me)
    return allowed.view_channel and allowed.send_messages
