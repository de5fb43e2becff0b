"""Records of any width to a rectangle: every row that does not fit is mended and told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from tools.ml.reading.extent import (
    OTHERS,
    Extent,
    blank,
    comment,
    find_extent,
    tell_outside,
    words,
)
from tools.ml.reading.lattice import Effort, Fit, Reading, read_line
from tools.ml.reading.records import CellReader, Dialect, Records
from tools.ml.reading.report import Remarks
from tools.ml.reading.typical import NameLike, Typical

_SAMPLE: Final = 600
_DOMINANT: Final = 0.5
_FREQUENT: Final = 0.3
_WIDEST: Final = 200
_LONGEST: Final = 20_000
_AS_SIGN: Final = "it was kept as a sign"


@dataclass(slots=True)
class Grid:
    """Rows of equal width with the line each one starts at; the header, if any, is row 0."""

    rows: list[list[str]]
    lines: list[int]
    width: int


def to_grid(records: Records, dialect: Dialect, remarks: Remarks, *, named: bool = False) -> Grid:
    """The rows of the table, each as wide as the usual one; each change is told with its line.

    Args:
        records: All of the file.
        dialect: How they are written.
        remarks: Takes what is done.
        named: Whether the first record is known to hold the names, and no other one any.
    """
    extent, effort = find_extent(records, dialect, named=named), Effort()
    if extent.start == 1 and Mender(records, dialect, extent, remarks, effort).first_row():
        extent = replace(extent, start=0)
    extent = tell_outside(records, extent, remarks)
    mender = Mender(records, dialect, extent, remarks, effort)
    spare = max(0, len(records.rows[extent.start]) - extent.width) if records.rows else 0
    if spare and mender.wide_header(spare):
        extent = replace(extent, width=extent.width + spare)
        mender = Mender(records, dialect, extent, remarks, effort)
    return mender.run()


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


class Mender:
    """Brings single rows to the usual width."""

    def __init__(
        self,
        records: Records,
        dialect: Dialect,
        extent: Extent,
        remarks: Remarks,
        effort: Effort,
    ) -> None:
        self.records, self.dialect, self.extent, self.remarks = records, dialect, extent, remarks
        self.width = extent.width
        self.reader = CellReader(dialect)
        self.effort = effort
        self._typical: Typical | None = None
        inside = range(extent.start, extent.stop)
        rows = records.rows
        self.ordinary = [
            i for i in inside[1:] if len(rows[i]) == self.width and i not in records.strays
        ]
        filled = sum(len(rows[i]) > 1 or not blank(rows[i]) for i in inside)
        named = extent.start < extent.stop and len(rows[extent.start]) == self.width
        share = len(self.ordinary) / max(1, filled - 1) if len(self.ordinary) > 1 else 0.0
        self.steady = share >= _DOMINANT
        self.frequent = self.steady or (named and share >= _FREQUENT)

    def run(self) -> Grid:
        """All rows of the table at the usual width."""
        grid = Grid([], [], self.width)
        rows, lines, strays = self.records.rows, self.records.lines, self.records.strays
        gaps = 0
        for place in range(self.extent.start, self.extent.stop):
            row = rows[place]
            fits = len(row) == self.width and place not in strays
            square: list[str] | None = row
            if self.width == 1:
                gaps += blank(row)
                square = self._single(place)
            elif not fits:
                square = self.mend(place, header=place == self.extent.start)
            if square is not None:
                grid.rows.append(square)
                grid.lines.append(lines[place])
        if gaps:
            self.remarks.note(
                f"Blank lines in the only column are read as missing values ({gaps:,})."
            )
        self._without_quotes()
        return grid

    def _without_quotes(self) -> None:
        """Where no cell of the file is enclosed in quotes, a quote is a sign like any other.

        A single line with an odd one may be all that is left of an enclosed cell: it stays told.
        """
        odd = [
            one for one in self.remarks.repairs
            if one.done == _AS_SIGN and one.text.count(self.dialect.quote) % 2
        ]  # fmt: skip
        if len(odd) == 1 or not self.records.strays or self._encloses():
            return
        plain = self.remarks.withdraw(_AS_SIGN)
        if plain:
            lines = ", ".join(f"{line:,}" for line in plain[:3])
            more = f" and {len(plain) - 3:,} more" if len(plain) > 3 else ""
            self.remarks.note(f"No cell is enclosed in quotes: those of lines {lines}{more} stay.")

    def _encloses(self) -> bool:
        """Whether a cell anywhere begins with the quote."""
        quote, delimiter = self.dialect.quote, self.dialect.delimiter
        signs = (f"{delimiter}{quote}", f"{delimiter} {quote}")
        return any(
            text.lstrip().startswith(quote) or any(sign in text for sign in signs)
            for text in self.records.texts
            if quote in text
        )

    def first_row(self) -> bool:
        """Whether the very first line is no title but a broken row, in a table without header."""
        row = self.records.rows[0]
        if blank(row) or comment(row, self.width) or words(self.records.rows[1]):
            return False
        reading = self._reading(0, header=False)
        return reading is not None and not reading.short and reading.fit >= self.typical.least

    def wide_header(self, spare: int) -> bool:
        """Whether the header has names for cells that the rows leave out at their end."""
        place = self.extent.start
        row = self.records.rows[place]
        if place in self.records.strays or not all(cell.strip() for cell in row[self.width :]):
            return False
        if not all(cell.strip() for cell in row):
            return False
        self.remarks.warn(
            f"Line {self.records.lines[place]}: the header has {_cells(spare)} more than the "
            "rows; the last columns are empty."
        )
        return True

    def _single(self, place: int) -> list[str]:
        row = self.records.rows[place]
        if len(row) == 1 and place not in self.records.strays:
            return row
        if place in self.records.strays:
            self._tell(place, "a quote stands within the text", _AS_SIGN)
        return [self.records.text(place)]

    def _tell(self, place: int, what: str, done: str) -> None:
        line, text = self.records.lines[place], self.records.text(place)
        self.remarks.repair(line, what, done, text=text)

    def mend(self, place: int, *, header: bool) -> list[str] | None:
        """The row at the usual width, or None if it is to be left out."""
        row = self.records.rows[place]
        if blank(row):
            self._tell(place, "a blank line", "left out")
            return None
        if comment(row, self.width):
            self._tell(place, "a comment", "left out")
            return None
        reading = self._reading(place, header=header)
        if reading is not None:
            self._tell(place, self._what(place, reading), _done(reading))
            return reading.cells
        if header and len(row) < self.width:
            return self._short_header(place)
        return self._simple(place)

    def _what(self, place: int, reading: Reading) -> str:
        if reading.other:
            return "another delimiter"
        row, stray = self.records.rows[place], place in self.records.strays
        named = next((step.what for _, step in reading.steps if step.what), "")
        if stray and named:
            return named
        return f"{_cells(len(row))} instead of {self.width}"

    def _reading(self, place: int, *, header: bool) -> Reading | None:
        """The likeliest reading of the line, if it is worth believing."""
        text = self.records.texts[place] if self.records.texts else ""
        row, stray = self.records.rows[place], place in self.records.strays
        believable = self.frequent if stray or len(row) > self.width else self.steady
        if not text or not believable or not self._worth(text):
            return None
        fit: Fit = NameLike() if header else self.typical
        lost = 0 < self.width - len(row) <= 2 or stray
        own = read_line(
            text,
            self.dialect,
            fit,
            width=self.width,
            split=lost and not header and not stray,
            effort=self.effort,
        )
        other = self._in_another_dialect(text, row, fit)
        if other is not None and (own is None or other.score > own.score):
            return other
        if own is None or (header and own.short):
            return None
        believed = stray or len(row) > self.width or own.fit >= fit.least
        return own if believed else None

    def _worth(self, text: str) -> bool:
        """Whether a line may be read with care: neither it nor the table is too wide."""
        fine = self.width <= _WIDEST and self.dialect.delimiter != ""
        return fine and not self.dialect.collapse and self.effort.left > 0 and len(text) <= _LONGEST

    @property
    def typical(self) -> Typical:
        """What the ordinary rows look like: learned when the first row is to be mended."""
        if self._typical is None:
            step = max(1, len(self.ordinary) // _SAMPLE)
            found = [self.reader.read(self.records.texts[i]) for i in self.ordinary[::step]]
            rows = [(one.cells, one.quoted) for one in found if len(one.cells) == self.width]
            self._typical = Typical(rows, self.width)
        return self._typical

    def _in_another_dialect(self, text: str, row: list[str], fit: Fit) -> Reading | None:
        """The line read with another delimiter, if it fits as well as ordinary rows do."""
        if 2 * len(row) > self.width and self.dialect.delimiter in _outside(text, self.dialect):
            return None
        best: Reading | None = None
        for delimiter in OTHERS:
            enough = text.count(delimiter) >= self.width - 1
            if delimiter == self.dialect.delimiter.strip(" ") or not enough:
                continue
            other = replace(self.dialect, delimiter=delimiter)
            found = read_line(text, other, fit, width=self.width, split=False, effort=self.effort)
            if found is None or found.short:
                continue
            # As many cells as there are columns are no chance, but with signs of prose.
            sure = not found.steps and delimiter not in (" ", ":")
            if not sure and found.fit < fit.least:
                continue
            if best is None or found.score > best.score:
                name = {"\t": "tabs", " ": "spaces"}.get(delimiter, f"“{delimiter}”")
                best = replace(found, other=name)
        return best

    def _short_header(self, place: int) -> list[str]:
        row, gap = self.records.rows[place], self.width - len(self.records.rows[place])
        self._tell(place, f"the header has {_cells(gap)} less than the rows", "names made")
        # Row names come without a name of their own (R); empty last cells come from a
        # delimiter at the end of each line.
        rows = self.records.rows
        used = any(rows[i][-1].strip() for i in self.ordinary[:_SAMPLE])
        return ["", *row] if gap == 1 and used else row + [""] * gap

    def _simple(self, place: int) -> list[str]:
        """Cells added or joined at the end, without a thought."""
        row = self.records.rows[place]
        what = f"{_cells(len(row))} instead of {self.width}"
        if len(row) == self.width:
            self._tell(place, "a quote stands where it should not", _AS_SIGN)
            return row
        if len(row) < self.width:
            self._tell(place, what, "the missing ones at the end were left empty")
            return row + [""] * (self.width - len(row))
        if not any(cell.strip() for cell in row[self.width :]):
            self._tell(place, what, "the empty ones at the end were left out")
            return row[: self.width]
        last = self.width - 1
        self._tell(place, what, f"joined again in column {self.width}")
        return [*row[:last], self.dialect.delimiter.join(row[last:])]


def _outside(text: str, dialect: Dialect) -> str:
    """The line without what stands in quotes."""
    return "".join(text.split(dialect.quote)[::2]) if dialect.quote else text


def _done(reading: Reading) -> str:
    parts = [step.done.replace("{column}", str(column + 1)) for column, step in reading.steps]
    if reading.other:
        parts = [f"split at {reading.other}"]
    if reading.short:
        parts.append("the missing ones at the end were left empty")
    return ", ".join(dict.fromkeys(parts)) or "read as it stands"
