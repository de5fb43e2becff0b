"""What all repositories share: rows to records, and the few statements they are made of."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, ClassVar, Final, Generic, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    func,
    insert,
    select,
    update,
)

from storage.catalog.records import Actor, Address
from storage.errors import NotStored

R = TypeVar("R")


class Unset:
    """The type of `UNSET`."""


UNSET: Final = Unset()
"""Stands for "leave this field as it is", where None means "empty it"."""


def given(**values: Any) -> dict[str, Any]:
    """The values that are not `UNSET`."""
    return {name: value for name, value in values.items() if value is not UNSET}


def new_id() -> str:
    """Sixteen random hexadecimal digits."""
    return secrets.token_hex(8)


class Repository(Generic[R]):
    """One table of records, inside one transaction."""

    table: ClassVar[Table]
    kind: ClassVar[Any]
    noun: ClassVar[str]

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _record(self, row: Row[Any]) -> R:
        """The record of a row; composite values are put together again."""
        values = dict(row._mapping)
        record: dict[str, Any] = {}
        for field in fields(self.kind):
            name = field.name
            if name in values:
                record[name] = values[name]
            elif name == "address":
                prefix = "address_" if "address_scope" in values else ""
                record[name] = Address(values[f"{prefix}scope"], values[f"{prefix}thread"])
            else:
                person = values[f"{name}_id"]
                record[name] = None if person is None else Actor(person, values[f"{name}_name"])
        result: R = self.kind(**record)
        return result

    def _flat(self, values: dict[str, Any]) -> dict[str, Any]:
        """The column values of record values."""
        flat: dict[str, Any] = {}
        for name, value in values.items():
            if name in self.table.c:
                flat[name] = value
            elif name == "address":
                prefix = "address_" if "address_scope" in self.table.c else ""
                flat |= {f"{prefix}scope": value.scope, f"{prefix}thread": value.thread}
            else:
                flat[f"{name}_id"] = None if value is None else value.id
                flat[f"{name}_name"] = None if value is None else value.name
        return flat

    def _add(self, **values: Any) -> R:
        """Insert a row and return its record."""
        statement = insert(self.table).values(self._flat(values)).returning(*self.table.c)
        return self._record(self._connection.execute(statement).one())

    def _add_new(self, conflict: Sequence[str], **values: Any) -> R | None:
        """Insert a row; None when a row with the same `conflict` columns is there already."""
        statement = (
            _insert(self._connection)(self.table)
            .values(self._flat(values))
            .on_conflict_do_nothing(index_elements=list(conflict))
            .returning(*self.table.c)
        )
        row = self._connection.execute(statement).one_or_none()
        return None if row is None else self._record(row)

    def _select(self, *where: ColumnElement[bool]) -> Select[Any]:
        return select(*self.table.c).where(*where)

    def _first(self, statement: Select[Any]) -> R | None:
        row = self._connection.execute(statement.limit(1)).one_or_none()
        return None if row is None else self._record(row)

    def _all(self, statement: Select[Any]) -> list[R]:
        return [self._record(row) for row in self._connection.execute(statement)]

    def _get(self, what: object, *where: ColumnElement[bool]) -> R:
        """The one row; raises NotStored, with the same words whatever the reason."""
        found = self._first(self._select(*where))
        if found is None:
            raise NotStored(f"no {self.noun} {what}")
        return found

    def _change(self, *where: ColumnElement[bool], **values: Any) -> int:
        """Update rows; how many there were."""
        statement = update(self.table).where(*where).values(self._flat(values))
        return self._connection.execute(statement).rowcount

    def _count(self, *where: ColumnElement[bool]) -> int:
        statement = select(func.count()).select_from(self.table).where(*where)
        return int(self._connection.execute(statement).scalar_one())

    def _next(self, column: str, *where: ColumnElement[bool]) -> int:
        """The next number; safe because writers take turns."""
        highest = select(func.coalesce(func.max(self.table.c[column]), 0)).where(*where)
        return int(self._connection.execute(highest).scalar_one()) + 1


def _insert(connection: Connection) -> Any:
    """The dialect's own INSERT, which knows ON CONFLICT; the other dialect stays unloaded."""
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert
    from sqlalchemy.dialects import postgresql

    return postgresql.insert
