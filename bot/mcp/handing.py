"""Files that other agents hand over: inline, or from one folder that was opened for this."""

from __future__ import annotations

import base64
import binascii
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.mcp.catalogue import SendFile
from bot.messages import IncomingFile
from tools.errors import Refused


@contextmanager
def handed_over(args: SendFile, *, folder: Path | None, most: int) -> Iterator[IncomingFile]:
    """The file, at a path of our own for as long as the block runs.

    Args:
        args: What was handed over.
        folder: Where paths may lead; None: nowhere.
        most: Bytes of the largest file.

    Raises:
        Refused: It is too large, no Base64, has no name, or its path leads elsewhere.
    """
    with TemporaryDirectory() as place:
        path = Path(place) / "file"
        if args.path is not None:
            source = _within(args.path, folder)
            if source.stat().st_size > most:
                raise _too_large(most)
            shutil.copyfile(source, path)
            yield IncomingFile(args.name or source.name, path)
            return
        content = _content(args, most)
        if not args.name:
            raise Refused("Say what the file is called.")
        path.write_bytes(content)
        yield IncomingFile(args.name, path)


def _within(text: str, folder: Path | None) -> Path:
    """A file of the opened folder: links are followed first, so none leads out of it."""
    if folder is None:
        raise Refused(
            "No folder is opened for files here.",
            "Whoever runs the server names one in MLOPS_MCP_FILES; or send the content.",
        )
    root = folder.resolve()
    path = (root / text).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        raise Refused("There is no such file in the folder that is opened for this.")
    return path


def _content(args: SendFile, most: int) -> bytes:
    if args.base64 is not None:
        if len(args.base64) > most * 2:
            raise _too_large(most)
        try:
            content = base64.b64decode(args.base64, validate=True)
        except (binascii.Error, ValueError):
            raise Refused("That is no Base64.") from None
    else:
        content = (args.text or "").encode()
    if len(content) > most:
        raise _too_large(most)
    return content


def _too_large(most: int) -> Refused:
    return Refused(f"Files may have {most // 2**20:,} MB at most.")
