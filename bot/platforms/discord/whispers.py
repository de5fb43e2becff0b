"""Answers for one person's eyes, through the interaction that asked, while it can be answered."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

import discord

from bot.platforms.discord.api import Api, Upload
from bot.platforms.discord.errors import NETWORK, TOKEN_GONE, UNKNOWN_MESSAGE, code_of
from bot.platforms.discord.incoming import EPHEMERAL, Said
from bot.platforms.discord.posting import body_of, described
from bot.platforms.discord.uploads import Ready
from storage.catalog.records import Address, Json

log = logging.getLogger(__name__)

LIFE_S: Final = 14.5 * 60
ACK_S: Final = 3.0
REMEMBERED: Final = 1000
EPOCH_MS: Final = 1420070400000

CALLBACK: Final = "/interactions/{interaction_id}/{interaction_token}/callback"
HOOK: Final = "/webhooks/{webhook_id}/{webhook_token}"
HOOK_MESSAGE: Final = HOOK + "/messages/{message_id}"
ORIGINAL: Final = "@original"


@dataclass
class Line:
    """The open end of an interaction.

    Attributes:
        waits: Whether its own answer is still to be written.
        acknowledged: Set once Discord knows that we are at it.
    """

    id: str
    token: str
    address: Address
    person: str
    waits: bool
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)
    dead: bool = False

    @property
    def open(self) -> bool:
        """Whether something can still be said through it."""
        made = ((int(self.id) >> 22) + EPOCH_MS) / 1000
        return not self.dead and time.time() - made < LIFE_S


class Whispers:
    """Remembers the interactions of the last minutes, and speaks through them."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._known: OrderedDict[str, Line] = OrderedDict()

    def note(self, said: Said, *, waits: bool, acknowledged: bool) -> Line:
        """Remember an interaction, if it is not known yet."""
        known = self._known.get(said.key)
        if known is None:
            known = Line(said.key, said.token, said.address, said.actor.id, waits)
            self._known[said.key] = known
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        if acknowledged:
            known.acknowledged.set()
        return known

    async def respond(self, number: str, token: str, response: Json) -> bool:
        """Give the first answer to an interaction; False when it came too late."""
        ids = {"interaction_id": number, "interaction_token": token}
        for attempt in range(2):
            try:
                await self._api.call("POST", CALLBACK, ids, body=response)
            except discord.HTTPException as error:
                if code_of(error) == 40060:  # the answer that seemed lost was not
                    return True
                log.warning("interaction %s was not answered: %s", number, error)
                return False
            except NETWORK as error:
                log.warning("interaction %s: %r (try %d)", number, error, attempt + 1)
            else:
                return True
        return False

    async def acknowledge(self, line: Line, response: Json) -> None:
        """Tell Discord that we are at it."""
        line.dead = not await self.respond(line.id, line.token, response)
        line.acknowledged.set()

    async def ready(self, number: str) -> None:
        """Wait until an interaction was acknowledged, which never takes long."""
        if (line := self._known.get(number)) is not None:
            try:
                async with asyncio.timeout(ACK_S):
                    await line.acknowledged.wait()
            except TimeoutError:
                line.dead = True

    async def original(self, number: str, text: str) -> str:
        """Write the answer that an interaction still waits for; its message's id, or ""."""
        line = self._known.get(number)
        if line is None:
            return ""
        body: Json = {"content": text, "allowed_mentions": {"parse": []}}
        found = await self._say(line, "PATCH", ORIGINAL, body, ())
        line.waits = False
        return found

    async def say(self, number: str, text: str) -> bool:
        """Tell the person who acted one sentence, alone; False when that is too late."""
        line = self._known.get(number)
        if line is None:
            return False
        return bool(await self._speak(line, {"content": text, "allowed_mentions": {"parse": []}}))

    def reaches(self, address: Address, person: str) -> bool:
        """Whether something is open through which a person can be told something there."""
        return self._find(address, person) is not None

    async def send(self, address: Address, person: str, posts: list[Ready]) -> str:
        """Post a reply for one person; its reference, or "" when nothing is open to them there."""
        line = self._find(address, person)
        if line is None:
            return ""
        ids = []
        for one in posts:
            body = {**body_of(one), "attachments": described(one.uploads)}
            ids.append(await self._speak(line, body, one.uploads))
        return " ".join(f"{line.id}/{number}" for number in ids) if all(ids) else ""

    async def update(self, ref: str, posts: list[Ready]) -> bool:
        """Edit such a reply; False when it can no longer be, or is of another size."""
        refs = [part.split("/") for part in ref.split()]
        if len(refs) != len(posts):
            return False
        for (number, message), one in zip(refs, posts, strict=True):
            line = self._known.get(number)
            body = {**body_of(one), "attachments": described(one.uploads)}
            if line is None or not line.open:
                return False
            if not await self._say(line, "PATCH", message, body, one.uploads):
                return False
        return True

    async def _speak(self, line: Line, body: Json, uploads: tuple[Upload, ...] = ()) -> str:
        """The first words are the answer itself where it is waited for; all others follow it."""
        if line.waits:
            found = await self._say(line, "PATCH", ORIGINAL, body, uploads)
            line.waits = not found
            return found
        flags = int(body.get("flags") or 0) | EPHEMERAL
        return await self._say(line, "POST", "", {**body, "flags": flags}, uploads)

    async def _say(
        self,
        line: Line,
        method: str,
        message: str,
        body: Json,
        uploads: tuple[Upload, ...],
    ) -> str:
        """Write through an interaction; the message's id, or "" when that is too late."""
        if not line.open:
            return ""
        ids = {"webhook_id": self._api.application, "webhook_token": line.token}
        more = {"message_id": message} if message else {}
        try:
            path = HOOK_MESSAGE if message else HOOK
            found = await self._api.call(method, path, {**ids, **more}, body=body, uploads=uploads)
        except discord.HTTPException as error:
            if code_of(error) not in TOKEN_GONE | {UNKNOWN_MESSAGE}:
                raise
            line.dead = code_of(error) in TOKEN_GONE
            return ""
        return str(found["id"])

    def _find(self, address: Address, person: str) -> Line | None:
        """The interaction through which a person is told something: one that waits for it first."""
        fitting = [
            one
            for one in self._known.values()
            if one.open and one.person == person and one.address.scope == address.scope
        ]
        fitting.sort(key=lambda one: (one.address == address, one.waits, -int(one.id) * one.waits))
        return fitting[-1] if fitting else None
