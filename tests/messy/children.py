"""Reads files in limited child processes, as the bot does, and notes which of them died."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from scheduler.errors import WorkFailed, WorkLost
from scheduler.executor import LocalExecutor
from scheduler.work import Work
from tests.messy.cases import Case, read_case
from tests.messy.readings import Reading
from tests.scheduler.places import ADDRESS, ANN, catalog_in, site_in
from tools.base import Args, Tool
from tools.context import ToolContext
from tools.outcome import Outcome

MEMORY_MB: Final = 4_096
"""As much as the bot gives its workers."""
PATIENCE_S: Final = 120.0
"""A file may take ten seconds; a child that needs twelve times that is killed."""


class _File(Args):
    path: str
    name: str
    typed: bool = False
    cells: bool = True


def read_file(args: _File, context: ToolContext) -> Outcome:
    """Read one file; the child's half of `in_children`."""
    case = Case("", "", Path(args.path).read_bytes(), typed=args.typed, name=args.name)
    found = asdict(read_case(case))
    return Outcome("read", data=found if args.cells else {**found, "grid": None})


def find_tool(name: str) -> Tool[Any]:
    """The one tool that children of this suite have."""
    assert name == read_file.__name__
    return Tool(name=name, summary="", args=_File, run=read_file, where="job", examples=("", ""))


def in_children(cases: Sequence[Case]) -> list[Reading]:
    """What came of each case, in their order; a child that dies is replaced."""
    return asyncio.run(_in_children(cases))


async def _in_children(cases: Sequence[Case]) -> list[Reading]:
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        catalog_in(folder).close()
        executor = LocalExecutor(
            site_in(folder), size=1, memory_limit_mb=MEMORY_MB, tools=f"{__name__}:find_tool"
        )
        await executor.start()
        try:
            return [await _read(executor, case, folder / "file") for case in cases]
        finally:
            await executor.close()


async def _read(executor: LocalExecutor, case: Case, path: Path) -> Reading:
    await asyncio.to_thread(path.write_bytes, case.data)
    args = {
        "path": str(path),
        "name": case.name,
        "typed": case.typed,
        "cells": case.right is not None,
    }
    work = Work("j1", 1, read_file.__name__, args, ADDRESS, ANN, {})
    began = time.monotonic()
    try:
        async with asyncio.timeout(PATIENCE_S):
            outcome = await executor.run(work, progress=lambda share, text: None)
    except (WorkLost, WorkFailed, TimeoutError) as error:
        message = f"{type(error).__name__}: {error}"
        return Reading("died", message=message, seconds=time.monotonic() - began)
    data = json.loads(json.dumps(outcome.data))
    grid = data.pop("grid")
    rows = None if grid is None else tuple(map(tuple, grid))
    listed = {name: tuple(data.pop(name)) for name in ("warnings", "notes")}
    return Reading(**data, **listed, grid=rows)
