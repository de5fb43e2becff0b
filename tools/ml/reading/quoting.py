"""Whether every quote of a text stands where a well-formed file has it, at memory speed."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

_ENDS: Final = b"\r\n"


class QuoteCheck:
    """Checks a delimited text in pieces that end at a line end.

    In a well-formed text quotes open and close by turns (a doubled quote closes and opens again),
    an opening one follows a delimiter, a line end or a quote, and a closing one is followed by
    one of them (RFC 4180). Anything else is a fault.

    Attributes:
        inside: Whether the text so far ends within a quoted cell.
        newlines: Line ends seen within quoted cells.
    """

    def __init__(self, delimiter: str, quote: str) -> None:
        self.inside = False
        self.newlines = 0
        self._quote = quote.encode()
        self._edge = np.zeros(256, dtype=bool)
        self._edge[np.frombuffer(delimiter.encode() + _ENDS + self._quote, np.uint8)] = True

    def accepts(self, piece: bytes, *, count: bool = True) -> bool:
        """Whether the next piece holds no fault; `count` its line ends within quoted cells."""
        if not self._quote or (not self.inside and self._quote not in piece):
            return True
        signs = np.frombuffer(piece, np.uint8)
        quotes = np.flatnonzero(signs == self._quote[0])
        opening, closing = quotes[self.inside :: 2], quotes[not self.inside :: 2]
        fine = self._edge[signs[opening[opening > 0] - 1]].all()
        after = closing[closing < len(signs) - 1] + 1
        fine = fine and self._edge[signs[after]].all()
        if count:
            self._count_newlines(signs, quotes)
        self.inside ^= bool(len(quotes) % 2)
        return bool(fine)

    def _count_newlines(self, signs: npt.NDArray[Any], quotes: npt.NDArray[Any]) -> None:
        ends = np.flatnonzero((signs == _ENDS[0]) | (signs == _ENDS[1]))
        within = (np.searchsorted(quotes, ends) + self.inside) % 2 == 1
        self.newlines += int(np.count_nonzero(within))
