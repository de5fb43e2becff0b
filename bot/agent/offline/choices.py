"""Values of a choice that a clause names."""

from __future__ import annotations

from collections.abc import Sequence

from bot.agent.offline.asked import denied
from bot.agent.offline.clauses import Clause
from bot.agent.offline.marks import Marked
from bot.agent.offline.patterns import Match, find_all
from tools.words import Slot


def choices_in(slot: Slot, clause: Clause) -> list[str]:
    """All values of a choice that a clause names and does not deny, in the order declared."""
    return [
        value
        for value, patterns in slot.values.items()
        if any(
            not denied(clause.view, match.start) and not _named(clause.view, match)
            for pattern in patterns
            for match in find_all(pattern, clause.view)
        )
    ]


def _named(view: Sequence[Marked], match: Match) -> bool:
    """Whether a one-word match is in truth the very name of a column."""
    mention = view[match.start].column
    return match.end - match.start == 1 and mention is not None and mention.strength == 3
