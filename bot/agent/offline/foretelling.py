"""Whether a clause asks a model about one described row, and not for a training or an average."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from bot.agent.offline.clauses import Clause
from bot.agent.offline.intents import ENOUGH, Intent
from bot.agent.offline.lexicon import words
from bot.agent.offline.rows import rows_in
from bot.agent.offline.scene import Scene
from bot.agent.offline.targets import hinted
from tools.base import Tool

_FORETELL: Final = words("predict estimate forecast guess infer")
_TRAIN: Final = words("train fit build make create learn retrain model classifier regressor using")
_ONE: Final = words("a an this")
_OVER_MANY: Final = words(
    """
    average mean median total sum highest lowest most least per each all every share percentage
    percent rows records older younger above below over under between more less than
    """
)


def foretold(
    clause: Clause, scene: Scene, found: list[Intent], tools: Sequence[Tool[Any]]
) -> list[Intent]:
    """What a clause asks for, or the prediction it asks for in truth."""
    model = scene.state.model
    if model is None:
        return found
    if found and _asks_one(clause, scene):
        return described(clause, scene, tools) or found
    forms = {form for token in clause.view for form in token.forms}
    if not found or not forms & _FORETELL or forms & _TRAIN:
        return found
    trains = found[0].tool.words.slots.get("target")
    named = {t.column.names[0] for t in clause.view if t.column and t.column.strength}
    fits = model.target in named or model.target not in scene.columns.columns
    rows = rows_in(clause, scene) if trains else None
    told = rows is not None and len(rows[0]) > 1 and _ONE & {t.word for t in clause.tokens}
    rows = rows if told or (fits and "for" in forms) else None
    return [Intent(tool, ENOUGH, 0) for tool in takers(tools)] if rows else found


def described(clause: Clause, scene: Scene, tools: Sequence[Tool[Any]]) -> list[Intent]:
    """The tool that takes rows, where a clause does nothing but describe one."""
    rows = rows_in(clause, scene) if scene.state.model is not None else None
    if not rows or len(rows[0]) < 2:
        return []
    return [Intent(tool, ENOUGH, 0) for tool in takers(tools)]


def takers(tools: Sequence[Tool[Any]]) -> list[Tool[Any]]:
    """The tools that take rows."""
    return [t for t in tools if any(s.kind == "rows" for s in t.words.slots.values())]


def _asks_one(clause: Clause, scene: Scene) -> bool:
    """Whether the model's target is asked of one thing: "price of a house with 3 bedrooms"."""
    model = scene.state.model
    said = [token.word for token in clause.tokens]
    if model is None or not _ONE & set(said) or set(said) & (_OVER_MANY | _TRAIN):
        return False
    named = any(t.column and model.target in t.column.names for t in clause.view)
    return named or hinted(clause.view, scene) == model.target
