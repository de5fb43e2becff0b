"""What a file is by its content, unpacked within limits; names decide nothing."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import BinaryIO, Final, Literal, TypeAlias

from tools.errors import Refused
from tools.ml.reading.report import ReadLimits

Kind: TypeAlias = Literal["text", "parquet", "sheets", "json"]

_STEP: Final = 1 << 20
_USUAL: Final = ReadLimits()
_FOREIGN: Final = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"RIFF", "a media file"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"(\xb5/\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x89HDF", "an HDF5 file"),
    (b"ARROW1", "a Feather file"),
    (b"FEA1", "a Feather file"),
    (b"ORC\x11", "an ORC file"),
    (b"Obj\x01", "an Avro file"),
    (b"{\\rtf", "an RTF document"),
)
_MARKUP: Final = (b"<!doctype html", b"<html", b"<head", b"<body", b"<!--", b"<?xml", b"<svg")


@dataclass(frozen=True, slots=True)
class Source:
    """The content of a file, unpacked, and what it is.

    Attributes:
        data: All bytes, after decompression.
        kind: Which reader takes it.
        compression: "gz" or empty.
    """

    data: bytes
    kind: Kind
    compression: str


def open_source(file: BinaryIO, name: str, limits: ReadLimits) -> Source:
    """Read the file within its limits and recognise it by its first bytes.

    Raises:
        Refused: Empty, too large, expanding too much, or no table at all.
    """
    data = _read(file, name, limits)
    compression = ""
    if data.startswith(b"\x1f\x8b"):
        data, compression = _gunzip(data, name, limits), "gz"
        if data.startswith(b"\x1f\x8b") or data[257:262] == b"ustar":
            raise Refused(
                f"“{name}” is an archive within an archive.",
                "Send one table, compressed once or not at all.",
            )
    if not data:
        raise Refused(f"“{name}” is empty (0 bytes).", "Export it again and send it once more.")
    return Source(data, _kind(data, name), compression)


def _read(file: BinaryIO, name: str, limits: ReadLimits) -> bytes:
    """All bytes; plain text may be as large as an unpacked file."""
    head = file.read(limits.sent_bytes + 1)
    if len(head) <= limits.sent_bytes:
        return head
    check_size(len(head), head, name, limits)
    rest = file.read(limits.expanded_bytes - len(head) + 1)
    check_size(len(head) + len(rest), head, name, limits)
    return head + rest


def check_size(size: int, head: bytes, name: str, limits: ReadLimits = _USUAL) -> None:
    """Raise Refused when a file of `size` bytes that begins with `head` is too large."""
    packed = head.startswith((b"\x1f\x8b", b"PK", b"PAR1", b"\xd0\xcf\x11\xe0"))
    limit = limits.sent_bytes if packed else limits.expanded_bytes
    if size > limit:
        raise Refused(
            f"“{name}” is larger than {limit / 1e6:,.0f} MB, the most that is read.",
            "Send a sample of its rows or fewer columns.",
        )


def _gunzip(data: bytes, name: str, limits: ReadLimits) -> bytes:
    """Unpacked step by step, so that a bomb is refused before it grows."""
    most = min(limits.expanded_bytes, limits.ratio * len(data))
    pieces: list[bytes] = []
    size = 0
    rest = data
    try:
        while rest.startswith(b"\x1f\x8b"):
            unpacker = zlib.decompressobj(wbits=31)
            while not unpacker.eof:
                piece = unpacker.decompress(rest, _STEP)
                rest = unpacker.unconsumed_tail
                if not piece and not rest and not unpacker.eof:
                    raise _cut(name)
                pieces.append(piece)
                size += len(piece)
                if size > most:
                    raise _bomb(name, most, limits)
            rest = unpacker.unused_data.lstrip(b"\x00")
    except zlib.error as exc:
        raise _cut(name) from exc
    return b"".join(pieces)


def _cut(name: str) -> Refused:
    return Refused(
        f"“{name}” is damaged: its gz data ends early or is broken.",
        "Compress it again, or send it uncompressed.",
    )


def _bomb(name: str, most: int, limits: ReadLimits) -> Refused:
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


def _kind(data: bytes, name: str) -> Kind:
    if data.startswith(b"PAR1"):
        return "parquet"
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "sheets"
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    for mark, what in _FOREIGN:
        if data.startswith(mark):
            raise _foreign(name, what)
    if head[:20].lower().startswith(_MARKUP):
        web = b"html" in head.lower()
        raise _foreign(name, "a web page (HTML), perhaps a login page" if web else "an XML file")
    if head[:1] in (b"{", b"["):
        return "json"
    return "text"


def _foreign(name: str, what: str) -> Refused:
    return Refused(
        f"“{name}” is {what}, not a table, whatever its name says.",
        "Export the table as CSV, XLSX, Parquet or JSON lines and send that.",
    )
