"""Quotes that tell a header: the first line has every cell in them, no other needlessly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_HEAD: Final = 64_000
_ROWS: Final = 300
_PLAIN: Final = re.compile(r'"[\w.-]+"')


def quoted_header(text: str, delimiter: str, quote: str) -> bool | None:
    """Whether the quotes say that the first line holds the names; None if they say nothing.

    Tables that we write say so, and so do other programs that quote names but not cells.

    Args:
        text: Begins with the first line.
        delimiter: Between cells; empty where there is one column.
        quote: Around cells.
    """
    if quote not in ('"', "") or len(delimiter) > 1:
        return None
    rows = _rows(text[:_HEAD], delimiter)
    first = next(rows, [])
    if not first or not all(cell.startswith('"') for cell in first):
        return None
    told = any(map(_PLAIN.fullmatch, first))
    number = 0
    for number, row in enumerate(rows, start=1):
        if any(map(_PLAIN.fullmatch, row)):
            return None
        told = told or any(cell and not cell.startswith('"') for cell in row)
        if number == _ROWS:
            break
    return True if told and number else None


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    """Rows of cells with their quotes, as far as all is well formed."""
    sign = re.escape(delimiter)
    between = f"{sign}|" if sign else ""
    cell = re.compile(rf'("(?:[^"]|"")*"|[^"\r\n{sign}]*)({between}\r\n|\r|\n|\Z)')
    row: list[str] = []
    at = 0
    while at < len(text):
        match = cell.match(text, at)
        if match is None:
            return
        row.append(match[1])
        at = match.end()
        if not delimiter or match[2] != delimiter:
            if match[2]:
                yield row
            row = []
