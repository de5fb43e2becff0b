"""Which of the records are the table: what stands above, below and after it is told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from tools.ml.reading.lattice import Effort, read_line
from tools.ml.reading.records import Dialect, Records
from tools.ml.reading.report import Remarks
from tools.ml.reading.shapes import MISSING, value_like
from tools.ml.reading.typical import NameLike

_LOOKED_AT: Final = 300
_PREAMBLE: Final = 100
_SOLID: Final = 3
_COMMENTS: Final = ("#", "//", "%", "--")
_SMALL: Final = 10
_FIRST: Final = 20
"""Rows that show which columns of a table hold values."""
_TRIED: Final = 200
_WIDEST: Final = 200
_NARROW: Final = 2
_LONGEST: Final = 20_000
OTHERS: Final = (",", ";", "\t", "|", " ", ":")
"""Delimiters that a single row may be written with by mistake."""


@dataclass(frozen=True, slots=True)
class Extent:
    """The records of the table: `start` ≤ index < `stop`, usually `width` cells each."""

    start: int
    stop: int
    width: int


def blank(row: Sequence[str]) -> bool:
    """Whether a record is a line without any cell."""
    return len(row) == 1 and not row[0].strip()


def comment(row: Sequence[str], width: int) -> bool:
    """Whether a record is a remark between the rows."""
    return len(row) != width and row[0].lstrip().startswith(_COMMENTS)


def words(row: Sequence[str]) -> bool:
    """Whether a record could be a header: every cell filled, none of them a value."""
    return all(
        (bare := cell.strip()) and bare not in MISSING and not value_like(bare) for cell in row
    )


def find_extent(records: Records, dialect: Dialect, *, named: bool = False) -> Extent:
    """Find the first table of the file: its header, if any, is the row at `start`.

    Args:
        records: All of the file.
        dialect: How they are written.
        named: Whether the first record is known to hold the names, and no other one any: rows
            of one width are then one table, whatever stands in them.
    """
    rows = records.rows
    stop = len(rows)
    while stop > 1 and blank(rows[stop - 1]):
        stop -= 1
    if named and len(set(map(len, rows[:stop]))) == 1:
        return Extent(0, stop, len(rows[0]))
    blocks = _blocks(rows[:stop])
    width, last = _first_block(rows, blocks, stop)
    start = next((i for i in range(stop) if len(rows[i]) == width and not blank(rows[i])), 0)
    stop = min(stop, last)
    start = _below_sparse(rows, start, stop, width)
    if width > 1:
        stop = _before_same_width(rows, start, stop, width)
    header = _odd_header(records, start, width, dialect)
    start = start if header is None else header
    return Extent(start, stop, width)


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows of one width: first and last index, how many, and whether a blank line is above."""

    width: int
    first: int
    last: int
    count: int
    apart: bool


def _blocks(rows: list[list[str]]) -> list[_Block]:
    """Stretches of rows of the same width; single rows of other widths do not interrupt them."""
    found: list[_Block] = []
    widths = list(map(len, rows))
    for width, group in groupby(_filled(rows, widths), key=widths.__getitem__):
        run = list(group)
        apart = run[0] > 0 and blank(rows[run[0] - 1])
        if len(run) < (2 if apart else _SOLID):
            continue
        if found and found[-1].width == width:
            before = found[-1]
            found[-1] = _Block(width, before.first, run[-1], before.count + len(run), before.apart)
        else:
            found.append(_Block(width, run[0], run[-1], len(run), apart))
    return found


def _filled(rows: list[list[str]], widths: list[int]) -> list[int]:
    """Indices of the rows that are neither blank nor a remark."""
    return [
        i
        for i, width in enumerate(widths)
        if width > 1 or not (blank(rows[i]) or _remark_only(rows[i]))
    ]


def _remark_only(row: list[str]) -> bool:
    return len(row) == 1 and row[0].lstrip().startswith(_COMMENTS)


def _first_block(rows: list[list[str]], blocks: list[_Block], stop: int) -> tuple[int, int]:
    """Width of the first table, and where a second one of another width begins."""
    found = list(map(len, rows[:stop]))
    widths = Counter([found[i] for i in _filled(rows, found)] or found[:1])
    usual = max(widths.items(), key=lambda item: (item[1], item[0]))[0] if widths else 1
    largest = max((block.count for block in blocks), default=0)
    for place, block in enumerate(blocks):
        after = next((b for b in blocks[place + 1 :] if b.width != block.width), None)
        if block.width == 1 or block.count < 0.25 * largest or _metadata(block, usual):
            continue
        if after is None:
            return (block.width if block.width == usual else usual), stop
        if _begins_table(rows, block, after):
            return block.width, _gap(rows, block, after)
        return usual, stop
    return usual, stop


def _metadata(block: _Block, usual: int) -> bool:
    return block.width != usual and block.count <= _SMALL


def _gap(rows: list[list[str]], block: _Block, after: _Block) -> int:
    """Where what belongs to the second table begins: below the rows of the first one."""
    blanks = [i for i in range(block.last + 1, after.first) if blank(rows[i])]
    return blanks[0] if blanks else after.first


def _begins_table(rows: list[list[str]], block: _Block, after: _Block) -> bool:
    """Whether rows of another width are a table of their own and not a part of this one."""
    head = rows[after.first]
    if not words(head):
        return False
    first = rows[block.first]
    shared = min(len(first), len(head))
    again = first[:shared] == head[:shared]
    below = rows[after.first + 1 : after.last + 1][:_LOOKED_AT]
    values = any(value_like(cell.strip()) for row in below for cell in row)
    return again or values or after.apart


def _below_sparse(rows: list[list[str]], start: int, stop: int, width: int) -> int:
    """Start of the table below titles that were written with all the delimiters of a row."""
    if width < 3:
        return start
    place = start
    while place < min(stop, start + _PREAMBLE) and len(rows[place]) == width:
        filled = [i for i, cell in enumerate(rows[place]) if cell.strip()]
        if filled not in ([], [0]):
            break
        place += 1
    full = place < stop and len(rows[place]) == width and words(rows[place])
    return place if full else start


def _before_same_width(rows: list[list[str]], start: int, stop: int, width: int) -> int:
    """End of the table before another one of the same width, glued or after a blank line."""
    head, seen, tried = rows[start], list[list[str]](), 0
    valued: list[int] = []
    named = words(head)
    for place in range(start + 1, stop - 1):
        row = rows[place]
        if len(row) != width:
            continue
        if len(seen) < _FIRST:
            seen.append(row)
            valued = _valued(seen[:-1], width) if len(seen) > 2 else []
        if row == head:
            tried += 1
            if named and tried < _TRIED and _copied(rows, start, place, stop):
                return place
        elif valued and tried < _TRIED and not row[valued[0]][:1].isdigit() and words(row):
            tried += 1
            if _other_kinds(rows, place, stop, width, valued):
                return place
    return stop


def _valued(rows: list[list[str]], width: int) -> list[int]:
    """Columns that hold values rather than words."""
    return [
        column
        for column in range(width)
        if sum(value_like(row[column].strip()) for row in rows) > 0.8 * len(rows)
    ]


def _copied(rows: list[list[str]], start: int, place: int, stop: int) -> bool:
    """Whether the rows below a second header are those below the first one, in their order."""
    if rows[start + 1] == rows[start]:
        return False
    below = rows[place + 1 : min(stop, place + 1 + _LOOKED_AT)]
    above = rows[start + 1 : start + 1 + len(below)]
    same = sum(one == other for one, other in zip(above, below, strict=True))
    return len(below) > 1 and same > 0.7 * len(below)


def _other_kinds(
    rows: list[list[str]], place: int, stop: int, width: int, valued: list[int]
) -> bool:
    """Whether a row of words begins a table: from here on values stand in other columns."""
    below = rows[place + 1 : min(stop, place + 1 + _LOOKED_AT)]
    below = [row for row in below if len(row) == width]
    if len(below) < 2:
        return False
    now = _valued(below, width)
    return bool(now) and (now != valued or blank(rows[place - 1]))


def _odd_header(records: Records, start: int, width: int, dialect: Dialect) -> int | None:
    """Index of a header above the rows that has another width or another delimiter."""
    if start == 0 or start > _PREAMBLE or width < 2:
        return None
    above = records.rows[start - 1]
    if _remark_only(above) or blank(above):
        return None
    near = len(above) > 1 and (len(above) > width or 2 * len(above) >= width)
    if near and words(above) and start - 1 not in records.strays:
        return start - 1
    # A line of words above other words is a title rather than a broken header, unless it is the
    # very first and has about the cells of a row.
    title = words(records.rows[start]) and not (start == 1 and abs(len(above) - width) < 2)
    broken = (
        not title and records.texts and _broken_header(records.texts[start - 1], dialect, width)
    )
    return start - 1 if broken else None


def _broken_header(text: str, dialect: Dialect, width: int) -> bool:
    """Whether a line can be read as names for all columns, if need be with another delimiter."""
    if len(text) > _LONGEST or width > _WIDEST:
        return False
    for delimiter in (dialect.delimiter, *OTHERS):
        one = replace(dialect, delimiter=delimiter)
        found = read_line(text, one, NameLike(), width=width, split=False, effort=Effort())
        plain = delimiter == dialect.delimiter or (found is not None and not found.steps)
        if found is not None and not found.short and plain and words(found.cells):
            return True
    return False


def tell_outside(records: Records, extent: Extent, remarks: Remarks) -> Extent:
    """Tell what is left out above and below the table; the extent without closing remarks."""
    _tell_around(records, (extent.start, extent.stop), remarks)
    stop = _without_footer(records, (extent.start, extent.stop), extent.width, remarks)
    return replace(extent, stop=stop)


def _tell_around(records: Records, block: tuple[int, int], remarks: Remarks) -> None:
    start, stop = block
    rows, lines = records.rows, records.lines
    above = [i for i in range(start) if any(cell.strip() for cell in rows[i])]
    if above:
        begin, end = lines[above[0]], lines[above[-1]]
        one = begin == end
        where = f"Line {begin} stands" if one else f"Lines {begin}–{end} stand"
        first = " ".join(rows[above[0]]).strip()[:60]
        gone = f"was left out: “{first}”" if one else f"were left out, beginning with “{first}”"
        tell = remarks.note if _titles(rows, above, start) else remarks.warn
        tell(f"{where} above the table and {gone}.")
    elif start:
        remarks.note(f"{start} blank lines above the table were left out.")
    below = next((i for i in range(stop, len(rows)) if not blank(rows[i])), None)
    if below is not None:
        remarks.warn(
            f"Line {lines[below]}: a second table begins here; only the first one was read."
        )


def _titles(rows: Sequence[Sequence[str]], above: Sequence[int], start: int) -> bool:
    """Whether what stands above is beyond doubt no part of the table.

    Comments are, and lines of words alone that a blank line parts from the table, or that stand
    above three columns or more.
    """
    wide = start < len(rows) and len(rows[start]) > _NARROW
    parted = start > 0 and not any(cell.strip() for cell in rows[start - 1])
    return all(
        rows[place][0].lstrip().startswith("#")
        or ((wide or parted) and sum(bool(cell.strip()) for cell in rows[place]) == 1)
        for place in above
    )


def _without_footer(records: Records, block: tuple[int, int], width: int, remarks: Remarks) -> int:
    """End of the table before closing remarks: single cells of words below a wide table."""
    rows, lines = records.rows, records.lines
    start, stop = block
    end = stop
    while end > start + 2 and width > 2 and len(rows[end - 1]) == 1:
        end -= 1
    cut = next((i for i in range(end, stop) if _footnote(rows[i])), stop)
    words = [place for place in range(cut, stop) if not blank(rows[place])]
    if words and cut > start and blank(rows[cut - 1]):
        first = rows[words[0]][0].strip()[:60]
        remarks.note(
            f"Words below the table from line {lines[words[0]]} on were left out: “{first}”."
        )
        return cut
    for place in words:
        text = records.text(place)
        remarks.repair(lines[place], "words below the table", "left out", text=text)
    return cut


def _footnote(row: list[str]) -> bool:
    cell = row[0].strip()
    return " " in cell and not any(sign in cell for sign in ",;|\t")
