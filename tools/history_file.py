"""The history as a table to download: one row a step, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from tools.history_lines import Line
from tools.outcome import File

if TYPE_CHECKING:
    from tools.context import ToolContext

COLUMNS: Final = (
    "when", "who", "what", "asked", "data", "model", "approved by", "tool", "effect", "worked",
    "taken back", "seconds", "tokens", "thread",
)  # fmt: skip
_FORMULA: Final = tuple("=+-@\t\r\n|%")


def history_file(lines: Sequence[Line], context: ToolContext) -> File:
    """Keep the lines as a CSV file and hand it over."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    zone = ZoneInfo(context.timezone)
    for line in lines:
        writer.writerow(_row(line, zone))
    content = out.getvalue().encode()
    return File(context.blobs.put(content), "history.csv", len(content), "text/csv")


def _row(line: Line, zone: ZoneInfo) -> list[object]:
    action = line.action
    return [
        action.created_at.astimezone(zone).isoformat(timespec="seconds"),
        safe(action.actor.name),
        safe(line.what),
        safe(action.sentence),
        safe(line.data or ""),
        safe(line.model or ""),
        safe(line.approved or ""),
        action.tool,
        action.effect,
        "yes" if action.ok else "no",
        "yes" if action.undone else "no",
        round(action.seconds, 3),
        action.tokens,
        safe(action.address.thread),
    ]


def safe(text: str) -> str:
    """A text as a cell that no spreadsheet runs: an apostrophe before what begins a formula.

    Signs of full width and blanks before them count too, as some programs skip them.
    """
    plain = unicodedata.normalize("NFKC", text).lstrip(" '\"\u00a0\ufeff\u200b")
    return f"'{text}" if plain.startswith(_FORMULA) or text.startswith(_FORMULA) else text
