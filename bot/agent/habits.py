"""What remembered facts settle of a call where the sentence says nothing, named in the answer.

Whichever brain made the call: "our label is always churned" is the target of a training for which
nobody named one. A tool declares which of its arguments are settled so (`Tool.habits`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from bot.agent.calls import Call
from bot.agent.offline.clauses import Run, clause_of
from bot.agent.offline.names import named_dataset
from bot.agent.offline.scene import Scene, scene_of
from bot.agent.offline.slots import read
from bot.agent.offline.tokens import clean, tokenize
from bot.agent.scene import read_scene
from storage.catalog.catalog import Catalog
from storage.catalog.records import Fact, Turn
from tools.base import Habit, Tool
from tools.cards import shown
from tools.context import ToolContext

_DENIED: Final = re.compile(r"\b(?:not|never|no longer)\b|n['’]t\b", re.IGNORECASE)
_NEVER: Final = re.compile(r"\bnever\b", re.IGNORECASE)
_PASSIVE: Final = re.compile(
    r"^(?P<what>.+?)\s+(?:is|are|must|should|has to|have to)\s+(?:be\s+)?(?:always\s+)?"
    r"(?:left out|excluded|ignored|dropped|omitted|(?:never|not)\s+(?:be\s+)?used)\b.*",
    re.IGNORECASE,
)
"""What is left out, said of the columns."""

_ALL: Final = re.compile(r"\b(?:all|every)\b.*\b(?:columns?|features?)\b", re.IGNORECASE)
_VERSION: Final = re.compile(r"\s+v\d+$", re.IGNORECASE)
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Settled:
    """The value of an argument, and the fact that says so."""

    argument: str
    value: Any
    fact: Fact

    @property
    def note(self) -> str:
        """Which fact was used for what, for people and for the model."""
        value = ", ".join(self.value) if isinstance(self.value, list) else str(self.value)
        label = {"exclude": "left out"}.get(self.argument, self.argument)
        return (
            f"{label.capitalize()}: {shown(value)}, as fact {self.fact.number} says "
            f"(“{shown(self.fact.text, 200)}”, {shown(self.fact.actor.name)})."
        )


class Habits:
    """Fills calls from facts."""

    def __init__(self, catalog: Catalog, now: Callable[[], datetime]) -> None:
        self._catalog = catalog
        self._now = now

    def filled(self, turn: Turn, call: Call, tool: Tool[Any], context: ToolContext) -> Call:
        """The call with what facts settle of it, and notes that name the facts.

        What the sentence speaks of itself is left as the brain has it. Facts that disagree settle
        nothing, nor does one whose value does not fit.
        """
        if not tool.habits:
            return call
        with self._catalog.read() as unit:
            facts = unit.facts.list(turn.address.scope, now=self._now())
        if not facts:
            return call
        scene = self._scene(turn, call)
        notes: list[str] = []
        for habit in tool.habits:
            settled = _settled(habit, facts, tool, turn, scene)
            if settled is None or _is_spoken_of(settled.value, turn.text):
                continue
            given = call.args.get(habit.argument)
            if given == settled.value:
                notes.append(settled.note)
            elif given in (None, habit.usual):
                args = {**call.args, habit.argument: settled.value}
                if _fits(habit, tool, args, context):
                    call = replace(call, args=args)
                    notes.append(settled.note)
        return replace(call, notes=tuple(notes))

    def _scene(self, turn: Turn, call: Call) -> Scene:
        state = read_scene(self._catalog, turn, now=self._now())
        named = call.args.get("dataset")
        name = _VERSION.sub("", named) if isinstance(named, str) else ""
        dataset = named_dataset(state, name) if name else None
        return scene_of(state, dataset)


def settles(habit: Habit, tool: Tool[Any], fact: str, scene: Scene) -> Any:
    """The value that a fact gives an argument; None where it says nothing of it."""
    several = tool.words.slots[habit.argument].kind == "columns"
    said = _PASSIVE.sub(r"leave out \g<what>", fact) if several else fact
    words = {word.casefold() for word in _WORD.findall(said)}
    denied = _DENIED.search(said) is not None
    speaks = bool(words & set(habit.about)) or (several and denied and "use" in words)
    if not speaks or (denied and not several) or fact.rstrip().endswith("?"):
        return None
    text = clean(_NEVER.sub("do not", said))
    tokens = tuple(tokenize(text))
    if not tokens:
        return None
    clause = clause_of(Run(tokens, asked=False, glue=()), text, scene)
    return read(tool, clause, scene).args.get(habit.argument)


def _settled(
    habit: Habit, facts: Iterable[Fact], tool: Tool[Any], turn: Turn, scene: Scene
) -> Settled | None:
    """What the facts that count say of an argument, where they agree; lists are put together."""
    ours = [fact for fact in facts if not habit.own or fact.actor.id == turn.actor.id]
    said = [(fact, settles(habit, tool, fact.text, scene)) for fact in ours]
    found = [Settled(habit.argument, value, fact) for fact, value in said if value is not None]
    if not found:
        return None
    if all(isinstance(one.value, list) for one in found):
        together = list(dict.fromkeys(name for one in found for name in one.value))
        return replace(found[-1], value=together)
    return found[-1] if all(one.value == found[-1].value for one in found) else None


def _is_spoken_of(value: Any, sentence: str) -> bool:
    """Whether the sentence itself names the value, or all there is."""
    names: Sequence[str] = value if isinstance(value, list) else [str(value)]
    plain = sentence.casefold().replace("_", " ")
    if isinstance(value, list) and _ALL.search(sentence):
        return True
    return any(
        re.search(rf"(?<!\w){re.escape(name.casefold().replace('_', ' '))}(?!\w)", plain)
        for name in names
    )


def _fits(habit: Habit, tool: Tool[Any], args: dict[str, Any], context: ToolContext) -> bool:
    try:
        typed = tool.args.model_validate(args)
    except ValidationError:
        return False
    return habit.fits is None or habit.fits(typed, context)
