"""One transform of a recipe, fitted on some rows and replayed on any."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, assert_never

import pandas as pd
import pyarrow as pa

from tools.errors import BadRequest
from tools.ml.naming import unknown_column
from tools.ml.reading.dates import decide_dates
from tools.ml.reading.found import Found, Usual
from tools.ml.recipe import (
    DropColumns,
    DropDuplicates,
    DropMissingRows,
    FillMissing,
    Outliers,
    ParseDates,
    Rename,
    Transform,
)

Learnt: TypeAlias = Any
"""A fill value, a pair of limits, or whether days come before months."""


@dataclass(frozen=True, slots=True)
class FittedTransform:
    """A transform with what it learnt per column from the rows it was fitted on.

    `apply` never learns: rows keep their index labels, columns that are not in the table are
    skipped, the table handed in is not changed.
    """

    transform: Transform
    learnt: dict[str, Learnt] = field(default_factory=dict)

    def apply(self, table: pd.DataFrame) -> pd.DataFrame:
        """The transformed table; only rows and columns of `table` are in it."""
        transform = self.transform
        match transform:
            case DropColumns():
                new = table.drop(columns=_there(transform.columns, table))
            case Rename():
                new = table.rename(columns=dict(transform.names))
            case DropDuplicates():
                new = table.drop_duplicates()
            case DropMissingRows():
                new = table.dropna(subset=_there(transform.columns, table))
            case FillMissing():
                new = self._changed(table, _fill)
            case ParseDates():
                new = self._changed(table, _as_dates)
            case Outliers():
                clip = transform.action == "clip"
                new = self._changed(table, _clip) if clip else self._inside(table)
            case _:
                assert_never(transform)
        return new

    def _changed(self, table: pd.DataFrame, change: Any) -> pd.DataFrame:
        new = {
            name: change(table[name], learnt)
            for name, learnt in self.learnt.items()
            if name in table.columns
        }
        return table.assign(**new)

    def _inside(self, table: pd.DataFrame) -> pd.DataFrame:
        keep = pd.Series(True, index=table.index)
        for name, (low, high) in self.learnt.items():
            if name in table.columns:
                keep &= table[name].isna() | table[name].between(low, high)
        return table[keep]

    def sentence(self, before: pd.DataFrame, after: pd.DataFrame) -> str:
        """What happened between the two, in words."""
        lost = _count(len(before) - len(after), "row")
        transform = self.transform
        match transform:
            case DropColumns(columns=columns):
                said = f"Left out {_count(len(columns), 'column')}: {_listed(columns)}."
            case Rename(names=names):
                said = "Renamed " + ", ".join(f"“{old}” to “{new}”" for old, new in names) + "."
            case DropDuplicates():
                said = f"Left out {lost} that repeated an earlier one."
            case DropMissingRows(columns=columns):
                said = f"Left out {lost} with a gap in {_listed(columns)}."
            case FillMissing(strategy=strategy):
                said = self._fill_sentence(before, strategy)
            case ParseDates(columns=columns):
                said = f"Read {_listed(columns)} as dates."
            case Outliers():
                said = self._outlier_sentence(transform, before, lost)
            case _:
                assert_never(transform)
        return said

    def _outlier_sentence(self, transform: Outliers, before: pd.DataFrame, lost: str) -> str:
        limits = f"{transform.reach:g} interquartile ranges beyond the quartiles"
        if transform.action == "drop":
            return f"Left out {lost} with a value more than {limits}."
        outside = self._outside(before)
        if not outside:
            return f"No value lay more than {limits}."
        cells = _count(sum(outside.values()), "value")
        return f"Clipped {cells} in {_listed(outside)} that lay more than {limits}."

    def _outside(self, table: pd.DataFrame) -> dict[str, int]:
        """How many values lie outside, of the columns that have such values."""
        found = {
            name: int((table[name].notna() & ~table[name].between(*limits)).sum())
            for name, limits in self.learnt.items()
            if name in table.columns
        }
        return {name: count for name, count in found.items() if count}

    def _fill_sentence(self, before: pd.DataFrame, strategy: str) -> str:
        words = {
            "median": "the median",
            "mean": "the mean",
            "most_frequent": "the most frequent value",
            "constant": "",
        }[strategy]
        parts = []
        for name, value in self.learnt.items():
            gaps = int(before[name].isna().sum()) if name in before.columns else 0
            if gaps:
                parts.append(f"{_count(gaps, 'gap')} of “{name}” with {words} {_shown(value)}")
        if not parts:
            return "There were no gaps to fill."
        more = f" and the gaps of {_count(len(parts) - 6, 'more column')}"
        text = ", ".join(parts[:6]) + (more if len(parts) > 6 else "")
        return f"Filled {text}.".replace("  ", " ")


def fit_transform(transform: Transform, table: pd.DataFrame) -> FittedTransform:
    """Learn what the transform needs from these rows.

    A column without any value gets no median, mean or most frequent value: its gaps stay.

    Raises:
        BadRequest: A column is not there, or its values do not suit the transform.
    """
    match transform:
        case DropDuplicates():
            return FittedTransform(transform)
        case Rename(names=names):
            _need([old for old, _ in names], table)
            return FittedTransform(transform)
        case DropColumns(columns=columns) | DropMissingRows(columns=columns):
            _need(columns, table)
            return FittedTransform(transform)
        case FillMissing(columns=columns):
            _need(columns, table)
            learnt = {name: _fill_value(table[name], transform) for name in columns}
            return FittedTransform(transform, {k: v for k, v in learnt.items() if v is not None})
        case Outliers(columns=columns, reach=reach):
            _need(columns, table)
            limits = {name: _limits(table[name], reach) for name in columns}
            return FittedTransform(transform, {k: v for k, v in limits.items() if v is not None})
        case ParseDates(columns=columns):
            _need(columns, table)
            return FittedTransform(transform, {name: _day_first(table[name]) for name in columns})
        case _:
            assert_never(transform)


def _there(columns: Sequence[str], table: pd.DataFrame) -> list[str]:
    return [name for name in columns if name in table.columns]


def _need(columns: Sequence[str], table: pd.DataFrame) -> None:
    for name in columns:
        if name not in table.columns:
            raise unknown_column(name, list(map(str, table.columns)))


def _is_number(values: pd.Series[Any]) -> bool:
    dtype = values.dtype
    return pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype)


def _fill_value(values: pd.Series[Any], transform: FillMissing) -> Learnt:
    if transform.strategy == "constant":
        return _suited(values, transform.value)
    present = values.dropna()
    if present.empty:
        return None
    if transform.strategy == "most_frequent":
        counts = present.value_counts()
        return min(counts.index[counts == counts.iloc[0]])
    dates = pd.api.types.is_datetime64_any_dtype(values.dtype)
    if not (dates or _is_number(values)):
        raise BadRequest(
            f"“{values.name}” holds no numbers, so it has no {transform.strategy}.",
            "Fill it with its most frequent value, or with a constant.",
        )
    middle: Any = present.median() if transform.strategy == "median" else present.mean()
    return middle.as_unit("us") if dates else float(middle)


def _suited(values: pd.Series[Any], value: Any) -> Learnt:
    """A constant as a value of the column's type."""
    if value is None:
        raise BadRequest("No value to fill the gaps with was given.", "Say “fill with 0”.")
    try:
        if pd.api.types.is_bool_dtype(values.dtype):
            return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[
                str(value).lower().removesuffix(".0")
            ]
        if _is_number(values):
            number = float(value)
            return number if math.isfinite(number) else None
        if pd.api.types.is_datetime64_any_dtype(values.dtype):
            return pd.Timestamp(value).as_unit("us")
    except (ValueError, KeyError, TypeError) as exc:
        raise BadRequest(
            f"“{value}” does not suit the values of “{values.name}”.",
            "Name a value of the same kind, or the columns to fill.",
        ) from exc
    return f"{value:g}" if isinstance(value, float) else str(value)


def _fill(values: pd.Series[Any], value: Learnt) -> pd.Series[Any]:
    if not values.isna().any():
        return values
    if isinstance(value, str) and values.isna().all():
        return pd.Series(value, index=values.index, name=values.name, dtype="str")
    return values.fillna(value)


def _limits(values: pd.Series[Any], reach: float) -> tuple[float, float] | None:
    """Quartiles -/+ `reach` interquartile ranges; None where half of the values are equal."""
    if not _is_number(values):
        raise BadRequest(
            f"“{values.name}” holds no numbers, so it has no outliers.", "Name number columns."
        )
    low, high = (float(values.quantile(share)) for share in (0.25, 0.75))
    if not high > low:
        return None
    width = reach * (high - low)
    if pd.api.types.is_integer_dtype(values.dtype):
        return math.ceil(low - width), math.floor(high + width)
    return low - width, high + width


def _clip(values: pd.Series[Any], limits: tuple[float, float]) -> pd.Series[Any]:
    return values.clip(*limits)


def _day_first(values: pd.Series[Any]) -> bool:
    """Whether days come before months, as the whole column tells."""
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return False
    if _is_number(values) or pd.api.types.is_bool_dtype(values.dtype):
        raise BadRequest(
            f"“{values.name}” holds no text that could be read as dates.", "Name a text column."
        )
    distinct = pd.Series(values.dropna().str.strip().unique(), dtype="str")
    found = _decided(distinct) if len(distinct) else ""
    if isinstance(found, Found):
        return bool(found.reading.order == "dmy")
    tries = {first: int(_mixed(distinct, first).isna().sum()) for first in (False, True)}
    best = min(tries, key=lambda first: tries[first])
    if tries[best] > 0.2 * len(distinct):
        # The value itself stays out: a language model reads this sentence.
        raise BadRequest(
            f"“{values.name}” cannot be read as dates: {tries[best]:,} of its "
            f"{len(distinct):,} different values are none.",
            "Name another column, or leave it as text.",
        )
    return best


def _decided(distinct: pd.Series[Any]) -> Found | str:
    cells = pa.array(distinct, pa.string())
    sample = distinct.iloc[:400].tolist()
    return decide_dates(cells, sample, day_first=None, told=False, usual=Usual())


def _mixed(cells: pd.Series[Any], day_first: bool) -> pd.Series[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # year-first dates ignore `dayfirst`
        read = pd.to_datetime(cells, format="mixed", dayfirst=day_first, errors="coerce", utc=True)
    return read.dt.tz_localize(None).astype("datetime64[us]")


def _as_dates(values: pd.Series[Any], day_first: bool) -> pd.Series[Any]:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values
    cells = values.astype("str").str.strip()
    distinct = pd.Series(cells.dropna().unique(), dtype="str")
    iso = distinct.str.match(r"\d{4}-")
    read = pd.concat([_mixed(distinct[iso], False), _mixed(distinct[~iso], day_first)])
    found = dict(zip(pd.concat([distinct[iso], distinct[~iso]]), read, strict=True))
    mapped = cells.map(found)
    return mapped.astype("datetime64[us]")


def _count(number: int, noun: str) -> str:
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun}s" if number else f"no {noun}s"


def _listed(names: Any) -> str:
    shown = [f"“{name}”" for name in names]
    if not shown:
        return "no column"
    if len(shown) > 6:
        shown = [*shown[:5], f"{len(shown) - 5} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _shown(value: Learnt) -> str:
    if isinstance(value, float):
        return f"{value:,.6g}"
    return f"“{value}”"
