"""Which answers a language model may read: aggregates over enough rows, never a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlglot import exp

from storage.catalog.records import ColumnInfo
from tools.queries.grammar import AGGREGATES, EXTREMES, aggregates
from tools.queries.parsing import TABLE

FEWEST: Final = 5
"""An aggregate over fewer rows may give a row away."""

BEHIND: Final = "rows behind it"
_LISTED: Final = ("category", "boolean", "integer")
_PERIODS: Final = (exp.TimestampTrunc, exp.DateTrunc, exp.Year, exp.Quarter, exp.Month)


def counted(tree: exp.Query, columns: Mapping[str, ColumnInfo]) -> exp.Select | None:
    """The SELECT with the number of rows behind each result at its end.

    None where results may hold values of rows: only a SELECT straight over the table whose
    results are aggregates and keys of groups can be told, and extremes only of columns whose range
    is no value of somebody.
    """
    if not isinstance(tree, exp.Select) or tree.find(exp.Subquery, exp.Join, exp.Window):
        return None
    if tree.ctes or tree.args.get("distinct") or tree.args.get("qualify"):
        return None
    source = tree.find(exp.Table)
    if source is None or source.name.casefold() != TABLE:
        return None
    results = [result.unalias() for result in tree.expressions]
    folded = any(_folds(result) for result in results)
    if not folded or not all(_is_safe(result, columns) for result in results):
        return None
    told = tree.copy()
    told.append("expressions", exp.alias_(exp.Count(this=exp.Star()), BEHIND, quoted=True))
    return told


def is_bare_count(tree: exp.Query) -> bool:
    """Whether nothing but rows are counted, all together: a count is never a row."""
    plain = isinstance(tree, exp.Select) and not tree.args.get("group")
    return plain and all(isinstance(result.unalias(), exp.Count) for result in tree.selects)


def _folds(result: exp.Expr) -> bool:
    return any(aggregates(node) for node in result.walk())


def _is_safe(result: exp.Expr, columns: Mapping[str, ColumnInfo]) -> bool:
    if not _folds(result):
        return _is_key(result, columns)
    for node in result.walk():
        if isinstance(node, EXTREMES) and not _has_range(node.this, columns):
            return False
        if aggregates(node) and not isinstance(node, (*AGGREGATES, *EXTREMES, exp.Anonymous)):
            return False
    return True


def _is_key(result: exp.Expr, columns: Mapping[str, ColumnInfo]) -> bool:
    """Whether a group is named by a value that comes back often, or by a period of time."""
    if isinstance(result, _PERIODS):
        return True
    column = columns.get(result.name) if isinstance(result, exp.Column) else None
    return column is not None and column.kind in _LISTED and not column.id_like


def _has_range(value: exp.Expr | None, columns: Mapping[str, ColumnInfo]) -> bool:
    column = columns.get(value.name) if isinstance(value, exp.Column) else None
    ranged = column is not None and column.kind in {"integer", "number", "datetime"}
    return ranged and column is not None and not column.id_like
