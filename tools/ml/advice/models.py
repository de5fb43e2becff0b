"""Which algorithm fits: by rows, columns, how the target is told, and who must follow it."""

from __future__ import annotations

from typing import Final

from tools.cards import number, plural
from tools.ml.advice.basis import Basis, Tie, strong
from tools.ml.advice.piece import Advice, in_words, named
from tools.ml.usual_metric import usual_metric

FEW_ROWS: Final = 500
MANY_ROWS: Final = 2_000
_ROWS_A_COLUMN: Final = 15
_MANY_COLUMNS: Final = 100
_STRAIGHT: Final = 0.9
_CATEGORY_COUNTS: Final = 0.3


def model_of(basis: Basis, *, explainable: bool = False) -> Advice:
    """The algorithm to expect most of; a training without one tries several and keeps the best.

    Args:
        basis: What is known, with a target.
        explainable: Whether people must be able to follow how it decides.
    """
    plain = "logistic_regression" if basis.task == "classification" else "ridge"
    rows, columns = plural(basis.rows, "row"), plural(len(basis.features), "column")
    if explainable:
        why = f"It gives each of the {columns} a weight that can be read and told."
        return _use(plain, why)
    if basis.rows < FEW_ROWS or basis.rows < _ROWS_A_COLUMN * basis.width:
        return _few(basis, plain, f"{rows} for {columns}")
    if is_straight(basis):
        tie = basis.ties[0]
        why = f"{named(tie.column)} tells it almost along a straight line (r {_r(tie.line)})."
        return _use(plain, why)
    what = _what_trees_take(basis)
    if _skewed(basis):
        why = f"{rows} with a skewed target: it can learn for the mean miss itself, and it {what}."
        return _use("gradient_boosting", why)
    if basis.rows < MANY_ROWS:
        why = f"{rows} are enough for trees, but few for boosting, and it {what}."
        return _use("random_forest", why)
    return _use("gradient_boosting", f"{rows} are plenty, and it {what}.")


def _skewed(basis: Basis) -> bool:
    """Whether the usual metric is MAE, which boosting alone learns for directly."""
    if basis.task == "classification" or basis.target is None:
        return False
    return usual_metric(skew=basis.target.skew or 0.0, sizes=()) == "mae"


def is_straight(basis: Basis) -> bool:
    """Whether numbers tell a number almost along a line, and no category counts."""
    if basis.task != "regression" or not basis.ties:
        return False
    first = basis.ties[0].line or 0.0
    others = strong(basis.ties)
    bends = any(tie.bends for tie in others)
    category = any(tie.line is None and tie.strength >= _CATEGORY_COUNTS for tie in others)
    return first >= _STRAIGHT and not bends and not category


def bend_of(basis: Basis) -> Tie | None:
    """The strongest tie to a number that bends, if one does."""
    if basis.task != "regression":
        return None
    bent = [tie for tie in strong(basis.ties) if tie.bends]
    return max(bent, key=lambda tie: tie.rank or 0.0, default=None)


def bend_words(tie: Tie) -> str:
    """A bend in figures."""
    return f"{named(tie.column)}: {_r(tie.rank)} by rank, {_r(tie.line)} along a line"


def _few(basis: Basis, plain: str, size: str) -> Advice:
    if basis.task == "regression" and len(basis.features) > _MANY_COLUMNS:
        why = f"{size} are few, and it drops those that do not help."
        return _use("elastic_net", why)
    tie = next(iter(basis.ties), None)
    straight = basis.task == "regression" and tie is not None and tie.line and not tie.bends
    if straight and tie is not None and tie.line and tie.line >= 0.5:
        why = (
            f"{size} are few, which trees learn by heart, and {named(tie.column)} tells it along a "
            f"line (r {_r(tie.line)})."
        )
    else:
        why = f"{size} are few: trees may learn them by heart, one weight a column stays steady."
    return _use(plain, why)


def _what_trees_take(basis: Basis) -> str:
    """What the table holds that trees take as it comes."""
    bend = bend_of(basis)
    if bend is not None:
        return f"follows bends ({bend_words(bend)})"
    words = sum(column.kind in ("category", "text") for column in basis.features)
    gaps = sum(bool(column.missing) for column in basis.features)
    parts = []
    if words:
        parts.append(plural(words, "column of categories", "columns of categories"))
    if gaps:
        parts.append(plural(gaps, "column with gaps", "columns with gaps"))
    taken = f"takes {' and '.join(parts)} as they come" if parts else "finds bends by itself"
    tie = next(iter(strong(basis.ties)), None)
    return f"{taken} ({named(tie.column)} tells most, {_r(tie.strength)} of 1)" if tie else taken


def _use(algorithm: str, why: str) -> Advice:
    words = in_words(algorithm)
    return Advice("model", f"Train {words}", why, {"algorithm": algorithm})


def _r(value: float | None) -> str:
    return number(round(value or 0.0, 2), digits=2)
