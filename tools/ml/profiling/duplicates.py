"""Counts the rows that equal an earlier one in every column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tools.ml.profiling.hashing import Hashes, hash_column, mixed
from tools.ml.profiling.profile import ColumnProfile
from tools.ml.profiling.store import Store

Rows = npt.NDArray[np.int64]

_WORTH_A_LOOK: Final = 8
"""Rows are compared once the columns so far could tell this many times as many rows apart."""


def count_duplicates(store: Store, columns: Sequence[ColumnProfile]) -> int:
    """Rows that equal an earlier one in every column, missing values being equal.

    A column that never repeats settles it. Else rows are compared by the hashes of their values,
    the most telling columns first, and only those that are still alike go on. A false pair needs
    two rows with the same 64 bits: one chance in a hundred million among a million rows.
    """
    if not columns or any(c.distinct == store.rows and not c.missing for c in columns):
        return 0
    order = sorted(range(len(columns)), key=lambda place: -columns[place].distinct)
    hashes = np.zeros(store.rows, np.uint64)
    alike: Rows | None = None
    reach = 1.0
    for rank, place in enumerate(order):
        hashes = mixed(hashes, _hashes(store, place, alike))
        reach *= max(columns[place].distinct, 1)
        last = rank == len(order) - 1
        if last or (alike is None and reach > _WORTH_A_LOOK * store.rows):
            keep = _repeated(hashes)
            if not keep.any():
                return 0
            hashes = hashes[keep]
            alike = np.flatnonzero(keep) if alike is None else alike[keep]
    return len(hashes) - len(np.unique(hashes))


def _hashes(store: Store, place: int, rows: Rows | None) -> Hashes:
    """Of all rows, or of some."""
    found, first = [], 0
    decimals = any(pa.types.is_floating(part.type) for part in store.parts(place))
    for part in store.parts(place):
        whole = decimals and pa.types.is_integer(part.type)  # in the first parts
        hashes = hash_column(part.cast(pa.float64()) if whole else part)
        if rows is not None:
            low, high = np.searchsorted(rows, (first, first + len(part)))
            hashes = hashes[rows[low:high] - first]
        found.append(hashes)
        first += len(part)
    return np.concatenate(found)


def _repeated(hashes: Hashes) -> npt.NDArray[np.bool_]:
    """Whether each comes again."""
    ordered = np.sort(hashes)
    again = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if not len(again):
        return np.zeros(len(hashes), bool)
    places = np.minimum(np.searchsorted(again, hashes), len(again) - 1)
    found: npt.NDArray[np.bool_] = again[places] == hashes
    return found
