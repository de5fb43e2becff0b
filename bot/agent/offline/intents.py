"""Which tool a clause asks for: every tool's own words scored against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from bot.agent.offline.clauses import Clause
from bot.agent.offline.lexicon import words
from bot.agent.offline.marks import Marked
from bot.agent.offline.ordinary import FUNCTION_WORDS
from bot.agent.offline.patterns import Match, compiled, find, find_all, possible, ruled_out
from bot.agent.offline.scene import Scene
from bot.agent.offline.selects.reading import query
from tools.base import Tool
from tools.words import Words

ENOUGH: Final = 2.0
_PHRASE: Final = 1.2
_NAMED: Final = 9.0
_STOPS_IT: Final = "stop|cancel|abort|halt|kill|end|interrupt it|that|this"
_DETERMINERS: Final = words("the a an this that our my your last latest his her its no")
_LOOSE: Final = FUNCTION_WORDS - words("keep") | words("run show list display count check")
_LISTED: Final = words("and , & plus")
_SLIDE: Final = words(
    """
    it this that them model now then also dataset data file in on for to with from by and , : - at
    production staging prod live again go back
    """
)


@dataclass(frozen=True, slots=True)
class Intent:
    """A tool and how strongly a clause asks for it."""

    tool: Tool[Any]
    score: float
    at: int


def intents_of(clause: Clause, scene: Scene, tools: Sequence[Tool[Any]]) -> list[Intent]:
    """The tools a clause asks for, the strongest first; empty if it asks for none."""
    found = [intent for tool in tools if (intent := _intent(tool, clause, scene)) is not None]
    ranked = sorted(found, key=lambda i: (-_weight(i, clause), i.tool.effect != "read", i.at))
    if scene.state.jobs and find(_STOPS_IT, clause.view):
        ranked.sort(key=lambda intent: "job" not in intent.tool.words.slots)
    if ranked and _is_question(ranked[0].tool):
        ranked.sort(key=lambda intent: not _opens_plainly(intent, clause))
    return ranked


def _weight(intent: Intent, clause: Clause) -> float:
    """The score, more for a change the clause opens with: "fill missing values in …"."""
    leads = intent.at == clause.lead or _is_list_of_people(clause.view[clause.lead : intent.at])
    opens = intent.tool.effect == "write" and leads and not clause.asked
    return intent.score + opens


def _is_question(tool: Tool[Any]) -> bool:
    return any(slot.kind == "question" for slot in tool.words.slots.values())


def _opens_plainly(intent: Intent, clause: Clause) -> bool:
    """Whether a clause opens with a verb of change: "fill age with its most frequent value"."""
    first = clause.view[clause.lead]
    acts = intent.tool.effect == "write" and first.forms & heads_of(intent.tool.words)
    return bool(acts) and not (clause.asked or first.column or first.forms & _LOOSE)


def _is_list_of_people(view: Sequence[Marked]) -> bool:
    """Whether only people stand before: "@dana and @bob may approve"."""
    return bool(view) and all(t.token.kind == "person" or t.word in _LISTED for t in view)


def topic_of(clause: Clause, tools: Sequence[Tool[Any]]) -> Tool[Any] | None:
    """The tool a clause speaks of, whether or not it asks for it: "how does deploying work?"."""
    best: tuple[float, Tool[Any] | None] = (0.0, None)
    for tool in tools:
        said = max((match.score for match in _said(tool.words, clause)), default=0.0)
        near = {word for token in clause.view for word in token.forms} - FUNCTION_WORDS
        score = said or 0.5 * len(near & nouns_of(tool.words))
        if score > best[0]:
            best = (score, tool)
    return best[1]


def _intent(tool: Tool[Any], clause: Clause, scene: Scene) -> Intent | None:
    words = tool.words
    if _is_question(tool):
        found = query(clause, scene)
        return Intent(tool, found.score, 0) if found else None
    if "_" in tool.name and clause.view[clause.lead].word == tool.name:
        return Intent(tool, _NAMED, clause.lead)
    best: Intent | None = None
    plain = (*words.statements, *words.questions)
    told = [Intent(tool, m.score, m.start) for m in _found(plain, clause)]
    for match in _said(words, clause):
        score = match.score if _commanded(tool, clause, match) else match.score - 2.5
        told.append(Intent(tool, score, match.start))
    for intent in told:
        if intent.score >= ENOUGH and (best is None or intent.score > best.score):
            best = intent
    if best is None or ruled_out(words.unless, clause.view):
        return None
    return best


def _said(words: Words, clause: Clause) -> list[Match]:
    """All places where a phrase, or a verb and its noun, are said."""
    view, forms = clause.view, clause.forms
    found = _found(words.phrases, clause)
    nouns = [m for p in possible(words.nouns, forms) for m in find_all(p, view)]
    for verb in (m for p in possible(words.verbs, forms) for m in find_all(p, view)):
        after = [noun for noun in nouns if noun.start >= verb.end]
        if after:
            noun = min(after, key=lambda m: m.start)
            far = min(noun.start - verb.end, 6)
            found.append(Match(verb.start, noun.end, 2.5 + 0.2 * len(after[:2]) - 0.1 * far))
    return found


def _found(phrases: Sequence[str], clause: Clause) -> list[Match]:
    """All places where a phrase is said."""
    return [
        Match(m.start, m.end, m.score + _PHRASE)
        for p in possible(phrases, clause.forms)
        for m in find_all(p, clause.view)
    ]


def states(tool: Tool[Any], clause: Clause) -> bool:
    """Whether a clause tells how something is that the tool takes as a request."""
    found = _found(tool.words.statements, clause)
    enough = any(match.score >= ENOUGH for match in found)
    return enough and not ruled_out(tool.words.unless, clause.view)


def consulted(found: Sequence[Intent], clause: Clause, scene: Scene) -> list[Intent]:
    """The tool that is asked what would fit this data, if there is data and one is asked."""
    if scene.dataset is None or clause.mood in {"not", "if"}:
        return []
    return [i for i in found if _found(i.tool.words.questions, clause)][:1]


def tells_nothing(tool: Tool[Any], args: Mapping[str, Any], clause: Clause) -> bool:
    """Whether a clause only tells that something is so, and not what: there is nothing to do."""
    return (
        bool(tool.words.slots)
        and not args
        and states(tool, clause)
        and not _said(tool.words, clause)
    )


def _commanded(tool: Tool[Any], clause: Clause, match: Match) -> bool:
    """Whether the words stand where a command stands, and not as a noun in a report.

    Reading is harmless, so it may be asked for anywhere in a clause.
    """
    if tool.effect == "read":
        return True
    view = clause.view
    lone = match.end - match.start == 1
    if _is_gerund(clause, match.start):
        return False
    if lone and (_determined(clause, match.start) or _is_name(view[match.start])):
        return False
    if match.start <= clause.lead:
        return True
    own = heads_of(tool.words)
    if view[clause.lead].forms & own:
        return True
    between = view[clause.lead : match.start]
    return all(
        token.word in _SLIDE
        or token.token.kind != "word"
        or token.column is not None
        or token.model is not None
        or token.dataset is not None
        or token.takes("schedule")
        for token in between
    )


def _is_gerund(clause: Clause, index: int) -> bool:
    """Whether the verb is talked of: "deploying is hard", but not "after cleaning"."""
    view = clause.view
    if not view[index].word.endswith("ing") or len(view[index].forms) < 2:
        return False
    return not (index and view[index - 1].word in _BEFORE_GERUND)


_BEFORE_GERUND: Final = words(
    "after before once by start begin try keep continue resume with then and of from"
)


def _is_name(token: Marked) -> bool:
    """Whether a word is the very name of a column and so no command by itself."""
    return token.column is not None and token.column.strength >= 2


def _determined(clause: Clause, index: int) -> bool:
    """Whether the token in the view follows a determiner in the sentence: "the deploy"."""
    start = clause.view[index].token.start
    before = [token for token in clause.tokens if token.end <= start]
    return bool(before) and before[-1].word in _DETERMINERS


@lru_cache(maxsize=512)
def _heads(verbs: tuple[str, ...], phrases: tuple[str, ...]) -> frozenset[str]:
    found: set[str] = set()
    for pattern in (*verbs, *phrases):
        found |= compiled(pattern)[0].words
    return frozenset(found)


def heads_of(words: Words) -> frozenset[str]:
    """The words a request for a tool can begin with; not the things it is done to."""
    return _heads(words.verbs, words.phrases) - _nouns(words.nouns)


def vocabulary_of(words: Words) -> frozenset[str]:
    """Every word a tool listens for."""
    slots = words.slots.values()
    patterns = [
        *words.verbs,
        *words.nouns,
        *words.phrases,
        *words.statements,
        *words.questions,
        *words.unless,
        *(p for patterns in words.lacks.values() for p in patterns),
        *(p for slot in slots for p in (*slot.says, *slot.only, *slot.unless)),
        *(p for slot in slots for many in slot.values.values() for p in many),
    ]
    return _nouns(tuple(patterns))


@lru_cache(maxsize=256)
def _nouns(patterns: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for p in patterns for element in compiled(p) for word in element.words)


def nouns_of(words: Words) -> frozenset[str]:
    """The words by which a tool speaks of its own things."""
    return _nouns((*words.nouns, *words.phrases))
