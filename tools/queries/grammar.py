"""The SQL that may be asked: kinds of expressions, functions and types by name, nothing else."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from tools.cards import shown

_SHAPE: Final = (
    *(exp.Select, exp.Union, exp.Intersect, exp.Except, exp.Subquery, exp.With, exp.CTE),
    *(exp.From, exp.Table, exp.TableAlias, exp.Join, exp.Where, exp.Group, exp.Having),
    *(exp.Qualify, exp.Order, exp.Ordered, exp.Limit, exp.Offset, exp.Distinct, exp.Star),
    *(exp.Column, exp.Identifier, exp.Alias, exp.Tuple, exp.Paren, exp.Window, exp.WindowSpec),
    *(exp.Filter, exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls),
)
_VALUES: Final = (
    *(exp.Literal, exp.Boolean, exp.Null, exp.Interval, exp.Var, exp.Array, exp.Cast, exp.TryCast),
    *(exp.DataType, exp.DataTypeParam),
)
_OPERATORS: Final = (
    *(exp.And, exp.Or, exp.Xor, exp.Not, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE),
    *(exp.NullSafeEQ, exp.NullSafeNEQ, exp.Is, exp.In, exp.Between, exp.Like, exp.ILike),
    *(exp.SimilarTo, exp.Exists, exp.All, exp.Any, exp.Case, exp.If, exp.Coalesce, exp.Nullif),
    *(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg, exp.Pow, exp.DPipe),
)
AGGREGATES: Final = (
    *(exp.Count, exp.CountIf, exp.ApproxDistinct, exp.Sum, exp.Avg, exp.Median, exp.Quantile),
    *(exp.PercentileCont, exp.PercentileDisc, exp.Stddev, exp.StddevPop, exp.StddevSamp),
    *(exp.Variance, exp.VariancePop, exp.Corr, exp.CovarPop, exp.CovarSamp, exp.Skewness),
    *(exp.Kurtosis, exp.RegrSlope, exp.RegrIntercept, exp.RegrR2, exp.RegrCount),
    *(exp.LogicalAnd, exp.LogicalOr),
)
"""Aggregates whose result tells no value of a single row where there are several rows."""

EXTREMES: Final = (exp.Min, exp.Max)
_PICKED: Final = (exp.Mode, exp.AnyValue, exp.First, exp.Last, exp.ArgMin, exp.ArgMax)
_NUMBERS: Final = (
    *(exp.Abs, exp.Round, exp.Floor, exp.Ceil, exp.Trunc, exp.Sqrt, exp.Cbrt, exp.Exp, exp.Ln),
    *(exp.Log, exp.Sign, exp.Greatest, exp.Least, exp.IsNan, exp.IsInf, exp.WidthBucket),
)
_TEXTS: Final = (
    *(exp.Lower, exp.Upper, exp.Length, exp.Trim, exp.Substring, exp.Left, exp.Right, exp.Concat),
    *(exp.Contains, exp.StartsWith, exp.EndsWith, exp.StrPosition, exp.SplitPart),
    *(exp.RegexpLike, exp.RegexpExtract),
)
_MOMENTS: Final = (
    *(exp.Year, exp.Quarter, exp.Month, exp.Week, exp.WeekOfYear, exp.Day, exp.DayOfWeek),
    *(exp.DayOfWeekIso, exp.DayOfYear, exp.Dayname, exp.Monthname, exp.Hour, exp.Minute),
    *(exp.Second, exp.Extract, exp.TimestampTrunc, exp.DateTrunc, exp.DateDiff, exp.DateAdd),
    *(exp.LastDay, exp.CurrentDate, exp.TimeToStr, exp.StrToTime, exp.DateFromParts),
)
_WINDOWS: Final = (
    *(exp.RowNumber, exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist, exp.Ntile),
    *(exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue),
)
_MORE_AGGREGATES: Final = frozenset({"mad", "geomean", "geometric_mean"})
_MORE_FUNCTIONS: Final = _MORE_AGGREGATES | {"date_part", "weekday", "isoyear", "isfinite"}

KINDS: Final = frozenset(
    (
        *(*_SHAPE, *_VALUES, *_OPERATORS, *AGGREGATES, *EXTREMES, *_PICKED),
        *(*_NUMBERS, *_TEXTS, *_MOMENTS, *_WINDOWS),
    )
)
"""Every class of expression that may occur; functions with a class of their own included."""

TYPES: Final = frozenset(
    (
        *(exp.DType.BOOLEAN, exp.DType.TINYINT, exp.DType.SMALLINT, exp.DType.INT),
        *(exp.DType.BIGINT, exp.DType.INT128, exp.DType.FLOAT, exp.DType.DOUBLE),
        *(exp.DType.DECIMAL, exp.DType.TEXT, exp.DType.VARCHAR, exp.DType.CHAR),
        *(exp.DType.DATE, exp.DType.TIME, exp.DType.TIMESTAMP, exp.DType.INTERVAL),
    )
)
"""What a value may be cast to."""

_ASIDE: Final[dict[type[exp.Expr], frozenset[str]]] = {
    exp.Table: frozenset({"this", "alias"}),
    exp.With: frozenset({"expressions"}),
}
"""Kinds that may say no more than this: a table has no schema, and nothing recurs."""


def forbidden(node: exp.Expr) -> str:
    """What it is about a node that may not be asked, in a few words; empty if it may."""
    kind = type(node)
    if isinstance(node, exp.Anonymous):
        name = node.name.casefold()
        return "" if name in _MORE_FUNCTIONS else f"the function `{shown(name, 40)}`"
    if kind not in KINDS:
        return _called(node)
    if isinstance(node, exp.DataType) and (node.this not in TYPES or node.args.get("nested")):
        return "a cast to that type"
    allowed = _ASIDE.get(kind)
    said = {name for name, value in node.args.items() if value}
    if allowed is not None and not said <= allowed:
        return f"`{'RECURSIVE' if kind is exp.With else 'a table of another kind'}`"
    if isinstance(node, exp.Table) and not isinstance(node.this, exp.Identifier):
        return "a table function"
    return ""


def _called(node: exp.Expr) -> str:
    if isinstance(node, exp.Func):
        return f"the function `{node.sql_name().casefold()}`"
    return f"`{type(node).__name__}`"


def aggregates(node: exp.Expr) -> bool:
    """Whether an expression itself folds many rows into one value."""
    if isinstance(node, exp.Anonymous):
        return node.name.casefold() in _MORE_AGGREGATES
    return isinstance(node, AGGREGATES + EXTREMES + _PICKED)
