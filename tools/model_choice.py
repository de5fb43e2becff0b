"""Why a training ended with the algorithm it ended with, from the scores of all it tried."""

from __future__ import annotations

from typing import Any, Final

from storage.catalog.records import ModelVersion
from tools.cards import shown

_LIKE: Final = 0.01
_PLAIN: Final = frozenset({"Logistic regression", "Ridge regression", "Linear model"})


def chosen_because(model: ModelVersion, *, tell: Any) -> str:
    """One sentence: asked for, the only one that could be fitted, or the best of several.

    Args:
        model: The model.
        tell: Says a value of its metric.
    """
    best = _best_by_label(model)
    if not best:
        return ""
    (label, score), *others = best
    if model.report.get("asked_algorithm", "auto") != "auto":
        return f"{label}, as you asked."
    if not others:
        return f"{label}, the only algorithm that could be tried in the time given."
    metric = shown(model.score["name"])
    then, next_score = others[0]
    ahead = "hardly ahead" if _alike(score, next_score) else "ahead"
    said = (
        f"{label}, because it did best in cross-validation: {metric} {tell(score)}, {ahead} of "
        f"{_lower(then)} ({tell(next_score)})."
    )
    plain = next(((name, s) for name, s in others if name in _PLAIN), None)
    if label in _PLAIN:
        return f"{said} A weight for each column is enough here."
    if plain is not None and plain[0] != then and _alike(score, plain[1]):
        return f"{said} {plain[0]} does nearly as well ({tell(plain[1])}) and is easier to explain."
    return said


def _best_by_label(model: ModelVersion) -> list[tuple[str, float]]:
    """Each algorithm's best score, the best algorithm first."""
    sign = -1 if model.score["higher_is_better"] else 1
    tried = [each for each in model.report["candidates"] if each["score"] is not None]
    best: dict[str, float] = {}
    for each in sorted(tried, key=lambda each: sign * each["score"]):
        best.setdefault(each["label"], each["score"])
    return list(best.items())


def _alike(one: float, other: float) -> bool:
    return abs(one - other) <= _LIKE * max(abs(one), abs(other))


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]
