"""Delimited text to named columns of text: quickly where it is clean, with care where not."""

from __future__ import annotations

import gc
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from tools.errors import Refused
from tools.ml.reading.dialect import Scored, rank_dialects, shown
from tools.ml.reading.encoding import decode
from tools.ml.reading.extent import words
from tools.ml.reading.patching import read_patched
from tools.ml.reading.plan import ReadPlan, plan_read
from tools.ml.reading.quoted_header import quoted_header
from tools.ml.reading.records import Dialect, tokenize
from tools.ml.reading.repairs import to_grid
from tools.ml.reading.report import ReadHints, ReadLimits, ReadReport, Remarks
from tools.ml.reading.shapes import value_like
from tools.ml.reading.structure import TextColumn, TextTable, as_columns, name_columns

_MOST_LINES: Final = 2_500_000
"""Lines that are read one by one; clean files have no such bound."""
_FIRST: Final = 20
_HEAD: Final = 20_000
_TRIED: Final = 100
_SEPARATOR: Final = re.compile(r"sep=([^\r\n])\r?\n", re.IGNORECASE)
"""How spreadsheets tell each other the delimiter."""


def read_delimited(
    data: bytes, name: str, *, limits: ReadLimits, hints: ReadHints, remarks: Remarks
) -> tuple[TextTable, ReadReport]:
    """Decode, find the dialect, split, mend and name.

    Raises:
        Refused: No text, no rows, or too many columns.
        BadRequest: A hint that cannot be followed.
    """
    if data.endswith((b"\n\n", b"\r\n\r\n")):
        data = data.rstrip(b"\r\n")
    plan = plan_read(io.BytesIO(data), hints=hints)
    found = _by_plan(data, plan, remarks) if plan is not None else None
    if found is None:
        text, encoding = decode(data, name, hint=hints.encoding, remarks=remarks)
        found = _from_text(
            text, name, encoding=encoding, limits=limits, hints=hints, remarks=remarks
        )
    table, report = found
    _refuse_wide(len(table.names), name, limits)
    return table, report


def _refuse_wide(width: int, name: str, limits: ReadLimits) -> None:
    if width > limits.columns:
        raise Refused(
            f"“{name}” has {width:,} columns; up to {limits.columns:,} can be read.",
            "Send the columns you need.",
        )


def _by_plan(data: bytes, plan: ReadPlan, remarks: Remarks) -> tuple[TextTable, ReadReport] | None:
    """All rows at C speed, or None if every line is to be looked at after all."""
    texts = pacsv.ConvertOptions(column_types=dict.fromkeys(plan.names, pa.string()))
    try:
        table = pacsv.read_csv(
            pa.BufferReader(data),
            read_options=plan.read_options(),
            parse_options=plan.parse_options(),
            convert_options=texts,
        )
    except pa.ArrowException:
        patches = Remarks()
        found = read_patched(data, plan, patches)
        if found is None:
            return None
        remarks.absorb(patches)
    else:
        lines = _lines_of(table, first=1 + plan.header, inner=plan.newlines_in_values)
        found = TextTable(plan.names, tuple(table.columns), lines, plan.header)
    if _may_hold_another(found.columns):
        return None
    remarks.take(plan.notes, plan.warnings)
    report = ReadReport(
        "csv",
        encoding=plan.encoding,
        delimiter=plan.delimiter,
        quote=plan.quote,
        newline=plan.newline,
        header=plan.header,
    )
    return found, report


def _may_hold_another(columns: Sequence[TextColumn]) -> bool:
    """Whether a row of words stands among values, so that a second table may begin there."""
    head = [column.slice(0, _FIRST).to_pylist() for column in columns]
    valued = [place for place, cells in enumerate(head) if all(map(value_like, cells))]
    if not valued:
        return False
    hits = pc.match_substring_regex(columns[valued[0]], r"^\s*[^\W\d_]")
    places = pc.indices_nonzero(hits).slice(0, _TRIED).to_pylist()
    return any(words([column[place].as_py() for column in columns]) for place in places)


def _lines_of(table: pa.Table, *, first: int, inner: bool) -> Sequence[int]:
    """The line that each row starts at."""
    if not inner:
        return range(first, table.num_rows + first)
    extra = np.zeros(table.num_rows, dtype=np.int64)
    for column in table.columns:
        extra += pc.count_substring_regex(column, "\r\n|\n|\r").to_numpy()
    starts = np.concatenate([[0], np.cumsum(extra + 1)[:-1]]) + first
    return [int(line) for line in starts]


def _from_text(
    text: str,
    name: str,
    *,
    encoding: str,
    limits: ReadLimits,
    hints: ReadHints,
    remarks: Remarks,
) -> tuple[TextTable, ReadReport]:
    """The table of a text that is not clean, or not UTF-8."""
    told = _SEPARATOR.match(text)
    if told and hints.delimiter is None:
        hints = replace(hints, delimiter=told.group(1), skip=1 + (hints.skip or 0))
        remarks.note(f"The first line names the delimiter, {shown(told.group(1))}.")
    skipped, text = _skip(text, hints.skip or 0)
    if not text.strip("\r\n \t\ufeff"):
        raise Refused(f"“{name}” holds only blank lines.", "Send a file with at least one row.")
    if encoding not in ("utf-8", "utf-8-sig") and not skipped:
        data = text.encode()
        plan = plan_read(io.BytesIO(data), hints=replace(hints, encoding=None))
        found = _by_plan(data, _in(plan, encoding), remarks) if plan is not None else None
        if found is not None:
            return found
    ranked = rank_dialects(text, delimiter=hints.delimiter, quote=hints.quote)
    best = ranked[0]
    dialect = best.dialect
    _refuse_wide(best.width, name, limits)
    text = _undoubled(text, dialect, remarks)
    _refuse_long(text, name)
    remarks.note(_described(encoding, dialect))
    _tell_rival(ranked, remarks)
    if not best.dialect.delimiter:
        _tell_ragged(text, remarks)
    header = hints.header
    if header is None:
        header = quoted_header(text, dialect.delimiter, dialect.quote)
    named = hints.header is None and bool(header)
    with _uncollected():
        records = tokenize(text, dialect, width=best.width, first_line=1 + skipped)
        grid = to_grid(records, dialect, remarks, named=named)
        columns = as_columns(grid.rows, grid.width)
    table = name_columns(columns, grid.lines, told=header, remarks=remarks)
    report = ReadReport(
        "csv",
        encoding=encoding,
        delimiter=dialect.delimiter,
        quote=dialect.quote if dialect.quote in text else "",
        escape=dialect.escape,
        newline=newline_of(text),
        header=table.header,
    )
    return table, report


def _refuse_long(text: str, name: str) -> None:
    lines = text.count("\n") or text.count("\r")
    if lines > _MOST_LINES:
        raise Refused(
            f"“{name}” has {lines:,} lines, and not all of them are well-formed rows of one "
            f"table; up to {_MOST_LINES:,} lines can be mended.",
            "Export it again as plain CSV, or send a part of it.",
        )


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without garbage collection: millions of short lists are made, none of them in a cycle."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _in(plan: ReadPlan, encoding: str) -> ReadPlan:
    notes = tuple(note.replace("in utf-8", f"in {encoding}") for note in plan.notes)
    return replace(plan, encoding=encoding, notes=notes)


def _skip(text: str, count: int) -> tuple[int, str]:
    """The text without its first lines, and how many they were."""
    rest = io.StringIO(text, newline="")
    skipped = sum(1 for _ in range(count) if rest.readline())
    return skipped, rest.read()


def _undoubled(text: str, dialect: Dialect, remarks: Remarks) -> str:
    """Text whose double quotes all come in pairs although they do not quote: one of each."""
    sign = '"'
    pairs = text.count(sign * 2)
    if dialect.quote != "'" or pairs < 2 or text.count(sign) != 2 * pairs:
        return text
    remarks.note(f"Every {sign} is written twice; each pair is read as one.")
    return text.replace(sign * 2, sign)


def newline_of(text: str) -> str:
    """The usual line end: "LF", "CRLF", "CR", "mixed", or empty for a single line."""
    pairs = text.count("\r\n")
    counts = {"CRLF": pairs, "LF": text.count("\n") - pairs, "CR": text.count("\r") - pairs}
    used = [name for name, count in counts.items() if count]
    return used[0] if len(used) == 1 else "mixed" if used else ""


def _described(encoding: str, dialect: Dialect) -> str:
    how = ""
    if dialect.quote == "'":
        how += ", quoted by apostrophes"
    if dialect.escape:
        how += ", quotes escaped with a backslash"
    if dialect.bare:
        how += ", quotes inside quoted cells as they are"
    return f"Delimited text in {encoding}; delimiter {shown(dialect.delimiter)}{how}."


def _tell_ragged(text: str, remarks: Remarks) -> None:
    """Lines of one cell each that look like lists of any length: that is a near-tie."""
    lines = [line for line in text[:_HEAD].splitlines()[:-1] if line.strip()]
    for sign in ",;\t|":
        counts = Counter(line.count(sign) for line in lines)
        spaced = sum(line.count(f"{sign} ") for line in lines)
        if len(counts) > 2 and counts[0] < 0.5 * len(lines) and not spaced:
            remarks.warn(
                f"The lines hold {shown(sign)} from {min(counts)} to {max(counts)} times, which "
                "makes no table; each line was read as one cell."
            )


def _tell_rival(ranked: list[Scored], remarks: Remarks) -> None:
    best = ranked[0]
    for other in ranked[1:2]:
        rival = other.dialect.delimiter
        near = other.score > 0.97 * best.score and min(best.width, other.width) > 1
        if near and rival.strip() != best.dialect.delimiter.strip():
            remarks.warn(
                f"The delimiter could also be {shown(rival)}; "
                f"{shown(best.dialect.delimiter)} fits slightly better."
            )
