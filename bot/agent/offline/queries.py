"""Simple questions over the rows as one SELECT over the table `data`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.agent.offline.clauses import Clause
from bot.agent.offline.conditions import Condition, quoted, truthy
from bot.agent.offline.lexicon import words
from bot.agent.offline.measures import DOWN
from bot.agent.offline.patterns import find
from bot.agent.offline.questions import Question, is_backwards, measures_of, question_in
from bot.agent.offline.scene import Scene

_SURE: Final = 4.2
_ADDS: Final = words("revenue amount units sales quantity total count cost profit")


@dataclass(frozen=True, slots=True)
class Query:
    """A SELECT and how sure the sentence is to ask for it, on the scale of the intents."""

    sql: str
    score: float


def query(clause: Clause, scene: Scene) -> Query | None:
    """The SELECT a clause asks for; `None` if it asks for none."""
    question = question_in(clause, scene)
    return _write(question) if question is not None else None


def _write(question: Question) -> Query | None:
    measures = measures_of(question)
    numeric = [name for name in measures if question.numeric(name) or question.is_moment(name)]
    if question.superlative and not set(question.aggregates) & {
        "avg",
        "sum",
        "median",
        "share",
        "count",
    }:
        return _ranking(question, measures, numeric)
    if (
        question.superlative
        and question.view[question.clause.lead].word in {"which", "who", "what"}
        and not question.groups
    ):
        return _group_ranking(question, measures, numeric)
    columns = _selected(question, measures, numeric)
    if not columns:
        return None
    order = f"{columns[-1].split(' AS ')[-1]}{' DESC' if question.superlative not in DOWN else ''}"
    return Query(
        _select([*question.groups, *columns], question, order=order if question.groups else ""),
        _SURE,
    )


def _selected(question: Question, measures: list[str], numeric: list[str]) -> list[str]:
    """The aggregates to select."""
    names = question.aggregates or ["sum"]
    if "corr" in names:
        return (
            [f'corr({quoted(numeric[0])}, {quoted(numeric[1])}) AS "correlation"']
            if len(numeric) > 1
            else []
        )
    if "share" in names:
        return _share(question, measures)
    if "distinct" in names:
        return [f'count(DISTINCT {quoted(measures[0])}) AS "values"'] if measures else []
    if "count" in names:
        _conditions_of_flags(question, measures)
        return ['count(*) AS "rows"']
    if not numeric and measures and set(names) <= {"max", "min"}:
        return [f"{name}({quoted(measures[0])}) AS {name}" for name in names]
    wanted = numeric[: 1 if len(names) > 1 else 4]
    return [f"{name}({quoted(c)}) AS {_alias(name, c)}" for c in wanted for name in names]


def _alias(name: str, column: str) -> str:
    return quoted(f"{name}_{column}")


def _conditions_of_flags(question: Question, measures: list[str]) -> None:
    """In a count, a yes-or-no column says which rows count."""
    for name in measures:
        column = question.scene.column(name)
        if column is None or any(c.column == name for c in question.conditions):
            continue
        yes = truthy(column)
        at = next(
            (
                i
                for i, t in enumerate(question.view)
                if t.column and name in t.column.names and i not in question.taken
            ),
            0,
        )
        if yes:
            denied = any(
                t.word in {"not", "never", "without", "no"}
                for t in question.view[max(0, at - 3) : at]
            )
            question.conditions.append(
                Condition(name, f"{quoted(name)} {'<>' if denied else '='} {yes}")
            )


def _share(question: Question, measures: list[str]) -> list[str]:
    _conditions_of_flags(question, measures)
    if not question.conditions:
        return (
            ['100.0 * count(*) / sum(count(*)) OVER () AS "percent"']
            if _by_values(question, measures)
            else []
        )
    what = " AND ".join(c.sql for c in question.conditions)
    question.conditions = []
    return [f'100.0 * avg(CASE WHEN {what} THEN 1 ELSE 0 END) AS "percent"']


def _by_values(question: Question, measures: list[str]) -> bool:
    if measures and not question.groups:
        question.groups.append(quoted(measures[0]))
    return bool(question.groups)


def _ranking(question: Question, measures: list[str], numeric: list[str]) -> Query | None:
    """Rows or groups in order: the five dearest, the region with the highest revenue."""
    view, lead = question.view, question.clause.lead
    common = find("most|least common|frequent|popular|often", view)
    if common or (view[lead].word in {"which", "what"} and measures and question.groups == []):
        return _group_ranking(question, measures, numeric)
    if question.groups and numeric:
        column = f"{_total(question, numeric[0])}"
        return Query(
            _select([*question.groups, column], question, order=_order(question, column)), _SURE
        )
    if not numeric:
        return None
    one = view[lead].word in {"who", "which", "what", "whose", "how"}
    return _rows_by(question, numeric[0], question.limit or (1 if one else 5))


def _rows_by(question: Question, column: str, limit: int) -> Query:
    """Whole rows in the order of a column."""
    low = (question.superlative in DOWN) != is_backwards(question, column)
    down = "" if low else " DESC"
    order = f"{quoted(column)}{down} NULLS LAST"
    # Names are quoted identifiers, and the tool parses every SELECT before it runs one.
    return Query(
        f"SELECT * FROM data{_where(question)} ORDER BY {order} LIMIT {limit}",  # noqa: S608
        _SURE,
    )


def _group_ranking(question: Question, measures: list[str], numeric: list[str]) -> Query | None:
    group = next((name for name in measures if not question.numeric(name)), None)
    if group is None and len(measures) > 1:
        group = next(name for name in measures if name != numeric[-1])
    others = [name for name in numeric if name != group]
    if group is None:
        return _rows_by(question, numeric[0], question.limit or 1) if numeric else None
    question.groups = [quoted(group)]
    flags = [n for n in measures if n != group and (c := question.scene.column(n)) and truthy(c)]
    if flags and not set(question.aggregates) & {"avg", "sum", "median"}:
        yes = truthy(question.scene.columns.columns[flags[0]])
        column = f'avg(CASE WHEN {quoted(flags[0])} = {yes} THEN 1.0 ELSE 0 END) AS "share"'
    elif others:
        column = _total(question, others[0])
    else:
        column = 'count(*) AS "rows"'
    limit = f" LIMIT {question.limit or 1}"
    return Query(
        _select([*question.groups, column], question, order=_order(question, column)) + limit, _SURE
    )


def _total(question: Question, column: str) -> str:
    name = next((a for a in question.aggregates if a in {"avg", "sum", "median", "max", "min"}), "")
    if not name or name in {"max", "min"}:
        said = column.casefold()
        name = "sum" if any(word in said for word in _ADDS) else "avg"
    return f"{name}({quoted(column)}) AS {_alias(name, column)}"


def _order(question: Question, column: str) -> str:
    return (
        f"{column.rsplit(' AS ', maxsplit=1)[-1]}{'' if question.superlative in DOWN else ' DESC'}"
    )


def _where(question: Question) -> str:
    return (
        f" WHERE {' AND '.join(c.sql for c in question.conditions)}" if question.conditions else ""
    )


def _select(columns: list[str], question: Question, *, order: str) -> str:
    grouped = f" GROUP BY {', '.join(question.groups)}" if question.groups else ""
    ordered = f" ORDER BY {order}" if order else ""
    what = ", ".join(columns)
    return f"SELECT {what} FROM data{_where(question)}{grouped}{ordered}"  # noqa: S608
