"""Numbers: edges at distinct quantiles, exact counts in the cells gap, edge, gap, …, edge, gap.

A value equal to an edge is in that edge's cell, so a point mass never straddles two bins. The part
is sorted and the edges are searched in it, which is ten times faster than the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tools.drift.columns import Kind

Values: TypeAlias = npt.NDArray[Any]
Width: TypeAlias = Literal["int64", "float64", "float32"]
Number: TypeAlias = int | float

MAX_EDGES = 1_024
_WIDTHS: dict[Any, Width] = {
    np.dtype(np.int64): "int64",
    np.dtype(np.float64): "float64",
    np.dtype(np.float32): "float32",
}
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
    if values.dtype == np.uint64:
        return values.astype(np.int64 if values.max(initial=0) < 2**63 else np.float64)
    if values.dtype == np.float16:
        return values.astype(np.float32)
    return values if values.dtype.kind == "f" else values.astype(np.int64, copy=False)


def width_of(values: Values) -> Width:
    """The type in which a column's values are compared."""
    return _WIDTHS[values.dtype]


def finite_span(ordered: Values) -> tuple[int, int]:
    """Where the finite values of a sorted array begin and end: −∞ | finite | +∞ | NaN."""
    if ordered.dtype.kind != "f":
        return 0, len(ordered)
    low = int(np.searchsorted(ordered, -np.inf, "right"))
    return low, int(np.searchsorted(ordered, np.inf, "left"))


def choose_edges(ordered: Values, *, limit: int = MAX_EDGES) -> tuple[Number, ...]:
    """Distinct quantiles of sorted finite values, or all the values if they are few.

    The smallest and the largest value are always edges. Python numbers: they survive JSON exactly.
    """
    if not len(ordered):
        return ()
    starts = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    if len(starts) < limit:
        distinct = ordered[np.concatenate(([0], starts))]
    else:
        distinct = np.unique(ordered[np.linspace(0, len(ordered) - 1, limit).round().astype(int)])
    return tuple(distinct.tolist())


def count_cells(
    values: Values, nulls: int, edges: tuple[Number, ...], width: Width, *, ordered: bool = False
) -> NumericCounts:
    """Count one part into the cells that `edges` (of type `width`) make."""
    values, bounds = _in_common_width(values, np.asarray(edges, width))
    if not ordered:
        values = np.sort(values)
    low, high = finite_span(values)
    finite = values[low:high]
    stops = np.empty(2 * len(bounds) + 2, np.int64)
    stops[0], stops[-1] = 0, len(finite)
    stops[1:-1:2] = np.searchsorted(finite, bounds, "left")
    stops[2:-1:2] = np.searchsorted(finite, bounds, "right")
    above = int(np.searchsorted(values, np.inf, "right")) - high if values.dtype.kind == "f" else 0
    return NumericCounts(
        rows=len(values) + nulls,
        missing=nulls + len(values) - high - above,
        below=low,
        above=above,
        cells=tuple(np.diff(stops).tolist()),
        sums=_gap_sums(finite, bounds, stops),
        minimum=finite[0].item() if len(finite) else None,
        maximum=finite[-1].item() if len(finite) else None,
    )


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


def _gap_sums(finite: Values, bounds: Values, stops: Values) -> tuple[float, ...]:
    """Σ(x − left edge) per gap, measured from the middle edge, as a far origin costs digits."""
    if not len(bounds) or not len(finite):
        return (0.0,) * (len(bounds) + 1)
    origin = bounds[len(bounds) // 2]
    reach = max(finite[-1].item(), bounds[-1].item()) - min(finite[0].item(), bounds[0].item())
    exact = finite.dtype.kind == "i" and reach < 2**63  # else the difference would wrap
    wide = np.int64 if exact else np.float64
    rows = np.diff(stops)
    occupied = np.flatnonzero(rows)
    per_cell = np.zeros(len(rows))
    with np.errstate(over="ignore", invalid="ignore"):
        offsets = np.subtract(finite, origin, dtype=wide).astype(np.float64, copy=False)
        left = np.subtract(bounds, origin, dtype=wide).astype(np.float64, copy=False)
        per_cell[occupied] = np.add.reduceat(offsets, stops[occupied])
        sums = per_cell[::2] - rows[::2] * np.concatenate((left[:1], left))
    return tuple(np.nan_to_num(np.where(rows[::2] > 0, sums, 0.0)).tolist())


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
