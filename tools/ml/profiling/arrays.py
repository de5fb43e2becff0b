"""Between Arrow and numpy without copies, and without pandas.

pyarrow imports pandas in `pa.array`, `pa.scalar`, `to_numpy` and whatever takes a Python number:
0.3 seconds in a process that lives for one.
"""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa


class _NoPandas(MetaPathFinder):
    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        if name == "pandas":
            raise ImportError(name)


def spare_pandas() -> None:
    """Let pyarrow believe, for the life of this process, that there is no pandas.

    For a process of its own that makes no frames: frames to and from Arrow fail from now on.
    """
    finder = _NoPandas()
    sys.meta_path.insert(0, finder)
    try:
        pa.scalar(0)  # pyarrow looks for pandas once, the first time it makes a scalar
    finally:
        sys.meta_path.remove(finder)


_NATIVE: Final = {
    pa.int32(): np.int32,
    pa.int64(): np.int64,
    pa.float32(): np.float32,
    pa.float64(): np.float64,
    pa.timestamp("us"): np.int64,
}
_ARROW: Final = {
    np.dtype(np.int32): pa.int32(),
    np.dtype(np.int64): pa.int64(),
    np.dtype(np.float32): pa.float32(),
    np.dtype(np.float64): pa.float64(),
}


def held(part: Any) -> npt.NDArray[Any]:
    """The values of an array of numbers or timestamps (µs); anything where there is none."""
    if pa.types.is_boolean(part.type):
        return _bits(part.buffers()[1], part)
    data = part.buffers()[1]
    if data is None or not len(part):
        return np.zeros(len(part), _NATIVE[part.type])
    return np.frombuffer(data, _NATIVE[part.type])[part.offset : part.offset + len(part)]


def there(part: Any) -> npt.NDArray[np.bool_] | None:
    """Which rows hold a value; None if all do."""
    if not part.null_count:
        return None
    if pa.types.is_null(part.type):
        return np.zeros(len(part), bool)
    return _bits(part.buffers()[0], part)


def filled(part: Any, stand_in: float) -> npt.NDArray[Any]:
    """The values, with another one where there is none."""
    mask, values = there(part), held(part)
    return values if mask is None else np.where(mask, values, values.dtype.type(stand_in))


def only_there(part: Any) -> npt.NDArray[Any]:
    """The values, without those rows that have none."""
    mask, values = there(part), held(part)
    return values if mask is None else values[mask]


def pick(part: Any, rows: npt.NDArray[np.int64]) -> Any:
    """Some rows of a part."""
    return part.take(arrow(np.ascontiguousarray(rows, np.int64)))


def arrow(values: npt.NDArray[Any], mask: npt.NDArray[np.bool_] | None = None) -> Any:
    """An Arrow array of numbers; null where `mask` is false."""
    bits = None if mask is None else pa.py_buffer(np.packbits(mask, bitorder="little"))
    buffers = [bits, pa.py_buffer(np.ascontiguousarray(values))]
    return pa.Array.from_buffers(_ARROW[values.dtype], len(values), buffers)


def offsets_and_bytes(
    texts: Any,
) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[np.uint8]]:
    """Where each text starts and stops in the bytes, and the bytes."""
    kind = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    if not len(texts):
        none = np.empty(0, kind)
        return none, none, np.empty(0, np.uint8)
    _, offsets, data = texts.buffers()
    ends = np.frombuffer(offsets, kind)[texts.offset : texts.offset + len(texts) + 1]
    low, high = int(ends[0]), int(ends[-1])
    held = np.frombuffer(data, np.uint8)[low:high] if data is not None else np.empty(0, np.uint8)
    ends = ends - low
    return ends[:-1], ends[1:], held


def _bits(data: Any, part: Any) -> npt.NDArray[np.bool_]:
    if data is None:
        return np.zeros(len(part), bool)
    bits = np.unpackbits(
        np.frombuffer(data, np.uint8), bitorder="little", count=part.offset + len(part)
    )
    return bits[part.offset :].astype(bool)
