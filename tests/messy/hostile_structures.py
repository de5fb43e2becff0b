"""Hostile structures: several faults at once, around and within tables of every shape."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Final

from tests.messy.cases import CLEAN, LOADED, WARNED, Case, Family
from tests.messy.dialects import Dialect
from tests.messy.faults_in_cells import IN_CELLS
from tests.messy.faults_in_files import IN_FILES
from tests.messy.faults_in_rows import IN_ROWS
from tests.messy.tables import SHAPES, Table

_TITLES: Final = (
    "Figures of the year\n\n",
    "Branch: North\nMade: 2024-05-01\n\n",
    "# till 7\n# v2\n",
)
_ENDS: Final = ("\nSource: own counts\n", "# end\n", "\n\n\n")


def single_faults(rng: Random) -> Iterator[Case]:
    """A few files of every kind of the polluter's."""
    for pollute in (*IN_FILES, *IN_ROWS, *IN_CELLS):
        shapes = rng.sample(SHAPES, len(SHAPES))
        cases = [case for shape in shapes[:3] for case in pollute(shape(rng, 9))]
        for case in rng.sample(cases, min(3, len(cases))):
            certain = not case.unknowable and not case.accepted and case.otherwise is None
            outcomes = CLEAN if case.quiet else LOADED
            grid = case.right if certain and case.right else None
            if case.right:
                yield Case(
                    "single fault",
                    f"{case.kind}: {case.place}",
                    case.data,
                    outcomes,
                    grid,
                    case.header,
                )


def dressed(rng: Random) -> Iterator[Case]:
    """A title above, notes below, another dialect, an old encoding, all at once."""
    for place, (title, end) in enumerate(product(_TITLES, _ENDS)):
        table = SHAPES[place % 4](rng, 14)
        newline = ("\n", "\r\n")[place % 2]
        dialect = Dialect(";\t|,"[place % 4], newline=newline, everywhere=place % 3 == 0)
        around = [part.replace("\n", newline) for part in (title, end)]
        text = dialect.text(table.grid).join(around)
        data = text.encode(("utf-8", "utf-16", "utf-8-sig")[place % 3])
        yield Case("dressed table", f"{title!r} … {end!r}", data, LOADED, table.grid, words="line")


def worn(rng: Random) -> Iterator[Case]:
    """Several faults in different rows of one larger table: the sound rows stay sound."""
    for place in range(12):
        table = SHAPES[place % 3](rng, 60)
        lines = [Dialect().row(row) for row in table.grid]
        hurt = sorted(rng.sample(range(2, 58), 4))
        lines[hurt[0]] = lines[hurt[0]].rsplit(",", 1)[0]
        lines[hurt[1]] += ",left over"
        lines[hurt[2]] += "\n"
        lines[hurt[3]] += "\n# checked"
        data = ("\n".join(lines) + "\n").encode()
        words = rf"line {_line(lines, hurt[0])}\b"
        yield Case("worn table", f"{table.name}, rows {hurt}", data, WARNED, words=words)


def _line(lines: list[str], row: int) -> int:
    return 1 + sum(1 + line.count("\n") for line in lines[:row])


def ragged(rng: Random) -> Iterator[Case]:
    """Rows of all widths: loaded with what there is, every change told."""
    for widest in (3, 6, 12):
        rows = [[str(rng.randrange(99)) for _ in range(rng.randint(1, widest))] for _ in range(40)]
        data = "\n".join(",".join(row) for row in rows).encode()
        yield Case("ragged", f"up to {widest} cells", data, WARNED)


def second_tables(rng: Random) -> Iterator[Case]:
    """Two tables in one file: the first is loaded, the other told with its line."""
    for first, second in ((0, 2), (1, 0), (2, 1), (4, 0), (2, 6), (0, 4)):
        one, other = SHAPES[first](rng, 20), SHAPES[second](rng, 12)
        above = Dialect().text(one.grid)
        data = (above + "\n" + Dialect().text(other.grid)).encode()
        words = rf"line {above.count(chr(10)) + 2}\b"
        detail = f"{one.name}, then {other.name}"
        yield Case("second table", detail, data, WARNED, one.grid, words=words)


def headers(rng: Random) -> Iterator[Case]:
    """Names of all kinds: many double ones, none, years, sentences, formulas."""
    for detail, names in (
        ("five of one name", ("x",) * 5),
        ("no names", ("",) * 5),
        ("one name", ("a", "", "", "", "")),
        ("years", ("place", "2019", "2020", "2021", "2022")),
        ("sentences", tuple(f"How did you like part {n}, all in all?" for n in range(5))),
        ("formulas", ("=A1+B1", "+x", "-y", "@z", "'=q")),
        ("spaces", (" a ", "b  ", "  c", "d e", "f")),
        ("odd signs", ("a/b", 'c"d', "e,f", "g\th", "i;j")),
        ("right to left", ("שם", "מחיר", "יום", "ארץ", "ספר")),
        ("turned", ("\u202ea", "\u202db", "c\u202c", "d", "e")),
        ("line breaks", ("a\nb", "c\r\nd", "e", "f\n", "g")),
        ("a megabyte", ("n" * 1_000_000, "b", "c", "d", "e")),
        ("reserved words", ("select", "class", "index", "None", "table")),
    ):
        rows = [(f"p{n}", *(str(rng.randrange(999)) for _ in range(4))) for n in range(12)]
        data = Dialect().bytes([names, *rows])
        yield Case("names", detail, data, LOADED)


def few(rng: Random) -> Iterator[Case]:
    """Tables of one row, one column, one cell and none."""
    for detail, text, grid in (
        ("one row", "a,b\n1,2\n", (("a", "b"), ("1", "2"))),
        ("one column", "price\n1.5\n2.5\n3\n", (("price",), ("1.5",), ("2.5",), ("3",))),
        ("one column, quoted", '"x"\n"1"\n"2"\n', (("x",), ("1",), ("2",))),
        ("decimal commas in one column", "price\n1,5\n2,5\n3,0\n4,5\n", None),
        ("a header", "a,b,c\n", None),
        ("words in one column", "Ana\nBilal\nChen\nDora\n", None),
    ):
        right = grid if grid else None
        yield Case("few cells", detail, text.encode(), LOADED, right)


def aligned(rng: Random) -> Iterator[Case]:
    """Columns set with spaces, as terminals print them."""
    for rows, width in ((8, 12), (30, 9)):
        table: Table = SHAPES[4](rng, rows)
        text = "\n".join("".join(cell.rjust(width) for cell in row) for row in table.grid)
        yield Case("aligned", f"{rows} rows", text.encode(), LOADED, table.grid)
    table = SHAPES[4](rng, 6)
    rule = "+".join("-" * 10 for _ in table.header)
    body = [" | ".join(row) for row in table.grid]
    text = "\n".join([body[0], rule, *body[1:], "(6 rows)"])
    yield Case("aligned", "as psql prints", text.encode(), LOADED)
    body.insert(1, " | ".join("---" for _ in table.header))
    text = "\n".join(f"| {line} |" for line in body)
    yield Case("aligned", "as Markdown", text.encode(), LOADED)


STRUCTURES: Final[tuple[Family, ...]] = (
    single_faults,
    dressed,
    worn,
    ragged,
    second_tables,
    headers,
    few,
    aligned,
)
