"""Bodies with files: streamed to disk as they come, counted, refused where they are too large."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from bot.platforms.web.errors import Refusal, bad_request
from tools.cards import shown
from tools.file_names import TAKEN

MOST_FILES: Final = 10
_MOST_FIELDS: Final = 20
_FIELD_BYTES: Final = 64 << 10
_LONGEST_NAME: Final = 255
_SEVERAL: Final = frozenset({"files"})
_NO_TABLES: Final = ("image/", "video/", "audio/", "application/pdf", "text/html")
_NO_TABLE_NAME: Final = re.compile(
    r"\.(png|jpe?g|gif|webp|svg|bmp|mp[34]|mov|avi|wav|pdf|html?|exe|docx?|pptx?)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that came whole; `path` is ours to remove."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Left:
    """A file that is not taken, and why; `status` is what it would be if it were all."""

    name: str
    why: str
    status: int


@dataclass(slots=True)
class Received:
    """What a body held."""

    fields: dict[str, str] = field(default_factory=dict)
    files: list[Taken] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)

    def remove(self) -> None:
        """Delete the files."""
        for file in self.files:
            file.path.unlink(missing_ok=True)


@dataclass(slots=True)
class _Part:
    """The part that is being read: a field in memory, or a file on disk."""

    headers: dict[bytes, bytes] = field(default_factory=dict)
    name: str = ""
    file_name: str | None = None
    data: bytearray = field(default_factory=bytearray)
    path: Path | None = None
    target: BinaryIO | None = None
    size: int = 0


class _Body:
    """Takes parts in as the parser finds them; works with files, so it runs in a thread."""

    def __init__(self, boundary: bytes, *, folder: Path, limit: int) -> None:
        self.received = Received()
        self.whole = False
        self._folder = folder
        self._limit = limit
        self._part = _Part()
        self._header = self._value = b""
        self._fields = self._files = 0
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._on_header,
                "on_header_value": self._on_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._open,
                "on_part_data": self._take,
                "on_part_end": self._end,
                "on_end": self._finish,
            },
        )

    def write(self, data: bytes) -> None:
        """Go on with the next bytes."""
        try:
            self._parser.write(data)
        except MultipartParseError as error:
            raise bad_request("The multipart body cannot be read.") from error

    def close(self) -> None:
        """Give up the part that is being read."""
        if self._part.target is not None:
            self._part.target.close()
            self._part.target = None
        if self._part.path is not None:
            self._part.path.unlink(missing_ok=True)

    # -- what the parser finds ----------------------------------------------------------------

    def _begin(self) -> None:
        self._part = _Part()

    def _on_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._part.headers[self._header.lower()] = self._value
        self._header = self._value = b""

    def _open(self) -> None:
        _, options = parse_options_header(self._part.headers.get(b"content-disposition", b""))
        self._part.name = options.get(b"name", b"").decode("utf-8", "replace")
        name = options.get(b"filename")
        if name is None:
            self._fields += 1
            if self._fields > _MOST_FIELDS:
                raise bad_request(f"A message has at most {_MOST_FIELDS} fields.")
            return
        self._files += 1
        self._part.file_name = file_name(name.decode("utf-8", "replace"))
        if self._files > MOST_FILES:
            self._leave(f"is one of more than {MOST_FILES} files; send the rest in a next message.")
        elif kind := _no_table(self._part.headers.get(b"content-type", b""), self._part.file_name):
            self._leave(f"is no table ({kind}); I take {TAKEN}.", status=415)
        elif self._part.name not in _SEVERAL:
            raise bad_request("Files are sent in the field `files`.")
        else:
            self._part.path = self._folder / f"web-{secrets.token_hex(12)}"
            self._part.target = self._part.path.open("wb")

    def _take(self, data: bytes, start: int, end: int) -> None:
        part = self._part
        part.size += end - start
        if part.file_name is None:
            if part.size > _FIELD_BYTES:
                raise Refusal(413, "too_large", f"The field {shown(part.name)} is too long.")
            part.data += data[start:end]
        elif part.target is not None:
            if part.size > self._limit:
                self.close()
                part.path = None
                self._leave(too_large(self._limit))
            else:
                part.target.write(data[start:end])

    def _end(self) -> None:
        part, self._part = self._part, _Part()
        if part.file_name is None:
            self.received.fields[part.name] = part.data.decode("utf-8", "replace")
        elif part.target is not None and part.path is not None:
            part.target.close()
            self.received.files.append(Taken(part.file_name, part.path))

    def _finish(self) -> None:
        self.whole = True

    def _leave(self, why: str, *, status: int = 413) -> None:
        name = self._part.file_name or "file"
        self.received.left.append(Left(name, f"“{shown(name)}” {why}", status))


async def receive(
    stream: AsyncIterator[bytes], content_type: str, *, folder: Path, limit: int
) -> Received:
    """Read a body to its end; what is in `files` is on disk then.

    Args:
        stream: The body.
        content_type: Its type, with the boundary.
        folder: Where files are put.
        limit: Bytes of the largest file that is taken; the whole body may be as many such files.

    Raises:
        Refusal: 400 for a body that is cut short or no multipart, 413 for one without end.
    """
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if not 0 < len(boundary) <= 200:
        raise bad_request("multipart/form-data needs a boundary.")
    body = _Body(boundary, folder=folder, limit=limit)
    longest, size = MOST_FILES * limit + (1 << 20), 0
    try:
        async for chunk in stream:
            size += len(chunk)
            if size > longest:
                raise Refusal(413, "too_large", f"All files together are too large: {longest:,} B.")
            if chunk:
                await asyncio.to_thread(body.write, chunk)
        if not body.whole:
            raise bad_request("The body ended before its last part did.")
    except BaseException:
        await asyncio.to_thread(body.close)
        body.received.remove()
        raise
    return body.received


def too_large(limit: int) -> str:
    """Why a file is not taken."""
    return (
        f"is larger than the {limit / (1 << 20):,.0f} MB that I take; "
        "send a part of it, or a compressed CSV (MLOPS_MAX_UPLOAD_MB sets the limit)."
    )


def file_name(text: str) -> str:
    """The name of a file without its folders; never empty, never a way out of a folder."""
    bare = text.replace("\\", "/").rpartition("/")[2].replace("\x00", "").strip()
    return bare[:_LONGEST_NAME] if bare not in ("", ".", "..") else "file"


def _no_table(media_type: bytes, name: str) -> str:
    """What a file plainly is instead of a table; "" where only its content can tell."""
    media = media_type.decode("latin-1").partition(";")[0].strip().lower()
    if media.startswith(_NO_TABLES):
        return shown(media)
    found = _NO_TABLE_NAME.search(name)
    return f".{found[1].lower()}" if found else ""
