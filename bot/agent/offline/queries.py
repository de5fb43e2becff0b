"""Simple questions over the rows as one SELECT over the table `data`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.agent.offline.clauses import Clause
from bot.agent.offline.scene import Scene


@dataclass(frozen=True, slots=True)
class Query:
    """A SELECT and how sure the sentence is to ask for it, on the scale of the intents."""

    sql: str
    score: float


def query(clause: Clause, scene: Scene) -> Query | None:
    """The SELECT a clause asks for; `None` if it asks for none."""
    return None
