"""What would be done differently from a cleaning that was asked for, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from tools.cards import listed, number, percent, plural
from tools.ml.advice.basis import NUMERIC, Basis, basis_of
from tools.ml.advice.cleaning import repeats_are_copies
from tools.ml.advice.piece import named
from tools.ml.profiling import ColumnProfile, Profile
from tools.ml.recipe import (
    DropColumns,
    DropDuplicates,
    DropMissingRows,
    FillMissing,
    Outliers,
    ParseDates,
    Recipe,
    Rename,
    Transform,
)

_MANY_ROWS: Final = 0.3
_MANY_OUTLIERS: Final = 0.05
_SKEWED: Final = 1.0
_INVENTED: Final = 0.4
_SIGNAL: Final = 0.4
_RARE_VALUE: Final = 0.1


@dataclass(frozen=True, slots=True)
class AskedCleaning:
    """A cleaning as it is carried out.

    Attributes:
        profile: Of the table before.
        recipe: The steps.
        lost: Rows that each step leaves out.
    """

    profile: Profile
    recipe: Recipe
    lost: tuple[int, ...]


def against_cleaning(asked: AskedCleaning) -> tuple[str, ...]:
    """One sentence for each step that does not fit the table."""
    basis = basis_of(asked.profile)
    said: list[str] = []
    for step, lost in zip(asked.recipe, asked.lost, strict=True):
        said += _against(step, lost, basis)
    return tuple(said)


def _against(step: Transform, lost: int, basis: Basis) -> Iterator[str]:
    match step:
        case DropMissingRows(columns=columns):
            yield from _rows_with_gaps(columns, lost, basis.profile)
        case FillMissing(columns=columns, strategy="mean"):
            yield from _mean(columns, basis.profile)
        case FillMissing(columns=columns, strategy="most_frequent"):
            yield from _commonest(columns, basis.profile)
        case FillMissing(columns=columns, strategy="constant", value=value):
            yield from _constant(columns, value, basis.profile)
        case DropColumns(columns=columns):
            yield from _signals(columns, basis)
        case Outliers(action="drop"):
            yield from _outliers(lost, basis.profile)
        case DropDuplicates():
            yield from _repeats(lost, basis.profile)
        case FillMissing() | Outliers() | ParseDates() | Rename():
            return
        case _:
            assert_never(step)


def _rows_with_gaps(columns: Sequence[str], lost: int, profile: Profile) -> Iterator[str]:
    if lost < _MANY_ROWS * profile.rows:
        return
    worst = max((profile.column(name) for name in columns), key=lambda column: column.missing)
    yield (
        f"I would fill the gaps, or leave out {named(worst.name)} ({worst.missing:,} gaps) first: "
        f"dropping every row with a gap loses {lost:,} of {profile.rows:,} rows "
        f"({percent(lost / profile.rows)})."
    )


def _mean(columns: Sequence[str], profile: Profile) -> Iterator[str]:
    for column in (profile.column(name) for name in columns):
        if abs(column.skew or 0.0) > _SKEWED and column.mean is not None and column.quantiles:
            yield (
                f"I would fill {named(column.name)} with its median {number(column.quantiles[3])}: "
                f"it is skewed ({number(round(column.skew or 0.0, 1))}), and its few extreme "
                f"values pull the mean to {number(column.mean)}."
            )


def _commonest(columns: Sequence[str], profile: Profile) -> Iterator[str]:
    for column in (profile.column(name) for name in columns):
        missing, present = column.missing, profile.rows - column.missing
        if missing > _INVENTED * profile.rows:
            yield (
                f"I would mark the gaps of {named(column.name)} with a word of their own: one "
                f"value for {missing:,} of {profile.rows:,} rows is mostly invented."
            )
        elif column.kind in NUMERIC and column.top and column.top[0][1] < _RARE_VALUE * present:
            yield (
                f"I would fill {named(column.name)} with its median: its commonest number stands "
                f"in only {percent(column.top[0][1] / present)} of the rows."
            )


def _constant(columns: Sequence[str], value: object, profile: Profile) -> Iterator[str]:
    for column in (profile.column(name) for name in columns):
        if not _outside(column, value):
            continue
        yield (
            f"I would fill {named(column.name)} with its median {number(column.quantiles[3])}: "
            f"{number(float(str(value)))} lies outside of all its values "
            f"({number(column.quantiles[0])} to {number(column.quantiles[-1])} for 98 % of them)."
        )


def _outside(column: ColumnProfile, value: object) -> bool:
    """Whether a number lies beyond every number of a column."""
    low, high = column.low, column.high
    if column.kind not in NUMERIC or not column.quantiles:
        return False
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return False
    try:
        return not low <= float(str(value)) <= high
    except ValueError:
        return False


def _signals(columns: Sequence[str], basis: Basis) -> Iterator[str]:
    """The target, or what tells most about it."""
    target = basis.target
    if target is None:
        return
    if target.name in columns:
        yield (
            f"I would keep {named(target.name)}: it is the likeliest column to predict, and "
            f"without it {plural(len(basis.profile.columns) - len(columns), 'column')} are left "
            "with nothing to learn."
        )
        return
    first = next(iter(basis.ties), None)
    lost = [tie for tie in basis.ties if tie.column in columns and tie.strength >= _SIGNAL]
    if not lost or first is None:
        return
    most = "tells most" if lost[0] is first else "tells much"
    others = len(lost) - 1
    more = f", and {plural(others, 'other column')} go with it" if others else ""
    yield (
        f"I would keep {named(lost[0].column)}: it {most} about {named(target.name)}, the "
        f"likeliest target ({number(round(lost[0].strength, 2))} of 1){more}."
    )


def _outliers(lost: int, profile: Profile) -> Iterator[str]:
    if lost < _MANY_OUTLIERS * profile.rows:
        return
    skewed = [c.name for c in profile.columns if abs(c.skew or 0.0) > _SKEWED and c.outliers]
    tail = f", the long tail of {listed(skewed, most=3)} rather than errors" if skewed else ""
    yield (
        f"I would clip outliers: dropping them loses {lost:,} of {profile.rows:,} rows "
        f"({percent(lost / profile.rows)}){tail}."
    )


def _repeats(lost: int, profile: Profile) -> Iterator[str]:
    if lost and not repeats_are_copies(profile):
        yield (
            f"I would keep the repeated rows: {lost:,} of {profile.rows:,} repeat, which "
            f"{plural(len(profile.columns), 'column')} of so few values make likely by chance."
        )
