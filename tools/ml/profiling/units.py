"""Columns of one sort of amount of which one is written in another unit: cents among euros."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median
from typing import Final

from tools.ml.profiling.profile import ColumnProfile
from tools.ml.profiling.suspicions import words_of

_FACTORS: Final = (100.0, 1_000.0)
_NEAR: Final = 1.6
"""How far from the factor each quartile's ratio may be, as a ratio itself."""
_ALIKE: Final = 5.0
"""Columns in one unit have medians within this ratio."""
_MONEY: Final = re.compile(
    r"price|prices|cost|costs|amount|fee|fees|fare|total|revenue|sales|salary|wage|rent|income"
    r"|charge|charges|payment|paid|tax|eur|euro|euros|usd|dollar|dollars|gbp|cents?|pence"
)
_UNITS: Final = re.compile(
    r"eur|euros?|usd|dollars?|gbp|pounds?|chf|cents?|pence|ct|k|m|km|cm|mm|kg|g|mg|l|ml|in|of|the"
    r"|a|per|\d+"
)


@dataclass(frozen=True, slots=True)
class UnitClash:
    """`column` is about `factor` times what `others` are."""

    column: str
    others: tuple[str, ...]
    factor: int


def find_clashes(columns: Sequence[ColumnProfile]) -> tuple[UnitClash, ...]:
    """Columns of like name or unit of which one is a hundred or a thousand times the others.

    Two columns need the same shape too: all three quartiles in that ratio. Of three and more, the
    others have to agree with each other.
    """
    fit = [column for column in columns if _is_amount(column)]
    found: list[UnitClash] = []
    for group in _groups(fit):
        clash = _odd_one(group) if len(group) > 2 else _pair(*group)
        if clash is not None and clash.column not in {each.column for each in found}:
            found.append(clash)
    return tuple(found)


def _is_amount(column: ColumnProfile) -> bool:
    return (
        column.kind in ("integer", "number")
        and not column.id_like
        and not column.constant
        and len(column.quantiles) == 7
        and column.quantiles[2] > 0
    )


def _groups(columns: list[ColumnProfile]) -> list[list[ColumnProfile]]:
    """Columns that share a word of their names, a unit, or the meaning of money."""
    by_key: dict[str, list[ColumnProfile]] = {}
    for column in columns:
        words = words_of(column.name)
        keys = {f"word {word}" for word in words if not _UNITS.fullmatch(word)}
        if column.unit:
            keys.add(f"unit {column.unit}")
        if any(_MONEY.fullmatch(word) for word in words):
            keys.add("money")
        for key in sorted(keys):
            by_key.setdefault(key, []).append(column)
    groups = [group for group in by_key.values() if len(group) > 1]
    return sorted(groups, key=len, reverse=True) + [
        list(pair) for group in groups for pair in combinations(group[:10], 2)
    ]


def _odd_one(group: list[ColumnProfile]) -> UnitClash | None:
    for column in group:
        others = [other for other in group if other is not column]
        middles = [other.quantiles[3] for other in others]
        if max(middles) > _ALIKE * min(middles):
            continue
        factor = _factor(column.quantiles[3] / median(middles))
        if factor:
            return UnitClash(column.name, tuple(other.name for other in others), factor)
    return None


def _pair(first: ColumnProfile, second: ColumnProfile) -> UnitClash | None:
    small, large = sorted((first, second), key=lambda column: column.quantiles[3])
    ratios = [b / a for a, b in zip(small.quantiles[2:5], large.quantiles[2:5], strict=True)]
    factors = {_factor(ratio) for ratio in ratios}
    # Cents are whole where euros are not.
    if len(factors) == 1 and large.kind == "integer" and small.kind == "number":
        factor = factors.pop()
        return UnitClash(large.name, (small.name,), factor) if factor else None
    return None


def _factor(ratio: float) -> int:
    near = (factor for factor in _FACTORS if factor / _NEAR <= ratio <= factor * _NEAR)
    return int(next(near, 0))
