"""Single faults at one row of a table: cut, long, foreign, doubled and needless lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tests.messy.comparing import Place
from tests.messy.dialects import Dialect
from tests.messy.pollution import PLAIN, Polluted, Pollution
from tests.messy.tables import Table


def _lines(table: Table) -> list[str]:
    return [PLAIN.row(row) for row in table.grid]


def _bytes(lines: list[str], end: str = "\n") -> bytes:
    return "".join(line + end for line in lines).encode()


def _line(lines: list[str], row: int) -> int:
    return 1 + sum(1 + line.count("\n") for line in lines[:row])


def short_row(table: Table) -> Iterator[Polluted]:
    """A row that ends early: the cells that are gone cannot be known and are left empty."""
    for row in range(1, len(table.grid)):
        for column in range(1, table.width):
            lines = _lines(table)
            lines[row] = PLAIN.row(table.grid[row][:column])
            lost = _cells(row, range(column, table.width))
            where = f"row {row}, after column {column}"
            yield Polluted(
                "short row", where, _bytes(lines), table.grid, _line(lines, row), unknowable=lost
            )


def long_row(table: Table) -> Iterator[Polluted]:
    """A row with one or two cells too many at its end."""
    for row in range(1, len(table.grid)):
        for more in ((), ("?",), ("left", "over")):
            lines = _lines(table)
            lines[row] = PLAIN.row((*table.grid[row], *(more or ("",))))
            last = ",".join((table.grid[row][-1], *more))
            also = {(row, table.width - 1): frozenset({last})}
            lost = _cells(row, range(table.width)) if len(more) == 1 else frozenset()
            where = f"row {row}, {more or 'empty'}"
            yield Polluted(
                "long row",
                where,
                _bytes(lines),
                table.grid,
                _line(lines, row),
                accepted=also,
                unknowable=lost,
            )


def other_delimiter(table: Table) -> Iterator[Polluted]:
    """One row written with another delimiter."""
    for row in range(len(table.grid)):
        for sign, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars"), (" ", "spaces")):
            lines = _lines(table)
            lines[row] = Dialect(sign).row(table.grid[row])
            empty = sign == " " and "" in table.grid[row]
            lost = _cells(row, range(table.width)) if empty else frozenset()
            yield Polluted(
                f"row with {word}",
                f"row {row}",
                _bytes(lines),
                table.grid,
                _line(lines, row),
                unknowable=lost,
            )


def quoted_row(table: Table) -> Iterator[Polluted]:
    """A whole row within one pair of quotes, as some exports do."""
    for row in range(1, len(table.grid)):
        lines = _lines(table)
        lines[row] = '"' + lines[row].replace('"', '""') + '"'
        yield Polluted("row in quotes", f"row {row}", _bytes(lines), table.grid, _line(lines, row))


def _inserted(kind: str, text: str, loud: bool = True, noted: str = "") -> Pollution:
    def pollute(table: Table) -> Iterator[Polluted]:
        for row in range(len(table.grid) + 1):
            lines = _lines(table)
            line = _line(lines, row)
            lines.insert(row, text)
            yield Polluted(
                kind, f"before row {row}", _bytes(lines), table.grid, line, loud=loud, noted=noted
            )

    return pollute


def empty_row(table: Table) -> Iterator[Polluted]:
    """A row of delimiters only: an empty row that may stay; above the header it is no row."""
    for row in range(len(table.grid) + 1):
        lines = _lines(table)
        line = _line(lines, row)
        lines.insert(row, PLAIN.delimiter * (table.width - 1))
        kept = (*table.grid[:row], ("",) * table.width, *table.grid[row:]) if row else None
        yield Polluted(
            "line of delimiters",
            f"before row {row}",
            _bytes(lines),
            table.grid,
            line,
            kept,
            loud=False,
        )


def header_again(table: Table) -> Iterator[Polluted]:
    """The header once more between the rows."""
    for row in range(2, len(table.grid)):
        lines = _lines(table)
        lines.insert(row, lines[0])
        yield Polluted(
            "header again", f"before row {row}", _bytes(lines), table.grid, _line(lines, row)
        )


def total_row(table: Table) -> Iterator[Polluted]:
    """A total below the rows: kept or left out, but told."""
    for word in ("Total", "Summe", "TOTAL:", "Grand total"):
        lines = _lines(table)
        row = (word, *("" for _ in range(table.width - 2)), "12345")
        grid = (*table.grid, row)
        lines.append(PLAIN.row(row))
        line = _line(lines, len(lines) - 1)
        yield Polluted("total row", word, _bytes(lines), grid, line, table.grid)


def other_newline(table: Table) -> Iterator[Polluted]:
    """One line ends otherwise than the rest."""
    for row in range(len(table.grid)):
        for usual, other in (("\n", "\r\n"), ("\r\n", "\n"), ("\n", "\r")):
            ends = [other if place == row else usual for place in range(len(table.grid))]
            lines = _lines(table)
            text = "".join(line + end for line, end in zip(lines, ends, strict=True))
            where = f"row {row}, {other!r} among {usual!r}"
            yield Polluted("other line end", where, text.encode(), table.grid, loud=False)


def cut_off(table: Table) -> Iterator[Polluted]:
    """The file ends in the middle of a row: what is gone cannot be known, what is left can."""
    lines = _lines(table)
    last = len(table.grid) - 1
    whole = _bytes(lines[:-1])
    cells = table.grid[last]
    for column in range(1, table.width):
        for inside in (False, True):
            left = PLAIN.row(cells[:column]) + (PLAIN.delimiter if inside else "")
            written = PLAIN.cell(cells[column])
            part = written[: len(written) // 2] if inside else ""
            lost = _cells(last, range(column, table.width))
            yield Polluted(
                "file cut off",
                f"column {column + 1}{' inside' if inside else ''}",
                whole + (left + part).encode(),
                table.grid,
                _line(lines, last),
                unknowable=lost,
                loud=column + inside < table.width or part.startswith('"'),
            )


def _cells(row: int, columns: range) -> frozenset[Place]:
    return frozenset((row, column) for column in columns)


IN_ROWS: Final[tuple[Pollution, ...]] = (
    short_row,
    long_row,
    other_delimiter,
    quoted_row,
    _inserted("blank line", "", loud=False),
    _inserted("line of spaces", "   ", loud=False),
    empty_row,
    _inserted("comment", "# taken from the new till", noted="line"),
    header_again,
    total_row,
    other_newline,
    cut_off,
)
