"""Which cleaning fits a table: repeated rows, idle columns, gaps, and values to look at first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from tools.cards import listed, number, percent, plural, shown
from tools.ml.advice.basis import NUMERIC
from tools.ml.advice.piece import Advice, named
from tools.ml.profiling import ColumnProfile, Profile
from tools.ml.recipe import DropColumns, FillMissing, Recipe
from tools.ml.wishes import sensible

_FEW_REPEATS: Final = 0.05
_TELLING: Final = 0.3
_FEW_GAPS: Final = 0.1
_SHOWN: Final = 3
_FEW_ZEROS: Final = 0.01
_FAR_FROM_ZERO: Final = 0.3


def cleaning_of(profile: Profile, target: str = "") -> tuple[Advice, ...]:
    """What to clean, first things first; nothing where the table is fit as it is."""
    recipe = sensible(profile)
    return (
        *_looks(profile),
        *_repeats(profile),
        *_idle(profile, recipe),
        *_gaps(profile, recipe, target),
    )


def cleaning_args(profile: Profile, advice: Sequence[Advice]) -> dict[str, Any]:
    """The arguments of `clean_dataset` that follow the advice; none where its usual way does."""
    args: dict[str, Any] = {}
    for each in advice:
        args |= each.args
    return {} if not profile.duplicate_rows or "drop_duplicates" in args else args


def _repeats(profile: Profile) -> Iterator[Advice]:
    count = profile.duplicate_rows
    if not count:
        return
    some, share = plural(count, "row"), percent(count / profile.rows)
    repeats = f"{some} of {profile.rows:,} ({share}) {'repeats' if count == 1 else 'repeat'}"
    if repeats_are_copies(profile):
        why = f"{repeats} an earlier one in every column and would count twice."
        yield Advice("cleaning", "Drop the repeated rows", why, {"drop_duplicates": True})
    else:
        columns = plural(len(profile.columns), "column")
        why = f"{repeats} an earlier one, which {columns} of so few values make likely by chance."
        yield Advice("cleaning", "Keep the repeated rows", why)


def repeats_are_copies(profile: Profile) -> bool:
    """Whether equal rows are hardly an accident: there are few, or values that rarely meet."""
    if profile.duplicate_rows <= _FEW_REPEATS * profile.rows:
        return True
    return any(column.distinct >= _TELLING * profile.rows for column in profile.columns)


def _idle(profile: Profile, recipe: Recipe) -> Iterator[Advice]:
    names = [name for step in recipe if isinstance(step, DropColumns) for name in step.columns]
    if names:
        has = "has" if len(names) == 1 else "have"
        why = f"In all {profile.rows:,} rows {listed(names)} {has} one value at most."
        yield Advice("cleaning", f"Drop {listed(names)}", why, {"drop_columns": names})


def _gaps(profile: Profile, recipe: Recipe, target: str) -> Iterator[Advice]:
    """All gaps at once; those of the target stay, as rows without an answer teach nothing."""
    parts, worst = [], None
    for step in recipe:
        if not isinstance(step, FillMissing):
            continue
        columns = [profile.column(name) for name in step.columns if name != target]
        if columns:
            parts.append(_filled(columns, step, profile.rows))
            first = max(columns, key=lambda column: column.missing)
            worst = first if worst is None or first.missing > worst.missing else worst
    if worst is None:
        return
    if worst.missing < _FEW_GAPS * profile.rows:
        rows = plural(worst.missing, "row")
        why = f"No column lacks more than {rows} of {profile.rows:,}, so little is invented."
    else:
        left = profile.rows - worst.missing
        why = (
            f"Dropping the rows with gaps would leave {left:,} of {profile.rows:,} at most, as "
            f"{named(worst.name)} alone lacks {worst.missing:,}."
        )
    yield Advice("cleaning", f"Fill {'; '.join(parts)}", why, {"missing": "auto"})


def _filled(columns: Sequence[ColumnProfile], step: FillMissing, rows: int) -> str:
    most = sorted(columns, key=lambda column: -column.missing)
    told = [f"{named(c.name)} ({percent(c.missing / rows)} missing)" for c in most[:_SHOWN]]
    if len(most) > _SHOWN:
        told.append(f"{len(most) - _SHOWN} more")
    names = told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"
    one = most[0]
    if step.strategy == "median":
        alone = len(most) == 1 and one.kind in NUMERIC and one.quantiles
        return f"{names} with the median" + (f", {number(one.quantiles[3])}" if alone else "")
    if step.strategy == "most_frequent":
        return f"{names} with the commonest value"
    return f"{names} with a word of its own, as being absent may tell something"


def _looks(profile: Profile) -> Iterator[Advice]:
    """What only people can settle, before anything is filled or learnt."""
    for finding in profile.findings:
        if finding.kind in ("suspicious", "units"):
            yield Advice(
                "cleaning",
                f"Look at {named(finding.columns[0])} first",
                shown(finding.sentence, 300),
            )
    odd = [column for column in profile.columns if _zero_for_none(column, profile.rows)]
    if odd:
        names = listed(column.name for column in odd)
        counts = ", ".join(f"{column.zeros:,}" for column in odd[:_SHOWN])
        one = odd[0]
        why = (
            f"0 stands in {counts} rows there while 99 % of {named(one.name)} are above "
            f"{number(one.quantiles[0])}: it may mean “no value”."
        )
        yield Advice("cleaning", f"Look at the zeros of {names}", why)


def _zero_for_none(column: ColumnProfile, rows: int) -> bool:
    """Whether a few zeros lie far from all other numbers, none of which is below zero."""
    if column.kind not in NUMERIC or not column.quantiles or column.negatives:
        return False
    low, middle = column.quantiles[0], column.quantiles[3]
    return 0 < column.zeros <= _FEW_ZEROS * rows and low >= _FAR_FROM_ZERO * middle > 0
