"""Categories: which values a reference keeps, and exact counts of them and of everything else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nsmallest
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Rows: TypeAlias = npt.NDArray[np.int64]

MAX_VALUES = 10_000
"""Up to this many different values all are kept; of more, only those that are common."""

_COMMON_SHARE = 1e-3
_MIN_COMMON_ROWS = 100
_EXAMPLES = 20
_BATCH = 65_536


@dataclass(frozen=True, slots=True)
class CategoryCounts:
    """How many rows hold which value; counts of parts add up to the counts of the whole.

    Attributes:
        rows: All rows, missing ones included.
        missing: Nulls.
        kept: Rows per value that the reference keeps, in its order.
        other: Rows with any other value.
        examples: Some of those other values with their rows, the most frequent first.
    """

    rows: int
    missing: int
    kept: tuple[int, ...]
    other: int
    examples: tuple[tuple[str, int], ...] = ()


def distinct_counts(part: pa.ChunkedArray) -> Iterator[tuple[pa.Array, Rows]]:
    """Each chunk's distinct texts and their rows; a text may come again in the next chunk."""
    if pa.types.is_null(part.type):
        return
    for chunk in part.chunks:
        encoded = chunk if pa.types.is_dictionary(chunk.type) else chunk.dictionary_encode()
        indices = encoded.indices.drop_null() if encoded.indices.null_count else encoded.indices
        # `from_dlpack`, because `to_numpy` imports pandas.
        if len(indices):
            texts = encoded.dictionary
            yield texts, np.bincount(np.from_dlpack(indices), minlength=len(texts))


def choose_values(parts: Iterator[pa.ChunkedArray]) -> tuple[tuple[str, ...], bool]:
    """The values to keep, the most frequent first, and whether these are all there are.

    Of too many values only those with at least one row in a thousand (and a hundred rows) are kept:
    rarer ones would be picked by luck, and what luck picked always looks rarer the next time.
    """
    seen: Counter[str] = Counter()
    total, complete = 0, True
    for part in parts:
        for texts, rows in distinct_counts(part):
            total += int(rows.sum())
            if np.count_nonzero(rows) > MAX_VALUES:
                complete = False
                likely = np.flatnonzero(rows >= rows.sum() * _COMMON_SHARE / 2)
            else:
                likely = np.flatnonzero(rows)
            for i in likely.tolist():
                seen[texts[i].as_py()] += int(rows[i])
            if len(seen) > MAX_VALUES:
                complete = False
                seen = Counter({v: n for v, n in seen.items() if n >= total * _COMMON_SHARE / 2})
    seen.pop(None, None)  # type: ignore[call-overload]  # a dictionary may hold a null of its own
    least = 1 if complete else least_rows(total)
    ranked = sorted((item for item in seen.items() if item[1] >= least), key=_by_rows)
    return tuple(value for value, _ in ranked), complete


def least_rows(total: int) -> float:
    """Rows a value needs to be kept where not all are, of `total` rows with a value."""
    return max(_MIN_COMMON_ROWS, total * _COMMON_SHARE)


def _by_rows(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def count_values(part: pa.ChunkedArray, values: tuple[str, ...]) -> CategoryCounts:
    """Count one part against the values that the reference keeps."""
    kept = dict.fromkeys(values, 0)
    strangers: Counter[str] = Counter()
    missing = part.null_count
    for texts, rows in distinct_counts(part):
        for start in range(0, len(texts), _BATCH):
            some = slice(start, start + _BATCH)
            names, counts = texts[some].to_pylist(), rows[some]
            missing += _add_known(kept, names, counts)
            strangers.update(_common_strangers(kept, names, counts))
        strangers = Counter(dict(_most_frequent(strangers)))
    return CategoryCounts(
        rows=len(part),
        missing=missing,
        kept=tuple(kept.values()),
        other=len(part) - missing - sum(kept.values()),
        examples=tuple(strangers.items()),
    )


def _add_known(kept: dict[str, int], names: list[str | None], rows: Rows) -> int:
    """Add the rows of the values kept; returns those of a null in the dictionary."""
    places: dict[str | None, int] = dict(zip(names, range(len(names)), strict=True))
    for name in kept.keys() & places.keys():
        kept[name] += int(rows[places[name]])
    return int(rows[places[None]]) if None in places else 0


def _common_strangers(kept: dict[str, int], names: list[str | None], rows: Rows) -> dict[str, int]:
    """The most frequent names that are not kept, with their rows."""
    found: dict[str, int] = {}
    for i in np.argsort(-rows, kind="stable").tolist():
        name = names[i]
        if len(found) == _EXAMPLES or not rows[i]:
            break
        if name is not None and name not in kept:
            found[name] = int(rows[i])
    return found


def _most_frequent(unseen: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(nsmallest(_EXAMPLES, unseen.items(), _by_rows))


def add_counts(first: CategoryCounts, second: CategoryCounts) -> CategoryCounts:
    """Counts of two parts as counts of both (the examples stay examples)."""
    return CategoryCounts(
        rows=first.rows + second.rows,
        missing=first.missing + second.missing,
        kept=tuple(a + b for a, b in zip(first.kept, second.kept, strict=True)),
        other=first.other + second.other,
        examples=_most_frequent(Counter(dict(first.examples)) + Counter(dict(second.examples))),
    )
