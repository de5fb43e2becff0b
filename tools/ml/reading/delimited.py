"""Delimited text to named columns of text: quickly where it is clean, by hand where not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from tools.errors import Refused
from tools.ml.reading.dialect import Scored, rank_dialects, shown
from tools.ml.reading.encoding import decode
from tools.ml.reading.records import Dialect, tokenize
from tools.ml.reading.repairs import to_grid
from tools.ml.reading.report import ReadHints, ReadLimits, Remarks
from tools.ml.reading.structure import TextColumn, TextTable, as_columns, name_columns

_LONE = "\x1f"


@dataclass(frozen=True, slots=True)
class Delimited:
    """What was found in a delimited text."""

    text: TextTable
    encoding: str
    delimiter: str
    quote: str
    escape: str
    newline: str


def read_delimited(
    data: bytes, name: str, *, limits: ReadLimits, hints: ReadHints, remarks: Remarks
) -> Delimited:
    """Decode, find the dialect, split, mend and name.

    Raises:
        Refused: No text, no rows, or too many columns.
        BadRequest: A hint that cannot be followed.
    """
    text, encoding = decode(data, name, hint=hints.encoding, remarks=remarks)
    ranked = rank_dialects(text, delimiter=hints.delimiter)
    best = ranked[0]
    _refuse_wide(best.width, name, limits)
    split = _split_clean(text, best)
    columns, lines = split if split is not None else _split_by_hand(text, best, remarks)
    if not len(lines):
        raise Refused(f"“{name}” holds only blank lines.", "Send a file with at least one row.")
    _refuse_wide(len(columns), name, limits)
    _tell(best, ranked[1:], encoding, remarks)
    table = name_columns(columns, lines, told=hints.header, remarks=remarks)
    dialect = best.dialect
    return Delimited(
        table, encoding, dialect.delimiter, dialect.quote, dialect.escape, _newline(text)
    )


def _newline(text: str) -> str:
    pairs = text.count("\r\n")
    counts = {
        "CRLF": pairs,
        "LF": text.count("\n") - pairs,
        "CR": text.count("\r") - pairs,
    }
    used = [name for name, count in counts.items() if count]
    return used[0] if len(used) == 1 else "mixed" if used else ""


def _refuse_wide(width: int, name: str, limits: ReadLimits) -> None:
    if width > limits.columns:
        raise Refused(
            f"“{name}” has {width:,} columns; up to {limits.columns:,} can be read.",
            "Send the columns you need.",
        )


def _tell(best: Scored, others: list[Scored], encoding: str, remarks: Remarks) -> None:
    dialect = best.dialect
    escape = ", quotes escaped with a backslash" if dialect.escape else ""
    remarks.note(f"Delimited text in {encoding}; delimiter {shown(dialect.delimiter)}{escape}.")
    for other in others[:1]:
        rival = other.dialect.delimiter
        near = other.score > 0.97 * best.score and min(best.width, other.width) > 1
        if near and rival.strip() != dialect.delimiter.strip():
            remarks.warn(
                f"The delimiter could also be {shown(rival)}; "
                f"{shown(dialect.delimiter)} fits slightly better."
            )


def _split_clean(text: str, best: Scored) -> tuple[list[TextColumn], Sequence[int]] | None:
    """All rows at C speed, or None unless every row and every quote is beyond doubt."""
    dialect = best.dialect
    delimiter = dialect.delimiter or _LONE
    if len(delimiter) != 1 or not delimiter.isascii() or dialect.escape or dialect.collapse:
        return None
    if dialect.delimiter == "" and _LONE in text:
        return None
    data = text.encode("utf-8", errors="surrogatepass").rstrip(b"\r\n")
    bare = _without_quoted(data, dialect) if dialect.quote else data
    if bare is None or _has_blank_line(bare):
        return None
    inner = data.count(b"\n") + data.count(b"\r") > bare.count(b"\n") + bare.count(b"\r")
    names = [str(place) for place in range(best.width)]
    try:
        table = pacsv.read_csv(
            pa.BufferReader(data),
            read_options=pacsv.ReadOptions(column_names=names, block_size=1 << 23),
            parse_options=pacsv.ParseOptions(
                delimiter=delimiter,
                quote_char=dialect.quote or False,
                newlines_in_values=inner,
            ),
            convert_options=pacsv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
    except pa.ArrowException:
        return None
    return table.columns, _lines_of(table, inner=inner)


def _without_quoted(data: bytes, dialect: Dialect) -> bytes | None:
    """The text with each well-formed quoted cell as one letter; None if a quote is left."""
    quote = dialect.quote.encode()
    if quote not in data:
        return data
    edge = re.escape((dialect.delimiter or _LONE).encode())
    cell = re.compile(
        rb"%(q)s(?<![^%(e)s\r\n]%(q)s)[^%(q)s]*+(?:%(q)s%(q)s[^%(q)s]*+)*+%(q)s(?=[%(e)s\r\n]|\Z)"
        % {b"q": quote, b"e": edge}
    )
    bare = cell.sub(b"q", data)
    return None if quote in bare else bare


def _has_blank_line(bare: bytes) -> bool:
    if bare[:1] in (b"\n", b"\r") or b"\n\n" in bare or b"\n\r" in bare or b"\r\r" in bare:
        return True
    return re.search(rb"(?:\A|[\r\n])[ \t]+(?:[\r\n]|\Z)", bare) is not None


def _lines_of(table: pa.Table, *, inner: bool) -> Sequence[int]:
    if not inner:
        return range(1, table.num_rows + 1)
    extra = np.zeros(table.num_rows, dtype=np.int64)
    for column in table.columns:
        extra += pc.count_substring(column, "\n").to_numpy()
    starts = np.concatenate([[0], np.cumsum(extra + 1)[:-1]]) + 1
    return [int(line) for line in starts]


def _split_by_hand(
    text: str, best: Scored, remarks: Remarks
) -> tuple[list[TextColumn], Sequence[int]]:
    records = tokenize(text, best.dialect, width=best.width, remarks=remarks)
    grid = to_grid(records, best.dialect, remarks)
    return as_columns(grid.rows, grid.width), grid.lines
