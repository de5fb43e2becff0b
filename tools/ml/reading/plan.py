"""Decides whether a file is clean enough to be streamed by pyarrow as it stands.

A clean file is UTF-8 text with a delimiter of one sign, every quote in its place, its names (if
any) in the first line and nothing around the table. The dialect is found on parts from all over
the file; the rest is one pass over its bytes in pieces, so memory does not grow with the file.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

import pyarrow.csv as pacsv

from tools.ml.reading.dialect import Scored, rank_dialects, shown
from tools.ml.reading.extent import Extent, find_extent
from tools.ml.reading.quoted_header import quoted_header
from tools.ml.reading.quoting import QuoteCheck
from tools.ml.reading.records import CellReader, Dialect, Records, tokenize
from tools.ml.reading.report import ReadHints, Remarks
from tools.ml.reading.structure import TextTable, as_columns, name_columns, tell_total

_PIECE: Final = 8 << 20
_PART: Final = 32_000
_PARTS: Final = 9
_HEAD: Final = 300
_FEW: Final = 3
_PLAIN: Final = (None, "utf-8", "utf-8-sig", "utf_8", "utf8")
_NO_HINTS: Final = ReadHints()
_ENDS: Final = {"CRLF": "\0", "LF": "\n", "CR": "\r"}


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """How pyarrow reads a clean file.

    Attributes:
        encoding: "utf-8" or "utf-8-sig"; pyarrow takes both as they are.
        delimiter: One ASCII sign; never empty.
        quote: `"`, or empty where the file has no quotes at all.
        newline: "LF", "CRLF", "CR" or "mixed".
        header: Whether the first line holds the names.
        names: Of the columns, unique: as found, else made.
        newlines_in_values: Whether a quoted cell holds a line end.
        rows: Number of data rows.
        notes: Assumptions to report.
        warnings: Near-ties and names that had to be made.
    """

    encoding: str
    delimiter: str
    quote: str
    newline: str
    header: bool
    names: tuple[str, ...]
    newlines_in_values: bool
    rows: int
    notes: tuple[str, ...]
    warnings: tuple[str, ...]

    def read_options(self, block_size: int = 1 << 23) -> pacsv.ReadOptions:
        """Names as planned, without the line of the header."""
        return pacsv.ReadOptions(
            column_names=list(self.names), skip_rows=int(self.header), block_size=block_size
        )

    def parse_options(self) -> pacsv.ParseOptions:
        """The dialect; a row of another width or a blank line raises `pyarrow.ArrowInvalid`."""
        return pacsv.ParseOptions(
            delimiter=self.delimiter,
            quote_char=self.quote or False,
            newlines_in_values=self.newlines_in_values,
            ignore_empty_lines=False,
        )


def plan_read(file: BinaryIO, *, hints: ReadHints = _NO_HINTS) -> ReadPlan | None:
    """The plan for a clean file, or None: then `read_table` is to read it.

    `file` is seekable, uncompressed and known to be text; it is left at its start. The width of
    each row is not looked at here: pyarrow does that while it reads, and a file whose rows differ
    is no clean file after all (`pyarrow.ArrowInvalid`; `read_table` then mends it).
    """
    try:
        return _plan(file, hints)
    finally:
        file.seek(0)


def sketch_read(file: BinaryIO, *, hints: ReadHints = _NO_HINTS) -> ReadPlan | None:
    """The plan as far as samples tell, for those who look at every byte themselves.

    `rows` is 0, `newlines_in_values` is true, and every piece of the file has yet to pass
    `is_clean`; all else is as `plan_read` says it.
    """
    try:
        sketch = _sketch(file, hints)
        file.seek(0)
        marked = file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8
    finally:
        file.seek(0)
    if sketch is None:
        return None
    dialect, names, head, remarks = sketch
    used = [name for name, end in _ENDS.items() if end in head.replace("\r\n", "\0")]
    return ReadPlan(
        encoding="utf-8-sig" if marked else "utf-8",
        delimiter=dialect.delimiter,
        quote=dialect.quote,
        newline=used[0] if len(used) == 1 else "mixed",
        header=names.header,
        names=names.names,
        newlines_in_values=True,
        rows=0,
        notes=tuple(remarks.notes),
        warnings=remarks.warnings(),
    )


def is_clean(piece: bytes, plan: ReadPlan) -> bool:
    """Whether a piece that begins and ends with a row holds no fault (UTF-8 is not looked at)."""
    check = QuoteCheck(plan.delimiter, plan.quote)
    return b"\x00" not in piece and check.accepts(piece, count=False) and not check.inside


def _plan(file: BinaryIO, hints: ReadHints) -> ReadPlan | None:
    sketch = _sketch(file, hints)
    if sketch is None:
        return None
    dialect, names, _, remarks = sketch
    survey = _survey(file, dialect, named=names.header)
    if survey is None:
        return None
    if names.header and survey.lines > _FEW:
        first = CellReader(dialect).read(survey.last).cells[0]
        tell_total(first, survey.lines + survey.inner, remarks)
    return ReadPlan(
        encoding="utf-8-sig" if survey.marked else "utf-8",
        delimiter=dialect.delimiter,
        quote=dialect.quote if survey.quoted else "",
        newline=survey.newline,
        header=names.header,
        names=names.names,
        newlines_in_values=survey.inner > 0,
        rows=survey.lines - int(names.header),
        notes=tuple(remarks.notes),
        warnings=remarks.warnings(),
    )


def _sketch(file: BinaryIO, hints: ReadHints) -> tuple[Dialect, TextTable, str, Remarks] | None:
    """Dialect, names, the text they are from, and what is to be told; by samples."""
    if hints.skip or hints.encoding not in _PLAIN:
        return None
    parts = _parts(file)
    if parts is None:
        return None
    best = rank_dialects("\n".join(parts), delimiter=hints.delimiter, quote=hints.quote)[0]
    remarks = Remarks()
    names = _names(_head(parts[0]), best, hints, remarks)
    if names is None:
        return None
    remarks.note(f"Delimited text in utf-8; delimiter {shown(best.dialect.delimiter)}.")
    return best.dialect, names, parts[0], remarks


def _parts(file: BinaryIO) -> list[str] | None:
    """Whole lines from all over the file, the first part from its start; None if not UTF-8."""
    size = file.seek(0, io.SEEK_END)
    starts = sorted({int(size * place / _PARTS) for place in range(_PARTS)} if size else set())
    parts: list[str] = []
    for place in starts if size > _PART * _PARTS else [0]:
        file.seek(place)
        part = file.read(2 * _PART if size > _PART * _PARTS else size)
        if place:
            part = part[_line_end(part, first=True) :]
        if place + 2 * _PART < size:
            part = part[: _line_end(part, first=False)]
        try:
            parts.append(part.removeprefix(codecs.BOM_UTF8).decode())
        except UnicodeDecodeError:
            return None
    told = parts and parts[0][:4].lower() == "sep="
    return parts if parts and parts[0].strip() and not told else None


def _line_end(part: bytes, *, first: bool) -> int:
    """Place after the first or last line end, or the whole length."""
    for sign in (b"\n", b"\r"):
        place = part.find(sign) if first else part.rfind(sign)
        if place >= 0:
            return place + 1
    return len(part)


def _head(part: str) -> str:
    """The first lines of a part, if it is long."""
    ends = max(part.rfind("\n", 0, _PART), part.rfind("\r", 0, _PART))
    return part[: ends + 1] if len(part) > _PART and ends > 0 else part


def _names(head: str, best: Scored, hints: ReadHints, remarks: Remarks) -> TextTable | None:
    """The table of the first lines, if nothing but names stands above its rows."""
    dialect = best.dialect
    plain = len(dialect.delimiter) == 1 and dialect.delimiter.isascii()
    if not plain or dialect.escape or dialect.collapse or dialect.bare or dialect.quote == "'":
        return None
    records = tokenize(head, dialect, width=best.width)
    rows, lines = records.rows[:_HEAD], records.lines[:_HEAD]
    if len(rows) < 2 or records.strays or any(len(row) != best.width for row in rows):
        return None
    header = hints.header
    if header is None:
        header = quoted_header(head, dialect.delimiter, dialect.quote)
    named = hints.header is None and bool(header)
    extent = find_extent(Records(rows, lines), dialect, named=named)
    if extent != Extent(0, len(rows), best.width) or lines[1] != 2:
        return None
    columns = as_columns(rows, best.width)
    found = name_columns(columns, lines, told=header, remarks=remarks, more=True)
    whole = len(found.lines) == len(rows) - int(found.header) and len(found.names) == best.width
    return found if whole and not remarks.rows_touched else None


@dataclass(slots=True)
class _Survey:
    """What one pass over the bytes has counted."""

    lines: int = 0
    inner: int = 0
    quoted: bool = False
    marked: bool = False
    newline: str = ""
    last: str = ""


def _last_line(piece: bytes) -> str:
    """The last line of a piece, as far as it is needed."""
    tail = piece[-_PART:].rstrip(b"\r\n")
    start = max(tail.rfind(b"\n"), tail.rfind(b"\r")) + 1
    return tail[start:].decode(errors="replace")


def _survey(file: BinaryIO, dialect: Dialect, *, named: bool) -> _Survey | None:
    """Counts of the whole file; None at the first byte that is not clean, or names come again."""
    survey, check = _Survey(), QuoteCheck(dialect.delimiter, dialect.quote)
    first, lone, pairs, last = b"", 0, 0, b""
    for found in _pieces(file):
        piece = found if first else found.removeprefix(codecs.BOM_UTF8)
        if not first:
            survey.marked = len(piece) < len(found)
            first = b"\n" + piece[: _line_end(piece, first=True)]
        survey.quoted = survey.quoted or dialect.quote.encode() in piece
        if not (_is_text(piece) and check.accepts(piece)) or (named and first in piece):
            return None
        pairs += piece.count(b"\r\n")
        survey.lines += piece.count(b"\n")
        lone += piece.count(b"\r")
        last = piece[-1:]
        survey.last = _last_line(piece)
    lone -= pairs
    kinds = {"CRLF": pairs, "LF": survey.lines - pairs, "CR": lone}
    used = [name for name, count in kinds.items() if count]
    survey.newline = used[0] if len(used) == 1 else "mixed"
    survey.inner = check.newlines
    survey.lines += lone + (last not in (b"\n", b"\r")) - survey.inner
    return None if check.inside or not last else survey


def _is_text(piece: bytes) -> bool:
    if b"\x00" in piece:
        return False
    if piece.isascii():
        return True
    try:
        piece.decode()
    except UnicodeDecodeError:
        return False
    return True


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    """The file in pieces that end at a line end."""
    file.seek(0)
    rest = b""
    while piece := file.read(_PIECE):
        whole = rest + piece
        cut = _line_end(whole, first=False)
        rest = whole[cut:]
        yield whole[:cut]
    if rest:
        yield rest
