"""What is in a workbook's parts, found out before any engine opens it.

The engine lays out every sheet as a full rectangle, so one cell in the far corner of a tiny file
asks for more memory than any machine has. The parts are unpacked here in pieces, counted, and
looked through for where cells are, for errors, and for formulas without a value.
"""

from __future__ import annotations

import html
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tools.errors import Refused
from tools.ml.reading.archives import open_archive
from tools.ml.reading.report import ReadLimits
from tools.ml.reading.unpacking import allowed_size

MOST_CELLS: Final = 20_000_000
"""Cells of the rectangle that holds everything on a sheet."""
_ROWS: Final = 1_048_576
_COLUMNS: Final = 16_384
_STEP: Final = 1 << 20
_KEPT: Final = 1 << 16
"""The most of a piece that waits for the next one; tags are shorter."""
_ENCRYPTED: Final = 0x1
_MOST_ERRORS: Final = 100_000
_SAVE_AS: Final = "Save the sheet as CSV or XLSX again and send that."

# Every pattern stops at the next tag, so that none looks at a byte more than a few times.
_CELL: Final = re.compile(rb"<(?:\w{1,9}:)?c\s([^<>]*[^<>/])>")
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
_SHEET: Final = re.compile(r"<(?:\w{1,9}:)?sheet\s([^<>]{1,2000})>")
_RELATION: Final = re.compile(r"<(?:\w{1,9}:)?Relationship\s([^<>]{1,2000})>")
_ATTRIBUTE: Final = re.compile(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
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


@dataclass(frozen=True, slots=True)
class Workbook:
    """What was found out about a workbook.

    Attributes:
        form: "xlsx", "xls" or "ods".
        sheets: By name, as far as they could be looked into.
        macros: Whether it holds programs.
        links: Whether it refers to other files.
    """

    form: str
    sheets: dict[str, SheetFacts] = field(default_factory=dict)
    macros: bool = False
    links: bool = False


def inspect_workbook(data: bytes, name: str, limits: ReadLimits) -> Workbook:
    """Look through a workbook without opening it.

    Raises:
        Refused: Damaged, of another kind, protected, or more than is opened.
    """
    if not data.startswith(b"PK"):
        return Workbook("xls")
    archive = open_archive(data, name, limits)
    infos = {info.filename: info for info in archive.infolist()}
    _refuse_declared(archive, data, name, limits)
    parts = _Parts(data, name, allowed_size(len(data), limits))
    if "content.xml" in infos and "xl/workbook.xml" not in infos:
        sheets = _ods_sheets(parts, infos["content.xml"], name)
        return Workbook("ods", sheets, macros=any(p.startswith("Basic/") for p in infos))
    if "xl/workbook.xml" not in infos:
        raise Refused(f"“{name}” is a workbook in a form that is not read (XLSB).", _SAVE_AS)
    return Workbook(
        "xlsx",
        _xlsx_sheets(parts, infos, name),
        macros=any(path.endswith("vbaProject.bin") for path in infos),
        links=any(path.startswith("xl/externalLinks/") for path in infos),
    )


def _refuse_declared(archive: zipfile.ZipFile, data: bytes, name: str, limits: ReadLimits) -> None:
    members = archive.infolist()
    if any(info.flag_bits & _ENCRYPTED for info in members):
        raise Refused(
            f"“{name}” is a workbook protected with a password.",
            "Save it without the password and send it again.",
        )
    expanded = sum(info.file_size for info in members)
    if expanded > allowed_size(len(data), limits):
        raise Refused(
            f"“{name}” would unpack to {expanded / 1e6:,.0f} MB in {len(members):,} parts; "
            "that is more than is opened.",
            "Send it as CSV.",
        )


@dataclass(slots=True)
class _Parts:
    """Unpacks parts in pieces, whatever sizes they claim; all together they may be `left`."""

    data: bytes
    name: str
    left: int

    def pieces(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        try:
            yield from self._pieces(info)
        except (zlib.error, struct.error) as exc:
            raise self._broken(info) from exc

    def _pieces(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        lengths = struct.unpack_from("<HH", self.data, info.header_offset + 26)
        start = info.header_offset + 30 + sum(lengths)
        packed = memoryview(self.data)[start : start + info.compress_size]
        if info.compress_type == zipfile.ZIP_STORED:
            yield bytes(packed)
            return
        if info.compress_type != zipfile.ZIP_DEFLATED:
            raise self._broken(info)
        unpacker, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
        for place in range(0, len(packed), _STEP):
            rest = bytes(packed[place : place + _STEP])
            while rest and not unpacker.eof:
                piece = unpacker.decompress(rest, _STEP)
                rest = unpacker.unconsumed_tail
                size += len(piece)
                if size > info.file_size or size > self.left:
                    raise Refused(
                        f"“{self.name}” unpacks to more than it says, or than is opened "
                        f"(part “{info.filename[:80]}”).",
                        "Send it as CSV.",
                    )
                yield piece
        self.left -= size
        if not unpacker.eof:
            raise self._broken(info)

    def text(self, info: zipfile.ZipInfo) -> str:
        return b"".join(self.pieces(info)).decode("utf-8", errors="replace")

    def _broken(self, info: zipfile.ZipInfo) -> Refused:
        return Refused(
            f"“{self.name}” is a damaged workbook: its part “{info.filename[:80]}” is broken.",
            _SAVE_AS,
        )


def _whole_tags(pieces: Iterator[bytes], ends: bytes) -> Iterator[bytes]:
    """The pieces cut so that each ends after a closing tag, or at least between tags."""
    rest = b""
    for piece in pieces:
        whole = rest + piece
        cut = whole.rfind(ends)
        cut = cut + len(ends) if cut >= 0 else max(0, len(whole) - _KEPT)
        rest = whole[cut:]
        yield whole[:cut]
    yield rest


def _xlsx_sheets(
    parts: _Parts, infos: dict[str, zipfile.ZipInfo], name: str
) -> dict[str, SheetFacts]:
    targets = {}
    relations = infos.get("xl/_rels/workbook.xml.rels")
    for found in _RELATION.findall(parts.text(relations)) if relations else ():
        said = _attributes(found)
        path = said.get("Target", "").lstrip("/")
        targets[said.get("Id", "")] = path if path.startswith("xl/") else f"xl/{path}"
    sheets = {}
    for found in _SHEET.findall(parts.text(infos["xl/workbook.xml"])):
        said = _attributes(found)
        path = targets.get(next((v for k, v in said.items() if k.endswith(":id")), ""), "")
        if path in infos:
            sheets[said.get("name", "")] = _sheet_facts(parts, infos[path], name)
    for path, info in infos.items():  # whatever the list of sheets says, all of them are counted
        if path.startswith("xl/worksheets/") and path not in targets.values():
            _sheet_facts(parts, info, name)
    return sheets


def _attributes(tag: str) -> dict[str, str]:
    return {key: html.unescape(one or two) for key, one, two in _ATTRIBUTE.findall(tag)}


def _sheet_facts(parts: _Parts, info: zipfile.ZipInfo, name: str) -> SheetFacts:
    facts = SheetFacts()
    letters: set[bytes] = set()
    for piece in _whole_tags(parts.pieces(info), b"</c>"):
        cells = _CELL.findall(piece)
        places = _PLACE.findall(b"\n".join(cells))
        facts.cells += len(cells)
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
    _refuse_far(facts, name)
    return facts


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


def _refuse_far(facts: SheetFacts, name: str) -> None:
    if facts.rows > _ROWS or facts.columns > _COLUMNS:
        raise Refused(
            f"“{name}” is a damaged workbook: a cell is in row {facts.rows:,}, column "
            f"{facts.columns:,}, where no sheet has one.",
            _SAVE_AS,
        )
    if facts.rows * facts.columns > MOST_CELLS:
        raise Refused(
            f"A sheet of “{name}” reaches to row {facts.rows:,} and column {facts.columns:,} with "
            f"{facts.cells:,} filled cells; a rectangle of up to {MOST_CELLS:,} is opened.",
            "Delete what stands far from the table, or send it as CSV.",
        )


def _ods_sheets(parts: _Parts, info: zipfile.ZipInfo, name: str) -> dict[str, SheetFacts]:
    sheets: dict[str, SheetFacts] = {}
    facts, row = SheetFacts(), 0
    for piece in _whole_tags(parts.pieces(info), b"</table:table-row>"):
        for chunk in piece.split(b"</table:table-row>"):
            for found in _TABLE_START.findall(chunk):
                _refuse_far(facts, name)
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
    _refuse_far(facts, name)
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
