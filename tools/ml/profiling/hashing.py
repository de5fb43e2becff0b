"""64-bit hashes of whole arrays, for finding what comes more than once.

Not for keeping, and not against people who look for collisions: equal values have equal hashes,
different ones nearly always different hashes.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tools.ml.profiling.arrays import filled, held, offsets_and_bytes, there

Hashes = npt.NDArray[np.uint64]

_FIRST: Final = np.uint64(0x9E3779B97F4A7C15)
_SECOND: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_WORD: Final = 8
_LONG: Final = 512
"""Bytes from which on a text is hashed by itself, not in step with the others."""


def mixed(hashes: Hashes, values: Hashes) -> Hashes:
    """Hashes of pairs; for one and the same first hash no two values collide."""
    found = (hashes ^ values) * _FIRST
    found ^= found >> np.uint64(29)
    found *= _SECOND
    found ^= found >> np.uint64(32)
    return found


def hash_texts(texts: Any) -> Hashes:
    """A hash per row of a string array; nulls are hashed like empty texts."""
    starts, stops, data = offsets_and_bytes(texts)
    lengths = stops - starts
    hashes = mixed(np.zeros(len(starts), np.uint64), lengths.astype(np.uint64))
    # Words are read at any byte, so the last one may reach seven bytes beyond the end.
    padded = np.concatenate((data, np.zeros(_WORD, np.uint8)))
    words = np.ndarray((len(data) + 1,), "<u8", padded.data, strides=(1,))
    rows: Any = slice(None)
    longest = int(lengths.max()) if len(lengths) else 0
    for at in range(0, min(longest, _LONG), _WORD):
        if at:
            rows = np.flatnonzero(lengths > at)
        left = np.minimum(lengths[rows] - at, _WORD)
        word = words[np.minimum(starts[rows] + at, len(data))] & _MASKS[np.maximum(left, 0)]
        hashes[rows] = mixed(hashes[rows], word)
    for row in np.flatnonzero(lengths > _LONG).tolist():
        digest = hashlib.blake2b(data[starts[row] : stops[row]].tobytes(), digest_size=8).digest()
        hashes[row] ^= np.uint64(int.from_bytes(digest, "little"))
    return hashes


_MASKS: Final = np.array([(1 << (8 * n)) - 1 for n in range(_WORD + 1)], np.uint64)


def hash_column(part: Any) -> Hashes:
    """A hash per row of any part of a column; missing values are equal, and so are 0.0 and -0.0."""
    if pa.types.is_dictionary(part.type):
        kinds = hash_texts(part.dictionary)
        codes = filled(part.indices, 0)
        hashes = kinds[codes] if len(kinds) else np.zeros(len(part), np.uint64)
    elif pa.types.is_string(part.type) or pa.types.is_large_string(part.type):
        hashes = hash_texts(part)
    else:
        hashes = mixed(np.zeros(len(part), np.uint64), _bits(part))
    mask = there(part)
    return hashes if mask is None else np.where(mask, hashes, _SECOND)


def _bits(part: Any) -> Hashes:
    if pa.types.is_null(part.type):
        return np.zeros(len(part), np.uint64)
    values = held(part)
    if values.dtype.kind == "f":
        return (values.astype(np.float64) + 0.0).view(np.uint64)
    return values.astype(np.int64).view(np.uint64)
