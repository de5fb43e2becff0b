"""The vocabulary of cleaning: transforms, and a recipe as the list of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, TypeAdapter

FillStrategy: TypeAlias = Literal["median", "mean", "most_frequent", "constant"]


@dataclass(frozen=True, slots=True)
class DropColumns:
    """Leave these columns out."""

    columns: tuple[str, ...]
    kind: Literal["drop_columns"] = "drop_columns"


@dataclass(frozen=True, slots=True)
class FillMissing:
    """Fill the gaps of these columns; learnt values come from the rows it is fitted on."""

    columns: tuple[str, ...]
    strategy: FillStrategy
    value: str | float | None = None
    kind: Literal["fill_missing"] = "fill_missing"


@dataclass(frozen=True, slots=True)
class DropMissingRows:
    """Leave out rows with a gap in any of these columns."""

    columns: tuple[str, ...]
    kind: Literal["drop_missing_rows"] = "drop_missing_rows"


@dataclass(frozen=True, slots=True)
class DropDuplicates:
    """Leave out rows that repeat an earlier row in every column."""

    kind: Literal["drop_duplicates"] = "drop_duplicates"


@dataclass(frozen=True, slots=True)
class Outliers:
    """Clip to, or drop rows outside of, quartiles -/+ `reach` interquartile ranges (Tukey 1977)."""

    columns: tuple[str, ...]
    action: Literal["clip", "drop"]
    reach: float = 3.0
    kind: Literal["outliers"] = "outliers"


@dataclass(frozen=True, slots=True)
class ParseDates:
    """Read these text columns as dates and times."""

    columns: tuple[str, ...]
    kind: Literal["parse_dates"] = "parse_dates"


@dataclass(frozen=True, slots=True)
class Rename:
    """Give columns new names, as (old, new) pairs."""

    names: tuple[tuple[str, str], ...]
    kind: Literal["rename"] = "rename"


Transform: TypeAlias = Annotated[
    DropColumns | FillMissing | DropMissingRows | DropDuplicates | Outliers | ParseDates | Rename,
    Field(discriminator="kind"),
]
Recipe: TypeAlias = tuple[Transform, ...]

_RECIPE: TypeAdapter[Recipe] = TypeAdapter(tuple[Transform, ...])


def dump_recipe(recipe: Recipe) -> list[dict[str, Any]]:
    """A recipe as JSON values."""
    return _RECIPE.dump_python(recipe, mode="json")  # type: ignore[no-any-return]


def load_recipe(value: list[dict[str, Any]]) -> Recipe:
    """The reverse of `dump_recipe`."""
    return _RECIPE.validate_python(value)
