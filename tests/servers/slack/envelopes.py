"""What is delivered, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

DeliveryKind = Literal["events_api", "interactive", "slash_commands"]


@dataclass(frozen=True)
class Envelope:
    """An event or interaction on its way to the app; `attempt` counts retries from 0."""

    kind: DeliveryKind
    payload: dict[str, Any]
    attempt: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Answer:
    """The app has taken it; `payload` is what it answered along with that, if anything."""

    payload: Any = None
    accepted: bool = True
    retry: bool = True
