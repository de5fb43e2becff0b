"""Describes a table: every column in numbers, what to beware of, what could be predicted.

Names are loaded when they are first used: the dataclasses need no library, the engine needs
pyarrow and numpy, and only `profile_table` and `kind_of`, which take frames, need pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from tools.ml.profiling.profile import (
    QUANTILES,
    Association,
    ColumnProfile,
    Finding,
    Gaps,
    Histogram,
    Kind,
    Lengths,
    Outliers,
    Profile,
    Value,
)

if TYPE_CHECKING:
    from tools.ml.profiling.engine import profile_stream
    from tools.ml.profiling.files import profile_file
    from tools.ml.profiling.stored import dump_profile, load_profile, summary_of
    from tools.ml.profiling.tables import kind_of, profile_table

__all__ = [
    "QUANTILES",
    "Association",
    "ColumnProfile",
    "Finding",
    "Gaps",
    "Histogram",
    "Kind",
    "Lengths",
    "Outliers",
    "Profile",
    "Value",
    "dump_profile",
    "kind_of",
    "load_profile",
    "profile_file",
    "profile_stream",
    "profile_table",
    "summary_of",
]

_HOMES: Final = {
    "dump_profile": "stored",
    "profile_file": "files",
    "profile_stream": "engine",
    "summary_of": "stored",
    "load_profile": "stored",
    "kind_of": "tables",
    "profile_table": "tables",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
