"""Which columns a SELECT reads: names put right where one fits, asked for where several do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from tools.cards import shown
from tools.column_names import closest, find_column
from tools.errors import BadRequest, NeedsChoice, Option
from tools.queries.parsing import text_of

_PLAIN: Final = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a dataset, each under a name that differs from all others but for case.

    Attributes:
        names: As people know them.
        inner: As the database knows them; SQL does not tell `Age` from `age`.
    """

    names: tuple[str, ...]
    inner: tuple[str, ...]

    @classmethod
    def of(cls, names: Sequence[str]) -> Columns:
        """The columns of a table with these names."""
        often = Counter(name.casefold() for name in names)
        taken: set[str] = set()
        inner: list[str] = []
        for name in names:
            own, number = name, 2
            while own.casefold() in taken or (own != name and own.casefold() in often):
                own, number = f"{name} ({number})", number + 1
            taken.add(own.casefold())
            inner.append(own)
        return cls(tuple(names), tuple(inner))


def settle(tree: exp.Query, columns: Columns) -> list[str]:
    """Put the column names of a SELECT right, in place; the inner names of those it reads.

    Case and small typos are forgiven when one column fits.

    Raises:
        NeedsChoice: No column, or several, fit a name; the options are the whole SQL, put right.
        BadRequest: There is nothing to choose from.
    """
    made = _made(tree)
    read: set[str] = set()
    for column in list(tree.find_all(exp.Column)):
        if isinstance(column.this, exp.Identifier):
            read.update(_settled(column.this, columns, made, tree))
    if any(_is_whole(star) for star in tree.find_all(exp.Star)):
        read.update(columns.inner)
    return [name for name in columns.inner if name in read] or list(columns.inner[:1])


def _settled(
    said: exp.Identifier, columns: Columns, made: frozenset[str], tree: exp.Query
) -> list[str]:
    """The inner name that an identifier means; nothing for a name the SELECT made itself."""
    at = [i for i, name in enumerate(columns.names) if name == said.name]
    same = [i for i, name in enumerate(columns.names) if name.casefold() == said.name.casefold()]
    fits = at or same
    if not fits and said.name.casefold() in made:
        return []
    if not fits:
        found = find_column(said.name, columns.names)
        fits = [columns.names.index(found)] if found is not None else []
    if len(fits) != 1:
        raise _open(said, columns, tree)
    _rename(said, columns.inner[fits[0]])
    return [columns.inner[fits[0]]]


def _rename(said: exp.Identifier, name: str) -> None:
    said.set("this", name)
    said.set("quoted", bool(said.args.get("quoted")) or not _PLAIN.fullmatch(name.casefold()))


def _open(said: exp.Identifier, columns: Columns, tree: exp.Query) -> BadRequest:
    """The question which column is meant; each option is the whole SELECT with that one."""
    name = said.name
    told = f"There is no column “{shown(name)}”."
    if " " in name and not closest(name, columns.names):
        return BadRequest(told, "Text values stand in 'single quotes'.")
    if len(columns.names) < 2:
        return BadRequest(told, f"There is only {', '.join(map(shown, columns.names))}.")
    options = []
    for near in closest(name, columns.names):
        said.set("this", near)
        said.set("quoted", True)
        options.append(Option(shown(near), text_of(tree)))
    return NeedsChoice(f"{told} Which one do you mean?", "sql", tuple(options))


def _made(tree: exp.Query) -> frozenset[str]:
    """Names the SELECT gives itself: of results, of tables and of their columns."""
    names = {alias.alias for alias in tree.find_all(exp.Alias)}
    for alias in tree.find_all(exp.TableAlias):
        names |= {alias.name, *(column.name for column in alias.columns)}
    return frozenset(name.casefold() for name in names)


def _is_whole(star: exp.Star) -> bool:
    """Whether a star stands for all columns, and not for all rows as in count(*)."""
    return not isinstance(star.parent, exp.Count)
