"""What each allowed tool was when it was allowed: its words and arguments, under a digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from bot.errors import SetupError

ENDING: Final = ".lock"
"""Stands behind the name of the file that lists the servers."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A tool as a server described it.

    Attributes:
        digest: SHA-256 of all that the server said about it.
        description: In the server's words: data.
        arguments: Its JSON schema.
    """

    digest: str
    description: str
    arguments: dict[str, Any]


def digest_of(told: Mapping[str, Any]) -> str:
    """A digest of everything a server says about a tool."""
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def pins_beside(path: Path | None) -> dict[str, dict[str, Pin]]:
    """The pins kept beside the file that lists the servers: by server, then tool.

    Raises:
        SetupError: They cannot be read.
    """
    kept = _beside(path)
    if kept is None or not kept.exists():
        return {}
    try:
        told = json.loads(kept.read_text(encoding="utf-8"))
        return {
            server: {tool: Pin(**pin) for tool, pin in tools.items()}
            for server, tools in told.items()
        }
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise SetupError(f"{kept} cannot be read; write it anew: bot tools --pin") from error


def keep_pins(path: Path, pins: Mapping[str, Mapping[str, Pin]]) -> None:
    """Write the pins down, in an order that makes a change easy to review."""
    told = {
        server: {tool: asdict(pin) for tool, pin in sorted(tools.items())}
        for server, tools in sorted(pins.items())
    }
    kept = _beside(path)
    assert kept is not None  # noqa: S101 - there is a path
    text = json.dumps(told, indent=2, ensure_ascii=False, sort_keys=True)
    kept.write_text(text + "\n", encoding="utf-8")


def _beside(path: Path | None) -> Path | None:
    return path.with_name(path.name + ENDING) if path is not None else None
