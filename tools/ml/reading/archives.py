"""ZIP archives: what is in them, and the one table that is meant."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from tools.errors import BadRequest, NeedsChoice, Option, Refused
from tools.ml.reading.recognition import HEAD, Kind, recognise, refused_as
from tools.ml.reading.report import ReadLimits, Remarks
from tools.ml.reading.unpacking import allowed_size, compression_of, too_large

_STEP: Final = 1 << 20
_ENCRYPTED: Final = 0x1
_ENTRY: Final = b"PK\x01\x02"
_OFFERED: Final = 5
_SHOWN: Final = 80
_NAMED: Final = 5
_ASIDE: Final = ("readme", "license", "licence", "copying", "notice", "changelog", "thumbs.db")
_UNPACK: Final = "Unpack it and send the table in it."
_DOCUMENTS: Final = (
    ("word/", "a Word document"),
    ("ppt/", "a PowerPoint presentation"),
    ("Index/Document.iwa", "an Apple Numbers or Pages document"),
    ("META-INF/MANIFEST.MF", "a Java archive"),
    ("AndroidManifest.xml", "an Android app"),
    ("META-INF/container.xml", "an e-book"),
    ("doc.kml", "a map (KMZ)"),
)


@dataclass(frozen=True, slots=True)
class Content:
    """What a ZIP file holds: a workbook's parts, or one table that was picked.

    Attributes:
        kind: Of the whole file if that is a workbook, else of the picked member.
        data: The bytes of the picked member; None for a workbook, which is read as it stands.
        member: Path of the picked member; empty for a workbook.
    """

    kind: Kind
    data: bytes | None
    member: str


def open_zip(
    data: bytes, name: str, *, limits: ReadLimits, told: str | None, remarks: Remarks
) -> Content:
    """Find out what a ZIP file is, and unpack the table in it.

    Args:
        data: All bytes of the file.
        name: For messages.
        limits: Members, ratio and size beyond which it stays closed.
        told: Path (or its end) of the member that the person named.
        remarks: Takes what was left aside.

    Raises:
        NeedsChoice: Several tables; argument "member".
        BadRequest: There is no member of the name that was told.
        Refused: Damaged, protected, nested, too large, or without a table.
    """
    archive = open_archive(data, name, limits)
    paths = {info.filename for info in archive.infolist()}
    if _make_workbook(paths):
        return Content("workbook", None, "")
    if "mimetype" in paths:
        raise refused_as(name, "an e-book or a document", "Copy its table into a spreadsheet.")
    for start, what in _DOCUMENTS:
        if any(path.startswith(start) for path in paths):
            raise refused_as(name, what, "Copy its table into a spreadsheet and send that.")
    if any(path.endswith(".npy") for path in paths):
        raise refused_as(name, "a NumPy archive", "Save the table as Parquet or CSV.")
    infos = _members(archive, name)
    chosen = _told(infos, name, told) if told else _picked(archive, infos, name, limits, remarks)
    content = _extracted(archive, chosen, name, limits, len(data))
    path = safe_path(chosen.filename)
    kind = recognise(content, f"{name}: {path}")
    if kind == "zip" and not _is_workbook(content):
        raise nested(name)
    remarks.note(f"Read “{path}” from the ZIP archive.")
    return Content("workbook" if kind == "zip" else kind, content, path)


def safe_path(path: str) -> str:
    """A path inside an archive as it may be shown: it is never used to open anything."""
    shown = "".join(sign for sign in path if sign.isprintable())
    return shown if len(shown) <= _SHOWN else f"…{shown[-_SHOWN:]}"


def open_archive(data: bytes, name: str, limits: ReadLimits) -> zipfile.ZipFile:
    """The list of what is in a ZIP file; nothing is unpacked yet.

    Raises:
        Refused: Damaged, or with more members than are opened.
    """
    if data.count(_ENTRY) > 2 * limits.members:  # before they are all listed
        raise _crowded(name, limits)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as exc:
        raise Refused(
            f"“{name}” is a damaged ZIP or XLSX file: its list of contents is missing or broken.",
            "Save or pack it again and send it once more.",
        ) from exc
    if len(archive.infolist()) > limits.members:
        raise _crowded(name, limits)
    return archive


def _crowded(name: str, limits: ReadLimits) -> Refused:
    return Refused(
        f"“{name}” is an archive of more than {limits.members:,} files, the most that are opened.",
        _UNPACK,
    )


def _members(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if not infos:
        raise Refused(f"“{name}” is an empty ZIP archive.", "Pack it again with the table in it.")
    if all(info.flag_bits & _ENCRYPTED for info in infos):
        raise Refused(
            f"“{name}” is a ZIP archive protected with a password.",
            "Pack it without a password, or send the table itself.",
        )
    return infos


def _told(infos: list[zipfile.ZipInfo], name: str, told: str) -> zipfile.ZipInfo:
    wanted = told.strip().casefold()
    for exact in (True, False):
        for info in infos:
            path = safe_path(info.filename).casefold()
            if path == wanted or (not exact and path.rsplit("/", 1)[-1] == wanted):
                return info
    listed = ", ".join(f"“{safe_path(info.filename)}”" for info in infos[:_NAMED])
    raise BadRequest(f"“{name}” holds no file “{told[:_SHOWN]}”.", f"It holds {listed}.")


def _picked(
    archive: zipfile.ZipFile,
    infos: list[zipfile.ZipInfo],
    name: str,
    limits: ReadLimits,
    remarks: Remarks,
) -> zipfile.ZipInfo:
    """The one table, or a question which of several is meant."""
    tables: list[zipfile.ZipInfo] = []
    aside: list[tuple[str, Refused]] = []
    wanted = [info for info in infos if not _junk(info.filename)]
    for info in [info for info in wanted if not _remark(info.filename)] or wanted or infos:
        try:
            head = _extracted(archive, info, name, limits, 0, most=HEAD)
            if compression_of(head):
                raise nested(name)
            kind = recognise(head, f"{name}: {safe_path(info.filename)}")
            if kind == "zip" and not _is_workbook(_extracted(archive, info, name, limits, 0)):
                raise nested(name)
            tables.append(info)
        except Refused as refused:
            aside.append((safe_path(info.filename), refused))
    if not tables:
        raise aside[0][1]
    if len(tables) > 1:
        options = tuple(
            Option(safe_path(info.filename), safe_path(info.filename)) for info in tables[:_OFFERED]
        )
        question = f"“{name}” holds {len(tables)} tables. Which one?"
        if len(tables) > _OFFERED:
            question += f" (The first {_OFFERED} are offered; any other can be named.)"
        raise NeedsChoice(question, "member", options)
    left = [safe_path(info.filename) for info in infos if info is not tables[0]]
    if left:
        listed = ", ".join(f"“{path}”" for path in left[:_NAMED])
        more = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
        remarks.note(f"Other files in the archive were left aside: {listed}{more}.")
    return tables[0]


def _base(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def _junk(path: str) -> bool:
    base = _base(path)
    return path.startswith("__MACOSX/") or base.startswith((".", "~$")) or base == "desktop.ini"


def _remark(path: str) -> bool:
    base = _base(path).casefold()
    return base.startswith(_ASIDE) or base.endswith((".md", ".html", ".css", ".js", ".sha256"))


def _is_workbook(content: bytes) -> bool:
    try:
        paths = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False
    return _make_workbook(paths)


def _make_workbook(paths: Collection[str]) -> bool:
    """Whether these members make an XLSX or ODS file."""
    return any(path.startswith("xl/workbook") for path in paths) or "content.xml" in paths


def nested(name: str) -> Refused:
    """What is said of an archive within an archive."""
    return Refused(
        f"“{name}” is an archive within an archive.",
        "Send one table, compressed once or not at all.",
    )


def _extracted(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    name: str,
    limits: ReadLimits,
    packed: int,
    *,
    most: int = 0,
) -> bytes:
    """The bytes of a member, counted while they are unpacked; the first `most` if told."""
    path = safe_path(info.filename)
    if info.flag_bits & _ENCRYPTED:
        raise Refused(
            f"“{path}” in “{name}” is protected with a password.",
            "Pack it without a password, or send the table itself.",
        )
    allowed = allowed_size(max(packed, info.compress_size), limits)
    pieces: list[bytes] = []
    size = 0
    try:
        with archive.open(info) as member:
            if most:
                return member.read(most)
            while piece := member.read(_STEP):
                pieces.append(piece)
                size += len(piece)
                if size > allowed:
                    raise too_large(name, allowed, limits)
    except NotImplementedError as exc:
        raise Refused(
            f"“{path}” in “{name}” is packed in a way that is not understood.",
            "Pack it as an ordinary ZIP file, or send the table itself.",
        ) from exc
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, zlib.error) as exc:
        raise Refused(
            f"“{path}” in “{name}” is damaged after {size:,} unpacked bytes.",
            "Pack it again, or send the table itself.",
        ) from exc
    return b"".join(pieces)
