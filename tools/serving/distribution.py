"""How a model's answers are distributed: counts by class, or by ranges that fit its target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from tools.ml.contract import Contract, Label

MOST_CLASSES: Final = 20
"""Classes that are told apart; all further ones are `other`."""

OTHER: Final = "other"
_PARTS: Final = (0.25, 0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0, 5.0)


@dataclass
class Classes:
    """Answers of a classifier."""

    names: frozenset[str]
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, answers: Sequence[Label]) -> None:
        """Count these."""
        for answer in answers:
            name = str(answer) if str(answer) in self.names else OTHER
            self.counts[name] = self.counts.get(name, 0) + 1


@dataclass
class Numbers:
    """Answers of a regression: how many up to each bound, and their sum."""

    bounds: tuple[float, ...]
    counts: list[int]
    total: float = 0.0

    def add(self, answers: Sequence[Label]) -> None:
        """Count these."""
        values = np.asarray(answers, dtype=float)
        places = np.searchsorted(self.bounds, values, side="left")
        for place, count in enumerate(np.bincount(places, minlength=len(self.counts))):
            self.counts[place] += int(count)
        self.total += float(values.sum())

    def cumulated(self) -> list[tuple[str, float]]:
        """Bounds as Prometheus writes them, each with the answers up to it."""
        names = [*(str(bound) for bound in self.bounds), "+Inf"]
        sums = np.cumsum(self.counts)
        return [(name, float(count)) for name, count in zip(names, sums, strict=True)]


Distribution = Classes | Numbers


def distribution_of(contract: Contract) -> Distribution:
    """An empty distribution for the answers of a model.

    A regression's bounds are parts of what its training target typically was: of the larger of
    median and mean, on both sides of 0 where the target was negative.
    """
    if contract.classes:
        return Classes(frozenset(str(name) for name in contract.classes[:MOST_CLASSES]))
    naive = contract.naive
    typical = max((naive.median, naive.mean), key=abs) or 1.0
    bounds = tuple(sorted({0.0, *(_rounded(part * typical) for part in _PARTS)}))
    return Numbers(bounds, [0] * (len(bounds) + 1))


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")
