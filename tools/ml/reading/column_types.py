"""One column of text to one typed column: Arrow in, Arrow out, decided by all of its cells.

Pure and without pandas, so that columns can be typed side by side and part after part:

    typed = type_column("price", cells)          # decided by everything in `cells`
    more = read_more(typed, next_cells)          # None: they do not fit; type all of it anew

Both run at the speed of a cast where cells are plain numbers or ISO dates, on the different cells
where these repeat, and in time linear in the cells everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias, assert_never

import pyarrow as pa
import pyarrow.compute as pc

from tools.errors import BadRequest
from tools.ml.reading.booleans import BooleanReading, parse_booleans
from tools.ml.reading.cells import Cells, flat, prepare
from tools.ml.reading.dates import DateReading, iso_dates, parse_dates
from tools.ml.reading.deciding import decide, decide_told, plain_found
from tools.ml.reading.durations import DurationReading, parse_durations
from tools.ml.reading.found import TOO_LONG, Found, Usual, some
from tools.ml.reading.missing import (
    USUAL_MARKS,
    Marks,
    doubt_of,
    find_missing,
    marks_of,
    without_weak,
)
from tools.ml.reading.numerals import NumberReading, parse_numbers, plain_numbers
from tools.ml.reading.odd import near_values
from tools.ml.reading.report import ColumnHint, ColumnKind, Doubt
from tools.ml.reading.serials import SerialReading, parse_serials, suspicion
from tools.ml.reading.shield import shielded_core, without_shields

Kind: TypeAlias = Literal["integer", "number", "boolean", "date", "duration", "text", "empty"]

_EXACT: Final = 2**53
_WHOLE: Final = NumberReading(whole=True)
_NO_HINT: Final = ColumnHint()
_NOTHING_USUAL: Final = Usual()
_SHIELD: Final = "the apostrophe that keeps cells text was taken off"


@dataclass(frozen=True, slots=True)
class TextReading:
    """Text as it stands; `shielded` where an apostrophe was taken off every cell."""

    shielded: bool = False


Reading: TypeAlias = (
    NumberReading | DateReading | SerialReading | DurationReading | BooleanReading | TextReading
)


@dataclass(frozen=True, slots=True)
class TypedColumn:
    """A column with its type, and what was assumed.

    Attributes:
        name: As shown to people.
        kind: "integer" int64, "number" and "duration" float64, "boolean" bool, "date"
            timestamp[us] without a zone, "text" string, "empty" float64 without any value.
        values: pyarrow array, null where missing.
        reading: How the cells are written; `None` where there is none.
        marks: The cells that mean "no value" in this column.
        missing: Those of them that were found, without the empty one.
        unit: "%", "€", "kg", "s" …, or empty.
        notes: Assumptions, as parts of a sentence.
        warnings: Near-ties, as parts of a sentence.
        doubt: A value that may mean "no value", to be asked about.
        still_open: What other columns may decide: "decimal", "order", "hours" or nothing.
    """

    name: str
    kind: Kind
    values: Any
    reading: Reading | None
    marks: Marks = USUAL_MARKS
    missing: tuple[str, ...] = ()
    unit: str = ""
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    doubt: Doubt | None = None
    still_open: str = ""


def type_column(
    name: str,
    cells: Any,
    *,
    lines: Sequence[int] | None = None,
    hint: ColumnHint = _NO_HINT,
    usual: Usual = _NOTHING_USUAL,
) -> TypedColumn:
    """The narrowest type that all cells fit; nothing is guessed away.

    Args:
        name: As shown to people.
        cells: pyarrow array of strings, as they stand in the file; chunked or
            dictionary-encoded ones too.
        lines: For each row its line; without, rows are counted from 1.
        hint: What the person said about the column.
        usual: What other columns of the table decided.

    Raises:
        BadRequest: The hint cannot be followed; names the first cell and line that does not fit.
    """
    cells = flat(cells)
    marks = marks_of(hint)
    if hint == _NO_HINT and usual.decimal != ",":
        quick = _quick(cells)
        typed = _checked(name, quick, cells, marks) if quick is not None else None
        if typed is not None and typed.kind != "text":
            return typed
    bare = pc.utf8_trim_whitespace(cells)
    missing = find_missing(bare, marks)
    if pc.all(missing).as_py() is not False:
        nothing = pa.nulls(len(cells), pa.float64())
        return TypedColumn(name, "empty", nothing, None, marks, _words(bare, missing))
    every = prepare(bare, missing)
    values = without_weak(every, marks)
    told = _kind_told(hint)
    found: Found | str
    if told is not None:
        found = _follow(name, values, told, hint, lines or range(1, len(cells) + 1))
    else:
        found = decide(name, every, values, usual)
    if isinstance(found, Found):
        typed = _checked(name, replace(found, values=every.spread(found.values)), bare, marks)
        if typed.kind != "text":
            gaps = pc.and_(pc.is_null(typed.values), pc.is_valid(bare))
            return replace(typed, missing=_words(bare, gaps))
        found = typed.notes[0]
    typed = _text(name, cells, missing, marks)
    typed = replace(typed, missing=_words(bare, missing))
    if told is not None or typed.notes:
        return typed
    note, doubt = near_values(name, values, found, lines or range(1, len(cells) + 1))
    return replace(typed, notes=(note,) if note else (), doubt=doubt)


def read_more(typed: TypedColumn, cells: Any) -> Any | None:
    """More cells of a column that was typed before; None if they do not fit its type.

    Args:
        typed: From `type_column`.
        cells: As for `type_column`.

    Returns:
        A pyarrow array of the same type as `typed.values`.
    """
    cells = flat(cells)
    reading, kind = typed.reading, typed.values.type
    quick = _quick(cells) if isinstance(reading, NumberReading | DateReading) else None
    if quick is not None and quick.reading == reading:
        return quick.values
    if quick is not None and quick.reading == _WHOLE and reading == NumberReading():
        return pc.cast(quick.values, kind)
    bare = pc.utf8_trim_whitespace(cells)
    missing = find_missing(bare, typed.marks)
    if reading is None or isinstance(reading, TextReading):
        values = pc.if_else(missing, None, cells)
        if reading is None:
            return values.cast(kind) if values.null_count == len(values) else None
        return _unshielded(values, typed.reading == TextReading(shielded=True))
    every = prepare(bare, missing)
    if not isinstance(reading, BooleanReading):
        every = without_weak(every, typed.marks, always=True)
    parsed = _parse(every.values, reading)
    if parsed.null_count > every.values.null_count:
        return None
    return every.spread(parsed)


def _parse(cells: Any, reading: Reading) -> Any:
    match reading:
        case NumberReading():
            return parse_numbers(cells, reading)
        case DateReading():
            return parse_dates(cells, reading)
        case SerialReading():
            return parse_serials(cells, reading)
        case DurationReading():
            return parse_durations(cells, reading)
        case BooleanReading():
            return parse_booleans(cells, reading)
        case TextReading():
            return cells
        case _:
            assert_never(reading)


def _quick(cells: Any) -> Found | None:
    """Numbers and dates as computers write them, with empty cells where there is none."""
    sample = [cell for cell in cells.slice(0, 100).to_pylist() if cell]
    if not sample or not sample[0][-1].isdigit():
        return None
    values = pc.if_else(pc.equal(cells, ""), None, cells)
    plain = plain_numbers(values, sample)
    return plain_found(plain) if plain is not None else iso_dates(values, sample)


def _kind_told(hint: ColumnHint) -> ColumnKind | None:
    """The kind a person said, in so many words or by what only this kind has."""
    if hint.kind is not None:
        return hint.kind
    if hint.day_first is not None:
        return "date"
    return "number" if hint.decimal is not None else None


def _follow(
    name: str, cells: Cells, kind: ColumnKind, hint: ColumnHint, lines: Sequence[int]
) -> Found | str:
    """What a person said about the kind, or the first cell that it does not fit."""
    if kind == "text":
        return ""
    found = decide_told(name, cells, kind, hint)
    odd = pc.is_valid(cells.values)
    if found is not None:
        odd = pc.and_(odd, pc.is_null(found.values))
        if not some(odd):
            return found
    row = pc.index(cells.spread(odd), pa.scalar(True)).as_py()
    cell = cells.spread(cells.values)[row].as_py()
    raise BadRequest(
        f"Column “{name}” cannot be read as {_SAID[kind]}: “{cell[:40]}” in line {lines[row]} "
        "does not fit.",
        f"Leave it as text, or say that “{cell[:40]}” means no value.",
    )


_SAID: Final = {
    "number": "numbers",
    "date": "dates",
    "duration": "durations",
    "boolean": "true or false",
}


def _checked(name: str, found: Found, bare: Any, marks: Marks) -> TypedColumn:
    """A typed column; text with the reason where a float would change a long whole number."""
    values = found.values
    kind = _kind_of(values, found.reading)
    if kind == "integer" and values.null_count:
        ends = pc.min_max(values).as_py()
        if max(abs(ends["min"]), abs(ends["max"])) > _EXACT:
            return TypedColumn(name, "text", bare, TextReading(), notes=(TOO_LONG,))
    notes = found.notes
    if kind in ("integer", "number") and not found.unit:
        maybe = suspicion(name, values)
        notes = (*notes, maybe) if maybe else notes
    if found.unit and kind != "duration":
        notes = (*notes, f"numbers in {found.unit}")
    warnings: tuple[str, ...] = ()
    if found.doubt:
        warnings, notes = ("; ".join((*found.notes[:1], found.doubt)),), notes[1:]
    return TypedColumn(
        name,
        kind,
        values,
        found.reading,
        marks,
        unit=found.unit,
        notes=notes,
        warnings=warnings,
        doubt=doubt_of(name, values, bare),
        still_open=found.still_open,
    )


def _kind_of(values: Any, reading: Reading) -> Kind:
    if isinstance(reading, DurationReading):
        return "duration"
    if pa.types.is_boolean(values.type):
        return "boolean"
    if pa.types.is_timestamp(values.type):
        return "date"
    return "integer" if pa.types.is_integer(values.type) else "number"


def _text(name: str, cells: Any, missing: Any, marks: Marks) -> TypedColumn:
    """The cells as they stand, without the apostrophes that only shield them."""
    values = pc.if_else(missing, None, cells)
    core = shielded_core(values)
    # A column is shielded as a whole where it would be something else without that.
    whole = core is not None and type_column(name, core).kind != "text"
    plain = _unshielded(values, whole)
    notes = () if plain.equals(values) else (_SHIELD,)
    return TypedColumn(name, "text", plain, TextReading(whole), marks, notes=notes)


def _unshielded(values: Any, whole: bool) -> Any:
    return without_shields(pc.utf8_slice_codeunits(values, 1) if whole else values)


def _words(bare: Any, missing: Any) -> tuple[str, ...]:
    """The different cells at some places, without the empty one."""
    if not some(missing):
        return ()
    words = pc.unique(pc.drop_null(bare.filter(missing))).to_pylist()
    return tuple(word for word in words if word)
