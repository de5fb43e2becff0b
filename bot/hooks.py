"""Frozen records of what happened, and the functions that are told of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class ToolCallFinished:
    """One tool call ended; `seconds` from asking to answer."""

    tool: str
    platform: str
    ok: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class TurnFinished:
    """One message of a person was answered or suspended."""

    platform: str
    result: str
    seconds: float


@dataclass(frozen=True, slots=True)
class ModelAnswered:
    """A language model answered; `model` as it is configured, `level` of what it may see."""

    model: str
    level: str
    tokens_in: int
    tokens_out: int


Event: TypeAlias = ToolCallFinished | TurnFinished | ModelAnswered
Hook: TypeAlias = Callable[[Event], None]
