"""What a sheet holds, found out from its XML in pieces: where cells are, errors, formulas."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from tools.errors import Refused

MOST_CELLS: Final = 20_000_000
"""Cells of the rectangle that holds everything on a sheet."""
SAVE_AS: Final = "Save the sheet as CSV or XLSX again and send that."
_ROWS: Final = 1_048_576
_COLUMNS: Final = 16_384
_KEPT: Final = 1 << 16
"""The most of a piece that waits for the next one; tags are shorter."""
_MOST_ERRORS: Final = 100_000

# Every pattern stops at the next tag, so that none looks at a byte more than a few times.
_CELL: Final = re.compile(rb"<(?:\w{1,9}:)?c\s([^<>]*[^<>/])>")
_USUAL_CELL: Final = re.compile(rb'<c r="([A-Z]+)([0-9]+)"(?:[^<>]*[^<>/])?>')
_PLACE: Final = re.compile(rb"^[^\n]*?\br=[\"']([A-Z]+)([0-9]+)[\"']", re.MULTILINE)
_VALUE: Final = re.compile(
    rb"<(?:\w{1,9}:)?c\s([^<>]*)>(?:<(?:\w{1,9}:)?f\b[^<>]*/>|<(?:\w{1,9}:)?f\b[^<>]*>[^<]*"
    rb"</(?:\w{1,9}:)?f>)?<(?:\w{1,9}:)?v>([^<]*)<"
)
_ERROR_MARKS: Final = (b't="e"', b"t='e'")
_IS_ERROR: Final = re.compile(rb"\bt=[\"']e[\"']")
_FORMULA: Final = re.compile(rb"<(?:\w{1,9}:)?f[\s>/]")
_UNCALCULATED: Final = re.compile(
    rb"(?:</(?:\w{1,9}:)?f>|<(?:\w{1,9}:)?f\b[^<>]*/>)"
    rb"(?:<(?:\w{1,9}:)?v\s?/>|<(?:\w{1,9}:)?v></(?:\w{1,9}:)?v>)?</(?:\w{1,9}:)?c>"
)
_HIDDEN: Final = re.compile(rb"<(?:\w{1,9}:)?(?:row|col)\s(?:[^<>]*\s)?hidden=[\"'](?:1|true)[\"']")
_ROW_START: Final = re.compile(rb"<table:table-row\b([^<>]*)>")
_TABLE_START: Final = re.compile(rb"<table:table\s(?:[^<>]*\s)?table:name=\"([^\"<>]*)\"")
_REPEATED_ROWS: Final = re.compile(rb"number-rows-repeated=\"([0-9]+)\"")
_REPEATED_CELLS: Final = re.compile(rb"number-columns-repeated=\"([0-9]+)\"")
_ODS_CELL: Final = re.compile(rb"<table:(?:covered-)?table-cell\b([^<>]*)>")


@dataclass(slots=True)
class SheetFacts:
    """What one sheet holds.

    Attributes:
        rows: The last row with a cell in it, from 1.
        columns: The last column with a cell in it, from 1.
        cells: Cells with something in them.
        errors: Place (row and column, from 0) and text of cells like `#DIV/0!`.
        formulas: Cells with a formula.
        uncalculated: Formulas whose value is not in the file.
        hidden: Hidden rows and columns.
    """

    rows: int = 0
    columns: int = 0
    cells: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    formulas: int = 0
    uncalculated: int = 0
    hidden: int = 0


def xlsx_facts(pieces: Iterable[bytes], name: str) -> SheetFacts:
    """What the XML of a sheet holds.

    Raises:
        Refused: Its cells are where no sheet has any, or too far from one another.
    """
    facts = SheetFacts()
    letters: set[bytes] = set()
    for piece in _whole_tags(pieces, b"</c>"):
        cells, places = _cells(piece)
        facts.cells += cells
        letters.update({column for column, _ in places})
        numbers = {row[:9] for _, row in places}
        facts.rows = max(facts.rows, max(map(int, numbers), default=0))
        if formulas := len(_FORMULA.findall(piece)):
            facts.formulas += formulas
            facts.uncalculated += len(_UNCALCULATED.findall(piece))
        if b"hidden=" in piece:
            facts.hidden += len(_HIDDEN.findall(piece))
        _note_errors(facts, piece)
    facts.columns = max(map(column_number, letters), default=0)
    refuse_far(facts, name)
    return facts


def _cells(piece: bytes) -> tuple[int, list[tuple[bytes, bytes]]]:
    """Number of filled cells, and column and row of those that say where they are."""
    if piece.count(b'<c r="') == piece.count(b"<c ") and b":c " not in piece:
        places = _USUAL_CELL.findall(piece)
        return len(places), places
    cells = _CELL.findall(piece)
    return len(cells), _PLACE.findall(b"\n".join(cells))


def _note_errors(facts: SheetFacts, piece: bytes) -> None:
    """Where errors stand; the engine gives them as empty cells."""
    if not any(mark in piece for mark in _ERROR_MARKS) or len(facts.errors) > _MOST_ERRORS:
        return
    for attributes, text in _VALUE.findall(piece):
        if _IS_ERROR.search(attributes) and (found := _PLACE.search(attributes)):
            place = (int(found[2][:9]) - 1, column_number(found[1]) - 1)
            facts.errors[place] = text.decode("utf-8", errors="replace")[:40]


def column_number(letters: bytes) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters[:8]:
        number = number * 26 + letter - 64
    return number


def refuse_far(facts: SheetFacts, name: str) -> None:
    """Raise Refused when the rectangle around all cells is more than is opened."""
    if facts.rows > _ROWS or facts.columns > _COLUMNS:
        raise Refused(
            f"“{name}” is a damaged workbook: a cell is in row {facts.rows:,}, column "
            f"{facts.columns:,}, where no sheet has one.",
            SAVE_AS,
        )
    if facts.rows * facts.columns > MOST_CELLS:
        raise Refused(
            f"A sheet of “{name}” reaches to row {facts.rows:,} and column {facts.columns:,} with "
            f"{facts.cells:,} filled cells; a rectangle of up to {MOST_CELLS:,} is opened.",
            "Delete what stands far from the table, or send it as CSV.",
        )


def ods_facts(pieces: Iterable[bytes], name: str) -> dict[str, SheetFacts]:
    """What the XML of an OpenDocument spreadsheet holds, by sheet.

    Raises:
        Refused: The cells of a sheet, with all their repetitions, are too far from one another.
    """
    sheets: dict[str, SheetFacts] = {}
    facts, row = SheetFacts(), 0
    for piece in _whole_tags(pieces, b"</table:table-row>"):
        for chunk in piece.split(b"</table:table-row>"):
            for found in _TABLE_START.findall(chunk):
                refuse_far(facts, name)
                facts, row = SheetFacts(), 0
                sheets[html.unescape(found.decode("utf-8", errors="replace"))] = facts
            starts = _ROW_START.findall(chunk)
            repeats = [_REPEATED_ROWS.search(start) for start in starts]
            times = sum(int(found[1][:9]) if found else 1 for found in repeats)
            row += times
            width, filled = _ods_row(chunk)
            if filled:
                facts.rows, facts.columns = row, max(facts.columns, width)
                facts.cells += filled * max(1, times)
                facts.formulas += chunk.count(b"table:formula=")
    refuse_far(facts, name)
    return sheets


def _ods_row(chunk: bytes) -> tuple[int, int]:
    """The last filled column of a row, and how many cells are filled."""
    if b"value-type=" not in chunk:
        return 0, 0
    place = last = filled = 0
    for attributes in _ODS_CELL.findall(chunk):
        repeated = _REPEATED_CELLS.search(attributes)
        times = int(repeated[1][:9]) if repeated else 1
        place += times
        if b"value-type=" in attributes:
            last, filled = place, filled + times
    return last, filled


def _whole_tags(pieces: Iterable[bytes], ends: bytes) -> Iterator[bytes]:
    """The pieces cut so that each ends after a closing tag, or at least between tags."""
    rest = b""
    for piece in pieces:
        whole = rest + piece
        cut = whole.rfind(ends)
        cut = cut + len(ends) if cut >= 0 else max(0, len(whole) - _KEPT)
        rest = whole[cut:]
        yield whole[:cut]
    yield rest
