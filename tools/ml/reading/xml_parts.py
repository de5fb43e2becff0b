"""The XML parts of a workbook, unpacked in pieces: counted, and checked to the last tag.

Engines believe the sizes a file declares, and some wait for ever for a tag that never closes.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NoReturn
from xml.parsers import expat

from tools.errors import Refused
from tools.ml.reading.sheet_facts import SAVE_AS

_STEP: Final = 1 << 20
_XML: Final = (".xml", ".rels")
_READ: Final = (
    "[Content_Types].xml",
    "_rels/",
    "META-INF/manifest.xml",
    "xl/_rels/",
    "xl/sharedStrings",
    "xl/styles",
    "xl/tables/",
    "xl/worksheets/",
)
"""Parts that an engine reads; pictures and the like may be as they are."""


@dataclass(slots=True)
class XmlParts:
    """Unpacks parts, whatever sizes they claim.

    Attributes:
        data: The whole file.
        name: For messages.
        left: Bytes that all parts together may still unpack to.
        seen: Paths of the parts that were looked at.
    """

    data: bytes
    name: str
    left: int
    seen: set[str] = field(default_factory=set)

    def pieces(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """The part in pieces; Refused where it is damaged, larger than it says, or no XML."""
        self.seen.add(info.filename)
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = _no_doctype
        try:
            for piece in self._unpacked(info):
                parser.Parse(piece, False)
                yield piece
            parser.Parse(b"", True)
        except (zlib.error, struct.error) as exc:
            raise self._broken(info, "its packed data") from exc
        except (expat.ExpatError, ValueError) as exc:
            raise self._broken(info, f"XML, {exc}") from exc

    def text(self, info: zipfile.ZipInfo) -> str:
        """The whole part as text."""
        return b"".join(self.pieces(info)).decode("utf-8", errors="replace")

    def check_others(self, infos: dict[str, zipfile.ZipInfo]) -> None:
        """Look at the other parts that an engine reads."""
        for path, info in infos.items():
            if path.startswith(_READ) and path.endswith(_XML) and path not in self.seen:
                for _ in self.pieces(info):
                    pass

    def _unpacked(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        lengths = struct.unpack_from("<HH", self.data, info.header_offset + 26)
        start = info.header_offset + 30 + sum(lengths)
        packed = memoryview(self.data)[start : start + info.compress_size]
        if info.compress_type == zipfile.ZIP_STORED:
            self._count(info, len(packed))
            yield bytes(packed)
            return
        if info.compress_type != zipfile.ZIP_DEFLATED:
            raise self._broken(info, "the way it is packed")
        unpacker, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
        for place in range(0, len(packed), _STEP):
            rest = bytes(packed[place : place + _STEP])
            while rest and not unpacker.eof:
                piece = unpacker.decompress(rest, _STEP)
                rest = unpacker.unconsumed_tail
                size += len(piece)
                self._count(info, len(piece), so_far=size)
                yield piece
        if not unpacker.eof:
            raise self._broken(info, "it breaks off")

    def _count(self, info: zipfile.ZipInfo, size: int, *, so_far: int = 0) -> None:
        self.left -= size
        if so_far > info.file_size or self.left < 0:
            raise Refused(
                f"“{self.name}” unpacks to more than it says, or than is opened "
                f"(part “{info.filename[:80]}”).",
                "Send it as CSV.",
            )

    def _broken(self, info: zipfile.ZipInfo, cause: str) -> Refused:
        return Refused(
            f"“{self.name}” is a damaged workbook: its part “{info.filename[:80]}” is broken "
            f"({cause}).",
            SAVE_AS,
        )


def _no_doctype(*_: object) -> NoReturn:
    """Document types can define texts that grow without bounds; no workbook has one."""
    raise ValueError("it declares a document type")
