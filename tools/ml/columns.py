"""What each column is to a model: number, boolean, category or date, or nothing to learn from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
import pandas as pd

Kind: TypeAlias = Literal["number", "boolean", "category", "date"]

MAX_CATEGORIES: Final = 50
"""Categories that get a code of their own; the rest share one."""
_TEXT_SHARE: Final = 0.5
_CAMEL_ID: Final = re.compile(r"[a-z](?:Id|ID|Key|UUID)$")
_PLAIN_ID: Final = re.compile(r"(?:^|[_\-. ])(?:id|uuid|guid|key|index|rowid|row|no|nr)$", re.I)


@dataclass(frozen=True, slots=True)
class Column:
    """One feature, under its original name; `day_first` tells how dates in text are read."""

    name: str
    kind: Kind
    day_first: bool = False


@dataclass(frozen=True, slots=True)
class Excluded:
    """A column that is not a feature, and why; `warn` when a person should know."""

    name: str
    reason: str
    warn: bool = False


def kind_of(series: pd.Series) -> Kind | None:
    """The kind of a column by its type alone; `None` for lists, spans and other odd values."""
    dtype = series.dtype
    if pd.api.types.is_bool_dtype(dtype):
        return "boolean"
    if pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_complex_dtype(dtype):
        return "number"
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return "date"
    text = isinstance(dtype, pd.CategoricalDtype | pd.StringDtype)
    if text or (pd.api.types.is_object_dtype(dtype) and series.dropna().map(_is_plain).all()):
        return "category"
    return None


def _is_plain(value: object) -> bool:
    return isinstance(value, str | bool | int | float | np.generic)


def named_like_id(name: str) -> bool:
    """Whether a column's name says that it identifies something."""
    return bool(_PLAIN_ID.search(name) or _CAMEL_ID.search(name))


def why_not_a_feature(series: pd.Series, *, as_date: bool = False) -> Excluded | None:
    """The reason why a column cannot teach a model anything, or `None` if it may.

    Args:
        series: The column on all usable rows.
        as_date: The recipe reads this text column as dates.
    """
    name = str(series.name)
    kind = "date" if as_date else kind_of(series)
    if kind is None:
        return Excluded(name, "its values are neither numbers, text, booleans nor dates", warn=True)
    present = series.dropna()
    if present.empty:
        return Excluded(name, "it is empty", warn=True)
    distinct = int(present.nunique())
    if distinct == 1 and len(present) == len(series):
        return Excluded(name, "it is the same in every row", warn=True)
    if kind == "category":
        return _why_not_text(name, distinct=distinct, present=len(present))
    if kind == "number" and _is_counter(present, distinct=distinct):
        return Excluded(name, "it numbers the rows (an identifier)", warn=True)
    return None


def _why_not_text(name: str, *, distinct: int, present: int) -> Excluded | None:
    if distinct == present and present >= 10:
        words = "an identifier" if named_like_id(name) else "free text or an identifier"
        return Excluded(name, f"every value is different ({words})", warn=True)
    if distinct > MAX_CATEGORIES and distinct > _TEXT_SHARE * present:
        return Excluded(name, f"{distinct:,} different texts in {present:,} rows", warn=True)
    return None


def _is_counter(present: pd.Series, *, distinct: int) -> bool:
    """Whole numbers, all different, that are named like an id or count up without gaps."""
    if distinct < len(present) or distinct < 10:
        return False
    values = np.sort(present.to_numpy(dtype=np.float64))
    if not np.isfinite(values).all() or (values != np.round(values)).any():
        return False
    return named_like_id(str(present.name)) or bool((np.diff(values) == 1).all())
