"""Connections to the database: durable, bounded in waiting, one writer at a time."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url

_WAIT_S: Final = 10
_WRITER_KEY: Final = 0x6D6C6F70  # any number: the advisory lock that writers take turns on


def make_engines(url: str) -> tuple[Engine, Engine]:
    """An engine whose transactions read, and one whose transactions write; one pool for both.

    Raises ValueError for anything but a SQLite file or PostgreSQL.
    """
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return _sqlite(parsed)
    if backend == "postgresql":
        return _postgresql(parsed)
    raise ValueError(f"a catalog is sqlite:///path or postgresql://…, not {backend}")


def _create(url: URL, **options: Any) -> Engine:
    strict = partial(json.dumps, allow_nan=False, separators=(",", ":"))
    return create_engine(url, json_serializer=strict, pool_timeout=_WAIT_S, **options)


def _sqlite(url: URL) -> tuple[Engine, Engine]:
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = _create(url, connect_args={"check_same_thread": False, "timeout": _WAIT_S})

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours, below
        for pragma in (
            f"busy_timeout = {_WAIT_S * 1000}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = bool(connection.get_execution_options().get("writes"))
        connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine, engine.execution_options(writes=True)


def _postgresql(url: URL) -> tuple[Engine, Engine]:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    engine = _create(url, pool_pre_ping=True)

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _: Any) -> None:
        for setting in (
            f"lock_timeout = '{_WAIT_S}s'",
            "idle_in_transaction_session_timeout = '60s'",
            "synchronous_commit = on",
        ):
            connection.execute(f"SET {setting}")
        connection.commit()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_KEY})")

    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return reader, engine.execution_options(writes=True)
