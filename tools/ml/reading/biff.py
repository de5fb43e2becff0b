"""What the sheets of an XLS workbook hold, found out from its records ([MS-XLS])."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from tools.errors import Refused
from tools.ml.reading.sheet_facts import SAVE_AS, SheetFacts, refuse_far

_ROWS: Final = 65_536
_COLUMNS: Final = 256
_BEGIN: Final = 0x0809
_BEGINS: Final = (0x0009, 0x0209, 0x0409, _BEGIN)
_SHEET: Final = 0x0085
_SIZE: Final = 0x0200
_TEXTS: Final = 0x00FC
_LOCKED: Final = 0x002F
_FORMULA: Final = 0x0006
_ERROR: Final = 0x0205
_MANY: Final = 0x00BD
_CELLS: Final = frozenset((0x0203, 0x027E, 0x00FD, 0x0204, 0x00D6, _ERROR, _FORMULA, _MANY))
_NAMES: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def biff_facts(stream: bytes, name: str) -> dict[str, SheetFacts]:
    """What the records of a workbook hold, by sheet.

    Raises:
        Refused: Protected with a password, or records that no workbook has.
    """
    starts: dict[int, str] = {}
    found: dict[str, SheetFacts] = {}
    facts = SheetFacts()
    for place, kind, body in _records(stream):
        if kind in _BEGINS:
            facts = SheetFacts()
            if place in starts:
                found[starts[place]] = facts
        elif kind == _SHEET and len(body) > 7:
            starts[struct.unpack_from("<I", body)[0]] = _sheet_name(body)
        elif kind == _LOCKED:
            raise Refused(
                f"“{name}” is a workbook protected with a password.",
                "Save it without the password and send it again.",
            )
        elif kind in (_SIZE, _TEXTS):
            _check_promise(kind, body, len(stream), name)
        elif kind in _CELLS and len(body) >= 6:
            _note_cell(facts, kind, body, name)
    for each in found.values():
        refuse_far(each, name)
    return found


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Place, kind and content of every record."""
    place, size = 0, len(stream)
    while place + 4 <= size:
        kind, length = struct.unpack_from("<HH", stream, place)
        yield place, kind, stream[place + 4 : place + 4 + length]
        place += 4 + length


def _sheet_name(body: bytes) -> str:
    length, wide = body[6], body[7] & 1
    raw = body[8 : 8 + length * (2 if wide else 1)]
    return raw.decode("utf-16-le" if wide else "latin-1", errors="replace")


def _check_promise(kind: int, body: bytes, size: int, name: str) -> None:
    """Sizes that engines believe and make room for."""
    if kind == _TEXTS and len(body) >= 8:
        good = struct.unpack_from("<I", body, 4)[0] <= size
    elif len(body) >= 14:
        _, last, _, width = struct.unpack_from("<IIHH", body)
        good = last <= _ROWS and width <= _COLUMNS
    elif len(body) >= 8:
        good = struct.unpack_from("<H", body, 6)[0] <= _COLUMNS
    else:
        good = kind == _TEXTS
    if not good:
        raise _damaged(name, "it promises more cells than a sheet can have")


def _note_cell(facts: SheetFacts, kind: int, body: bytes, name: str) -> None:
    row, column = struct.unpack_from("<HH", body)
    last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind == _MANY else column
    if max(column, last) >= _COLUMNS or last < column:
        raise _damaged(name, f"a cell is in column {max(column, last) + 1:,}")
    facts.rows, facts.columns = max(facts.rows, row + 1), max(facts.columns, last + 1)
    facts.cells += last - column + 1
    if kind == _ERROR and len(body) >= 8 and body[7]:
        facts.errors[row, column] = _NAMES.get(body[6], "#ERROR!")
    if kind == _FORMULA and len(body) >= 14:
        facts.formulas += 1
        if body[12:14] == b"\xff\xff" and body[6] == 2:
            facts.errors[row, column] = _NAMES.get(body[8], "#ERROR!")


def _damaged(name: str, cause: str) -> Refused:
    return Refused(f"“{name}” is a damaged XLS file ({cause}).", SAVE_AS)
