"""Compressed files, unpacked step by step so that a bomb is refused before it grows."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Generator, Iterator
from typing import Final, Literal, Protocol, TypeAlias

import pyarrow as pa

from tools.errors import Refused
from tools.ml.reading.report import ReadLimits, Remarks

Compression: TypeAlias = Literal["gz", "bz2", "xz", "zst"]

_BZIP2: Final = (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90")
"""What follows the level in a bzip2 file: a block, or the end."""

MARKS: Final[tuple[tuple[bytes, Compression], ...]] = (
    (b"\x1f\x8b", "gz"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"(\xb5/\xfd", "zst"),
)
_STEP: Final = 1 << 20
_FEED: Final = 1 << 16
_MOST_STREAMS: Final = 20_000
"""Streams one after the other in a file, as tools that pack in parallel make them."""
_XZ_MEMORY: Final = 256_000_000
_SMALL: Final = 10_000
"""Files below this size may unpack to what one of this size may."""


def compression_of(data: bytes) -> Compression | None:
    """How the bytes are compressed, by their first ones."""
    for mark, compression in MARKS:
        if data.startswith(mark) and (compression != "bz2" or data[4:10] in _BZIP2):
            return compression
    return None


def allowed_size(packed: int, limits: ReadLimits) -> int:
    """What a packed file of so many bytes may unpack to."""
    return min(limits.expanded_bytes, limits.ratio * max(packed, _SMALL))


def unpack(
    data: bytes, compression: Compression, name: str, *, limits: ReadLimits, remarks: Remarks
) -> bytes:
    """The content of a compressed file.

    Raises:
        Refused: Damaged, cut, or larger than allowed.
    """
    most = allowed_size(len(data), limits)
    pieces: list[bytes] = []
    size = 0
    try:
        for piece in _pieces(data, compression, remarks):
            pieces.append(piece)
            size += len(piece)
            if size > most:
                raise too_large(name, most, limits)
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, pa.ArrowException) as exc:
        raise damaged(name, compression, size) from exc
    return b"".join(pieces)


def damaged(name: str, compression: str, size: int) -> Refused:
    """The refusal of a packed file that breaks off after so many unpacked bytes."""
    return Refused(
        f"“{name}” is damaged: its {compression} data ends early or is broken after "
        f"{size:,} unpacked bytes.",
        "Compress it again, or send it uncompressed.",
    )


def too_large(name: str, most: int, limits: ReadLimits) -> Refused:
    """The refusal of a packed file that unpacks to more than `most` bytes."""
    if most == limits.expanded_bytes:
        return Refused(
            f"“{name}” unpacks to more than {most / 1e6:,.0f} MB, the most that is read.",
            "Send a sample of its rows or fewer columns.",
        )
    return Refused(
        f"“{name}” unpacks to more than {limits.ratio} times its size; "
        "real tables do not, so it was not opened.",
        "Send it uncompressed if it is a table.",
    )


class _Unpacker(Protocol):
    """What the standard library's decompressors have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Gzip:
    """A gzip member with the interface of the other decompressors."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)
        self._rest = b""

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._rest

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        piece = self._inner.decompress(self._rest + data, max_length)
        self._rest = self._inner.unconsumed_tail
        return piece


def _pieces(data: bytes, compression: Compression, remarks: Remarks) -> Iterator[bytes]:
    if compression == "zst":
        with pa.CompressedInputStream(pa.BufferReader(data), "zstd") as stream:
            while piece := stream.read(_STEP):
                yield piece
        return
    mark = next(sign for sign, kind in MARKS if kind == compression)
    place = 0
    for _ in range(_MOST_STREAMS):
        place = yield from _stream(_unpacker(compression), data, place)
        while data[place : place + 1] == b"\x00":
            place += 1
        if not data.startswith(mark, place):
            break
    if place < len(data):
        rest = len(data) - place
        remarks.warn(f"{rest:,} bytes after the end of the {compression} data were left out.")


def _unpacker(compression: Compression) -> _Unpacker:
    if compression == "bz2":
        return bz2.BZ2Decompressor()
    if compression == "xz":
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)
    return _Gzip()


def _stream(unpacker: _Unpacker, data: bytes, place: int) -> Generator[bytes, None, int]:
    """Pieces of the compressed stream at `place`, and where it ends; EOFError if it does not."""
    while not unpacker.eof:
        fresh = b""
        if unpacker.needs_input:
            fresh = data[place : place + _FEED]
            place += len(fresh)
            if not fresh:
                raise EOFError
        yield unpacker.decompress(fresh, _STEP)
    return place - len(unpacker.unused_data)
