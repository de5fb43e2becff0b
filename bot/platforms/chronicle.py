"""What a platform that keeps no messages itself may ask for: its threads as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from bot.messages import Reply
from storage.catalog.records import Actor, Address, Json, Post, Scope
from tools.base import Role

TalkState: TypeAlias = Literal["idle", "working", "asks"]


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the history of a channel: the last post and the last reply that were read."""

    post: int = 0
    reply: int = 0

    def __str__(self) -> str:
        """`3.41`."""
        return f"{self.post}.{self.reply}"

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """The reverse of `str`; raises ValueError."""
        post, dot, reply = text.partition(".")
        if not dot or not (post.isdecimal() and reply.isdecimal()) or len(text) > 40:
            raise ValueError(f"{text[:40]!r} is no place to go on from")
        return cls(int(post), int(reply))


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the assistant as it stands: from `at`, in the version of `edited_at`."""

    reply: Reply
    address: Address
    at: datetime
    edited_at: datetime


Item: TypeAlias = Post | Shown


@dataclass(frozen=True, slots=True)
class Page:
    """Items in their order, each with the place to go on from after it.

    Attributes:
        cursor: The place after all of them, those included that the reader may not see.
        more: Whether there are more at once.
    """

    items: tuple[tuple[Item, Cursor], ...]
    cursor: Cursor
    more: bool


@dataclass(frozen=True, slots=True)
class Conversation:
    """A thread by its first words, and whether it works or waits for a person."""

    thread: str
    title: str
    by: Actor
    at: datetime
    last_at: datetime
    state: TalkState


class Chronicle(Protocol):
    """The memory of the bot, lent to a platform without one; each call sees one channel only."""

    async def keep_file(self, path: Path) -> str:
        """Keep the bytes of a file; the digest under which they are found again."""

    async def note(
        self,
        address: Address,
        *,
        key: str,
        actor: Actor,
        text: str,
        files: Sequence[str] = (),
        pressed: bool = False,
    ) -> Post:
        """Keep what somebody said or pressed; the first post where the key was used before."""

    async def page(
        self, scope: Scope, threads: Sequence[str], *, viewer: str, after: Cursor
    ) -> Page:
        """What stands in some threads and came after a place, as `viewer` may see it."""

    async def posted(self, scope: Scope, reply_id: int, *, viewer: str) -> Shown | None:
        """A version of a reply, as `viewer` may see it; None where there is none."""

    async def talks(self, scope: Scope) -> list[Conversation]:
        """The threads of a channel, the latest first."""

    async def tell(self, address: Address, text: str, *, key: str, to: str) -> None:
        """Tell one person a sentence, once; nobody else sees it."""

    async def board(self, scope: Scope) -> Json:
        """What is here: datasets, models, runs, jobs, deployments, monitors, alerts, tokens."""

    async def role(self, actor: Actor, scope: Scope) -> Role:
        """What a person may do in a channel at this moment."""
