"""Frozen records of turns, suspended calls, approvals, history, facts and messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from storage.catalog.records.places import Actor, Address, Json, Scope

TurnState: TypeAlias = Literal["running", "suspended", "done"]
WaitingKind: TypeAlias = Literal["job", "approval", "choice"]
WaitingState: TypeAlias = Literal["waiting", "claimed", "settled", "dropped"]
ApprovalState: TypeAlias = Literal["pending", "approved", "rejected", "expired"]
FactReach: TypeAlias = Literal["channel", "team"]
OutboxState: TypeAlias = Literal["pending", "sending", "sent", "dead", "superseded"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a person and all that was done about it.

    Attributes:
        event_id: The platform's id of the event, unique: a repeated event is the same turn.
        opens: Whether its message opened the thread, so that the channel wants a headline.
        private: Whether only the actor may see the answer.
        owner: The process at work on it, whose lease `process:<owner>` tells whether it lives.
        pending: Tool calls to make before the model is asked (attachments to load, a click).
        refs: What this turn's own calls made: `{"dataset": id, "model": id}`; and what its
            message brought: the person's `timezone`, its `link`, and who is meant by a name:
            `{"@dana": id}`.
        blocks: The blocks of the outcomes so far, as JSON.
    """

    id: str
    address: Address
    actor: Actor
    event_id: str
    text: str
    opens: bool
    private: bool
    owner: str
    state: TurnState
    pending: tuple[Json, ...]
    refs: Json
    blocks: tuple[Json, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One chat message of a turn in LangChain's JSON form, at its position in the thread."""

    turn_id: str
    position: int
    payload: Json


@dataclass(frozen=True, slots=True)
class Waiting:
    """A suspended tool call: what it is, who asked, and what it waits for.

    Attributes:
        call_id: Our own id of the call (the model's ids may repeat).
        model_call_id: The id the model gave it, needed for its one result.
        subject: Id of the job or approval it waits for; "" for a choice.
        detail: For a choice: `{"question", "argument", "options": [{"label", "value"}]}`.
    """

    id: str
    number: int
    turn_id: str
    call_id: str
    model_call_id: str
    tool: str
    args: Json
    requester: Actor
    kind: WaitingKind
    subject: str
    detail: Json
    state: WaitingState
    claimed_until: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Approval:
    """A question to a person with the right to decide it, bound to exactly what was shown.

    Attributes:
        number: Its handle in the scope ("approve 17").
        binding: Digest of arguments and model; checked again at the click.
        role: The role needed to decide: "approver", or "requester" for the asker's own click.
    """

    id: str
    number: int
    address: Address
    tool: str
    args: Json
    binding: str
    requester: Actor
    role: Literal["approver", "requester"]
    state: ApprovalState
    decided_by: Actor | None
    created_at: datetime
    expires_at: datetime
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """One line of history: a tool call that ran, who asked, why, and how to take it back.

    Attributes:
        sentence: What the person said, or the button they pressed.
        seconds: How long it took, waiting for people not counted.
        tokens: What a language model read and wrote until it made the call.
    """

    id: int
    address: Address
    actor: Actor
    tool: str
    args: Json
    effect: str
    sentence: str
    summary: str
    ok: bool
    dataset_id: str | None
    model_id: str | None
    inverse: Json | None
    undone: bool
    approved_by: Actor | None
    turn_id: str | None
    created_at: datetime
    seconds: float = 0.0
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Fact:
    """Something people told the assistant to remember.

    `number` is its handle: no two facts that are known in one channel have the same.

    Attributes:
        source: Where it comes from, in words.
        reach: Whether it holds in its channel, or in every channel of the workspace.
        link: Address of the message it was said in, where the platform has one.
    """

    id: str
    number: int
    scope: Scope
    text: str
    actor: Actor
    source: str
    created_at: datetime
    expires_at: datetime | None = None
    forgotten_at: datetime | None = None
    reach: FactReach = "channel"
    link: str = ""


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One request to a language model: for whom, what it cost, and what it was sent.

    Attributes:
        level: How much of the data it was allowed to see.
        cost: In the currency of the configured price; None where no price is configured.
        sent: Digest of the request's messages as JSON.
        struck: Numbers of its answer that no source says, and that people did not get to see.
    """

    id: str
    address: Address
    turn_id: str
    actor: Actor
    model: str
    level: str
    tokens_in: int
    tokens_out: int
    cost: float | None
    sent: str
    struck: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody said or pressed, where no platform keeps it; `seq` is the order of writing.

    Attributes:
        text: The words, or the label of the button that was `pressed`.
        files: Names of the files that came with it.
    """

    seq: int
    id: str
    address: Address
    actor: Actor
    text: str
    files: tuple[str, ...]
    pressed: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Talk:
    """A thread by the post that began it, and when somebody last said something in it."""

    first: Post
    last_at: datetime


@dataclass(frozen=True, slots=True)
class InboxRow:
    """An event as a platform sent it, stored before it is acknowledged.

    Events of one `lane` are dealt with in order; `attempts` counts how often one was begun.
    """

    key: str
    platform: str
    lane: str
    payload: Json
    attempts: int
    received_at: datetime
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A message to deliver, written in the transaction of the fact it announces.

    Attributes:
        dedupe_key: Unique; a second row under the same key is the first.
        slot: Messages with one slot are one message on the platform, edited in place.
        body: `bot.messages.Reply` as JSON.
        platform_ref: The platform's id of the posted message, once known.
    """

    id: int
    dedupe_key: str
    slot: str
    address: Address
    body: Json
    state: OutboxState
    attempts: int
    not_before: datetime
    platform_ref: str | None
    created_at: datetime
    sent_at: datetime | None = None
