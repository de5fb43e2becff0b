"""How strongly columns go together: numbers, categories, and one with the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from tools.ml.profiling.columns import Complete
from tools.ml.profiling.profile import Association, ColumnProfile

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

MOST_COLUMNS: Final = 60
_MOST_CLASSES: Final = 100
_LEAST_ROWS: Final = 10
_STRENGTH_DIGITS: Final = 6


def associate(columns: Sequence[Complete]) -> tuple[Association, ...]:
    """All pairs of the first sixty columns that can go with others, the strongest first.

    Left out are constants, identifiers, free text, dates, and categories with over a hundred
    values. Computed on the samples; of each pair, on the rows that have both values.
    """
    fit = [(column, _role(column.profile)) for column in columns]
    chosen = [(column, role) for column, role in fit if role][:MOST_COLUMNS]
    place = {column.profile.name: n for n, (column, _) in enumerate(chosen)}
    numbers = [column for column, role in chosen if role == "number"]
    classes = [column for column, role in chosen if role == "class"]
    found = [
        *_between_numbers(numbers),
        *_between_classes(classes),
        *_across(classes, numbers),
    ]
    ordered = [each if place[each.a] < place[each.b] else _turned(each) for each in found]
    ordered.sort(key=lambda each: (-abs(each.strength), place[each.a], place[each.b], each.measure))
    return tuple(ordered)


def _role(column: ColumnProfile) -> Literal["number", "class"] | None:
    if column.constant or column.id_like:
        return None
    if column.kind in ("integer", "number"):
        return "number"
    named = column.kind in ("category", "boolean") and column.distinct <= _MOST_CLASSES
    return "class" if named else None


def _turned(each: Association) -> Association:
    return Association(each.b, each.a, each.measure, each.strength)


def _between_numbers(columns: list[Complete]) -> list[Association]:
    if len(columns) < 2:
        return []
    values = np.column_stack([column.sample.astype(np.float64) for column in columns])
    values[~np.isfinite(values)] = np.nan
    ranked = np.column_stack([ranks(values[:, place]) for place in range(values.shape[1])])
    names = [column.profile.name for column in columns]
    linear, monotone = correlations(values), correlations(ranked)
    found = []
    for a, b in combinations(range(len(names)), 2):
        for measure, matrix in (("pearson", linear), ("spearman", monotone)):
            if np.isfinite(matrix[a, b]):
                strength = round(float(matrix[a, b]), _STRENGTH_DIGITS)
                found.append(Association(names[a], names[b], measure, strength))  # type: ignore[arg-type]
    return found


def ranks(values: Floats) -> Floats:
    """Ranks from 1, the mean of them for equal values; NaN stays NaN."""
    found = np.full(len(values), np.nan)
    present = np.flatnonzero(~np.isnan(values))
    _, inverse, rows = np.unique(values[present], return_inverse=True, return_counts=True)
    found[present] = (np.cumsum(rows) - (rows - 1) / 2)[inverse]
    return found


def correlations(values: Floats) -> Floats:
    """Pearson's r of every pair of columns, on the rows where both are there; else NaN."""
    there = np.isfinite(values)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        scale = np.nanmax(np.abs(values), axis=0, initial=0.0)
        filled = np.where(there, values / np.where(scale > 0, scale, 1), 0.0)
        middle = filled.sum(axis=0) / np.maximum(there.sum(axis=0), 1)
        apart = np.where(there, filled - middle, 0.0)
        rows = there.T.astype(float) @ there
        sums = apart.T @ there
        squares = (apart**2).T @ there
        together = apart.T @ apart - sums * sums.T / rows
        spread = squares - sums**2 / rows
        found = together / np.sqrt(spread * spread.T)
    noise = 1e-12 * squares
    found[(rows < _LEAST_ROWS) | (spread <= noise) | (spread.T <= noise.T)] = np.nan
    bounded: npt.NDArray[np.float64] = np.clip(found, -1.0, 1.0)
    return bounded


def _between_classes(columns: list[Complete]) -> list[Association]:
    found = []
    for first, second in combinations(columns, 2):
        a, b = first.sample.astype(np.int64), second.sample.astype(np.int64)
        strength = cramers_v(a, b)
        if strength is not None:
            names = first.profile.name, second.profile.name
            found.append(Association(*names, "cramers_v", round(strength, _STRENGTH_DIGITS)))
    return found


def cramers_v(a: Codes, b: Codes) -> float | None:
    """Cramér's V, corrected for bias (Bergsma 2013); None where one side does not vary.

    Args:
        a: Codes from 0, -1 where missing.
        b: Of the same rows.
    """
    both = (a >= 0) & (b >= 0)
    a, b = a[both], b[both]
    count = len(a)
    if count < _LEAST_ROWS:
        return None
    width = int(b.max()) + 1
    table = np.bincount(a * width + b, minlength=(int(a.max()) + 1) * width).reshape(-1, width)
    table = table[table.any(axis=1)][:, table.any(axis=0)]
    rows, columns = table.shape
    if rows < 2 or columns < 2:
        return None
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / count
    phi = float(((table - expected) ** 2 / expected).sum()) / count
    phi = max(0.0, phi - (rows - 1) * (columns - 1) / (count - 1))
    levels = min(rows - (rows - 1) ** 2 / (count - 1), columns - (columns - 1) ** 2 / (count - 1))
    return min(1.0, float(np.sqrt(phi / (levels - 1)))) if levels > 1 else None


def _across(classes: list[Complete], numbers: list[Complete]) -> list[Association]:
    found = []
    for named in classes:
        codes = named.sample.astype(np.int64)
        for number in numbers:
            strength = correlation_ratio(codes, number.sample.astype(np.float64))
            if strength is not None:
                names = named.profile.name, number.profile.name
                rounded = round(strength, _STRENGTH_DIGITS)
                found.append(Association(*names, "correlation_ratio", rounded))
    return found


def correlation_ratio(codes: Codes, values: Floats) -> float | None:
    """η, corrected for the number of classes (ε², Kelley 1935); None where one side does not vary.

    Args:
        codes: From 0, -1 where missing.
        values: NaN where missing.
    """
    both = (codes >= 0) & np.isfinite(values)
    codes, values = codes[both], values[both]
    count = len(codes)
    if count < _LEAST_ROWS:
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        apart = values - values.mean()
        total = float((apart**2).sum())
        rows = np.bincount(codes)
        sums = np.bincount(codes, apart)
        held = rows > 0
        between = float((sums[held] ** 2 / rows[held]).sum())
    kinds = int(held.sum())
    if kinds < 2 or kinds >= count or not 0 < total < np.inf:
        return None
    share = 1 - (1 - between / total) * (count - 1) / (count - kinds)
    return float(np.sqrt(min(max(share, 0.0), 1.0)))
