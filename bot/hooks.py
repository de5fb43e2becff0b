"""Frozen records of what happened, and the functions that are told of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

TurnOutcome: TypeAlias = Literal["answered", "waiting", "failed", "refused"]


@dataclass(frozen=True, slots=True)
class ToolCallFinished:
    """One tool call ended; `seconds` from asking to answer."""

    tool: str
    platform: str
    ok: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class TurnFinished:
    """A message was worked on for `seconds`: to its end, or until it had to wait.

    `refused` is a click by somebody who may not, or on something that is over. `tokens` and `cost`
    are what language models took for the whole answer, once it is there.
    """

    platform: str
    outcome: TurnOutcome
    seconds: float
    tokens: int = 0
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class ModelAnswered:
    """A language model answered; `model` as it is configured, `level` of what it may see.

    `cost` is in the currency of the configured price; None without one. `channel` is the id of its
    scope.
    """

    model: str
    level: str
    tokens_in: int
    tokens_out: int
    cost: float | None = None
    channel: str = ""


@dataclass(frozen=True, slots=True)
class ModelFailed:
    """A language model gave no answer; `error` is the class of what it raised."""

    model: str
    error: str


@dataclass(frozen=True, slots=True)
class DeliveryTried:
    """A message left the outbox, or did not; `seconds` since it could have gone."""

    platform: str
    outcome: Literal["sent", "again", "lost"]
    seconds: float


@dataclass(frozen=True, slots=True)
class JobFinished:
    """A job ended here: how long it waited for its first worker, and how long it then took."""

    tool: str
    state: str
    waited: float
    seconds: float


@dataclass(frozen=True, slots=True)
class CheckQueued:
    """A scheduled check was queued `late` seconds after it was due; `missed` ones went before."""

    late: float
    missed: int


@dataclass(frozen=True, slots=True)
class CheckFinished:
    """A scheduled check ended: ok, drift, no_data or failed."""

    status: str


Event: TypeAlias = (
    ToolCallFinished
    | TurnFinished
    | ModelAnswered
    | ModelFailed
    | DeliveryTried
    | JobFinished
    | CheckQueued
    | CheckFinished
)
Hook: TypeAlias = Callable[[Event], None]


def tell(hooks: Iterable[Hook], event: Event) -> None:
    """Let every hook know."""
    for hook in hooks:
        hook(event)
