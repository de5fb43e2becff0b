"""A message as clauses: cut, put into the scene each speaks of, their moods told, parts joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from bot.agent.offline.clauses import Clause, Run, clause_of, cut, joined
from bot.agent.offline.conditions import is_order
from bot.agent.offline.followups import leans
from bot.agent.offline.intents import Intent, heads_of, intents_of
from bot.agent.offline.lexicon import words
from bot.agent.offline.marks import Marked
from bot.agent.offline.moods import carried
from bot.agent.offline.names import Mention, named_dataset
from bot.agent.offline.ordinary import FUNCTION_WORDS
from bot.agent.offline.scene import Scene, scene_of
from bot.agent.offline.slots import read
from bot.agent.offline.spelling import vocabulary
from bot.agent.offline.tokens import Token
from bot.agent.offline.unknown import with_unknown
from tools.base import Tool

_PRONOUNS: Final = words("it them those these both there")
_LATER: Final = words("then afterwards afterward after finally next")


def columns_of(clause: Clause) -> list[str]:
    """The columns a clause speaks of: the sure ones, else those named in part."""
    mentions = [t.column for t in clause.view if t.column and t.column.strength]
    sure = [mention for mention in mentions if mention.strength >= 2]
    return [mention.names[0] for mention in sure or mentions]


def _means_things(clause: Clause, scene: Scene) -> bool:
    """Whether a clause speaks of what the rows are: "a customer", and no `customer_id`."""
    mentions = [token.column for token in clause.view if token.column and token.column.strength]
    states = [scene.column(mention.names[0]) for mention in mentions if mention.strength < 3]
    return len(states) == len(mentions) and all(s is not None and s.id_like for s in states)


class Reader:
    """Cuts one message into clauses and tells what each asks for."""

    def __init__(self, text: str, scene: Scene, tools: Sequence[Tool[Any]]) -> None:
        self._text = text
        self._scene = scene
        self._tools = tools
        self._vocabulary = vocabulary(tools)
        self._known: dict[tuple[Marked, ...], list[Intent]] = {}

    def clauses(self, tokens: Sequence[Token]) -> list[Clause]:
        """The clauses of a message, those that belong together joined."""
        heads = frozenset().union(*(heads_of(tool.words) for tool in self._tools))
        whole = {
            head
            for tool in self._tools
            if any(slot.kind == "text" for slot in tool.words.slots.values())
            for head in ("remember", "note", "memorise", "memorize", "fyi")
        }
        runs = cut(tokens, heads=heads, whole=whole)
        found: list[Clause] = []
        for place, run in enumerate(runs):
            clause = self._named(self._localised(clause_of(run, self._text, self._scene), run))
            if not clause.view:
                continue
            previous = found[-1] if found else None
            if previous is not None:
                clause = self._resolved(clause, previous)
            mood = carried(clause, previous, [later.joined for later in runs[place + 1 :]])
            if previous is not None and mood == "do" and self._is_bare_no(previous, clause):
                mood = "not"
            clause = replace(clause, mood=mood)
            if previous is not None and previous.mood == mood == "if" and clause.joined:
                if not (is_order(previous) and len(found) > 1):
                    found[-1] = self._named(joined(previous, clause, self._text, self._scene))
                    continue
                clause = replace(clause, mood="do")
            if previous is not None and self._belongs(clause, previous):
                found[-1] = self._named(joined(previous, clause, self._text, self._scene))
            else:
                found.append(clause)
        return found

    def _resolved(self, clause: Clause, previous: Clause) -> Clause:
        """The clause with "it" and "them" read as the columns a mere remark before named."""
        names = tuple(dict.fromkeys(columns_of(previous)))
        names = names if not _means_things(previous, self._scene) else ()
        if not names or self.intents(previous):
            return clause
        meant = Mention(names, 1, 2)
        view = (replace(t, column=meant) if t.word in _PRONOUNS else t for t in clause.view)
        return replace(clause, view=tuple(view))

    def _localised(self, clause: Clause, run: Run) -> Clause:
        """The clause with the columns of the dataset it names."""
        scene = self.around(clause)
        return clause if scene is self._scene else clause_of(run, self._text, scene)

    def _named(self, clause: Clause) -> Clause:
        """The clause with names that fit no column kept where columns must stand."""
        if self._scene.dataset is None:
            return clause
        return replace(clause, view=with_unknown(clause.view, self._vocabulary))

    def intents(self, clause: Clause) -> list[Intent]:
        """What a clause asks for, worked out once."""
        if clause.view not in self._known:
            self._known[clause.view] = intents_of(clause, self.around(clause), self._tools)
        return self._known[clause.view]

    def around(self, clause: Clause) -> Scene:
        """The scene around the dataset that a clause names."""
        for token in clause.view:
            named = token.dataset
            if named is None or (token.column is not None and token.column.strength == 3):
                continue
            other = named_dataset(self._scene.state, named.names[0])
            if other is not None and other is not self._scene.dataset:
                return scene_of(self._scene.state, other)
        return self._scene

    def _belongs(self, clause: Clause, previous: Clause) -> bool:
        """Whether a clause only goes on with the one before: it asks for nothing by itself."""
        plain = previous.mood in {"do", "ask"} and previous.view
        if not clause.joined or clause.mood not in {"do", "ask", "not"} or not plain:
            return False
        found = self.intents(clause)
        if clause.mood == "not" or (found and clause.joined in {",", "and", "but", "&"}):
            return self._narrows(clause, previous)
        return not found and not leans(clause)

    def _meant(self, clause: Clause) -> Tool[Any] | None:
        """The tool a clause asks for, or repeats."""
        found = self.intents(clause)
        if found:
            return found[0].tool
        last = self._scene.state.calls[:1] if leans(clause) else ()
        return next((t for t in self._tools if last and t.name == last[0].tool), None)

    def _is_bare_no(self, previous: Clause, clause: Clause) -> bool:
        """Whether "please do not, …, " waits for its verb in the next clause."""
        waits = previous.mood == "not" and clause.joined == ","
        acts = {word for tool in self._tools for word in heads_of(tool.words)} - FUNCTION_WORDS
        return waits and not any(token.forms & acts for token in previous.view)

    def _narrows(self, clause: Clause, previous: Clause) -> bool:
        """Whether "but don't use x" only takes columns out of the step before."""
        tool = self._meant(previous)
        if tool is None or previous.view[0].word == "before":
            return False
        apart = any(token.word in _LATER for token in (*clause.glue, clause.tokens[0]))
        slots = tool.words.slots
        own = read(tool, clause, self._scene).args
        return not apart and any(name in slots and slots[name].only for name in own)

    def part(self, tokens: Sequence[Token], scene: Scene) -> Clause | None:
        """A part of a clause as a clause of its own."""
        if not tokens:
            return None
        part = clause_of(Run(tuple(tokens), asked=False, glue=()), self._text, scene)
        return self._named(part) if part.view else None
