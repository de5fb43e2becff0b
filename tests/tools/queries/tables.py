"""A small table of many types, a large one, and a question asked of either."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache

import numpy as np
import pyarrow as pa

from tools.queries.columns import Columns, settle
from tools.queries.engine import Found, Limits, run
from tools.queries.parsing import parse, text_of
from tools.queries.values import for_questions

QUICK = Limits(seconds=0.5, memory_mb=128, disk_mb=32, rows=50)


@cache
def small() -> pa.Table:
    """Five rows of every type that a dataset may have."""
    return pa.table(
        {
            "n": pa.array([1, 2, 3, 4, None], pa.int64()),
            "x": pa.array([0.5, float("nan"), None, 2.5, float("inf")]),
            "name": ["Ada", "Bob", "Cleo", "Dan", None],
            "Total bill": [10.0, 20.0, 30.0, 40.0, 50.0],
            "table": [1, 1, 2, 2, 3],
            "flag": [True, False, True, None, True],
            "day": [date(2024, 1, d) for d in range(1, 6)],
            "at": pa.array([datetime(2024, 1, d, 12, 30, tzinfo=UTC) for d in range(1, 6)]).cast(
                pa.timestamp("us")
            ),
            "zoned": pa.array(
                [datetime(2024, 1, d, tzinfo=UTC) for d in range(1, 6)],
                pa.timestamp("us", tz="Europe/Berlin"),
            ),
            "span": [timedelta(days=1, hours=2)] * 5,
            "money": [Decimal("1.10"), Decimal("2.20"), None, Decimal("100.00"), Decimal("0.01")],
            "big": pa.array([2**62] * 5, pa.int64()),
            "parts": [[1, 2], [], None, [3], [4, 5, 6]],
            "level": pa.array(["low", "high", "low", "mid", "low"]).dictionary_encode(),
        }
    )


@cache
def large() -> pa.Table:
    """Enough rows that a product of the table with itself cannot be finished."""
    draw = np.random.default_rng(7)
    size = 200_000
    return pa.table(
        {
            "n": np.arange(size),
            "x": draw.random(size),
            "name": [f"name {number % 977}" for number in range(size)],
            "long": ["a" * 2_000] * size,
        }
    )


def answer(sql: str, table: pa.Table | None = None, *, limits: Limits | None = None) -> Found:
    """What a question finds, checked and run as the tool does it."""
    table = small() if table is None else table
    columns = Columns.of(table.schema.names)
    tree = parse(sql)
    read = settle(tree, columns)
    return run(text_of(tree), for_questions(table, columns, read), limits=limits or Limits())
