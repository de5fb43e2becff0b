"""What a reading gives back: the table, and every assumption and repair in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from pydantic import TypeAdapter

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """How much is read at most: bytes as sent and as expanded, expansion, width."""

    sent_bytes: int = 25_000_000
    expanded_bytes: int = 500_000_000
    ratio: int = 100
    members: int = 1_000
    columns: int = 5_000


@dataclass(frozen=True, slots=True)
class ReadHints:
    """What the person said about the file; `None` means: find out."""

    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class ReadReport:
    """How a file was understood; JSON-able through `dump_report`.

    Attributes:
        format: "csv", "parquet", "xlsx", "xls", "ods", "json" or "jsonl".
        compression: "gz" or empty.
        encoding: Python's name of the encoding; empty for binary formats.
        delimiter: Between the cells of a line; empty where there is none.
        header: Whether the column names were found in the file.
        rows: Data rows in the table.
        columns: Columns in the table.
        rows_touched: Rows that a repair changed, dropped or padded.
        units: Unit per column name ("%", "€", "kg") where the cells or a units row had one.
        notes: Assumptions, one sentence each; nothing is wrong.
        warnings: Repairs and near-ties, one sentence each, with the line where there is one.
    """

    format: str
    compression: str = ""
    encoding: str = ""
    delimiter: str = ""
    header: bool = True
    rows: int = 0
    columns: int = 0
    rows_touched: int = 0
    units: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadResult:
    """A table with the types of `columns.py`, and how it was understood."""

    table: pd.DataFrame
    report: ReadReport


class Remarks:
    """Collects notes and warnings while a file is read; many of one kind are counted."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.units: dict[str, str] = {}
        self._warnings: list[tuple[int, str]] = []
        self._more: dict[str, int] = {}
        self._seen: dict[str, int] = {}
        self._touched: set[int] = set()

    def note(self, sentence: str) -> None:
        """An assumption."""
        self.notes.append(sentence)

    def warn(self, sentence: str) -> None:
        """A repair or a near-tie that concerns the whole file or a column."""
        self._warnings.append((0, sentence))

    def repair(self, line: int, what: str, done: str) -> None:
        """A repair at a line; after twenty of a kind the rest is only counted."""
        self._touched.add(line)
        self._seen[done] = self._seen.get(done, 0) + 1
        if self._seen[done] <= _SHOWN:
            self._warnings.append((line, f"Line {line}: {what}; {done}."))
        else:
            self._more[done] = self._more.get(done, 0) + 1

    @property
    def rows_touched(self) -> int:
        """Number of lines with a repair."""
        return len(self._touched)

    def warnings(self) -> tuple[str, ...]:
        """All warnings, in the order of the file."""
        listed = [sentence for _, sentence in sorted(self._warnings, key=lambda item: item[0])]
        listed += [f"{count:,} more lines: {done}." for done, count in self._more.items()]
        return tuple(listed)


_REPORT: TypeAdapter[ReadReport] = TypeAdapter(ReadReport)


def dump_report(report: ReadReport) -> dict[str, Any]:
    """A report as JSON values."""
    return _REPORT.dump_python(report, mode="json")  # type: ignore[no-any-return]


def load_report(value: dict[str, Any]) -> ReadReport:
    """The reverse of `dump_report`."""
    return _REPORT.validate_python(value)
