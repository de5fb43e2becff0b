"""Where things belong and who did them: scopes, addresses and people."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

Json: TypeAlias = dict[str, Any]
"""JSON values only."""

Privacy: TypeAlias = Literal["none", "schema", "aggregates", "samples"]
"""How much of the data a language model may see."""

ChannelState: TypeAlias = Literal["open", "quiet", "gone"]


@dataclass(frozen=True, slots=True)
class Scope:
    """The channel that owns data, models, monitors and facts (a direct message is its own)."""

    platform: str
    workspace: str
    channel: str

    def __str__(self) -> str:
        """`platform/workspace/channel`."""
        return f"{self.platform}/{self.workspace}/{self.channel}"

    @classmethod
    def parse(cls, text: str) -> Scope:
        """The reverse of `str`; raises ValueError unless there are three non-empty parts."""
        parts = text.split("/", 2)
        if len(parts) != 3 or not all(parts):
            raise ValueError(f"{text!r} is not platform/workspace/channel")
        return cls(*parts)

    @property
    def id(self) -> str:
        """Ten hexadecimal digits that stand for the scope in URLs and MLflow names."""
        return hashlib.sha256(str(self).encode()).hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes: a channel, and a thread in it ("" for the channel itself)."""

    scope: Scope
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel the assistant has met on a chat platform.

    Attributes:
        cursor: The platform's id of the newest message that was taken in; "" before the first.
        state: `open`; `quiet` while an approver has not allowed it yet; `gone` once it cannot be
            reached any more.
        owner: Who brought the assistant there, where that is known.
        greeted_at: When it said hello.
        privacy: How much of the data a language model may see; "" for the installation's level.
        shared: Whether people of another organisation are in it.
    """

    scope: Scope
    name: str
    cursor: str
    state: ChannelState
    owner: Actor | None
    greeted_at: datetime | None
    updated_at: datetime
    privacy: str = ""
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Follow:
    """A wish to be told of CI runs: of a repository, or of one workflow `file` of it.

    `address` is where they are told.
    """

    address: Address
    repo: str
    file: str
    actor: Actor
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Grant:
    """A role given to a person or a group (`subject`) in one channel, in chat."""

    scope: Scope
    subject: str
    name: str
    role: str
    actor: Actor
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """A person as a platform knows them; `id` is `platform/workspace/user`."""

    id: str
    name: str
