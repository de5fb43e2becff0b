"""Reads any table people send: right, or honest about what was assumed and repaired.

Bytes → kind by content → text → dialect → records → repairs → names → types; the order of
"Files people send": nothing is changed in silence, a clean file gets no warning.
The names below are loaded when they are first asked for, so that text is read without pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tools.ml.reading.reader import TextResult, read_table, read_text
    from tools.ml.reading.report import (
        ColumnHint,
        Doubt,
        ReadHints,
        ReadLimits,
        ReadReport,
        ReadResult,
        Repair,
        dump_report,
        load_report,
    )

__all__ = [
    "ColumnHint",
    "Doubt",
    "ReadHints",
    "ReadLimits",
    "ReadReport",
    "ReadResult",
    "Repair",
    "TextResult",
    "dump_report",
    "load_report",
    "read_table",
    "read_text",
]

_READER: Final = frozenset({"TextResult", "read_table", "read_text"})


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "reader" if name in _READER else "report"
    return getattr(import_module(f"{__name__}.{home}"), name)
