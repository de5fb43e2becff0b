"""The answer to a question as a card: the number in a sentence, or a small table under one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlglot import exp

from tools.cards import number, plural, shown, table
from tools.outcome import Cell, Code, Table
from tools.queries.engine import Found
from tools.queries.grammar import aggregates
from tools.queries.parsing import text_of
from tools.queries.privacy import FEWEST, is_bare_count
from tools.queries.values import as_cell, as_words
from tools.queries.wording import condition_of, measured, said, shared

MOST_ROWS: Final = 20
_MOST_COLUMNS: Final = 20
_MOST_SAID: Final = 4


@dataclass(frozen=True)
class Answer:
    """A question and what was found.

    Attributes:
        tree: The SELECT.
        label: The dataset version.
        columns: Names of the results.
        rows: Their cells.
        more: Whether there are more rows than were fetched.
        total: Rows of the dataset.
    """

    tree: exp.Query
    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    more: bool
    total: int

    @property
    def results(self) -> list[exp.Expr]:
        """What is selected; nothing where a star or a union hides it."""
        plain = isinstance(self.tree, exp.Select) and not self.tree.is_star
        found = list(self.tree.selects) if plain else []
        return found if len(found) == len(self.columns) else []

    @property
    def keys(self) -> list[int]:
        """Places of the results that name a group."""
        return [i for i, result in enumerate(self.results) if not _folds(result)]

    @property
    def measures(self) -> list[int]:
        """Places of the results that are aggregates."""
        return [i for i, result in enumerate(self.results) if _folds(result)]


def answer_of(
    tree: exp.Query, found: Found, *, label: str, total: int, names: dict[str, str]
) -> Answer:
    """A result as cells under the names people know (`names`: by those of the database)."""
    rows = tuple(tuple(as_cell(value) for value in row) for row in found.rows)
    columns = tuple(names.get(name, name) for name in found.columns)
    answer = Answer(tree, label, columns, rows, found.more, total)
    if not answer.results:
        return answer
    spoken = zip(columns, answer.results, strict=True)
    return replace(answer, columns=tuple(_title(name, result) for name, result in spoken))


def _title(name: str, result: exp.Expr) -> str:
    """The name of a result, in words where the question gave it none."""
    bare = isinstance(result, exp.Alias | exp.Column)
    return name if bare else measured(result).replace("`", "")


def sentence(answer: Answer) -> str:
    """The answer in one sentence, its number in it where there is one."""
    where = condition_of(answer.tree)
    if not answer.rows:
        return f"No row of {answer.label} fits{f': {where}' if where else ''}."
    if len(answer.rows) == 1 and answer.measures and len(answer.columns) <= _MOST_SAID:
        return _upper(_one(answer, where))
    if answer.measures and answer.keys:
        return _upper(_groups(answer, where))
    return _upper(_rows(answer, where))


def answer_table(answer: Answer) -> Table | None:
    """At most 20 rows, the rest counted; nothing where the sentence says it all."""
    if not answer.rows or (len(answer.rows) == 1 and answer.measures
                           and len(answer.columns) <= _MOST_SAID):  # fmt: skip
        return None
    names = [shown(name, 40) for name in answer.columns[:_MOST_COLUMNS]]
    shown_rows = [row[:_MOST_COLUMNS] for row in answer.rows[:MOST_ROWS]]
    rest, aside = len(answer.rows) - MOST_ROWS, len(answer.columns) - _MOST_COLUMNS
    notes = [f"And {'more than ' * answer.more}{plural(rest, 'more row')}." if rest > 0 else ""]
    notes.append(f"{plural(aside, 'more column')}." if aside > 0 else "")
    return table(names, shown_rows, caption=" ".join(filter(None, notes)))


def sql_block(tree: exp.Query) -> Code:
    """The SELECT that was run, a line a part, without characters that cannot be seen."""
    lines = text_of(tree, pretty=True).splitlines()
    clean = (" " * (len(line) - len(line.lstrip())) + shown(line, 300) for line in lines)
    return Code("\n".join(clean), "sql", "SQL")


def tellable(answer: Answer, behind: Sequence[int]) -> list[tuple[Cell, ...]]:
    """The rows a language model may read: aggregates over enough rows, and a lone count."""
    if is_bare_count(answer.tree):
        return list(answer.rows)
    return [row for row, rows in zip(answer.rows, behind, strict=False) if rows >= FEWEST]


def bare_answer(answer: Answer, behind: Sequence[int]) -> dict[str, object]:
    """For scripts, which may be models: what can be told, and the number of rows found."""
    rows = tellable(answer, behind)[:MOST_ROWS]
    return {
        "columns": list(answer.columns),
        "rows": [list(row) for row in rows],
        "found": len(answer.rows),
    }


def told(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Rows in one line for a language model."""
    lines = (
        ", ".join(
            f"{shown(name)} = {as_words(value)}" for name, value in zip(columns, row, strict=True)
        )
        for row in rows
    )
    return "; ".join(lines)


def _one(answer: Answer, where: str) -> str:
    """One row of aggregates."""
    row = answer.rows[0]
    if len(answer.columns) == 1:
        return _value(answer, answer.results[0], row[0], where)
    keys = [f"{measured(answer.results[i])} {as_words(row[i])}" for i in answer.keys]
    values = [f"{measured(answer.results[i])} {amount(answer, i, row)}" for i in answer.measures]
    start = f"{', '.join(keys)}: " if keys else ""
    return f"{start}{', '.join(values)}{f', where {where}' if where else ''}."


def _value(answer: Answer, result: exp.Expr, value: Cell, where: str) -> str:
    """One number."""
    part = shared(result)
    tail = f", where {where}" if where else ""
    if part is not None and isinstance(value, int | float):
        return f"{number(value)} % of rows: {said(part)}{tail}."
    what = measured(result)
    if value is None:
        return f"There is no {what}{tail}: no value is left."
    if what == "number of rows" and isinstance(value, int):
        share = f" ({number(100 * value / answer.total)} %)" if where and answer.total else ""
        of = f"{value:,} of {plural(answer.total, 'row')}" if where else plural(value, "row")
        return f"{of}{share} in {answer.label}{': ' + where if where else ''}."
    return f"the {what} is {as_words(value)}{tail}."


def _groups(answer: Answer, where: str) -> str:
    keys = " and ".join(measured(answer.results[i]) for i in answer.keys)
    what = ", ".join(_named(answer, i) for i in answer.measures[:_MOST_SAID])
    tail = f", where {where}" if where else ""
    count = f"{'more than ' * answer.more}{plural(len(answer.rows), 'group')}"
    return f"{what} by {keys}{tail}: {count}{_peak(answer)}."


def _peak(answer: Answer) -> str:
    """The group with the highest value of a single measure, unless several share it."""
    if len(answer.measures) != 1 or len(answer.keys) != 1 or answer.more or len(answer.rows) < 2:
        return ""
    place, key = answer.measures[0], answer.keys[0]
    values = [row[place] for row in answer.rows]
    numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(numbers) < 2 or numbers.count(max(numbers)) > 1:
        return ""
    row = answer.rows[values.index(max(numbers))]
    return f", the highest is {as_words(row[key])} with {amount(answer, place, row)}"


def _rows(answer: Answer, where: str) -> str:
    count = f"{'more than ' * answer.more}{plural(len(answer.rows), 'row')}"
    order = answer.tree.args.get("order")
    first = order.expressions[0] if isinstance(order, exp.Order) and order.expressions else None
    sorted_by = ""
    if isinstance(first, exp.Ordered) and isinstance(first.this, exp.Column):
        end = "highest" if first.args.get("desc") else "lowest"
        sorted_by = f", {end} `{shown(first.this.name)}` first"
    return f"{count} of {answer.label}{f', where {where}' if where else ''}{sorted_by}."


def _named(answer: Answer, place: int) -> str:
    part = shared(answer.results[place])
    return (
        f"share of rows with {said(part)}" if part is not None else measured(answer.results[place])
    )


def amount(answer: Answer, place: int, row: Sequence[Cell]) -> str:
    """One aggregate of a row, with its unit."""
    unit = " %" if shared(answer.results[place]) is not None else ""
    return f"{as_words(row[place])}{unit}"


def _folds(result: exp.Expr) -> bool:
    return any(aggregates(node) for node in result.walk())


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
