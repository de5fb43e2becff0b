"""Deals with kept events: who said what, with which files, and the answer to it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, assert_never

from bot.errors import BotError, Undeliverable
from bot.messages import IncomingMessage
from bot.platforms.base import Door
from bot.platforms.discord import incoming, texts
from bot.platforms.discord.api import Api
from bot.platforms.discord.errors import patiently
from bot.platforms.discord.files import Files, Loaded
from bot.platforms.discord.incoming import Attached, Said, link_of
from bot.platforms.discord.places import DIRECT
from bot.platforms.discord.posting import Poster
from bot.platforms.discord.threads import Threads
from bot.platforms.discord.typing import typing_in
from bot.platforms.discord.whispers import Whispers
from storage.catalog.records import Address, Json
from tools.forms import WrongFields

log = logging.getLogger(__name__)

NOTHING_THERE: Final = "That message has no file."
ON_IT: Final = "I am on it; the answer comes below."
NO_FILES: Final = Loaded((), ())
LONGEST_QUOTE: Final = 1800


class Answering:
    """Turns kept events into messages for the assistant."""

    def __init__(
        self,
        api: Api,
        door: Door,
        *,
        threads: Threads,
        files: Files,
        poster: Poster,
        whispers: Whispers,
        direct: Callable[[str], Awaitable[Address]],
    ) -> None:
        self._api = api
        self._door = door
        self._threads = threads
        self._files = files
        self._poster = poster
        self._whispers = whispers
        self._direct = direct

    async def handle(self, event: Json) -> None:
        """Deal with one event; the same event again has the same effect.

        Raises:
            Later: Discord could not be reached for some minutes.
        """
        if event["kind"] == "message":
            await self._message(incoming.said(event))
            return
        said = incoming.asked(event)
        if said is None:
            return
        await self._whispers.ready(said.key)
        self._whispers.note(said, waits=incoming.waits(event["interaction"]), acknowledged=True)
        match said.source:
            case "press" | "form":
                await self._answer(said)
            case "command":
                await self._command(said)
            case "shortcut":
                await self._shortcut(said)
            case "message":
                raise ValueError("a message is no interaction")
            case _:
                assert_never(said.source)

    # -- what people say -------------------------------------------------------------------------

    async def _message(self, said: Said) -> None:
        await self._greet(said)
        await self._with_files(said, said.files or await self._missing(said))

    async def _missing(self, said: Said) -> tuple[Attached, ...]:
        if said.whole:
            return ()
        return await patiently(partial(self._files.missing, said.place.id, said.message))

    async def _command(self, said: Said) -> None:
        if said.private:
            await self._answer(said)
            return
        asks = next(texts.fitted(said.text, LONGEST_QUOTE, texts.escape), "")
        text = f"**{texts.escape(said.actor.name)}** asks: {asks}"
        number = await patiently(partial(self._whispers.original, said.key, text))
        if number and said.place.kind == "channel":
            self._threads.begins(number, said.title)
            await self._answer(replace(said, address=said.place.address(number), opens=True))
        else:
            await self._answer(said)

    async def _shortcut(self, said: Said) -> None:
        files = said.files or await self._missing(said)
        word = ON_IT if files else NOTHING_THERE
        await patiently(partial(self._whispers.say, said.key, word))
        if files:
            await self._with_files(said, files)

    # -- answers ---------------------------------------------------------------------------------

    async def _with_files(self, said: Said, attached: Sequence[Attached]) -> None:
        """Fetch the files and answer; those that are not taken do not keep the others back."""
        said = replace(said, title=said.title or named(attached))
        self._prepare(said)
        load = partial(
            self._files.load,
            attached,
            channel=said.place.id,
            folder=self._door.folder(),
            limit=self._door.max_upload,
        )
        loaded = await patiently(load)
        try:
            if loaded.refused:
                await self._tell(said.address, "\n".join(loaded.refused), said)
            if said.text or loaded.files or not attached:
                await self._answer(replace(said, text=said.text or bare(attached)), loaded)
        finally:
            loaded.remove()

    async def _answer(self, said: Said, loaded: Loaded = NO_FILES) -> None:
        """Have it answered; the answer is posted later, a refusal is told to them alone now."""
        self._prepare(said)
        message = IncomingMessage(
            event_id=f"discord:{said.key}",
            address=said.address,
            actor=said.actor,
            text=said.text,
            files=loaded.files,
            press=said.press,
            opens=said.opens,
            private=said.private,
            people=said.people,
            link=link_of(said),
        )
        try:
            async with typing_in(self._api, "" if said.private else said.place.id):
                await self._door.answer(message)
        except WrongFields as error:
            lines = (f"{name}: {why}" for name, why in error.fields.items())
            await self._alone(said, "\n".join(lines))
        except BotError as error:
            await self._alone(said, str(error))

    def _prepare(self, said: Said) -> None:
        """Remember what to call the thread that the answer opens, or that there can be none."""
        if said.opens:
            self._threads.begins(said.address.thread, said.title)
        if said.place.kind == "flat":
            self._threads.is_flat(said.address.thread)

    async def _alone(self, said: Said, text: str) -> None:
        """Tell one person a sentence: where they clicked if that can be, else directly."""
        if await patiently(partial(self._whispers.say, said.key, texts.escape(text))):
            return
        try:
            there = await patiently(partial(self._direct, said.actor.id))
        except Undeliverable as error:
            log.warning("%s cannot be told “%s”: %s", said.actor.id, text, error)
        else:
            await self._tell(there, text, said)

    async def _tell(self, address: Address, text: str, said: Said) -> None:
        try:
            await patiently(partial(self._poster.tell, address, text, key=said.key))
        except Undeliverable as error:
            log.warning("%s cannot be told “%s”: %s", said.actor.id, text, error)

    async def _greet(self, said: Said) -> None:
        """Say hello in a new direct message; a channel that was lost is there again."""
        scope, actor = said.address.scope, said.actor
        channel = await self._door.channel(scope)
        if scope.workspace == DIRECT and (channel is None or channel.greeted_at is None):
            await self._door.meet(scope, name=actor.name, owner=actor.id, owner_name=actor.name)
        elif channel is not None and channel.state == "gone":
            await self._door.meet(scope, name=channel.name)


def bare(attached: Sequence[Attached]) -> str:
    """What a mention without a word asks for, unless it brings files."""
    return "" if attached else "help"


def named(attached: Sequence[Attached]) -> str:
    """What a thread about files is called."""
    return ", ".join(one.name for one in attached)
