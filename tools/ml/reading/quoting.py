"""Whether every quote of a text stands where a well-formed file has it, at memory speed."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

_ENDS: Final = b"\r\n"
_BLANK: Final = (b"\n\n", b"\n\r", b"\r\r")


class QuoteCheck:
    """Checks a delimited text in pieces that end at a line end.

    In a well-formed text quotes open and close by turns (a doubled quote closes and opens again),
    an opening one follows a delimiter, a line end or a quote, and a closing one is followed by
    one of them (RFC 4180). Anything else is a fault, and so is a blank line between rows.

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
        blank = any(pair in piece for pair in _BLANK) or piece.startswith((b"\n", b"\r"))
        if not self._quote or (not self.inside and self._quote not in piece):
            return not blank
        signs = np.frombuffer(piece, np.uint8)
        quotes = np.flatnonzero(signs == self._quote[0])
        opening, closing = quotes[self.inside :: 2], quotes[not self.inside :: 2]
        fine = bool(self._edge[signs[opening[opening > 0] - 1]].all())
        after = closing[closing < len(signs) - 1] + 1
        fine = fine and bool(self._edge[signs[after]].all())
        if blank or count:
            ends = self._line_ends(signs)
            within = (np.searchsorted(quotes, ends) + self.inside) % 2 == 1
            self.newlines += int(np.count_nonzero(within)) * count
            fine = fine and not (blank and self._blank(signs, ends[~within]))
        self.inside ^= bool(len(quotes) % 2)
        return fine

    @staticmethod
    def _line_ends(signs: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Where lines end; of a carriage return with a line feed the latter counts."""
        returns = signs == _ENDS[0]
        returns[:-1] &= signs[1:] != _ENDS[1]
        return np.flatnonzero(returns | (signs == _ENDS[1]))

    @staticmethod
    def _blank(signs: npt.NDArray[Any], ends: npt.NDArray[Any]) -> bool:
        """Whether a line without any sign follows one of the line ends."""
        after = signs[ends[ends < len(signs) - 1] + 1]
        return bool((signs[0] in _ENDS) or ((after == _ENDS[0]) | (after == _ENDS[1])).any())
