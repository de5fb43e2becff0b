"""What is allowed by kind and yet too much: work that a database cannot be stopped in."""

from __future__ import annotations

from collections import Counter
from typing import Final

from sqlglot import exp

from tools.queries.grammar import EXTREMES, aggregates

_MOST_JOINED: Final = 8
_HOARDERS: Final = (
    *(exp.Median, exp.Quantile, exp.PercentileCont, exp.PercentileDisc, exp.Mode, exp.Anonymous),
)
"""Aggregates that keep every value they have seen; their memory is not counted."""

_SLIDING: Final = (exp.Count, exp.Sum, exp.Avg, *EXTREMES)


def excess(tree: exp.Query) -> str:
    """What is too much about a SELECT whose every node is allowed; empty if nothing is.

    Measured: joining texts over and over, patterns with several gaps on long texts, some
    aggregates over a sliding window, and arrays of columns go on for minutes after an interrupt;
    a median over a join of the table with itself takes gigabytes.
    """
    joined = sum(2 if isinstance(n, exp.DPipe) else len(n.expressions) for n in _joins(tree))
    if joined > _MOST_JOINED:
        return f"more than {_MOST_JOINED} texts joined"
    if any(not _is_quick(like) for like in tree.find_all(exp.Like, exp.ILike)):
        return "a pattern with several gaps; `regexp_matches` can do that"
    if any(not _is_plain(array) for array in tree.find_all(exp.Array)):
        return "a list of anything but numbers and texts"
    if any(not _slides(window) for window in tree.find_all(exp.Window)):
        return "that aggregate over a window"
    tables = Counter(table.name.casefold() for table in tree.find_all(exp.Table))
    multiplied = tree.find(exp.Join) or any(often > 1 for often in tables.values())
    hoards = any(aggregates(node) for node in tree.find_all(*_HOARDERS))
    return "a median or mode over several tables" if multiplied and hoards else ""


def _joins(tree: exp.Query) -> list[exp.Expr]:
    return list(tree.find_all(exp.DPipe, exp.Concat))


def _is_quick(like: exp.Expr) -> bool:
    """Whether a pattern is matched in one pass: `%` inside only for LIKE, and there without `_`."""
    pattern = like.args.get("expression")
    if not isinstance(pattern, exp.Literal) or not pattern.is_string:
        return False
    inside = "%" in str(pattern.this).strip("%")
    return not inside or (isinstance(like, exp.Like) and "_" not in str(pattern.this))


def _is_plain(array: exp.Array) -> bool:
    return all(isinstance(item, exp.Literal | exp.Neg) for item in array.expressions)


def _slides(window: exp.Window) -> bool:
    """Whether what is taken over a window can be taken quickly."""
    taken = window.this
    if isinstance(taken, exp.IgnoreNulls | exp.RespectNulls | exp.Filter):
        taken = taken.this
    counted = isinstance(taken, _SLIDING) and not taken.find(exp.Distinct)
    return counted or not aggregates(taken)
