"""What to do after an answer: look at the rows behind it, or see it drawn."""

from __future__ import annotations

from sqlglot import exp

from tools.outcome import NextStep, NextSteps
from tools.queries.cards import MOST_ROWS, Answer
from tools.queries.parsing import TABLE, text_of


def next_for(answer: Answer, label: str) -> NextSteps | None:
    """At most two next steps; none where none comes to mind."""
    steps = [step for step in (_rows(answer, label), _drawn(answer, label)) if step is not None]
    return NextSteps(tuple(steps)) if steps else None


def _rows(answer: Answer, label: str) -> NextStep | None:
    """The rows an aggregate was taken over."""
    if not answer.measures or not answer.rows or answer.tree.find(exp.CTE, exp.Subquery):
        return None
    rows = exp.select("*").from_(TABLE).limit(MOST_ROWS)
    where = answer.tree.args.get("where")
    if where is None:
        return NextStep("Show rows", "preview_dataset", {"dataset": label})
    rows.set("where", where.copy())
    return NextStep("Show rows", "query_dataset", {"dataset": label, "sql": text_of(rows)})


def _drawn(answer: Answer, label: str) -> NextStep | None:
    """The column that was aggregated, by the column it was grouped by; all rows of it."""
    if answer.tree.args.get("where") is not None or not answer.measures:
        return None
    measured = [_column(answer.results[place]) for place in answer.measures]
    groups = [_column(answer.results[place]) for place in answer.keys]
    named = [name for name in (*groups, *measured) if name]
    if len(set(named)) not in {1, 2} or "" in groups:
        return None
    x, *rest = dict.fromkeys(named)
    args = {"dataset": label, "x": x, **({"y": rest[0]} if rest else {})}
    return NextStep("Plot it", "plot_dataset", args)


def _column(result: exp.Expr) -> str:
    """The one column in a result; empty where there is none or more."""
    names = {column.name for column in result.find_all(exp.Column)}
    return names.pop() if len(names) == 1 else ""
