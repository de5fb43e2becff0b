"""Which column, dataset, model or value people mean: exact, in part, inflected or misspelt."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bot.agent.offline.ordinary import FUNCTION_WORDS, ORDINARY, VAGUE
from bot.agent.offline.tokens import Token, forms_of
from bot.agent.state import ColumnState, DatasetState, ModelState, ThreadState

Strength: TypeAlias = Literal[0, 1, 2, 3]
"""0 several columns fit · 1 in part · 2 inflected · 3 the very name."""

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
_HANDLE: Final = re.compile(r"m\d+")
_LONGEST: Final = 6


@dataclass(frozen=True, slots=True)
class Mention:
    """Names that a run of `size` tokens may mean, and how surely."""

    names: tuple[str, ...]
    size: int
    strength: Strength


@dataclass(frozen=True, slots=True)
class ValueMention:
    """A value of a column said by a run of `size` tokens."""

    column: str
    value: str
    size: int


@lru_cache(maxsize=16384)
def squeeze(text: str) -> str:
    """A name without case, spaces and marks, as it is compared."""
    return "".join(char for char in text.casefold() if char.isalnum())


@lru_cache(maxsize=8192)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a column name: `bill_length_mm`, `SalePrice` and `petal length (cm)` split."""
    return tuple(word.casefold() for word in _WORD.findall(name))


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A word without its common endings: "cancellations" and "canceled" are both "cancel"."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] else word


_ENDINGS: Final = (
    *("ations", "ation", "ings", "ing", "ions", "ion", "ments", "ment", "ers", "ed", "er", "es"),
    *("al", "ly", "s", "e"),
)


class ColumnIndex:
    """The columns of one dataset, by all the ways to say them."""

    def __init__(self, columns: Sequence[ColumnState]) -> None:
        self.columns = {column.name: column for column in columns}
        self.exact: dict[str, list[str]] = defaultdict(list)
        self.parts: dict[str, list[str]] = defaultdict(list)
        self.words: set[str] = set()
        for column in columns:
            self._add(column.name)

    def _add(self, name: str) -> None:
        self.exact[squeeze(name)].append(name)
        words = words_of(name)
        self.words |= {word for word in words if len(word) > 2}
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + 4) + 1):
                part = "".join(words[start:end])
                loose = end - start == 1 and (part in FUNCTION_WORDS or part in VAGUE)
                if len(part) > 2 and not loose and name not in self.parts[part]:
                    self.parts[part].append(name)

    def mention(self, tokens: Sequence[Token], at: int) -> Mention | None:
        """The longest column name that begins at a token."""
        for strength in (3, 2, 1):
            for size in range(min(_LONGEST, len(tokens) - at), 0, -1):
                run = tokens[at : at + size]
                if _broken(run):
                    continue
                names = self._names(run, strength)
                if names:
                    sure: Strength = strength if len(names) == 1 else 0
                    return Mention(tuple(names), size, sure)
        return None

    def _names(self, run: Sequence[Token], strength: int) -> list[str]:
        said = squeeze("".join(token.word for token in run))
        if not said:
            return []
        if strength == 3:
            names = self.exact.get(said, [])
            same = [name for name in names if name == run[0].raw]
            return same or names
        if len(run) == 1 and (said in FUNCTION_WORDS or said in VAGUE):
            return []
        if strength == 2:
            return next((self.exact[f] for f in _plurals(said) if f in self.exact), [])
        named = self.parts.get(said) or next(
            (self.parts[f] for f in _plurals(said) if f in self.parts), []
        )
        return named or (self._related(said) if len(run) == 1 else [])

    def _related(self, said: str) -> list[str]:
        """Columns one of whose words has the same long stem: "survival" for `Survived`."""
        if len(said) < 4 or said in ORDINARY:
            return []
        same = [word for word in self.words if stem(word) == stem(said)]
        if same:
            return self.parts.get(same[0], []) or self.exact.get(same[0], [])
        start = said if len(said) < 6 else said[: max(5, round(len(said) * 0.7))]
        close = [
            word
            for word in self.words
            if (word.startswith(start) and abs(len(word) - len(said)) < 4) or _is_short(word, said)
        ]
        return self.parts.get(close[0], []) or self.exact.get(close[0], []) if close else []

    def closest(self, said: str, count: int = 5, *, at_least: float = 60) -> list[str]:
        """The columns most like a text, the likeliest first."""
        wanted = squeeze(said)
        ranked = process.extract(
            wanted, {name: squeeze(name) for name in self.columns}, scorer=fuzz.WRatio, limit=count
        )
        return [name for _, score, name in ranked if score >= at_least]


def _is_short(word: str, said: str) -> bool:
    """Whether one is the other cut short: `temp` for "temperature"."""
    return (len(word) > 3 and said.startswith(word)) or word.startswith(said)


def _plurals(said: str) -> Iterable[str]:
    return (form for form in sorted(forms_of(said), key=len, reverse=True) if form != said)


def _broken(run: Sequence[Token]) -> bool:
    """Whether marks that end a name lie inside a run."""
    if run[0].kind == "punct" or run[-1].kind == "punct":
        return not (run[-1].raw in {")", "%"} and len(run) > 2)
    if len(run) > 1 and any(token.kind == "quoted" for token in run):
        return True
    return any(token.kind == "punct" and token.raw in ",;:=?!" for token in run)


class ThingIndex:
    """Datasets and models in scope, and the values of the current columns."""

    def __init__(
        self,
        datasets: Sequence[str],
        models: Sequence[ModelState],
        columns: Sequence[ColumnState],
    ) -> None:
        self.datasets: dict[str, str] = {}
        for name in datasets:
            self.datasets.setdefault(squeeze(name), name)
            stem = re.sub(r"\.(csv|tsv|xlsx|parquet|json|jsonl|txt)$", "", name)
            self.datasets.setdefault(squeeze(stem), name)
            self.datasets.setdefault(squeeze(name) + "csv", name)
        self.models: dict[str, str] = {}
        for model in models:
            self.models.setdefault(model.handle.casefold(), model.handle)
            self.models.setdefault(squeeze(f"{model.name}v{model.version}"), model.handle)
            self.models.setdefault(squeeze(model.name), model.name)
        self.values: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for column in columns:
            if not column.id_like and column.kind in {"category", "text", "boolean"}:
                for value in column.top:
                    self.values[squeeze(value)].append((column.name, value))
        self.value_words = {
            squeeze(word) for said in self.values.values() for _, v in said for word in v.split()
        }

    def dataset(self, tokens: Sequence[Token], at: int) -> Mention | None:
        """The longest dataset name that begins at a token."""
        return self._longest(self.datasets, tokens, at)

    def model(self, tokens: Sequence[Token], at: int) -> Mention | None:
        """The longest model name or handle that begins at a token."""
        found = self._longest(self.models, tokens, at)
        if found is None and _HANDLE.fullmatch(tokens[at].word):
            return Mention((tokens[at].word,), 1, 3)
        return found

    def value(self, tokens: Sequence[Token], at: int) -> tuple[ValueMention, ...]:
        """The column values that begin at a token, of the longest run that is one."""
        for size in range(min(4, len(tokens) - at), 0, -1):
            run = tokens[at : at + size]
            if _broken(run):
                continue
            said = squeeze("".join(token.word for token in run))
            found = self.values.get(said, []) if said else []
            found = found or next(
                (self.values[f] for f in _plurals(said) if f in self.values and len(f) > 2), []
            )
            if len(said) < 3 and size == 1:
                found = [(c, v) for c, v in found if v == run[0].raw]
            plain = size == 1 and run[0].kind == "word" and said in FUNCTION_WORDS
            if found and not plain:
                return tuple(ValueMention(column, value, size) for column, value in found)
        return ()

    @staticmethod
    def _longest(names: dict[str, str], tokens: Sequence[Token], at: int) -> Mention | None:
        for size in range(min(_LONGEST, len(tokens) - at), 0, -1):
            run = tokens[at : at + size]
            if _broken(run):
                continue
            said = squeeze("".join(token.word for token in run))
            if said in names and not (size == 1 and said in FUNCTION_WORDS):
                return Mention((names[said],), size, 3)
        return None


def named_dataset(state: ThreadState, name: str) -> DatasetState | None:
    """The newest version of a dataset in scope."""
    return next((dataset for dataset in state.datasets if dataset.name == name), None)


def nearest_word(said: str, known: Sequence[str]) -> str | None:
    """The known word a misspelt one stands for, or `None` when none is near enough."""
    if len(said) == 3:
        return next(
            (
                w
                for w in known
                if len(w) == 4
                and OSA.distance(said, w) == 1
                and (w[0], w[-1]) == (said[0], said[-1])
            ),
            None,
        )
    best: tuple[float, str] | None = None
    for word, score, _ in process.extract(said, known, scorer=fuzz.ratio, limit=5):
        steps = OSA.distance(said, word)
        near = steps == 1 or (steps == 2 and len(said) > 4 and word[:1] == said[:1]) or score >= 88
        if near and score >= 75 and abs(len(word) - len(said)) <= 2:
            rank = score - 6 * steps + (8 if word[:1] == said[:1] else 0)
            if best is None or rank > best[0]:
                best = (rank, word)
    return best[1] if best else None
