"""From a sentence and the thread's state to the steps it asks for, a question, or an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.agent.offline import replies
from bot.agent.offline.clauses import Clause, clause_of, cut, joined
from bot.agent.offline.intents import heads_of, intents_of
from bot.agent.offline.meaning import Open, Step, Understanding
from bot.agent.offline.moods import mood_of
from bot.agent.offline.scene import Scene, scene_of
from bot.agent.offline.slots import read
from bot.agent.offline.spelling import corrected
from bot.agent.offline.tokens import clean, tokenize
from bot.agent.state import ThreadState
from tools.base import Tool


def understand(text: str, state: ThreadState, tools: Sequence[Tool[Any]]) -> Understanding:
    """What a person's message asks for.

    Args:
        text: The message as written, mentions and all.
        state: What is in scope.
        tools: What can be done; each brings the words it listens for.
    """
    scene = scene_of(state)
    plain = clean(text)
    tokens = corrected(tokenize(plain), scene, tools)
    if not tokens:
        return Understanding(answer=replies.greeting(state))
    clauses = _clauses(tokens, plain, scene, tools)
    steps: list[Step] = []
    answers: list[str] = []
    for clause in clauses:
        _follow(clause, scene, tools, steps, answers)
    answer = " ".join(dict.fromkeys(answers)) if not steps else ""
    if not steps and not answers:
        answer = replies.lost(state, tools)
    return Understanding(tuple(steps), answer)


def _clauses(
    tokens: list[Any], plain: str, scene: Scene, tools: Sequence[Tool[Any]]
) -> list[Clause]:
    heads = frozenset().union(*(heads_of(tool.words) for tool in tools))
    runs = cut(tokens, plain, heads=heads, whole=frozenset({"remember"}))
    found: list[Clause] = []
    for run in runs:
        clause = clause_of(run, plain, scene)
        clause = replace(clause, mood=mood_of(clause))
        if found and clause.joined and clause.mood == "do" and not intents_of(clause, scene, tools):
            found[-1] = joined(found[-1], clause, plain, scene)
        else:
            found.append(clause)
    return found


def _follow(
    clause: Clause,
    scene: Scene,
    tools: Sequence[Tool[Any]],
    steps: list[Step],
    answers: list[str],
) -> None:
    found = intents_of(clause, scene, tools)
    if not found:
        return
    tool = found[0].tool
    if clause.mood == "not":
        answers.append(replies.declined())
    elif clause.mood == "how":
        answers.append(replies.explanation(tool))
    elif clause.mood == "do" or (clause.mood == "may" and tool.effect == "read"):
        _add(steps, _step(tool, clause, scene))


def _step(tool: Tool[Any], clause: Clause, scene: Scene) -> Step:
    reading = read(tool, clause, scene)
    opened = reading.open
    if opened is None:
        for name, slot in tool.words.slots.items():
            if slot.ask and name not in reading.args and scene.dataset is not None:
                opened = Open(name, slot.ask, _likely(scene, reading.args))
                break
    return Step(tool.name, reading.args, opened)


def _likely(scene: Scene, args: dict[str, Any]) -> tuple[str, ...]:
    assert scene.dataset is not None
    numeric = args.get("task") == "regression"
    columns = [c for c in scene.dataset.columns if not c.id_like]
    fits = [c.name for c in columns if not numeric or c.kind in {"integer", "number"}]
    first = [t for t in scene.dataset.targets if t in fits]
    return tuple(dict.fromkeys([*first, *fits]))[:5]


def _add(steps: list[Step], step: Step) -> None:
    if steps and steps[-1].tool == step.tool and not set(steps[-1].args) & set(step.args):
        if steps[-1].args and step.args:
            steps[-1] = Step(
                step.tool, {**steps[-1].args, **step.args}, steps[-1].open or step.open
            )
            return
    steps.append(step)
