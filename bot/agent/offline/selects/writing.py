"""A question that has been read, written down as one SELECT over the table `data`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.agent.offline.selects.question import (
    Condition,
    Group,
    Measure,
    Question,
    quoted,
    truthy,
)
from bot.agent.offline.selects.ranking import is_low
from bot.agent.offline.selects.words import ADDS, Kind

_NAMES: Final[dict[Kind, str]] = {
    "avg": "average",
    "median": "median",
    "sum": "total",
    "max": "highest",
    "min": "lowest",
    "stddev": "standard deviation of",
    "variance": "variance of",
}
PERCENT: Final = "percent"
ROWS: Final = "rows"


def named(sql: str, name: str) -> str:
    """A result under a name."""
    return f"{sql} AS {quoted(name)}"


def share_of(conditions: Sequence[Condition], question: Question) -> str:
    """The percentage of rows that meet conditions."""
    test = where_of(conditions, question)
    return named(f"100.0 * avg(CASE WHEN {test} THEN 1 ELSE 0 END)", PERCENT)


def share_of_groups() -> str:
    """The percentage of all rows that a group has."""
    return named("100.0 * count(*) / sum(count(*)) OVER ()", PERCENT)


def counted() -> str:
    """The number of rows."""
    return named("count(*)", ROWS)


def measured(measure: Measure, question: Question) -> str:
    """One aggregate as a result."""
    column = quoted(measure.column)
    yes = truthy(question.scene.column(measure.column))
    if measure.kind == "distinct":
        return named(f"count(DISTINCT {column})", f"different {measure.column}")
    if yes and measure.kind == "avg":
        return named(f"100.0 * avg(CASE WHEN {column} = {yes} THEN 1 ELSE 0 END)", PERCENT)
    if yes and measure.kind == "sum":
        return named(f"sum(CASE WHEN {column} = {yes} THEN 1 ELSE 0 END)", ROWS)
    return named(f"{measure.kind}({column})", f"{_NAMES[measure.kind]} {measure.column}")


def natural(name: str) -> Kind:
    """How a column is summed up where nobody says: revenue adds up, an age does not."""
    said = name.casefold()
    return "sum" if any(word in said for word in ADDS) else "avg"


def where_of(conditions: Sequence[Condition], question: Question) -> str:
    """Conditions as one test: those of one column side by side are alternatives."""
    ordered = sorted(conditions, key=lambda condition: condition.start)
    merged = _alternatives(ordered)
    runs: list[list[Condition]] = [[]]
    for before, condition in zip([None, *merged], merged, strict=False):
        if before is not None and _either(before, condition, question):
            runs.append([])
        runs[-1].append(condition)
    tests = [" AND ".join(_and(c.sql) for c in run) for run in runs if run]
    if len(tests) == 1:
        return tests[0]
    return " OR ".join(f"({t})" if " AND " in t else t for t in tests)


def _and(sql: str) -> str:
    return f"({sql})" if " OR " in sql else sql


def _alternatives(ordered: Sequence[Condition]) -> list[Condition]:
    """Equalities of one column as one IN, denials as one NOT IN; each other test once."""
    merged: list[Condition] = []
    done: set[tuple[str, bool]] = set()
    for condition in ordered:
        if not condition.value:
            if all(condition.sql != other.sql for other in merged):
                merged.append(condition)
            continue
        key = (condition.column, condition.denied)
        if key in done:
            continue
        done.add(key)
        same = [c for c in ordered if c.value and (c.column, c.denied) == key]
        values = list(dict.fromkeys(c.value for c in same))
        if len(values) == 1:
            merged.append(condition)
            continue
        word = "NOT IN" if condition.denied else "IN"
        sql = f"{quoted(condition.column)} {word} ({', '.join(values)})"
        merged.append(Condition(condition.column, sql, condition.start, same[-1].end))
    return merged


def _either(before: Condition, after: Condition, question: Question) -> bool:
    """Whether "or" stands between two tests."""
    between = [question.word(at) for at in range(before.end, after.start)]
    return "or" in between


def select(
    results: Sequence[str],
    question: Question,
    *,
    conditions: Sequence[Condition],
    groups: Sequence[Group] = (),
    order: str = "",
    limit: int | None = None,
) -> str:
    """The SELECT."""
    keys = [named(g.sql, g.name) if g.name else g.sql for g in groups]
    grouped = ", ".join(quoted(g.name) if g.name else g.sql for g in groups)
    test = where_of(conditions, question) if conditions else ""
    parts = [
        # Names are quoted identifiers, and the tool parses every SELECT before it runs one.
        f"SELECT {', '.join([*keys, *results])} FROM data",  # noqa: S608
        f"WHERE {test}" if test else "",
        f"GROUP BY {grouped}" if grouped else "",
        f"ORDER BY {order}" if order else "",
        f"LIMIT {limit}" if limit is not None else "",
    ]
    return " ".join(part for part in parts if part)


def order_of(groups: Sequence[Group], result: str, *, low: bool = False) -> str:
    """Periods in their order, groups of one kind by what was worked out, others by name."""
    if not groups:
        return ""
    if len(groups) > 1 or groups[0].period:
        return ", ".join(quoted(g.name) if g.name else g.sql for g in groups)
    return f"{alias_of(result)}{'' if low else ' DESC'}"


def alias_of(result: str) -> str:
    """The name of a result."""
    return result.rsplit(" AS ", maxsplit=1)[-1]


def aggregated(question: Question, measures: Sequence[Measure]) -> str:
    """The SELECT of aggregates, beside the number of rows where that is asked for too."""
    plain = question.measures and all(m.kind != "distinct" for m in question.measures)
    rows = [counted()] if question.counts and plain else []
    results = [*rows, *dict.fromkeys(measured(m, question) for m in measures)]
    return answered(question, results)


def answered(question: Question, results: Sequence[str]) -> str:
    """The SELECT of results over the rows and groups of a question."""
    low = question.ranking is not None and is_low(question, "")
    order = order_of(question.groups, results[-1], low=low)
    limit = question.ranking.limit if question.ranking and question.groups else None
    return select(
        results,
        question,
        conditions=question.conditions,
        groups=question.groups,
        order=order,
        limit=limit,
    )
