"""What every chat platform offers the bot, and what it can show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.messages import Reply
from storage.catalog.records import Address


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can show; for what it cannot, its renderer has a fallback.

    `max_text` counts characters of one message (0: unlimited).
    """

    buttons: bool = True
    threads: bool = True
    files: bool = True
    edit: bool = True
    tables: bool = True
    max_text: int = 0


class Platform(Protocol):
    """A place where people talk to the assistant."""

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
        """Post a new message; returns the platform's reference to it."""

    async def update(self, address: Address, ref: str, reply: Reply) -> None:
        """Replace a posted message in place."""
