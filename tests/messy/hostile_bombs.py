"""Bombs: small files that grow, and texts that cost a careless reader its time."""

from __future__ import annotations

import bz2
import io
import lzma
import zipfile
from collections.abc import Iterator
from random import Random
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from tests.messy.cases import ANY, LOADED, REFUSED, Case, Family
from tests.messy.packing import gz, xlsx, zipped, zst
from tests.messy.readings import Outcome

_MB: Final = 1_000_000
_SHEET: Final = "xl/worksheets/sheet1.xml"
_MAIN: Final = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
_END: Final = b"</worksheet>"


def packed(rng: Random) -> Iterator[Case]:
    """Archives that unpack to hundreds of times their size."""
    zeros = bytes(20 * _MB)
    lines = b"1,2,3\n" * (3 * _MB)
    for form, pack in (
        ("gz", gz),
        ("bz2", bz2.compress),
        ("xz", lzma.compress),
        ("zst", zst),
    ):
        for detail, data in (("zeros", zeros), ("rows", lines)):
            yield _bomb("packed bomb", f"{detail} in {form}", pack(data), f"t.csv.{form}")
    for detail, data in (("zeros", zeros), ("rows", lines)):
        yield _bomb("packed bomb", f"{detail} in zip", zipped({"t.csv": data}), "t.zip")
    parts = b"".join(gz(bytes(10 * _MB)) for _ in range(20))
    yield _bomb("packed bomb", "twenty gz members", parts, "t.csv.gz")


def _bomb(kind: str, detail: str, data: bytes, name: str) -> Case:
    return Case(kind, detail, data, REFUSED, name=name, child=True)


def archives(rng: Random) -> Iterator[Case]:
    """Archives of very many members, of sizes that lie, of members that overlap."""
    many = {f"{place}.csv": b"a,b\n1,2\n" for place in range(1_500)}
    yield _bomb("archive bomb", "1,500 members", zipped(many), "t.zip")
    lying = bytearray(zipped({"t.csv": b"a,b\n1,2\n" * 50_000}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = lying.index(mark)
        lying[place + offset : place + offset + 4] = (4_000_000_000).to_bytes(4, "little")
    yield Case("archive bomb", "claims 4 GB", bytes(lying), ANY, name="t.zip", child=True)
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = lying.index(mark)
        lying[place + offset : place + offset + 4] = (10).to_bytes(4, "little")
    yield Case("archive bomb", "claims 10 bytes", bytes(lying), ANY, name="t.zip", child=True)
    inner = zipped({"t.csv": bytes(30 * _MB)})
    for _ in range(3):
        inner = zipped({f"{place}.zip": inner for place in range(8)})
    yield _bomb("archive bomb", "archives in archives", inner, "t.zip")


def tricky_workbooks(rng: Random) -> Iterator[Case]:
    """Small workbooks with entities, dimensions that lie, and parts without end."""
    entities = b"".join(
        b'<!ENTITY %c "%s">' % (97 + n, b"&%c;" % (96 + n) * 10) for n in range(1, 10)
    )
    text = b'<sheetData><row r="1"><c t="str"><v>&%s;</v></c></row></sheetData>'
    for detail, sheet in (
        ("entities", _sheet(text % b"j", b'<!ENTITY a "aaaaaaaaaa">' + entities)),
        ("an outside entity", _sheet(text % b"a", b'<!ENTITY a SYSTEM "file:///etc/passwd">')),
        (
            "the last cell",
            _sheet(
                b'<sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
                b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
            ),
        ),
        (
            "a row beyond the last",
            _sheet(
                b'<sheetData><row r="4294967295">'
                b'<c r="ZZZZZZ4294967295"><v>1</v></c></row></sheetData>'
            ),
        ),
        ("deep elements", _sheet(b"<x>" * 200_000 + b"</x>" * 200_000)),
        ("no end", _sheet(b"<sheetData><row><c><v>1")[: -len(_END)]),
    ):
        yield _workbook(detail, _SHEET, sheet, ANY)


def swollen_workbooks(rng: Random) -> Iterator[Case]:
    """Workbooks with parts that unpack to very much."""
    row = b'<row r="%d"><c r="A%d"><v>1</v></c></row>'
    rows = b"".join(row % (n, n) for n in range(1, 1_048_577, 7))
    strings = b'<?xml version="1.0"?><sst xmlns="x">' + b"<si><t>a</t></si>" * (4 * _MB) + b"</sst>"
    blanks = _sheet(b" " * (60 * _MB) + b"<sheetData/>")
    yield _workbook("spaces", _SHEET, blanks, REFUSED)
    yield _workbook("a million rows", _SHEET, _sheet(b"<sheetData>" + rows + b"</sheetData>"), ANY)
    yield _workbook("shared strings", "xl/sharedStrings.xml", strings, ANY)


def _sheet(content: bytes, entities: bytes = b"") -> bytes:
    kind = b"<!DOCTYPE x [" + entities + b"]>" if entities else b""
    return b'<?xml version="1.0"?>' + kind + _MAIN + content + _END


def _workbook(detail: str, part: str, content: bytes, outcomes: frozenset[Outcome]) -> Case:
    data = _with(xlsx({"Sheet1": (("a", "b"), ("1", "2"))}), part, content)
    return Case("workbook bomb", detail, data, outcomes, name="b.xlsx", child=True)


def _with(book: bytes, member: str, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book)) as source:
        members = {name: source.read(name) for name in source.namelist()}
    return zipped({**members, member: content})


def columnar(rng: Random) -> Iterator[Case]:
    """Parquet files of one repeated value that grow without bound."""
    for rows, kind in ((100 * _MB, pa.int64()), (20 * _MB, pa.string())):
        value = 1 if kind == pa.int64() else "x" * 40
        coded = pa.DictionaryArray.from_arrays(
            pa.array(memoryview(bytes(rows)).cast("b"), pa.int8()), pa.array([value], kind)
        )
        target = io.BytesIO()
        pq.write_table(pa.table({"a": coded}), target, compression="zstd")
        yield _bomb("Parquet bomb", f"{rows:,} of {kind}", target.getvalue(), "t.parquet")


def texts(rng: Random) -> Iterator[Case]:
    """Texts of some megabytes that provoke every repair."""
    row = b'1,"x, ""y""",3.5,2024-05-01\n'
    for detail, data in (
        ("quotes", b'"' * (4 * _MB)),
        ("quotes and newlines", b'"\n' * (2 * _MB)),
        ("delimiters", b"," * (4 * _MB)),
        ("short lines", b"1\n" * (2 * _MB)),
        ("one line", b"a,b\n" + b"x" * (8 * _MB)),
        ("alternating", b'",' * (2 * _MB)),
        ("stray quotes in rows", b"a,b,c,d\n" + b'1,"x,3.5,2024-05-01\n' * 150_000),
        ("short rows", b"a,b,c,d\n" + (row + b"1,2\n") * 60_000),
        ("rows in other delimiters", b"a,b,c,d\n" + (row + b"1;x;3;4\n") * 60_000),
        ("comments", b"a,b,c,d\n" + (row + b"# no\n") * 60_000),
        ("headers", b"a,b,c,d\n" * 200_000),
        ("blank lines", b"a,b,c,d\n" + row + b"\n" * (3 * _MB) + row),
        ("open quote", b'a,b\n1,"' + b"x\n" * (2 * _MB)),
        ("backslashes", b'a,b\n1,"' + b"\\" * (3 * _MB) + b'"\n'),
        ("wide then narrow", b"1," * 3_000 + b"1\n" + b"1,2\n" * 300_000),
        ("broken letters", b"a,b\n" + b"\xc3\xa9\xff,1\n" * 300_000),
        ("zero bytes", b"a,b\n" + b"1,x\x00y\n" * 300_000),
    ):
        yield Case("costly text", detail, data, ANY, name="t.csv", child=True)
    clean = b"a,b,c,d\n" + row * 100_000
    yield Case("costly text", "well-formed", clean, LOADED, name="t.csv", child=True)


BOMBS: Final[tuple[Family, ...]] = (
    packed,
    archives,
    tricky_workbooks,
    swollen_workbooks,
    columnar,
    texts,
)
