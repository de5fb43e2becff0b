"""The installation's secret, and putting keys into replies at the moment they are shown."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bot.errors import SetupError
from bot.messages import Reply, ReplyBlock
from bot.settings import Settings
from tools.outcome import Code
from tools.serving.keys import PLACE, key_of

FILE: Final = "secret"
UNKNOWN: Final = "'made-with-another-MLOPS_SECRET'"
"""In place of a key that this process cannot make; a shell takes it as one word."""


def installation_secret(home: Path) -> str:
    """The secret kept in the home folder, made when it is first asked for.

    Several processes may ask at once: all get the same.

    Raises:
        SetupError: The file is empty.
    """
    path = home / FILE
    if not path.exists():
        handle, name = tempfile.mkstemp(prefix=".secret-", dir=home)  # readable by us alone
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first
            os.link(name, path)
        Path(name).unlink()
    secret = path.read_text().strip()
    if not secret:
        raise SetupError(f"{path} is empty. Restore it, or remove it to have a new one made.")
    return secret


def secret_of(settings: Settings) -> str:
    """The installation's secret: from the settings, else the one in the home folder."""
    given = settings.secret
    if given is not None:
        return given.get_secret_value()
    settings.home.mkdir(parents=True, exist_ok=True)
    return installation_secret(settings.home)


def reveal(reply: Reply, secret: str) -> Reply:
    """The reply with every key in its place: for the surface that shows it, never to be stored."""
    return replace(reply, blocks=tuple(_revealed(block, secret) for block in reply.blocks))


def reveal_data(data: dict[str, Any], secret: str) -> dict[str, Any]:
    """A tool's bare result with `key` in place of `key_ref`, for a script; never to be stored."""
    if "key_ref" not in data:
        return data
    shown = {name: value for name, value in data.items() if name != "key_ref"}
    return shown | {"key": key_of(data["key_ref"], secret)}


def _revealed(block: ReplyBlock, secret: str) -> ReplyBlock:
    if not isinstance(block, Code) or not block.secret:
        return block
    key = key_of(block.secret, secret) or UNKNOWN
    return replace(block, text=block.text.replace(PLACE, key, 1), secret="")
