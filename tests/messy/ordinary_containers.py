"""Ordinary workbooks, Parquet files and JSON: what reports, scripts and web services write."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Final

from tests.messy.cases import LOADED, Case, Family
from tests.messy.comparing import Grid
from tests.messy.dialects import Dialect
from tests.messy.packing import PACKED, feathered, json_lines, ods, parquet, records, xlsx
from tests.messy.tables import orders, people, sensors

_ROWS: Final = (5, 30, 200)


def _case(kind: str, rows: int, data: bytes, right: Grid, name: str) -> Case:
    return Case(kind, str(rows), data, LOADED, right, typed=True, name=name)


def workbooks(rng: Random) -> Iterator[Case]:
    """Workbooks of one sheet, with and without a title."""
    for rows in _ROWS:
        table, log = orders(rng, rows), sensors(rng, rows)
        yield _case("workbook", rows, xlsx({"Sheet1": table.grid}), table.grid, "orders.xlsx")
        yield _case("workbook", rows, xlsx({"Log": log.grid}), log.grid, "log.xlsx")
        titled = (("Orders of the year",), (), *table.grid)
        yield _case("workbook, title", rows, xlsx({"Orders": titled}), table.grid, "report.xlsx")
        empty = {"Orders": table.grid, "Sheet2": (), "Sheet3": ()}
        yield _case("workbook, empty sheets", rows, xlsx(empty), table.grid, "orders.xlsx")
        yield _case("ODS", rows, ods({"Orders": table.grid}), table.grid, "orders.ods")


def columnar(rng: Random) -> Iterator[Case]:
    """Parquet and Feather."""
    for rows in _ROWS:
        table = people(rng, rows)
        yield _case("Parquet", rows, parquet(table), table.grid, "people.parquet")
        yield _case("Feather", rows, feathered(table), table.grid, "people.feather")


def web(rng: Random) -> Iterator[Case]:
    """JSON of web services: records, an answer around them, nested, lines."""
    for rows in _ROWS:
        table = orders(rng, rows)
        values = records(table)
        whole = json.dumps(values, indent=2, ensure_ascii=False).encode()
        yield _case("JSON", rows, whole, table.grid, "orders.json")
        answer = json.dumps({"page": 1, "next": None, "results": values}).encode()
        yield _case("JSON, an answer", rows, answer, table.grid, "answer.json")
        yield _case("JSON lines", rows, json_lines(values), table.grid, "orders.jsonl")
        nested = [{"order": row[0], "item": {"sku": row[1], "qty": row[3]}} for row in table.rows]
        right = (("order", "item.sku", "item.qty"), *((r[0], r[1], r[3]) for r in table.rows))
        yield _case("JSON, nested", rows, json.dumps(nested).encode(), right, "nested.json")


def archives(rng: Random) -> Iterator[Case]:
    """One table, packed."""
    for rows in _ROWS:
        table = people(rng, rows)
        for form, pack in PACKED.items():
            data = pack(Dialect().bytes(table.grid))
            yield Case("packed", f"{form}, {rows}", data, LOADED, table.grid, name=f"p.csv.{form}")


CONTAINERS: Final[tuple[Family, ...]] = (workbooks, columnar, web, archives)
