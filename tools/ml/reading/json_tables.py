"""JSON and JSON lines to named columns of text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa

from tools.errors import Refused
from tools.ml.reading.json_shapes import Shape, flatten, shape_of
from tools.ml.reading.report import ReadLimits, Remarks
from tools.ml.reading.structure import TextTable, as_column, name_columns

_MOST_NAMED: Final = 5
_MOST_CELLS: Final = 50_000_000
_SKIPPED: Final = 0.01
"""Share of lines that may be no JSON; the rest of the file is read."""
_SURELY: Final = re.compile(r'\s*(?:\{\s*"|\[\s*\{)')
_MEND: Final = "Mend or remove that line and send the file again."


def read_json(
    text: str, name: str, *, limits: ReadLimits, remarks: Remarks
) -> tuple[TextTable, str] | None:
    """The table in a JSON text or in JSON lines, and which; None if the text is no JSON.

    Nested objects are flattened three levels (`address.geo.lat`); what is deeper, and lists, stay
    as JSON text, which is noted.

    Raises:
        Refused: JSON, but no table, too wide, or broken at some line.
    """
    parser = _Parser()
    try:
        shape, lines, form = _shape(text, name, parser, remarks)
    except RecursionError as exc:
        raise Refused(f"“{name}” is nested too deeply.", "Send flat records.") from exc
    if shape is None:
        return None
    what = "one record per line" if form == "jsonl" else shape.what
    remarks.note(f"JSON, {what}.")
    parser.tell(remarks)
    if shape.rows is not None:
        return _of_rows(shape, lines, name, limits, remarks), form
    return _of_records(shape.records or [], lines, name, limits, remarks), form


@dataclass(slots=True)
class _Parser:
    """Parses JSON and counts what it had to change."""

    doubled: dict[str, int] = field(default_factory=dict)
    odd: dict[str, int] = field(default_factory=dict)

    def parse(self, text: str) -> Any:
        return json.loads(text, parse_constant=self._constant, object_pairs_hook=self._object)

    def _constant(self, word: str) -> str | None:
        self.odd[word] = self.odd.get(word, 0) + 1
        return None if word == "NaN" else word.replace("Infinity", "inf")

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        record = dict(pairs)
        if len(record) < len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    self.doubled[key] = self.doubled.get(key, 0) + 1
                seen.add(key)
        return record

    def tell(self, remarks: Remarks) -> None:
        for key, count in list(self.doubled.items())[:_MOST_NAMED]:
            times = "once" if count == 1 else f"{count:,} times"
            remarks.warn(f"“{key}” stands twice in a record ({times}); the last value was kept.")
        for word, count in self.odd.items():
            what = "no value" if word == "NaN" else f"the text “{word.replace('Infinity', 'inf')}”"
            remarks.note(f"{word} ({count:,}) is no JSON value; it was read as {what}.")


def _shape(
    text: str, name: str, parser: _Parser, remarks: Remarks
) -> tuple[Shape | None, range | list[int], str]:
    lined = text.lstrip().startswith("{") and "\n" in text.strip()
    if lined:
        found = _lines(text, name, parser, remarks)
        if found is not None:
            shape, numbers = found
            return shape, numbers, "jsonl"
    try:
        value = parser.parse(text)
    except ValueError as exc:
        if not _SURELY.match(text):
            found = _lines(text, name, parser, remarks)
            return (found[0], found[1], "jsonl") if found else (None, range(0), "")
        raise _broken(text, name, exc) from exc
    shape = shape_of(value, name)
    count = len(shape.rows if shape.rows is not None else shape.records or [])
    return shape, range(1, count + 1), "json"


def _broken(text: str, name: str, exc: ValueError) -> Refused:
    line = exc.lineno if isinstance(exc, json.JSONDecodeError) else 1
    column = exc.colno if isinstance(exc, json.JSONDecodeError) else 1
    place = exc.pos if isinstance(exc, json.JSONDecodeError) else 0
    cut = place >= len(text.rstrip())
    what = "it ends in the middle" if cut else f"it is no JSON there ({str(exc).split(':')[0]})"
    return Refused(
        f"“{name}” is broken in line {line:,}, column {column:,}: {what}.",
        "Export it again and send it once more." if cut else _MEND,
    )


def _lines(
    text: str, name: str, parser: _Parser, remarks: Remarks
) -> tuple[Shape, list[int]] | None:
    """Records of JSON lines; None if the first line is no JSON object or list."""
    values: list[Any] = []
    numbers: list[int] = []
    bad: list[tuple[int, str]] = []
    kind: type | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        bare = line.strip().removeprefix("\x1e")
        if not bare:
            continue
        value = _value(bare, parser)
        kind = kind or (type(value) if isinstance(value, dict | list) else None)
        if kind is None:
            return None
        if type(value) is not kind:
            bad.append((number, line))
            continue
        values.append(value)
        numbers.append(number)
    if not values or (len(values) < 2 and bad):
        if bad:
            raise _broken_line(bad[0][0], name)
        return None
    if len(bad) > max(1, _SKIPPED * len(values)) or (bad and len(values) < 20):
        raise _broken_line(bad[0][0], name)
    for number, line in bad:
        remarks.repair(number, "this is no JSON record", "left out", text=line)
    if kind is dict:
        return Shape("", records=values), numbers
    return Shape("", rows=values), numbers


def _value(line: str, parser: _Parser) -> Any:
    """The value of a line; None where it is no JSON."""
    try:
        return parser.parse(line)
    except ValueError:
        return None


def _broken_line(number: int, name: str) -> Refused:
    return Refused(f"“{name}” is broken in line {number:,}: that is no JSON record.", _MEND)


def _of_rows(
    shape: Shape, lines: range | list[int], name: str, limits: ReadLimits, remarks: Remarks
) -> TextTable:
    rows = shape.rows or []
    width = max([len(row) for row in rows] + [len(shape.names)], default=0)
    _refuse_size(width, len(rows), name, limits)
    packed = _Packed()
    ragged = [place for place, row in enumerate(rows) if len(row) != width]
    for place in ragged:
        number = lines[place]
        remarks.repair(number, f"{len(rows[place])} values instead of {width}", "padded")
    cells: list[list[str]] = [
        [packed.cell(f"column {n + 1}", row[n]) if n < len(row) else "" for row in rows]
        for n in range(width)
    ]
    packed.tell(remarks)
    columns = [as_column(column) for column in cells]
    if shape.names:
        named = [as_column([label]) for label in _padded(shape.names, width)]
        columns = [
            pa.concat_arrays([head, column]) for head, column in zip(named, columns, strict=True)
        ]
        return name_columns(columns, [0, *lines], told=True, remarks=remarks)
    return name_columns(columns, list(lines), told=None, remarks=remarks)


def _padded(names: tuple[str, ...], width: int) -> list[str]:
    return [*names, *(f"column_{n + 1}" for n in range(len(names), width))]


def _of_records(
    records: list[dict[str, Any]],
    lines: range | list[int],
    name: str,
    limits: ReadLimits,
    remarks: Remarks,
) -> TextTable:
    columns: dict[str, list[str]] = {}
    clashes: dict[str, int] = {}
    packed = _Packed()
    for place, record in enumerate(records):
        for key, value in flatten(record):
            column = columns.get(key)
            if column is None:
                _refuse_size(len(columns) + 1, len(records), name, limits)
                column = columns[key] = []
            if len(column) > place:
                clashes[key] = clashes.get(key, 0) + 1
                continue
            column.extend([""] * (place - len(column)))
            column.append(packed.cell(key, value))
    if not columns:
        raise Refused(
            f"“{name}” is JSON with {len(records):,} objects, and none of them has a field.",
            "Send a list of objects with fields.",
        )
    for column in columns.values():
        column.extend([""] * (len(records) - len(column)))
    packed.tell(remarks)
    for key, count in list(clashes.items())[:_MOST_NAMED]:
        remarks.warn(f"Two fields are both “{key}” ({count:,} times); the first value was kept.")
    arrays = tuple(as_column(column) for column in columns.values())
    return TextTable(tuple(columns), arrays, lines, header=True)


def _refuse_size(width: int, rows: int, name: str, limits: ReadLimits) -> None:
    if width > limits.columns:
        raise Refused(
            f"“{name}” has more than {limits.columns:,} columns, the most that is read.",
            "Send the fields you need.",
        )
    if width * rows > _MOST_CELLS:
        raise Refused(
            f"“{name}” would be a table of more than {_MOST_CELLS:,} cells: {rows:,} records with "
            f"{width:,} or more different fields.",
            "Send the fields you need, or a sample of the records.",
        )


class _Packed:
    """Values to text, with what could not be a plain cell."""

    def __init__(self) -> None:
        self.nested: dict[str, None] = {}
        self.kinds: dict[str, set[str]] = {}

    def cell(self, key: str, value: Any) -> str:
        write, kind = _WRITERS.get(type(value), (str, "text"))
        if kind:
            self.kinds.setdefault(key, set()).add(kind)
        if kind == "list or object":
            self.nested[key] = None
        return write(value)

    def tell(self, remarks: Remarks) -> None:
        if self.nested:
            names = ", ".join(f"“{key}”" for key in list(self.nested)[:_MOST_NAMED])
            more = " and others" if len(self.nested) > _MOST_NAMED else ""
            remarks.note(f"Lists or objects in {names}{more} are kept as JSON text.")
        mixed = {key: kinds for key, kinds in self.kinds.items() if len(kinds) > 1}
        for key, kinds in list(mixed.items())[:_MOST_NAMED]:
            remarks.note(f"“{key}” holds values of several kinds: {', '.join(sorted(kinds))}.")


def _text(value: str) -> str:
    if "\x00" in value or not value.isascii():
        value = value.replace("\x00", "").encode("utf-8", errors="replace").decode("utf-8")
    return value


def _nested_text(value: Any) -> str:
    return _text(json.dumps(value, ensure_ascii=False, default=str))


_WRITERS: Final[dict[type, tuple[Callable[[Any], str], str]]] = {
    type(None): (lambda _: "", ""),
    bool: (lambda value: "true" if value else "false", "true or false"),
    int: (str, "number"),
    float: (repr, "number"),
    str: (_text, "text"),
    list: (_nested_text, "list or object"),
    dict: (_nested_text, "list or object"),
}
