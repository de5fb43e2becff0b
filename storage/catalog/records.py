"""Frozen records of the catalog: what is known, who did it, and what is still to do.

Times are aware UTC datetimes. Ids are short random strings unless said otherwise. Fields of
type `dict` hold JSON values only.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

Json: TypeAlias = dict[str, Any]
ColumnKind: TypeAlias = Literal["integer", "number", "boolean", "datetime", "category", "text"]
Environment: TypeAlias = Literal["staging", "production"]
JobState: TypeAlias = Literal["queued", "running", "succeeded", "failed", "cancelled"]
TurnState: TypeAlias = Literal["running", "suspended", "done"]
WaitingKind: TypeAlias = Literal["job", "approval", "choice"]
WaitingState: TypeAlias = Literal["waiting", "claimed", "settled", "dropped"]
ApprovalState: TypeAlias = Literal["pending", "approved", "rejected", "expired"]
AlertState: TypeAlias = Literal[
    "ok",
    "firing",
    "acknowledged",
    "snoozed",
    "resolved",
    "no_data",
    "check_failed",
    "endpoint_down",
]
OutboxState: TypeAlias = Literal["pending", "sending", "sent", "dead"]


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
class Actor:
    """A person as a platform knows them; `id` is `platform/workspace/user`."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """One column of a dataset version, as aggregates only."""

    name: str
    kind: ColumnKind
    missing: int
    distinct: int
    low: float | str | None = None
    high: float | str | None = None
    top: tuple[tuple[str, int], ...] = ()
    constant: bool = False
    id_like: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """A file somebody handed over, kept as it came; `number` is its handle in the scope."""

    id: str
    scope: Scope
    thread: str
    number: int
    blob: str
    name: str
    size: int
    actor: Actor
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DatasetVersion:
    """One immutable table.

    Attributes:
        version: Counts from 1 within (scope, name).
        blob: Digest of the Parquet file.
        root_id: The version that was read from a file (itself for such a version).
        parent_id: The version this one was made from, if any.
        recipe: Transforms (`tools.ml.recipe`) from the root to this version, all of them.
        upload_id: The original upload a root version was read from.
        origin: What made it, in words: "read from titanic.csv", "dropped 3 columns".
        report: What the reader assumed and repaired (`notes`, `warnings`, …).
        targets: Suggested targets, likeliest first: `{"column", "task", "reason"}`.
        profile: Digest of the full profile as JSON.
    """

    id: str
    scope: Scope
    name: str
    version: int
    blob: str
    rows: int
    columns: tuple[ColumnInfo, ...]
    root_id: str
    parent_id: str | None
    recipe: tuple[Json, ...]
    upload_id: str | None
    origin: str
    report: Json
    targets: tuple[Json, ...]
    profile: str
    actor: Actor
    created_at: datetime
    deleted_at: datetime | None = None

    @property
    def label(self) -> str:
        """`name v3`."""
        return f"{self.name} v{self.version}"


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """One immutable trained model.

    Attributes:
        version: Counts from 1 within (scope, name).
        number: Counts from 1 within the scope; `m7` is its handle.
        digest: sha256 of the artifact; also its blob key.
        score: `{"metric", "name", "value", "low", "high", "baseline", "higher_is_better"}`.
        contract: What the endpoint takes and answers (`tools.ml.contract`), JSON.
        reference: Digest of the drift reference summary.
        run_id: The MLflow run.
        receipt: Dataset hash, seed, candidates, code version, split …
        report: Warnings, importance, reasons and figures (blob digests) of the training.
    """

    id: str
    scope: Scope
    name: str
    version: int
    number: int
    digest: str
    dataset_id: str
    target: str
    task: str
    algorithm: str
    score: Json
    contract: Json
    reference: str
    run_id: str
    receipt: Json
    report: Json
    job_id: str | None
    actor: Actor
    created_at: datetime
    deleted_at: datetime | None = None

    @property
    def handle(self) -> str:
        """`m7`."""
        return f"m{self.number}"

    @property
    def label(self) -> str:
        """`name v3 (m7)`."""
        return f"{self.name} v{self.version} ({self.handle})"


@dataclass(frozen=True, slots=True)
class Deployment:
    """One line of the append-only deployment log; the last line of a slot is what is live.

    `model_id` and `digest` are None when the slot was emptied.
    """

    id: int
    scope: Scope
    name: str
    environment: Environment
    model_id: str | None
    digest: str | None
    actor: Actor
    approved_by: Actor | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class EndpointKey:
    """The API key of a slot, as its sha256."""

    scope: Scope
    name: str
    environment: Environment
    key_sha256: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PredictionPart:
    """One Parquet part of the prediction log of a slot, covering `[start, end]`."""

    id: int
    scope_id: str
    name: str
    environment: Environment
    blob: str
    rows: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Monitor:
    """A wish to check a slot for drift on a schedule: `every_s` seconds, or `cron` in `timezone`.

    `number` is its handle in the scope. `address` is where alerts go.
    """

    id: str
    number: int
    scope: Scope
    name: str
    environment: Environment
    every_s: int | None
    cron: str | None
    timezone: str
    address: Address
    actor: Actor
    created_at: datetime
    stopped_at: datetime | None = None
    last_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class DriftReport:
    """The result of one check over the window `[start, end]`.

    `status`: ok, drift, no_data (fewer rows than the minimum), or failed.
    `result`: the `tools.drift` result as JSON; `figure`: digest of its picture.
    """

    id: str
    scope: Scope
    monitor_id: str | None
    model_id: str
    start: datetime
    end: datetime
    rows: int
    status: Literal["ok", "drift", "no_data", "failed"]
    flagged: tuple[str, ...]
    result: Json
    figure: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """One episode of trouble of a monitor; `number` is its handle in the scope."""

    id: str
    number: int
    scope: Scope
    monitor_id: str
    state: AlertState
    report_id: str | None
    snoozed_until: datetime | None
    acknowledged_by: Actor | None
    opened_at: datetime
    updated_at: datetime
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A durable piece of work: one tool call, or a check (`tool` names it).

    Attributes:
        key: Idempotency key; a second submission under the same key is the first job.
        attempt: Fencing token; a result is registered only by the current attempt.
        progress: `{"share": 0.4, "text": "…", "eta_s": 12}`.
        result: The outcome as JSON, once succeeded.
        error: `{"code", "message", "hint", …}`, once failed.
        context: What the worker needs besides the arguments (turn references …).
    """

    id: str
    number: int
    scope: Scope
    thread: str
    key: str
    tool: str
    args: Json
    actor: Actor
    state: JobState
    stage: str
    attempt: int
    owner: str | None
    lease_until: datetime | None
    cancel_requested: bool
    progress: Json
    result: Json | None
    error: Json | None
    context: Json
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a person and all that was done about it.

    Attributes:
        event_id: The platform's id of the event, unique: a repeated event is the same turn.
        owner: The process at work on it, whose lease `process:<owner>` tells whether it lives.
        pending: Tool calls to make before the model is asked (attachments to load, a click).
        refs: What this turn's own calls made: `{"dataset": id, "model": id}`.
        blocks: The blocks of the outcomes so far, as JSON.
    """

    id: str
    address: Address
    actor: Actor
    event_id: str
    text: str
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
    """One line of history: a tool call that ran, who asked, why, and how to take it back."""

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


@dataclass(frozen=True, slots=True)
class Fact:
    """Something people told the assistant to remember; `number` is its handle in the scope."""

    id: str
    number: int
    scope: Scope
    text: str
    actor: Actor
    source: str
    created_at: datetime
    expires_at: datetime | None = None
    forgotten_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class InboxRow:
    """An event as a platform sent it, stored before it is acknowledged."""

    key: str
    platform: str
    payload: Json
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


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds a role among several processes, and until when unless renewed."""

    name: str
    owner: str
    until: datetime
    detail: Json = field(default_factory=dict)
