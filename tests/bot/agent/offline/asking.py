"""Asks a question of the offline brain, runs the SELECT, and compares with what pandas says."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa

from bot.agent.offline.understand import understand
from bot.agent.state import ThreadState
from tests.bot.agent.offline.question_tables import state, table
from tests.bot.agent.offline.questions import Answer, Anywhere, First, Rows
from tests.bot.agent.offline.sentences import TODAY
from tools.errors import ToolError
from tools.queries.columns import Columns, settle
from tools.queries.engine import Found, run
from tools.queries.parsing import parse, text_of
from tools.queries.values import for_questions
from tools.registry import TOOLS


def sql_of(name: str, said: str) -> str:
    """The SELECT a question becomes; empty where it becomes another thing."""
    meant = understand(said, ThreadState(TODAY, (state(name),)), TOOLS)
    if [step.tool for step in meant.steps] != ["query_dataset"] or meant.steps[0].open:
        return ""
    return str(meant.steps[0].args.get("sql", ""))


def found_by(name: str, sql: str) -> Found:
    """What the engine finds in one of the tables."""
    frame = table(name)
    columns = Columns.of([str(column) for column in frame.columns])
    tree = parse(sql)
    read = settle(tree, columns)
    whole = pa.Table.from_pandas(frame, preserve_index=False)
    return run(text_of(tree), for_questions(whole, columns, read))


def wrong(name: str, said: str, answer: Answer) -> str:
    """What is wrong with the answer to a question; empty if nothing is."""
    sql = sql_of(name, said)
    if not sql:
        meant = understand(said, ThreadState(TODAY, (state(name),)), TOOLS)
        return f"no query: {[(s.tool, s.args, s.open) for s in meant.steps]} {meant.answer[:60]}"
    try:
        found = found_by(name, sql)
    except ToolError as error:
        return f"{sql} → {error}"
    wanted = answer(table(name))
    return "" if _agrees(found, wanted) else f"{sql} → {found.rows[:3]} not {_brief(wanted)}"


def _agrees(found: Found, wanted: Any) -> bool:
    match wanted:
        case Rows() | Anywhere():
            return _rows(found, wanted)
        case First(group):
            return bool(found.rows) and _plain([group])[0] in _plain(list(found.rows[0]))
        case pd.Series():
            return _groups(found, [(*_keys(key), value) for key, value in wanted.items()])
        case pd.DataFrame():
            return _groups(found, [(*_keys(key), *row) for key, row in
                                   zip(wanted.index, wanted.to_numpy(), strict=True)])  # fmt: skip
        case tuple():
            return len(found.rows) == 1 and _plain(found.rows[0]) == _plain(wanted)
        case _:
            return len(found.rows) == 1 and _plain(found.rows[0][-1:]) == _plain([wanted])


def _rows(found: Found, wanted: Rows | Anywhere) -> bool:
    at = _place(found, wanted.column)
    got, values = _plain([row[at] for row in found.rows]), _plain(wanted.values)
    return at >= 0 and (
        got == values if isinstance(wanted, Rows) else sorted(got) == sorted(values)
    )


def _groups(found: Found, wanted: list[tuple[Any, ...]]) -> bool:
    got = sorted((_plain(row) for row in found.rows), key=str)
    return got == sorted((_plain(row) for row in wanted), key=str)


def _keys(key: Any) -> tuple[Any, ...]:
    return key if isinstance(key, tuple) else (key,)


def _place(found: Found, column: str) -> int:
    return found.columns.index(column) if column in found.columns else -1


def _plain(values: Any) -> list[Any]:
    """Values that can be compared: rounded numbers, dates as text, gaps as None."""
    return [_one(value) for value in values]


def _one(value: Any) -> Any:
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, datetime | date | pd.Timestamp):
        return str(pd.Timestamp(value))
    if isinstance(value, int | float | Decimal) or hasattr(value, "item"):
        return float(f"{float(value):.9g}")
    return value


def _brief(wanted: Any) -> str:
    return str(wanted).replace("\n", " ")[:200]
