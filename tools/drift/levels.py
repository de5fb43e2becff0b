"""Categories: which values a reference keeps, and exact counts of them and of everything else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nsmallest

import numpy as np
import pyarrow as pa

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


def distinct_counts(part: pa.ChunkedArray) -> Iterator[tuple[list[str], list[int]]]:
    """Distinct texts and their rows, chunk by chunk, a bounded number at a time; no nulls."""
    if pa.types.is_null(part.type):
        return
    for chunk in part.chunks:
        encoded = chunk if pa.types.is_dictionary(chunk.type) else chunk.dictionary_encode()
        texts = encoded.dictionary
        indices = encoded.indices.drop_null() if encoded.indices.null_count else encoded.indices
        # `from_dlpack`, because `to_numpy` imports pandas.
        rows = np.bincount(np.from_dlpack(indices), minlength=len(texts)) if len(indices) else ()
        for start in range(0, len(rows), _BATCH):
            yield (
                texts.slice(start, _BATCH).to_pylist(),
                list(map(int, rows[start : start + _BATCH])),
            )


def choose_values(parts: Iterator[pa.ChunkedArray]) -> tuple[tuple[str, ...], bool]:
    """The values to keep, the most frequent first, and whether these are all there are.

    Of too many values only those with at least one row in a thousand (and a hundred rows) are kept:
    rarer ones would be picked by luck, and what luck picked always looks rarer the next time.
    """
    seen: Counter[str] = Counter()
    total, complete = 0, True
    for part in parts:
        for texts, rows in distinct_counts(part):
            total += sum(rows)
            for text, count in zip(texts, rows, strict=True):
                if text is not None and count:
                    seen[text] += count
            if len(seen) > MAX_VALUES:
                complete = False
                seen = Counter({v: n for v, n in seen.items() if n >= total * _COMMON_SHARE / 2})
    least = 1 if complete else max(_MIN_COMMON_ROWS, total * _COMMON_SHARE)
    ranked = sorted((item for item in seen.items() if item[1] >= least), key=_by_rows)
    return tuple(value for value, _ in ranked), complete


def _by_rows(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def count_values(part: pa.ChunkedArray, values: tuple[str, ...]) -> CategoryCounts:
    """Count one part against the values that the reference keeps."""
    kept = dict.fromkeys(values, 0)
    strangers: Counter[str] = Counter()
    missing = part.null_count
    other = 0
    for texts, rows in distinct_counts(part):
        for text, count in zip(texts, rows, strict=True):
            if text in kept:
                kept[text] += count
            elif text is None:  # a dictionary may hold a null of its own
                missing += count
            elif count:
                other += count
                strangers[text] += count
        strangers = Counter(dict(_most_frequent(strangers)))
    return CategoryCounts(
        rows=len(part),
        missing=missing,
        kept=tuple(kept.values()),
        other=other,
        examples=tuple(strangers.items()),
    )


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
