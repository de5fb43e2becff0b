"""`doctor`: checks the set-up, part by part, and says what to fix."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import socket
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from rich.console import Console
from rich.text import Text

from bot.agent.models import check_model
from bot.app import build
from bot.errors import SetupError
from bot.offering import check_offering
from bot.pipelines import check_ci
from bot.platforms import Entry, all_platforms, load
from bot.platforms.findings import Finding
from bot.settings import Settings, split_address
from bot.tracking import check_tracking
from scheduler.executor import LocalExecutor
from storage.blobs import open_blobs
from storage.catalog.catalog import open_catalog

Part = Callable[[Settings], Awaitable[list[Finding]]]
MARKS: dict[Literal["ok", "note", "bad"], tuple[str, str]] = {
    "ok": ("✔", "green"),
    "note": ("·", "dim"),
    "bad": ("✖", "red"),
}
LOW_DISK_GB = 2


def run(settings: Settings, _: argparse.Namespace) -> int:
    """Print what was found; 0 unless something must be fixed."""
    findings = asyncio.run(examine(settings))
    console = Console(highlight=False)
    for finding in findings:
        mark, style = MARKS[finding.state]
        console.print(Text(f"{mark} {finding.what}: {finding.sentence}", style=style))
        if finding.fix:
            console.print(Text(f"    → {finding.fix}", style="yellow"))
    bad = sum(finding.state == "bad" for finding in findings)
    console.print("Everything is ready." if not bad else f"{bad} to fix.", style="bold")
    return 1 if bad else 0


async def examine(settings: Settings) -> list[Finding]:
    """All findings; a check that fails itself is a finding."""
    parts: dict[str, Part] = {
        "home": _home,
        "blobs": _blobs,
        "database": _database,
        "clock": _clock,
        "ports": _ports,
        "workers": _workers,
        "mlflow": lambda s: check_tracking(s.tracking),
        "language model": _model,
        "github": check_ci,
    }
    parts |= {name: partial(_platform, entry) for name, entry in all_platforms().items()}
    parts["tools"] = lambda given: asyncio.to_thread(check_offering, given)
    findings: list[Finding] = []
    for name, part in parts.items():
        try:
            findings += await part(settings)
        except Exception as error:
            findings.append(Finding("bad", name, f"{type(error).__name__}: {error}"))
    return findings


async def _platform(entry: Entry, settings: Settings) -> list[Finding]:
    findings: list[Finding] = await load(entry.checks)(settings)
    return findings


async def _home(settings: Settings) -> list[Finding]:
    settings.home.mkdir(parents=True, exist_ok=True)
    probe = settings.home / ".doctor"
    probe.write_text("ok")
    probe.unlink()
    free = shutil.disk_usage(settings.home).free / 2**30
    if free < LOW_DISK_GB:
        fix = "free some, or set MLOPS_HOME to a larger disk"
        return [Finding("bad", "home", f"only {free:.1f} GB free in {settings.home}", fix)]
    return [Finding("ok", "home", f"{settings.home} is writable, {free:,.0f} GB free")]


async def _blobs(settings: Settings) -> list[Finding]:
    def probe() -> bool:
        blobs = open_blobs(settings.blobs, endpoint_url=settings.s3_endpoint_url)
        digest = blobs.put(f"doctor {time.time_ns()}".encode())
        same = blobs.read(digest).startswith(b"doctor")
        blobs.delete(digest)
        return same

    if not await asyncio.to_thread(probe):
        return [Finding("bad", "blobs", "what was read is not what was written")]
    return [Finding("ok", "blobs", f"{settings.blobs} can be written, read and deleted")]


async def _database(settings: Settings) -> list[Finding]:
    def probe() -> list[Finding]:
        catalog = open_catalog(settings.database)
        try:
            catalog.check()
            revision, head = catalog.revision()
        finally:
            catalog.close()
        if revision != head:
            return [Finding("bad", "database", f"at {revision}, not {head}", "start the bot once")]
        return [Finding("ok", "database", f"reachable, sound, at migration {revision}")]

    return await asyncio.to_thread(probe)


async def _clock(settings: Settings) -> list[Finding]:
    """The wall clock against the file system's, which a wrong zone or a jump shows."""
    probe = settings.home / ".doctor"
    probe.write_text("ok")
    off = abs(probe.stat().st_mtime - time.time())
    probe.unlink()
    now = datetime.now(UTC)
    if off > 5 or now.year < 2026:
        fix = "let a time service set the clock"
        return [Finding("bad", "clock", f"{off:.0f} s off, or long past ({now:%Y-%m-%d})", fix)]
    return [Finding("ok", "clock", f"{now:%Y-%m-%d %H:%M} UTC; schedules in {settings.timezone}")]


async def _ports(settings: Settings) -> list[Finding]:
    return [
        _port("bot address", settings.http, "MLOPS_HTTP"),
        _port("prediction server", settings.serving, "MLOPS_SERVING"),
    ]


def _port(what: str, address: str, setting: str) -> Finding:
    host, port = split_address(address)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            sentence = f"{address} is in use: by a bot that runs, or by something else"
            return Finding("note", what, sentence, f"{setting} chooses another")
    return Finding("ok", what, f"{address} is free")


async def _workers(settings: Settings) -> list[Finding]:
    app = build(settings)
    executor = LocalExecutor(app.site, size=1, memory_limit_mb=settings.worker_memory_mb)
    try:
        await executor.start()
    finally:
        await executor.close()
        app.catalog.close()
    limit = f"{settings.worker_memory_mb:,} MB each"
    return [Finding("ok", "workers", f"{settings.workers} can be started, {limit}")]


async def _model(settings: Settings) -> list[Finding]:
    if settings.model == "offline":
        return [Finding("ok", "language model", "offline brain; no key needed")]
    try:
        check_model(settings)
    except SetupError as error:
        return [Finding("bad", "language model", str(error), "or set MLOPS_MODEL=offline")]
    return [Finding("ok", "language model", f"{settings.model}; all it needs is here")]
