"""Files for other agents: as links for people, and as resources where rows may be read."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Final

from mcp_types import (
    BlobResourceContents,
    ReadResourceResult,
    ResourceLink,
    ResourceTemplate,
)

from bot.downloads import Downloads
from bot.errors import Gone
from storage.blobs.base import BlobStore
from storage.catalog.records import Privacy
from storage.errors import StorageError
from tools.outcome import File

SCHEME: Final = "mlops://files/"
TEMPLATE: Final = ResourceTemplate(
    name="file",
    uri_template=f"{SCHEME}{{ticket}}",
    title="A file that a tool handed over",
    description="Readable for a day where the channel's privacy level is samples.",
)
MOST: Final = 8 * 2**20
"""Bytes of the largest file that is read as a resource."""

Keep = Callable[[str, str], Path]
"""Writes a blob under a name into the person's own folder."""


class Files:
    """Hands files over.

    Args:
        downloads: Signs links, and makes the tickets of resources.
        keep: For agents on this machine: where files are put, in place of signed links.
    """

    def __init__(self, downloads: Downloads, blobs: BlobStore, *, keep: Keep | None) -> None:
        self._downloads = downloads
        self._blobs = blobs
        self._keep = keep

    def link(self, file: File, *, level: Privacy) -> ResourceLink:
        """Where the file is: a resource if a language model may see rows, else for a person."""
        return ResourceLink(
            name=file.name,
            uri=self._address(file, level),
            mime_type=file.media_type,
            size=file.size,
            description=None if level == "samples" else "For the person: it may hold rows.",
        )

    def _address(self, file: File, level: Privacy) -> str:
        if level == "samples" and file.size <= MOST:
            return f"{SCHEME}{self._downloads.ticket(file)}"
        if self._keep is not None:
            return self._keep(file.blob, file.name).as_uri()
        return self._downloads.link(file)

    def read(self, uri: str, *, level: Privacy) -> ReadResourceResult:
        """The content of a file.

        Raises:
            Gone: It is none of ours, no longer kept, or more than may be read here.
        """
        file = self._downloads.file_of(uri.removeprefix(SCHEME)) if SCHEME in uri else None
        if file is None or file.size > MOST:
            raise Gone("There is no such file, or not any more.")
        if level != "samples":
            raise Gone("Files may hold rows, which are not shown to programs in this channel.")
        try:
            content = self._blobs.read(file.blob)
        except StorageError:
            raise Gone("This file is no longer kept.") from None
        encoded = base64.b64encode(content).decode()
        return ReadResourceResult(contents=[BlobResourceContents(uri=uri, blob=encoded)])
