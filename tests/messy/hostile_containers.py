"""Hostile containers: archives, workbooks, Parquet and JSON, whole, cut and mixed up."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from random import Random
from typing import Final

from tests.messy.cases import ANY, CHOICE, LOADED, REFUSED, Case, Family
from tests.messy.dialects import Dialect
from tests.messy.packing import (
    PACKED,
    feathered,
    gz,
    json_lines,
    ods,
    parquet,
    records,
    streamed,
    xlsx,
    zipped,
)
from tests.messy.tables import Table, orders, people, sensors, wide


def _csv(table: Table) -> bytes:
    return Dialect().bytes(table.grid)


def archives(rng: Random) -> Iterator[Case]:
    """Every kind of archive with one table inside; several tables are a choice."""
    table = people(rng, 12)
    for form, pack in PACKED.items():
        yield Case(
            "archive", form, pack(_csv(table)), LOADED, table.grid, name=f"t.csv.{form}", child=True
        )
        book = pack(xlsx({"Sheet1": orders(rng, 5).grid}))
        yield Case("archive", f"workbook in {form}", book, ANY, name=f"t.{form}", child=True)
    one, other = _csv(people(rng, 5)), _csv(sensors(rng, 5))
    for detail, members, outcomes in (
        ("two tables", {"a.csv": one, "b.csv": other}, CHOICE),
        ("six tables", {f"{n}.csv": one for n in range(6)}, CHOICE),
        ("a table and a note", {"a.csv": one, "README.txt": b"Made by the till."}, LOADED | CHOICE),
        (
            "a table and rubbish",
            {"a.csv": one, "__MACOSX/._a.csv": b"\0\5", ".DS_Store": b"\0"},
            LOADED,
        ),
        ("a table in folders", {"x/": b"", "x/y/": b"", "x/y/a.csv": one}, LOADED),
        ("nothing", {}, REFUSED),
        ("pictures", {"a.png": b"\x89PNG\r\n\x1a\n", "b.jpg": b"\xff\xd8\xff"}, REFUSED),
        ("an archive", {"in.zip": zipped({"a.csv": one})}, REFUSED),
        ("a packed table", {"a.csv.gz": gz(one)}, REFUSED),
        ("a path upwards", {"../../etc/a.csv": one}, LOADED | REFUSED),
        ("an absolute path", {"/etc/passwd.csv": one}, LOADED | REFUSED),
        ("a turned name", {"\u202egpj.csv": one}, LOADED | REFUSED),
        ("an empty table", {"a.csv": b""}, REFUSED),
        ("only folders", {"x/": b"", "y/": b""}, REFUSED),
    ):
        yield Case("ZIP", detail, zipped(members), outcomes, name="data.zip", child=True)


def locked(rng: Random) -> Iterator[Case]:
    """Archives with a password, archives in archives, tar archives."""
    plain = bytearray(zipped({"a.csv": _csv(people(rng, 5))}))
    plain[6] |= 1  # local header: encrypted
    directory = plain.rindex(b"PK\x01\x02")
    plain[directory + 8] |= 1
    yield Case("locked", "ZIP", bytes(plain), REFUSED, words="password|protect|encrypt", child=True)
    twice = gz(gz(_csv(people(rng, 5))))
    yield Case("locked", "gz in gz", twice, REFUSED, child=True)
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        data = _csv(people(rng, 5))
        info = tarfile.TarInfo("a.csv")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    yield Case("locked", "tar", target.getvalue(), REFUSED, name="a.tar", child=True)
    packed = gz(target.getvalue())
    yield Case("locked", "tar in gz", packed, REFUSED, name="a.tar.gz", child=True)


def cut(rng: Random) -> Iterator[Case]:
    """Containers that end early, or with a byte that is wrong."""
    table = people(rng, 40)
    whole = {
        **{form: pack(_csv(table)) for form, pack in PACKED.items()},
        "xlsx": xlsx({"Sheet1": table.grid}),
        "ods": ods({"Sheet1": table.grid}),
        "parquet": parquet(table),
        "feather": feathered(table),
        "arrows": streamed(table),
        "json": json.dumps(records(table)).encode(),
    }
    for form, data in whole.items():
        for share in (0.02, 0.5, 0.97):
            part = data[: int(len(data) * share)]
            detail = f"{form} cut at {share:.0%}"
            outcomes = ANY if form == "arrows" else REFUSED
            yield Case("cut container", detail, part, outcomes, name=f"t.{form}", child=True)
        broken = bytearray(data)
        for _ in range(5):
            broken[rng.randrange(len(broken) // 4, len(broken))] ^= 0x55
        yield Case("spoilt container", form, bytes(broken), ANY, name=f"t.{form}", child=True)


def workbooks(rng: Random) -> Iterator[Case]:
    """Workbooks with titles, several, hidden and empty sheets, merged cells."""
    table, other = orders(rng, 10), sensors(rng, 6)
    title = (("Orders of the year",), (), *table.grid)
    for detail, data, outcomes, right in (
        ("one sheet", xlsx({"Orders": table.grid}), LOADED, table.grid),
        ("a title above", xlsx({"Orders": title}), LOADED, table.grid),
        ("two sheets", xlsx({"Orders": table.grid, "Log": other.grid}), CHOICE, None),
        ("an empty second sheet", xlsx({"Orders": table.grid, "Sheet2": ()}), LOADED, table.grid),
        ("a hidden second sheet",
         xlsx({"Orders": table.grid, "Old": other.grid}, hidden=("Old",)), LOADED | CHOICE, None),
        ("empty sheets", xlsx({"Sheet1": (), "Sheet2": ()}), REFUSED, None),
        ("a header only", xlsx({"Sheet1": table.grid[:1]}), ANY, None),
        ("a merged title", xlsx({"Sheet1": ((), *table.grid)},
                                merged=(((0, 0), (0, 5), "Orders"),)), LOADED, table.grid),
        ("a far corner", xlsx({"Sheet1": (*table.grid, *[()] * 20_000, ("end",))}), LOADED, None),
        ("ODS", ods({"Sheet1": table.grid}), LOADED, table.grid),
        ("ODS of two sheets", ods({"A": table.grid, "B": other.grid}), CHOICE, None),
        ("ODS with a title", ods({"Sheet1": title}), LOADED, table.grid),
        ("many columns", xlsx({"Sheet1": wide(rng, 30).grid}), LOADED, None),
    ):  # fmt: skip
        yield Case(
            "workbook", detail, data, outcomes, right, typed=True, name="book.xlsx", child=True
        )


def columnar(rng: Random) -> Iterator[Case]:
    """Parquet and Feather of all codecs."""
    table = sensors(rng, 30)
    for codec in ("none", "snappy", "gzip", "zstd", "brotli"):
        data = parquet(table, compression=codec)
        yield Case("Parquet", codec, data, LOADED, table.grid, typed=True, child=True)
    for codec in ("uncompressed", "lz4", "zstd"):
        data = feathered(table, compression=codec)
        yield Case("Feather", codec, data, LOADED, table.grid, typed=True, child=True)
    old = b"FEA1" + bytes(200) + b"FEA1"
    yield Case("Feather", "of the first kind", old, REFUSED, child=True)
    yield Case("Feather", "a stream", streamed(table), LOADED | REFUSED, typed=True, child=True)


def jsons(rng: Random) -> Iterator[Case]:
    """JSON as people send it, and what is none."""
    table = orders(rng, 12)
    rows = records(table)
    nested = [
        {"id": row["order"], "what": {"item": row["item"], "qty": row["qty"]}} for row in rows
    ]
    columns = {name: [row[name] for row in rows] for name in table.header}
    flat = (("id", "what.item", "what.qty"), *((r[0], r[2], r[3]) for r in table.rows))
    for detail, data, outcomes, right in (
        ("records", json.dumps(rows).encode(), LOADED, table.grid),
        ("records with a mark", b"\xef\xbb\xbf" + json.dumps(rows).encode(), LOADED, table.grid),
        ("records in UTF-16", json.dumps(rows).encode("utf-16"), LOADED, table.grid),
        ("lines", json_lines(rows), LOADED, table.grid),
        ("lines with CRLF", json_lines(rows).replace(b"\n", b"\r\n"), LOADED, table.grid),
        ("lines with blanks", json_lines(rows).replace(b"\n", b"\n\n"), LOADED, table.grid),
        ("columns", json.dumps(columns).encode(), LOADED, table.grid),
        ("columns of columns", json.dumps(
            {name: dict(enumerate(cells)) for name, cells in columns.items()}
        ).encode(), LOADED, table.grid),
        ("split", json.dumps({"columns": table.header, "data": table.rows}).encode(),
         LOADED, table.grid),
        ("lists", json.dumps(table.grid).encode(), LOADED, table.grid),
        ("nested", json.dumps(nested).encode(), LOADED, flat),
        ("in an answer", json.dumps({"status": "ok", "count": 12, "data": rows}).encode(),
         LOADED, table.grid),
        ("deep", b"[" * 100_000 + b"]" * 100_000, REFUSED, None),
        ("deep record", b'{"a":' * 20_000 + b"1" + b"}" * 20_000, REFUSED, None),
        ("one number", b"[1, 2, 3]", ANY, None),
        ("nothing", b"[]", REFUSED, None),
        ("no field", b"[{}, {}]", REFUSED, None),
        ("NaN and infinity", b'[{"a": NaN}, {"a": Infinity}, {"a": 1}]', LOADED, None),
        ("a huge number", b'[{"a": 1' + b"0" * 5000 + b"}]", ANY, None),
        ("double keys", b'[{"a": 1, "a": 2}]', ANY, None),
        ("a broken line", json_lines(rows[:5]) + b'\n{"order": 7,', REFUSED, None),
        ("lines, then text", json_lines(rows[:5]) + b"\ndone\n", REFUSED, None),
        ("lone surrogates", b'[{"a": "\\ud800", "b": 1}, {"a": "x", "b": 2}]', ANY, None),
        ("zero signs", b'[{"a\\u0000": "x\\u0000y"}, {"a\\u0000": "z"}]', ANY, None),
        ("a comment", b"// made\n[" + json.dumps(rows[0]).encode() + b"]", ANY, None),
        ("other fields", b'[{"a": 1}, {"b": "x"}, {"c": null}, {"a": "y"}]', LOADED, None),
    ):  # fmt: skip
        yield Case("JSON", detail, data, outcomes, right, typed=True, name="d.json", child=True)


CONTAINERS: Final[tuple[Family, ...]] = (archives, locked, cut, workbooks, columnar, jsons)
