"""Profiles a frame."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from tools.cards import percent
from tools.ml.profiling.profile import (
    QUANTILES,
    ColumnProfile,
    Histogram,
    Kind,
    Profile,
    Value,
)
from tools.ml.reading.report import ReadReport
from tools.ml.targets import suggest_targets

_TOP: Final = 20
_BINS: Final = 30
_STRETCHED: Final = 1.6
"""How many times as wide as 98 % of the values a range is that a few values stretch."""
_ID_NAME: Final = r"(?:^|[_\W])(?:id|key|uuid|guid|index|idx|no|nr|number|rownames?|row)$"
_MOST_PAIRS: Final = 60
_SAMPLE: Final = 20_000
_LEAST_REPEATS: Final = 2
_LONG_NAME: Final = 40


def profile_table(table: pd.DataFrame, *, report: ReadReport | None = None) -> Profile:
    """Everything the profile card and the rest of the product need to know about a table."""
    units = report.units if report is not None else {}
    columns = tuple(_profile(str(name), table[name], units.get(str(name), "")) for name in table)
    duplicates = int(table.duplicated().sum()) if len(table.columns) else 0
    twins = _near_duplicates(table, columns)
    return Profile(
        rows=len(table),
        columns=columns,
        duplicate_rows=duplicates,
        warnings=tuple(_warnings(len(table), columns, duplicates, twins)),
        targets=suggest_targets(columns, rows=len(table)),
    )


def kind_of(values: pd.Series[Any]) -> Kind:
    """The kind of a column.

    Whole numbers with gaps (float64 in the table) are "integer"; text whose values repeat is
    "category", else "text".
    """
    dtype = values.dtype
    if pd.api.types.is_bool_dtype(dtype):
        return "boolean"
    if pd.api.types.is_integer_dtype(dtype):
        return "integer"
    if pd.api.types.is_numeric_dtype(dtype):
        present = values.dropna()
        gaps = 0 < len(present) < len(values)
        whole = gaps and bool(np.equal(np.mod(present.to_numpy(float), 1), 0).all())
        return "integer" if whole else "number"
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return "datetime"
    if isinstance(dtype, pd.CategoricalDtype):
        return "category"
    distinct, present_count = int(values.nunique()), int(values.count())
    repeats = distinct <= 0.5 * present_count or (distinct <= 20 and distinct < present_count)
    return "category" if repeats or distinct == 1 else "text"


def _profile(name: str, values: pd.Series[Any], unit: str) -> ColumnProfile:
    kind = kind_of(values)
    counts = values.value_counts(dropna=True)
    distinct = len(counts)
    facts: dict[str, Any] = {
        "missing": int(values.isna().sum()),
        "distinct": distinct,
        "top": tuple((_plain(value), int(count)) for value, count in counts.head(_TOP).items()),
        "constant": distinct <= 1,
        "id_like": _id_like(name, kind, values, distinct),
        "unit": unit,
    }
    if kind in ("integer", "number"):
        facts |= _numeric_facts(values)
    elif kind == "datetime":
        facts |= _date_facts(values)
    return ColumnProfile(name=name, kind=kind, **facts)


def _plain(value: Any) -> Value:
    if isinstance(value, pd.Timestamp):
        return _iso(value)
    if isinstance(value, str):
        return value if len(value) <= 200 else value[:199] + "…"
    return value.item() if isinstance(value, np.generic) else value  # type: ignore[no-any-return]


def _iso(moment: pd.Timestamp) -> str:
    return str(moment.date()) if moment == moment.normalize() else moment.isoformat(sep=" ")


def _id_like(name: str, kind: Kind, values: pd.Series[Any], distinct: int) -> bool:
    """All values differ, and they are words, or numbers that count up or are called so."""
    if distinct < 10 or distinct < values.count():
        return False
    if kind == "text":
        return bool(values.str.len().mean() <= 100)
    if kind != "integer":
        return False
    spaced = pd.Series([name]).str.replace(r"([a-z])([A-Z])", r"\1_\2", regex=True).str.lower()
    steps = np.diff(values.dropna().to_numpy(float))
    return bool(spaced.str.contains(_ID_NAME).iloc[0] or (steps == 1).all())


def _numeric_facts(values: pd.Series[Any]) -> dict[str, Any]:
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        return {}
    with np.errstate(over="ignore", invalid="ignore"):
        mean, quantiles = float(numbers.mean()), np.quantile(numbers, QUANTILES)
        std = float(numbers.std(ddof=1)) if len(numbers) > 1 else None
    low, high = float(numbers.min()), float(numbers.max())
    return {
        "low": low,
        "high": high,
        "mean": _finite(mean),
        "std": _finite(std),
        "quantiles": tuple(float(value) for value in np.nan_to_num(quantiles, nan=low)),
        "histogram": _histogram(numbers),
        "central": _central(numbers, float(quantiles[0]), float(quantiles[-1])),
    }


def _central(
    numbers: np.ndarray[Any, np.dtype[np.float64]], first: float, last: float
) -> Histogram | None:
    """Without the few values that stretch the range, where `first` and `last` hold 98 %."""
    low, high, width = float(numbers.min()), float(numbers.max()), last - first
    if not width > 0 or high - low <= _STRETCHED * width:
        return None
    low, high = max(low, first - 0.15 * width), min(high, last + 0.15 * width)
    return _histogram(numbers[(numbers >= low) & (numbers <= high)])


def _finite(value: float | None) -> float | None:
    """None where the sum of huge numbers has left the range of floats."""
    return value if value is not None and np.isfinite(value) else None


def _histogram(numbers: np.ndarray[Any, np.dtype[np.float64]]) -> Histogram:
    low, high = float(numbers.min()), float(numbers.max())
    if abs(high) > 1e300 or abs(low) > 1e300:
        return Histogram((low, high), (len(numbers),))
    whole = high - low < _BINS and bool((np.mod(numbers, 1) == 0).all())
    if whole and abs(low) < 1e15:
        edges = np.arange(low - 0.5, high + 1)
    else:
        edges = np.linspace(low, high, _BINS + 1)
    if not (np.diff(edges) > 0).all():
        # Values so close, or so large, that a float holds no steps between them.
        return Histogram((low, high), (len(numbers),))
    counts, edges = np.histogram(numbers, bins=edges)
    return Histogram(tuple(map(float, edges)), tuple(map(int, counts)))


def _date_facts(values: pd.Series[Any]) -> dict[str, Any]:
    present = values.dropna()
    if present.empty:
        return {}
    seconds = present.to_numpy("datetime64[us]").astype("int64") / 1e6
    return {
        "low": _iso(present.min()),
        "high": _iso(present.max()),
        "histogram": _histogram(seconds),
    }


def _near_duplicates(
    table: pd.DataFrame, columns: tuple[ColumnProfile, ...]
) -> list[tuple[str, str]]:
    """Pairs (earlier, later) of which the later says nothing new.

    Numbers that correlate by at least 0.9999 on a sample of rows, or values that stand one to
    one for those of the other column and come back often enough for that to be no accident (any
    two columns without repeats stand one to one).
    """
    picked = [c for c in columns if not c.constant and not c.id_like and c.kind != "text"]
    sample = table if len(table) <= _SAMPLE else table.iloc[:: len(table) // _SAMPLE + 1]
    if len(sample) < 10:
        return []
    codes = {c.name: pd.factorize(sample[c.name])[0] for c in picked[:_MOST_PAIRS]}
    pairs: list[tuple[str, str]] = []
    for place, later in enumerate(picked[:_MOST_PAIRS]):
        for earlier in picked[:place]:
            if _one_to_one(codes[earlier.name], codes[later.name], earlier, later) or _same_line(
                sample, earlier, later
            ):
                pairs.append((earlier.name, later.name))
                break
    return pairs


def _one_to_one(a: Any, b: Any, earlier: ColumnProfile, later: ColumnProfile) -> bool:
    if earlier.distinct != later.distinct or earlier.missing != later.missing:
        return False
    kinds = len(np.unique(a))
    if kinds * _LEAST_REPEATS > len(a):
        return False
    together = a.astype("int64") * (int(b.max()) + 2) + b
    return len(np.unique(together)) == kinds == len(np.unique(b))


def _same_line(sample: pd.DataFrame, earlier: ColumnProfile, later: ColumnProfile) -> bool:
    numeric = {"integer", "number"}
    if earlier.kind not in numeric or later.kind not in numeric:
        return False
    pair = sample[[earlier.name, later.name]].dropna().to_numpy(float)
    if len(pair) < 10 or len(pair) < 0.5 * len(sample) or (pair.std(axis=0) == 0).any():
        return False
    return bool(abs(np.corrcoef(pair.T)[0, 1]) >= 0.9999)


def _warnings(
    rows: int,
    columns: tuple[ColumnProfile, ...],
    duplicates: int,
    twins: list[tuple[str, str]],
) -> list[str]:
    found: list[str] = []
    if rows < 50:
        some = "1 row" if rows == 1 else f"{rows} rows"
        found.append(f"Only {some}: any score from so few is uncertain.")
    if duplicates:
        some = "1 row repeats" if duplicates == 1 else f"{duplicates:,} rows repeat"
        found.append(f"{some} an earlier row in every column.")
    empty = [c.name for c in columns if c.missing == rows]
    found += _sentence(empty, "has no value at all", "have no value at all")
    constant = [c.name for c in columns if c.constant and c.missing < rows]
    found += _sentence(constant, "has one value only", "have one value only")
    ids = [c.name for c in columns if c.id_like]
    found += _sentence(
        ids,
        "differs in every row, like an identifier; it cannot help a model",
        "differ in every row, like identifiers; they cannot help a model",
    )
    for c in columns:
        if 0.5 * rows < c.missing < rows:
            share = percent(c.missing / rows)
            found.append(f"“{_short(c.name)}” is missing in {share} of the rows.")
    for c in columns:
        if c.kind in ("category", "text") and c.distinct > 50 and not c.id_like:
            found.append(f"“{_short(c.name)}” has {c.distinct:,} different values.")
    repeated: dict[str, list[str]] = {}
    for earlier, later in twins:
        repeated.setdefault(earlier, []).append(later)
    for earlier, copies in repeated.items():
        says = f"what “{_short(earlier)}” says"
        found += _sentence(copies, f"repeats {says}", f"repeat {says}")
    return found


def _short(name: str) -> str:
    return name if len(name) <= _LONG_NAME else name[: _LONG_NAME - 1] + "…"


def _sentence(names: list[str], one: str, many: str) -> list[str]:
    if not names:
        return []
    shown = [f"“{_short(name)}”" for name in names[:5]]
    if len(names) > 5:
        shown.append(f"{len(names) - 5} more columns")
    if len(shown) == 1:
        return [f"{shown[0]} {one}."]
    return [f"{', '.join(shown[:-1])} and {shown[-1]} {many}."]
