"""A line of the log for each thing that happened; its reference says what it belongs to."""

from __future__ import annotations

import logging
from typing import assert_never

from bot.hooks import (
    CheckFinished,
    CheckQueued,
    DeliveryTried,
    Event,
    JobFinished,
    ModelAnswered,
    ModelFailed,
    ToolCallFinished,
    TurnFinished,
)

log = logging.getLogger(__name__)


def journal(event: Event) -> None:
    """Write it down; no word of people is in it."""
    log.info(_words(event))


def _words(event: Event) -> str:
    match event:
        case TurnFinished():
            words = f"message {event.outcome} on {event.platform} after {event.seconds:.2f} s"
        case ToolCallFinished():
            end = "done" if event.ok else "failed"
            words = f"tool {event.tool} {end} after {event.seconds:.2f} s"
        case ModelAnswered():
            words = f"{event.model} read {event.tokens_in} tokens and wrote {event.tokens_out}"
        case ModelFailed():
            words = f"{event.model} gave no answer: {event.error}"
        case DeliveryTried():
            words = f"reply {event.outcome} on {event.platform} after {event.seconds:.2f} s"
        case JobFinished():
            waited = f"waited {event.waited:.2f} s"
            words = f"job {event.tool} {event.state} after {event.seconds:.2f} s, {waited}"
        case CheckQueued():
            words = f"check queued {event.late:.2f} s after its time, {event.missed} missed before"
        case CheckFinished():
            words = f"check ended: {event.status}"
        case _:
            assert_never(event)
    return words
