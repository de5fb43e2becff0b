"""A tool call of a turn, and how it comes back: answered, or suspended until it is resumed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bot.messages import ReplyBlock
from storage.catalog.records import Actor, Waiting, WaitingKind

PRESSED: Final = "press:"
"""How the event of a turn begins that a click opened."""

CALLED: Final = "call:"
"""How the event of a turn begins that another program opened, in a person's name."""


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call of a turn.

    Attributes:
        id: Our own id; repeating a call under one id has no second effect.
        model_call_id: The id the model gave it.
        approved_by: Who clicked Approve, once somebody did.
        picked: Arguments that a person filled by a click.
        notes: Which remembered facts settled what of it.
    """

    id: str
    model_call_id: str
    tool: str
    args: dict[str, Any]
    approved_by: Actor | None = None
    picked: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """The call ended.

    Attributes:
        text: What the model reads.
        blocks: What people see.
        refs: What it made, for later calls of the turn.
        data: The bare result, for scripts.
        sample: Rows that a model may read at the level samples only.
        error: Class, message and hint of a failure, for scripts; empty after a success.
    """

    text: str
    blocks: tuple[ReplyBlock, ...] = ()
    refs: dict[str, str] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    error: dict[str, str] = field(default_factory=dict)
    sample: str = ""

    @property
    def ok(self) -> bool:
        """Whether the call did what it was asked."""
        return not self.error


@dataclass(frozen=True, slots=True)
class Suspended:
    """The call waits for a job or a person; these blocks say so."""

    blocks: tuple[ReplyBlock, ...]


def waiting_key(call: Call, kind: WaitingKind) -> str:
    """What a suspended call is stored under; one call may wait for a click and then for a job."""
    return f"{call.id}/{kind}"


def call_of(waiting: Waiting) -> Call:
    """The call that waits, to be made or answered now."""
    return Call(
        waiting.call_id.removesuffix(f"/{waiting.kind}"),
        waiting.model_call_id,
        waiting.tool,
        waiting.args,
        load_actor(waiting.detail.get("approved_by")),
        notes=tuple(waiting.detail.get("notes", ())),
    )


def with_choice(call: Call, argument: str, value: object) -> Call:
    """The same call with its open argument filled, under an id that follows from both."""
    digest = hashlib.sha256(f"{call.id}:{argument}:{json.dumps(value)}".encode()).hexdigest()
    args, picked = {**call.args, argument: value}, (*call.picked, argument)
    return replace(call, id=digest[:16], args=args, picked=picked)


def load_actor(value: dict[str, str] | None) -> Actor | None:
    """An actor from JSON values."""
    return Actor(value["id"], value["name"]) if value else None


def dump_actor(actor: Actor | None) -> dict[str, str] | None:
    """The reverse of `load_actor`."""
    return {"id": actor.id, "name": actor.name} if actor else None
