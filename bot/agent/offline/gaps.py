"""What a step still lacks: filled from the thread where it is plain, else one question."""

from __future__ import annotations

from typing import Any, Final

from bot.agent.offline import replies
from bot.agent.offline.clauses import Clause
from bot.agent.offline.lexicon import words
from bot.agent.offline.meaning import Open, Step
from bot.agent.offline.names import ColumnIndex
from bot.agent.offline.ordinary import FUNCTION_WORDS
from bot.agent.offline.scene import Scene
from bot.agent.offline.targets import TARGET
from bot.agent.offline.tokens import clean, tokenize
from tools.base import Tool
from tools.words import Slot

_ANEW: Final = words("retrain refit again instead redo repeat update refresh rebuild")
_LABEL: Final = words("label target outcome predict")
_NUMERIC: Final = frozenset({"integer", "number"})


def completed(
    step: Step, tool: Tool[Any], clause: Clause, scene: Scene, *, hint: str | None = None
) -> Step | str:
    """The step with its required arguments filled or opened; a text where it cannot begin.

    Args:
        step: The call as far as its clause tells it.
        tool: What it calls.
        clause: What asks for it.
        scene: What is in scope.
        hint: The target that the message hints at.
    """
    wanted = ((n, s) for n, s in tool.words.slots.items() if s.ask and n not in step.args)
    name, slot = next(wanted, ("", None))
    if slot is None or step.open is not None:
        return step
    if slot.kind not in {"column", "columns"}:
        return _missing_name(slot, tool)
    known = (hint if name == TARGET else None) or _known(name, tool, clause, scene)
    if known is not None:
        return Step(step.tool, {**step.args, name: known})
    options = likely(scene, step.args, clause)
    if len(options) < 2:
        return replies.needs_file()
    return Step(step.tool, step.args, Open(name, slot.ask, options))


def _missing_name(slot: Slot, tool: Tool[Any]) -> str:
    return f'{slot.ask} Say, for example, "{tool.examples[0]}".'


def _known(name: str, tool: Tool[Any], clause: Clause, scene: Scene) -> str | None:
    """The argument as the thread has settled it: asked for anew, or remembered."""
    last = next((call for call in scene.state.calls[:1] if call.tool == tool.name), None)
    if last is not None and isinstance(last.args.get(name), str):
        return str(last.args[name])
    words = {form for token in clause.view for form in token.forms}
    if scene.state.model is not None and words & _ANEW:
        return getattr(scene.state.model, name, None)
    return _remembered(scene)


def _remembered(scene: Scene) -> str | None:
    """The column that remembered facts call the label, where they agree."""
    found: list[str] = []
    for fact in scene.state.facts:
        tokens = tokenize(clean(fact))
        if not {token.word for token in tokens} & _LABEL:
            continue
        for at in range(len(tokens)):
            mention = scene.columns.mention(tokens, at)
            if mention is not None and mention.strength == 3:
                found.append(mention.names[0])
                break
    return found[0] if len(set(found)) == 1 else None


def likely(scene: Scene, args: dict[str, Any], clause: Clause) -> tuple[str, ...]:
    """Two to five columns, the likeliest first: like a said word, suggested, of the right kind."""
    columns = list(scene.columns.columns.values())
    numeric = args.get("task") == "regression"
    classes = args.get("task") == "classification"
    left_out = set(args.get("exclude", ()))
    usable = [c for c in columns if not c.id_like and c.name not in left_out]
    fits = [
        c.name
        for c in usable
        if not (numeric and c.kind not in _NUMERIC) and not (classes and _continuous(c))
    ]
    fits = fits if len(fits) > 1 else [c.name for c in usable or columns]
    targets = scene.dataset.targets if scene.dataset else ()
    ranked = [*_similar(scene.columns, clause), *targets, *fits, *(c.name for c in usable)]
    return tuple(dict.fromkeys(name for name in ranked if name in fits))[:5]


def _continuous(column: Any) -> bool:
    return column.kind in _NUMERIC and column.distinct > 20


def _similar(columns: ColumnIndex, clause: Clause) -> list[str]:
    """Columns that look like a word of the clause."""
    words = [t.word for t in clause.view if t.token.kind == "word" and len(t.word) > 3]
    found: list[str] = []
    for word in words:
        if word not in FUNCTION_WORDS and word not in {"model", "predict", "train"}:
            found += columns.closest(word, 2, at_least=86)
    return found
