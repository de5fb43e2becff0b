"""Faults and habits of whole files: what stands around the table, dialects, encodings, names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Final

from tests.messy.dialects import BOMS, Dialect
from tests.messy.pollution import PLAIN, Polluted, Pollution
from tests.messy.tables import Table

_PREAMBLES: Final = (
    "Monthly figures, all branches\n",
    "Monthly figures\n\n",
    "Report: figures\nMade on: 2024-05-01\n\n",
    "PREAMBLE{}\n{}\n",
    "# made by the till\n# version 2\n",
    "Source: our own counts; see the handbook.\nAll values are final.\nUnit: pieces\n\n",
)
_FOOTERS: Final = (
    "\nSource: our own counts\n",
    "\n* estimated\n** withheld\n",
    "(8 rows affected)\n",
    "# end of file\n",
)
_DELIMITERS: Final = (",", ";", "\t", "|", " ", ":", ", ", "||")
_NEWLINES: Final = ("\n", "\r\n", "\r")
_WIDE: Final = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")


def as_it_is(table: Table) -> Iterator[Polluted]:
    """The clean table itself."""
    yield Polluted("clean", "", PLAIN.bytes(table.grid), table.grid, quiet=True)


def dialects(table: Table) -> Iterator[Polluted]:
    """Every dialect; a well-formed file of any of them is clean."""
    for delimiter, quote, escape, newline, everywhere in product(
        _DELIMITERS, "\"'", ("", "\\"), _NEWLINES, (False, True)
    ):
        dialect = Dialect(delimiter, quote, escape, newline, everywhere=everywhere)
        if _told_apart(table, dialect):
            yield Polluted(
                "dialect",
                repr((delimiter, quote, escape, newline, everywhere)),
                dialect.bytes(table.grid),
                table.grid,
                quiet=True,
            )


def _told_apart(table: Table, dialect: Dialect) -> bool:
    """Whether the dialect leaves a trace: no empty cells between bare spaces."""
    bare = dialect.delimiter == " " and not dialect.everywhere
    return not (bare and any("" in row for row in table.grid))


def encodings(table: Table) -> Iterator[Polluted]:
    """Every wide encoding with and without a mark, and cp1252 where the letters allow it."""
    text = PLAIN.text(table.grid)
    for encoding in _WIDE:
        for mark in ("", "\ufeff"):
            data = (mark + text).encode(encoding)
            where = f"{encoding}{' with a mark' if mark else ''}"
            yield Polluted("encoding", where, data, table.grid, quiet=True)
    try:
        old = text.encode("cp1252")
    except UnicodeEncodeError:
        return
    yield Polluted("encoding", "cp1252", old, table.grid, quiet=True)


def cut_letter(table: Table) -> Iterator[Polluted]:
    """A file that ends within a letter of several bytes."""
    for encoding in ("utf-8", "utf-16-le", "utf-32-le"):
        rows = [*table.grid[:-1], (*table.grid[-1][:-1], "né")]
        text = Dialect(final=False).text(rows)
        data = BOMS.get(encoding, b"") + text.encode(encoding)
        last = (len(table.grid) - 1, table.width - 1)
        lost = frozenset({last})
        line = text.count("\n") + 1
        yield Polluted("cut letter", encoding, data[:-1], rows, line, unknowable=lost)


def ends(table: Table) -> Iterator[Polluted]:
    """No newline at the end, or several."""
    text = PLAIN.text(table.grid).rstrip("\n")
    for place, end in (("none", ""), ("two", "\n\n"), ("five", "\n" * 5)):
        data = (text + end).encode()
        quiet = len(end) < 2
        yield Polluted("newlines at the end", place, data, table.grid, loud=False, quiet=quiet)


def headless(table: Table) -> Iterator[Polluted]:
    """No header: names are made, and a note says so."""
    yield Polluted("no header", "", PLAIN.bytes(table.rows), table.rows, header=False, loud=False)


def preambles(table: Table) -> Iterator[Polluted]:
    """Lines above the table are left out, and told."""
    for text in _PREAMBLES:
        if table.width == 2 and "," in text.split("\n")[0]:
            continue  # a comma more or less: nobody could tell that line from a header
        before = text.replace("{}", "," * (table.width - 1))
        data = (before + PLAIN.text(table.grid)).encode()
        yield Polluted("lines above", text, data, table.grid, 1, noted="line")


def footers(table: Table) -> Iterator[Polluted]:
    """Lines below the table are left out, and told."""
    body = PLAIN.text(table.grid)
    for text in _FOOTERS:
        data = (body + text).encode()
        line = body.count("\n") + 2
        yield Polluted("lines below", text, data, table.grid, line, noted="line")


def double_headers(table: Table) -> Iterator[Polluted]:
    """Two or three header rows are joined with one space."""
    groups = tuple(f"group {place // 2 + 1}" for place in range(table.width))
    parts = tuple(f"part {place % 2 + 1}" for place in range(table.width))
    for above in ((groups,), (groups, parts), (table.header,)):
        rows = [*above, table.header]
        joined = tuple(" ".join(cells) for cells in zip(*rows, strict=True))
        same = table.header in above
        also = {(0, at): frozenset({name}) for at, name in enumerate(table.header) if same}
        where = f"{len(rows)} rows{', the same' if same else ''}"
        yield Polluted(
            "several header rows",
            where,
            PLAIN.bytes([*rows, *table.rows]),
            (joined, *table.rows),
            1,
            accepted=also,
            noted="line|header",
        )


def units(table: Table) -> Iterator[Polluted]:
    """A row of units below the header is kept apart."""
    for before, after in ("[]", "()"):
        row = tuple(f"{before}{unit}{after}" for unit in ("kg", "m", "s", "%", "°C") * 7)
        data = PLAIN.bytes([table.header, row[: table.width], *table.rows])
        yield Polluted("row of units", before + after, data, table.grid, 2, noted="units")


def second_tables(table: Table) -> Iterator[Polluted]:
    """A second table below: the first is loaded, the other told."""
    body = PLAIN.text(table.grid)
    for columns, blank in product((-2, 0, 2), ("\n", "\n\n")):
        width = table.width + columns
        if width < 2 or columns == 0:
            continue
        names = tuple(f"other {place}" for place in range(width))
        rows = [tuple(str(row * 10 + place) for place in range(width)) for row in range(6)]
        data = (body + blank + PLAIN.text([names, *rows])).encode()
        line = body.count("\n") + 2
        where = f"{columns:+d} columns, {len(blank)} blank lines"
        yield Polluted("second table", where, data, table.grid, line)


def empty_columns(table: Table) -> Iterator[Polluted]:
    """A delimiter at the end of every line, header included, makes no column."""
    lines = "".join(PLAIN.row(row) + ",\n" for row in table.grid)
    yield Polluted("delimiter at the end of all", "", lines.encode(), table.grid, noted="column")
    lines = "".join("," + PLAIN.row(row) + "\n" for row in table.grid)
    yield Polluted("delimiter at the start of all", "", lines.encode(), table.grid, noted="column")


def row_numbers(table: Table) -> Iterator[Polluted]:
    """A first column of row numbers without a name, as pandas and R write it."""
    numbered = [(str(place), *row) for place, row in enumerate(table.rows)]
    right = (("", *table.header), *numbered)
    also = {(0, 0): frozenset({"column_1", "index", "row"})}
    data = PLAIN.bytes(right)
    yield Polluted(
        "row numbers", "empty name", data, right, accepted=also, loud=False, noted="name"
    )
    data = PLAIN.bytes([table.header, *numbered])
    yield Polluted("row numbers", "no name", data, right, accepted=also, noted="name|column_1")


def names(table: Table) -> Iterator[Polluted]:
    """Names that are double, empty, huge, right-to-left or hold a line break."""
    for place in range(table.width):
        other = (place + 1) % table.width
        for kind, name in (
            ("double name", table.header[other]),
            ("empty name", ""),
            ("huge name", "a very long question, " * 199 + "really?"),
            ("right-to-left name", "שם המוצר"),
            ("name with a line break", "price\n(gross)"),
        ):
            header = [*table.header]
            header[place] = name
            broken = kind in ("double name", "empty name")
            right = (tuple(header), *table.rows)
            made = {f"{name}_2", f"{name} (2)", f"{name}.1", f"column_{place + 1}"}
            also = {(0, at): frozenset(made) for at in (place, other)} if broken else {}
            data = PLAIN.bytes(right)
            yield Polluted(
                kind, f"column {place + 1}", data, right, 1, accepted=also, quiet=not broken
            )


def told_delimiter(table: Table) -> Iterator[Polluted]:
    """The line in which spreadsheets are told the delimiter is no row."""
    for sign in (",", ";", "\t"):
        dialect = replace(PLAIN, delimiter=sign, newline="\r\n")
        data = f"sep={sign}\r\n".encode() + dialect.bytes(table.grid)
        where = repr(sign)
        yield Polluted("sep= line", where, data, table.grid, 1, loud=False)


def few_rows(table: Table) -> Iterator[Polluted]:
    """A header alone is a table of no rows; a header and one row is a table."""
    data = PLAIN.bytes(table.grid[:1])
    yield Polluted("header only", "", data, table.grid[:1])
    data = PLAIN.bytes(table.grid[:2])
    yield Polluted("one row", "", data, table.grid[:2], loud=False)


def nothing(table: Table) -> Iterator[Polluted]:
    """A file without any cell is refused."""
    if table.width > 2:
        return
    for place, data in (("0 bytes", b""), ("newlines", b"\n\n\n"), ("a mark", b"\xef\xbb\xbf")):
        yield Polluted("nothing in it", place, data, ())


IN_FILES: Final[tuple[Pollution, ...]] = (
    as_it_is,
    dialects,
    encodings,
    cut_letter,
    ends,
    headless,
    preambles,
    footers,
    double_headers,
    units,
    second_tables,
    empty_columns,
    row_numbers,
    names,
    told_delimiter,
    few_rows,
    nothing,
)
