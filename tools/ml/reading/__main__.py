"""`python -m tools.ml.reading IN OUT.csv [--report OUT.json]`: any table as plain CSV of text."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from pathlib import Path
from typing import Any, Final

from tools.errors import NeedsChoice, ToolError
from tools.ml.reading.reader import TextResult, read_text
from tools.ml.reading.report import ReadReport

REFUSED: Final = 3
_ROWS: Final = 50_000


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0, or 3 when the file was refused: the reason is the last line of stderr.

    OUT.csv is RFC 4180 in UTF-8: the header first where one was found, else the rows alone; cells
    as text exactly as found. On a refusal it is left empty, so that no older table is taken for
    this one.
    """
    told = _parser().parse_args(arguments)
    try:
        with told.source.open("rb") as file:
            result = read_text(file, told.source.name)
    except ToolError as error:
        told.target.write_bytes(b"")
        sys.stderr.write(_reason(error) + "\n")
        return REFUSED
    _write(result, told.target)
    if told.report is not None:
        text = json.dumps(_summary(result.report), ensure_ascii=False, indent=2)
        told.report.write_text(text + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.ml.reading", description="Read any table and write it as plain CSV."
    )
    parser.add_argument("source", metavar="IN", type=Path)
    parser.add_argument("target", metavar="OUT.csv", type=Path)
    parser.add_argument("--report", metavar="OUT.json", type=Path)
    return parser


def _reason(error: ToolError) -> str:
    parts = [error.message, error.hint]
    if isinstance(error, NeedsChoice):
        parts = [error.message, ", ".join(option.label for option in error.options)]
    return " ".join(" ".join(part.split()) for part in parts if part)


def _write(result: TextResult, target: Path) -> None:
    table = result.table
    with target.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        writer = csv.writer(file)
        if table.header:
            writer.writerow(table.names)
        for start in range(0, len(table.lines), _ROWS):
            cells = [column.slice(start, _ROWS).to_pylist() for column in table.columns]
            writer.writerows(zip(*cells, strict=True))


def _summary(report: ReadReport) -> dict[str, Any]:
    return {
        "format": report.format,
        "encoding": report.encoding,
        "dialect": {
            "delimiter": report.delimiter,
            "quote": report.quote,
            "escape": report.escape,
            "newline": report.newline,
        },
        "header": report.header,
        "rows": report.rows,
        "columns": report.columns,
        "touched": report.rows_touched,
        "notes": list(report.notes),
        "warnings": list(report.warnings),
    }


if __name__ == "__main__":
    sys.exit(main())
