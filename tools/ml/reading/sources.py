"""An opened file to its content: read and unpacked within limits, recognised by its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Final

from tools.errors import Refused
from tools.ml.reading.archives import nested, open_zip
from tools.ml.reading.recognition import Kind, recognise
from tools.ml.reading.report import ReadHints, ReadLimits, Remarks
from tools.ml.reading.unpacking import MARKS, compression_of, unpack

_USUAL: Final = ReadLimits()
_PACKED: Final = (
    *(mark for mark, _ in MARKS),
    b"PK",
    b"PAR1",
    b"ARROW1",
    b"\xd0\xcf\x11\xe0",
)


@dataclass(frozen=True, slots=True)
class Source:
    """The content of a file, unpacked, and what it is.

    Attributes:
        data: All bytes, after decompression.
        kind: Which reader takes it.
        compression: "gz", "zip", "bz2", "xz", "zst" or empty.
    """

    data: bytes
    kind: Kind
    compression: str


def open_source(
    file: BinaryIO, name: str, *, limits: ReadLimits, hints: ReadHints, remarks: Remarks
) -> Source:
    """Read the file within its limits and recognise it by its first bytes.

    Raises:
        Refused: Empty, too large, expanding too much, or no table at all.
        NeedsChoice: An archive of several tables (argument "member").
        BadRequest: The archive has no member of the name that was told.
    """
    data = _read(file, name, limits)
    _refuse_empty(data, name)
    compression = compression_of(data)
    if compression is not None:
        data = unpack(data, compression, name, limits=limits, remarks=remarks)
        _refuse_empty(data, name)
        if compression_of(data):
            raise nested(name)
    kind = recognise(data, name)
    if kind != "zip":
        return Source(data, kind, compression or "")
    content = open_zip(data, name, limits=limits, told=hints.member, remarks=remarks)
    if content.data is None:
        return Source(data, "workbook", compression or "")
    if compression is not None:
        raise nested(name)
    _refuse_empty(content.data, f"{name}: {content.member}")
    return Source(content.data, content.kind, "zip")


def _refuse_empty(data: bytes, name: str) -> None:
    if not data:
        raise Refused(f"“{name}” is empty (0 bytes).", "Export it again and send it once more.")


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
    limit = limits.sent_bytes if head.startswith(_PACKED) else limits.expanded_bytes
    if size > limit:
        raise Refused(
            f"“{name}” is larger than {limit / 1e6:,.0f} MB, the most that is read.",
            "Send a sample of its rows or fewer columns.",
        )
