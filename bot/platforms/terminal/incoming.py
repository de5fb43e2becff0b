"""A typed line as an incoming message: attachments by path, numbered buttons, plain text."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from tools.file_names import is_table_name


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says: text, files to attach, or the number of a button."""

    text: str = ""
    files: tuple[Path, ...] = ()
    button: int | None = None
    missing: tuple[str, ...] = ()


def parse_line(line: str, *, buttons: int, folder: Path) -> Line:
    """Read a typed line.

    Args:
        line: What was typed.
        buttons: How many buttons the last card has; a bare number up to it is a click.
        folder: Where relative paths start.

    Words that are paths of existing data files are attached and leave the text; `/attach`
    before them is allowed, and makes a path that does not exist an error to tell.
    """
    text = line.strip()
    if text.isdecimal() and 1 <= int(text) <= buttons:
        return Line(button=int(text))
    words = _words(text)
    explicit = words[:1] == ["/attach"]
    words = words[1:] if explicit else words
    files: list[Path] = []
    rest: list[str] = []
    missing: list[str] = []
    for word in words:
        path = _path(word, folder)
        if _is_file(path) and (explicit or is_table_name(path.name)):
            files.append(path)
        elif explicit and not files and not rest:
            missing.append(word)
        else:
            rest.append(word)
    kept = " ".join(rest) if files or missing else text
    return Line(kept, tuple(files), missing=tuple(missing))


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:  # an apostrophe in prose
        return text.split()


def _path(word: str, folder: Path) -> Path:
    path = Path(word.lstrip("@"))
    try:
        return folder / path.expanduser()
    except RuntimeError:  # nobody of that name has a home
        return folder / path


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # too long for a name, for one
        return False
