"""Large files that are clean but for a few rows: those are mended, the rest is read at C speed."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv as pacsv

from tools.ml.reading.extent import Extent
from tools.ml.reading.lattice import Effort
from tools.ml.reading.plan import ReadPlan
from tools.ml.reading.records import CellReader, Dialect, tokenize
from tools.ml.reading.repairs import Mender
from tools.ml.reading.report import Remarks
from tools.ml.reading.structure import TextTable, as_column

_LARGE: Final = 2_000_000
"""Bytes from which on it is worth it; smaller files are looked at line by line."""
_MOST: Final = 500
_HEAD: Final = 64_000
_END: Final = 3


def read_patched(data: bytes, plan: ReadPlan, remarks: Remarks) -> TextTable | None:
    """The table with its odd rows mended, or None if they are too many or may mean more.

    Odd rows at the very end may be remarks, several on end another table: then every line is to
    be looked at.
    """
    if len(data) < _LARGE or plan.newlines_in_values:
        return None
    odd: list[tuple[int, str]] = []
    table = _read(data, plan, odd)
    if table is None:
        return None
    total = int(plan.header) + table.num_rows + len(odd)
    places = [number for number, _ in odd]
    in_a_row = any(later - early < 2 for early, later in pairwise(places))
    if not odd or in_a_row or places[-1] > total - _END:
        return None
    return _joined(table, plan, _mended(data, plan, odd, remarks))


def _read(data: bytes, plan: ReadPlan, odd: list[tuple[int, str]]) -> pa.Table | None:
    """The rows of the usual width; number and text of the others are put into `odd`."""

    def keep(row: Any) -> str:
        odd.append((row.number, row.text))
        return "skip" if len(odd) <= _MOST else "error"

    reading, parsing = plan.read_options(), plan.parse_options()
    # Only one thread knows the number of a row.
    reading.use_threads = False
    parsing.invalid_row_handler = keep
    texts = pacsv.ConvertOptions(column_types=dict.fromkeys(plan.names, pa.string()))
    try:
        return pacsv.read_csv(
            pa.BufferReader(data),
            read_options=reading,
            parse_options=parsing,
            convert_options=texts,
        )
    except pa.ArrowException:
        return None


def _mended(
    data: bytes, plan: ReadPlan, odd: list[tuple[int, str]], remarks: Remarks
) -> dict[int, list[str] | None]:
    """Each odd row by its number: its cells, or None if it is to be left out."""
    dialect = Dialect(plan.delimiter, plan.quote)
    width = len(plan.names)
    head = data[: data.rfind(b"\n", 0, _HEAD) + 1] or data[:_HEAD]
    records = tokenize(head.decode(errors="replace"), dialect, width=width)
    first = len(records.rows)
    reader = CellReader(dialect)
    for number, text in odd:
        found = reader.read(text)
        if found.stray or found.open:
            records.strays.add(len(records.rows))
        records.rows.append(found.cells)
        records.lines.append(number)
        records.texts.append(text)
    mender = Mender(records, dialect, Extent(0, len(records.rows), width), remarks, Effort())
    return {
        number: mender.mend(first + place, header=False) for place, (number, _) in enumerate(odd)
    }


def _joined(table: pa.Table, plan: ReadPlan, mended: dict[int, list[str] | None]) -> TextTable:
    """The table with the mended rows at their places."""
    chunks: list[list[Any]] = [[] for _ in plan.names]
    above = done = 0
    for number, cells in mended.items():
        start = number - 1 - int(plan.header) - above
        for place, column in enumerate(table.columns):
            chunks[place] += column.slice(done, start - done).chunks
            chunks[place] += [as_column([cells[place]])] if cells is not None else []
        above, done = above + 1, start
    for place, column in enumerate(table.columns):
        chunks[place] += column.slice(done).chunks
    columns = tuple(pa.chunked_array(parts, pa.string()) for parts in chunks)
    gone = {number for number, cells in mended.items() if cells is None}
    last = int(plan.header) + table.num_rows + len(mended)
    lines = range(1 + int(plan.header), last + 1)
    kept = [line for line in lines if line not in gone] if gone else lines
    return TextTable(plan.names, columns, kept, plan.header)
