"""Single faults at one cell of a table: delimiters, quotes, bytes and spaces gone wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from tests.messy.comparing import Place
from tests.messy.pollution import PLAIN, Polluted, Pollution
from tests.messy.tables import Table

_Raw = list[list[str]]


def _raw(table: Table) -> _Raw:
    return [[PLAIN.cell(cell) for cell in row] for row in table.grid]


def _bytes(raw: _Raw) -> bytes:
    return "".join(PLAIN.delimiter.join(row) + "\n" for row in raw).encode()


def _line(raw: _Raw, place: Place) -> int:
    """The line of the file in which the cell begins."""
    row, column = place
    above = sum(1 + "".join(cells).count("\n") for cells in raw[:row])
    return 1 + above + "".join(raw[row][:column]).count("\n")


def _places(table: Table, *, header: bool = True) -> Iterator[Place]:
    for row in range(0 if header else 1, len(table.grid)):
        for column in range(table.width):
            yield row, column


def _at(place: Place) -> str:
    return f"row {place[0]}, column {place[1] + 1}"


def _polluted(kind: str, table: Table, raw: _Raw, place: Place, **more: object) -> Polluted:
    line = _line(raw, place)
    return Polluted(kind, _at(place), _bytes(raw), table.grid, line, **more)  # type: ignore[arg-type]


def extra_delimiter(table: Table) -> Iterator[Polluted]:
    """One delimiter too many before a cell: an empty cell that belongs nowhere."""
    for row, column in _places(table):
        raw = _raw(table)
        raw[row].insert(column, "")
        yield _polluted("extra delimiter", table, raw, (row, column))


def lost_delimiter(table: Table) -> Iterator[Polluted]:
    """The delimiter before a cell is gone: two cells are glued into one.

    Two words, two numbers or an empty cell leave no trace of where one ended; what stood there
    cannot be known, but the rest of the row can.
    """
    for row, column in _places(table):
        if column == 0:
            continue
        raw = _raw(table)
        left, right = raw[row][column - 1], raw[row].pop(column)
        raw[row][column - 1] = left + right
        glued = frozenset({(row, column - 1), (row, column)})
        clear = left.endswith('"') or right.startswith('"') or _turns(left, right)
        lost = frozenset() if clear else glued
        yield _polluted("lost delimiter", table, raw, (row, column), unknowable=lost)


def _turns(left: str, right: str) -> bool:
    """Whether the glued cell changes from a number to words, or back, exactly once, there."""
    number = re.compile(r"-?\d+(?:\.\d+)?")
    sides = (number.fullmatch(left) is not None, number.fullmatch(right) is not None)
    words = (left.isalpha(), right.isalpha())
    return (sides[0] and words[1]) or (words[0] and sides[1])


def stray_quote(table: Table) -> Iterator[Polluted]:
    """A quote at the start of a cell: it may stay as a sign or go, and is told."""
    for place in _places(table):
        yield _with_quote("stray quote at the start", table, place, lambda cell: '"' + cell)


def stray_quote_at_end(table: Table) -> Iterator[Polluted]:
    """A quote at the end of a cell that has none at its start."""
    for place in _places(table):
        yield _with_quote("stray quote at the end", table, place, lambda cell: cell + '"')


def stray_quote_inside(table: Table) -> Iterator[Polluted]:
    """A lone quote in the middle of a cell, as in 12" wide."""
    for row, column in _places(table):
        cell = table.grid[row][column]
        if len(cell) > 2:
            yield _with_quote("stray quote inside", table, (row, column), _split_by_quote)


def _split_by_quote(cell: str) -> str:
    middle = len(cell) // 2
    return cell[:middle] + '"' + cell[middle:]


def _with_quote(kind: str, table: Table, place: Place, change: Callable[[str], str]) -> Polluted:
    """The change inside the quotes of a quoted cell, so that it is what people mistype."""
    row, column = place
    raw = _raw(table)
    plain = table.grid[row][column]
    written = raw[row][column]
    quoted = written != plain
    raw[row][column] = f'"{change(written[1:-1])}"' if quoted else change(plain)
    also = frozenset({change(plain), written, plain})
    sign = not kind.endswith("start") and not quoted  # stays as it is, as in 12" wide
    return _polluted(kind, table, raw, place, accepted={place: also}, loud=not sign)


def unclosed_quote(table: Table) -> Iterator[Polluted]:
    """A quoted cell that is never closed."""
    for row, column in _places(table):
        raw = _raw(table)
        plain = table.grid[row][column]
        if '"' in plain:
            continue
        raw[row][column] = '"' + plain
        also = {(row, column): frozenset({'"' + plain})}
        clear = raw[row][column] if "," in plain or "\n" in plain else ""
        lost = frozenset({(row, column)}) if clear else frozenset()
        yield _polluted("unclosed quote", table, raw, (row, column), accepted=also, unknowable=lost)


def bare_delimiter(table: Table) -> Iterator[Polluted]:
    """A cell of words with a comma and a space in it, and no quotes around."""
    for row, column in _places(table, header=False):
        raw = _raw(table)
        cell = table.grid[row][column].replace("\n", " ")
        if '"' in cell or len(cell) < 4 or not any(sign.isalpha() for sign in cell):
            continue
        middle = len(cell) // 2
        worded = cell if ", " in cell else f"{cell[:middle].strip()}, {cell[middle:].strip()}"
        raw[row][column] = worded
        grid = _with_cell(table, (row, column), worded)
        line = _line(raw, (row, column))
        yield Polluted("bare delimiter in a cell", _at((row, column)), _bytes(raw), grid, line)


def bare_newline(table: Table) -> Iterator[Polluted]:
    """A line break in a cell without quotes: the row stands in two lines."""
    for row, column in _places(table, header=False):
        raw = _raw(table)
        cell = table.grid[row][column]
        if '"' in raw[row][column] or " " not in cell:
            continue
        broken = cell.replace(" ", "\n", 1)
        raw[row][column] = broken
        also = {(row, column): frozenset({broken})}
        yield _polluted("bare line break in a cell", table, raw, (row, column), accepted=also)


def newline_between(table: Table) -> Iterator[Polluted]:
    """A line break instead of nothing, right before a cell: the row stands in two lines."""
    for row, column in _places(table, header=False):
        if column == 0:
            continue
        raw = _raw(table)
        raw[row][column] = "\n" + raw[row][column]
        yield _polluted("line break between cells", table, raw, (row, column))


def quoted_newline(table: Table) -> Iterator[Polluted]:
    """A line break in quotes is well-formed."""
    for row, column in _places(table, header=False):
        cell = table.grid[row][column]
        if " " in cell and not cell[0].isdigit():
            grid = _with_cell(table, (row, column), cell.replace(" ", "\n", 1))
            data = PLAIN.bytes(grid)
            yield Polluted("quoted line break", _at((row, column)), data, grid, quiet=True)


def needless_quotes(table: Table) -> Iterator[Polluted]:
    """Quotes around one cell that needs none are well-formed."""
    for row, column in _places(table):
        raw = _raw(table)
        if not raw[row][column].startswith('"'):
            raw[row][column] = f'"{raw[row][column]}"'
            yield _polluted("needless quotes", table, raw, (row, column), quiet=True)


def apostrophe(table: Table) -> Iterator[Polluted]:
    """An apostrophe at the start of a cell is a sign like others."""
    for row, column in _places(table, header=False):
        cell = table.grid[row][column]
        if cell[:1].isalpha():
            grid = _with_cell(table, (row, column), "'" + cell)
            data = PLAIN.bytes(grid)
            yield Polluted("apostrophe", _at((row, column)), data, grid, quiet=True)


def space_after_quote(table: Table) -> Iterator[Polluted]:
    """Spaces between a closing quote and the delimiter."""
    for row, column in _places(table):
        raw = _raw(table)
        if raw[row][column].startswith('"'):
            raw[row][column] += "  "
            plain = table.grid[row][column]
            also = {(row, column): frozenset({plain + "  "})}
            yield _polluted(
                "space after a quote", table, raw, (row, column), accepted=also, loud=False
            )


def padding(table: Table) -> Iterator[Polluted]:
    """Spaces around a cell are kept or taken off."""
    for row, column in _places(table):
        raw = _raw(table)
        raw[row][column] = f"  {raw[row][column]} "
        plain = table.grid[row][column]
        also = {(row, column): frozenset({f"  {plain} "})}
        yield _polluted("spaces around", table, raw, (row, column), accepted=also, loud=False)


def backslash_quote(table: Table) -> Iterator[Polluted]:
    r"""One quote written as \" in a file that doubles its quotes."""
    for row, column in _places(table, header=False):
        cell = table.grid[row][column]
        if len(cell) > 5 and cell[0].isalpha() and '"' not in cell:
            raw = _raw(table)
            middle = len(cell) // 2
            raw[row][column] = f'"{cell[:middle]}\\"{cell[middle:]}"'
            right = f'{cell[:middle]}"{cell[middle:]}'
            also = {(row, column): frozenset({f'{cell[:middle]}\\"{cell[middle:]}', right})}
            doubled = any('""' in other for cells in raw for other in cells)
            yield _polluted(
                "backslash before a quote", table, raw, (row, column), accepted=also, loud=doubled
            )


def backslash(table: Table) -> Iterator[Polluted]:
    """A backslash at the end of a cell is a sign like others, as in a path."""
    for row, column in _places(table, header=False):
        cell = table.grid[row][column]
        if cell[:1].isalpha():
            grid = _with_cell(table, (row, column), cell + "\\")
            data = PLAIN.bytes(grid)
            yield Polluted("backslash at the end", _at((row, column)), data, grid, quiet=True)


def odd_sign(sign: bytes, kind: str, *, stays: bool) -> Pollution:
    """A byte or two in the middle of a cell that do not belong into a text.

    Where it is a letter of some alphabet (`stays`) the cell holds it. Where it is none, the
    cell cannot be known, and in a file of plain ASCII it may be a letter of any old alphabet:
    the encoding is guessed, and a note says so.
    """

    def pollute(table: Table) -> Iterator[Polluted]:
        mark = "\ue000"
        ascii_only = all(cell.isascii() for row in table.grid for cell in row)
        for row, column in _places(table):
            raw = _raw(table)
            cell, plain = raw[row][column], table.grid[row][column]
            middle = len(cell) // 2
            raw[row][column] = cell[:middle] + mark + cell[middle:]
            data = _bytes(raw).replace(mark.encode(), sign)
            line = _line(raw, (row, column))
            at = middle - (cell != plain)
            kept = plain[:at] + (sign.decode() if stays else "") + plain[at:]
            yield Polluted(
                kind,
                _at((row, column)),
                data,
                table.grid,
                line,
                accepted={(row, column): frozenset({kept})},
                unknowable=frozenset() if stays else frozenset({(row, column)}),
                loud=not stays,
                noted="not UTF-8|zero" if ascii_only else "",
            )

    return pollute


def foreign_letter(table: Table) -> Iterator[Polluted]:
    """A letter in cp1252 within a file in UTF-8, or in one of plain ASCII."""
    for row, column in _places(table, header=False):
        cell = table.grid[row][column]
        if cell[:1].isalpha():
            grid = _with_cell(table, (row, column), cell + "é")
            raw = [[PLAIN.cell(cell) for cell in cells] for cells in grid]
            raw[row][column] = raw[row][column].replace("é", "\ue000")
            data = _bytes(raw).replace("\ue000".encode(), b"\xe9")
            also = {(row, column): frozenset({cell + "\ufffd"})}
            line = _line(raw, (row, column))
            letters = any(not cell.isascii() for row in table.grid for cell in row)
            yield Polluted(
                "cp1252 letter",
                _at((row, column)),
                data,
                grid,
                line,
                accepted=also,
                noted="" if letters else "not UTF-8",
            )


def _with_cell(table: Table, place: Place, cell: str) -> tuple[tuple[str, ...], ...]:
    rows = [list(row) for row in table.grid]
    rows[place[0]][place[1]] = cell
    return tuple(map(tuple, rows))


IN_CELLS: Final[tuple[Pollution, ...]] = (
    extra_delimiter,
    lost_delimiter,
    stray_quote,
    stray_quote_at_end,
    stray_quote_inside,
    unclosed_quote,
    bare_delimiter,
    bare_newline,
    newline_between,
    quoted_newline,
    needless_quotes,
    apostrophe,
    space_after_quote,
    padding,
    backslash_quote,
    backslash,
    odd_sign(b"\x00", "zero byte", stays=False),
    odd_sign(b"\x81", "byte that is no text", stays=False),
    odd_sign(b"\xc3", "half a letter", stays=False),
    odd_sign(b"\x0b", "control character", stays=True),
    odd_sign(b"\xe2\x80\x8b", "zero-width space", stays=True),
    foreign_letter,
)
