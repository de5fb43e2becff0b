"""A real PostgreSQL server for the time of a test run, reached over a socket in a folder."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

_FOLDERS = Path("/usr/lib/postgresql")
_USER = "mlops"


def find_postgres() -> Path | None:
    """The folder with `initdb` and `postgres`, the newest version first; None without one."""
    versions = sorted(_FOLDERS.glob("*/bin/initdb"), key=lambda path: path.parts[-3].zfill(4))
    if versions:
        return versions[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


@contextmanager
def postgres_server(programs: Path) -> Iterator[str]:
    """Start a server with an empty database; its URL. PostgreSQL refuses to run as root."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    identity = _identity()
    if identity:
        os.chown(folder, identity["user"], identity["group"])
    data = folder / "data"
    initdb = [programs / "initdb", "-D", data, "-U", _USER, "--auth=trust", "--no-sync"]
    subprocess.run(
        [*initdb, "-E", "UTF8", "--locale=C"],
        check=True,
        capture_output=True,
        cwd=folder,
        **identity,
    )
    settings = ["-k", str(folder), "-h", "", "-F", "-c", "max_connections=50"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, *settings],
            stdout=log,
            stderr=log,
            cwd=folder,
            **identity,
        )
    try:
        _wait(programs, folder, server)
        yield f"postgresql://{_USER}@/postgres?host={quote(str(folder), safe='')}"
    finally:
        server.send_signal(signal.SIGINT)  # a fast shutdown, which does not wait for clients
        server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _identity() -> dict[str, Any]:
    if os.getuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _wait(programs: Path, folder: Path, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if server.poll() is not None:
            break
        asked = subprocess.run(
            [programs / "pg_isready", "-h", folder, "-q"], check=False, capture_output=True
        )
        if asked.returncode == 0:
            return
        time.sleep(0.05)
    server.terminate()
    raise RuntimeError((folder / "log").read_text())
