"""What a workbook we wrote says about itself beside its cells: types that cells cannot show."""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tools.ml.reading.report import ColumnHint, ReadHints

if TYPE_CHECKING:
    import pandas as pd

HEADER: Final = "first row is header"
"""Property (true) of a workbook whose first row holds the names."""
TEXT: Final = "text column"
"""Properties "text column 1" … name columns that are text although they look like values."""
NUMBERS: Final = "decimal column"
"""The same of columns that are no integers although all their numbers are whole."""

_PART: Final = "docProps/custom.xml"
_MOST: Final = 4_000_000
_PROPERTY: Final = re.compile(
    r"<property\b[^>]*?\bname=\"([^\"<]*)\"[^>]*>\s*<vt:\w+>([^<]*)</vt:", re.DOTALL
)
_COUNTED: Final = re.compile(rf"({TEXT}|{NUMBERS}) \d+")


@dataclass(frozen=True, slots=True)
class Carried:
    """What is said; nothing of other people's workbooks.

    Attributes:
        header: The first row holds the names.
        text: Names of columns that are text.
        numbers: Names of columns of float64.
    """

    header: bool = False
    text: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()


def read_carried(data: bytes) -> Carried:
    """What a workbook says; nothing if it says nothing or is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book, book.open(_PART) as part:
            xml = part.read(_MOST).decode("utf-8", errors="replace")
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, NotImplementedError, zlib.error):
        return Carried()
    said: dict[str, set[str]] = {TEXT: set(), NUMBERS: set()}
    header = False
    for name, value in _PROPERTY.findall(xml):
        kind = _COUNTED.fullmatch(html.unescape(name))
        if kind:
            said[kind[1]].add(html.unescape(value))
        header = header or (name == HEADER and value == "true")
    return Carried(header, frozenset(said[TEXT]), frozenset(said[NUMBERS]))


def with_carried(hints: ReadHints, carried: Carried, names: Sequence[str] = ()) -> ReadHints:
    """Hints of a person, and what the workbook says where the person said nothing.

    Args:
        hints: Of the person.
        carried: By the workbook.
        names: Of the columns that are there; people rename and remove them.
    """
    columns = {name: ColumnHint(kind="text") for name in names if name in carried.text}
    header = hints.header if hints.header is not None else carried.header or None
    return replace(hints, header=header, columns={**columns, **hints.columns})


def as_carried(table: pd.DataFrame, carried: Carried, hints: ReadHints) -> pd.DataFrame:
    """The table with float64 where the workbook says so and the person did not say otherwise."""
    whole = [
        name
        for name in table.columns
        if name in carried.numbers and name not in hints.columns and table[name].dtype == "int64"
    ]
    return table.astype(dict.fromkeys(whole, "float64"))
