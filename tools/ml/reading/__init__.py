"""Reads any table people send: right, or honest about what was assumed and repaired.

Bytes → kind by content → text → dialect → records → repairs → names → types; the order of
"Files people send": nothing is changed in silence, a clean file gets no warning.
"""

from __future__ import annotations

from dataclasses import replace
from typing import BinaryIO

import pandas as pd

from tools.errors import Refused
from tools.ml.reading.columns import type_columns
from tools.ml.reading.delimited import read_delimited
from tools.ml.reading.encoding import decode
from tools.ml.reading.report import (
    ColumnHint,
    Doubt,
    ReadHints,
    ReadLimits,
    ReadReport,
    ReadResult,
    Remarks,
    Repair,
    dump_report,
    load_report,
)
from tools.ml.reading.sheets import read_sheets
from tools.ml.reading.sources import Source, open_source
from tools.ml.reading.typed import read_json, read_parquet

__all__ = [
    "ColumnHint",
    "Doubt",
    "ReadHints",
    "ReadLimits",
    "ReadReport",
    "ReadResult",
    "Repair",
    "dump_report",
    "load_report",
    "read_table",
]

_NO_LIMITS = ReadLimits()
_NO_HINTS = ReadHints()


def read_table(
    file: BinaryIO,
    name: str,
    *,
    limits: ReadLimits = _NO_LIMITS,
    hints: ReadHints = _NO_HINTS,
) -> ReadResult:
    """Read a table from an opened binary file.

    Args:
        file: Opened for reading bytes, at its start.
        name: For messages only; what the file is is decided by its content.
        limits: Sizes beyond which the file is refused.
        hints: What the person said about the file.

    Raises:
        Refused: This is no readable table; says why, where, and what to do.
        NeedsChoice: A spreadsheet with several sheets (argument "sheet").
        BadRequest: A hint that cannot be followed.
    """
    source = open_source(file, name, limits)
    remarks = Remarks()
    read = _read_json(source, name, hints, remarks) if source.kind == "json" else None
    if read is None:
        remarks = Remarks()
        read = _read(source, name, limits, hints, remarks)
    table, report = read
    if not len(table):
        width = len(table.columns)
        raise Refused(
            f"“{name}” has a header ({width} column{'s' * (width > 1)}) but no rows.",
            "Send a file with at least one row of data.",
        )
    report = replace(
        report,
        compression=source.compression,
        rows=len(table),
        columns=len(table.columns),
        rows_touched=remarks.rows_touched,
        repairs=tuple(sorted(remarks.repairs, key=lambda repair: repair.line)),
        doubts=tuple(remarks.doubts),
        units=dict(remarks.units),
        notes=tuple(remarks.notes),
        warnings=remarks.warnings(),
    )
    return ReadResult(table, report)


def _read(
    source: Source, name: str, limits: ReadLimits, hints: ReadHints, remarks: Remarks
) -> tuple[pd.DataFrame, ReadReport]:
    if source.kind == "parquet":
        table = read_parquet(source.data, name, limits=limits, remarks=remarks)
        return table, ReadReport("parquet")
    if source.kind == "sheets":
        text, form = read_sheets(source.data, name, limits=limits, hints=hints, remarks=remarks)
        return type_columns(text, remarks), ReadReport(form, header=text.header)
    parts = read_delimited(source.data, name, limits=limits, hints=hints, remarks=remarks)
    report = ReadReport(
        "csv", encoding=parts.encoding, delimiter=parts.delimiter, header=parts.text.header
    )
    return type_columns(parts.text, remarks), report


def _read_json(
    source: Source, name: str, hints: ReadHints, remarks: Remarks
) -> tuple[pd.DataFrame, ReadReport] | None:
    """None if it only begins like JSON."""
    text, encoding = decode(source.data, name, hint=hints.encoding, remarks=remarks)
    found = read_json(text, name, remarks)
    return (found[0], ReadReport(found[1], encoding=encoding)) if found else None
