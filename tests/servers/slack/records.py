"""What the server writes down of its traffic, for assertions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Call:
    """One request to the Web API, whatever became of it.

    Attributes:
        at: monotonic time of its arrival.
    """

    method: str
    args: dict[str, Any]
    at: float


@dataclass(frozen=True)
class Refusal:
    """A request that was refused as the real Slack would refuse it.

    Attributes:
        error: Slack's error code.
        detail: what is wrong, as Slack's `response_metadata` says it.
    """

    method: str
    error: str
    detail: tuple[str, ...] = ()
    args: dict[str, Any] = field(default_factory=dict)


@dataclass
class Ack:
    """One attempt to deliver an event or an interaction, and its acknowledgement.

    Attributes:
        kind: `events_api`, `interactive` or `slash_commands`.
        event_id: the event's id, or an interaction's trigger id.
        event_type: such as `app_mention` or `block_actions`.
        attempt: 0 for the first, then the number of the retry.
        sent_at: monotonic time of sending.
        latency: seconds from sending to the acknowledgement; None while there is none.
    """

    kind: str
    event_id: str
    event_type: str
    attempt: int
    sent_at: float
    latency: float | None = None
