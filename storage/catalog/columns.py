"""Columns: how the values of a record are written into a database, and read back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, DateTime, Dialect, ForeignKey, Integer, Text
from sqlalchemy.types import TypeDecorator

from storage.catalog.records import ColumnInfo, Scope


class Utc(TypeDecorator[datetime]):
    """An aware time, kept as UTC; raises ValueError for a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,
    ) -> datetime | None:
        """SQLite hands back the UTC time without its zone."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Words(TypeDecorator[str]):
    """Text as people and files send it; what no database can hold becomes U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """PostgreSQL refuses NUL; no UTF-8 has lone surrogates."""
        if value is None or value.isprintable():
            return value
        clean = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return clean.replace("\x00", "\ufffd")


class ScopeColumn(TypeDecorator[Scope]):
    """A scope as `platform/workspace/channel`."""

    impl = Words
    cache_ok = True

    def process_bind_param(self, value: Scope | None, dialect: Dialect) -> str | None:
        """To text."""
        return None if value is None else str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Scope | None:
        """From text."""
        return None if value is None else Scope.parse(value)


class Value(TypeDecorator[Any]):
    """A JSON object, or None."""

    impl = JSON(none_as_null=True)
    cache_ok = True


class Values(TypeDecorator[tuple[Any, ...]]):
    """A JSON array, as a tuple."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> list[Any]:
        """To a list."""
        return list(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Any, ...]:
        """From a list."""
        return tuple(value)


class ColumnInfos(TypeDecorator[tuple[ColumnInfo, ...]]):
    """The columns of a dataset, as a JSON array of objects."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> list[Any]:
        """To a list of objects."""
        return [asdict(info) for info in value]

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[ColumnInfo, ...]:
        """From a list of objects."""
        return tuple(
            ColumnInfo(**{**info, "top": tuple((text, count) for text, count in info["top"])})
            for info in value
        )


def row_id() -> Column[Any]:
    """A random id, assigned by us."""
    return Column("id", Words, primary_key=True)


def ordered_id() -> tuple[Column[Any], Column[Any]]:
    """A growing key for the order of writing, and the id that everybody else uses."""
    return (
        Column("seq", Integer, primary_key=True, autoincrement=True),
        Column("id", Words, nullable=False, unique=True),
    )


def scope() -> Column[Any]:
    """The channel that owns the row."""
    return Column("scope", ScopeColumn, nullable=False)


def thread() -> Column[Any]:
    """The thread of that channel."""
    return Column("thread", Words, nullable=False)


def person(name: str, *, optional: bool = False) -> tuple[Column[Any], Column[Any]]:
    """A person, by id and name."""
    return (
        Column(f"{name}_id", Words, nullable=optional),
        Column(f"{name}_name", Words, nullable=optional),
    )


def words(name: str, *, optional: bool = False) -> Column[Any]:
    """A text."""
    return Column(name, Words, nullable=optional)


def count(name: str, *, optional: bool = False) -> Column[Any]:
    """A whole number."""
    return Column(name, Integer, nullable=optional)


def time(name: str, *, optional: bool = False) -> Column[Any]:
    """A moment."""
    return Column(name, Utc, nullable=optional)


def value(name: str, *, optional: bool = False) -> Column[Any]:
    """A JSON object."""
    return Column(name, Value, nullable=optional)


def values(name: str) -> Column[Any]:
    """A JSON array."""
    return Column(name, Values, nullable=False)


def flag(name: str) -> Column[Any]:
    """Yes or no."""
    return Column(name, Boolean, nullable=False)


def link(name: str, target: str, *, optional: bool = False) -> Column[Any]:
    """The id of a row in another table."""
    return Column(name, Words, ForeignKey(target), nullable=optional)
