"""One language as phrases and words, each with its English meaning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

_SHORTEST_STEM: Final = 4
_LONGEST: Final = 6

Meaning: TypeAlias = tuple[str, ...]
"""English words; none where a word is left out."""


@dataclass(frozen=True)
class Dictionary:
    """What people say in a language, in English.

    Attributes:
        phrases: Runs of words with a meaning of their own.
        words: Single words as written.
        stems: Words without their endings, where that leaves no doubt.
        endings: The endings of words, the longest first.
    """

    phrases: dict[tuple[str, ...], Meaning]
    words: dict[str, Meaning]
    stems: dict[str, Meaning]
    endings: tuple[str, ...]

    @classmethod
    def read(cls, *, phrases: str, words: str, endings: tuple[str, ...]) -> Dictionary:
        """From lines `several words = meaning` and `word word = meaning`."""
        whole = {tuple(said.split()): meaning for said, meaning in _lines(phrases)}
        single = {word: meaning for said, meaning in _lines(words) for word in said.split()}
        stems: dict[str, Meaning] = {}
        doubtful: set[str] = set()
        for word, meaning in single.items():
            stem = _stem(word, endings)
            if stems.setdefault(stem, meaning) != meaning:
                doubtful.add(stem)
        sure = {s: m for s, m in stems.items() if s not in doubtful and len(s) >= _SHORTEST_STEM}
        return cls(whole, single, sure, endings)

    def meaning(self, word: str) -> Meaning | None:
        """What a word means; `None` if it is none of this language."""
        if word in self.words:
            return self.words[word]
        return self.stems.get(_stem(word, self.endings))

    def phrase(self, said: list[str]) -> tuple[int, Meaning]:
        """How many of the words ahead are a phrase, and its meaning; 0 if they are none."""
        for size in range(min(_LONGEST, len(said)), 1, -1):
            found = self.phrases.get(tuple(said[:size]))
            if found is not None:
                return size, found
        return 0, ()


def _lines(text: str) -> Iterator[tuple[str, Meaning]]:
    for line in filter(None, map(str.strip, text.splitlines())):
        said, _, meaning = line.partition("=")
        yield said.strip(), tuple(meaning.split())


def _stem(word: str, endings: tuple[str, ...]) -> str:
    for ending in endings:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST_STEM:
            return stem
    return word
