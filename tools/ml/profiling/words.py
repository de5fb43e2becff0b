"""What there is to say about texts: how many different ones, the most frequent, their lengths."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tools.ml.profiling.arrays import held, only_there, pick
from tools.ml.profiling.hashing import hash_texts
from tools.ml.profiling.numbers import MOST_TOP, evenness, most_frequent
from tools.ml.profiling.profile import Lengths
from tools.summaries.levels import MAX_VALUES

Rows = npt.NDArray[np.int64]
Parts = Callable[[], Iterator[Any]]

_LOT: Final = 1_000_000
"""Repeated texts that are compared at once."""


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of a column.

    Attributes:
        present: Rows with a text.
        distinct: Different texts, counted.
        common: All texts if they are at most `MAX_VALUES`, else the most frequent of them; the most
            frequent first, of equally frequent ones the one that came first.
        rows: How many rows hold each of those.
        lengths: Characters.
        spread: Entropy and balance, as fields of a `ColumnProfile`.
    """

    present: int
    distinct: int
    common: Any
    rows: Rows
    lengths: Lengths | None
    spread: dict[str, Any]


def count_words(parts: Parts) -> Words:
    """Count the texts of a column.

    Coded parts share a dictionary at little cost. Texts that hardly repeat are told apart by
    their hashes, and those whose hash comes again by themselves, so the count is exact.

    Args:
        parts: Yields the parts, string or dictionary arrays, each time it is called.
    """
    coded = all(pa.types.is_dictionary(part.type) for part in parts())
    words, rows, distinct, spread = _coded(parts) if coded else _hashed(parts)
    present = sum(len(part) - part.null_count for part in parts())
    return Words(present, distinct, words, rows, _lengths(parts), spread)


def _coded(parts: Parts) -> tuple[Any, Rows, int, dict[str, Any]]:
    chunks = [part for part in parts() if len(part)]
    if not chunks:
        return pa.array([], pa.string()), np.empty(0, np.int64), 0, {}
    unified = pa.chunked_array(chunks).unify_dictionaries()
    words = unified.chunk(0).dictionary
    rows = np.zeros(len(words), np.int64)
    for chunk in unified.chunks:
        rows += np.bincount(only_there(chunk.indices), minlength=len(words))
    used = np.flatnonzero(rows)
    order = used[most_frequent(rows[used], MAX_VALUES)]
    return pick(words, order), rows[order], len(used), evenness(rows[used])


def _hashed(parts: Parts) -> tuple[Any, Rows, int, dict[str, Any]]:
    hashes = np.empty(sum(len(part) - part.null_count for part in parts()), np.uint64)
    start = 0
    for texts in _texts(parts):
        hashes[start : start + len(texts)] = hash_texts(texts)
        start += len(texts)
    hashes.sort()
    again = hashes[1:] == hashes[:-1]
    repeated = np.unique(hashes[1:][again])
    hits = np.searchsorted(hashes, repeated, "right") - np.searchsorted(hashes, repeated, "left")
    single = len(hashes) - int(hits.sum())
    del hashes, again
    found = [
        _exactly(parts, lot) for lot in np.array_split(repeated, -(-int(hits.sum()) // _LOT) or 1)
    ]
    words = pa.concat_arrays([each for each, _, _ in found])
    rows = np.concatenate([counts for _, counts, _ in found])
    firsts = np.concatenate([first for _, _, first in found])
    distinct = single + len(words)
    spread = evenness(np.concatenate((rows, np.ones(single, np.int64)))) if len(rows) else {}
    order = np.lexsort((firsts, -rows))[:MAX_VALUES]
    words, rows = pick(words, order), rows[order]
    wanted = MAX_VALUES if distinct <= MAX_VALUES else MOST_TOP
    if len(words) < wanted and single:
        others = _singles(parts, repeated, wanted - len(words))
        words = pa.concat_arrays([words, others])
        rows = np.concatenate((rows, np.ones(len(others), np.int64)))
    return words, rows, distinct, spread


def _texts(parts: Parts) -> Iterator[Any]:
    """Without missing ones, decoded."""
    for part in parts():
        plain = part.cast(pa.string()) if pa.types.is_dictionary(part.type) else part
        yield plain.drop_null() if plain.null_count else plain


def _among(texts: Any, hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    if not len(hashes):
        return np.zeros(len(texts), bool)
    mine = hash_texts(texts)
    places = np.searchsorted(hashes, mine)
    same: npt.NDArray[np.bool_] = hashes[np.minimum(places, len(hashes) - 1)] == mine
    return same


def _exactly(parts: Parts, hashes: npt.NDArray[np.uint64]) -> tuple[Any, Rows, Rows]:
    """The different texts with one of these hashes, their rows, and where each came first."""
    again = [pick(texts, np.flatnonzero(_among(texts, hashes))) for texts in _texts(parts)]
    counts = pc.value_counts(pa.chunked_array(again, pa.string()))
    return (
        counts.field("values"),
        held(counts.field("counts")),
        np.arange(len(counts)),
    )


def _singles(parts: Parts, repeated: npt.NDArray[np.uint64], most: int) -> Any:
    """The first texts that come once only."""
    taken: list[Any] = []
    for texts in _texts(parts):
        taken.append(pick(texts, np.flatnonzero(~_among(texts, repeated))[:most]))
        most -= len(taken[-1])
        if not most:
            break
    return pa.concat_arrays(taken)


def _lengths(parts: Parts) -> Lengths | None:
    total = rows = longest = 0
    shortest: int | None = None
    for part in parts():
        if pa.types.is_dictionary(part.type):
            per_word = held(pc.utf8_length(part.dictionary))
            counts = np.bincount(only_there(part.indices), minlength=len(per_word))
            per_word, counts = per_word[counts > 0], counts[counts > 0]
        else:
            per_word = only_there(pc.utf8_length(part))
            counts = np.ones(len(per_word), np.int64)
        if len(per_word):
            total += int((per_word * counts).sum())
            rows += int(counts.sum())
            longest = max(longest, int(per_word.max()))
            least = int(per_word.min())
            shortest = least if shortest is None else min(shortest, least)
    return None if shortest is None else Lengths(shortest, total / rows, longest)
