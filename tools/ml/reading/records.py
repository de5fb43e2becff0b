"""Text to records under one dialect, in one pass, with every stray quote told."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from tools.ml.reading.report import Remarks

_LINE_END: Final = re.compile(r"(\r\n|\n|\r)")
_NEVER: Final = "\x00"
_LONGEST_CELL: Final = 1_000
"""Lines that one quoted cell may span."""
_LOOKAHEAD: Final = 20_000
"""Lines that may be looked at in vain for closing quotes, over the whole file."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a delimited text is written.

    Attributes:
        delimiter: Between cells, one or more characters; empty for a single column.
        quote: `"`, `'` or empty.
        escape: A backslash, or empty where quotes are doubled.
        collapse: Several delimiters in a row count as one (aligned text).
    """

    delimiter: str
    quote: str = '"'
    escape: str = ""
    collapse: bool = False


@dataclass(slots=True)
class Records:
    """Rows of cells as found, of any width, with the line each one starts at (from 1)."""

    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


def tokenize(text: str, dialect: Dialect, *, width: int = 0, remarks: Remarks) -> Records:
    """Split the whole text; blank lines give records with one empty cell.

    Args:
        text: Without byte order mark and zero characters.
        dialect: As detected or told.
        width: Cells of a usual row; decides how to read a quote that is never closed.
        remarks: Takes the repairs.
    """
    return _Tokenizer(text, dialect, width, remarks).run()


class _Tokenizer:
    """One pass over the lines; quoted cells may span several."""

    def __init__(self, text: str, dialect: Dialect, width: int, remarks: Remarks) -> None:
        pieces = _LINE_END.split(text)
        self.lines, self.ends = pieces[0::2], [*pieces[1::2], ""]
        if self.lines and not self.lines[-1]:
            self.lines.pop()
        self.delimiter = dialect.delimiter or _NEVER
        self.dialect, self.width, self.remarks = dialect, width, remarks
        self.lookahead = _LOOKAHEAD
        escaped = re.escape(dialect.quote) + re.escape(self.delimiter) + r"\\"
        self.escaped = re.compile(rf"\\([{escaped}])")

    def run(self) -> Records:
        records = Records()
        quote, escape = self.dialect.quote, self.dialect.escape
        at, count = 0, len(self.lines)
        while at < count:
            line = self.lines[at]
            records.lines.append(at + 1)
            if (quote and quote in line) or (escape and escape in line):
                cells, at = self._quoted(at)
            else:
                cells, at = self._plain(line), at + 1
            records.rows.append(cells)
        return records

    def _plain(self, line: str) -> list[str]:
        if self.dialect.collapse:
            return line.split() or [""]
        return line.split(self.delimiter)

    def _quoted(self, at: int) -> tuple[list[str], int]:
        """The record that starts at line index `at`, and the index after it."""
        line = self.lines[at]
        cells, lone = self._parse(line, lenient=True)
        if cells is not None:
            if not lone:
                return cells, at + 1
            literal = self._literal(line)
            if len(cells) == self.width or len(literal) != self.width:
                self.remarks.repair(
                    at + 1, "a quote inside a quoted cell is not doubled", "it was kept as a sign"
                )
                return cells, at + 1
        elif not lone:
            cells, after = self._over_lines(at)
            if cells is not None:
                return cells, after
        self.remarks.repair(
            at + 1, "a quote is opened and never closed", "the quote was kept as a sign"
        )
        return self._literal(line), at + 1

    def _over_lines(self, at: int) -> tuple[list[str] | None, int]:
        """The record whose quoted cell goes on in the next lines, if it ends well."""
        line = buffer = self.lines[at]
        last = at
        while last + 1 < len(self.lines) and last - at < _LONGEST_CELL and self.lookahead > 0:
            buffer += self.ends[last] + self.lines[last + 1]
            last += 1
            self.lookahead -= 1
            if self.dialect.quote not in self.lines[last]:
                continue
            cells, lone = self._parse(buffer, lenient=False)
            if lone:
                break
            if cells is not None:
                if self.width in (0, len(cells)) or len(self._literal(line)) != self.width:
                    self.lookahead += last - at
                    return cells, last + 1
                break
        return None, at

    def _literal(self, line: str) -> list[str]:
        """Cells of a line whose quotes cannot be paired: only whole wrapped cells lose theirs."""
        quote = self.dialect.quote
        return [
            cell[1:-1]
            if len(cell) > 1 and cell[0] == cell[-1] == quote and quote not in cell[1:-1]
            else cell
            for cell in self._plain(line)
        ]

    def _parse(self, text: str, *, lenient: bool) -> tuple[list[str] | None, bool]:
        """Cells of one record, and whether a lone quote stands inside a quoted cell.

        The cells are None if a quoted cell is still open at the end of `text`. In a record of
        one line (`lenient`) a lone quote may be kept; across lines it means that the quote at
        the start was no opening quote at all.
        """
        cells: list[str] = []
        place, size, step = 0, len(text), len(self.delimiter)
        stray = False
        while True:
            start = self._opening(text, place)
            if start < 0:
                stop = self._next_delimiter(text, place)
                cells.append(self._unescape(text[place:stop]))
            else:
                close, stop, lone = self._closing(text, start, lenient=lenient)
                if close < 0:
                    return None, lone
                stray = stray or lone
                cells.append(self._content(text[start:close]))
            if stop >= size:
                return cells, stray
            place = self._skip(text, stop + step)

    def _skip(self, text: str, place: int) -> int:
        while self.dialect.collapse and text.startswith(self.delimiter, place):
            place += 1
        return place

    def _opening(self, text: str, place: int) -> int:
        """Where the content of a quoted cell begins, or -1 for a plain cell."""
        quote = self.dialect.quote
        if not quote:
            return -1
        if self.delimiter.strip():
            while text.startswith(" ", place):
                place += 1
        return place + 1 if text.startswith(quote, place) else -1

    def _next_delimiter(self, text: str, place: int) -> int:
        stop = text.find(self.delimiter, place)
        while stop >= 0 and self.dialect.escape and _odd_escapes(text, stop, place):
            stop = text.find(self.delimiter, stop + 1)
        return len(text) if stop < 0 else stop

    def _closing(self, text: str, start: int, *, lenient: bool) -> tuple[int, int, bool]:
        """Place of the closing quote, of the delimiter after it, and whether lone quotes came."""
        quote, place, lone = self.dialect.quote, start, False
        while True:
            close = text.find(quote, place)
            if close < 0:
                return -1, -1, lone
            if self.dialect.escape and _odd_escapes(text, close, start):
                place = close + 1
                continue
            if not self.dialect.escape and text.startswith(quote, close + 1):
                place = close + 2
                continue
            stop = self._after(text, close + 1)
            if stop >= 0:
                return close, stop, lone
            lone = True
            if not lenient:
                return -1, -1, lone
            place = close + 1

    def _after(self, text: str, place: int) -> int:
        """Place of the delimiter (or end) that follows a closing quote, or -1."""
        if self.delimiter.strip():
            while text.startswith(" ", place):
                place += 1
        if place >= len(text) or text.startswith(self.delimiter, place):
            return place
        return -1

    def _content(self, raw: str) -> str:
        quote = self.dialect.quote
        return self._unescape(raw) if self.dialect.escape else raw.replace(quote + quote, quote)

    def _unescape(self, raw: str) -> str:
        return self.escaped.sub(r"\1", raw) if self.dialect.escape and "\\" in raw else raw


def _odd_escapes(text: str, place: int, start: int) -> bool:
    """Whether the sign at `place` is escaped: an odd number of backslashes before it."""
    before = place
    while before > start and text[before - 1] == "\\":
        before -= 1
    return (place - before) % 2 == 1
