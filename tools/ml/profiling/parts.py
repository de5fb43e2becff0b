"""Brings any Arrow array into one of the few forms that profiles are made from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa

from tools.ml.profiling.arrays import arrow, held, there

_MICROSECONDS: Final = pa.timestamp("us")
_CODED: Final = pa.dictionary(pa.int32(), pa.string())
_MOST_DIFFERENT: Final = 0.5
"""Share of different texts in a part from which on coding it does not pay."""


class Shaper:
    """Shapes the parts of one column; learns whether coding its texts pays."""

    def __init__(self) -> None:
        self._codes = True

    def shape(self, part: Any) -> Any:
        """Nulls, booleans, int64, floats, timestamps (µs, UTC, no zone) or texts.

        NaN becomes null, times and durations become seconds, nested values become texts.
        """
        kind = part.type
        if pa.types.is_dictionary(kind):
            return self._coded(part)
        if _is_text(kind):
            return self._text(part.cast(pa.string()))
        shape = next(
            (shape for checks, shape in _SHAPES if any(is_a(kind) for is_a in checks)), None
        )
        if shape is not None:
            return shape(part)
        said = [None if value is None else str(value) for value in part.to_pylist()]
        return self._text(pa.array(said, pa.string()))

    def _coded(self, part: Any) -> Any:
        if not _is_text(part.type.value_type):
            return self.shape(part.dictionary_decode())
        if part.dictionary.null_count:
            return self._text(part.dictionary_decode().cast(pa.string()))
        return part if part.type == _CODED else part.cast(_CODED)

    def _text(self, part: Any) -> Any:
        if not self._codes:
            return part
        coded = part.dictionary_encode()
        if len(coded.dictionary) > _MOST_DIFFERENT * len(part):
            self._codes = False
            return part
        return coded


def _is_text(kind: Any) -> bool:
    checks = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    return any(check(kind) for check in checks)


def _floats(part: Any) -> Any:
    if pa.types.is_decimal(part.type):
        return part.cast(pa.float64())
    if pa.types.is_float16(part.type):
        part = part.cast(pa.float32())
    odd = np.isnan(held(part))
    if not odd.any():
        return part
    mask = there(part)
    return arrow(held(part), ~odd if mask is None else mask & ~odd)


def _whole(part: Any) -> Any:
    if part.type == pa.int64():
        return part
    try:
        return part.cast(pa.int64())
    except pa.ArrowInvalid:  # unsigned, and beyond
        return part.cast(pa.float64(), safe=False)


def _moments(part: Any) -> Any:
    if pa.types.is_timestamp(part.type) and part.type.tz is not None:
        part = part.view(pa.int64()).view(pa.timestamp(part.type.unit))  # kept in UTC
    return part if part.type == _MICROSECONDS else part.cast(_MICROSECONDS, safe=False)


def _seconds(part: Any) -> Any:
    if pa.types.is_time(part.type):
        micro = part.cast(pa.time64("us"), safe=False).cast(pa.int64())
    else:
        micro = part.cast(pa.duration("us"), safe=False).cast(pa.int64())
    return arrow(held(micro) / 1e6, there(micro))


def _as_it_is(part: Any) -> Any:
    return part


_SHAPES: Final[tuple[tuple[tuple[Any, ...], Callable[[Any], Any]], ...]] = (
    ((pa.types.is_floating, pa.types.is_decimal), _floats),
    ((pa.types.is_integer,), _whole),
    ((pa.types.is_timestamp, pa.types.is_date), _moments),
    ((pa.types.is_time, pa.types.is_duration), _seconds),
    ((pa.types.is_boolean, pa.types.is_null), _as_it_is),
)
