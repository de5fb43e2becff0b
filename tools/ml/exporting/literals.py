"""Values of the data as Python literals, laid out for reading."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

_WIDTH = 88


def literal(value: Any) -> str:
    """A value as Python writes it; what cannot be printed is escaped."""
    if isinstance(value, pd.Timestamp):
        return f"pd.Timestamp({value.isoformat()!r})"
    if isinstance(value, str):
        return _double(repr(value))
    return repr(value)


def _double(text: str) -> str:
    """In double quotes where that needs no more escapes."""
    inner = text[1:-1]
    return f'"{inner}"' if text[0] == "'" and '"' not in inner and "\\'" not in inner else text


def listing(values: Iterable[Any], *, indent: int = 0) -> str:
    """A list on one line if it fits, else with a value a line."""
    parts = [literal(value) for value in values]
    return _laid_out(parts, "[", "]", indent)


def mapping(pairs: Iterable[tuple[Any, Any]], *, indent: int = 0) -> str:
    """A dictionary on one line if it fits, else with a pair a line."""
    parts = [f"{literal(name)}: {literal(value)}" for name, value in pairs]
    return _laid_out(parts, "{", "}", indent)


def call(name: str, *positional: str, indent: int = 0, **named: Any) -> str:
    """A call with ready-made positional arguments, and named ones as literals."""
    parts = [*positional, *(f"{key}={literal(value)}" for key, value in named.items())]
    return name + _laid_out(parts, "(", ")", indent)


def _laid_out(parts: list[str], opening: str, closing: str, indent: int) -> str:
    line = f"{opening}{', '.join(parts)}{closing}"
    if len(line) + indent <= _WIDTH and "\n" not in line:
        return line
    space = " " * indent
    return "\n".join([opening, *(f"{space}    {part}," for part in parts), f"{space}{closing}"])
