"""Clauses in, steps out: what each clause adds to the plan, in the order things are to happen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from bot.agent.offline import replies
from bot.agent.offline.asked import Reading
from bot.agent.offline.choices import choices_in
from bot.agent.offline.clauses import Clause
from bot.agent.offline.conditions import checked, is_order, parted
from bot.agent.offline.followups import follow_up, leans
from bot.agent.offline.foretelling import described, foretold
from bot.agent.offline.gaps import completed
from bot.agent.offline.hindrances import hindrance, lacking
from bot.agent.offline.intents import (
    ENOUGH,
    Intent,
    consulted,
    heads_of,
    states,
    tells_nothing,
    topic_of,
)
from bot.agent.offline.lexicon import words
from bot.agent.offline.marks import Marked
from bot.agent.offline.meaning import Step
from bot.agent.offline.moods import is_concept, is_doubtful
from bot.agent.offline.ordinary import FUNCTION_WORDS
from bot.agent.offline.patterns import find
from bot.agent.offline.people import about_people
from bot.agent.offline.reader import Reader, columns_of
from bot.agent.offline.scene import Scene
from bot.agent.offline.several import for_each
from bot.agent.offline.slots import read
from bot.agent.offline.targets import TARGET, completed_by, hinted, is_subject
from bot.agent.offline.tokens import Token
from bot.agent.offline.unknown import unplaced
from tools.base import Tool

_INTERJECTIONS: Final = words("stop wait no halt hold hmm yes ok okay right")


def _reads(intent: Intent) -> bool:
    return intent.tool.effect == "read"


def _looks_up(intent: Intent) -> bool:
    """Whether a condition can be looked up: a question over the rows needs a whole sentence."""
    asks = any(slot.kind == "question" for slot in intent.tool.words.slots.values())
    return _reads(intent) and not asks


def _is_unclear(tool: Tool[Any], args: dict[str, Any], clause: Clause) -> bool:
    """Whether a change is asked for, but not which: columns named, and no word of what to do."""
    bare = tool.words.bare
    if not bare or args:
        return False
    named = any(token.column for token in clause.view)
    return named or not any(find(pattern, clause.view) for pattern in bare)


def _is_interjection(clause: Clause) -> bool:
    return len(clause.view) == 1 and clause.view[0].word in _INTERJECTIONS


def _settled(
    tool: Tool[Any], args: dict[str, Any], request: Clause, condition: Clause
) -> dict[str, Any]:
    """The arguments, a choice left open taken from the condition: "if it beats production"."""
    open_ = {n: s for n, s in tool.words.slots.items() if s.kind == "choice" and not s.condition}
    return args | {
        name: found[0]
        for name, slot in open_.items()
        if not choices_in(slot, request) and (found := choices_in(slot, condition))
    }


class Planner:
    """Reads one message clause by clause.

    Attributes:
        steps: What is to be done, in order.
        answers: What is to be said if nothing is done.
        notes: What is to be said in any case.
    """

    def __init__(self, text: str, scene: Scene, tools: Sequence[Tool[Any]]) -> None:
        self.steps: list[Step] = []
        self.answers: list[str] = []
        self.notes: list[str] = []
        self._scene = scene
        self._tools = tools
        self._reader = Reader(text, scene, tools)
        self._mentioned: list[str] = []
        self._heard: list[Marked] = []
        self._remark: Clause | None = None

    def read(self, tokens: Sequence[Token]) -> None:
        """Read a whole message."""
        clauses = self._reader.clauses(tokens)
        delayed: Clause | None = None
        for clause in clauses:
            if len(clauses) > 1 and (_is_interjection(clause) or self._is_told(clause)):
                continue
            if clause.view[0].word == "before" and clause is not clauses[-1] and delayed is None:
                delayed = clause
                continue
            before, noted = len(self.steps), len(self.notes)
            self._follow(clause)
            idle = len(self.steps) == before and len(self.notes) == noted
            self._remark = clause if idle else None
            self._mentioned += columns_of(clause)
            self._heard += clause.view
            if clause.joined == "after" and before and len(self.steps) > before:
                self.steps.insert(before - 1, self.steps.pop())
            if delayed is not None and clause is not delayed:
                self._follow(delayed)
                delayed = None

    def _is_told(self, clause: Clause) -> bool:
        """Whether "and why?" asks for what the advice before it says by itself."""
        last = self.steps[-1].tool if self.steps else ""
        advises = any(tool.name == last and tool.words.questions for tool in self._tools)
        return advises and {token.word for token in clause.view} - {"and", ","} == {"why"}

    def speaks_of_people(self, tokens: Sequence[Token]) -> bool:
        """Whether what is asked for has to do with those it mentions."""
        if not any(token.kind == "person" for token in tokens):
            return False
        asked = (self._reader.intents(clause)[:1] for clause in self._reader.clauses(tokens))
        return any(about_people(intent.tool) for found in asked for intent in found)

    def _follow(self, clause: Clause) -> None:
        scene = self._reader.around(clause)
        found = self._reader.intents(clause)
        if lacked := lacking(clause, self._tools, found[0].tool if found else None):
            self.notes.append(lacked)
        elif asked := consulted(found, clause, scene):
            self._do(clause, scene, asked)
        elif is_concept(clause):
            topic = topic_of(clause, self._tools)
            self.answers.append(replies.concept(clause.text, topic))
        else:
            self._by_mood(clause, scene, found)

    def _by_mood(self, clause: Clause, scene: Scene, found: list[Intent]) -> None:
        if clause.mood == "do":
            self._do(clause, scene, found)
        elif clause.mood == "ask":
            self._ask(clause, scene, found)
        elif clause.mood == "not":
            self._not(clause, scene)
        elif clause.mood == "how":
            self.answers.append(replies.how(topic_of(clause, self._tools), scene.state))
        elif clause.mood == "may":
            self._may(clause, scene, found)
        elif clause.mood == "if":
            self._if(clause, scene, found)
        elif clause.mood == "told" and found and states(found[0].tool, clause):
            self._do(clause, scene, found[:1])

    def _do(self, clause: Clause, scene: Scene, found: list[Intent]) -> None:
        again = None if self.steps else follow_up(clause, scene, self._tools)
        found = self._foretold(clause, scene, found)
        if again is not None and (not found or leans(clause) or found[0].tool.name == again.tool):
            self.steps.append(again)
            return
        found = found or self._named_only(clause, scene)
        if not found:
            return
        tool = found[0].tool
        bare = tool.effect != "read" and clause.asked and len(clause.view) == 1
        if bare or (tool.effect in {"deploy", "confirm"} and is_doubtful(clause)):
            self.answers.append(replies.permission(tool))
            return
        if find("before", clause.view) and clause.view[0].word == "before":
            own = read(tool, clause, scene).args
            if tool.effect != "read" and not (tool.effect == "write" and own):
                return
        for step in self._steps_of(tool, clause, scene):
            self._add(step)

    def _named_only(self, clause: Clause, scene: Scene) -> list[Intent]:
        """The training that is meant where only its algorithm is named: "who quits? ridge"."""
        if clause.asked or not hinted((*self._heard, *clause.view), scene):
            return []
        slots = ((tool, tool.words.slots.get("algorithm")) for tool in self._tools)
        return [Intent(t, ENOUGH, 0) for t, slot in slots if slot and choices_in(slot, clause)]

    def _foretold(self, clause: Clause, scene: Scene, found: list[Intent]) -> list[Intent]:
        """What a clause asks for, or the prediction that it asks for in truth."""
        asked = foretold(clause, scene, found, self._tools)
        return asked or described(clause, scene, self._tools)

    def _ask(self, clause: Clause, scene: Scene, found: list[Intent]) -> None:
        """Look up what is asked; a question changes nothing, unless it varies the last call."""
        reads = [intent for intent in found if _reads(intent)]
        if reads or find("what|how about", clause.view):
            self._do(clause, scene, reads if reads else [])
        elif described(clause, scene, self._tools):
            self._do(clause, scene, [])
        elif found:
            self.answers.append(replies.permission(found[0].tool))

    def _recall(self, tool: Tool[Any], args: dict[str, Any], scene: Scene) -> None:
        """Take a choice from the remark before: "production is broken, roll it back"."""
        if self._remark is None:
            return
        said = read(tool, self._remark, scene).args
        for name, slot in tool.words.slots.items():
            fresh = name not in args or args[name] == slot.otherwise
            if slot.kind == "choice" and fresh and choices_in(slot, self._remark):
                args[name] = said[name]

    def _not(self, clause: Clause, scene: Scene) -> None:
        """Leave things as they are, but for "and without x?", which varies the last call."""
        less = find("without", clause.view) and not self.steps
        again = follow_up(clause, scene, self._tools) if less else None
        if again is not None:
            self.steps.append(again)
        else:
            self.answers.append(replies.declined())

    def _may(self, clause: Clause, scene: Scene, found: list[Intent]) -> None:
        if not found:
            return
        tool = found[0].tool
        if tool.effect == "read":
            self._do(clause, scene, found)
        else:
            self.answers.append(replies.permission(tool))

    def _if(self, clause: Clause, scene: Scene, found: list[Intent]) -> None:
        """Do what can be checked or looked up at once; say what would have to be waited for."""
        heads = frozenset().union(*(heads_of(t.words) for t in self._tools if t.effect != "read"))
        both = parted(clause, heads - FUNCTION_WORDS)
        request, condition = (
            self._reader.part(both.request, scene),
            self._reader.part(both.condition, scene),
        )
        if request is None or condition is None:
            return
        found = self._reader.intents(request)
        if found and (_reads(found[0]) or (is_order(condition) and self.steps)):
            if not (_reads(found[0]) and self.steps):
                self._do(request, scene, found)
            return
        tool = found[0].tool if found else topic_of(request, self._tools)
        if tool is None or (not found and tool.effect == "read"):
            return
        checks = checked(tool, condition) if found else {}
        if checks:
            for step in self._steps_of(tool, request, scene):
                self._add(Step(step.tool, _settled(tool, step.args, request, condition) | checks))
            return
        reads = [intent for intent in self._reader.intents(condition) if _looks_up(intent)]
        if reads and not self.steps:
            self._do(condition, scene, reads)
        self.notes.append(replies.conditional(tool))

    def _steps_of(self, tool: Tool[Any], clause: Clause, scene: Scene) -> list[Step]:
        """The step a clause asks for; one for each person or environment of several."""
        first, remark = not self.steps, self._remark
        if why := hindrance(tool, clause, scene.state, remark=remark, first=first):
            (self.answers if tool.effect == "read" else self.notes).append(why)
            return []
        reading = read(tool, clause, scene)
        strange = unplaced(clause.view, scene.columns.columns, reading.args)
        if strange and tool.effect == "write":
            self.notes.append(replies.no_column(strange, scene.columns.columns))
            return []
        if _is_unclear(tool, reading.args, clause) or tells_nothing(tool, reading.args, clause):
            self.notes.append(replies.unclear(tool))
            return []
        self._recall(tool, reading.args, scene)
        hint = self._hinted(tool, reading, clause, scene)
        begun = Step(tool.name, reading.args, reading.open)
        step = completed(begun, tool, clause, scene, hint=hint)
        if reading.nothing:
            self.notes.append(reading.nothing)
            return []
        self.notes += reading.notes
        if isinstance(step, Step) and step.open is not None and len(set(self._mentioned)) == 1:
            settled = step.open.values.get(self._mentioned[0], self._mentioned[0])
            step = Step(step.tool, {**step.args, step.open.argument: settled})
        if isinstance(step, str):
            self.notes.append(step)
            return []
        return for_each(step, tool, clause)

    def _hinted(
        self, tool: Tool[Any], reading: Reading, clause: Clause, scene: Scene
    ) -> str | None:
        """The target that the message so far hints at; a mere subject gives way to it."""
        if TARGET not in tool.words.slots:
            return None
        view = (*self._heard, *clause.view)
        hint = hinted(view, scene)
        named = reading.args.get(TARGET)
        if named and (whole := completed_by(named, clause.view, scene)):
            reading.args[TARGET] = whole
        elif hint and named and named != hint and is_subject(named, view, scene):
            reading.args[TARGET] = hint
        if hint and reading.open is not None and reading.open.argument == TARGET:
            reading.open = None
        return hint

    def _add(self, step: Step) -> None:
        """Add a step, or let it complete the one before it when both are parts of one call."""
        last = self.steps[-1] if self.steps else None
        if last is None or last.tool != step.tool:
            self.steps.append(step)
            return
        clash = [n for n in last.args if n in step.args and last.args[n] != step.args[n]]
        lists = all(isinstance(last.args[n], list) for n in clash)
        if clash and not lists:
            self.steps.append(step)
            return
        args = {**last.args, **step.args}
        for name in clash:
            args[name] = [
                *last.args[name],
                *(v for v in step.args[name] if v not in last.args[name]),
            ]
        left_open = next((o for o in (last.open, step.open) if o and o.argument not in args), None)
        self.steps[-1] = Step(step.tool, args, left_open)
