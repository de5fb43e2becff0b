"""The tables of every database are those the code describes, however it was created."""

from __future__ import annotations

import os
import secrets
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, text

from storage.catalog import schema
from storage.catalog.catalog import open_catalog
from storage.catalog.tables import metadata
from storage.errors import Corrupted, Unavailable
from tests.contracts.rows import add_dataset

_OPEN = (
    "import sys; from storage.catalog.catalog import open_catalog; "
    "open_catalog(sys.argv[1]).close()"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'a folder' / 'catalog.db'}"
    server: str = request.getfixturevalue("postgres_url")
    name = f"empty_{secrets.token_hex(6)}"
    engine = create_engine(_driver(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.replace("@/postgres?", f"@/{name}?")


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    opened = create_engine(_driver(empty_url))
    yield opened
    opened.dispose()


def _driver(url: str) -> str:
    return url.replace("postgresql:", "postgresql+psycopg:")


def _revision(url: str) -> tuple[str | None, str]:
    catalog = open_catalog(url, migrate=False)
    try:
        return catalog.revision()
    finally:
        catalog.close()


def _run(program: str, *args: str) -> subprocess.Popen[str]:
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", program, *args],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_migrations_make_the_tables(empty_url: str, engine: Engine) -> None:
    """A migrated database has exactly the tables, columns, keys and indexes of the code."""
    open_catalog(empty_url).close()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_head_is_the_last_migration() -> None:
    """The revision noted in the code is the newest one in the folder, and the only newest."""
    assert ScriptDirectory.from_config(schema.config()).get_heads() == [schema.HEAD]


def test_several_processes_open_an_empty_database(empty_url: str) -> None:
    """Processes that start together on an empty database wait for the one that migrates."""
    started = [_run(_OPEN, empty_url) for _ in range(4)]
    errors = [process.communicate(timeout=60)[1] for process in started]
    assert [
        (process.returncode, error) for process, error in zip(started, errors, strict=True)
    ] == [(0, "")] * 4
    assert _revision(empty_url) == (schema.HEAD, schema.HEAD)


def test_opening_without_migrating_changes_nothing(empty_url: str) -> None:
    """`doctor` can look at a database that was never migrated, and say so."""
    assert _revision(empty_url) == (None, schema.HEAD)


def test_a_database_of_a_newer_version_is_left_alone(empty_url: str, engine: Engine) -> None:
    """Older code does not touch tables it does not know."""
    open_catalog(empty_url).close()
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Unavailable, match="another version"):
        open_catalog(empty_url)


def test_a_failed_migration_leaves_nothing(empty_url: str, engine: Engine) -> None:
    """A migration that fails half-way is rolled back as a whole."""
    if empty_url.startswith("sqlite:"):
        Path(empty_url.removeprefix("sqlite:///")).parent.mkdir()
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE turns (in_the_way INTEGER)"))
    with pytest.raises(Exception, match="turns"):
        open_catalog(empty_url)
    assert _revision(empty_url) == (None, schema.HEAD)


def test_sqlite_is_durable(tmp_path: Path) -> None:
    """Every SQLite connection has the pragmas that make a commit survive a power cut."""
    catalog = open_catalog(f"sqlite:///{tmp_path / 'catalog.db'}")
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10000}
    with catalog._reader.begin() as one, catalog._reader.begin() as two:
        for connection in (one, two):
            found = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in wanted}
            assert found == wanted
    catalog.close()


def test_a_damaged_file_is_found(tmp_path: Path) -> None:
    """The check at boot notices pages that were overwritten."""
    path = tmp_path / "catalog.db"
    catalog = open_catalog(f"sqlite:///{path}")
    with catalog.write() as unit:
        for _ in range(50):
            add_dataset(unit)
    catalog.close()
    data = bytearray(path.read_bytes())
    data[8192:] = b"\x99" * (len(data) - 8192)
    path.write_bytes(data)
    damaged = open_catalog(f"sqlite:///{path}", migrate=False)
    with pytest.raises(Corrupted):
        damaged.check()
    damaged.close()


def test_rows_without_their_parent_are_found(tmp_path: Path) -> None:
    """The check at boot notices rows that refer to nothing, however they came in."""
    path = tmp_path / "catalog.db"
    catalog = open_catalog(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO messages VALUES ('no such turn', 0, '{}')")
    connection.close()
    with pytest.raises(Corrupted, match="messages"):
        catalog.check()
    catalog.close()


def test_a_file_that_is_no_database_is_corrupted(tmp_path: Path) -> None:
    """A wrong path is reported in words of this layer."""
    path = tmp_path / "notes.txt"
    path.write_text("these are notes, not a database" * 100)
    with pytest.raises(Corrupted):
        open_catalog(f"sqlite:///{path}")


def test_a_folder_that_cannot_be_is_unavailable(tmp_path: Path) -> None:
    """A path through a file is reported in words of this layer."""
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable):
        open_catalog(f"sqlite:///{tmp_path / 'file' / 'catalog.db'}")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://host/db"])
def test_other_databases_are_refused(url: str) -> None:
    """The message names the two kinds that work."""
    with pytest.raises(ValueError, match="sqlite:///path or postgresql"):
        open_catalog(url)


def test_storage_loads_light(tmp_path: Path) -> None:
    """Opening a migrated catalog, as the bot does, loads no heavy library."""
    url = f"sqlite:///{tmp_path / 'catalog.db'}"
    open_catalog(url).close()
    program = (
        "import storage.datasets, storage.prediction_log, storage.model_registry, storage.fsck\n"
        "from storage.blobs import open_blobs; open_blobs('file:///nowhere')\n"
        f"{_OPEN}\n"
        "heavy = {'pandas', 'numpy', 'pyarrow', 'mlflow', 'sklearn', 'boto3', 'alembic'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or None)"
    )
    process = _run(program, url)
    assert (process.communicate(timeout=60)[1], process.returncode) == ("", 0)
