"""How a training will hold rows out and how long it should take, with what follows from it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from tools.cards import plural
from tools.ml.advice.basis import Basis
from tools.ml.advice.piece import Advice, named

if TYPE_CHECKING:
    from tools.ml.splits import Order

_SMALL: Final = 200
_MOST_HELD_OUT: Final = 50_000
_MANY: Final = 20_000
_LARGE: Final = 100_000
_HUGE: Final = 500_000
_USUAL_S: Final = 60


def split_of(basis: Basis, order: Order) -> Advice:
    """What the training does with the rows by itself, and what to make of it."""
    held = min(math.ceil(basis.rows * (0.2 if basis.rows >= _SMALL else 0.25)), _MOST_HELD_OUT)
    folds = 5 if basis.rows - held < _MANY else 3
    size = f"{held:,} of {plural(basis.rows, 'row')}"
    rest = f"{folds}-fold cross-validation on the rest"
    match order.way:
        case "by time":
            why = f"{order.reason.partition(': ')[2]}, as the future will be: {size}, with {rest}."
            return Advice("split", "Hold out the latest rows", _capital(why))
        case "grouped":
            why = f"{named(order.group)} comes back, so a row's twin would give it away: {size}."
            return Advice("split", f"Keep equal {named(order.group)} on one side", why)
        case "stratified" | "random":
            return Advice("split", _plain_do(order), _plain_why(basis, size, rest))


def _plain_do(order: Order) -> str:
    return "Hold out rows at random" + (
        ", the classes in their shares" if order.way == "stratified" else ""
    )


def _plain_why(basis: Basis, size: str, rest: str) -> str:
    date = loose_date(basis)
    if date:
        return (
            f"The rows are not in the order of {named(date)}, so the training mixes past and "
            f"future ({size}, {rest}); send them sorted by it to hold out the latest."
        )
    if basis.rows < _SMALL:
        return f"{size} are so few that the score will be rough: read it beside the {rest}."
    return f"Nothing ties rows together: {size} are held out, with {rest}."


def loose_date(basis: Basis) -> str:
    """A column of dates that comes with most rows; empty where there is none."""
    rows = basis.profile.rows
    dated = (c for c in basis.profile.columns if c.kind == "datetime" and c is not basis.target)
    return next((c.name for c in dated if c.missing <= 0.05 * rows and c.distinct > 1), "")


def budget_of(basis: Basis) -> Advice:
    """How long to search; it ends earlier where nothing improves."""
    seconds = seconds_for(basis.rows)
    size = f"{plural(basis.rows, 'row')} × {plural(len(basis.features), 'column')}"
    why = f"{size} leave time for several candidates then, and it ends earlier if none improves."
    args = {"time_budget_s": seconds} if seconds != _USUAL_S else {}
    return Advice("budget", f"Give it {plural(seconds, 'second')}", why, args)


def seconds_for(rows: int) -> int:
    """Seconds that let several algorithms be tried on so many rows."""
    return _USUAL_S * (10 if rows > _HUGE else 5 if rows > _LARGE else 2 if rows > _MANY else 1)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
