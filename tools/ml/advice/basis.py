"""A profile seen from one target: what a model would learn from, and what tells the target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tools.ml.advice.piece import named
from tools.ml.columns import MAX_CATEGORIES
from tools.ml.profiling import ColumnProfile, Profile
from tools.ml.targets import Task, task_of

NUMERIC: Final = ("integer", "number")
_MOST_CLASSES: Final = 50
_FEWEST_ROWS: Final = 20
_FEWEST_OF_CLASS: Final = 5
_FEW_CLASSES: Final = 0.1
_STRONG: Final = 0.3
_BEND: Final = 0.05


@dataclass(frozen=True, slots=True)
class Tie:
    """How strongly a column goes with the target.

    Attributes:
        column: Its name.
        strength: 0 to 1, the strongest of its measures.
        line: Pearson's r of two numbers, without its sign; else None.
        rank: Spearman's rho of two numbers, without its sign; else None.
    """

    column: str
    strength: float
    line: float | None = None
    rank: float | None = None

    @property
    def bends(self) -> bool:
        """Whether the two rise together, but not along a straight line."""
        return bool(self.rank and self.line is not None and self.rank - self.line >= _BEND)


@dataclass(frozen=True, slots=True)
class Basis:
    """What advice rests on.

    Attributes:
        profile: Of the table.
        target: The column to predict; None where there is none to speak of.
        task: What a training makes of it.
        features: The columns that a training learns from.
        ties: How strongly columns go with the target, the strongest first.
    """

    profile: Profile
    target: ColumnProfile | None
    task: Task
    features: tuple[ColumnProfile, ...]
    ties: tuple[Tie, ...] = ()

    @property
    def rows(self) -> int:
        """Rows that can be learnt from: those with an answer."""
        return self.profile.rows - (self.target.missing if self.target else 0)

    @property
    def width(self) -> int:
        """Columns as a linear model sees them: a category is one for each of its values."""
        return sum(_width(column) for column in self.features)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Rows of each class that can be learnt, the largest first; empty if not all are known."""
        if self.target is None or self.task == "regression":
            return ()
        whole = self.target.distinct <= len(self.target.top)
        return tuple(n for _, n in self.target.top if n >= _FEWEST_OF_CLASS) if whole else ()

    @property
    def share(self) -> float:
        """The largest class's share of the rows with an answer; 0 for a number."""
        if self.target is None or self.task == "regression" or not self.target.top:
            return 0.0
        return self.target.top[0][1] / max(1, self.rows)

    @property
    def unfit(self) -> str:
        """Why the target cannot be predicted sensibly, as a sentence; empty if it can."""
        column = self.target
        if column is None:
            return ""
        name, rows = named(column.name), f"{self.profile.rows:,} rows"
        if column.distinct < 2:
            return f"{name} has one value in all {rows}, so there is nothing to learn."
        if column.id_like:
            return f"{name} differs in every one of the {rows}: it names rows, nothing tells it."
        if column.kind == "datetime":
            return f"{name} holds dates, which a model cannot predict as they are."
        if column.kind in ("category", "text") and column.distinct > _MOST_CLASSES:
            return (
                f"{name} has {column.distinct:,} different texts in {rows}: too many to learn as "
                "classes."
            )
        return self._too_little(name)

    def _too_little(self, name: str) -> str:
        """That a training would refuse: too few rows, or one class only that can be learnt."""
        if self.rows < _FEWEST_ROWS:
            return f"Only {self.rows:,} rows have a {name}, and a training needs {_FEWEST_ROWS}."
        if self.target and 0 < len(self.sizes) < 2:
            return (
                f"{name} has one class of {self.sizes[0]:,} rows, and no other with the "
                f"{_FEWEST_OF_CLASS} that it takes to be learnt."
            )
        return ""


def basis_of(profile: Profile, target: str = "") -> Basis:
    """The profile seen from a target, or from the likeliest one.

    Args:
        profile: Of the table.
        target: The name of a column; "" takes the first suggestion, if there is one.
    """
    name = target or (profile.targets[0].column if profile.targets else "")
    column = profile.column(name) if name else None
    features = tuple(c for c in profile.columns if c.name != name and teaches(c, profile.rows))
    task = _task(column, profile.rows) if column else "classification"
    return Basis(profile, column, task, features, _ties(profile, name) if name else ())


def teaches(column: ColumnProfile, rows: int) -> bool:
    """Whether a training learns from a column, by the rules of `tools.ml.columns`."""
    present = rows - column.missing
    if not present or column.id_like or (column.constant and not column.missing):
        return False
    texts = column.kind in ("category", "text")
    return not (texts and column.distinct > MAX_CATEGORIES and column.distinct > 0.5 * present)


def _task(column: ColumnProfile, rows: int) -> Task:
    """As the training decides: few whole numbers are classes where they come back often."""
    few = column.distinct < _FEW_CLASSES * (rows - column.missing)
    counted = column.kind in NUMERIC and column.distinct > 2
    return "regression" if counted and not few else task_of(column)


def _width(column: ColumnProfile) -> int:
    if column.kind in ("category", "text") and column.distinct > 2:
        return min(column.distinct, MAX_CATEGORIES)
    return 1


def _ties(profile: Profile, target: str) -> tuple[Tie, ...]:
    found: dict[str, dict[str, float]] = {}
    for each in profile.associations:
        if target in (each.a, each.b):
            other = each.b if each.a == target else each.a
            found.setdefault(other, {})[each.measure] = abs(each.strength)
    ties = [
        Tie(name, max(by.values()), by.get("pearson"), by.get("spearman"))
        for name, by in found.items()
    ]
    return tuple(sorted(ties, key=lambda tie: -tie.strength))


def strong(ties: tuple[Tie, ...]) -> tuple[Tie, ...]:
    """Those that are worth a word."""
    return tuple(tie for tie in ties if tie.strength >= _STRONG)
