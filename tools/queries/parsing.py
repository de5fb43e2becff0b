"""From a text to one SELECT that may be asked, or to a sentence that says why not."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError
from sqlglot.tokenizer_core import TokenType

from tools.cards import shown
from tools.errors import BadRequest, Refused
from tools.queries.bounds import excess
from tools.queries.grammar import forbidden

TABLE: Final = "data"
DIALECT: Final = "duckdb"
LONGEST: Final = 4_000
_MOST_TOKENS: Final = 1_000
_MOST_NESTED: Final = 24
_DEEPEST: Final = 200
_MOST_TABLES: Final = 8
_HINT: Final = "Ask with one read-only SELECT over the table `data`."
_UNSEEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_OPENING: Final = frozenset(
    {TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE}
)
_CLOSING: Final = frozenset(
    {TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END}
)


def parse(sql: str) -> exp.Query:
    """The one SELECT in a text, with nothing in it but what the grammar allows.

    Raises:
        BadRequest: It is no SQL, or names a table that is not there.
        Refused: It is more than one SELECT over the table, or too much of one.
    """
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    _measure(sql)
    try:
        found = [tree for tree in sqlglot.parse(sql, dialect=DIALECT) if tree is not None]
    except (SqlglotError, RecursionError, ValueError) as error:
        raise BadRequest(f"That SQL cannot be read{_place(error)}.", _HINT) from None
    if len(found) != 1:
        raise Refused(f"That is {len(found)} statements, not one.", _HINT)
    tree = found[0]
    if not isinstance(tree, exp.Select | exp.SetOperation | exp.Subquery):
        raise Refused("Only a SELECT can be asked; nothing can be changed with SQL.", _HINT)
    _check(tree)
    return tree


def text_of(tree: exp.Expr, *, pretty: bool = False) -> str:
    """A tree as SQL: what is run, so that nothing runs that was not read.

    Raises:
        BadRequest: It cannot be written down again.
    """
    try:
        return tree.sql(
            dialect=DIALECT, pretty=pretty, comments=False, unsupported_level=ErrorLevel.RAISE
        )
    except (SqlglotError, RecursionError, ValueError):
        raise BadRequest("That SQL cannot be run as it is.", _HINT) from None


def _measure(sql: str) -> None:
    """Hold a text to its limits before it is parsed.

    Raises:
        BadRequest: It is no SQL.
        Refused: It is too long or too deep.
    """
    if len(sql) > LONGEST:
        raise Refused(f"That SQL has more than {LONGEST:,} characters.", "Ask something shorter.")
    try:
        tokens = sqlglot.tokenize(sql, dialect=DIALECT)
    except (SqlglotError, ValueError) as error:
        raise BadRequest(f"That SQL cannot be read{_place(error)}.", _HINT) from None
    if not tokens or _UNSEEN.search(sql):
        raise BadRequest("There is no SQL in that.", _HINT)
    if len(tokens) > _MOST_TOKENS or _nesting(tokens) > _MOST_NESTED:
        raise Refused("That SQL is too deep or too long.", "Ask something simpler.")


def _nesting(tokens: list[sqlglot.Token]) -> int:
    """How deep brackets and cases are nested."""
    depth = deepest = 0
    for token in tokens:
        depth += (token.token_type in _OPENING) - (token.token_type in _CLOSING)
        deepest = max(deepest, depth)
    return deepest


def _check(tree: exp.Query) -> None:
    named = {cte.alias.casefold() for cte in tree.find_all(exp.CTE)} | {TABLE}
    tables = 0
    for node, depth in _nodes(tree):
        if depth > _DEEPEST:
            raise Refused("That SQL is too deep or too long.", "Ask something simpler.")
        reason = forbidden(node)
        if reason:
            raise Refused(f"A question may not use {reason}.", _HINT)
        if isinstance(node, exp.Table):
            tables += 1
            if node.name.casefold() not in named:
                raise BadRequest(f"There is no table “{shown(node.name)}”.", _HINT)
        if isinstance(node, exp.CTE) and node.alias.casefold() == TABLE:
            raise Refused("`data` is the dataset; call a part of the question otherwise.", _HINT)
    if tables > _MOST_TABLES:
        raise Refused(f"That reads more than {_MOST_TABLES} tables at once.", "Ask less at once.")
    reason = excess(tree)
    if reason:
        raise Refused(f"A question may not use {reason}.", "Ask something simpler.")


def _nodes(tree: exp.Expr) -> Iterator[tuple[exp.Expr, int]]:
    """All nodes with their depth, without recursion."""
    waiting = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting += [(child, depth + 1) for child in node.iter_expressions()]


def _place(error: Exception) -> str:
    """Where a parser stumbled, by its own count."""
    details = getattr(error, "errors", None) or [{}]
    near = shown(details[0].get("highlight") or "", 40)
    return f" near “{near}”" if near else ""
