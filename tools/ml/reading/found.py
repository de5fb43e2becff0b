"""What a look at a column of text found: values, and what was assumed about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pyarrow.compute as pc

LEADING_ZEROS: Final = "some cells have leading zeros"
TOO_LONG: Final = "some numbers are too long to be exact"
TELEPHONES: Final = "they may be telephone numbers"
SEASONS: Final = "they may be seasons or codes rather than months"
DECISIVE: Final = frozenset({LEADING_ZEROS, TOO_LONG, TELEPHONES, SEASONS})
"""Reasons to keep text that are not about a few odd cells."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What the columns of a table that leave no doubt have in common; `None`: nothing.

    Attributes:
        decimal: Their decimal sign.
        day_first: Whether their days come before their months.
        hours: Whether 9:30 is hours and minutes rather than minutes and seconds.
    """

    decimal: str | None = None
    day_first: bool | None = None
    hours: bool | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Values of one kind.

    Attributes:
        reading: How the cells are written; reads more cells of the same column.
        values: pyarrow array, null where a cell is missing or (only if a person told the kind)
            does not fit.
        notes: Assumptions, as parts of a sentence.
        doubt: Why the assumption may be wrong; empty if nothing speaks against it.
        unit: Of the numbers.
        still_open: What other columns may decide: "decimal", "order", "hours" or nothing.
    """

    reading: Any
    values: Any
    notes: tuple[str, ...] = ()
    doubt: str = ""
    unit: str = ""
    still_open: str = ""


def every(hits: Any) -> bool:
    """Whether no value of a pyarrow boolean array is false (nulls do not count)."""
    return pc.all(hits).as_py() is not False


def some(hits: Any) -> bool:
    """Whether any value of a pyarrow boolean array is true."""
    return bool(pc.any(hits).as_py())
