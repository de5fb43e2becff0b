"""The apostrophe that keeps a cell text: put on where tables are written, taken off when read.

A cell gets one more apostrophe in front if, behind any it has, it reads like a formula (a
spreadsheet would run it), like "no value", or is blank; and one that reads like a unit if it
stands where a row of units would, or has an apostrophe already. A column gets one in front of
every cell if it would be read as something other than the same text. The reader takes off one
apostrophe by the same rules, so that nothing else that begins with an apostrophe is touched.
"""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from tools.ml.reading.found import every, some
from tools.ml.reading.shapes import MISSING, UNIT

_FORMULA: Final = r"^[=+\-@\t\r]"
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
_UNIT: Final = f"^(?:{UNIT.pattern})$"
_MARKS: Final = pa.array(sorted(MISSING))


def risky_cells(cells: Any, *, formulas: bool = True) -> Any:
    """Where a cell needs an apostrophe in front to stay the text it is.

    Args:
        cells: pyarrow string array.
        formulas: Whether what begins like a formula and has no apostrophe yet is among them.
    """
    rest = pc.utf8_ltrim(cells, "'")
    begins = pc.starts_with(cells, "'")
    odd = pc.match_substring_regex(rest, _FORMULA)
    if not formulas:
        odd = pc.and_(odd, begins)
    if some(begins):
        odd = pc.or_(odd, pc.and_(begins, unit_like(rest)))
    return pc.or_(odd, pc.is_in(pc.utf8_trim_whitespace(rest), value_set=_MARKS))


def shielded_name(name: str, *, formulas: bool = True) -> str:
    """A column's name with an apostrophe in front if it reads like a formula, as for cells."""
    behind = name.lstrip("'")
    risky = behind.startswith(_FORMULAS) and (formulas or name.startswith("'"))
    return f"'{name}" if risky else name


def unit_like(cells: Any) -> Any:
    """Where a cell, trimmed, reads like a unit."""
    return pc.match_substring_regex(pc.utf8_trim_whitespace(cells), _UNIT)


def without_shields(cells: Any) -> Any:
    """Cells without the apostrophe that each got for its own sake."""
    begins = pc.starts_with(cells, "'")
    if not some(begins):
        return cells
    shielded = pc.and_(begins, risky_cells(cells))
    return pc.if_else(shielded, pc.utf8_slice_codeunits(cells, 1), cells)


def shielded_core(cells: Any) -> Any | None:
    """The cells behind all apostrophes that every present cell has; None if one has none."""
    present = pc.drop_null(cells)
    if not len(present) or not every(pc.starts_with(present, "'")):
        return None
    apostrophes = pc.subtract(
        pc.binary_length(present), pc.binary_length(pc.utf8_ltrim(present, "'"))
    )
    return pc.utf8_slice_codeunits(cells, pc.min(apostrophes).as_py())
