"""From a sentence and the thread's state to the steps it asks for, a question, or an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.agent.offline import replies
from bot.agent.offline.common_words import COMMON
from bot.agent.offline.conditions import without_courtesies
from bot.agent.offline.languages.translating import in_english
from bot.agent.offline.meaning import Step, Understanding
from bot.agent.offline.misreadings import marks_named
from bot.agent.offline.ordinary import ORDINARY
from bot.agent.offline.people import addressed, called, to_us, without_errands
from bot.agent.offline.phrasals import each_time, joined_verbs, turned_gaps
from bot.agent.offline.plan import Planner
from bot.agent.offline.scene import Scene, scene_of
from bot.agent.offline.smalltalk import small_talk
from bot.agent.offline.spelling import corrected, vocabulary
from bot.agent.offline.tokens import Token, clean, tokenize
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
    plain = marks_named(clean(text))
    planner = Planner(plain, scene, tools)
    heard = to_us(tokenize(plain, people=True))
    tokens = _readable(addressed(heard), scene, tools)
    if _mentioned(heard) and not planner.speaks_of_people(tokens):
        if name := called(heard):
            return Understanding(answer=replies.for_another(name))
        tokens = _readable(without_errands(heard), scene, tools)
        if not any(token.kind == "word" for token in tokens):
            return Understanding(answer=replies.for_another(_mentioned(heard)))
    talk = small_talk(tokens, state)
    if talk is not None:
        return Understanding(answer=talk)
    planner.read(tokens)
    steps = _one_question(planner.steps)
    said = planner.notes if planner.steps else [*planner.answers, *planner.notes]
    if steps or said:
        return Understanding(steps, " ".join(dict.fromkeys(said)))
    return Understanding(answer=replies.lost(state))


def _mentioned(tokens: Sequence[Token]) -> str:
    return next((token.raw for token in tokens if token.kind == "person"), "")


def _one_question(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps up to a second open one: nobody is asked twice in a row."""
    opened = [place for place, step in enumerate(steps) if step.open is not None]
    return tuple(steps[: opened[1]] if len(opened) > 1 else steps)


def _readable(tokens: list[Token], scene: Scene, tools: Sequence[Tool[Any]]) -> list[Token]:
    """The tokens in English and spelt right."""
    names = {*scene.columns.exact, *scene.columns.words, *scene.things.values}
    names |= {*scene.things.datasets, *scene.things.models}
    english = in_english(tokens, ORDINARY | COMMON | vocabulary(tools), names)
    plain = without_courtesies(corrected(english, scene, tools))
    return turned_gaps(each_time(joined_verbs(plain)))
