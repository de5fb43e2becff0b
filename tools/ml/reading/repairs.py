"""Records of any width to a rectangle: lines around the table, ragged rows, blank lines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from tools.ml.reading.records import Dialect, Records, tokenize
from tools.ml.reading.report import Remarks
from tools.ml.reading.shapes import value_like

_LOOKED_AT: Final = 300
_MOST_MERGES: Final = 10_000
_PREAMBLE: Final = 100


@dataclass(slots=True)
class Grid:
    """Rows of equal width with the line each one starts at; the header, if any, is row 0."""

    rows: list[list[str]]
    lines: list[int]
    width: int


def to_grid(records: Records, dialect: Dialect, remarks: Remarks) -> Grid:
    """Every record made as wide as the usual one; each change is told with its line."""
    rows, lines = records.rows, records.lines
    while rows and _blank(rows[-1]):
        rows, lines = rows[:-1], lines[:-1]
    width = _usual_width(rows)
    start, stop = _main_block(rows, width)
    header = _wide_or_short_header(rows, start, width)
    spare = 0
    if header is not None:
        start, spare = header, max(0, len(rows[header]) - width)
    _tell_outside(rows, lines, (start, stop), remarks)
    stop = _without_footer(rows, lines, (start, stop), width, remarks)
    if spare:
        remarks.warn(
            f"Line {lines[start]}: the header has {_cells(spare)} more than the rows; "
            "the last columns are empty."
        )
        rows = [row + [""] * spare if len(row) == width else row for row in rows]
        width += spare
    return _square(rows[start:stop], lines[start:stop], width, dialect, remarks)


def _square(
    rows: list[list[str]], lines: list[int], width: int, dialect: Dialect, remarks: Remarks
) -> Grid:
    squarer = _Squarer(rows, width, dialect, remarks)
    grid = Grid([], [], width)
    for place, (row, line) in enumerate(zip(rows, lines, strict=True)):
        fits = len(row) == width and width > 1
        square = row if fits else squarer.mend(row, line, header=place == 0)
        if square is not None:
            grid.rows.append(square)
            grid.lines.append(line)
    gaps = sum(map(_blank, rows)) if width == 1 else 0
    if gaps:
        remarks.note(f"Blank lines in the only column are read as missing values ({gaps:,}).")
    return grid


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


def _blank(row: list[str]) -> bool:
    return len(row) == 1 and not row[0].strip()


def _comment(row: list[str]) -> bool:
    return row[0].lstrip().startswith("#")


def _usual_width(rows: list[list[str]]) -> int:
    widths = Counter(len(row) for row in rows if not _blank(row) and not _comment(row))
    if not widths:
        return max((len(row) for row in rows), default=1)
    return max(widths.items(), key=lambda item: (item[1], item[0]))[0]


def _main_block(rows: list[list[str]], width: int) -> tuple[int, int]:
    """First row of the usual width, and the end of the table: before a second one, if any."""
    start = next((i for i, row in enumerate(rows) if len(row) == width and not _blank(row)), 0)
    if width == 1:
        return start, len(rows)
    blanks = [i for i in range(start, len(rows)) if _blank(rows[i])]
    for blank in blanks[:1000]:
        after = [row for row in rows[blank + 1 : blank + 1 + _LOOKED_AT] if not _blank(row)]
        widths = Counter(map(len, after))
        if len(after) > 1 and len(widths) == 1 and width not in widths and 1 not in widths:
            return start, blank
    return start, len(rows)


def _wide_or_short_header(rows: list[list[str]], start: int, width: int) -> int | None:
    """Index of a header that has more or fewer cells than the rows right below it."""
    if start == 0 or start > _PREAMBLE:
        return None
    above = rows[start - 1]
    near = len(above) > 1 and (len(above) > width or 2 * len(above) >= width)
    words = all(cell.strip() and not value_like(cell.strip()) for cell in above)
    if not near or not words or _comment(above):
        return None
    return start - 1


def _tell_outside(
    rows: list[list[str]], lines: list[int], block: tuple[int, int], remarks: Remarks
) -> None:
    start, stop = block
    above = [i for i in range(start) if not _blank(rows[i])]
    if above:
        begin, end = lines[above[0]], lines[above[-1]]
        one = begin == end
        where = f"Line {begin} stands" if one else f"Lines {begin}–{end} stand"
        first = " ".join(rows[above[0]]).strip()[:60]
        gone = f"was left out: “{first}”" if one else f"were left out, beginning with “{first}”"
        remarks.warn(f"{where} above the table and {gone}.")
    elif start:
        remarks.warn(f"{start} blank lines above the table were left out.")
    if stop < len(rows):
        remarks.warn(
            f"Line {lines[stop] + 1}: a second table begins here; only the first one was read."
        )


def _without_footer(
    rows: list[list[str]],
    lines: list[int],
    block: tuple[int, int],
    width: int,
    remarks: Remarks,
) -> int:
    """End of the table before closing remarks: single cells of words below a wide table."""
    start, stop = block
    end = stop
    while end > start + 2 and width > 2 and (len(rows[end - 1]) == 1):
        end -= 1
    cut = next((i for i in range(end, stop) if _remark(rows[i])), stop)
    for place in range(cut, stop):
        if not _blank(rows[place]):
            remarks.repair(lines[place], "words below the table", "left out")
    return cut


def _remark(row: list[str]) -> bool:
    cell = row[0].strip()
    return " " in cell and not any(sign in cell for sign in ",;|\t")


class _Squarer:
    """Brings single rows to the usual width."""

    def __init__(
        self, rows: list[list[str]], width: int, dialect: Dialect, remarks: Remarks
    ) -> None:
        self.width, self.dialect, self.remarks = width, dialect, remarks
        usual = [row for row in rows[1 : 1 + 4 * _LOOKED_AT] if len(row) == width][:_LOOKED_AT]
        self.values = [
            sum(value_like(row[place].strip()) for row in usual) > 0.8 * len(usual)
            for place in range(width)
        ]
        self.lengths = [sum(len(row[place]) for row in usual) for place in range(width)]
        self.merges = 0

    def mend(self, row: list[str], line: int, *, header: bool) -> list[str] | None:
        """The row at the usual width, or None if it is to be left out."""
        if self.width == 1:
            return row[:1] if len(row) == 1 else [self.dialect.delimiter.join(row)]
        if _blank(row):
            self.remarks.repair(line, "a blank line", "left out")
            return None
        if _comment(row) and len(row) != self.width:
            self.remarks.repair(line, "a comment", "left out")
            return None
        if header:
            return self._header(row, line)
        if len(row) == 1:
            other = self._other_delimiter(row[0], line)
            if other is not None:
                return other
        return self._short(row, line) if len(row) < self.width else self._long(row, line)

    def _header(self, row: list[str], line: int) -> list[str]:
        gap = self.width - len(row)
        if gap < 0:
            return self._long(row, line)
        self.remarks.repair(line, f"the header has {_cells(gap)} less than the rows", "names made")
        # Row names come without a name of their own (R); empty last cells come from a
        # delimiter at the end of each line.
        return ["", *row] if gap == 1 and self.lengths[-1] else row + [""] * gap

    def _other_delimiter(self, cell: str, line: int) -> list[str] | None:
        for delimiter in (",", ";", "\t", "|"):
            if delimiter == self.dialect.delimiter or delimiter not in cell:
                continue
            other = Dialect(delimiter, self.dialect.quote)
            parsed = tokenize(cell, other, remarks=Remarks()).rows
            if len(parsed) == 1 and len(parsed[0]) == self.width:
                name = "tabs" if delimiter == "\t" else f"“{delimiter}”"
                self.remarks.repair(line, "another delimiter", f"split at {name}")
                return parsed[0]
        return None

    def _short(self, row: list[str], line: int) -> list[str]:
        what = f"{_cells(len(row))} instead of {self.width}"
        self.remarks.repair(line, what, "the missing ones at the end were left empty")
        return row + [""] * (self.width - len(row))

    def _long(self, row: list[str], line: int) -> list[str]:
        what = f"{_cells(len(row))} instead of {self.width}"
        if not any(cell.strip() for cell in row[self.width :]):
            self.remarks.repair(line, what, "the empty ones at the end were left out")
            return row[: self.width]
        surplus = len(row) - self.width
        place = self._best_merge(row, surplus)
        joint = self.dialect.delimiter.join(row[place : place + surplus + 1])
        self.remarks.repair(line, what, f"joined again in column {place + 1}")
        return [*row[:place], joint, *row[place + surplus + 1 :]]

    def _best_merge(self, row: list[str], surplus: int) -> int:
        """Where an unquoted delimiter most likely split a cell: the other cells fit best."""
        self.merges += 1
        if self.merges > _MOST_MERGES or self.width > 500:
            return self.width - 1
        left = [value_like(row[i].strip()) == self.values[i] for i in range(self.width)]
        right = [value_like(row[i + surplus].strip()) == self.values[i] for i in range(self.width)]
        before, after = 0, sum(right)
        best, best_key = self.width - 1, (-1.0, False, -1)
        for place in range(self.width):
            after -= right[place]
            spaced = row[place + 1].startswith(" ")
            fit = before + after + (0.5 if not self.values[place] else 0.0)
            key = (fit, spaced, self.lengths[place])
            if key > best_key:
                best, best_key = place, key
            before += left[place]
        return best
