"""A SELECT run in a database of its own that reaches nothing but the one table."""

from __future__ import annotations

import re
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import duckdb

from tools.cards import shown
from tools.errors import BadRequest, Refused, ToolError
from tools.queries.parsing import TABLE

if TYPE_CHECKING:
    import pyarrow as pa

_POLL_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Limits:
    """What one question may use.

    Attributes:
        seconds: Of run time.
        memory_mb: Of memory.
        disk_mb: Of temporary files.
        threads: At a time.
        rows: Of the result; more are not fetched.
    """

    seconds: float = 8.0
    memory_mb: int = 512
    disk_mb: int = 512
    threads: int = 2
    rows: int = 1_000


@dataclass(frozen=True, slots=True)
class Found:
    """A result as the database gives it; `more` where the limit of rows cut it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    more: bool = False

    def without_last(self) -> Found:
        """The result without its last column."""
        return Found(self.columns[:-1], tuple(row[:-1] for row in self.rows), self.more)


def run(sql: str, table: pa.Table, *, limits: Limits = Limits()) -> Found:
    """The rows of a SELECT that was parsed and written down again.

    Raises:
        BadRequest: The table cannot answer it.
        Refused: It took more than it may.
    """
    with (
        tempfile.TemporaryDirectory(prefix="query-") as folder,
        _locked(table, folder, limits) as database,
    ):
        try:
            with _deadline(database, limits.seconds):
                found = database.execute(sql)
                names = tuple(str(column[0]) for column in found.description or ())
                rows = found.fetchmany(limits.rows + 1)
        except duckdb.Error as error:
            raise _told(error, limits) from None
        except (OverflowError, ValueError):
            raise BadRequest("A value of the result is beyond what can be shown.") from None
    return Found(names, tuple(rows[: limits.rows]), len(rows) > limits.rows)


@contextmanager
def _locked(table: pa.Table, folder: str, limits: Limits) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with one table that can open nothing else and cannot be told otherwise."""
    database = duckdb.connect(":memory:", config={"threads": limits.threads})
    try:
        database.register(TABLE, table)
        for name, value in (
            ("memory_limit", f"'{limits.memory_mb}MB'"),
            ("temp_directory", f"'{folder}'"),
            ("max_temp_directory_size", f"'{limits.disk_mb}MB'"),
            ("TimeZone", "'UTC'"),
            ("python_enable_replacements", "false"),
            ("autoload_known_extensions", "false"),
            ("autoinstall_known_extensions", "false"),
            ("allow_community_extensions", "false"),
            ("enable_external_access", "false"),
            ("lock_configuration", "true"),
        ):
            database.execute(f"SET {name} = {value}")
        yield database
    finally:
        database.close()


@contextmanager
def _deadline(database: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Interrupt what still runs after so long, again and again until it has stopped."""
    done = threading.Event()
    until = time.monotonic() + seconds

    def watch() -> None:
        while not done.wait(_POLL_S):
            if time.monotonic() > until:
                database.interrupt()

    watcher = threading.Thread(target=watch, name="query-deadline", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


_SIGNATURE: Final = re.compile(r"'([\w./%*+<>=~!^|-]{1,30})\(([A-Z0-9_, ]{0,120})")
_GROUP: Final = re.compile(r'column "([^"]{1,80})" must appear in the GROUP BY')
_TYPES: Final = (
    "A value of a column is not of the type that the SQL takes it for.",
    "Use TRY_CAST, or leave such rows out.",
)
_BAD: Final[tuple[tuple[type[duckdb.Error], tuple[str, str]], ...]] = (
    (duckdb.ConversionException, _TYPES),
    (duckdb.InvalidInputException, _TYPES),
    (
        duckdb.OutOfRangeException,
        ("A number on the way is out of range.", "Cast it to DOUBLE, or leave such rows out."),
    ),
    (duckdb.Error, ("The SQL does not fit this table.", "Check its columns and types.")),
)


def _told(error: duckdb.Error, limits: Limits) -> ToolError:
    """A vendor's error as a sentence; no text of it is passed on, for it may quote a value."""
    if isinstance(error, duckdb.InterruptException):
        said = f"That took more than {limits.seconds:g} seconds, so I stopped it."
        return Refused(said, "Ask for less at once, or for fewer rows.")
    if isinstance(error, duckdb.OutOfMemoryException):
        return Refused("That needs more memory than a question may use.", "Ask for less.")
    if isinstance(error, duckdb.BinderException):
        return _unbound(str(error))
    return BadRequest(*next(told for kind, told in _BAD if isinstance(error, kind)))


def _unbound(text: str) -> BadRequest:
    """What does not fit together, in our words: only names and types are taken over."""
    grouped, signature = _GROUP.search(text), _SIGNATURE.search(text)
    if grouped:
        return BadRequest(
            f"The column “{shown(grouped[1])}” is neither grouped by nor aggregated.",
            "Add it to GROUP BY, or take min, max or avg of it.",
        )
    if signature:
        types = signature[2].strip(" ,").lower() or "these"
        return BadRequest(
            f"`{signature[1]}` does not take {types}: the types do not fit.", "Cast one of them."
        )
    return BadRequest("The SQL does not fit this table.", "Check its columns and types.")
