"""Which metric suits a target where nobody named one: one rule for trainings and for advice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_IMBALANCE: Final = 3.0
_SKEW: Final = 2.0
WHY_USUAL: Final = {
    "mae": "a few values are far larger than the rest",
    "rmse": "the target is a number without extreme values",
    "roc_auc": "two classes: it does not depend on a threshold",
    "balanced_accuracy": "the classes differ much in size",
    "accuracy": "several classes of similar size",
}
"""The reason for each of them, in words for people."""


def usual_metric(*, skew: float | None, sizes: Sequence[int]) -> str:
    """The metric's name.

    Args:
        skew: Of a number, of its third moment; None for classes.
        sizes: Rows of each class; empty where they are not all known.
    """
    if skew is not None:
        return "mae" if abs(skew) > _SKEW else "rmse"
    if len(sizes) == 2:
        return "roc_auc"
    uneven = not sizes or max(sizes) > _IMBALANCE * min(sizes)
    return "balanced_accuracy" if uneven else "accuracy"
