"""The small notation of `tools.words` compiled once, and matched against marked tokens."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.agent.offline.lexicon import words
from bot.agent.offline.marks import Marked

_GAPS = {"~": 3, "~~": 10}
_END = frozenset("$")
_GLUE = words(
    """
    a be do for from have how i in is it of on that the this to we what which with you
    """
)


@dataclass(frozen=True, slots=True)
class Element:
    """One place of a pattern: literal words, an entity, or a gap; `slot` is the value's place."""

    words: frozenset[str] = frozenset()
    entities: tuple[str, ...] = ()
    gap: int = 0
    optional: bool = False
    slot: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """Where a pattern was found: tokens from `start` up to `end`, its slot, how much it says."""

    start: int
    end: int
    score: float
    at: int = -1


@dataclass(frozen=True, slots=True)
class _Search:
    """What one match works on: the pattern, the tokens, and tokens the slot may not take."""

    elements: tuple[Element, ...]
    tokens: Sequence[Marked]
    taken: Container[int] = ()
    names_only: bool = False


@lru_cache(maxsize=8192)
def compiled(pattern: str, slot: str = "any") -> tuple[Element, ...]:
    """The elements of a pattern; `<>` takes an entity of the kind `slot`."""
    return tuple(_element(part, slot) for part in pattern.split())


def _element(part: str, slot: str) -> Element:
    if part in _GAPS:
        return Element(gap=_GAPS[part])
    optional = len(part) > 1 and part.endswith("?")
    choices = (part[:-1] if optional else part).split("|")
    entities = tuple(
        choice[1:-1] or slot for choice in choices if choice[:1] == "<" and choice[-1:] == ">"
    )
    literal = frozenset(choice for choice in choices if choice in {"<", ">"} or choice[:1] != "<")
    return Element(literal, entities, optional=optional, slot="<>" in choices)


@lru_cache(maxsize=8192)
def _needed(pattern: str) -> tuple[frozenset[str], ...]:
    """The words one of which each match of a pattern must say, place by place."""
    elements = compiled(pattern)
    return tuple(
        e.words
        for e in elements
        if e.words and not e.entities and not e.optional and e.words != _END
    )


def possible(patterns: Iterable[str], forms: frozenset[str]) -> list[str]:
    """The patterns that words with these forms can match at all."""
    return [p for p in patterns if not any(forms.isdisjoint(words) for words in _needed(p))]


def find(pattern: str, tokens: Sequence[Marked], start: int = 0) -> Match | None:
    """The first place where a pattern fits, at or after `start`."""
    return next(find_all(pattern, tokens, start=start), None)


def find_all(
    pattern: str,
    tokens: Sequence[Marked],
    *,
    start: int = 0,
    slot: str = "any",
    taken: Container[int] = (),
) -> Iterator[Match]:
    """All places where a pattern fits, one for each first token."""
    search = _Search(compiled(pattern, slot), tokens, taken)
    head = search.elements[0]
    for index in range(start, len(tokens)):
        plain = head.words and not head.entities and not head.optional
        if plain and not head.words & tokens[index].forms:
            continue
        end, score, at = _match(search, 0, index)
        if end >= 0:
            yield Match(index, end, score, at)


def ruled_out(patterns: Sequence[str], tokens: Sequence[Marked]) -> bool:
    """Whether one of the patterns is said, by words that are not themselves column names."""
    forms = frozenset().union(*(token.forms for token in tokens))
    for pattern in possible(patterns, forms):
        search = _Search(compiled(pattern), tokens, names_only=True)
        if any(_match(search, 0, index)[0] >= 0 for index in range(len(tokens))):
            return True
    return False


def _match(search: _Search, place: int, index: int) -> tuple[int, float, int]:
    """The end of the first match from here, its score and its slot; (-1, 0, -1) if none."""
    if place == len(search.elements):
        return index, 0.0, -1
    element = search.elements[place]
    if element.words == _END:
        return (index, 0.0, -1) if index == len(search.tokens) else (-1, 0.0, -1)
    if element.gap:
        return _match_gap(search, place, index)
    taken = _take(search, element, index)
    if taken:
        end, score, at = _match(search, place + 1, index + taken)
        if end >= 0:
            worth = _worth(element, search.tokens[index])
            return end, score + worth, index if element.slot else at
    return _match(search, place + 1, index) if element.optional else (-1, 0.0, -1)


def _match_gap(search: _Search, place: int, index: int) -> tuple[int, float, int]:
    for skipped in range(search.elements[place].gap + 1):
        if index + skipped > len(search.tokens):
            break
        end, score, at = _match(search, place + 1, index + skipped)
        if end >= 0:
            return end, score - 0.05 * skipped, at
    return -1, 0.0, -1


def _take(search: _Search, element: Element, index: int) -> int:
    """How many tokens an element takes here; 0 if it does not fit."""
    if index >= len(search.tokens):
        return 0
    token = search.tokens[index]
    if element.words & token.forms:
        named = search.names_only and token.column is not None and token.column.strength == 3
        if not named:
            return 1
    if element.slot and index in search.taken:
        return 0
    return max((token.takes(entity) for entity in element.entities), default=0)


def _worth(element: Element, token: Marked) -> float:
    said = element.words & token.forms
    if not said:
        return 0.8
    return 0.4 if said & _GLUE else 1.0
