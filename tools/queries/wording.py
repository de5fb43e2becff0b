"""What a SELECT asks, in words: its results and its condition, for the sentence of an answer."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from tools.cards import number, shown
from tools.queries.parsing import text_of

_LONGEST: Final = 160
_AGGREGATES: Final[dict[type[exp.Expr], str]] = {
    exp.Avg: "average {}",
    exp.Sum: "total {}",
    exp.Median: "median {}",
    exp.Min: "lowest {}",
    exp.Max: "highest {}",
    exp.Stddev: "standard deviation of {}",
    exp.StddevSamp: "standard deviation of {}",
    exp.Variance: "variance of {}",
    exp.Mode: "most common {}",
}
_COMPARED: Final[dict[type[exp.Expr], str]] = {
    exp.EQ: "is",
    exp.NEQ: "is not",
    exp.GT: ">",
    exp.GTE: "≥",
    exp.LT: "<",
    exp.LTE: "≤",
}


def measured(result: exp.Expr) -> str:
    """A result in words: "average `Fare`", "number of rows"; its own name where there are none."""
    what = result.unalias()
    if isinstance(what, exp.Count):
        return _counted(what)
    if isinstance(what, exp.Corr):
        pair = [_name(part) for part in (what.this, what.expression)]
        return f"correlation of {' and '.join(pair)}" if all(pair) else _own(result)
    name = _name(what.this) if isinstance(what, exp.Func) else _name(what)
    if isinstance(what, exp.Quantile | exp.PercentileCont) and name:
        return _quantile(what, name) or _own(result)
    form = _AGGREGATES.get(type(what), "{}" if isinstance(what, exp.Column) else "")
    return form.format(name) if form and name else _own(result)


def shared(result: exp.Expr) -> exp.Expr | None:
    """The condition whose share of rows a result is, in percent: `100 * avg(CASE WHEN … )`."""
    what = result.unalias()
    if not isinstance(what, exp.Mul) or not _is_hundred(what.this):
        return None
    mean = what.expression
    case = mean.this if isinstance(mean, exp.Avg) else None
    if not isinstance(case, exp.Case) or len(case.args.get("ifs") or ()) != 1:
        return None
    condition = case.args["ifs"][0].this
    return condition if isinstance(condition, exp.Expr) else None


def condition_of(tree: exp.Query) -> str:
    """The condition of a SELECT in words; empty where there is none."""
    where = tree.args.get("where")
    return said(where.this) if isinstance(where, exp.Where) else ""


def said(condition: exp.Expr) -> str:
    """A condition in words, "`Age` > 30 and `Sex` is female"; in SQL where words would be long."""
    words = _said(condition)
    if not words or len(words) > _LONGEST:
        sql = shown(text_of(condition), _LONGEST)
        return f"`{sql}`"
    return words


def _said(node: exp.Expr) -> str:
    match node:
        case exp.Paren():
            inner = _said(node.this)
            return f"({inner})" if isinstance(node.this, exp.Or) else inner
        case exp.And() | exp.Or():
            parts = [_said(node.this), _said(node.expression)]
            word = " and " if isinstance(node, exp.And) else " or "
            return word.join(parts) if all(parts) else ""
        case exp.Not():
            return _denied(node.this)
        case exp.Is() if isinstance(node.expression, exp.Null):
            return _with(node.this, "is missing")
        case _:
            return _compared(node)


def _denied(inner: exp.Expr) -> str:
    if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null):
        return _with(inner.this, "is not missing")
    words = _said(inner)
    return f"not ({words})" if words else ""


def _compared(node: exp.Expr) -> str:
    if isinstance(node, exp.Between):
        low, high = (_value(node.args[end]) for end in ("low", "high"))
        return _with(node.this, f"is between {low} and {high}") if low and high else ""
    if isinstance(node, exp.In) and not node.args.get("query"):
        values = [_value(item) for item in node.expressions]
        return _with(node.this, f"is one of {', '.join(values)}") if all(values) else ""
    word = _COMPARED.get(type(node), "")
    value = _value(node.args.get("expression"))
    return _with(node.this, f"{word} {value}") if word and value else ""


def _with(column: exp.Expr, words: str) -> str:
    name = _name(column)
    return f"{name} {words}" if name else ""


def _name(node: object) -> str:
    """A column in code marks; a part of its date in words before it."""
    if isinstance(node, exp.Paren):
        return _name(node.this)
    if isinstance(node, exp.Column):
        return f"`{shown(node.name)}`"
    if isinstance(node, exp.Year | exp.Month | exp.Quarter | exp.Dayname | exp.Monthname):
        inner = _name(node.this.this if isinstance(node.this, exp.Cast) else node.this)
        part = type(node).__name__.lower().removesuffix("name")
        return f"{part} of {inner}" if inner else ""
    return ""


def _value(node: object) -> str:
    match node:
        case exp.Literal() if node.is_string:
            return shown(node.this, 40) or "an empty text"
        case exp.Literal():
            value = float(node.this)
            return number(int(value)) if value == int(value) else shown(node.this)
        case exp.Boolean():
            return "true" if node.this else "false"
        case exp.Neg():
            inner = _value(node.this)
            return f"-{inner}" if inner else ""
        case exp.Cast():
            return _value(node.this)
        case _:
            return ""


def _counted(count: exp.Count) -> str:
    what = count.this
    if isinstance(what, exp.Distinct) and len(what.expressions) == 1:
        name = _name(what.expressions[0])
        return f"number of different values of {name}" if name else "number of different values"
    name = _name(what)
    return f"number of values of {name}" if name else "number of rows"


def _quantile(what: exp.Expr, name: str) -> str:
    share = what.args.get("quantile") or what.args.get("expression")
    if not isinstance(share, exp.Literal) or share.is_string:
        return ""
    return f"{number(100 * float(share.this))} % quantile of {name}"


def _is_hundred(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and not node.is_string and float(node.this) == 100


def _own(result: exp.Expr) -> str:
    return shown(result.alias or text_of(result))
