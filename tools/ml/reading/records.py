"""Text to records under one dialect, in one pass; what breaks its rules is marked, not mended."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from typing import Final

_LINE_END: Final = re.compile(r"(\r\n|\n|\r)")
_GAPS: Final = re.compile(r" {2,}")
_NEVER: Final = "\x00"
_CSV: Final = 100_000
"""Characters of a line from which on the csv module may balk."""
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
        collapse: Any number of spaces, from one or two on, is one delimiter (aligned text).
        bare: Quotes inside quoted cells stand as they are, neither doubled nor escaped.
    """

    delimiter: str
    quote: str = '"'
    escape: str = ""
    collapse: bool = False
    bare: bool = False


@dataclass(slots=True)
class Records:
    """Rows of cells as found, of any width.

    Attributes:
        rows: Cells per record; a blank line is one empty cell.
        lines: Number of the line each record starts at, from 1.
        texts: Each record as it stands in the file; empty where there is no text (sheets).
        strays: Indices of the records with a quote where the dialect has none.
    """

    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    strays: set[int] = field(default_factory=set)

    def text(self, place: int) -> str:
        """A record as it stands in the file, or what is known of it."""
        return self.texts[place] if self.texts else "\t".join(self.rows[place])


def tokenize(text: str, dialect: Dialect, *, width: int = 0, first_line: int = 1) -> Records:
    """Split the whole text.

    Args:
        text: Without byte order mark and zero characters.
        dialect: As detected or told.
        width: Cells of a usual row; decides whether a quote that closes lines later was meant.
        first_line: Number of the first line of the text in its file.
    """
    return _Tokenizer(text, dialect, width, first_line).run()


def _proper_line(dialect: Dialect) -> re.Pattern[str] | None:
    """A line that the csv module reads as the dialect means it: its quotes all in place."""
    plain = not (dialect.escape or dialect.collapse or dialect.bare) and dialect.quote
    if not plain or len(dialect.delimiter) != 1 or dialect.delimiter == " ":
        return None
    quote, edge = re.escape(dialect.quote), re.escape(dialect.delimiter)
    wrapped = rf"{quote}[^{quote}]*+(?:{quote}{quote}[^{quote}]*+)*+{quote}"
    cell = rf"(?:{wrapped}|[^{quote}{edge}]*+)"
    return re.compile(rf"{cell}(?:{edge}{cell})*+")


class _Tokenizer:
    """One pass over the lines; quoted cells may span several."""

    def __init__(self, text: str, dialect: Dialect, width: int, first_line: int) -> None:
        pieces = _LINE_END.split(text)
        self.lines, self.ends = pieces[0::2], [*pieces[1::2], ""]
        if self.lines and not self.lines[-1]:
            self.lines.pop()
        self.delimiter = dialect.delimiter or _NEVER
        self.dialect, self.width, self.first_line = dialect, width, first_line
        self.cells = CellReader(dialect)
        self.proper = _proper_line(dialect)
        self.lookahead = _LOOKAHEAD
        self.rereading = 4 * len(text) + _LOOKAHEAD

    def run(self) -> Records:
        records = Records()
        at, count = 0, len(self.lines)
        for special in [*self._special(), count]:
            if special < at:
                continue
            plain = self.lines[at:special]
            records.rows += self._split(plain)
            records.texts += plain
            records.lines += range(at + self.first_line, special + self.first_line)
            at = special
            if special < count:
                at = self._one(special, records)
        return records

    def _special(self) -> list[int]:
        """Indices of the lines with a quote or an escape."""
        quote, escape = self.dialect.quote, self.dialect.escape
        if escape:
            return [i for i, line in enumerate(self.lines) if escape in line or quote in line]
        return [i for i, line in enumerate(self.lines) if quote in line] if quote else []

    def _split(self, lines: list[str]) -> list[list[str]]:
        if self.dialect.collapse:
            return [self.plain(line) for line in lines]
        delimiter = self.delimiter
        return [line.split(delimiter) for line in lines]

    def _one(self, at: int, records: Records) -> int:
        """Add the record at line index `at`, which holds quotes; the index after it."""
        line = self.lines[at]
        records.lines.append(at + self.first_line)
        if self.proper is not None and len(line) < _CSV and self.proper.fullmatch(line):
            quote = self.dialect.quote
            cells = next(csv.reader((line,), delimiter=self.delimiter, quotechar=quote))
            text, after = line, at + 1
        else:
            cells, text, after, stray = self._quoted(at)
            if stray:
                records.strays.add(len(records.rows))
        records.rows.append(cells)
        records.texts.append(text)
        return after

    def plain(self, line: str) -> list[str]:
        if self.dialect.collapse and len(self.delimiter) > 1:
            return _GAPS.split(line.strip())
        if self.dialect.collapse:
            return line.split() or [""]
        return line.split(self.delimiter)

    def _quoted(self, at: int) -> tuple[list[str], str, int, bool]:
        """Cells and text of the record at line index `at`, the next index, if a quote strays."""
        line = self.lines[at]
        found = self.cells.read(line)
        if found.open:
            longer = self._over_lines(at)
            if longer is not None:
                return longer
            return self.plain(line), line, at + 1, True
        return found.cells, line, at + 1, found.stray

    def _over_lines(self, at: int) -> tuple[list[str], str, int, bool] | None:
        """The record whose quoted cell goes on in the next lines, if it ends well."""
        buffer = [self.lines[at]]
        size, last = len(buffer[0]), at
        doubled = not self.dialect.escape and not self.dialect.bare
        inside = doubled
        while last + 1 < len(self.lines) and last - at < _LONGEST_CELL and self.lookahead > 0:
            line = self.lines[last + 1]
            buffer += [self.ends[last], line]
            size += len(line) + 1
            last += 1
            self.lookahead -= 1
            inside ^= doubled and line.count(self.dialect.quote) % 2 == 1
            if inside or self.dialect.quote not in line or self.rereading < size:
                continue
            self.rereading -= size
            text = "".join(buffer)
            found = self.cells.read(text)
            if found.stray:
                return None
            if not found.open:
                if self.width not in (0, len(found.cells)):
                    return None
                self.lookahead += last - at
                return found.cells, text, last + 1, False
        return None


@dataclass(slots=True)
class Cells:
    """One record split.

    Attributes:
        cells: Without the quotes around them.
        quoted: For each cell whether it stood in quotes.
        stray: A quote stands where the dialect has none.
        open: A quoted cell is not closed.
    """

    cells: list[str] = field(default_factory=list)
    quoted: list[bool] = field(default_factory=list)
    stray: bool = False
    open: bool = False


class CellReader:
    """Splits the text of single records."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.delimiter = dialect.delimiter or _NEVER
        escaped = re.escape(dialect.quote) + re.escape(self.delimiter) + r"\\"
        self._escaped = re.compile(rf"\\([{escaped}])")

    def read(self, text: str) -> Cells:
        """The cells of one record by the rules of the dialect, as far as they are kept."""
        found = Cells()
        place, size, step = 0, len(text), len(self.delimiter)
        while True:
            start = self.opening(text, place)
            if start < 0:
                stop = self._next_delimiter(text, place)
                raw = text[place:stop]
                found.stray = found.stray or self._strays(raw)
                found.cells.append(self.unescape(raw))
            else:
                close, stop, lone = self._closing(text, start)
                found.stray = found.stray or lone
                if close < 0:
                    found.open = True
                    return found
                found.cells.append(self.content(text[start:close]))
            found.quoted.append(start >= 0)
            if stop >= size:
                return found
            place = self._skip(text, stop + step)

    def _strays(self, raw: str) -> bool:
        """Whether a plain cell holds a quote; an apostrophe within words is none."""
        quote = self.dialect.quote
        if quote != '"' or quote not in raw:
            return False
        return not self.dialect.escape or raw.count(quote) > raw.count("\\" + quote)

    def _skip(self, text: str, place: int) -> int:
        while self.dialect.collapse and text.startswith(" ", place):
            place += 1
        return place

    def opening(self, text: str, place: int) -> int:
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

    def _closing(self, text: str, start: int) -> tuple[int, int, bool]:
        """Place of the closing quote, of the delimiter after it, and whether lone quotes came."""
        quote, place, lone = self.dialect.quote, start, False
        plain = not self.dialect.escape and not self.dialect.bare
        while True:
            close = text.find(quote, place)
            if close < 0:
                return -1, -1, lone
            if self.dialect.escape and _odd_escapes(text, close, start):
                place = close + 1
                continue
            if plain and text.startswith(quote, close + 1):
                place = close + 2
                continue
            stop = self.after(text, close + 1)
            if stop >= 0:
                return close, stop, lone
            lone = not self.dialect.bare
            place = close + 1

    def after(self, text: str, place: int) -> int:
        """Place of the delimiter (or end) that follows a closing quote, or -1."""
        if self.delimiter.strip():
            while text.startswith(" ", place) and not text.startswith(self.delimiter, place):
                place += 1
        if place >= len(text) or text.startswith(self.delimiter, place):
            return place
        return -1

    def content(self, raw: str) -> str:
        """What stands between the quotes around a cell, as it was meant."""
        quote = self.dialect.quote
        if self.dialect.escape or self.dialect.bare:
            return self.unescape(raw)
        return raw.replace(quote + quote, quote)

    def unescape(self, raw: str) -> str:
        """A cell without the signs that escape others."""
        return self._escaped.sub(r"\1", raw) if self.dialect.escape and "\\" in raw else raw


def _odd_escapes(text: str, place: int, start: int) -> bool:
    """Whether the sign at `place` is escaped: an odd number of backslashes before it."""
    before = place
    while before > start and text[before - 1] == "\\":
        before -= 1
    return (place - before) % 2 == 1
