"""What would be done differently from a training that was asked for, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tools.cards import number, percent, plural
from tools.ml.advice.basis import Basis, basis_of
from tools.ml.advice.metrics import RARE
from tools.ml.advice.models import FEW_ROWS, bend_of, bend_words, model_of
from tools.ml.advice.piece import in_words, named
from tools.ml.advice.splits import loose_date, seconds_for
from tools.ml.profiling import Profile

_LINEAR: Final = frozenset({"linear", "ridge", "elastic_net", "logistic_regression"})
_TREES: Final = frozenset({"random_forest", "extra_trees", "gradient_boosting"})
_TINY: Final = 200
_PREVAILS: Final = 0.8
_SKEWED: Final = 2.0
_SIGNAL: Final = 0.4
_WIDE: Final = 30
_MISSING: Final = 0.3
_LARGE: Final = 10_000
_SHORT_S: Final = 10


@dataclass(frozen=True, slots=True)
class AskedTraining:
    """A training as people asked for it; "auto" where they left it open.

    Attributes:
        profile: Of the table.
        target: What is predicted.
        algorithm: As in `train_model`.
        metric: As in `train_model`.
        exclude: Columns that were taken out.
        time_budget_s: Seconds to spend.
        at_random: Whether rows are held out whatever their order.
    """

    profile: Profile
    target: str
    algorithm: str = "auto"
    metric: str = "auto"
    exclude: tuple[str, ...] = ()
    time_budget_s: int = 60
    at_random: bool = False


def against_training(asked: AskedTraining) -> tuple[str, ...]:
    """One sentence for each wish that does not fit the table."""
    basis = basis_of(asked.profile, asked.target)
    target = tuple(_target(basis))
    if target:
        return target
    return (
        *_metric(basis, asked.metric),
        *_algorithm(basis, asked.algorithm),
        *_exclude(basis, asked.exclude),
        *(_split(basis) if asked.at_random else ()),
        *_budget(basis, asked.time_budget_s),
    )


def _target(basis: Basis) -> Iterator[str]:
    """A target that names rows, or that hardly any row has."""
    target, others = basis.target, basis.profile.targets
    if target is None:
        return
    if basis.unfit:
        better = next((each.column for each in others if each.column != target.name), "")
        wish = f"I would predict {named(better)} instead" if better else "I would not predict it"
        yield f"{wish}: {basis.unfit}"
    elif target.missing > _MISSING * basis.profile.rows:
        yield (
            f"I would look for the missing answers first: {named(target.name)} lacks "
            f"{target.missing:,} of {basis.profile.rows:,}, and only rows with one can teach."
        )


def _metric(basis: Basis, metric: str) -> Iterator[str]:
    target = basis.target
    if metric == "accuracy" and basis.share >= _PREVAILS:
        other = "ROC AUC or F1" if len(basis.sizes) == 2 else "balanced accuracy"
        yield (
            f"I would judge by {other}: always saying the commonest class is right in "
            f"{percent(basis.share)} of the rows already."
        )
    if metric == "roc_auc" and len(basis.sizes) == 2 and basis.sizes[-1] < RARE / 5 * basis.rows:
        yield (
            f"I would look at F1 too: with {basis.sizes[-1]:,} of {basis.rows:,} rows in the rarer "
            "class, ROC AUC hardly feels false alarms."
        )
    skew = target.skew or 0.0 if target else 0.0
    if metric in {"rmse", "r2"} and basis.task == "regression" and abs(skew) > _SKEWED and target:
        yield (
            f"I would judge by MAE: {named(target.name)} is skewed ({number(round(skew, 1))}), so "
            f"{in_words(metric)} is about its few largest values."
        )


def _algorithm(basis: Basis, algorithm: str) -> Iterator[str]:
    rows, columns = plural(basis.rows, "row"), plural(len(basis.features), "column")
    bend, better = bend_of(basis), str(model_of(basis).args["algorithm"])
    if algorithm in _LINEAR and bend is not None and better not in _LINEAR:
        yield (
            f"I would train {in_words(better)} beside it: the target does not follow a straight "
            f"line ({bend_words(bend)})."
        )
    if algorithm in _TREES and basis.rows < _TINY:
        yield (
            f"I would train {in_words(better)}: {rows} for {columns} are so few that "
            f"{in_words(algorithm)} can learn them by heart."
        )
    if algorithm == "nearest_neighbours" and basis.width > _WIDE:
        yield (
            f"I would train {in_words(better)}: over {basis.width:,} encoded columns "
            "all rows are about equally far from one another."
        )
    if algorithm == "decision_tree" and basis.rows >= FEW_ROWS:
        yield (
            f"I would train {in_words(better)} unless the tree is to be read: a single "
            f"one changes much with which of the {rows} it sees."
        )


def _exclude(basis: Basis, exclude: tuple[str, ...]) -> Iterator[str]:
    lost = [tie for tie in basis.ties if tie.column in exclude and tie.strength >= _SIGNAL]
    leaks = {f.columns[0] for f in basis.profile.findings if f.kind == "leak"}
    lost = [tie for tie in lost if tie.column not in leaks]
    if lost and basis.target is not None:
        most = "tells most" if lost[0] is basis.ties[0] else "tells much"
        yield (
            f"I would keep {named(lost[0].column)}, unless it must not count or is not known in "
            f"time: it {most} about {named(basis.target.name)} "
            f"({number(round(lost[0].strength, 2))} of 1)."
        )


def _split(basis: Basis) -> Iterator[str]:
    date = loose_date(basis)
    if date:
        yield (
            f"I would send the rows sorted by {named(date)}: they are not in its order, so past "
            f"and future are mixed and the score over {plural(basis.rows, 'row')} may flatter."
        )


def _budget(basis: Basis, seconds: int) -> Iterator[str]:
    if seconds < _SHORT_S and basis.rows >= _LARGE:
        better, short = seconds_for(basis.rows), plural(seconds, "second")
        yield (
            f"I would give it {better} seconds: in {short} few candidates can be tried on "
            f"{plural(basis.rows, 'row')}."
        )
