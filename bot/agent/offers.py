"""A choice made twice in a row is offered to be kept, once per person, channel and choice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from bot.agent.calls import CALLED, PRESSED
from bot.agent.habits import settles
from bot.agent.offline.scene import Scene, scene_of
from bot.agent.scene import read_scene
from storage.catalog.catalog import Catalog
from storage.catalog.records import Action, Fact, Turn
from tools.base import Habit, Tool

OFFERED: Final = f"{PRESSED}offer:"
"""How the event of a turn begins in which something is offered."""


def offered(
    catalog: Catalog, turn: Turn, tools: Mapping[str, Tool[Any]], *, owner: str, now: datetime
) -> Turn | None:
    """A turn that asks whether what its person chose twice in a row always holds here.

    The event of that turn is the choice itself, so whatever was answered, or if nothing was, it
    is never offered again.

    Args:
        catalog: Has what was chosen before, and what is remembered.
        turn: The turn that has ended.
        tools: Tell what can be kept.
        owner: The process that carries the new turn.
        now: When.
    """
    if turn.private or turn.event_id.startswith((OFFERED, CALLED)):
        return None
    scope = turn.address.scope
    with catalog.read() as unit:
        names = [name for name, tool in tools.items() if tool.habits]
        last = unit.actions.decisions(scope, turn.actor, names, limit=1)
        if not last or last[0].turn_id != turn.id:
            return None
        tool = tools[last[0].tool]
        both = unit.actions.decisions(scope, turn.actor, [tool.name], limit=2)
        facts = unit.facts.list(scope, now=now)
    scene = scene_of(read_scene(catalog, turn, now=now))
    for habit in tool.habits:
        value = _chosen_twice(habit, both) if habit.asks else None
        fact = habit.says.format(_said(value))
        if value is None or _is_known(habit, tool, facts, scene):
            continue
        if settles(habit, tool, fact, scene) != value:
            continue
        found = _open(catalog, turn, habit, tool, value, owner=owner, now=now)
        if found is not None:
            return found
    return None


def _chosen_twice(habit: Habit, both: Sequence[Action]) -> Any:
    """The value that both calls were made with; None where it was no choice, or not the same."""
    values = [action.args.get(habit.argument) for action in both]
    if len(values) < 2 or values[0] in (None, habit.usual) or values[0] != values[1]:
        return None
    return values[0]


def _is_known(habit: Habit, tool: Tool[Any], facts: list[Fact], scene: Scene) -> bool:
    return any(settles(habit, tool, fact.text, scene) is not None for fact in facts)


def _said(value: Any) -> str:
    return " and ".join(value) if isinstance(value, list) else str(value).replace("_", " ")


def _open(
    catalog: Catalog,
    turn: Turn,
    habit: Habit,
    tool: Tool[Any],
    value: Any,
    *,
    owner: str,
    now: datetime,
) -> Turn | None:
    choice = json.dumps([str(turn.address.scope), turn.actor.id, tool.name, habit.argument, value])
    said = _said(value)
    args = {"fact": habit.says.format(said), "question": habit.asks.format(said)}
    with catalog.write() as unit:
        made, created = unit.turns.open(
            f"{OFFERED}{hashlib.sha256(choice.encode()).hexdigest()[:32]}",
            address=turn.address,
            actor=turn.actor,
            text="",
            owner=owner,
            pending=({"tool": "keep_habit", "args": args},),
            now=now,
        )
    return made if created else None
