"""Column types: how the values of a record are written into a database, and read back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Text
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
