"""What comes in from people and what goes back to them, on any surface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from storage.catalog.records import Actor, Address
from tools.forms import Values
from tools.outcome import (
    Code,
    Facts,
    Figure,
    File,
    Headline,
    NextStep,
    NextSteps,
    Receipt,
    Table,
    Text,
    Warnings,
)


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file that came with a message, already fetched to `path`."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Press:
    """A click: the `index`-th button (see `buttons`) of the posted reply `reply_id`.

    `values` is what was filled in where the button opens a form.
    """

    reply_id: int
    index: int
    values: Values | None = None


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """Something a person said, sent or clicked.

    Attributes:
        event_id: Unique per platform event; the same event again has no second effect.
        opens: It opened its thread, so the channel gets a headline and the thread the work.
        private: Only the actor may see the answer.
        timezone: The person's IANA zone, where the platform knows it.
        people: Ids of the people and groups the text names, by name: `{"@dana": "slack/T1/U2"}`.
        link: Where people find it again; "" where the platform has no such address.
    """

    event_id: str
    address: Address
    actor: Actor
    text: str = ""
    files: tuple[IncomingFile, ...] = ()
    press: Press | None = None
    opens: bool = False
    private: bool = False
    timezone: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    link: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalPrompt:
    """A question that waits for the click of somebody who may decide it."""

    approval_id: str
    number: int
    question: str
    role: Literal["approver", "requester"]
    state: Literal["pending", "approved", "rejected", "expired"] = "pending"
    decided_by: str = ""
    kind: Literal["approval"] = "approval"


@dataclass(frozen=True, slots=True)
class Choices:
    """One open question with its answers, the likeliest first."""

    waiting_id: str
    number: int
    question: str
    options: tuple[str, ...]
    picked: str = ""
    kind: Literal["choices"] = "choices"


@dataclass(frozen=True, slots=True)
class Progress:
    """Work that goes on: `share` 0..1, the time left in seconds where it can be told."""

    job_id: str
    number: int
    text: str
    share: float = 0.0
    eta_s: float | None = None
    kind: Literal["progress"] = "progress"


@dataclass(frozen=True, slots=True)
class Draft:
    """Words that a language model is still writing: the whole sentences so far, "" before any.

    It stands in for the words only while they grow, and is never part of a finished reply.
    """

    text: str
    kind: Literal["draft"] = "draft"


ReplyBlock: TypeAlias = Annotated[
    Headline
    | Text
    | Facts
    | Table
    | Figure
    | File
    | Code
    | Warnings
    | NextSteps
    | Receipt
    | ApprovalPrompt
    | Choices
    | Progress
    | Draft,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True)
class Reply:
    """One message of the assistant.

    Attributes:
        blocks: What to show, in order.
        slot: Replies with one slot are one message, edited in place.
        id: Row id in the outbox; buttons refer to it (0: not posted yet).
        done: False while work for it goes on.
        to: Id of the one person who may see it; "" for everybody in the channel.
        under: The slot of a message of the channel in whose thread it belongs.
    """

    blocks: tuple[ReplyBlock, ...]
    slot: str = ""
    id: int = 0
    done: bool = True
    to: str = ""
    under: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """One thing to click: what it says and what it means."""

    label: str
    does: Literal["step", "approve", "reject", "choose", "stop"]
    step: NextStep | None = None
    subject: str = ""
    option: int = 0


_REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)


def asks(reply: Reply) -> bool:
    """Whether the reply waits for a person."""
    return any(
        (isinstance(b, Choices) and not b.picked)
        or (isinstance(b, ApprovalPrompt) and b.state == "pending")
        for b in reply.blocks
    )


def grows(reply: Reply) -> bool:
    """Whether its words are still being written."""
    return any(isinstance(block, Draft) for block in reply.blocks)


def dump_reply(reply: Reply) -> dict[str, Any]:
    """A reply as JSON values."""
    return _REPLY.dump_python(reply, mode="json")  # type: ignore[no-any-return]


def load_reply(value: dict[str, Any]) -> Reply:
    """The reverse of `dump_reply`."""
    return _REPLY.validate_python(value)


def buttons(reply: Reply) -> tuple[Button, ...]:
    """All that can be clicked in a reply, in the order every surface shows and numbers it."""
    return tuple(button for block in reply.blocks for button in _of_block(block))


def _of_block(block: ReplyBlock) -> tuple[Button, ...]:
    if isinstance(block, NextSteps):
        return tuple(Button(step.label, "step", step=step) for step in block.items)
    if isinstance(block, ApprovalPrompt) and block.state == "pending":
        return (
            Button("Approve", "approve", subject=block.approval_id),
            Button("Reject", "reject", subject=block.approval_id),
        )
    if isinstance(block, Choices) and not block.picked:
        return tuple(
            Button(label, "choose", subject=block.waiting_id, option=index)
            for index, label in enumerate(block.options)
        )
    if isinstance(block, Progress):
        return (Button("Stop", "stop", subject=block.job_id),)
    return ()
