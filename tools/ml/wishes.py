"""What people want cleaned, as arguments; and the recipe that does it to a given table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import pandas as pd

from tools.errors import BadRequest
from tools.ml.naming import known_column
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

Missing: TypeAlias = Literal[
    "keep", "drop_rows", "median", "mean", "most_frequent", "constant", "auto"
]

_STAND_IN = "missing"
"""What text gaps are filled with where a frequent value would be an invention."""
_NUMERIC = ("integer", "number")


@dataclass(frozen=True, slots=True)
class CleaningWishes:
    """The arguments of `clean_dataset`; nothing named means: clean it sensibly."""

    drop_columns: tuple[str, ...] = ()
    keep_columns: tuple[str, ...] = ()
    drop_non_numeric: bool = False
    missing: Missing | None = None
    fill_value: str | float | None = None
    fill_columns: tuple[str, ...] = ()
    drop_duplicates: bool = False
    outliers: Literal["keep", "clip", "drop"] = "keep"
    outlier_columns: tuple[str, ...] = ()
    parse_dates: tuple[str, ...] = ()
    rename: dict[str, str] = field(default_factory=dict)

    @property
    def nothing_named(self) -> bool:
        """Whether everything is left to the tool."""
        return self == CleaningWishes()


def plan_recipe(table: pd.DataFrame, profile: Profile, wishes: CleaningWishes) -> Recipe:
    """The transforms that fulfil the wishes, in an order that does what people mean.

    Repeated rows go first (they are judged on all columns), then dates, columns, gaps,
    outliers and names. The recipe is empty if there is nothing to do.

    Args:
        table: The table to be cleaned.
        profile: Its profile.
        wishes: Column names may differ in case or by a small typo.

    Raises:
        BadRequest: An unknown column, a value that is missing or does not suit, or nothing left.
    """
    if wishes.nothing_named:
        return sensible(profile)
    names = [column.name for column in profile.columns]
    dates = _found(wishes.parse_dates, names)
    gone = _dropped(profile, wishes, dates)
    left = [column for column in profile.columns if column.name not in gone]
    if not left:
        raise BadRequest("No column would be left.", "Keep at least one: name the columns to keep.")
    steps: list[Transform] = []
    if wishes.drop_duplicates:
        steps.append(DropDuplicates())
    if dates:
        steps.append(ParseDates(tuple(name for name in dates if name not in gone)))
    if gone:
        steps.append(DropColumns(tuple(gone)))
    steps += _gaps(table, left, wishes)
    if wishes.outliers != "keep":
        steps += _outliers(left, wishes)
    if wishes.rename:
        steps.append(_renamed(wishes.rename, left))
    return tuple(steps)


def reasons(recipe: Recipe, profile: Profile) -> tuple[str, ...]:
    """Why a recipe that was left to the tool holds what it holds; one sentence each."""
    said: list[str] = []
    for step in recipe:
        match step:
            case DropDuplicates() if profile.duplicate_rows:
                said.append("Rows that repeat another would count twice.")
            case DropColumns(columns=columns):
                for column in (profile.column(name) for name in columns):
                    what = "one value only" if column.distinct else "no value"
                    said += [f"“{column.name}” has {what}: it tells nothing."] * column.constant
            case FillMissing(strategy="median"):
                said.append("Numbers get their median, which outliers do not move.")
            case FillMissing(strategy="most_frequent"):
                said.append("Categories with few gaps get their most frequent value.")
            case FillMissing(strategy="constant", value=value) if value == _STAND_IN:
                said.append(
                    f"Text and categories with many gaps get “{value}”: being absent may itself "
                    "mean something, and a frequent value would be an invention."
                )
            case _:
                pass
    return tuple(said)


def sensible(profile: Profile) -> Recipe:
    """What almost everybody wants: no repeated rows, no columns that say nothing, no gaps."""
    steps: list[Transform] = []
    if profile.duplicate_rows:
        steps.append(DropDuplicates())
    idle = [column.name for column in profile.columns if column.constant and not _tells(column)]
    if idle and len(idle) < len(profile.columns):
        steps.append(DropColumns(tuple(idle)))
    steps += _fill_each([c for c in profile.columns if c.name not in idle], profile.rows)
    return tuple(steps)


def _tells(column: ColumnProfile) -> bool:
    """A single value beside gaps still tells two sorts of rows apart."""
    return column.distinct == 1 and column.missing > 0


def _fill_each(columns: Sequence[ColumnProfile], rows: int) -> list[Transform]:
    gaps = [column for column in columns if column.missing and column.distinct]
    numbers = [c.name for c in gaps if c.kind in (*_NUMERIC, "datetime")]
    text = [c for c in gaps if c.kind in ("category", "text")]
    many = [c.name for c in text if c.kind == "text" or c.missing > 0.4 * rows]
    often = [c.name for c in gaps if c.name not in numbers and c.name not in many]
    steps: list[Transform] = []
    if numbers:
        steps.append(FillMissing(tuple(numbers), "median"))
    if often:
        steps.append(FillMissing(tuple(often), "most_frequent"))
    if many:
        steps.append(FillMissing(tuple(many), "constant", _STAND_IN))
    return steps


def _found(said: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    found = [known_column(name, names) for name in said]
    return tuple(dict.fromkeys(found))


def _dropped(profile: Profile, wishes: CleaningWishes, dates: Sequence[str]) -> list[str]:
    """Names of the columns to leave out, in the order of the table."""
    names = [column.name for column in profile.columns]
    gone = set(_found(wishes.drop_columns, names))
    kept = set(_found(wishes.keep_columns, names))
    if kept:
        gone |= set(names) - kept
    if wishes.drop_non_numeric:
        others = {c.name for c in profile.columns if c.kind not in _NUMERIC}
        gone |= others - kept - set(dates)
    return [name for name in names if name in gone]


def _gaps(
    table: pd.DataFrame, left: Sequence[ColumnProfile], wishes: CleaningWishes
) -> list[Transform]:
    strategy = wishes.missing
    if strategy is None and wishes.fill_value is not None:
        strategy = "constant"
    if strategy is None and wishes.fill_columns:
        strategy = "auto"
    if strategy in (None, "keep"):
        return []
    names = _found(wishes.fill_columns, [column.name for column in left])
    picked = [c for c in left if c.name in names] if names else list(left)
    gaps = [column for column in picked if column.missing]
    if not gaps:
        return []
    if strategy == "auto":
        return _fill_each(gaps, len(table))
    if strategy == "drop_rows":
        return [_drop_rows(table, gaps)]
    return _fill_alike(gaps, strategy, wishes, named=bool(names))


def _drop_rows(table: pd.DataFrame, gaps: Sequence[ColumnProfile]) -> Transform:
    columns = tuple(column.name for column in gaps)
    if table[list(columns)].isna().any(axis=1).all():
        worst = max(gaps, key=lambda column: column.missing)
        raise BadRequest(
            "Every row has a gap somewhere, so no row would be left.",
            f"Drop “{worst.name}” first ({worst.missing:,} gaps), or fill the gaps.",
        )
    return DropMissingRows(columns)


def _fill_alike(
    gaps: Sequence[ColumnProfile],
    strategy: Literal["median", "mean", "most_frequent", "constant"] | str,
    wishes: CleaningWishes,
    *,
    named: bool,
) -> list[Transform]:
    """One strategy for every column with gaps that it suits."""
    if strategy == "most_frequent":
        return [FillMissing(tuple(c.name for c in gaps if c.distinct), "most_frequent")]
    value = wishes.fill_value
    if strategy == "constant":
        if value is None:
            raise BadRequest("Which value should fill the gaps?", "Say “fill the gaps with 0”.")
        fits = list(gaps) if named else [c for c in gaps if _suits(value, c)]
        wanted = f"the value “{value}”"
    else:
        fits = [c for c in gaps if c.kind in _NUMERIC and c.distinct]
        wanted = f"a {strategy}"
    if not fits or (named and len(fits) < len(gaps)):
        odd = next(column for column in gaps if column not in fits)
        raise BadRequest(
            f"“{odd.name}” cannot be filled with {wanted}: it holds {_HELD[odd.kind]}.",
            "Fill it with its most frequent value instead.",
        )
    columns = tuple(column.name for column in fits)
    if strategy == "constant":
        return [FillMissing(columns, "constant", value)]
    return [FillMissing(columns, "mean" if strategy == "mean" else "median")]


_HELD = {
    "integer": "numbers",
    "number": "numbers",
    "boolean": "true and false",
    "datetime": "dates",
    "category": "categories",
    "text": "text",
}


def _suits(value: str | float, column: ColumnProfile) -> bool:
    """Numbers go into number columns, words into text columns."""
    try:
        float(value)
    except ValueError:
        return column.kind in ("category", "text")
    return column.kind in _NUMERIC


def _outliers(left: Sequence[ColumnProfile], wishes: CleaningWishes) -> list[Transform]:
    named = _found(wishes.outlier_columns, [column.name for column in left])
    columns = tuple(named) or tuple(
        column.name
        for column in left
        if column.distinct > {"integer": 10, "number": 5}.get(column.kind, column.distinct)
        and not column.id_like
    )
    action: Literal["clip", "drop"] = "clip" if wishes.outliers == "clip" else "drop"
    return [Outliers(columns, action)] if columns else []


def _renamed(wanted: dict[str, str], left: Sequence[ColumnProfile]) -> Transform:
    names = [column.name for column in left]
    pairs = tuple((known_column(old, names), new.strip()) for old, new in wanted.items())
    moved = {old for old, _ in pairs}
    after = [name for name in names if name not in moved] + [new for _, new in pairs]
    twice = next((name for name in after if not name or after.count(name) > 1), None)
    if twice is not None:
        raise BadRequest(
            f"Two columns would be called “{twice}”." if twice else "A column needs a name.",
            "Pick another name.",
        )
    return Rename(pairs)
