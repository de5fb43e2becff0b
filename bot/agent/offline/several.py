"""One call for each of several people or places that a clause names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.agent.offline.choices import choices_in
from bot.agent.offline.clauses import Clause
from bot.agent.offline.meaning import Step
from bot.agent.offline.patterns import find
from bot.agent.offline.readers import people_in
from tools.base import Tool


def for_each(step: Step, tool: Tool[Any], clause: Clause) -> list[Step]:
    """The step, once for each of the people or environments it is wanted for."""
    for name, slot in tool.words.slots.items():
        if name not in step.args:
            continue
        found: list[str] = []
        if slot.kind == "person":
            found = people_in(slot, clause)
        elif slot.kind == "choice" and name == "environment":
            both = find("and|then|both", clause.view)
            found = sorted(choices_in(slot, clause), key=_order(clause)) if both else []
        if len(found) > 1:
            return [replace(step, args={**step.args, name: value}) for value in found]
    return [step]


def _order(clause: Clause) -> Any:
    """A sort key: where a choice's first letters appear in a clause."""
    return lambda value: clause.text.find(value[:4])
