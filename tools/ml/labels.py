"""Targets as numbers: class labels to codes and back, and which class means yes."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from tools.ml.contract import Label
from tools.ml.scores import Floats

_LARGEST: Final = 1e100
_YES: Final = frozenset({"1", "true", "yes", "y", "t", "positive", "pos", "churn", "fraud"})


def labels_of(target: pd.Series) -> tuple[Label, ...]:
    """The classes of a target in a fixed order: sorted, whole floats as whole numbers."""
    values = target.dropna().unique().tolist()
    return tuple(sorted({_label(value) for value in values}, key=lambda one: (str(type(one)), one)))


def codes_of(target: pd.Series, classes: tuple[Label, ...]) -> Floats:
    """Class codes as floats; NaN for gaps and for labels that are no class.

    Labels match across types: 1, 1.0, True and "1" are one label if the classes hold one of them.
    """
    codes = {_spelling(label): float(code) for code, label in enumerate(classes)}
    kinds = pd.Series(target.unique()).dropna().tolist()
    found = {kind: codes.get(_spelling(_label(kind)), np.nan) for kind in kinds}
    return np.asarray(target.map(found).to_numpy(dtype=np.float64, na_value=np.nan))


def numbers_of(target: pd.Series) -> Floats:
    """A numeric target as floats; NaN for gaps, text, and what is infinite or beyond 1e100."""
    values = target
    if not pd.api.types.is_numeric_dtype(target.dtype):
        values = pd.to_numeric(target, errors="coerce")
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(np.where(np.abs(numbers) < _LARGEST, numbers, np.nan))


def positive_code(classes: tuple[Label, ...], counts: np.ndarray) -> int | None:
    """The class that means yes: by its word (1, true, yes …), else the rarer one, else the last.

    `None` unless there are exactly two classes.
    """
    if len(classes) != 2:
        return None
    for code, label in enumerate(classes):
        if str(label).strip().casefold() in _YES:
            return code
    return 0 if counts[0] < counts[1] else 1


def _label(value: object) -> Label:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return int(value) if float(value).is_integer() else float(value)
    return str(value)


def _spelling(label: Label) -> str:
    return str(int(label)) if isinstance(label, bool) else str(label)
