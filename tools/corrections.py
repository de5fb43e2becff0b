"""What people say about how a file is to be read: kept with the dataset, added to, put in words."""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import Field

from tools.base import Args
from tools.cards import listed, plural, shown
from tools.column_names import find_column, need_column, need_columns
from tools.errors import BadRequest, NeedsChoice, Option

if TYPE_CHECKING:
    from tools.ml.reading.report import ColumnHint, ColumnKind, ReadHints

EVERY: Final = "*"
"""Stands for all columns where a mark is said without one."""

_MARKS: Final = {
    "tab": "\t",
    "tabs": "\t",
    "\\t": "\t",
    "space": " ",
    "comma": ",",
    "semicolon": ";",
    "pipe": "|",
    "colon": ":",
}
_KINDS: Final = {
    "as_text": "text",
    "as_number": "number",
    "as_date": "date",
    "as_duration": "duration",
    "as_boolean": "boolean",
}
_ORDERS: Final = {"day_first": True, "month_first": False}
_DECIMALS: Final = {"decimal_comma": ",", "decimal_point": "."}
_LISTS: Final = (*_KINDS, *_ORDERS, *_DECIMALS)
_TOGETHER: Final = (
    *({"as_date", order} for order in _ORDERS),
    *({"as_number", decimal} for decimal in _DECIMALS),
)
"""What may be said of one column at once."""
_PAIRS: Final = ("missing", "not_missing")
_SAYS: Final = {
    "as_text": "is text",
    "as_number": "is a number",
    "as_date": "is a date",
    "as_duration": "is a duration",
    "as_boolean": "is yes or no",
    "day_first": "has the day first",
    "month_first": "has the month first",
    "decimal_comma": "has decimal commas",
    "decimal_point": "has decimal points",
}


class Corrections(Args):
    """What a person said about a file; what is left out is found out."""

    encoding: str | None = Field(None, description="Encoding of the text, such as `cp1252`.")
    delimiter: str | None = Field(
        None, description="What stands between cells, such as `;` or `tab`."
    )
    quote: str | None = Field(None, description="What stands around cells; `none` for nothing.")
    header: Literal["yes", "no"] | None = Field(
        None, description="Whether the first line of the table holds the column names."
    )
    skip: int | None = Field(None, ge=0, description="Lines above the table to leave out.")
    sheet: str | None = Field(None, description="Sheet of a workbook: name, `second` or `last`.")
    member: str | None = Field(None, description="File inside an archive.")
    as_text: list[str] = Field([], description="Columns that are text, such as postcodes.")
    as_number: list[str] = Field([], description="Columns that are numbers.")
    as_date: list[str] = Field([], description="Columns that are dates.")
    as_duration: list[str] = Field([], description="Columns that are durations.")
    as_boolean: list[str] = Field([], description="Columns that are yes or no.")
    day_first: list[str] = Field([], description="Date columns in which 3/4 is the 3rd of April.")
    month_first: list[str] = Field([], description="Date columns in which 3/4 is the 4th of March.")
    decimal_comma: list[str] = Field([], description="Columns in which 1,5 is one and a half.")
    decimal_point: list[str] = Field([], description="Columns in which 1.5 is one and a half.")
    missing: dict[str, list[str]] = Field(
        {}, description="Cells that mean “no value”, by column; `*` for all columns."
    )
    not_missing: dict[str, list[str]] = Field(
        {}, description="Cells that look like “no value” and are one, by column; `*` for all."
    )

    @property
    def names_columns(self) -> bool:
        """Whether anything is said about single columns."""
        return any(getattr(self, name) for name in (*_LISTS, *_PAIRS))

    @property
    def moves_columns(self) -> bool:
        """Whether other columns may come of it."""
        moved = ("encoding", "delimiter", "quote", "header", "skip", "sheet", "member")
        return any(getattr(self, name) is not None for name in moved)


NONE: Final = Corrections()


def merged(earlier: Corrections, later: Corrections) -> Corrections:
    """Both; where they contradict each other, the later ones."""
    values = earlier.model_dump(exclude_defaults=True)
    fresh = later.model_dump(exclude_defaults=True)
    for name in _LISTS:
        said = fresh.pop(name, [])
        for other in _LISTS:
            if other != name and {name, other} not in _TOGETHER:
                values[other] = [each for each in values.get(other, []) if each not in said]
        values[name] = list(dict.fromkeys([*values.get(name, []), *said]))
    for name, other in (_PAIRS, _PAIRS[::-1]):
        for column, marks in fresh.pop(name, {}).items():
            _move(column, marks, values.setdefault(other, {}), values.setdefault(name, {}))
    return Corrections(**{**values, **fresh})


def _move(
    column: str, marks: list[str], before: dict[str, list[str]], after: dict[str, list[str]]
) -> None:
    """Let marks mean one thing, and no longer the other."""
    before[column] = [mark for mark in before.get(column, []) if mark not in marks]
    after[column] = list(dict.fromkeys([*after.get(column, []), *marks]))
    if not before[column]:
        del before[column]


def resolved(told: Corrections, names: Sequence[str]) -> Corrections:
    """The corrections by the columns' own names.

    Raises:
        NeedsChoice: A column that was named does not fit exactly one.
        BadRequest: There is nothing to choose from.
    """
    lists = {
        name: need_columns(said, names, argument=name)
        for name in _LISTS
        if (said := getattr(told, name))
    }
    pairs = {name: _pairs(getattr(told, name), names, name) for name in _PAIRS}
    return told.model_copy(update={**lists, **pairs})


def fitting(told: Corrections, names: Sequence[str]) -> tuple[Corrections, list[str]]:
    """What still fits these columns, and the names that do not any more."""
    gone = {
        column
        for name in (*_LISTS, *_PAIRS)
        for column in getattr(told, name)
        if find_column(column, names) is None
    }
    kept: dict[str, Any] = {
        name: [column for column in getattr(told, name) if column not in gone] for name in _LISTS
    }
    for name in _PAIRS:
        kept[name] = {c: marks for c, marks in getattr(told, name).items() if c not in gone}
    return told.model_copy(update=kept), sorted(gone)


def _pairs(
    said: Mapping[str, list[str]], names: Sequence[str], argument: str
) -> dict[str, list[str]]:
    """Marks by the columns' own names; those for every column under each.

    Raises:
        NeedsChoice: A column is open; the options hold all pairs with that choice made.
        BadRequest: There is nothing to choose from.
    """
    found: dict[str, list[str]] = {}
    for column, marks in said.items():
        try:
            fits = names if column == EVERY else [need_column(column, names, argument=argument)]
        except NeedsChoice as open_question:
            rest = {name: same for name, same in said.items() if name != column}
            options = tuple(
                Option(option.label, {**rest, str(option.value): marks})
                for option in open_question.options
            )
            raise NeedsChoice(open_question.message, argument, options) from None
        for name in fits:
            found[name] = [*found.get(name, []), *marks]
    return found


def hints_of(told: Corrections) -> ReadHints:
    """The corrections as the reader takes them.

    Raises:
        BadRequest: An encoding nobody knows.
    """
    from tools.ml.reading.report import ReadHints

    delimiter, quote = told.delimiter, told.quote
    return ReadHints(
        encoding=_codec(told.encoding) if told.encoding else None,
        delimiter=_MARKS.get(delimiter.casefold(), delimiter) if delimiter else None,
        quote="" if quote == "none" else quote,
        header=None if told.header is None else told.header == "yes",
        skip=told.skip,
        sheet=told.sheet,
        member=told.member,
        columns={name: _hint(told, name) for name in _columns_of(told)},
    )


def _columns_of(told: Corrections) -> list[str]:
    said = [column for name in (*_LISTS, *_PAIRS) for column in getattr(told, name)]
    return list(dict.fromkeys(said))


def _hint(told: Corrections, column: str) -> ColumnHint:
    from tools.ml.reading.report import ColumnHint

    def of(group: Mapping[str, Any]) -> Any:
        return next((value for name, value in group.items() if column in getattr(told, name)), None)

    kind, order, decimal = of(_KINDS), of(_ORDERS), of(_DECIMALS)
    implied: ColumnKind | None = "date" if order is not None else "number" if decimal else None
    return ColumnHint(
        kind=kind or implied,
        day_first=order,
        decimal=decimal,
        missing=tuple(told.missing.get(column, ())),
        present=tuple(told.not_missing.get(column, ())),
    )


def _codec(said: str) -> str:
    """Python's name of an encoding.

    Raises:
        BadRequest: There is none of that name.
    """
    for name in (said, said.replace(" ", "-"), said.replace(" ", "")):
        try:
            return codecs.lookup(name.replace("windows-", "cp").replace("Windows-", "cp")).name
        except LookupError:
            continue
    raise BadRequest(
        f"I know no encoding “{shown(said)}”.",
        "Say one such as utf-8, cp1252, latin-1, utf-16, shift_jis or gb18030.",
    )


def in_words(told: Corrections) -> str:
    """The corrections as a person would say them, for cards and the history."""
    said = [
        f"the encoding is {shown(told.encoding)}" if told.encoding else "",
        f"the delimiter is `{shown(told.delimiter)}`" if told.delimiter else "",
        f"the quote is `{shown(told.quote)}`" if told.quote else "",
        {"yes": "there is a header", "no": "there is no header", None: ""}[told.header],
        f"{plural(told.skip, 'line')} above the table" if told.skip is not None else "",
        f"the sheet is “{shown(told.sheet)}”" if told.sheet else "",
        f"the file inside is “{shown(told.member)}”" if told.member else "",
    ]
    said += [f"{listed(columns)} {says}" for name, says in _SAYS.items() if (
        columns := getattr(told, name))]  # fmt: skip
    said += [_meaning(told.missing, "means “no value”"), _meaning(told.not_missing, "is a value")]
    return "; ".join(part for part in said if part)


def _meaning(pairs: Mapping[str, list[str]], what: str) -> str:
    where = {tuple(marks): [c for c, same in pairs.items() if same == marks]
             for marks in pairs.values()}  # fmt: skip
    return "; ".join(
        f"{listed(marks)} {'' if columns == [EVERY] else f'in {listed(columns)} '}{what}"
        for marks, columns in where.items()
    )
