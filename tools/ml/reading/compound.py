"""The container of old Office files, checked before an engine follows its chains of sectors.

A broken chain may lead in a circle, which engines follow until the memory is full. The layout is
that of [MS-CFB]: a header, a table of which sector follows which, and a directory of streams.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tools.errors import Refused
from tools.ml.reading.sheet_facts import SAVE_AS

_HEADER: Final = 512
_SHIFTS: Final = (9, 12)
_MINI_SHIFT: Final = 6
_LAST: Final = 0xFFFFFFFA
"""Numbers from here on mean an end or no sector at all."""
_ENTRY: Final = 128
_STREAM: Final = 2
_ROOT: Final = 5
_WANTED: Final = ("workbook", "book")


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    start: int
    size: int


def workbook_stream(data: bytes, name: str) -> bytes:
    """The stream with the workbook.

    Raises:
        Refused: The container is broken somewhere, or holds no workbook.
    """
    try:
        return _Compound(data).stream(_WANTED)
    except (ValueError, IndexError, struct.error) as exc:
        cause = str(exc) or "it breaks off"
        raise Refused(f"“{name}” is a damaged XLS file ({cause}).", SAVE_AS) from exc


class _Compound:
    """Sectors and streams; ValueError where they make no sense."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in _SHIFTS or mini_shift != _MINI_SHIFT:
            raise ValueError("its header makes no sense")
        self._size = 1 << shift
        self._count = max(0, len(data) // self._size)
        fats, directory, _, self._cutoff, mini, minis, more, mores = struct.unpack_from(
            "<I I 4s I I I I I", data, 44
        )
        if max(fats, minis, mores) > self._count:
            raise ValueError("its header promises more than there is")
        # Small parts lie in pieces of 64 bytes, eight or more to a sector.
        self._left = 80 * self._count + 64
        self._fat = self._numbers(self._tables(fats, more))
        listed = b"".join(map(self._sector, self._chain(directory, self._fat)))
        self._entries = [
            entry
            for place in range(0, len(listed) - _ENTRY + 1, _ENTRY)
            if (entry := _entry(listed[place : place + _ENTRY])) is not None
        ]
        self._mini_fat = self._numbers(self._chain(mini, self._fat)) if minis else []
        root = next((entry for entry in self._entries if entry.kind == _ROOT), None)
        self._minis = self._joined(root.start) if root and self._mini_fat else b""

    def stream(self, names: Sequence[str]) -> bytes:
        """The first stream of these names; all others are looked at too."""
        found: bytes | None = None
        for entry in self._entries:
            if entry.kind != _STREAM or not entry.size:
                continue
            if entry.size > len(self._data):
                raise ValueError(f"its part “{entry.name[:30]}” is larger than the file")
            content = self._content(entry)
            if found is None and entry.name.casefold() in names:
                found = content
        if found is None:
            raise ValueError("it holds no workbook")
        return found

    def _content(self, entry: _Entry) -> bytes:
        if entry.size >= self._cutoff:
            return self._joined(entry.start)[: entry.size]
        step = 1 << _MINI_SHIFT
        places = self._chain(entry.start, self._mini_fat)
        return b"".join(self._minis[n * step : (n + 1) * step] for n in places)[: entry.size]

    def _joined(self, start: int) -> bytes:
        return b"".join(map(self._sector, self._chain(start, self._fat)))

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        if start >= len(self._data):
            raise ValueError("a sector lies outside of the file")
        return self._data[start : start + self._size]

    def _chain(self, start: int, table: Sequence[int]) -> list[int]:
        """Numbers of sectors that follow one another."""
        chain: list[int] = []
        number = start
        while number < _LAST:
            if number >= len(table) or len(chain) > len(table):
                raise ValueError("its sectors lead in a circle or nowhere")
            chain.append(number)
            number = table[number]
        self._left -= len(chain)
        if self._left < 0:
            raise ValueError("its parts share sectors")
        return chain

    def _tables(self, count: int, more: int) -> list[int]:
        """Numbers of the sectors with the table; beyond 109 they are listed in sectors."""
        numbers = list(struct.unpack_from("<109I", self._data, 76))
        seen = 0
        while more < _LAST:
            *listed, more = self._numbers([more])
            numbers += listed
            seen += 1
            if seen > self._count:
                raise ValueError("its sectors lead in a circle")
        return [number for number in numbers if number < _LAST][:count]

    def _numbers(self, sectors: Sequence[int]) -> list[int]:
        content = b"".join(map(self._sector, sectors))
        return list(struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4]))


def _entry(raw: bytes) -> _Entry | None:
    length, kind = struct.unpack_from("<HB", raw, 64)
    if kind not in (_STREAM, _ROOT):
        return None
    start, size = struct.unpack_from("<II", raw, 116)
    name = raw[: max(0, min(length, 64) - 2)].decode("utf-16-le", errors="replace")
    return _Entry(name, kind, start, size)
