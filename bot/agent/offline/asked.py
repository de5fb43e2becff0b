"""One question to a clause: what does it say about this argument?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.agent.offline.clauses import Clause
from bot.agent.offline.marks import Marked
from bot.agent.offline.meaning import Open
from bot.agent.offline.patterns import Match, find_all
from bot.agent.offline.scene import Scene
from tools.words import Slot


@dataclass
class Reading:
    """What a clause says about a tool's arguments.

    Attributes:
        args: The arguments found.
        open: The one only the person can settle.
        taken: Places in the clause's view that arguments have used up.
        own: The words by which the tool speaks of its own things.
        nothing: Why there is nothing to do after all.
        notes: What is to be said besides.
    """

    args: dict[str, Any] = field(default_factory=dict)
    open: Open | None = None
    taken: set[int] = field(default_factory=set)
    own: frozenset[str] = frozenset()
    nothing: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """An argument by name and slot, the clause and scene to find it in, and the reading so far."""

    name: str
    slot: Slot
    clause: Clause
    scene: Scene
    reading: Reading

    @property
    def view(self) -> tuple[Marked, ...]:
        """The clause's marked tokens."""
        return self.clause.view

    def matches(self, entity: str) -> Iterator[Match]:
        """Where the slot's patterns fit with an unused value, the surest pattern first."""
        for pattern in self.slot.says:
            for match in find_all(pattern, self.view, slot=entity, taken=self.reading.taken):
                if not denied(self.view, match.start):
                    yield match


def denied(view: Sequence[Marked], start: int) -> bool:
    """Whether "not" stands right before a match, which then says what is not meant."""
    return start > 0 and view[start - 1].word in {"not", "never", "nor"}
