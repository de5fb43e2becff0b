"""Verbs of several words read as the one verb they mean: "get rid of" is "remove"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.agent.offline.lexicon import words
from bot.agent.offline.tokens import Token

_VERBS: Final = {
    ("get", "rid", "of"): "remove",
    ("do", "away", "with"): "remove",
    ("throw", "out"): "remove",
    ("throw", "away"): "remove",
    ("toss", "out"): "remove",
    ("chuck", "out"): "remove",
    ("kick", "out"): "remove",
    ("take", "out"): "remove",
    ("cut", "out"): "remove",
    ("cut", "off"): "remove",
    ("strip", "out"): "remove",
    ("weed", "out"): "remove",
    ("filter", "out"): "remove",
    ("screen", "out"): "remove",
    ("clear", "out"): "remove",
    ("leave", "out"): "exclude",
    ("leave", "aside"): "exclude",
    ("leave", "off"): "exclude",
    ("find", "out"): "find",
    ("figure", "out"): "find",
    ("carry", "out"): "run",
    ("come", "up", "with"): "build",
    ("put", "together"): "build",
    ("set", "up"): "setup",
    ("fill", "in"): "fill",
    ("fill", "up"): "fill",
    ("tidy", "up"): "tidy",
    ("clean", "up"): "clean",
    ("hold", "back"): "exclude",
    ("look", "into"): "examine",
    ("go", "over"): "review",
    ("write", "down"): "note",
    ("pay", "back"): "repay",
    ("turn", "up"): "attend",
    ("break", "down"): "fail",
    ("drop", "out"): "quit",
    ("sign", "up"): "subscribe",
    ("go", "off"): "alarm",
    ("sling", "out"): "remove",
    ("bin", "off"): "remove",
    ("rip", "out"): "remove",
    ("scrap",): "remove",
    ("axe",): "remove",
    ("bin",): "remove",
    ("nuke",): "delete",
    ("trash",): "delete",
}
_LONGEST: Final = max(map(len, _VERBS))
PHRASAL: Final = frozenset(word for parts in _VERBS for word in parts)
"""All words of phrasal verbs."""


def joined_verbs(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with each phrasal verb as one token; "out of" keeps its own meaning."""
    result: list[Token] = []
    index = 0
    while index < len(tokens):
        size, verb = _verb_at(tokens, index)
        if verb:
            first, last = tokens[index], tokens[index + size - 1]
            said = f"{verb.removesuffix('e')}ing" if first.word.endswith("ing") else verb
            result.append(replace(first, word=said, end=last.end))
        else:
            result.append(tokens[index])
        index += size
    return result


def _verb_at(tokens: Sequence[Token], index: int) -> tuple[int, str]:
    for size in range(min(_LONGEST, len(tokens) - index), 1, -1):
        run = tokens[index : index + size]
        for parts, verb in _VERBS.items():
            fits = len(parts) == size and all(w in t.forms for w, t in zip(parts, run, strict=True))
            after = tokens[index + size].word if index + size < len(tokens) else ""
            if fits and not (parts[-1] == "out" and after == "of"):
                return size, verb
    return 1, ""


def each_time(tokens: Sequence[Token]) -> list[Token]:
    """Schedules that begin with "each" read as those with "every", and purposes left out.

    "Get it ready for training" asks for no training.
    """
    found: list[Token] = []
    for at, token in enumerate(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        each = token.word == "each" and following is not None and following.forms & _TIMES
        found.append(token.corrected("every") if each else token)
    at = next((i for i, token in enumerate(found) if token.word in _READY), len(found))
    end = at + 3
    if [t.word in words for t, words in zip(found[at + 1 : end], _PURPOSE, strict=False)] == [
        True
    ] * 2:
        del found[at + 1 : end]
    return found


_TIMES: Final = words("minute hour day night morning evening week weekday month monday friday")
_READY: Final = words("ready prepare prepared suitable usable shape")
_PURPOSE: Final = (words("for"), words("modelling modeling training learning ml analysis"))


def turned_gaps(tokens: Sequence[Token]) -> list[Token]:
    """Rows to leave out "where x is missing" read as those "with missing x"."""
    found = list(tokens)
    at = next((i for i, token in enumerate(found) if token.word == "where"), 0)
    named = {token.word for token in found[:at]}
    if not (named & _LEAVE_OUT and named & {"rows", "records", "lines"}):
        return found
    for be in range(at + 2, min(at + 5, len(found) - 1)):
        if found[be].word in {"is", "are"} and found[be + 1].word in _MISSING:
            gap = found[be + 1].corrected("missing")
            name = found[at + 1 : be]
            return [*found[:at], found[at].corrected("with"), gap, *name, *found[be + 2 :]]
    return found


_LEAVE_OUT: Final = words("drop remove delete discard exclude omit")
_MISSING: Final = words("missing empty blank null nan na")
