"""From typed columns to the matrix a model learns from: one small encoder per column.

The encoders hold plain attributes only, so that skops can keep them and a server can compile
them into dictionary look-ups.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import numpy as np
import pandas as pd

from tools.ml.candidates import Encoding
from tools.ml.columns import MAX_CATEGORIES
from tools.ml.scores import Floats

Part: TypeAlias = Literal["day", "month", "weekday", "hour"]

_SMOOTHING: Final = 10.0
_FEWEST_OF_ONE_HOT: Final = 2


class NumberEncoder:
    """Numbers (and booleans as 0 and 1).

    "ordinal" passes them on, gaps as NaN, for trees. "onehot" fills gaps with the median, scales
    to mean 0 and deviation 1, and adds a column that says where the gaps were, if there were any.

    Attributes:
        raw: Pass numbers on as they are.
        fill, centre, scale: What was learnt; unused if raw.
        gaps: Whether there is a second column for gaps.
    """

    def __init__(self, encoding: Encoding) -> None:
        self.raw = encoding == "ordinal"
        self.fill = 0.0
        self.centre = 0.0
        self.scale = 1.0
        self.gaps = False

    def fit(self, values: Floats, truth: Floats | None) -> NumberEncoder:
        """Learn the median and the scale; `truth` is not looked at."""
        del truth
        if self.raw:
            return self
        present = values[~np.isnan(values)]
        self.gaps = len(present) < len(values)
        self.fill = float(np.median(present)) if len(present) else 0.0
        filled = np.where(np.isnan(values), self.fill, values)
        self.centre = float(filled.mean())
        self.scale = float(filled.std()) or 1.0
        return self

    @property
    def width(self) -> int:
        """How many columns come out."""
        return 1 + int(self.gaps)

    def encode(self, values: Floats, into: Floats) -> None:
        """Write the codes of all rows into a view of `width` columns."""
        if self.raw:
            into[:, 0] = values
            return
        empty = np.isnan(values)
        into[:, 0] = (np.where(empty, self.fill, values) - self.centre) / self.scale
        if self.gaps:
            into[:, 1] = empty


class CategoryEncoder:
    """Categories; the 50 most frequent have their own code, all others and unseen ones share one.

    "ordinal" numbers them in the order of the smoothed mean of the target, so that a tree finds
    the best grouping with one cut (Fisher 1958); by frequency where `truth` is `None` because
    there are more than two classes. Gaps become NaN. "onehot" gives each a column, and one for
    the others and one for gaps.

    Attributes:
        one_hot: Which of the two encodings.
        codes: Category to code (ordinal) or to column (one hot).
        other: Code or column of all other categories; -1 is no column.
        gap: Column of gaps; -1 is none.
        columns: How many columns come out.
    """

    def __init__(self, encoding: Encoding) -> None:
        self.one_hot = encoding == "onehot"
        self.codes: dict[str, float] = {}
        self.other = -1.0
        self.gap = -1
        self.columns = 1

    def fit(self, values: pd.Series, truth: Floats | None) -> CategoryEncoder:
        """Learn the categories and their order."""
        found, labels = pd.factorize(values, sort=True)
        counts = np.bincount(found[found >= 0], minlength=len(labels))
        fewest = _FEWEST_OF_ONE_HOT if self.one_hot else 1
        order = np.argsort(-counts, kind="stable")[:MAX_CATEGORIES]
        kept = [int(code) for code in order if counts[code] >= fewest]
        rest = ~np.isin(found, [-1, *kept])
        if not self.one_hot:
            self._number(kept, [str(labels[code]) for code in kept], found, truth)
            return self
        self.codes = {str(labels[code]): float(place) for place, code in enumerate(kept)}
        self.columns = len(kept)
        if rest.any():
            self.other, self.columns = float(self.columns), self.columns + 1
        if (found < 0).any():
            self.gap, self.columns = self.columns, self.columns + 1
        return self

    def _number(
        self, kept: list[int], labels: list[str], found: np.ndarray, truth: Floats | None
    ) -> None:
        """Number the kept categories and, among them, all others as one."""
        if truth is None:
            self.codes = {label: float(number) for number, label in enumerate(labels)}
            self.other = float(len(labels))
            return
        overall = float(truth.mean())
        groups = np.full(int(found.max(initial=-1)) + 1, len(kept))
        groups[kept] = np.arange(len(kept))
        there = found >= 0
        group = groups[found[there]]
        counts = np.bincount(group, minlength=len(kept) + 1)
        sums = np.bincount(group, weights=truth[there], minlength=len(kept) + 1)
        means = (sums + _SMOOTHING * overall) / (counts + _SMOOTHING)
        for number, place in enumerate(np.argsort(means, kind="stable")):
            if place == len(kept):
                self.other = float(number)
            else:
                self.codes[labels[place]] = float(number)

    @property
    def width(self) -> int:
        """How many columns come out."""
        return max(1, self.columns)

    def encode(self, values: pd.Series, into: Floats) -> None:
        """Write the codes of all rows into a view of `width` columns."""
        codes = np.array([
            np.nan if value != value else self.codes.get(value, self.other)  # noqa: PLR0124
            for value in values.to_numpy(dtype=object)
        ])  # fmt: skip
        if not self.one_hot:
            into[:, 0] = codes
            return
        into[:] = 0.0
        empty = np.isnan(codes)
        if self.gap >= 0:
            into[empty, self.gap] = 1.0
        known = ~empty & (codes >= 0)
        into[np.flatnonzero(known), codes[known].astype(np.int64)] = 1.0


class DateEncoder:
    """Dates as days since 1970, and month, weekday and hour where they vary.

    Attributes:
        parts: Which parts, in the order of the columns.
        encoders: One number encoder per part.
    """

    def __init__(self, encoding: Encoding) -> None:
        self.encoding: Encoding = encoding
        self.parts: list[Part] = []
        self.encoders: list[NumberEncoder] = []

    def fit(self, values: pd.Series, truth: Floats | None) -> DateEncoder:
        """Learn which parts vary."""
        everything: tuple[Part, ...] = ("day", "month", "weekday", "hour")
        stamps = _stamps(values)
        for part in everything:
            numbers = _part(stamps, part)
            present = numbers[~np.isnan(numbers)]
            if part == "day" or (len(present) and present.min() < present.max()):
                self.parts.append(part)
                self.encoders.append(NumberEncoder(self.encoding).fit(numbers, truth))
        return self

    @property
    def width(self) -> int:
        """How many columns come out."""
        return sum(encoder.width for encoder in self.encoders)

    def encode(self, values: pd.Series, into: Floats) -> None:
        """Write the codes of all rows into a view of `width` columns."""
        stamps, start = _stamps(values), 0
        for part, encoder in zip(self.parts, self.encoders, strict=True):
            encoder.encode(_part(stamps, part), into[:, start : start + encoder.width])
            start += encoder.width


ColumnEncoder: TypeAlias = NumberEncoder | CategoryEncoder | DateEncoder


def _stamps(values: pd.Series) -> np.ndarray:
    return values.to_numpy(dtype="datetime64[us]")


def _part(stamps: np.ndarray, part: Part) -> Floats:
    """One part of each date as a number, NaN where there is none."""
    empty = np.isnat(stamps)
    micros = np.where(empty, 0, stamps.astype(np.int64))
    days = micros // 86_400_000_000
    if part == "day":
        numbers = days.astype(np.float64)
    elif part == "weekday":
        numbers = ((days + 3) % 7).astype(np.float64)
    elif part == "hour":
        numbers = (micros - days * 86_400_000_000) / 3_600_000_000
    else:
        months = stamps.astype("datetime64[M]").astype(np.int64) % 12 + 1
        numbers = np.where(empty, 0, months).astype(np.float64)
    return np.where(empty, np.nan, numbers)
