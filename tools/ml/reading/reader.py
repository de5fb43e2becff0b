"""From an opened file to a table: of text cells, or with a type for every column."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

from tools.errors import Refused
from tools.ml.reading.carried import Carried, as_carried, read_carried, with_carried
from tools.ml.reading.delimited import read_delimited
from tools.ml.reading.report import ReadHints, ReadLimits, ReadReport, ReadResult, Remarks
from tools.ml.reading.sources import Source, open_source
from tools.ml.reading.structure import TextTable

if TYPE_CHECKING:
    import pandas as pd

_NO_LIMITS = ReadLimits()
_NO_HINTS = ReadHints()


@dataclass(frozen=True, slots=True)
class TextResult:
    """Named columns of text cells exactly as found, and how the file was understood."""

    table: TextTable
    report: ReadReport


def read_text(
    file: BinaryIO,
    name: str,
    *,
    limits: ReadLimits = _NO_LIMITS,
    hints: ReadHints = _NO_HINTS,
) -> TextResult:
    """Read a table from an opened binary file, without giving types to its columns.

    A header without rows is a table of no rows here, with a warning. Arguments and errors are
    those of `read_table`.
    """
    found = _Reading(file, name, limits, hints)
    table = found.text()
    if not len(table.lines):
        found.remarks.warn("The file holds a header but no rows.")
    return TextResult(table, found.reported(len(table.lines), len(table.names)))


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
        NeedsChoice: A spreadsheet with several sheets (argument "sheet"), an archive with several
            tables (argument "member").
        BadRequest: A hint that cannot be followed.
    """
    found = _Reading(file, name, limits, hints)
    table = found.typed()
    if not len(table):
        width = len(table.columns)
        raise Refused(
            f"“{name}” has a header ({width} column{'s' * (width > 1)}) but no rows.",
            "Send a file with at least one row of data.",
        )
    return ReadResult(table, found.reported(len(table), len(table.columns)))


class _Reading:
    """One file on its way: its source, the remarks so far and what is known of its form."""

    def __init__(self, file: BinaryIO, name: str, limits: ReadLimits, hints: ReadHints) -> None:
        self.name, self.limits, self.hints = name, limits, hints
        self.remarks = Remarks()
        self.source: Source = open_source(
            file, name, limits=limits, hints=hints, remarks=self.remarks
        )
        self.report = ReadReport("csv")
        self.carried = Carried()

    def text(self) -> TextTable:
        """The text table; formats with types of their own are written out as text."""
        if self.source.kind in ("parquet", "feather"):
            from tools.ml.reading.plain import as_text

            return as_text(self._with_own_types())
        return self._without_types()

    def typed(self) -> pd.DataFrame:
        """The table with a type for every column."""
        from tools.ml.reading.columns import retype_columns, type_columns

        if self.source.kind in ("parquet", "feather"):
            return retype_columns(self._with_own_types(), self.remarks, self.hints)
        text = self._without_types()
        hints = with_carried(self.hints, self.carried, text.names)
        delimiter = self.report.delimiter
        table = type_columns(text, self.remarks, hints, delimiter=delimiter)
        return as_carried(table, self.carried, self.hints)

    def _with_own_types(self) -> pd.DataFrame:
        from tools.ml.reading.typed import read_feather, read_parquet

        self.report = ReadReport(self.source.kind)
        read = read_parquet if self.source.kind == "parquet" else read_feather
        return read(self.source.data, self.name, limits=self.limits, remarks=self.remarks)

    def _without_types(self) -> TextTable:
        if self.source.kind == "workbook":
            return self._sheet()
        return (self._json() if self.source.kind == "json" else None) or self._delimited()

    def _json(self) -> TextTable | None:
        """None if it only begins like JSON."""
        from tools.ml.reading.encoding import decode
        from tools.ml.reading.json_tables import read_json

        before = deepcopy(self.remarks)
        data, name = self.source.data, self.name
        text, encoding = decode(data, name, hint=self.hints.encoding, remarks=self.remarks)
        found = read_json(text, name, limits=self.limits, remarks=self.remarks)
        if found is None:
            self.remarks = before
            return None
        self.report = ReadReport(found[1], encoding=encoding)
        return found[0]

    def _sheet(self) -> TextTable:
        from tools.ml.reading.sheets import read_sheets

        self.carried = read_carried(self.source.data)
        text, form = read_sheets(
            self.source.data,
            self.name,
            limits=self.limits,
            hints=with_carried(self.hints, self.carried),
            ours=self.carried.header and self.hints.header is None,
            remarks=self.remarks,
        )
        self.report = ReadReport(form, header=text.header)
        return text

    def _delimited(self) -> TextTable:
        table, self.report = read_delimited(
            self.source.data,
            self.name,
            limits=self.limits,
            hints=self.hints,
            remarks=self.remarks,
        )
        return table

    def reported(self, rows: int, columns: int) -> ReadReport:
        """The report with everything that was remarked."""
        remarks = self.remarks
        return replace(
            self.report,
            compression=self.source.compression,
            rows=rows,
            columns=columns,
            rows_touched=remarks.rows_touched,
            repairs=tuple(sorted(remarks.repairs, key=lambda repair: repair.line)),
            doubts=tuple(remarks.doubts),
            units=dict(remarks.units),
            notes=tuple(remarks.notes),
            warnings=remarks.warnings(),
        )
