"""Columns to numbers: one small transformer for each kind of column."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin

MOST_CATEGORIES = 50
SMOOTHING = 10.0
DAY = 86_400_000_000
HOUR = 3_600_000_000


class Number(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """A column of numbers, or of flags as 0 and 1.

    Args:
        scaled: For linear models: gaps filled with the median, mean 0 and deviation 1, and a
            second column that marks the gaps if there were any. Trees take it as it is.
    """

    def __init__(self, scaled: bool = False) -> None:
        self.scaled = scaled

    def fit(self, table: pd.DataFrame, truth: Any = None) -> Number:
        """Learn the median and the scale."""
        del truth
        values = _numbers(table)
        present = values[~np.isnan(values)]
        self.marks_gaps_ = self.scaled and len(present) < len(values)
        self.fill_ = float(np.median(present)) if len(present) else 0.0
        filled = np.where(np.isnan(values), self.fill_, values)
        self.centre_, self.scale_ = float(filled.mean()), float(filled.std()) or 1.0
        return self

    def transform(self, table: pd.DataFrame) -> np.ndarray:
        """Rows × 1, or × 2 with the mark of gaps."""
        values = _numbers(table)
        if not self.scaled:
            return values[:, None]
        empty = np.isnan(values)
        scaled = (np.where(empty, self.fill_, values) - self.centre_) / self.scale_
        return np.column_stack([scaled, empty]) if self.marks_gaps_ else scaled[:, None]


class Category(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """A column of categories; beyond the 50 most frequent, all others count as one.

    Args:
        one_hot: For linear models: a column each, one for the others, one for gaps. For trees
            they are numbered in one column, gaps are NaN.
        by_target: Number them in the order of the target's smoothed mean (Fisher 1958), so that
            one cut of a tree finds the best grouping; else by frequency.
    """

    def __init__(self, one_hot: bool = False, by_target: bool = False) -> None:
        self.one_hot = one_hot
        self.by_target = by_target

    def fit(self, table: pd.DataFrame, truth: Any = None) -> Category:
        """Learn the categories and their order."""
        found, labels = pd.factorize(table.iloc[:, 0], sort=True)
        counts = np.bincount(found[found >= 0], minlength=len(labels))
        fewest = 2 if self.one_hot else 1
        order = np.argsort(-counts, kind="stable")[:MOST_CATEGORIES]
        kept = [int(code) for code in order if counts[code] >= fewest]
        if self.by_target and not self.one_hot:
            kept = self._ordered(kept, found, np.asarray(truth, dtype=float))
        self.codes_ = {str(labels[code]): place for place, code in enumerate(kept) if code >= 0}
        width = len(kept)
        self.other_ = kept.index(-1) if -1 in kept else width
        if self.one_hot:
            has_others = bool((~np.isin(found, [-1, *kept])).any())
            self.other_, width = (width, width + 1) if has_others else (-1, width)
            self.gap_ = width if (found < 0).any() else -1
            self.width_ = max(1, width + (self.gap_ >= 0))
        return self

    def _ordered(self, kept: list[int], found: np.ndarray, truth: np.ndarray) -> list[int]:
        """The kept categories and, as -1, the others, by the mean of the target."""
        groups = np.full(int(found.max(initial=-1)) + 1, len(kept))
        groups[kept] = np.arange(len(kept))
        there = found >= 0
        group = groups[found[there]]
        counts = np.bincount(group, minlength=len(kept) + 1)
        sums = np.bincount(group, weights=truth[there], minlength=len(kept) + 1)
        means = (sums + SMOOTHING * float(truth.mean())) / (counts + SMOOTHING)
        return [[*kept, -1][place] for place in np.argsort(means, kind="stable")]

    def transform(self, table: pd.DataFrame) -> np.ndarray:
        """Rows × 1 of codes, or rows × categories of 0 and 1."""
        values = table.iloc[:, 0]
        empty = values.isna().to_numpy()
        codes = values.map(lambda value: self.codes_.get(value, self.other_)).to_numpy(
            dtype=float, na_value=np.nan
        )
        if not self.one_hot:
            return np.where(empty, np.nan, codes)[:, None]
        matrix = np.zeros((len(values), self.width_))
        if self.gap_ >= 0:
            matrix[empty, self.gap_] = 1.0
        known = np.flatnonzero(~empty & (codes >= 0))
        matrix[known, codes[known].astype(int)] = 1.0
        return matrix


class Date(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """A column of dates as days since 1970, and month, weekday and hour where they vary.

    Args:
        scaled: As for `Number`.
    """

    def __init__(self, scaled: bool = False) -> None:
        self.scaled = scaled

    def fit(self, table: pd.DataFrame, truth: Any = None) -> Date:
        """Learn which parts vary."""
        self.parts_ = {}
        for name, numbers in _parts(table).items():
            present = numbers[~np.isnan(numbers)]
            if name == "day" or (len(present) and present.min() < present.max()):
                self.parts_[name] = Number(self.scaled).fit(pd.DataFrame(numbers), truth)
        return self

    def transform(self, table: pd.DataFrame) -> np.ndarray:
        """Rows × the parts that vary."""
        parts = _parts(table)
        columns = [
            number.transform(pd.DataFrame(parts[name])) for name, number in self.parts_.items()
        ]
        return np.hstack(columns)


def _numbers(table: pd.DataFrame) -> np.ndarray:
    return table.iloc[:, 0].to_numpy(dtype=float, na_value=np.nan)


def _parts(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """The parts of each date as numbers, NaN where there is none."""
    stamps = table.iloc[:, 0].to_numpy(dtype="datetime64[us]")
    empty = np.isnat(stamps)
    micros = np.where(empty, 0, stamps.astype("int64"))
    days = micros // DAY
    months = np.where(empty, 0, stamps.astype("datetime64[M]").astype("int64") % 12 + 1)
    parts = {
        "day": days,
        "month": months,
        "weekday": (days + 3) % 7,
        "hour": (micros - days * DAY) / HOUR,
    }
    return {name: np.where(empty, np.nan, part.astype(float)) for name, part in parts.items()}
