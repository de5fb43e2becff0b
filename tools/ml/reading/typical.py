"""What the cells of each column usually look like: the evidence for mending a broken row."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final, TypeAlias

Feature: TypeAlias = tuple[int, str]
Traits: TypeAlias = tuple[Feature, ...]

_DIGIT: Final = re.compile(r"\d")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_RUNS: Final = re.compile(r"9+")
_SHAPE: Final = 24
_SMOOTH: Final = 0.3
_SLACK: Final = 5.0
_UNKNOWN: Final = 30.0
_EMPTY: Final = (0, "")
_WEIGHTS: Final = (1.0, 0.6, 1.0, 0.7, 0.5, 0.5, 0.7)


def traits(cell: str, *, quoted: bool) -> Traits:
    """What can be told of a cell at sight: its shape, length, ends, and whether it is quoted."""
    bare = cell.strip()
    if not bare:
        return ((0, ""),)
    shape = _LETTERS.sub("a", _DIGIT.sub("9", bare[:60]))
    rough = _RUNS.sub("9", shape)
    return (
        (0, rough if len(rough) <= _SHAPE else "long"),
        (1, shape if len(shape) <= _SHAPE else "long"),
        (2, "quoted" if quoted else "plain"),
        (3, _kind(cell[0])),
        (4, _kind(cell[-1])),
        (5, "words" if " " in bare else "word"),
        (6, str(round(math.log2(len(bare)) * 1.5))),
    )


def _kind(sign: str) -> str:
    if sign.isdigit():
        return "9"
    if sign.isalpha():
        return "A" if sign.isupper() else "a"
    return sign


class Column:
    """How often each trait was seen in a column, as weighted logarithms of shares."""

    def __init__(self, cells: Sequence[Traits]) -> None:
        seen = Counter(feature for cell in cells for feature in cell)
        filled = len(cells) - seen[_EMPTY]
        self._empty = _log(seen[_EMPTY], len(cells))
        self._filled = _log(filled, len(cells))
        self._known = {
            feature: _WEIGHTS[feature[0]] * _log(count, filled) for feature, count in seen.items()
        }
        self._unknown = [weight * _log(0, filled) for weight in _WEIGHTS]

    def fit(self, found: Traits) -> float:
        """How well a cell with these traits fits: at most 0."""
        if len(found) == 1:
            return self._empty
        known, unknown = self._known, self._unknown
        return self._filled + sum(known.get(one, unknown[one[0]]) for one in found)


def _log(count: int, size: int) -> float:
    return math.log((count + _SMOOTH) / (size + 4 * _SMOOTH))


class Typical:
    """The columns of the ordinary rows of a table.

    Attributes:
        columns: One per column.
        least: What a mended row must fit at least: somewhat worse than the least typical
            ordinary rows (the worst in a hundred left aside), more so where few are known.
    """

    def __init__(self, rows: Sequence[tuple[Sequence[str], Sequence[bool]]], width: int) -> None:
        """Learn from ordinary rows: their cells, and for each whether it stood in quotes."""
        found = [
            [traits(cell, quoted=quoted) for cell, quoted in zip(cells, marks, strict=True)]
            for cells, marks in rows
        ]
        self.columns = [Column([row[place] for row in found]) for place in range(width)]
        fits = sorted(
            sum(column.fit(cell) for column, cell in zip(self.columns, row, strict=True))
            for row in found
        )
        self.least = -math.inf
        if fits:
            self.least = 1.4 * fits[len(fits) // 100] - _SLACK - _UNKNOWN / len(fits)

    def fit(self, column: int, found: Traits) -> float:
        """How well a cell fits a column."""
        return self.columns[column].fit(found)


class NameLike:
    """What is expected of a header: words in every cell."""

    least: float = -math.inf

    def fit(self, column: int, found: Traits) -> float:
        """Names are filled, and are no numbers."""
        if len(found) == 1:
            return -3.0
        return -2.0 if found[3][1] == "9" else 0.0
