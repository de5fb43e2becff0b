"""What one run of the agent loop needs of its surroundings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from langchain_core.messages import BaseMessage, SystemMessage, ToolMessage


@dataclass
class Run:
    """One run of the loop for one turn: how it reads the state, stores, and calls tools."""

    describe: Callable[[], Awaitable[SystemMessage]]
    store: Callable[[BaseMessage], Awaitable[None]]
    call: Callable[[str, str, dict[str, Any]], Awaitable[ToolMessage | None]]
    notes: list[str] = field(default_factory=list)
    alone: bool = False
