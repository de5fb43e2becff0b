"""Values between Parquet, the database and people: plain types in, cells of a card out."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from tools.cards import cell, number, plural, shown
from tools.outcome import Cell
from tools.queries.columns import Columns

if TYPE_CHECKING:
    import pyarrow as pa

_MOST_LISTED: Final = 10
_DAY_S: Final = 86_400


def for_questions(table: pa.Table, columns: Columns, read: Sequence[str]) -> pa.Table:
    """The columns a question reads, under their inner names and as plain types.

    Categories become text, so that they are compared and ordered by what people see.
    """
    import pyarrow as pa

    names = [columns.names[columns.inner.index(name)] for name in read]
    part = table.select([table.schema.names.index(name) for name in names])
    arrays = [
        column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        for column in part.columns
    ]
    return pa.table(arrays, names=list(read))


def as_cell(value: Any) -> Cell:
    """A value of a result as a cell: numbers stay numbers, gaps are None, the rest is text."""
    for kinds, shape in _SHAPES:
        if isinstance(value, kinds):
            return shape(value)
    return cell(value)


def as_words(value: Cell) -> str:
    """A cell within a sentence."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number(value)
    return "–" if value is None else shown(value)


def _number(value: float | Decimal) -> Cell:
    if not math.isfinite(value):
        return None
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    return value


def _moment(value: datetime) -> str:
    """A date where no time of day is meant."""
    if value.tzinfo is not None:
        return f"{value:%Y-%m-%d %H:%M:%S} UTC"
    if value.time() == time():
        return value.date().isoformat()
    return value.isoformat(" ", "seconds")


def _span(value: timedelta) -> str:
    """`3 days`, `4:05:00`, `-1 day 0:00:10`."""
    sign, whole = ("-", -value) if value < timedelta() else ("", value)
    clock = str(timedelta(seconds=round(whole.total_seconds()) % _DAY_S))
    days = plural(round(whole.total_seconds()) // _DAY_S, "day")
    parts = [days] if not days.startswith("0 ") else []
    return sign + " ".join([*parts, clock] if clock != "0:00:00" or not parts else parts)


def _listed(values: Sequence[Any]) -> str:
    items = [as_words(as_cell(value)) for value in values[:_MOST_LISTED]]
    rest = len(values) - len(items)
    return shown(", ".join(items) + (f", and {rest:,} more" if rest else ""), 200)


_SHAPES: Final[tuple[tuple[tuple[type, ...], Callable[[Any], Cell]], ...]] = (
    ((float, Decimal), _number),
    ((datetime,), _moment),
    ((date, time), lambda value: str(value.isoformat())),
    ((timedelta,), _span),
    ((bytes, bytearray), lambda value: plural(len(value), "byte")),
    ((list, tuple), _listed),
)
"""How values of a type are shown, special types before those they are made from."""
