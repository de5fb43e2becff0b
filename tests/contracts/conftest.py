"""Every adapter of storage, ready to be held against its contract."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from storage.catalog.catalog import Catalog, open_catalog
from storage.catalog.tables import metadata
from tests.servers.postgres import find_postgres, postgres_server
from tests.servers.s3 import s3_server


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    programs = find_postgres()
    if programs is None:
        pytest.skip("no PostgreSQL is installed on this machine")
    with postgres_server(programs) as url:
        yield url


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        with s3_server() as url:
            yield url


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("catalog") / "catalog.db"
    open_catalog(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def postgres_catalog(postgres_url: str) -> Iterator[Catalog]:
    catalog = open_catalog(postgres_url)
    yield catalog
    catalog.close()


@pytest.fixture
def sqlite_catalog(empty_sqlite: Path, tmp_path: Path) -> Iterator[Catalog]:
    path = tmp_path / "catalog.db"
    shutil.copy(empty_sqlite, path)
    catalog = open_catalog(f"sqlite:///{path}")
    yield catalog
    catalog.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def catalog(request: pytest.FixtureRequest) -> Catalog:
    """An empty catalog on each database."""
    if request.param == "sqlite":
        chosen: Catalog = request.getfixturevalue("sqlite_catalog")
        return chosen
    chosen = request.getfixturevalue("postgres_catalog")
    engine = create_engine(chosen.url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        names = ", ".join(table.name for table in metadata.sorted_tables)
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    engine.dispose()
    return chosen
