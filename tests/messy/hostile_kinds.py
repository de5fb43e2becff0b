"""Other kinds of files behind the name of a table, and hostile names of files."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from random import Random
from typing import Final

from tests.messy.cases import ANY, CLEAN, LOADED, REFUSED, Case, Family
from tests.messy.dialects import Dialect
from tests.messy.packing import zipped
from tests.messy.tables import people

_PAGE: Final = b"""<!DOCTYPE html>
<html><head><title>Sign in</title></head><body><form action="/login" method="post">
<input name="user"><input name="password" type="password"></form></body></html>
"""
_PROSE: Final = (
    "Dear all,\n\nplease find the figures in the attachment. They are, as ever, not final.\n\n"
    "Kind regards,\nDora\n"
)
_LOG: Final = "\n".join(
    f"2024-05-0{day} 12:00:0{day} INFO server: request {day} took {day * 7} ms"
    for day in range(1, 9)
)


def _marked(rng: Random) -> Iterator[tuple[str, bytes, str]]:
    tail = bytes(rng.randrange(256) for _ in range(3_000))
    yield "PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" + tail, "PDF"
    yield "PNG", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + tail, "PNG"
    yield "JPEG", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + tail, "JPEG"
    yield "GIF", b"GIF89a" + tail, "GIF"
    yield "WebP", b"RIFF\x00\x10\x00\x00WEBPVP8 " + tail, "media|picture|WebP"
    yield "TIFF", b"II*\x00\x08\x00\x00\x00" + tail, ""
    yield "BMP", b"BM\x36\x10\x00\x00\x00\x00\x00\x00" + tail, ""
    yield "MP3", b"ID3\x04\x00\x00\x00\x00\x00\x00" + tail, ""
    yield "MP4", b"\x00\x00\x00\x18ftypmp42" + tail, ""
    yield "7-Zip", b"7z\xbc\xaf\x27\x1c\x00\x04" + tail, "7-Zip"
    yield "RAR", b"Rar!\x1a\x07\x01\x00" + tail, "RAR"
    yield "SQLite", b"SQLite format 3\x00\x10\x00" + tail, "SQLite"
    yield "a Linux program", b"\x7fELF\x02\x01\x01\x00" + tail, "program"
    yield "a Windows program", b"MZ\x90\x00\x03\x00\x00\x00" + tail, "program"
    yield "NumPy", b"\x93NUMPY\x01\x00" + tail, "NumPy"
    yield "HDF5", b"\x89HDF\r\n\x1a\n" + tail, "HDF5"
    yield "ORC", b"ORC\x11" + tail, "ORC"
    yield "Avro", b"Obj\x01\x04" + tail, "Avro"
    yield "RTF", b"{\\rtf1\\ansi Hello \\par}" + tail[:20].hex().encode(), "RTF"
    yield "pickle", pickle.dumps({"a": list(range(500))}), ""
    yield "random bytes", tail, ""
    yield "an old Office document", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + tail, ""
    yield "SPSS", b"$FL2@(#) SPSS DATA FILE" + bytes(60) + tail, ""
    yield "Stata", b"<stata_dta><header><release>118</release>" + tail, ""
    yield (
        "SAS",
        bytes(12) + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00\x09\xc7\x31\x8c" + tail,
        "",
    )


def by_mark(rng: Random) -> Iterator[Case]:
    """Files that say what they are in their first bytes."""
    for place, (detail, data, words) in enumerate(_marked(rng)):
        name = ("data.csv", "data.xlsx", "data.parquet", "data")[place % 4]
        yield Case("wrong kind", detail, data, REFUSED, words=words, name=name, child=True)


def documents(rng: Random) -> Iterator[Case]:
    """Web pages, XML, Office documents."""
    for detail, data, words in (
        ("a login page", _PAGE, "web page"),
        ("a login page after blanks", b"\n\n  " + _PAGE.lower(), "web page"),
        ("a login page with a mark", b"\xef\xbb\xbf" + _PAGE, "web page"),
        ("a login page in UTF-16", _PAGE.decode().encode("utf-16"), "web page"),
        ("a piece of a page", b"<div><table><tr><td>1</td></tr></table></div>\n" * 4, ""),
        ("an error page", b"<html>\n<body>404 Not Found</body></html>", "web page"),
        ("XML", b'<?xml version="1.0"?>\n<rows><row a="1"/><row a="2"/></rows>', "XML"),
        ("SVG", b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0,0"/></svg>', ""),
        (
            "an error in XML",
            b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
            "XML",
        ),
        ("a text document", _office("word/document.xml"), ""),
        ("slides", _office("ppt/presentation.xml"), ""),
        ("a Java archive", zipped({"META-INF/MANIFEST.MF": b"x", "A.class": b"\xca\xfe"}), ""),
        ("a book", zipped({"mimetype": b"application/epub+zip", "c.xhtml": _PAGE}), ""),
    ):
        yield Case("wrong kind", detail, data, REFUSED, words=words, name="data.csv", child=True)


def _office(part: str) -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", part: b"<document/>"})


def words(rng: Random) -> Iterator[Case]:
    """Texts that are no tables: loaded as lines or refused, never anything else."""
    for detail, text in (
        ("a letter", _PROSE),
        ("a log", _LOG),
        ("a program", "import os\n\n\ndef main():\n    print(os.name, 1)\n\n\nmain()\n"),
        ("SQL", "SELECT a, b\nFROM t\nWHERE a > 1;\nINSERT INTO t VALUES (1, 'x');\n"),
        ("YAML", "name: x\nversions:\n  - 1\n  - 2\n"),
        ("settings", "[main]\na = 1\nb = 2\n\n[more]\nc = 3\n"),
        ("an e-mail", "From: a@b.c\nTo: d@e.f\nSubject: figures\n\nHello,\nhere they are.\n"),
        ("a difference", "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-a\n+b\n"),
        ("a pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 12\n"),
        ("a notebook", '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'),
        ("a schema", '{"type": "object", "properties": {"a": {"type": "string"}}}'),
        ("an answer that says no", '{"error": {"code": 403, "message": "forbidden"}}'),
        ("base64", "JVBERi0xLjcKJeLjz9MKMSAwIG9iago8PC9UeXBl\n" * 20),
        ("a key", "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkq\n-----END PUBLIC KEY-----\n"),
        ("a web address", "https://example.org/data.csv"),
    ):
        yield Case("no table", detail, text.encode(), ANY)


def names(rng: Random) -> Iterator[Case]:
    """A sound table, and an empty one, behind a hostile name."""
    table = people(rng, 6)
    data = Dialect().bytes(table.grid)
    for name in (
        "../../etc/passwd",
        "/etc/shadow.csv",
        "C:\\Windows\\data.csv",
        "data.csv\x00.exe",
        "a\nb\r\n.csv",
        "\u202evsc.exe",
        "שם קובץ.csv",
        "x" * 5_000 + ".csv",
        "data",
        ".csv",
        "",
        " ",
        "data.csv.gz",
        "data.parquet",
        "*_~`<@U123>`|||.csv",
        "'; DROP TABLE x; --.csv",
        "{0}{name}%s%n.csv",
        "📊.csv",
        "CON",
        "https://example.org/data.csv",
    ):
        detail = ascii(name)[:40]
        yield Case("name of a file", detail, data, CLEAN, table.grid, name=name)
        yield Case("name of a file", f"{detail}, empty", b"", REFUSED, name=name)


def spaced(rng: Random) -> Iterator[Case]:
    """What begins like another kind and is a table is a table."""
    for detail, text in (
        ("angle brackets", "<a>,<b>\n1,2\n3,4\n5,6\n"),
        ("like GIF", "GIF8,b\n1,2\n3,4\n5,6\n"),
        ("like a workbook", "PK,b\n1,2\n3,4\n5,6\n"),
        ("like a program", "MZ,b\n1,2\n3,4\n5,6\n"),
        ("like JSON", "{a},b\n1,2\n3,4\n5,6\n"),
        ("like a list", "[kg],[m]\n1,2\n3,4\n5,6\n"),
        ("like bzip2", "BZh,b\n1,2\n3,4\n5,6\n"),
    ):
        yield Case("looks like another", detail, text.encode(), LOADED)


KINDS: Final[tuple[Family, ...]] = (by_mark, documents, words, names, spaced)
