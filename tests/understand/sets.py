"""The sets of sentences that are scored, each with the share that must be understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from bot.agent.offline.languages.translating import LANGUAGES
from bot.agent.offline.tokens import clean, tokenize
from tests.bot.agent.offline.sentences import (
    SHARED,
    Case,
    everyday_cases,
    own_cases,
    shared_cases,
)

_SMALL: Final = 300
BATCHES: Final = (1, 2, 3, 4, 5)
"""Sentences written by somebody who had not tried them, batch by batch."""
FIRST_SIGHT: Final = {1: "77 %", 2: "78 %", 3: "76 %", 4: "94 %", 5: "92 %"}
"""The share of each batch that was understood before anything was mended after it."""


@dataclass(frozen=True, slots=True)
class Set:
    """Sentences that belong together, and the share of them that must be understood."""

    name: str
    floor: float
    cases: tuple[Case, ...]


def sets() -> Iterator[Set]:
    """All sets; the shared sentences only where their folder lies beside the project."""
    own = list(own_cases())
    if SHARED.exists():
        yield Set("shared", 0.98, tuple(shared_cases()))
    yield Set("own, grown on", 0.98, tuple(case for case in own if not case.held))
    yield Set("own, held out", 0.95, tuple(case for case in own if case.held))
    for batch in BATCHES:
        if cases := tuple(everyday_cases(batch)):
            yield Set(f"everyday, batch {batch}", 0.92, cases)
    yield Set("other languages", 0.9, tuple(_foreign(own)))


def share_of(whole: Set, *, every: int) -> Set:
    """A part of a large set, the same in each run."""
    if len(whole.cases) < _SMALL:
        return whole
    return Set(whole.name, whole.floor, tuple(islice(whole.cases, 0, None, every)))


def _foreign(own: Iterable[Case]) -> Iterator[Case]:
    everyday = (case for batch in BATCHES for case in everyday_cases(batch))
    return (case for case in (*own, *everyday) if _is_foreign(case.said))


def _is_foreign(said: str) -> bool:
    """Whether a sentence has more command words of another language than English ones."""
    words = [token.word for token in tokenize(clean(said)) if token.kind == "word"]
    known = max(sum(word in tongue.words for word in words) for tongue in LANGUAGES.values())
    return known >= 2 and known * 2 >= len(words) and not any(w in _ENGLISH for w in words)


_ENGLISH: Final = frozenset({"the", "is", "it", "to", "of", "with", "for", "what", "how", "by"})
