"""Columns that tell the likeliest target nearly alone: often known only after the fact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tools.ml.profiling.columns import Complete
from tools.ml.targets import TargetSuggestion

Codes = npt.NDArray[np.int64]

LEAK: Final = 0.95
_LEAST_ROWS: Final = 100
_MOST_SLICES: Final = 64
_LEAST_IN_A_SLICE: Final = 20
_MOST_COLUMNS: Final = 200


@dataclass(frozen=True, slots=True)
class Leak:
    """A column that tells the target.

    Attributes:
        column: Its name.
        right: Share of rows told right, or of the variance explained, on rows not learnt from.
        guess: The same by always saying the commonest class; 0 of a variance.
    """

    column: str
    right: float
    guess: float


def find_leaks(columns: Sequence[Complete], target: TargetSuggestion) -> tuple[Leak, ...]:
    """Columns that take away at least 95 % of the error in the likeliest target, best first.

    Each column is cut into slices (its values, or up to sixty-four slices of equal size); what is
    usual in a slice is learnt on one half of the sample and tried on the other.
    """
    aim = next(column for column in columns if column.profile.name == target.column)
    there = _there(aim)
    if int(there.sum()) < _LEAST_ROWS:
        return ()
    found = []
    for column in columns[:_MOST_COLUMNS]:
        if column is aim or column.profile.constant or column.profile.kind == "text":
            continue
        slices = _slices(column)[there]
        if target.task == "classification":
            leak = _classes(column.profile.name, slices, _slices(aim)[there])
        else:
            leak = _numbers(column.profile.name, slices, aim.sample[there].astype(np.float64))
        if leak is not None:
            found.append(leak)
    return tuple(sorted(found, key=lambda leak: -leak.right))


def _there(column: Complete) -> npt.NDArray[np.bool_]:
    if column.sample.dtype == np.int32:
        return column.sample >= 0
    return np.isfinite(column.sample)


def _slices(column: Complete) -> Codes:
    """A code per row; missing is a slice of its own, as it may tell as much as a value."""
    sample: Any = column.sample
    if sample.dtype == np.int32:
        codes: Codes = sample.astype(np.int64) + 1
        return codes
    present = np.isfinite(sample)
    codes = np.zeros(len(sample), np.int64)
    values, places = np.unique(sample[present], return_inverse=True)
    most = min(_MOST_SLICES, max(len(places) // _LEAST_IN_A_SLICE, 2))
    if len(values) > most:
        cuts = np.quantile(sample[present], np.linspace(0, 1, most + 1)[1:-1])
        places = np.searchsorted(np.unique(cuts), sample[present], "right")
    codes[present] = places + 1
    return codes


def _classes(name: str, slices: Codes, classes: Codes) -> Leak | None:
    kinds = int(classes.max()) + 1
    if kinds * (int(slices.max()) + 1) > 4 * len(slices) + 1_000:
        return None
    common = int(np.bincount(classes).argmax())
    right = 0
    for learn, test in _halves(len(slices)):
        table = np.zeros((int(slices.max()) + 1, kinds), np.int64)
        np.add.at(table, (slices[learn], classes[learn]), 1)
        said = np.where(table.any(axis=1), table.argmax(axis=1), common)
        right += int((said[slices[test]] == classes[test]).sum())
    share, guess = right / len(slices), float((classes == common).mean())
    return Leak(name, share, guess) if share - guess >= LEAK * (1 - guess) > 0 else None


def _numbers(name: str, slices: Codes, values: npt.NDArray[np.float64]) -> Leak | None:
    apart = values - values.mean()
    total = float((apart**2).sum())
    if not 0 < total < np.inf:
        return None
    error = 0.0
    for learn, test in _halves(len(slices)):
        width = int(slices.max()) + 1
        rows = np.bincount(slices[learn], minlength=width)
        sums = np.bincount(slices[learn], apart[learn], minlength=width)
        said = sums / np.maximum(rows, 1)
        error += float(((apart[test] - said[slices[test]]) ** 2).sum())
    share = 1 - error / total
    return Leak(name, share, 0.0) if share >= LEAK else None


def _halves(rows: int) -> tuple[tuple[Any, Any], ...]:
    even, odd = np.arange(0, rows, 2), np.arange(1, rows, 2)
    return (even, odd), (odd, even)
