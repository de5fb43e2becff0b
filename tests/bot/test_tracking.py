"""The doctor's look at MLflow: the embedded file, or a server, and what to fix."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bot.platforms.findings import Finding
from bot.tracking import check_tracking
from storage.model_registry import ModelRegistry
from tests.servers.s3 import free_port


def look(uri: str) -> Finding:
    (finding,) = asyncio.run(check_tracking(uri))
    return finding


def test_the_embedded_file_is_made_by_the_first_model(tmp_path: Path) -> None:
    """Nothing is there yet: fine where it can be made, to be fixed where it cannot."""
    assert look(f"sqlite:///{tmp_path / 'mlflow.db'}").state == "ok"
    nowhere = look("sqlite:////proc/nowhere/mlflow.db")
    assert (nowhere.state, "MLFLOW_TRACKING_URI" in nowhere.fix) == ("bad", True)


def test_a_database_of_mlflow_is_recognised(tmp_path: Path) -> None:
    """What MLflow made is writable and told with its migration."""
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    ModelRegistry(uri, artifact_root=(tmp_path / "artifacts").as_uri()).initialise()
    found = look(uri)
    assert found.state == "ok"
    assert "at migration" in found.sentence


def test_what_is_no_database_of_mlflow_must_be_moved(tmp_path: Path) -> None:
    """Another file, another database, and one whose making was cut short are told alike."""
    (tmp_path / "text.db").write_text("not a database, but long enough to be taken for one")
    for name, statement in (
        ("other.db", "CREATE TABLE other (id)"),
        ("cut.db", "CREATE TABLE alembic_version (version_num)"),
    ):
        with closing(sqlite3.connect(tmp_path / name)) as database:
            database.execute(statement)
    for name in ("text.db", "other.db", "cut.db"):
        found = look(f"sqlite:///{tmp_path / name}")
        assert (found.state, "not a finished MLflow database" in found.sentence) == ("bad", True)


@contextmanager
def answering(status: int) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/health" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("status", "state", "fix"),
    [(200, "ok", ""), (401, "note", "MLFLOW_TRACKING_TOKEN"), (502, "bad", "its log")],
)
def test_a_server_is_asked_for_its_health(status: int, state: str, fix: str) -> None:
    """A server that is up is fine; one that wants a sign-in or is ill is told with the fix."""
    with answering(status) as url:
        found = look(f"{url}/")
    assert found.state == state
    assert fix in found.fix


def test_a_server_that_is_away_must_be_started() -> None:
    """Nothing listens: told, with what to do and without a trace."""
    found = look(f"http://127.0.0.1:{free_port()}")
    assert found.state == "bad"
    assert "mlflow server" in found.fix
    assert look("postgresql://host/mlflow").state == "note"


def test_mlflow_stays_out_of_this_process() -> None:
    """Looking does not load MLflow."""
    code = (
        "import asyncio, sys; from bot.tracking import check_tracking; "
        "asyncio.run(check_tracking('sqlite:////tmp/none.db')); "
        "sys.exit('mlflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == 0
