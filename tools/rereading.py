"""A file read as people say: their corrections resolved to its columns, the earlier ones kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, Final

from tools.cards import listed, plural, shown
from tools.corrections import Corrections, fitting, hints_of, in_words, merged, resolved
from tools.errors import BadRequest, NeedsChoice

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.catalog.records import ColumnInfo, DatasetVersion
    from tools.ml.reading import ReadHints, ReadResult

_PLACES: Final = {
    **{word: place for place, word in enumerate(("first", "second", "third", "fourth", "fifth"))},
    "last": -1,
}
_KINDS: Final = {
    "integer": "whole numbers",
    "number": "numbers",
    "boolean": "yes/no",
    "datetime": "dates",
    "category": "categories",
    "text": "text",
}
_MOST_TOLD: Final = 6


@dataclass(frozen=True, slots=True)
class Reading:
    """A file read as told.

    Attributes:
        result: The table and how it was understood.
        told: All that was said about it, by the columns' own names.
        dropped: Columns that were spoken of before and are no more.
    """

    result: ReadResult
    told: Corrections
    dropped: tuple[str, ...] = ()


def read_as_told(
    open_file: Callable[[], BinaryIO],
    file_name: str,
    *,
    told: Corrections,
    earlier: Corrections,
    known: DatasetVersion | None,
) -> Reading:
    """Read a file with what was said about it before, and now.

    Args:
        open_file: Opens it from its start; it may be read twice, to learn its columns' names.
        file_name: For messages.
        told: What is said now.
        earlier: What was said before.
        known: The version that was read from it before.

    Raises:
        Refused: The file cannot be read.
        NeedsChoice: A sheet, a file inside, or a column is open.
        BadRequest: A correction that cannot be followed.
    """
    both = merged(earlier, told)
    dropped: list[str] = []
    if both.names_columns:
        moves = known is None or told.moves_columns or told.skip is not None
        names = _names(open_file, file_name, both) if moves else _names_of(known)
        earlier, dropped = fitting(earlier, names)
        both = merged(earlier, resolved(told, names))
    result = _read(open_file, file_name, hints_of(both))
    return Reading(result, both, tuple(dropped))


def _names(open_file: Callable[[], BinaryIO], file_name: str, told: Corrections) -> list[str]:
    """The column names that the file has when it is read like this."""
    structure = replace(hints_of(told), columns={})
    return [str(name) for name in _read(open_file, file_name, structure).table.columns]


def _names_of(version: DatasetVersion | None) -> list[str]:
    return [column.name for column in version.columns] if version else []


def _read(open_file: Callable[[], BinaryIO], file_name: str, hints: ReadHints) -> ReadResult:
    """Read it; a sheet may be said by its place."""
    from tools.ml.reading import read_table

    place = _PLACES.get((hints.sheet or "").casefold().removesuffix(" sheet"))
    if place is None:
        with open_file() as file:
            return read_table(file, file_name, hints=hints)
    try:
        with open_file() as file:
            return read_table(file, file_name, hints=replace(hints, sheet=None))
    except NeedsChoice as open_question:
        sheets = [str(option.value) for option in open_question.options]
        if open_question.argument != "sheet":
            raise
        if place >= len(sheets):
            raise BadRequest(
                f"“{shown(file_name)}” has no {hints.sheet} sheet.", f"It has {listed(sheets)}."
            ) from None
    with open_file() as file:
        return read_table(file, file_name, hints=replace(hints, sheet=sheets[place]))


def read_like(reading: Reading) -> str:
    """All corrections in force, as a sentence; empty where there are none."""
    said = in_words(reading.told)
    return f"As you said: {said}." if said else ""


def what_changed(before: DatasetVersion, after: DatasetVersion) -> str:
    """Rows, columns and types before and after, in one sentence."""
    if before.blob == after.blob:
        return f"The table is the same as in {before.label}."
    parts = [
        _count("row", before.rows, after.rows),
        _count("column", len(before.columns), len(after.columns)),
    ]
    old = {column.name: column for column in before.columns}
    new = {column.name: column for column in after.columns}
    changed = [
        text for name in new if name in old and (text := _column_change(old[name], new[name]))
    ]
    if old.keys() != new.keys():
        parts.append(f"the columns are now {listed(new, most=_MOST_TOLD)}")
    parts += changed[:_MOST_TOLD]
    if len(changed) > _MOST_TOLD:
        parts.append(f"{plural(len(changed) - _MOST_TOLD, 'more column')} changed")
    told = "; ".join(part for part in parts if part) or "some cells differ"
    return f"{told[:1].upper()}{told[1:]}."


def _count(noun: str, before: int, after: int) -> str:
    return f"{plural(after, noun)} instead of {before:,}" if before != after else ""


def _column_change(before: ColumnInfo, after: ColumnInfo) -> str:
    """What is different in a column that has kept its name."""
    name = f"`{shown(after.name)}`"
    parts = []
    if before.kind != after.kind:
        parts.append(f"holds {_KINDS[after.kind]} instead of {_KINDS[before.kind]}")
    if before.missing != after.missing:
        gaps = plural(after.missing, "gap") if after.missing else "no gap"
        parts.append(f"has {gaps} instead of {before.missing:,}")
    if not parts and _values(before) != _values(after):
        parts.append("holds other values")
    return f"{name} {' and '.join(parts)}" if parts else ""


def _values(column: ColumnInfo) -> tuple[object, ...]:
    return (column.distinct, column.low, column.high, column.top)
