"""Numbers: edges at distinct quantiles, exact counts in the cells gap, edge, gap, …, edge, gap.

A value equal to an edge is in that edge's cell, so a point mass never straddles two bins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tools.summaries.columns import Kind

Values: TypeAlias = npt.NDArray[Any]
Width: TypeAlias = Literal["int64", "float64", "float32"]
Number: TypeAlias = int | float

MAX_EDGES = 1_024
_SAMPLE = 131_072  # rows that edges are chosen from: 128 to a gap
_BUCKETS = 65_536
_MANY = 50_000  # values from which on it pays not to sort all
_MIN_EDGES = 64
_MICROSECONDS = pa.timestamp("us")


@dataclass(frozen=True, slots=True)
class NumericCounts:
    """How many values fell where; counts of parts add up to the counts of the whole.

    Attributes:
        rows: All rows, missing ones included.
        missing: Null or NaN.
        below, above: −∞ and +∞.
        cells: Finite values per cell, 2k + 1 of them for k edges.
        sums: Σ(x − left edge) for each of the k + 1 gaps; the first gap counts from the first edge,
            so its sum is negative.
        minimum, maximum: Of the finite values; `None` if there are none.
    """

    rows: int
    missing: int
    below: int
    above: int
    cells: tuple[int, ...]
    sums: tuple[float, ...]
    minimum: Number | None
    maximum: Number | None

    @property
    def finite(self) -> int:
        """Number of finite values."""
        return self.rows - self.missing - self.below - self.above


def numbers(part: pa.ChunkedArray, kind: Kind) -> tuple[Values, int]:
    """A part's values as int64, float64 or float32, unsorted, and the number of nulls dropped.

    Dates and times become microseconds, whatever unit they came in.
    """
    if pa.types.is_dictionary(part.type):
        part = part.cast(part.type.value_type)
    if pa.types.is_null(part.type):
        return np.empty(0), len(part)
    nulls = part.null_count
    if nulls:
        part = part.drop_null()
    if kind == "datetime":
        part = part.cast(_MICROSECONDS, safe=False).cast(pa.int64())
    return _native(part), nulls


def _native(part: pa.ChunkedArray) -> Values:
    data_type = part.type
    if pa.types.is_boolean(data_type):
        part = part.cast(pa.uint8())
    elif pa.types.is_decimal(data_type):
        part = part.cast(pa.float64())
    elif pa.types.is_time(data_type):
        part = part.cast(pa.time64("us"), safe=False).cast(pa.int64())
    elif pa.types.is_duration(data_type):
        part = part.cast(pa.duration("us"), safe=False).cast(pa.int64())
    # Not `to_numpy`, which imports pandas: 0.3 s in a process that lives for one.
    arrays: list[Values] = [np.from_dlpack(chunk) for chunk in part.chunks if len(chunk)]
    values = arrays[0] if len(arrays) == 1 else np.concatenate(arrays or [np.empty(0)])
    return values.astype(width_of(data_type), copy=False)


def width_of(data_type: pa.DataType) -> Width:
    """The type in which a column's values are compared."""
    if pa.types.is_dictionary(data_type):
        return width_of(data_type.value_type)
    if pa.types.is_float16(data_type) or pa.types.is_float32(data_type):
        return "float32"
    wide = (pa.types.is_float64, pa.types.is_decimal, pa.types.is_uint64)
    return "float64" if any(check(data_type) for check in wide) else "int64"


def only_finite(values: Values) -> Values:
    """Without NaN and ±∞; the same array if there are none."""
    if values.dtype.kind != "f":
        return values
    finite = np.isfinite(values)
    return values if finite.all() else values[finite]


def choose_edges(parts: Callable[[], Iterator[Values]], rows: int) -> tuple[Number, ...]:
    """Distinct quantiles of the finite values, or all the values if they are few.

    Of many rows the quantiles are those of a sample, always the same one; counts are exact for any
    edges. The smallest and the largest value are edges. Python numbers survive JSON exactly.

    Args:
        parts: Yields the finite values, part by part, each time it is called.
        rows: Their number, or a little more.
    """
    ordered = _sorted_sample(parts(), rows)
    if not len(ordered):
        return ()
    last = np.flatnonzero(ordered[1:] != ordered[:-1])
    distinct = ordered[np.append(last, len(ordered) - 1)]
    if len(distinct) <= MAX_EDGES:
        if rows > _SAMPLE:  # some may be too rare for the sample
            distinct = reduce(np.union1d, (np.unique(part) for part in parts()))
        if len(distinct) <= MAX_EDGES:
            return tuple(distinct.tolist())
    places = np.linspace(0, len(ordered) - 1, MAX_EDGES).round().astype(int)
    return tuple(np.unique(ordered[places]).tolist())


def _sorted_sample(parts: Iterator[Values], rows: int) -> Values:
    taken: list[Values] = []
    rng = np.random.default_rng(0)
    for part in parts:
        if rows > _SAMPLE and len(part):
            places = rng.integers(0, len(part), -(-_SAMPLE * len(part) // rows))
            taken += [part[places], part.min(keepdims=True), part.max(keepdims=True)]
        else:
            taken.append(part)
    return np.sort(np.concatenate(taken))


def count_cells(
    values: Values, nulls: int, edges: tuple[Number, ...], width: Width
) -> NumericCounts:
    """Count one part into the cells that `edges` (of type `width`) make."""
    values, bounds = _in_common_width(values, np.asarray(edges, width))
    finite = only_finite(values)
    odd = len(finite) < len(values)
    below = int((values == -np.inf).sum()) if odd else 0
    above = int((values == np.inf).sum()) if odd else 0
    cells, sums = _count(finite, bounds)
    return NumericCounts(
        rows=len(values) + nulls,
        missing=nulls + len(values) - len(finite) - below - above,
        below=below,
        above=above,
        cells=tuple(cells.tolist()),
        sums=tuple(np.nan_to_num(sums).tolist()),
        minimum=finite.min().item() if len(finite) else None,
        maximum=finite.max().item() if len(finite) else None,
    )


def _count(finite: Values, bounds: Values) -> tuple[Values, Values]:
    """Rows per cell, and Σ(x − left edge) per gap."""
    if not len(bounds) or not len(finite):
        cells = np.zeros(2 * len(bounds) + 1, np.int64)
        cells[0] = len(finite)
        return cells, np.zeros(len(bounds) + 1)
    with np.errstate(over="ignore", invalid="ignore"):
        rest, gap_rows, gap_sums = _set_aside(finite, bounds)
        rest.sort()
        stops = np.zeros(2 * len(bounds) + 2, np.int64)
        stops[1:-1:2] = np.searchsorted(rest, bounds, "left")
        stops[2:-1:2] = np.searchsorted(rest, bounds, "right")
        stops[-1] = len(rest)
        cells = np.diff(stops)
        sums = gap_sums + _gap_sums(rest, bounds, stops)
    cells[::2] += gap_rows
    return cells, sums


def _set_aside(values: Values, bounds: Values) -> tuple[Values, Values, Values]:
    """Count the values in buckets without an edge, for which no order is needed.

    Buckets are even between two inner edges and open beyond, so that their number follows from one
    product. What shares a bucket with an edge is given back to be sorted: a few per cent of many
    values, so that counting takes a third of the time.

    Returns:
        A copy of the rest, and the rows and Σ(x − left edge) per gap of what was counted.
    """
    none = np.zeros(len(bounds) + 1, np.int64)
    if len(values) < _MANY or len(bounds) < _MIN_EDGES:
        return values.copy(), none, none
    inner = len(bounds) // _MIN_EDGES
    offsets, left = offsets_from_middle(values, bounds)
    low = left[inner]
    scale = _BUCKETS / (left[-1 - inner] - low)
    if not 0 < scale < np.inf:
        return values.copy(), none, none
    keys, marks = (_bucket(side, low, scale) for side in (offsets, left))
    mixed = np.zeros(_BUCKETS + 2, bool)
    mixed[marks] = True
    rows = np.bincount(keys, minlength=len(mixed))
    sums = np.bincount(keys, offsets, minlength=len(mixed))
    rows[mixed], sums[mixed] = 0, 0
    # Between two edges of one bucket `reduceat` gives that bucket, which is empty by now.
    starts = np.concatenate(([0], marks))
    gap_rows, gap_sums = np.add.reduceat(rows, starts), np.add.reduceat(sums, starts)
    gap_sums -= np.where(gap_rows, gap_rows * np.concatenate((left[:1], left)), 0)
    return values[mixed[keys]], gap_rows, gap_sums


def _bucket(offsets: Values, low: float, scale: float) -> Values:
    place = (offsets - low) * scale
    place += 1
    return np.clip(place, 0, _BUCKETS + 1, out=place).astype(np.intp)


def offsets_from_middle(values: Values, bounds: Values) -> tuple[Values, Values]:
    """Both as float64, measured from the middle edge, as a far origin costs digits."""
    origin = bounds[len(bounds) // 2]
    reach = max(values.max().item(), bounds[-1].item()) - min(values.min().item(), bounds[0].item())
    exact = values.dtype.kind == "i" and reach < 2**63  # else the difference would wrap
    wide = np.int64 if exact else np.float64
    first, second = (np.subtract(side, origin, dtype=wide) for side in (values, bounds))
    return first.astype(np.float64, copy=False), second.astype(np.float64, copy=False)


def _in_common_width(values: Values, edges: Values) -> tuple[Values, Values]:
    """Both in the less precise of their two types: 0.1 in float32 is not 0.1 in float64.

    If that would make two edges one, both are compared as float64 instead.
    """
    if values.dtype == edges.dtype:
        return values, edges
    narrow = np.float32 if np.float32 in (values.dtype, edges.dtype) else np.float64
    with np.errstate(over="ignore"):
        bounds = edges.astype(narrow)
        if not np.all(np.diff(bounds) > 0) or not np.all(np.isfinite(bounds)):
            return values.astype(np.float64), edges.astype(np.float64)
        return values.astype(narrow), bounds


def _gap_sums(ordered: Values, bounds: Values, stops: Values) -> Values:
    """Σ(x − left edge) per gap of sorted values; `stops` are the ends of the cells in them."""
    if not len(ordered):
        return np.zeros(len(bounds) + 1)
    offsets, left = offsets_from_middle(ordered, bounds)
    rows = np.diff(stops)
    occupied = np.flatnonzero(rows)
    per_cell = np.zeros(len(rows))
    per_cell[occupied] = np.add.reduceat(offsets, stops[occupied])
    sums = per_cell[::2] - rows[::2] * np.concatenate((left[:1], left))
    return np.where(rows[::2] > 0, sums, 0.0)


def add_counts(first: NumericCounts, second: NumericCounts) -> NumericCounts:
    """Counts of two parts as counts of both."""
    return NumericCounts(
        rows=first.rows + second.rows,
        missing=first.missing + second.missing,
        below=first.below + second.below,
        above=first.above + second.above,
        cells=tuple(a + b for a, b in zip(first.cells, second.cells, strict=True)),
        sums=tuple(a + b for a, b in zip(first.sums, second.sums, strict=True)),
        minimum=min((v for v in (first.minimum, second.minimum) if v is not None), default=None),
        maximum=max((v for v in (first.maximum, second.maximum) if v is not None), default=None),
    )


def quantile(share: float, counts: NumericCounts, edges: tuple[Number, ...]) -> float:
    """The value below which `share` of the finite values lie: an edge, or the mean of a gap."""
    reached = np.cumsum(counts.cells)
    cell = int(np.searchsorted(reached, share * reached[-1], "left"))
    if cell % 2:
        return float(edges[cell // 2])
    left = float(edges[max(cell // 2 - 1, 0)])
    return left + counts.sums[cell // 2] / max(counts.cells[cell], 1)
