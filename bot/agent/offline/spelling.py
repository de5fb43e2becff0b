"""Misspelt words put right, by the names in scope and the words the tools listen for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from bot.agent.offline.clauses import LEAD
from bot.agent.offline.common_words import COMMON
from bot.agent.offline.intents import vocabulary_of
from bot.agent.offline.marks import COUNTS, RECURRING
from bot.agent.offline.names import nearest_word, squeeze
from bot.agent.offline.ordinary import ORDINARY
from bot.agent.offline.phrasals import PHRASAL
from bot.agent.offline.scene import Scene
from bot.agent.offline.selects.words import (
    AGGREGATES,
    HAVING,
    HINTS,
    LACKING,
    QUANTILES,
    SUPERLATIVES,
)
from bot.agent.offline.tokens import Token
from tools.base import Tool

_OWN: Final = frozenset(
    {
        *(*AGGREGATES, *HINTS, *SUPERLATIVES, *QUANTILES, *LACKING, *HAVING, *RECURRING),
        *(*COUNTS, *LEAD, *PHRASAL),
    }
)
_PREFIXES: Final = ("un", "non", "dis", "in")
_DEGREES: Final = ("er", "est", "ly")


def corrected(tokens: Sequence[Token], scene: Scene, tools: Sequence[Tool[Any]]) -> list[Token]:
    """The tokens with unknown words read as the nearest known one, where one is near."""
    known = vocabulary(tools) | _OWN | {tool.name for tool in tools}
    columns = scene.columns
    names = {*columns.exact, *columns.words, *scene.things.values, *scene.things.value_words} - {""}
    things = {*scene.things.datasets, *scene.things.models}
    nearby: list[str] | None = None
    result: list[Token] = []
    for index, token in enumerate(tokens):
        word = squeeze(token.word)
        quiet = token.kind != "word" or len(word) < 3 or word.isdigit() or "://" in token.raw
        said = token.forms | _without_degree(word)
        related = scene.columns.mention(tokens, index) or any(
            said & part for part in (ORDINARY, COMMON, known, names, things)
        )
        if quiet or related or word in names or word in things or _denies(word, names):
            result.append(token)
            continue
        nearby = nearby or [*names, *(w for w in known if len(w) > 3), *things]
        near = nearest_word(word, nearby)
        result.append(token.corrected(near) if near else token)
    return result


def _denies(word: str, names: set[str]) -> bool:
    """Whether a word turns a name round: "unresolved" is no misspelt `resolved`."""
    rest = (word.removeprefix(prefix) for prefix in _PREFIXES if word.startswith(prefix))
    return any(part in names for part in rest)


def _without_degree(word: str) -> set[str]:
    """The adjective of a comparison: "longest" is "long", "happier" is "happy"."""
    stems = {word.removesuffix(ending) for ending in _DEGREES if word.endswith(ending)}
    return stems | {stem + "e" for stem in stems} | {stem[:-1] + "y" for stem in stems}


def vocabulary(tools: Sequence[Tool[Any]]) -> frozenset[str]:
    """Every word the tools listen for, the names of their arguments included."""
    kept = _KEPT.get(id(tools))
    if kept is None or kept[0] is not tools:
        named = (w for tool in tools for name in tool.args.model_fields for w in name.split("_"))
        words = frozenset(named).union(*(vocabulary_of(tool.words) for tool in tools))
        _KEPT.clear()
        kept = _KEPT[id(tools)] = (tools, words)
    return kept[1]


_KEPT: dict[int, tuple[Sequence[Tool[Any]], frozenset[str]]] = {}
"""The vocabulary of the tools at hand, which are the same from message to message."""
