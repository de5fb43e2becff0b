"""What every chat platform offers the bot, and what the bot offers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol, TypeAlias

from starlette.routing import BaseRoute

from bot.messages import IncomingMessage, Reply
from bot.platforms.chronicle import Chronicle
from storage.catalog.records import Address, Channel, Json, Scope
from tools.forms import Form
from tools.outcome import File

Routes: TypeAlias = Sequence[BaseRoute]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can show; for what it cannot, its renderer has a fallback.

    Attributes:
        forms: Whether a button can open a form.
        max_text: Characters of one message (0: unlimited).
        pace_s: Seconds between two messages to one channel, and between two edits of one.
    """

    buttons: bool = True
    threads: bool = True
    files: bool = True
    edit: bool = True
    tables: bool = True
    forms: bool = False
    max_text: int = 0
    pace_s: float = 0.0


class Platform(Protocol):
    """A place where people read what the assistant says."""

    @property
    def name(self) -> str:
        """Its key in PLATFORMS and in scopes."""

    @property
    def address(self) -> Address | None:
        """The one thread it shows; None: every thread of the platform."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can show."""

    async def send(self, address: Address, reply: Reply) -> str:
        """Post a new message; returns the platform's reference to it.

        Where a reply takes several messages, the reference names all of them, separated by
        spaces, the one that can be replied to first.

        Raises:
            Later: The platform asks to wait.
            Undeliverable: It can never be posted there.
        """

    async def update(self, address: Address, ref: str, reply: Reply) -> str:
        """Replace a posted message in place; returns the reference as it is then."""

    async def find(self, address: Address, reply: Reply) -> str | None:
        """Look for a reply whose sending was cut short; its reference if it was posted."""


class ChatPlatform(Platform, Protocol):
    """A platform that people also talk on."""

    @property
    def routes(self) -> Routes:
        """What it wants to be asked at the bot's own address."""

    async def start(self, door: Door) -> None:
        """Connect, and keep what people say; what was missed meanwhile is caught up with.

        Returns at once where the connection takes its time; `troubles` tells how it is.
        """

    async def stop(self) -> None:
        """Disconnect."""

    async def handle(self, event: Json) -> None:
        """Deal with an event that was kept by `Door.keep`; again after a crash, to the same end."""

    async def groups_of(self, person: str, scope: Scope) -> frozenset[str]:
        """Ids (`platform/workspace/group:id`) of the groups a person belongs to at this moment."""

    async def direct(self, person: str) -> Address:
        """Where a person (`platform/workspace/user`) is talked to alone.

        Raises:
            Undeliverable: They cannot be.
        """

    def troubles(self) -> list[str]:
        """What keeps it from hearing or speaking now, in sentences that say what to change."""


class Door(Protocol):
    """What a chat platform may ask of the bot."""

    async def keep(
        self, key: str, event: Json, *, lane: str = "", scope: Scope | None = None, cursor: str = ""
    ) -> bool:
        """Keep an event before it is acknowledged; False when it was kept before.

        Args:
            key: Unique per event, whichever way and however often it arrives.
            event: JSON values; given to `ChatPlatform.handle` later.
            lane: Events of one lane are handled one after the other ("" : by itself).
            scope: The channel it happened in, where it moves that channel's cursor.
            cursor: The platform's id of the event, to catch up from.
        """

    async def answer(self, message: IncomingMessage) -> Reply:
        """Answer a message or a click.

        The answer is posted through the outbox, not by the caller.

        Raises:
            NotAllowed: A click by somebody who may not; tell them alone.
            Gone: A click on something that is no longer open; tell them alone.
            WrongFields: The form was not filled in well; tell them alone, field by field.
        """

    async def form(self, message: IncomingMessage) -> Form | None:
        """The form that a click opens; None for a button that just does its work.

        Raises:
            Gone: The button is no longer there.
        """

    async def check_form(self, message: IncomingMessage) -> None:
        """Raise WrongFields unless what was filled in (`message.press.values`) fits."""

    async def takes_part(self, address: Address) -> bool:
        """Whether the assistant has been talking in a thread, or started it."""

    async def channel(self, scope: Scope) -> Channel | None:
        """What is known of a channel; None when it was never met."""

    async def channels(self) -> list[Channel]:
        """The open channels of the platform, to catch up in."""

    async def threads(self, scope: Scope, *, since: datetime) -> list[str]:
        """Threads of a channel in which something was said since then."""

    async def meet(
        self,
        scope: Scope,
        *,
        name: str = "",
        owner: str = "",
        owner_name: str = "",
        shared: bool = False,
        thread: str = "",
    ) -> None:
        """Be in a channel, or in a direct message, for the first time: say hello there, once.

        In a channel `shared` with another organisation the assistant says so and keeps quiet
        until an approver allows it.
        """

    async def lost(self, scope: Scope) -> None:
        """A channel is gone, or the assistant was removed from it."""

    async def opinion(
        self, address: Address, reply_id: int, *, person: str, name: str, good: bool
    ) -> None:
        """Note in the history what a person thinks of an answer; nothing is learnt from it."""

    async def overview(self, scopes: Sequence[Scope]) -> Overview:
        """What is live, watched, alarming and under way in these channels."""

    def open(self, blob: str) -> BinaryIO:
        """The content behind a digest."""

    def link(self, file: File) -> str:
        """An address at which the bot itself hands a file over, signed, for some hours."""

    @property
    def chronicle(self) -> Chronicle:
        """The bot's own memory of messages, for a platform that keeps none."""

    def folder(self) -> Path:
        """Where attachments are put while they are fetched; the caller removes what it put."""

    @property
    def max_upload(self) -> int:
        """Bytes of the largest attachment that is taken."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What goes on in some channels, as lines ready to be shown, by heading."""

    sections: Mapping[str, tuple[str, ...]]
