"""Finds columns that say what an earlier column says already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from tools.ml.profiling.associations import MOST_COLUMNS, correlations
from tools.ml.profiling.columns import Complete

_LEAST_ROWS: Final = 10
_LEAST_REPEATS: Final = 2
_SAME_LINE: Final = 0.9999
_NUMERIC: Final = frozenset(("integer", "number"))


def near_duplicates(columns: Sequence[Complete]) -> tuple[tuple[str, str], ...]:
    """Pairs (earlier, later) of which the later says nothing new.

    Numbers that correlate by at least 0.9999 on a sample of rows, or values that stand one to
    one for those of the other column and come back often enough for that to be no accident (any
    two columns without repeats stand one to one).
    """
    picked = [column for column in columns if _telling(column)][:MOST_COLUMNS]
    if not picked or len(picked[0].sample) < _LEAST_ROWS:
        return ()
    codes = [_codes(column) for column in picked]
    lines = _lines(picked)
    pairs: list[tuple[str, str]] = []
    for later in range(len(picked)):
        for earlier in range(later):
            names = picked[earlier].profile.name, picked[later].profile.name
            one = _may_be_one(picked[earlier], picked[later])
            if (one and _one_to_one(codes[earlier], codes[later])) or lines[earlier, later]:
                pairs.append(names)
                break
    return tuple(pairs)


def _telling(column: Complete) -> bool:
    profile = column.profile
    return not profile.constant and not profile.id_like and profile.kind != "text"


def _codes(column: Complete) -> Any:
    if column.sample.dtype == np.int32:
        return column.sample
    return np.unique(column.sample, return_inverse=True)[1]


def _may_be_one(earlier: Complete, later: Complete) -> bool:
    a, b = earlier.profile, later.profile
    return a.distinct == b.distinct and a.missing == b.missing


def _one_to_one(a: Any, b: Any) -> bool:
    kinds = len(np.unique(a))
    if kinds * _LEAST_REPEATS > len(a):
        return False
    together = a.astype(np.int64) * (int(b.max()) + 2) + b
    return len(np.unique(together)) == kinds == len(np.unique(b))


def _lines(picked: list[Complete]) -> Any:
    """Which pairs of numbers lie on one line, on at least half of the rows."""
    found = np.zeros((len(picked), len(picked)), bool)
    places = [n for n, column in enumerate(picked) if column.profile.kind in _NUMERIC]
    if len(places) > 1:
        values = np.column_stack([picked[n].sample.astype(np.float64) for n in places])
        there = np.isfinite(values).astype(float)
        shared = there.T @ there >= 0.5 * len(values)
        with np.errstate(invalid="ignore"):
            lines = (np.abs(correlations(np.where(there > 0, values, np.nan))) >= _SAME_LINE) & (
                shared
            )
        found[np.ix_(places, places)] = lines
    return found
