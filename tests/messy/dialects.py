"""Writes a table in any dialect: delimiter, quote, escape, newline, encoding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

BOMS: Final = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff", "utf-8": b"\xef\xbb\xbf"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written.

    Attributes:
        delimiter: One or more characters.
        quote: Around cells that need it; empty for none at all.
        escape: A backslash before quotes; empty where they are doubled.
        newline: After each row.
        encoding: Python's name.
        everywhere: Quotes around every cell.
        final: Whether the last row ends with a newline.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    newline: str = "\n"
    encoding: str = "utf-8"
    everywhere: bool = False
    final: bool = True

    def cell(self, text: str) -> str:
        """One cell as it is written."""
        if not self.quote or not (self.everywhere or self._needs(text)):
            return text
        inner = text.replace(self.escape, self.escape * 2) if self.escape else text
        inner = inner.replace(self.quote, (self.escape or self.quote) + self.quote)
        return self.quote + inner + self.quote

    def row(self, cells: Sequence[str]) -> str:
        """One row without its newline."""
        if cells == ("",):
            return self.quote * 2
        return self.delimiter.join(self.cell(cell) for cell in cells)

    def text(self, rows: Sequence[Sequence[str]]) -> str:
        """All rows."""
        body = self.newline.join(self.row(row) for row in rows)
        return body + self.newline if self.final else body

    def bytes(self, rows: Sequence[Sequence[str]]) -> bytes:
        """All rows, encoded."""
        return self.text(rows).encode(self.encoding)

    def _needs(self, text: str) -> bool:
        signs = (self.delimiter.strip(" ") or self.delimiter, self.quote, "\n", "\r")
        escaped = bool(self.escape) and self.escape in text
        return escaped or text != text.strip() or any(sign in text for sign in signs)
