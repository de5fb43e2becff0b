"""Verbs of several words read as the one verb they mean: "get rid of" is "remove"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

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
}
_LONGEST: Final = max(map(len, _VERBS))


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
        for words, verb in _VERBS.items():
            fits = len(words) == size and all(w in t.forms for w, t in zip(words, run, strict=True))
            after = tokens[index + size].word if index + size < len(tokens) else ""
            if fits and not (words[-1] == "out" and after == "of"):
                return size, verb
    return 1, ""
