"""Checks where MLflow keeps runs and models, without loading MLflow."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import aiohttp

from bot.platforms.findings import Finding

WHAT: Final = "mlflow"
_EMBEDDED: Final = "sqlite:///"
_SETTING: Final = "MLFLOW_TRACKING_URI"
_LET_WRITE: Final = f"let the bot's user write there, or set {_SETTING}"


async def check_tracking(uri: str) -> list[Finding]:
    """Whether the embedded database can be written, or the server answers."""
    if uri.startswith(_EMBEDDED):
        return [await asyncio.to_thread(_embedded, Path(uri.removeprefix(_EMBEDDED)))]
    if uri.startswith(("http://", "https://")):
        return [await _server(uri.rstrip("/"))]
    scheme = uri.partition(":")[0]
    return [Finding("note", WHAT, f"kept by {scheme}, which is not checked from here")]


def _embedded(path: Path) -> Finding:
    if not path.exists():
        if path.parent.is_dir() and os.access(path.parent, os.W_OK):
            return Finding("ok", WHAT, f"embedded; {path} is made with the first model")
        return Finding("bad", WHAT, f"{path} cannot be made", _LET_WRITE)
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as database:
            database.execute("BEGIN IMMEDIATE")  # what training needs, too
            row = database.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        return _trouble(path, str(error))
    if row is None:
        return _trouble(path, "its making was cut short")
    return Finding("ok", WHAT, f"embedded; {path} is writable, at migration {row[0]}")


def _trouble(path: Path, error: str) -> Finding:
    if "readonly" in error or "unable to open" in error:
        return Finding("bad", WHAT, f"{path} cannot be written", _LET_WRITE)
    if "locked" in error:
        return Finding("note", WHAT, f"{path} is being written just now", "look again later")
    fix = f"move it away, or set {_SETTING}; a new one is made with the next model"
    return Finding("bad", WHAT, f"{path} is not a finished MLflow database", fix)


async def _server(uri: str) -> Finding:
    timeout = aiohttp.ClientTimeout(total=10)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"{uri}/health") as response,
        ):
            status = response.status
    except (aiohttp.ClientError, TimeoutError, ValueError):
        fix = f"start it (`mlflow server`), or correct {_SETTING}"
        return Finding("bad", WHAT, f"no server answers at {uri}", fix)
    if status == 200:
        return Finding("ok", WHAT, f"the server at {uri} is up")
    if status in (401, 403):
        fix = "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN"
        return Finding("note", WHAT, f"the server at {uri} wants a sign-in", fix)
    fix = f"look at its log, or correct {_SETTING}"
    return Finding("bad", WHAT, f"{uri} answers with status {status}, not as MLflow does", fix)
