"""The catalog: one database, transactions on it, and a repository per kind of record."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, exc, text

from storage.catalog import schema
from storage.catalog.approvals import Approvals
from storage.catalog.channels import Channels, Grants
from storage.catalog.conversation import Pointers, Turns, WaitingCalls
from storage.catalog.datasets import Datasets, Uploads
from storage.catalog.delivery import Inbox, Outbox
from storage.catalog.deployments import Deployments, Keys, Predictions
from storage.catalog.engine import make_engines
from storage.catalog.facts import Facts
from storage.catalog.follows import Follows
from storage.catalog.history import Actions
from storage.catalog.inspection import Inspection
from storage.catalog.jobs import Jobs
from storage.catalog.leases import Leases
from storage.catalog.models import Models
from storage.catalog.monitors import Alerts, Monitors, Reports
from storage.catalog.outside import OutsideAlerts
from storage.catalog.posts import Posts
from storage.catalog.standing import Standing
from storage.catalog.thinking import ModelCalls
from storage.errors import Corrupted, StorageError, Unavailable


class Unit:
    """The repositories, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.uploads = Uploads(connection)
        self.datasets = Datasets(connection)
        self.models = Models(connection)
        self.deployments = Deployments(connection)
        self.keys = Keys(connection)
        self.predictions = Predictions(connection)
        self.monitors = Monitors(connection)
        self.reports = Reports(connection)
        self.alerts = Alerts(connection)
        self.outside = OutsideAlerts(connection)
        self.jobs = Jobs(connection)
        self.turns = Turns(connection)
        self.waiting = WaitingCalls(connection)
        self.pointers = Pointers(connection)
        self.approvals = Approvals(connection)
        self.actions = Actions(connection)
        self.facts = Facts(connection)
        self.model_calls = ModelCalls(connection)
        self.inbox = Inbox(connection)
        self.outbox = Outbox(connection)
        self.posts = Posts(connection)
        self.channels = Channels(connection)
        self.grants = Grants(connection)
        self.follows = Follows(connection)
        self.leases = Leases(connection)
        self.inspection = Inspection(connection)
        self.standing = Standing(connection)


class Catalog:
    """A database of records; safe to share between threads, not between forked processes."""

    def __init__(self, url: str, *, reader: Engine, writer: Engine) -> None:
        self.url = url
        self._reader = reader
        self._writer = writer
        self._turn = threading.Lock()
        weakref.finalize(self, writer.dispose)

    @contextmanager
    def read(self) -> Iterator[Unit]:
        """One transaction that sees one state of the database and cannot write."""
        with _own_words(), self._reader.begin() as connection:
            yield Unit(connection)

    @contextmanager
    def write(self) -> Iterator[Unit]:
        """One transaction that may write: kept at the end, rolled back on an error.

        Writers take turns on either database, so what was read inside stays true until the
        end. Keep it short. Threads of this process queue here, where waiting costs no polling.
        """
        with _own_words(), self._turn, self._writer.begin() as connection:
            yield Unit(connection)

    def revision(self) -> tuple[str | None, str]:
        """The revision the database has (None: no tables), and the one this code needs."""
        with _own_words(), self._reader.begin() as connection:
            return schema.current(connection), schema.HEAD

    def migrate(self) -> None:
        """Bring the tables to the revision this code needs; one process at a time does it."""
        with _own_words(), schema.alone(self._writer):
            with self._reader.begin() as connection:
                current = schema.current(connection)
            if current == schema.HEAD:
                return
            with self._writer.begin() as connection:
                schema.upgrade(connection)

    def ping(self) -> None:
        """Raise Unavailable unless the database answers."""
        with _own_words(), self._reader.begin() as connection:
            connection.execute(text("SELECT 1"))

    def check(self) -> None:
        """Raise Corrupted when SQLite finds its file damaged, or rows without their parent."""
        if self._reader.dialect.name != "sqlite":
            self.ping()
            return
        with _own_words(), self._reader.begin() as connection:
            answer = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
            orphan = connection.execute(text("PRAGMA foreign_key_check")).first()
        if answer != "ok":
            raise Corrupted(f"the catalog is damaged: {answer}")
        if orphan is not None:
            raise Corrupted(f"the catalog has a row in {orphan[0]} without its row in {orphan[2]}")

    def close(self) -> None:
        """Close all connections; the catalog opens new ones when it is used again."""
        self._writer.dispose()


def open_catalog(url: str, *, migrate: bool = True) -> Catalog:
    """Open `sqlite:///path` or `postgresql://…`; bring its tables up to date unless told not to.

    Raises:
        Unavailable: the database cannot be reached, or was written by a newer version.
        ValueError: the URL is of another kind.
    """
    try:
        reader, writer = make_engines(url)
        catalog = Catalog(url, reader=reader, writer=writer)
        if migrate:
            try:
                catalog.migrate()
            except BaseException:
                catalog.close()
                raise
    except OSError as error:
        raise Unavailable(f"the catalog's folder cannot be used: {error.strerror}") from error
    return catalog


@contextmanager
def _own_words() -> Iterator[None]:
    """Translate what the database says into errors of this layer."""
    try:
        yield
    except (exc.OperationalError, exc.InterfaceError, exc.TimeoutError) as error:
        raise Unavailable(f"the catalog does not answer: {_first_line(error)}") from error
    except exc.IntegrityError as error:
        raise StorageError(f"the catalog refuses this: {_first_line(error)}") from error
    except exc.DatabaseError as error:
        raise Corrupted(f"the catalog cannot be read: {_first_line(error)}") from error


def _first_line(error: exc.SQLAlchemyError) -> str:
    original: Any = getattr(error, "orig", None) or error
    return (str(original).splitlines() or [type(original).__name__])[0]
