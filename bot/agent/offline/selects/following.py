"""Questions that lean on the one before: "and by sex?", "only women", "and the median?"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.agent.offline.clauses import Clause
from bot.agent.offline.lexicon import words
from bot.agent.offline.scene import Scene
from bot.agent.offline.selects import writing
from bot.agent.offline.selects.question import Group, Measure, Question, quoted
from bot.agent.offline.selects.words import DOWN, Kind

_SHAPE: Final = re.compile(
    r"SELECT (?P<results>.+?) FROM data(?: WHERE (?P<where>.+?))?(?: GROUP BY (?P<groups>.+?))?"
    r"(?: ORDER BY (?P<order>.+?))?(?: LIMIT (?P<limit>\d+))?"
)
_AGGREGATE: Final = re.compile(r'(?P<kind>[a-z]+)\("(?P<column>(?:[^"]|"")+)"\) AS .+')
_PART: Final = re.compile(r"""\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'|[(),]""")
_OPENS: Final = words(
    "and only just now by per for in on without but or also instead same the excluding among from"
)
_LONGEST: Final = 8


@dataclass(frozen=True, slots=True)
class _Before:
    """The SELECT before, in its parts."""

    keys: tuple[str, ...]
    results: tuple[str, ...]
    where: str
    groups: str
    order: str
    limit: int | None


def leans(clause: Clause, scene: Scene) -> bool:
    """Whether a clause may go on with a question that was just answered."""
    if _before(scene) is None or len(clause.view) > _LONGEST:
        return False
    first, second = (clause.view[at].word if at < len(clause.view) else "" for at in (0, 1))
    asks = first in {"what", "how"} and second in {"about", "share", "percentage"}
    return asks or first in _OPENS or clause.view[-1].word == "instead"


def varied(question: Question) -> str:
    """The SELECT before with what a clause changes about it; empty where it changes nothing."""
    before = _before(question.scene)
    if before is None:
        return ""
    results = _results(question, before)
    where = _where(question, before)
    ranked = question.ranking is not None and before.results == ("*",)
    grouped = bool(question.groups) and before.results != ("*",)
    share = results != before.results and any("CASE WHEN" in result for result in results)
    if results == before.results and where == before.where and not (ranked or grouped):
        return ""
    groups = tuple(question.groups) if grouped else ()
    keys = tuple(_key(g) for g in groups) if grouped else before.keys
    names = ", ".join(_name(g) for g in groups) if grouped else before.groups
    parts = [
        f"SELECT {', '.join([*keys, *results])} FROM data",  # noqa: S608
        f"WHERE {where}" if where and not (share and where == before.where) else "",
        f"GROUP BY {names}" if names else "",
        f"ORDER BY {order}" if (order := _order(question, before, results, groups)) else "",
        f"LIMIT {limit}" if (limit := _limit(question, before)) else "",
    ]
    return " ".join(part for part in parts if part)


def _before(scene: Scene) -> _Before | None:
    last = scene.state.calls[0] if scene.state.calls else None
    sql = last.args.get("sql") if last is not None else None
    found = _SHAPE.fullmatch(sql) if isinstance(sql, str) else None
    if found is None:
        return None
    selected = _split(found["results"])
    many = len(_split(found["groups"])) if found["groups"] else 0
    return _Before(
        tuple(selected[:many]),
        tuple(selected[many:]),
        found["where"] or "",
        found["groups"] or "",
        found["order"] or "",
        int(found["limit"]) if found["limit"] else None,
    )


def _split(listed: str) -> list[str]:
    """The parts of a list at the commas outside of brackets and quotes."""
    parts, depth, start = list[str](), 0, 0
    for found in _PART.finditer(listed):
        depth += (found[0] == "(") - (found[0] == ")")
        if found[0] == "," and not depth:
            parts.append(listed[start : found.start()].strip())
            start = found.end()
    return [*parts, listed[start:].strip()]


def _results(question: Question, before: _Before) -> tuple[str, ...]:
    """The aggregates, of another kind or column where one is named."""
    old = [m for result in before.results if (m := _AGGREGATE.fullmatch(result))]
    columns = [m["column"].replace('""', '"') for m in old]
    kinds: list[Kind] = [m["kind"] for m in old]  # type: ignore[misc]
    if any(m.kind == "share" for m in question.measures) and before.where:
        test = f"100.0 * avg(CASE WHEN {before.where} THEN 1 ELSE 0 END)"
        return (writing.named(test, writing.PERCENT),)
    said = [m for m in question.measures if m.kind not in {"share", "corr", "distinct"}]
    named = [m.column for m in said if m.column] or _columns(question)
    if not said and not named:
        return before.results
    wanted = [m.kind for m in said] or kinds[:1]
    measures = [
        Measure(kind, name)
        for kind in wanted or [writing.natural(n) for n in named[:1]]
        for name in named or columns[:1]
    ]
    made = tuple(dict.fromkeys(writing.measured(m, question) for m in measures))
    return made or before.results


def _columns(question: Question) -> list[str]:
    """Columns to be measured that a clause names and nothing else uses."""
    found: list[str] = []
    for at in range(len(question.view)):
        mention = question.mention(at)
        if mention is not None and question.numeric(mention.names[0]):
            found.append(mention.names[0])
            question.take(at, at + mention.size)
    return found


def _where(question: Question, before: _Before) -> str:
    """The tests before and the new ones; a new one takes the place of those of its column."""
    if not question.conditions:
        return before.where
    columns = {condition.column for condition in question.conditions}
    old = before.where.split(" AND ") if " OR " not in before.where else [f"({before.where})"]
    kept = [t for t in old if t and not any(t.startswith(f"{quoted(c)} ") for c in columns)]
    new = writing.where_of(question.conditions, question)
    return " AND ".join([*kept, f"({new})" if " OR " in new else new])


def _key(group: Group) -> str:
    return writing.named(group.sql, group.name) if group.name else group.sql


def _name(group: Group) -> str:
    return quoted(group.name) if group.name else group.sql


def _order(
    question: Question, before: _Before, results: tuple[str, ...], groups: tuple[Group, ...]
) -> str:
    if groups:
        return writing.order_of(groups, results[-1])
    if question.ranking is not None and before.results == ("*",):
        column = before.order.removesuffix(" NULLS LAST").removesuffix(" DESC")
        return f"{column}{'' if question.ranking.word in DOWN else ' DESC'} NULLS LAST"
    if results != before.results and before.groups and len(before.keys) == 1:
        period = before.keys[0].startswith("date_trunc")
        return before.groups if period else f"{writing.alias_of(results[-1])} DESC"
    return before.order if before.keys or before.results == ("*",) else ""


def _limit(question: Question, before: _Before) -> int | None:
    asked = question.ranking.limit if question.ranking is not None else None
    return asked or before.limit
