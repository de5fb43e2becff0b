"""Which kind the cells of a column are: the first one that every cell fits."""

from __future__ import annotations

import re
from typing import Any, Final, assert_never

import pyarrow as pa
import pyarrow.compute as pc

from tools.ml.reading.booleans import decide_booleans
from tools.ml.reading.cells import Cells
from tools.ml.reading.dates import decide_dates
from tools.ml.reading.durations import decide_durations
from tools.ml.reading.found import LEADING_ZEROS, Found, Usual, every
from tools.ml.reading.number_parts import number_like
from tools.ml.reading.numerals import NumberReading, decide_numbers, plain_numbers
from tools.ml.reading.report import ColumnHint, ColumnKind
from tools.ml.reading.serials import dates_from_numbers

_ZEROS: Final = re.compile(r"0\d+")
_DIGITS: Final = r"^[+-]?\d[\d.,]*$"


def decide(name: str, whole: Cells, cells: Cells, usual: Usual) -> Found | str:
    """Values of the first kind that every cell fits, or why none does (empty: nothing near).

    Args:
        name: Of the column.
        whole: With at least one present.
        cells: The same without what means "no value" only among numbers and dates.
        usual: What other columns of the table decided.
    """
    values, sample = cells.values, cells.sample
    if whole.places is not None:
        found = decide_booleans(whole.values, told=False)
        if not isinstance(found, str):
            return found
    reason = ""
    if number_like(sample):
        found = _numbers(values, sample, usual)
        if not isinstance(found, str):
            return found
        reason = found
    found = decide_dates(values, sample, day_first=None, told=False, usual=usual)
    if not isinstance(found, str):
        return found
    reason = found or reason
    found = decide_durations(values, sample, name=name, told=False, usual=usual)
    return reason or found if isinstance(found, str) else found


def _numbers(values: Any, sample: list[str], usual: Usual) -> Found | str:
    # One cell like 007 is enough, and columns of codes are many.
    if any(map(_ZEROS.fullmatch, sample)):
        return LEADING_ZEROS if every(pc.match_substring_regex(values, _DIGITS)) else ""
    plain = plain_numbers(values, sample) if usual.decimal != "," else None
    if plain is not None:
        return plain_found(plain)
    return decide_numbers(values, decimal=None, told=False, usual=usual)


def plain_found(values: Any) -> Found:
    """Numbers that a computer wrote."""
    return Found(NumberReading(whole=pa.types.is_integer(values.type)), values)


def decide_told(name: str, cells: Cells, kind: ColumnKind, hint: ColumnHint) -> Found | None:
    """Values of the kind a person said; null where a cell does not fit; None if nothing does.

    Args:
        name: Of the column.
        cells: With at least one present.
        kind: Anything but "text".
        hint: What else the person said about the column.
    """
    values, sample, usual = cells.values, cells.sample, Usual()
    found: Found | str | None
    match kind:
        case "number":
            found = decide_numbers(values, decimal=hint.decimal, told=True, usual=usual)
        case "date":
            found = dates_from_numbers(values) if number_like(sample) else None
            if found is None:
                found = decide_dates(
                    values, sample, day_first=hint.day_first, told=True, usual=usual
                )
        case "duration":
            found = decide_durations(values, sample, name=name, told=True, usual=usual)
        case "boolean":
            found = decide_booleans(values, told=True)
        case "text":
            found = None
        case _:
            assert_never(kind)
    return found if isinstance(found, Found) else None
