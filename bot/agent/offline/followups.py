"""Sentences that lean on the last call: "now with …", "same for …", "and without …?", "again"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from bot.agent.offline.choices import choices_in
from bot.agent.offline.clauses import Clause
from bot.agent.offline.lexicon import words
from bot.agent.offline.meaning import Step
from bot.agent.offline.names import named_dataset
from bot.agent.offline.patterns import find
from bot.agent.offline.scene import Scene, scene_of
from bot.agent.offline.slots import read, slots_of
from bot.agent.state import CallState
from tools.base import Tool
from tools.words import Slot

_AGAIN: Final = (
    "again",
    "once more",
    "same",
    "repeat",
    "redo",
    "do it|that over",
    "one more time",
    "another run|go|try|time",
    "likewise",
    "do|get it? better with|given",
    "more|longer time",
    "ditto",
)
_MORE: Final = words(
    """
    and now but also what how with without try use using for then instead or give make set change
    every as more only in daily hourly weekly per by once
    """
)
_REACH: Final = 6
_FILL: Final = words(
    """
    about it that this one please time again same thing do did for with and now on to of in but at
    as the , ? . ! - try use using instead what how also then only just another a run go once more
    out not without except excluding ignoring leave left minus give let make change switch set be
    rather repeat redo first no yes actually well ok column feature features columns can could you
    we i maybe model all after before is are same. ones other over
    better more longer minutes minute hours hour seconds sec min mins say than give some get
    """
)


def leans(clause: Clause) -> bool:
    """Whether a clause says outright that it repeats what was done."""
    return any(find(pattern, clause.view) for pattern in _AGAIN)


def follow_up(clause: Clause, scene: Scene, tools: Sequence[Tool[Any]]) -> Step | None:
    """The last call with what the clause changes about it; `None` if it leans on none.

    A clause that names a choice of an earlier call's tool reaches back over others: after a look
    at the importances, "now with a random forest" still means the training.
    """
    if not clause.view or not (leans(clause) or _elliptic(clause)):
        return None
    named = {tool.name: tool for tool in tools}
    for age, last in enumerate(scene.state.calls[:_REACH]):
        tool = named.get(last.tool)
        if tool is None or (age and not changes(tool, clause)):
            continue
        risky = tool.effect == "deploy" and (age or not _names_place(tool, clause))
        if tool.effect == "confirm" or risky:
            continue
        if step := repeated(tool, last, clause, scene):
            return step
    return None


def _names_place(tool: Tool[Any], clause: Clause) -> bool:
    """Whether a deployment is plainly wanted once more, elsewhere: "and in production"."""
    places = tool.words.slots.get("environment")
    return places is not None and not clause.asked and bool(choices_in(places, clause))


def _elliptic(clause: Clause) -> bool:
    """Whether a clause has no verb of its own: "and without Cabin?", "for Age"."""
    view = clause.view
    opens = (
        view[0].word in _MORE
        or view[0].takes("number")
        or (view[0].column and len(view) <= 4)
        or len(view) <= 2
    )
    return bool(opens) and len(view) <= 14


def repeated(tool: Tool[Any], last: CallState, clause: Clause, scene: Scene) -> Step | None:
    """A call made again, changed by what a clause says."""
    other = _other_dataset(clause, scene)
    around = scene_of(scene.state, named_dataset(scene.state, other)) if other else scene
    said = read(tool, clause, around)
    changed = {**said.args}
    if other:
        changed["dataset"] = other
    _move_main_column(tool, clause, changed, last)
    if not changed and not leans(clause):
        return None
    if not _accounted(clause, changed, leans(clause)):
        return None
    slots = slots_of(tool)
    before = {k: v for k, v in last.args.items() if not _is_current(k, v, scene)}
    args = {k: v for k, v in before.items() if not other or _holds(v, around, slots.get(k))}
    for name, value in changed.items():
        old = args.get(name)
        if isinstance(old, list) and isinstance(value, list) and slots[name].kind == "columns":
            there = [v for v in old if v in around.columns.columns]  # what was dropped is gone
            args[name] = [*there, *(v for v in value if v not in there)]
        else:
            args[name] = value
    if "every" in changed:
        args.pop("cron", None)
    if "cron" in changed:
        args.pop("every", None)
    return Step(tool.name, args)


def _is_current(name: str, value: Any, scene: Scene) -> bool:
    """Whether an argument names a version of the dataset at hand: of it, the latest is meant."""
    data = scene.dataset
    return name == "dataset" and data is not None and str(value).startswith(f"{data.name} v")


def _accounted(clause: Clause, changed: dict[str, Any], repeats: bool) -> bool:
    """Whether the clause says nothing besides the change, so that it can be no new request."""
    strange = [
        token
        for token in clause.view
        if token.word not in _FILL
        and token.token.kind == "word"
        and not (token.column or token.inside or token.dataset or token.model)
        and not token.values
    ]
    return len(strange) <= 2 * len(changed) + (1 if repeats and changed else 0)


def _move_main_column(
    tool: Tool[Any], clause: Clause, changed: dict[str, Any], last: CallState
) -> None:
    """A lone column takes the place of the tool's main one: "same for mpg", "and Age?"."""
    if any(isinstance(v, list) for v in changed.values()):
        return
    main = next((n for n, s in tool.words.slots.items() if s.kind == "column"), None)
    names = [t.column.names[0] for t in clause.view if t.column and t.column.strength]
    slots: dict[str, Slot] = dict(tool.words.slots)
    if (
        main
        and len(names) == 1
        and not any(slots.get(n, Slot("text")).kind == "column" for n in changed)
    ):
        changed[next((n for n in ("x", main) if n in last.args and n in slots), main)] = names[0]


def _other_dataset(clause: Clause, scene: Scene) -> str | None:
    current = scene.dataset.name if scene.dataset else None
    for token in clause.view:
        named = token.dataset
        if (
            named
            and named.names[0] != current
            and not (token.column and token.column.strength == 3)
        ):
            return named.names[0]
    return None


def _holds(value: Any, scene: Scene, slot: Slot | None) -> bool:
    """Whether an argument makes sense for another dataset too: its columns exist there."""
    if slot is None or slot.kind not in {"column", "columns", "pairs", "rows", "question"}:
        return slot is None or slot.kind not in {"model", "models", "name"}
    names = [value] if isinstance(value, str) else value
    return isinstance(names, list) and all(name in scene.columns.columns for name in names)


def changes(tool: Tool[Any], clause: Clause) -> bool:
    """Whether a clause names one of the tool's choices: "a random forest" for a training."""
    return any(
        slot.kind == "choice" and choices_in(slot, clause) for slot in slots_of(tool).values()
    )
