"""Reads bytes as the bot does, and keeps whatever comes of it in plain values."""

from __future__ import annotations

import io
import time
import traceback
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tools.errors import BadRequest, NeedsChoice, Refused, ToolError
from tools.ml.reading import ReadLimits, ReadReport, read_table, read_text

Outcome: TypeAlias = Literal["clean", "warned", "choice", "refused", "crashed", "died"]
USUAL = ReadLimits()


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of one file.

    Attributes:
        outcome: In one word.
        grid: Names (where the file had some) and rows, as text; None where nothing was loaded.
        header: Whether the names are the file's.
        warnings: Sentences.
        notes: Sentences.
        message: Of a refusal or a question; the traceback of a crash; what became of the child.
        hint: The next step of a refusal.
        seconds: Of processor time that it took.
    """

    outcome: Outcome
    grid: tuple[tuple[str, ...], ...] | None = None
    header: bool = True
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    message: str = ""
    hint: str = ""
    seconds: float = 0.0


def reading(data: bytes, name: str = "file.csv", *, limits: ReadLimits = USUAL) -> Reading:
    """The text table of a file, before types."""
    began = time.process_time()
    try:
        result = read_text(io.BytesIO(data), name, limits=limits)
    except (Refused, BadRequest) as error:
        return _refused(error, time.process_time() - began)
    except Exception:
        return Reading("crashed", message=traceback.format_exc())
    table = result.table
    rows = tuple(zip(*(column.to_pylist() for column in table.columns), strict=True))
    grid = (tuple(table.names), *rows) if table.header else rows
    return _loaded(grid, table.header, result.report, time.process_time() - began)


def typed(data: bytes, name: str = "file.csv", *, limits: ReadLimits = USUAL) -> Reading:
    """The table with its types; cells as text, gaps empty."""
    began = time.process_time()
    try:
        result = read_table(io.BytesIO(data), name, limits=limits)
    except (Refused, BadRequest) as error:
        return _refused(error, time.process_time() - began)
    except Exception:
        return Reading("crashed", message=traceback.format_exc())
    cells = [
        ["" if gap else str(value) for value, gap in zip(column, column.isna(), strict=True)]
        for _, column in result.table.items()
    ]
    names = tuple(map(str, result.table.columns))
    report = result.report
    return _loaded(
        (names, *zip(*cells, strict=True)), report.header, report, time.process_time() - began
    )


def _refused(error: ToolError, seconds: float) -> Reading:
    outcome: Outcome = "choice" if isinstance(error, NeedsChoice) else "refused"
    return Reading(outcome, message=error.message, hint=error.hint, seconds=seconds)


def _loaded(
    grid: tuple[tuple[str, ...], ...], header: bool, report: ReadReport, seconds: float
) -> Reading:
    outcome: Outcome = "warned" if report.warnings else "clean"
    return Reading(outcome, grid, header, report.warnings, report.notes, seconds=seconds)
