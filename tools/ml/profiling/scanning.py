"""Reads a clean file in blocks, several at once, and types each block's columns as it goes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, Final, Literal

import pyarrow as pa
import pyarrow.csv as pacsv

from tools.ml.profiling.parts import Shaper
from tools.ml.profiling.plainly import plain_cells, untouched
from tools.ml.reading.column_types import TextReading, TypedColumn, read_more, type_column
from tools.ml.reading.numerals import NumberReading
from tools.ml.reading.plan import ReadPlan, is_clean

BLOCK: Final = 4 << 20
THREADS: Final = 2
_AHEAD: Final = 1
"""Blocks that wait for a free thread."""
_BOM: Final = b"\xef\xbb\xbf"

Mode = Literal["values", "words"]


class NotCleanError(Exception):
    """The file is not what the plan promised, or leaves open what only a whole reading can tell."""


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """How the cells of one column are read, decided by the first block.

    Attributes:
        typed: What the first block holds.
        mode: "values" are typed block by block; "words" are kept as text until all are known.
    """

    typed: TypedColumn
    mode: Mode

    def read(self, cells: Any) -> Any | None:
        """A block's cells with their type; None if they do not fit."""
        reading = self.typed.reading
        found = None
        if reading == NumberReading(whole=True):
            found = plain_cells(cells, pa.int64(), self._read)
        elif reading == NumberReading():
            found = plain_cells(cells, pa.float64(), self._read)
        elif reading == TextReading() and untouched(cells, self.typed.marks):
            found = cells
        return found if found is not None else self._read(cells)

    def _read(self, cells: Any) -> Any | None:
        found = read_more(self.typed, cells)
        if found is None and self.typed.reading == NumberReading(whole=True):
            decimals = replace(self.typed, reading=NumberReading(), values=_NO_DECIMALS)
            found = read_more(decimals, cells)
        return found


_NO_DECIMALS: Final = pa.nulls(0, pa.float64())


def plan_column(name: str, cells: Any) -> ColumnPlan:
    """Decide how a column is read, by its first cells.

    Raises:
        NotCleanError: Other columns have a say in it.
    """
    typed = type_column(name, cells)
    if leaves_open(typed):
        raise NotCleanError(name)
    if typed.kind in ("boolean", "empty"):
        return ColumnPlan(typed, "words")
    if typed.kind == "text" and pa.types.is_dictionary(Shaper().shape(typed.values).type):
        return ColumnPlan(typed, "words")
    return ColumnPlan(typed, "values")


def leaves_open(typed: TypedColumn) -> bool:
    """Whether other columns, or cells yet to come, have a say in how this one is read."""
    comma = isinstance(typed.reading, NumberReading) and typed.reading.decimal == ","
    return bool(typed.still_open) or comma or typed.reading == TextReading(shielded=True)


class Scanner:
    """Parses the rows of a clean file, block by block, in the order of the file."""

    def __init__(
        self,
        file: BinaryIO,
        plan: ReadPlan,
        *,
        block: int = BLOCK,
        only: Sequence[str] | None = None,
    ) -> None:
        """Go to the first row.

        Args:
            file: Seekable.
            plan: How it is written.
            block: Bytes that are read at once.
            only: The columns wanted; all by default.
        """
        self.plan, self.only = plan, only
        self.header = _header(file, plan)
        self.blocks = blocks(file, plan, block)

    def first(self) -> list[Any] | None:
        """The columns of the first block; None if there are no rows."""
        block = next(self.blocks, None)
        return None if block is None else self.parse(block)

    def each(self, work: Callable[[list[Any]], list[Any]]) -> Iterator[list[Any]]:
        """What `work` makes of the columns of every further block; several at once."""
        yield from in_parallel(lambda block: work(self.parse(block)), self.blocks)

    def parse(self, block: bytes) -> list[Any]:
        """A block's columns as arrays of strings; empty cells are null.

        Raises:
            NotCleanError: A row has another width, a quote is out of place, bytes are no text, or
                the header comes again.
        """
        again = self.header and (block.startswith(self.header) or b"\n" + self.header in block)
        if again or not is_clean(block, self.plan):
            raise NotCleanError("a header or a quote out of place")
        return _parse(block, self.plan, self.only)


def _header(file: BinaryIO, plan: ReadPlan) -> bytes:
    """Go to the first row; the line of the header, empty if there is none."""
    file.seek(len(_BOM) if plan.encoding == "utf-8-sig" else 0)
    start = file.tell()
    if not plan.header:
        return b""
    head = file.read(BLOCK)
    file.seek(start + head.find(_END[plan.newline]) + 1)
    return head[: file.tell() - start]


def in_parallel(work: Callable[[Any], Any], items: Iterator[Any]) -> Iterator[Any]:
    """`work` of every item, in order, on all threads, a few items ahead."""
    waiting: deque[Future[Any]] = deque()
    with ThreadPoolExecutor(THREADS) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > THREADS + _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def blocks(file: BinaryIO, plan: ReadPlan, size: int = BLOCK) -> Iterator[bytes]:
    """The rows from here on, in blocks that end where a row ends."""
    end, quote = _END[plan.newline], plan.quote.encode()
    rest = b""
    while piece := file.read(size):
        rest = rest + piece
        cut = _row_end(rest, end, quote)
        if cut:
            yield rest[:cut]
            rest = rest[cut:]
    if rest:
        yield rest


_END: Final = {"LF": b"\n", "CRLF": b"\n", "mixed": b"\n", "CR": b"\r"}


def _row_end(block: bytes, end: bytes, quote: bytes) -> int:
    """Place after the last line end that is not within quotes; 0 if there is none."""
    cut = block.rfind(end) + 1
    inside = block.count(quote, 0, cut) % 2 if quote else 0
    while cut and inside:
        before = block.rfind(end, 0, cut - 1) + 1
        inside = (inside + block.count(quote, before, cut)) % 2
        cut = before
    return cut


def _parse(block: bytes, plan: ReadPlan, only: Sequence[str] | None) -> list[Any]:
    wanted = list(only) if only is not None else list(plan.names)
    try:
        table = pacsv.read_csv(
            pa.BufferReader(block),
            read_options=pacsv.ReadOptions(
                column_names=list(plan.names), use_threads=False, block_size=len(block) + 1
            ),
            parse_options=plan.parse_options(),
            convert_options=pacsv.ConvertOptions(
                include_columns=wanted,
                column_types=dict.fromkeys(plan.names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as exc:
        raise NotCleanError(str(exc)) from exc
    return [_flat(column) for column in table.columns]


def _flat(column: Any) -> Any:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
