"""Arguments of one tool in one clause, read slot by slot by the kind each tool declares."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any, Literal, Union, get_args, get_origin

from bot.agent.offline.asked import Asked, Reading
from bot.agent.offline.clauses import Clause
from bot.agent.offline.columns import others, spare
from bot.agent.offline.intents import nouns_of
from bot.agent.offline.patterns import find
from bot.agent.offline.readers import READERS
from bot.agent.offline.scene import Scene
from tools.base import Tool
from tools.words import Slot


def slots_of(tool: Tool[Any]) -> dict[str, Slot]:
    """The declared slots in their order, then one for each other argument by its type."""
    declared = dict(tool.words.slots)
    for name, info in tool.args.model_fields.items():
        if name not in declared:
            slot = _by_type(name, info.annotation)
            if slot is not None:
                declared[name] = slot
    order = {"columns": 0, "rows": 0, "pairs": 0}
    return dict(sorted(declared.items(), key=lambda item: order.get(item[1].kind, 1)))


def _by_type(name: str, annotation: Any) -> Slot | None:
    """The slot of an argument nobody described: what its type and its name suggest."""
    kinds = [kind for kind in _flat(annotation) if kind is not type(None)]
    said = name.replace("_", " ")
    if name in {"model", "models", "dataset"}:
        return Slot(name)  # type: ignore[arg-type]
    for kind in kinds:
        if get_origin(kind) is Literal:
            values = [str(value) for value in get_args(kind)]
            return Slot("choice", values={v: (v.replace("_", " "),) for v in values})
    by_type: dict[Any, Slot] = {
        bool: Slot("flag", values={"yes": (said,)}),
        int: Slot("number", says=(f"{said} of|=|:|to|is? <>", f"<> {said}")),
        float: Slot("number", says=(f"{said} of|=|:|to|is? <>", f"<> {said}")),
        list: Slot("columns", says=(f"{said} of|=|:|are? <>",)),
        str: Slot("name", says=(f"{said} =|:|called|named|is? <>", f"<> {said}")),
    }
    return next((by_type[k] for kind in kinds if (k := get_origin(kind) or kind) in by_type), None)


def _flat(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) in {Union, types.UnionType}:
        for part in get_args(annotation):
            yield from _flat(part)
    else:
        yield annotation


def read(tool: Tool[Any], clause: Clause, scene: Scene) -> Reading:
    """The arguments of a tool that a clause names; nothing is filled in that was not said."""
    reading = Reading(own=nouns_of(tool.words))
    slots = slots_of(tool)
    for name, slot in slots.items():
        if slot.condition or any(find(pattern, clause.view) for pattern in slot.unless):
            continue
        value = READERS[slot.kind](Asked(name, slot, clause, scene, reading))
        if value is not None and value not in ([], {}):
            reading.args[name] = value
            reading.args.update(slot.implies)
        elif slot.otherwise is not None:
            reading.args[name] = slot.otherwise
    for name, slot in slots.items():
        if slot.spare and name not in reading.args and reading.open is None:
            left = spare(Asked(name, slot, clause, scene, reading))
            if left is not None:
                reading.args[name] = left
        if slot.only and name not in reading.args:
            rest = others(Asked(name, slot, clause, scene, reading))
            if rest:
                reading.args[name] = rest
    return _without_echoes(tool, reading)


def _without_echoes(tool: Tool[Any], reading: Reading) -> Reading:
    """A column cannot be both the target and left out."""
    singles = {
        value
        for name, value in reading.args.items()
        if isinstance(value, str) and tool.words.slots.get(name, Slot("text")).kind == "column"
    }
    for name, value in list(reading.args.items()):
        if isinstance(value, list) and tool.words.slots.get(name, Slot("text")).kind == "columns":
            reading.args[name] = [item for item in value if item not in singles]
            if not reading.args[name]:
                del reading.args[name]
    return reading
