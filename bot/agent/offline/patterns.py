"""The small notation of `tools.words` compiled once, and matched against marked tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.agent.offline.marks import Marked

_GAPS = {"~": 3, "~~": 10}
_GLUE = frozenset(
    "a be do for from have how i in is it of on that the this to we what which with you".split()
)


@dataclass(frozen=True, slots=True)
class Element:
    """One place of a pattern: literal words, an entity, or a gap."""

    words: frozenset[str] = frozenset()
    entity: str = ""
    gap: int = 0
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """Where a pattern was found: tokens from `start` up to `end`, and how much it says."""

    start: int
    end: int
    score: float


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> tuple[Element, ...]:
    """The elements of a pattern."""
    return tuple(_element(part) for part in pattern.split())


def _element(part: str) -> Element:
    if part in _GAPS:
        return Element(gap=_GAPS[part])
    optional = len(part) > 1 and part.endswith("?")
    part = part[:-1] if optional else part
    if part.startswith("<") and part.endswith(">"):
        return Element(entity=part[1:-1], optional=optional)
    return Element(words=frozenset(part.split("|")), optional=optional)


def find(pattern: str, tokens: Sequence[Marked], start: int = 0) -> Match | None:
    """The first place where a pattern fits, at or after `start`."""
    return next(find_all(pattern, tokens, start), None)


def find_all(pattern: str, tokens: Sequence[Marked], start: int = 0) -> Iterator[Match]:
    """All places where a pattern fits, one for each first token."""
    elements = compiled(pattern)
    head = elements[0]
    for index in range(start, len(tokens)):
        if head.words and not head.optional and not head.words & tokens[index].forms:
            continue
        end, score = _match(elements, 0, tokens, index)
        if end >= 0:
            yield Match(index, end, score)


def fits_at(pattern: str, tokens: Sequence[Marked], index: int) -> Match | None:
    """The match of a pattern that begins exactly at a token."""
    end, score = _match(compiled(pattern), 0, tokens, index)
    return Match(index, end, score) if end >= 0 else None


def _match(
    elements: tuple[Element, ...], place: int, tokens: Sequence[Marked], index: int
) -> tuple[int, float]:
    """The end of the best match from here and its score, or (-1, 0)."""
    if place == len(elements):
        return index, 0.0
    element = elements[place]
    if element.gap:
        return _match_gap(elements, place, tokens, index)
    if index < len(tokens):
        taken = _take(element, tokens, index)
        if taken:
            end, score = _match(elements, place + 1, tokens, index + taken)
            if end >= 0:
                return end, score + _worth(element, tokens[index])
    if element.optional:
        return _match(elements, place + 1, tokens, index)
    return -1, 0.0


def _match_gap(
    elements: tuple[Element, ...], place: int, tokens: Sequence[Marked], index: int
) -> tuple[int, float]:
    for skipped in range(elements[place].gap + 1):
        if index + skipped > len(tokens):
            break
        end, score = _match(elements, place + 1, tokens, index + skipped)
        if end >= 0:
            return end, score - 0.05 * skipped
    return -1, 0.0


def _take(element: Element, tokens: Sequence[Marked], index: int) -> int:
    """How many tokens an element takes here; 0 if it does not fit."""
    token = tokens[index]
    if element.words:
        return 1 if element.words & token.forms else 0
    return token.takes(element.entity)


def _worth(element: Element, token: Marked) -> float:
    if element.entity:
        return 0.8
    return 0.4 if element.words & token.forms & _GLUE else 1.0
