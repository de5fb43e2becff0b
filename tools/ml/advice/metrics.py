"""Which metric fits: by the classes' sizes, or by how far a number's tail reaches."""

from __future__ import annotations

from typing import Final

from tools.cards import number, percent
from tools.ml.advice.basis import Basis
from tools.ml.advice.piece import Advice, in_words, named
from tools.ml.profiling import ColumnProfile
from tools.ml.usual_metric import usual_metric

RARE: Final = 0.1


def metric_of(basis: Basis, target: ColumnProfile) -> Advice:
    """The metric that a training takes by itself too, and why."""
    if basis.task == "regression":
        metric = usual_metric(skew=target.skew or 0.0, sizes=())
        why = _why_number(basis, target, metric)
    else:
        metric = usual_metric(skew=None, sizes=basis.sizes)
        why = _why_classes(basis, target, metric)
    return Advice("metric", f"Judge by {in_words(metric)}", why, {"metric": metric})


def _why_number(basis: Basis, target: ColumnProfile, metric: str) -> str:
    name, skew = named(target.name), number(round(target.skew or 0.0, 1))
    if metric != "mae":
        return (
            f"{name} has no extreme tail (skew {skew}), so a large miss may count more than "
            "several small ones."
        )
    if target.outliers and target.outliers.far:
        far = f"{target.outliers.far:,} of {basis.rows:,} values lie far out"
        return f"{name} is skewed ({skew}; {far}): RMSE would be about those few."
    return f"{name} is skewed ({skew}): RMSE would be about its few largest values."


def _why_classes(basis: Basis, target: ColumnProfile, metric: str) -> str:
    sizes, rows = basis.sizes, max(1, basis.rows)
    if metric == "roc_auc":
        least = sizes[-1] / rows
        if least < RARE:
            return (
                f"Only {percent(least)} are the rarer class, so always saying the other is right "
                f"in {percent(basis.share)}; this looks at the ranking, and F1 beside it at the "
                "rare class."
            )
        return (
            f"Two classes, {percent(basis.share)} to {percent(least)}: it judges the ranking and "
            "needs no threshold."
        )
    if not sizes:
        return f"With {target.distinct:,} classes the small ones count as much as the large ones."
    ends = f"{len(sizes)} classes, from {percent(sizes[-1] / rows)} to {percent(sizes[0] / rows)}"
    if metric == "accuracy":
        return f"{ends}, are close enough in size that the share of right answers says it all."
    return f"{ends}, differ much in size: the small ones count as much as the large ones."
