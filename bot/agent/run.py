"""What one run of the agent loop needs of its surroundings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from langchain_core.messages import AIMessage, BaseMessage, SystemMessage, ToolMessage

from bot.agent.minds import Mind


class Describe(Protocol):
    """Says where things stand."""

    async def __call__(self, *, abroad: bool) -> SystemMessage:
        """The manners and the state; what leaves the house (`abroad`) as the mind allows."""


async def _unsaid(_: str, __: list[BaseMessage]) -> None:
    """Nobody watches words grow."""


async def _uncounted(_: str, __: list[BaseMessage]) -> None:
    """Nobody counts failures."""


@dataclass
class Run:
    """One run of the loop for one turn: how it reads the state, stores, and calls tools.

    Attributes:
        mind: What a language model may see, and whether it is asked at all.
        describe: The manners and the state, read anew for each step.
        account: Keeps what a language model was sent and answered; gives its words as people may
            read them.
        say: Shows the whole sentences that a language model has written so far of an answer to
            what it was sent; "" takes back what was shown.
        failed: Told of each request without an answer: the class of what was raised, and what was
            sent.
        notes: What people are told besides.
        alone: Whether the offline brain has the turn.
    """

    mind: Mind
    describe: Describe
    store: Callable[[BaseMessage], Awaitable[None]]
    call: Callable[[str, str, dict[str, Any]], Awaitable[ToolMessage | None]]
    account: Callable[[AIMessage, list[BaseMessage]], Awaitable[str]]
    say: Callable[[str, list[BaseMessage]], Awaitable[None]] = _unsaid
    failed: Callable[[str, list[BaseMessage]], Awaitable[None]] = _uncounted
    notes: list[str] = field(default_factory=list)
    sent: list[BaseMessage] = field(default_factory=list)
    alone: bool = field(init=False)

    def __post_init__(self) -> None:
        """Begin as the mind says."""
        self.alone = self.mind.alone
        if self.mind.note:
            self.notes.append(self.mind.note)
