"""What a sentence turned out to mean: steps to take, at most one question, or an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Open:
    """One argument only the person can settle; two to five options, the likeliest first.

    Attributes:
        argument: Its name.
        question: What to ask.
        options: The answers to offer.
        values: What the argument becomes by the answer, where it is not the answer itself.
    """

    argument: str
    question: str
    options: tuple[str, ...]
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One tool call, complete but for its open argument."""

    tool: str
    args: dict[str, Any] = field(default_factory=dict)
    open: Open | None = None


@dataclass(frozen=True, slots=True)
class Understanding:
    """Steps in the order to take them; `answer` is what to say besides, or instead."""

    steps: tuple[Step, ...] = ()
    answer: str = ""
