"""Where in a text something stands: its line, and what that line looks like."""

from __future__ import annotations

from typing import Final

_SHOWN: Final = 150


class Lines:
    """Counts lines up to places that are asked for in rising order, once over the text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._end = "\n" if "\n" in text else "\r"
        self._line, self._counted = 1, 0

    def at(self, place: int) -> int:
        """The line of the sign at `place`, from 1."""
        self._line += self._text.count(self._end, self._counted, place)
        self._counted = max(self._counted, place)
        return self._line

    def shown(self, place: int) -> str:
        """What stands around `place` on its line."""
        first = max(0, place - _SHOWN)
        start = max(first, self._text.rfind(self._end, first, place) + 1)
        stop = self._text.find(self._end, place, place + _SHOWN)
        return self._text[start : stop if stop >= 0 else place + _SHOWN].strip("\r\n")
