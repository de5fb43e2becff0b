"""What a reading gives back: the table, and every assumption and repair in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

if TYPE_CHECKING:
    import pandas as pd
    from pydantic import TypeAdapter

ColumnKind: TypeAlias = Literal["text", "number", "date", "duration", "boolean"]

_SHOWN: Final = 20
_MOST_REPAIRS: Final = 200
_SHOWN_CELL: Final = 300


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """How much is read at most: bytes as sent and as expanded, expansion, width."""

    sent_bytes: int = 25_000_000
    expanded_bytes: int = 500_000_000
    ratio: int = 100
    members: int = 1_000
    columns: int = 5_000


@dataclass(frozen=True, slots=True)
class ColumnHint:
    """What the person said about one column; `None` means: find out.

    Attributes:
        kind: What its cells are.
        day_first: Whether 3/4/2020 is the third of April.
        decimal: "," or ".", where numbers are written with it.
        missing: Cells (trimmed) that mean "no value" here, such as "999".
        present: Cells that are values here although they look like "no value", such as "NA".
    """

    kind: ColumnKind | None = None
    day_first: bool | None = None
    decimal: str | None = None
    missing: tuple[str, ...] = ()
    present: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadHints:
    """What the person said about the file; `None` means: find out.

    Attributes:
        encoding: Python's name of the encoding.
        delimiter: Between the cells of a line.
        quote: Around cells; empty for none.
        header: Whether the first line of the table holds the names.
        skip: Lines above the table that are no part of it.
        sheet: Of a workbook.
        member: Of an archive: the path of the file inside.
        columns: By column name as shown to people.
    """

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    header: bool | None = None
    skip: int | None = None
    sheet: str | None = None
    member: str | None = None
    columns: Mapping[str, ColumnHint] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Repair:
    """One line of the file that was changed, dropped or padded.

    Attributes:
        line: Number in the file, from 1; of a sheet its row.
        what: What was wrong.
        done: What was done about it.
        text: The line as it stands in the file, cut to 300 characters.
    """

    line: int
    what: str
    done: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value that stands out and may mean "no value"; it was kept, and is to be asked about."""

    column: str
    mark: str
    count: int


@dataclass(frozen=True, slots=True)
class ReadReport:
    """How a file was understood; JSON-able through `dump_report`.

    Attributes:
        format: "csv", "parquet", "feather", "xlsx", "xls", "ods", "json" or "jsonl".
        compression: "gz", "zip", "bz2", "xz", "zst" or empty.
        encoding: Python's name of the encoding; empty for binary formats.
        delimiter: Between the cells of a line; empty where there is none.
        quote: Around cells that need it; empty where there is none.
        escape: Before a quote inside a cell; empty where quotes are doubled.
        newline: The usual one: "LF", "CRLF", "CR", or "mixed".
        header: Whether the column names were found in the file.
        rows: Data rows in the table.
        columns: Columns in the table.
        rows_touched: Rows that a repair changed, dropped or padded.
        repairs: The first 200 repairs, in the order of the file.
        doubts: Values to ask about.
        units: Unit per column name ("%", "€", "kg") where the cells or a units row had one.
        notes: Assumptions, one sentence each; nothing is wrong.
        warnings: Repairs and near-ties, one sentence each, with the line where there is one.
    """

    format: str
    compression: str = ""
    encoding: str = ""
    delimiter: str = ""
    quote: str = ""
    escape: str = ""
    newline: str = ""
    header: bool = True
    rows: int = 0
    columns: int = 0
    rows_touched: int = 0
    repairs: tuple[Repair, ...] = ()
    doubts: tuple[Doubt, ...] = ()
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
        self.repairs: list[Repair] = []
        self.doubts: list[Doubt] = []
        self._warnings: list[tuple[int, str]] = []
        self._more: dict[str, int] = {}
        self._seen: dict[str, int] = {}
        self._touched: dict[str, set[int]] = {}

    def note(self, sentence: str) -> None:
        """An assumption."""
        self.notes.append(sentence)

    def warn(self, sentence: str) -> None:
        """A repair or a near-tie that concerns the whole file or a column."""
        self._warnings.append((0, sentence))

    def take(self, notes: Iterable[str], warnings: Iterable[str]) -> None:
        """Remarks that were collected elsewhere."""
        self.notes.extend(notes)
        for sentence in warnings:
            self.warn(sentence)

    def absorb(self, other: Remarks) -> None:
        """All that was remarked elsewhere about the same file."""
        self.notes += other.notes
        self.units |= other.units
        self.repairs += other.repairs
        self.doubts += other.doubts
        self._warnings += other._warnings
        for done, lines in other._touched.items():
            self._touched.setdefault(done, set()).update(lines)
        for mine, theirs in ((self._more, other._more), (self._seen, other._seen)):
            for done, count in theirs.items():
                mine[done] = mine.get(done, 0) + count

    def repair(self, line: int, what: str, done: str, *, text: str = "") -> None:
        """A repair at a line; after twenty of a kind the rest is only counted."""
        self._touched.setdefault(done, set()).add(line)
        if len(self.repairs) < _MOST_REPAIRS:
            self.repairs.append(Repair(line, what, done, text[:_SHOWN_CELL]))
        self._seen[done] = self._seen.get(done, 0) + 1
        if self._seen[done] <= _SHOWN:
            self._warnings.append((line, f"Line {line}: {what}; {done}."))
        else:
            self._more[done] = self._more.get(done, 0) + 1

    def withdraw(self, done: str) -> list[int]:
        """Take back all repairs that ended so, as nothing had to be repaired; their lines."""
        self.repairs = [one for one in self.repairs if one.done != done]
        ending = f"; {done}."
        self._warnings = [one for one in self._warnings if not one[1].endswith(ending)]
        self._seen.pop(done, None)
        self._more.pop(done, None)
        return sorted(self._touched.pop(done, set()))

    @property
    def rows_touched(self) -> int:
        """Number of lines with a repair."""
        return len(set().union(*self._touched.values()))

    def warnings(self) -> tuple[str, ...]:
        """All warnings, in the order of the file."""
        listed = [sentence for _, sentence in sorted(self._warnings, key=lambda item: item[0])]
        listed += [f"{count:,} more lines: {done}." for done, count in self._more.items()]
        return tuple(listed)


@cache
def _adapter() -> TypeAdapter[ReadReport]:
    from pydantic import TypeAdapter

    return TypeAdapter(ReadReport)


def dump_report(report: ReadReport) -> dict[str, Any]:
    """A report as JSON values."""
    return _adapter().dump_python(report, mode="json")  # type: ignore[no-any-return]


def load_report(value: dict[str, Any]) -> ReadReport:
    """The reverse of `dump_report`."""
    return _adapter().validate_python(value)
